/** What the schema complains about, in our words. Nothing of the input is repeated: its keys and texts are not ours. */
import type * as z from 'zod/mini';
import { type Problem, problem } from '../model/problems';
import { LIMITS } from './limits';

type Issue = z.core.$ZodIssue;

/** Below these keys come names that the input chose. */
const OPEN_ENDED = new Set<PropertyKey>(['config', 'params', 'kindVersions']);

/** "components[3].config": our own names and indexes only. */
function place(path: readonly PropertyKey[]): string {
  let where = '';
  for (const step of path) {
    if (typeof step === 'number') where += `[${step}]`;
    else where += where === '' ? String(step) : `.${String(step)}`;
    if (OPEN_ENDED.has(step)) break;
  }
  return where;
}

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  let value = input;
  for (const step of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined;
    value = (value as Record<PropertyKey, unknown>)[step];
  }
  return value;
}

const EXPECTED: Readonly<Record<string, string>> = {
  string: 'It must be a text.',
  number: 'It must be a number.',
  int: 'It must be a whole number.',
  boolean: 'It must be true or false.',
  array: 'It must be a list.',
  object: 'It must be an object.',
  record: 'It must be an object.',
};

function sentence(issue: Issue, input: unknown): string {
  switch (issue.code) {
    case 'invalid_type':
      return valueAt(input, issue.path) === undefined
        ? 'It is missing.'
        : (EXPECTED[issue.expected] ?? 'It has the wrong type.');
    case 'too_small':
      return `It must be at least ${issue.minimum}.`;
    case 'too_big':
      if (issue.origin === 'string') return `It must have at most ${issue.maximum} characters.`;
      if (issue.origin === 'array') return `It must have at most ${issue.maximum} entries.`;
      return `It must be at most ${issue.maximum}.`;
    case 'invalid_format':
      return 'It must be 1 to 40 of a–z, 0–9 and hyphens, and not begin with a hyphen.';
    case 'unrecognized_keys':
      return 'It has a key that is not known.';
    case 'invalid_union':
      return 'Its type is not known.';
    case 'custom':
      return `Values are numbers, texts of at most ${LIMITS.choiceValue} characters, true or false.`;
    default:
      return 'Its value is not acceptable.';
  }
}

/** Problem 105 for each issue. `where` is the place of the input within its document. */
export function schemaProblems(issues: readonly Issue[], input: unknown, where = ''): Problem[] {
  return issues.slice(0, LIMITS.problems).map((issue) => {
    const inner = place(issue.path);
    const dot = where === '' || inner === '' ? '' : '.';
    return problem(105, sentence(issue, input), `${where}${dot}${inner}`);
  });
}

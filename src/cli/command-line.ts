/** The commands. `execute` is the whole program but for the terminal, so tests call it in process. */
import { parseArgs, type ParseArgsConfig } from 'node:util';
import { readScenario, writeScenario } from '../format/scenario-codec';
import { findKind } from '../kinds/registry';
import { failed, ok, type Problem, problem, problemText, type Result } from '../model/problems';
import type { RunRecord } from '../model/scenario';
import { adviceText } from './advise';
import { applySet } from './apply-set';
import { checkHistories, checkText } from './check-history';
import { EXIT, type Io } from './io';
import { kindList, kindReference } from './kinds-text';
import { loadRecord } from './load-record';
import { readDuration, readWhole } from './options';
import { reportText } from './report-text';
import { type RunLength, runScenario } from './run-scenario';

type OptionsConfig = NonNullable<ParseArgsConfig['options']>;

export const HELP = `Backpressure without a browser.

  sim run FILE [options]     runs a scenario and reports what happened
  sim check FILE [options]   runs a scenario and checks what clients saw for consistency
  sim advise FILE            what the settings alone let expect, before anything has gone wrong
  sim validate FILE…         says whether files are valid scenarios
  sim kinds [ID]             the kinds of components; with an id its reference page
  sim --help                 this text

FILE is a scenario file, - for standard input, or a share link.

Options of run
  --duration 60s             simulated time in all (60s); times are written 500ms, 60s, 2m
  --warmup 10s               first part of it that does not count in the report (0s)
  --seed 7                   another seed than the scenario's
  --set ID.FIELD=VALUE       changes a setting of a component or connection; may be repeated
  --max-events 200000000     gives up after so many events (200 million)
  --json                     prints one JSON object instead of text

Options of check: --duration, --seed, --set, --max-events, --json as above, and
  --component ID             only this component; otherwise all that keep a history

Exit code: 0 done, 1 the program is at fault, 2 not acceptable; then the problems stand on standard error.
`;

const RUN_OPTIONS = {
  duration: { type: 'string' },
  warmup: { type: 'string' },
  seed: { type: 'string' },
  set: { type: 'string', multiple: true },
  'max-events': { type: 'string' },
  json: { type: 'boolean' },
} as const satisfies OptionsConfig;

const CHECK_OPTIONS = {
  duration: RUN_OPTIONS.duration,
  seed: RUN_OPTIONS.seed,
  set: RUN_OPTIONS.set,
  'max-events': RUN_OPTIONS['max-events'],
  component: { type: 'string' },
  json: RUN_OPTIONS.json,
} as const satisfies OptionsConfig;

/** Runs one command line, without the program's name. Resolves to the exit code and never rejects. */
export async function execute(args: readonly string[], io: Io): Promise<number> {
  const [command, ...rest] = args;
  if (command === undefined || command === '--help' || command === '-h' || command === 'help') {
    io.out(HELP);
    return command === undefined ? EXIT.unacceptable : EXIT.ok;
  }
  if (rest.includes('--help')) {
    io.out(HELP);
    return EXIT.ok;
  }
  switch (command) {
    case 'run':
      return run(rest, io);
    case 'check':
      return check(rest, io);
    case 'advise':
      return advise(rest, io);
    case 'validate':
      return validate(rest, io);
    case 'kinds':
      return kinds(rest, io);
    default:
      return complain(io, [problem(504, 'The commands are run, check, advise, validate and kinds; see --help.')]);
  }
}

interface Asked {
  readonly record: RunRecord;
  readonly length: RunLength;
  readonly values: Values;
}

/** What the commands that run one file are given: the file as it is to be run, and for how long. */
async function asked(command: string, args: readonly string[], options: OptionsConfig, io: Io): Promise<Result<Asked>> {
  const parsed = parse(args, options);
  if (!parsed.ok) return parsed;
  const { values, files } = parsed.value;
  const [file, ...more] = files;
  if (file === undefined || more.length > 0) return failed(problem(503, 'It needs exactly one file.', command));
  const length = runLength(values);
  if (!length.ok) return length;
  const loaded = await loadRecord(file, io);
  if (!loaded.ok) return loaded;
  const record = adjusted(loaded.value, values);
  return record.ok ? ok({ record: record.value, length: length.value, values }) : record;
}

async function run(args: readonly string[], io: Io): Promise<number> {
  const given = await asked('run', args, RUN_OPTIONS, io);
  if (!given.ok) return complain(io, given.problems);
  const { record, length, values } = given.value;
  const report = runScenario(record, length);
  if (!report.ok) return complain(io, report.problems);
  io.out(values['json'] ? `${JSON.stringify(report.value)}\n` : reportText(record.scenario.title, report.value));
  return EXIT.ok;
}

async function check(args: readonly string[], io: Io): Promise<number> {
  const given = await asked('check', args, CHECK_OPTIONS, io);
  if (!given.ok) return complain(io, given.problems);
  const { record, length, values } = given.value;
  const component = values['component'] === undefined ? undefined : String(values['component']);
  const found = checkHistories(record, length.duration, length.maxEvents, component);
  if (!found.ok) return complain(io, found.problems);
  io.out(values['json'] ? `${JSON.stringify(found.value)}\n` : checkText(found.value));
  return EXIT.ok;
}

async function advise(args: readonly string[], io: Io): Promise<number> {
  const parsed = parse(args, {});
  if (!parsed.ok) return complain(io, parsed.problems);
  const [file, ...more] = parsed.value.files;
  if (file === undefined || more.length > 0)
    return complain(io, [problem(503, 'It needs exactly one file.', 'advise')]);
  const record = await loadRecord(file, io);
  if (!record.ok) return complain(io, record.problems);
  io.out(adviceText(record.value));
  return EXIT.ok;
}

async function validate(args: readonly string[], io: Io): Promise<number> {
  const parsed = parse(args, {});
  if (!parsed.ok) return complain(io, parsed.problems);
  const { files } = parsed.value;
  if (files.length === 0) return complain(io, [problem(503, 'It needs at least one file.', 'validate')]);
  let code: number = EXIT.ok;
  for (const file of files) {
    const record = await loadRecord(file, io);
    if (record.ok) {
      const { components, connections } = record.value.scenario;
      io.out(`${file}: valid, components: ${components.length}, connections: ${connections.length}\n`);
    } else code = complain(io, record.problems, `${file}: `);
  }
  return code;
}

function kinds(args: readonly string[], io: Io): number {
  const parsed = parse(args, {});
  if (!parsed.ok) return complain(io, parsed.problems);
  const [id, ...more] = parsed.value.files;
  if (more.length > 0) return complain(io, [problem(503, 'It takes one id.', 'kinds')]);
  const kind = id === undefined ? undefined : findKind(id);
  if (id !== undefined && !kind) return complain(io, [problem(203, 'For a list: kinds without an id.')]);
  io.out(kind ? kindReference(kind) : kindList());
  return EXIT.ok;
}

type Values = Readonly<Record<string, string | boolean | (string | boolean)[] | undefined>>;

function parse(args: readonly string[], options: OptionsConfig): Result<{ values: Values; files: string[] }> {
  const { tokens, values, positionals } = parseArgs({
    args: [...args],
    options,
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const names = Object.keys(options).map((name) => `--${name}`);
  for (const token of tokens) {
    if (token.kind !== 'option') continue;
    const option = Object.hasOwn(options, token.name) ? options[token.name] : undefined;
    if (!option) {
      const known = names.length === 0 ? 'This command has no options.' : `The options are ${names.join(', ')}.`;
      return failed(problem(502, known));
    }
    if (option.type === 'string' && token.value === undefined) {
      return failed(problem(503, 'It needs a value.', `--${token.name}`));
    }
    if (option.type === 'boolean' && token.value !== undefined) {
      return failed(problem(503, 'It takes no value.', `--${token.name}`));
    }
  }
  return ok({ values, files: positionals });
}

function runLength(values: Values): Result<RunLength> {
  const duration = readDuration(String(values['duration'] ?? '60s'), '--duration');
  if (!duration.ok) return duration;
  const warmup = readDuration(String(values['warmup'] ?? '0s'), '--warmup');
  if (!warmup.ok) return warmup;
  const maxEvents = readWhole(String(values['max-events'] ?? 200_000_000), '--max-events', 1, 1e15);
  if (!maxEvents.ok) return maxEvents;
  if (duration.value <= warmup.value) {
    return failed(problem(503, 'The duration must be longer than the warm-up, which is a part of it.', '--duration'));
  }
  return ok({ duration: duration.value, warmup: warmup.value, maxEvents: maxEvents.value });
}

/** The record with the seed and the settings of the command line. */
function adjusted(record: RunRecord, values: Values): Result<RunRecord> {
  let { scenario } = record;
  if (values['seed'] !== undefined) {
    const seed = readWhole(String(values['seed']), '--seed', 0, 4_294_967_295);
    if (!seed.ok) return seed;
    scenario = { ...scenario, seed: seed.value };
  }
  for (const text of [values['set'] ?? []].flat()) {
    const next = applySet(scenario, String(text));
    if (!next.ok) return next;
    scenario = next.value;
  }
  // All together may still ask for too much.
  return readScenario(writeScenario({ ...record, scenario }));
}

function complain(io: Io, problems: readonly Problem[], prefix = ''): number {
  for (const each of problems) io.err(`${prefix}${problemText(each)}\n`);
  return problems.some(({ number }) => number === 401) ? EXIT.broken : EXIT.unacceptable;
}

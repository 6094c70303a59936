/**
 * From parsed JSON of unknown origin to a run record: envelope, migrations, strict schema, meaning. Shared by files and
 * links. Never throws; text of the input never appears in a problem.
 */
import { findKind } from '../kinds/registry';
import type { Settings } from '../model/fields';
import { failed, type Problem, problem, type Result } from '../model/problems';
import type { RunRecord } from '../model/scenario';
import { FORMAT, FORMAT_VERSION, LIMITS } from './limits';
import { type AnyDocument, migrateDocument, migrateSettings } from './migrations/scenario-migrations';
import { readForm, type SavedScenario } from './saved-form';
import { checkMeaning } from './scenario-meaning';

export function readDocument(input: unknown): Result<RunRecord> {
  if (!isObject(input) || !Object.hasOwn(input, 'format') || input['format'] !== FORMAT) return failed(problem(103));
  const version = Object.hasOwn(input, 'version') ? input['version'] : undefined;
  if (typeof version !== 'number' || !Number.isInteger(version) || version < 1) {
    return failed(problem(109, 'It must be a whole number from 1.', 'version'));
  }
  if (version > FORMAT_VERSION)
    return failed(problem(104, 'Open it there, or reload this page to get the newest one.'));
  const unfit = boundsProblem(input);
  if (unfit) return failed(unfit);

  const form = readForm(migrateDocument(input, version));
  if (!form.ok) return form;
  const problems = kindVersionProblems(form.value);
  if (problems.length > 0) return failed(...problems);
  return checkMeaning(migrateKinds(form.value));
}

function isObject(value: unknown): value is AnyDocument {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const TABLES = ['components', 'connections', 'faults', 'places', 'interventions'] as const;

/**
 * Bounds that come before the schema, because the schema looks at every entry before it counts them, and because a key
 * named __proto__ must not reach code that assigns keys.
 */
function boundsProblem(input: AnyDocument): Problem | null {
  for (const name of TABLES) {
    const table = input[name];
    if (Array.isArray(table) && table.length > LIMITS[name]) {
      return problem(212, `It may have at most ${LIMITS[name]} ${name}.`, name);
    }
  }
  const stack: unknown[] = [input];
  while (stack.length > 0) {
    const value = stack.pop();
    if (Array.isArray(value)) {
      if (value.length > LIMITS.interventions) return problem(105, 'A list is too long.');
      for (const entry of value) if (typeof entry === 'object') stack.push(entry);
    } else if (isObject(value)) {
      const keys = Object.keys(value);
      if (keys.length > LIMITS.settings) return problem(105, 'An object has too many keys.');
      for (const key of keys) {
        if (key === '__proto__') return problem(105, 'A key that no part of a scenario can have.');
        if (typeof value[key] === 'object') stack.push(value[key]);
      }
    }
  }
  return null;
}

function kindVersionProblems({ kindVersions = {} }: SavedScenario): Problem[] {
  const problems: Problem[] = [];
  for (const [id, version] of Object.entries(kindVersions)) {
    const kind = findKind(id);
    if (!kind) problems.push(problem(203, '', 'kindVersions'));
    else if (version > kind.version) problems.push(problem(104, `It has a newer ${kind.title}.`, 'kindVersions'));
  }
  return problems.slice(0, LIMITS.problems);
}

/** Brings the settings of every component, edits included, to the present version of its kind. Absent is version 1. */
function migrateKinds(saved: SavedScenario): SavedScenario {
  const versions = new Map(Object.entries(saved.kindVersions ?? {}));
  const kinds = new Map<string, string>();
  const live = new Set<string>();
  const note = ({ id, kind }: { id: string; kind: string }): void => {
    // Adding what is there changes nothing.
    if (!live.has(id)) kinds.set(id, kind);
    live.add(id);
  };
  const migrated = (id: string, config: Settings | undefined): Settings | undefined => {
    const kind = findKind(id);
    const version = versions.get(id) ?? 1;
    return kind && version < kind.version ? migrateSettings(kind, config ?? {}, version) : config;
  };
  const components = saved.components.map((component) => {
    note(component);
    return { ...component, config: migrated(component.kind, component.config) };
  });
  const interventions = saved.interventions.map((entry) => {
    if (entry.type !== 'edit') return entry;
    const { edit } = entry;
    if (edit.type === 'add-component') {
      const { component } = edit;
      note(component);
      const config = migrated(component.kind, component.config);
      return { ...entry, edit: { ...edit, component: { ...component, config } } };
    }
    if (edit.type === 'remove-component') live.delete(edit.id);
    if (edit.type !== 'configure-component') return entry;
    return { ...entry, edit: { ...edit, config: migrated(kinds.get(edit.id) ?? '', edit.config) } };
  });
  return { ...saved, components, interventions };
}

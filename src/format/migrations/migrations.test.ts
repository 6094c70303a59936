import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { defineKind, type Kind } from '../../kinds/kind';
import { KINDS } from '../../kinds/registry';
import { FORMAT_VERSION } from '../limits';
import { readScenario } from '../scenario-codec';
import { migrateDocument, migrateSettings, SCENARIO_MIGRATIONS } from './scenario-migrations';

const fixture = (version: number): string => readFileSync(`src/format/fixtures/version-${version}.json`, 'utf8');

describe('migrations of the document', () => {
  it('lead from version 1 to the present one, step by step', () => {
    expect(SCENARIO_MIGRATIONS.map(({ from }) => from)).toEqual(
      Array.from({ length: FORMAT_VERSION - 1 }, (_, i) => i + 1),
    );
    expect(new Set(SCENARIO_MIGRATIONS.map(({ name }) => name)).size).toBe(SCENARIO_MIGRATIONS.length);
  });

  it('do what their examples say', () => {
    for (const { name, apply, example } of SCENARIO_MIGRATIONS)
      expect(apply(example.before), name).toEqual(example.after);
  });

  it('run from the saved version on, in order', () => {
    const step = (from: number) => ({
      from,
      name: `step ${from}`,
      apply: (document: object) => ({ ...document, [`v${from}`]: true }),
      example: { before: {}, after: {} },
    });
    const migrations = [step(1), step(2), step(3)];
    expect(migrateDocument({ version: 2 }, 2, migrations)).toEqual({ version: 4, v2: true, v3: true });
    expect(migrateDocument({ version: 4 }, 4, migrations)).toEqual({ version: 4 });
  });
});

describe('migrations of kinds', () => {
  it('lead from version 1 to the present one, step by step, and do what their examples say', () => {
    for (const { id, version, migrations } of KINDS) {
      expect(
        migrations.map(({ from }) => from),
        id,
      ).toEqual(Array.from({ length: version - 1 }, (_, i) => i + 1));
      for (const { name, apply, example } of migrations) expect(apply(example.before), name).toEqual(example.after);
    }
  });

  it('run from the saved version on', () => {
    const kind: Kind = defineKind({
      ...KINDS[0]!,
      version: 3,
      migrations: [
        { from: 1, name: 'one', apply: (s) => ({ ...s, one: 1 }), example: { before: {}, after: { one: 1 } } },
        { from: 2, name: 'two', apply: (s) => ({ ...s, two: 2 }), example: { before: {}, after: { two: 2 } } },
      ],
    });
    expect(migrateSettings(kind, {}, 1)).toEqual({ one: 1, two: 2 });
    expect(migrateSettings(kind, {}, 2)).toEqual({ two: 2 });
    expect(migrateSettings(kind, {}, 3)).toEqual({});
  });
});

/** The fixtures are frozen: they stand for the files that people have saved. Never change one; add the next. */
describe('files of all versions', () => {
  it('a file of version 1 still means the same', () => {
    expect(readScenario(fixture(1))).toMatchObject({
      ok: true,
      value: {
        scenario: {
          title: 'Every part of version 1',
          story: 'Saved by the first version.\n\nÄ, 在 and 🛒 travel as they are.',
          seed: 4294967295,
          components: [
            {
              id: 'users',
              kind: 'client',
              label: 'Users',
              x: 0,
              y: 160,
              config: { ratePerSec: 80, arrivals: 'constant' },
            },
            { id: 'api', kind: 'service', label: 'API "v2"', x: 300, y: 160.5, config: { workers: 4 } },
            { id: '0-db', kind: 'service', label: '', x: -20, y: -40, config: {} },
          ],
          connections: [
            { id: 'users-api', from: 'users', to: 'api', config: { timeoutMs: 500 } },
            { id: 'c2', from: 'api', to: '0-db', config: { parallel: true, mode: 'async' } },
          ],
          faults: [
            { atMs: 1000.5, durationMs: 0, target: 'api', fault: 'slow', params: { factor: 2.5 } },
            { atMs: 2000, target: 'c2', fault: 'cut', params: {} },
          ],
        },
        interventions: [
          { atMicros: 1, type: 'fault', target: 'users-api', fault: 'delay', on: true, params: { addMs: 5 } },
          { atMicros: 2, type: 'fault', target: 'users-api', fault: 'delay', on: false, params: {} },
          { atMicros: 3, type: 'edit', edit: { type: 'configure-component', id: 'api', config: { workers: 8 } } },
          {
            atMicros: 3,
            type: 'edit',
            edit: {
              type: 'add-component',
              component: { id: 'new', kind: 'service', label: 'New', x: 0, y: 0, config: {} },
            },
          },
          {
            atMicros: 4,
            type: 'edit',
            edit: { type: 'add-connection', connection: { id: 'n', from: 'users', to: 'new', config: {} } },
          },
          { atMicros: 5, type: 'edit', edit: { type: 'configure-connection', id: 'n', config: { weight: 2 } } },
          { atMicros: 6, type: 'edit', edit: { type: 'remove-connection', id: 'n' } },
          { atMicros: 86400000000, type: 'edit', edit: { type: 'remove-component', id: 'new' } },
        ],
      },
    });
  });

  it('there is a fixture for every version', () => {
    for (let version = 1; version <= FORMAT_VERSION; version++) expect(readScenario(fixture(version)).ok).toBe(true);
  });

  it('a file of a newer version says so', () => {
    const newer = fixture(FORMAT_VERSION).replace(`"version": ${FORMAT_VERSION}`, `"version": ${FORMAT_VERSION + 1}`);
    const result = readScenario(newer);
    expect(result.ok ? [] : result.problems.map(({ number }) => number)).toEqual([104]);
  });
});

// Idempotency keys: a write that is repeated, by whom and why ever, is done once; without keys it is done again.
import { describe, expect, it } from 'vitest';
import { RandomStream } from '../../engine/random';
import type { Simulation } from '../../engine/simulation';
import type { Settings } from '../../model/fields';
import type { ScheduledFault } from '../../model/scenario';
import { MICROS_PER_SECOND as SECOND } from '../../model/units';
import { assemble } from '../assemble';
import { deathsAt, eventLog, faceOf, fault, INSTANT, metricOf, smallSystem } from '../small-system';

const WRITES: Settings = { ratePerSec: 20, arrivals: 'constant', readPercent: 0 };
const WORK: Settings = { serviceTime: 'constant', meanMs: 10, dedupMs: 1 };
const REPEATS: Settings = {
  ...INSTANT,
  retry: 'fixed',
  maxAttempts: 5,
  backoffMs: 100,
  jitterKind: 'none',
  retryWrites: true,
  perTryTimeoutMs: 200,
  timeoutMs: 5000,
};

interface Setting {
  readonly load?: Settings;
  readonly service?: Settings;
  readonly link?: Settings;
  readonly faults?: readonly ScheduledFault[];
  readonly seed?: number;
}

function shop({ load, service, link, faults = [], seed = 7 }: Setting): Simulation {
  return assemble(
    smallSystem({
      components: {
        client: ['client', { ...WRITES, ...load }],
        service: ['service', { ...WORK, ...service }],
        database: ['sql-database'],
      },
      connections: { 'client>service': { ...REPEATS, ...link }, 'service>database': {} },
      faults,
      seed,
    }),
  );
}

const KEYS: Settings = { idempotency: 'keys' };
/** Requests arrive and are worked on; their answers get lost. */
const LOST = [fault('client>service', 'cut', 1, 2, { direction: 'back' })];

const counts = (simulation: Simulation): { again: number; known: number } => ({
  again: metricOf(simulation, 'service', 'duplicates'),
  known: metricOf(simulation, 'service', 'suppressed'),
});

/** Writes that the database has done. */
const written = (simulation: Simulation): number =>
  simulation.component('database')!.stats.totals(simulation.now).completions;
const asked = (simulation: Simulation): number => simulation.system.totals(simulation.now).arrivals;

describe('writes whose answers get lost', () => {
  const run = (setting: Setting): Simulation => {
    const simulation = shop({ faults: LOST, ...setting });
    simulation.advance(5.04 * SECOND);
    simulation.intervene({ type: 'edit', edit: { type: 'remove-component', id: 'client' } });
    simulation.advance(6 * SECOND);
    return simulation;
  };

  it('are done again when they are repeated', () => {
    const simulation = run({});
    expect(counts(simulation).again).toBeGreaterThan(30);
    expect(written(simulation)).toBe(asked(simulation) + counts(simulation).again);
    expect(faceOf(simulation, 'service').at(-1)).toBe(counts(simulation).again);
  });
  it('are done once with keys, and nobody fails', () => {
    const simulation = run({ service: KEYS });
    expect(counts(simulation).again).toBe(0);
    expect(counts(simulation).known).toBeGreaterThan(30);
    expect(written(simulation)).toBe(asked(simulation));
    expect(simulation.system.totals(simulation.now).failures).toBeLessThan(2); // the last one, whose client left
    expect(faceOf(simulation, 'service').at(-1)).toBe(counts(simulation).known);
  });
  it.each<[string, Setting]>([
    ['nobody repeats them', { link: { retryWrites: false } }],
    ['no answer is lost', { faults: [] }],
  ])('are done once when %s', (_what, setting) => {
    expect(counts(run(setting))).toEqual({ again: 0, known: 0 });
  });
  it('are taken for new ones when their keys are too old', () => {
    const simulation = run({ service: { ...KEYS, dedupWindowS: 1 }, link: { backoffMs: 1500 } });
    expect(counts(simulation).again).toBeGreaterThan(10);
    expect(metricOf(simulation, 'service', 'keysKept')).toBeLessThan(25);
  });
});

it('a repetition gets its answer from the key: it costs the look-up only', () => {
  const simulation = shop({
    service: { ...KEYS, meanMs: 50 },
    load: { ratePerSec: 1 },
    link: { backoffMs: 100, perTryTimeoutMs: 500 },
    faults: [fault('client>service', 'cut', 1.02, 1.4, { direction: 'back' })],
  });
  const log = eventLog(simulation, 1900).filter((line) => line.includes('client>service'));
  expect(log).toEqual([
    '1000 arrival client>service',
    expect.stringMatching(/^105\d.* answer/), // which gets lost
    '1500 timeout client>service timeout',
    '1600 arrival client>service',
    '1601 answer client>service',
  ]);
});

it('a repetition that comes while the first is in work is refused, and tried again', () => {
  const simulation = shop({
    service: { ...KEYS, meanMs: 250 },
    load: { ratePerSec: 1 },
    link: { backoffMs: 80, perTryTimeoutMs: 100 },
  });
  simulation.advance(1.9 * SECOND);
  expect(deathsAt(simulation, 'service')['conflict']).toBeGreaterThan(0);
  expect([written(simulation), counts(simulation).again, counts(simulation).known]).toEqual([1, 0, 1]);
});

it('a failure is not kept: the repetition is worked on', () => {
  const simulation = shop({ service: KEYS, faults: [fault('database', 'errors', 1, 2, { percent: 100 })] });
  simulation.advance(6 * SECOND);
  expect(counts(simulation)).toEqual({ again: 0, known: 0 });
  expect(simulation.system.totals(simulation.now).completions).toBeGreaterThan(100);
});

describe('whatever is repeated, and whatever happens', () => {
  const SEEDS = Array.from({ length: 8 }, (_, i) => i + 1);
  function troubled(seed: number, service: Settings): Simulation {
    const chance = new RandomStream(seed, '', 'keys');
    const pick = <T>(list: readonly T[]): T => list[chance.integer(list.length)]!;
    const faults = Array.from({ length: 8 }, (): ScheduledFault => {
      const [target, id, params] = pick<[string, string, Settings]>([
        ['service', 'crash', {}],
        ['service', 'pause', {}],
        ['service', 'slow', {}],
        ['service', 'errors', { percent: 50 }],
        ['database', 'crash', {}],
        ['queue>service', 'cut', { direction: 'back' }],
        ['client>service', 'cut', { direction: 'back' }],
        ['client>service', 'delay', { addMs: 150 }],
      ]);
      const at = 8 * chance.uniform();
      return fault(target, id, at, at + 1.5 * chance.uniform(), params);
    });
    const simulation = assemble(
      smallSystem({
        components: {
          client: ['client', { ratePerSec: 100, readPercent: 20 }],
          sender: ['client', { ratePerSec: 30, readPercent: 0 }],
          queue: ['queue', { requeueMs: 20 }],
          service: [
            'service',
            { ...pick<Settings>([{}, { instances: 3 }, { cpu: 'fcfs', cores: 2 }, { cpu: 'sharing' }]), ...service },
          ],
          database: ['sql-database'],
        },
        connections: {
          'client>service': { ...REPEATS, jitterKind: 'full', hedgeAfterMs: pick([0, 50]) },
          'sender>queue': {},
          'queue>service': { timeoutMs: 300 },
          'service>database': { timeoutMs: 300 },
        },
        faults,
        seed,
      }),
    );
    simulation.advance(12 * SECOND);
    return simulation;
  }

  it.each(SEEDS)('a write has its effect once at most (seed %i)', (seed) => {
    const { again, known } = counts(troubled(seed, KEYS));
    expect(again).toBe(0);
    expect(known).toBeGreaterThan(0);
  });
  it('without keys some have it twice', () => {
    for (const seed of SEEDS.slice(0, 3)) expect(counts(troubled(seed, {})).again).toBeGreaterThan(3);
  });
});

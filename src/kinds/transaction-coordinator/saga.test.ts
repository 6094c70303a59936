// Sagas: steps forward, compensations back, what others see meanwhile, and what must hold at the end whatever has
// happened. And two-phase commit over services, which reserve.
import { expect, it } from 'vitest';
import { RandomStream } from '../../engine/random';
import type { Simulation } from '../../engine/simulation';
import { CRASH, CUT, ERRORS, PAUSE } from '../../model/faults';
import type { Settings } from '../../model/fields';
import type { ScheduledFault } from '../../model/scenario';
import { MICROS_PER_SECOND as SECOND } from '../../model/units';
import { assemble } from '../assemble';
import { deathsAt, eventLog, faultAt, INSTANT, metricOf, smallSystem } from '../small-system';

const SAGA: Settings = { protocol: 'saga', cpuMicros: 0, logMedianMs: 1, logP99Ms: 1, stepAttempts: 1, retryMs: 50 };
const STEP: Settings = { serviceTime: 'constant', meanMs: 10 };
const WRITES: Settings = { ratePerSec: 4, arrivals: 'constant', readPercent: 0, keyCount: 1 };

interface Setting {
  readonly client?: Settings;
  readonly saga?: Settings;
  readonly faults?: readonly ScheduledFault[];
  readonly readers?: 'through' | 'around';
}

function shop({ client = WRITES, saga = {}, faults = [], readers }: Setting = {}): Simulation {
  const reading: Settings = { ratePerSec: 15, readPercent: 100, keyCount: 1 };
  return assemble(
    smallSystem({
      components: {
        users: ['client', client],
        saga: ['transaction-coordinator', { ...SAGA, ...saga }],
        order: ['service', STEP],
        payment: ['service', STEP],
        stock: ['service', STEP],
        ...(readers ? { readers: ['client', reading] as const } : {}),
      },
      connections: {
        'users>saga': { ...INSTANT, timeoutMs: 0 },
        'saga>order': { ...INSTANT, timeoutMs: 100 },
        'saga>payment': { ...INSTANT, timeoutMs: 100 },
        'saga>stock': { ...INSTANT, timeoutMs: 100 },
        ...(readers ? { [readers === 'through' ? 'readers>saga' : 'readers>order']: INSTANT } : {}),
      },
      faults,
    }),
  );
}

const counts = (simulation: Simulation, ...metrics: string[]): number[] =>
  metrics.map((metric) => metricOf(simulation, 'saga', metric));

const fails = (target: string, percent = 100): ScheduledFault => faultAt(target, ERRORS.id, 0, undefined, { percent });

const calls = (simulation: Simulation, untilMs: number): string[] =>
  eventLog(simulation, untilMs).filter((line) => !line.includes('timer'));

it('one step after the other, each written down before it is asked for', () => {
  const simulation = shop();
  expect(calls(simulation, 400)).toEqual([
    '250 arrival users>saga',
    '251 arrival saga>order',
    '261 answer saga>order',
    '262 arrival saga>payment',
    '272 answer saga>payment',
    '273 arrival saga>stock',
    '283 answer saga>stock',
    '284 answer users>saga',
  ]);
  expect(counts(simulation, 'committed', 'compensated', 'compensations')).toEqual([1, 0, 0]);
  expect(simulation.ledger.open).toBe(0);
});

it('a step that fails turns it back: what was done is undone, the last first', () => {
  const simulation = shop({ faults: [fails('stock')] });
  expect(calls(simulation, 400).slice(5)).toEqual([
    '273 arrival saga>stock',
    '273 answer saga>stock error',
    '274 arrival saga>payment', // a compensation takes work too
    '284 answer saga>payment',
    '284 arrival saga>order',
    '294 answer saga>order',
    '294 answer users>saga compensated',
  ]);
  expect(counts(simulation, 'committed', 'compensated', 'compensations', 'aborted')).toEqual([0, 1, 2, 0]);
  expect(deathsAt(simulation, 'saga')).toEqual({ compensated: 1 });
  expect(simulation.ledger.open).toBe(0);
});

it('has nothing to undo when its first step fails', () => {
  const simulation = shop({ faults: [fails('order')] });
  simulation.advance(0.4 * SECOND);
  expect(counts(simulation, 'aborted', 'compensated', 'compensations')).toEqual([1, 0, 0]);
});

it('a step that may have been done is undone, and never done later', () => {
  // Stock stands still for a second: the step waits inside, and so does its compensation, behind it.
  const simulation = shop({ faults: [faultAt('stock', PAUSE.id, 265, 1000)], client: { ...WRITES, ratePerSec: 3.9 } });
  simulation.advance(1.2 * SECOND);
  expect(counts(simulation, 'compensated')).toEqual([0]);
  simulation.advance(5 * SECOND);
  simulation.intervene({ type: 'edit', edit: { type: 'remove-component', id: 'users' } });
  simulation.advance(20 * SECOND);
  expect(counts(simulation, 'compensated')[0]).toBeGreaterThan(0);
  expect(simulation.ledger.open).toBe(0);
});

it('beyond the pivot it only goes forward', () => {
  const stock = faultAt('stock', ERRORS.id, 0, 600, { percent: 100 });
  const simulation = shop({ saga: { pivot: 2 }, faults: [stock] });
  simulation.advance(0.5 * SECOND);
  expect(counts(simulation, 'committed', 'compensated', 'sagas')[0]).toBe(0);
  simulation.advance(0.74 * SECOND);
  expect(counts(simulation, 'committed', 'compensated')).toEqual([2, 0]);
});

it('is stuck when a compensation never works, and then money is off', () => {
  // Payments fail from the moment when the first of them is done.
  const faults = [fails('stock'), faultAt('payment', ERRORS.id, 272.5, undefined, { percent: 100 })];
  const simulation = shop({ saga: { undoAttempts: 3 }, faults });
  simulation.advance(0.45 * SECOND);
  // 274 ms, 50 ms and 100 ms later.
  expect(counts(simulation, 'stuck', 'torn', 'compensated')).toEqual([1, 1, 0]);
  expect(deathsAt(simulation, 'saga')).toEqual({ error: 1 });
  simulation.resetTotals();
  simulation.advance(0.46 * SECOND);
  expect(counts(simulation, 'moneyOff')[0]).toBeGreaterThan(0);
});

it('goes on from its log after a crash', () => {
  const simulation = shop({ faults: [faultAt('saga', CRASH.id, 275, 200)], client: { ...WRITES, ratePerSec: 3.95 } });
  simulation.advance(0.505 * SECOND);
  expect(counts(simulation, 'committed')).toEqual([1]);
  expect(metricOf(simulation, 'saga', 'logFlushes')).toBeGreaterThan(3);
  expect(deathsAt(simulation, 'saga')).toMatchObject({ reset: 1 });
});

it('others read what is undone later, unless they come through it and wait', () => {
  const faults = [fails('stock')];
  const around = shop({ readers: 'around', faults });
  around.advance(10 * SECOND);
  expect(counts(around, 'dirtyReads')[0]).toBeGreaterThan(3);
  const through = shop({ readers: 'through', saga: { semanticLock: true }, faults });
  through.advance(10 * SECOND);
  expect(counts(through, 'dirtyReads')).toEqual([0]);
  expect(counts(through, 'compensated')[0]).toBeGreaterThan(5);
  const unprotected = shop({ readers: 'through', faults });
  unprotected.advance(10 * SECOND);
  expect(counts(unprotected, 'dirtyReads')[0]).toBeGreaterThan(0);
  const fine = shop({ readers: 'around' });
  fine.advance(10 * SECOND);
  expect(counts(fine, 'dirtyReads')).toEqual([0]);
});

/** Random trouble in the first ten seconds, for everybody; the first participant is a database, the others services. */
function troubled(seed: number, protocol: string): Simulation {
  const chance = new RandomStream(seed, '', 'trouble');
  const faults: ScheduledFault[] = [];
  const trouble = (target: string, ids: readonly string[]): void => {
    for (let i = 0; i < 4; i++) {
      const id = ids[chance.integer(ids.length)]!;
      const params: Settings = id === ERRORS.id ? { percent: 50 } : {};
      faults.push(faultAt(target, id, chance.integer(9000), 20 + chance.integer(1500), params));
    }
  };
  trouble('saga', [CRASH.id, PAUSE.id]);
  for (const id of ['order', 'payment', 'stock']) {
    trouble(id, [CRASH.id, PAUSE.id, ERRORS.id]);
    trouble(`saga>${id}`, [CUT.id, 'delay', 'loss']);
  }
  return assemble(
    smallSystem({
      components: {
        users: ['client', { ratePerSec: 40, readPercent: 10, keyCount: 40 }],
        saga: [
          'transaction-coordinator',
          { protocol, retryMs: 100, recoveryS: 2, pivot: seed % 3, semanticLock: seed % 2 === 0 },
        ],
        order: ['sql-database', { lockTimeoutMs: 300 }],
        payment: ['service'],
        stock: ['service'],
      },
      connections: {
        'users>saga': { retry: 'exponential', retryWrites: true, perTryTimeoutMs: 300 },
        'saga>order': { timeoutMs: 200 },
        'saga>payment': { timeoutMs: 200 },
        'saga>stock': { timeoutMs: 200, parallel: seed % 2 === 1 },
      },
      faults,
      seed,
    }),
  );
}

it.each(Array.from({ length: 16 }, (_, i): [string, number] => [i < 10 ? 'saga' : 'two-phase', i + 1]))(
  'all or nothing in the end, and no money lost (%s, seed %i)',
  (protocol, seed) => {
    const simulation = troubled(seed, protocol);
    simulation.advance(11 * SECOND);
    simulation.intervene({ type: 'edit', edit: { type: 'remove-component', id: 'users' } });
    simulation.advance(90 * SECOND);
    const [committed, compensated, aborted, stuck] = counts(simulation, 'committed', 'compensated', 'aborted', 'stuck');
    expect(committed).toBeGreaterThan(5);
    expect(compensated! + aborted!).toBeGreaterThan(0);
    expect(stuck).toBe(0);
    expect(simulation.ledger.open).toBe(0);
    simulation.resetTotals();
    simulation.advance(91 * SECOND);
    expect(counts(simulation, 'inDoubt', 'moneyInFlight', 'moneyOff', 'sagas', 'telling')).toEqual([0, 0, 0, 0, 0]);
  },
);

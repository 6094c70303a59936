// Two-phase commit: the whole log of a transaction, what happens when somebody is missing, and what must hold at the end
// whatever has happened.
import { expect, it } from 'vitest';
import { RandomStream } from '../../engine/random';
import type { Simulation } from '../../engine/simulation';
import { CONNECTION_FAULTS, CRASH, CUT, ERRORS, PAUSE } from '../../model/faults';
import type { Settings } from '../../model/fields';
import type { ScheduledFault } from '../../model/scenario';
import { MICROS_PER_SECOND as SECOND } from '../../model/units';
import { assemble } from '../assemble';
import { deathsAt, eventLog, faultAt, INSTANT, metricOf, smallSystem } from '../small-system';

/** Every piece of work takes the same time: 6 ms of a write, 1 ms to bring something to disk. */
const DATABASE: Settings = { writeMedianMs: 6, writeP99Ms: 6, commitMedianMs: 1, commitP99Ms: 1 };
const COORDINATOR: Settings = { cpuMicros: 0, logMedianMs: 1, logP99Ms: 1 };
const ONE_WRITE: Settings = { ratePerSec: 10, arrivals: 'constant', readPercent: 0, keyCount: 1 };

interface Setting {
  readonly client?: Settings;
  readonly orders?: Settings;
  readonly stock?: Settings;
  readonly second?: Settings;
  readonly faults?: readonly ScheduledFault[];
}

function bank({ client = ONE_WRITE, orders = {}, stock = {}, second = {}, faults = [] }: Setting = {}): Simulation {
  return assemble(
    smallSystem({
      components: {
        users: ['client', client],
        coordinator: ['transaction-coordinator', COORDINATOR],
        orders: ['sql-database', { ...DATABASE, ...orders }],
        stock: ['sql-database', { ...DATABASE, ...stock }],
      },
      connections: {
        'users>coordinator': { ...INSTANT, timeoutMs: 0 },
        'coordinator>orders': { ...INSTANT, rttMs: 2, timeoutMs: 50 },
        'coordinator>stock': { ...INSTANT, rttMs: 2, timeoutMs: 50, ...second },
      },
      faults,
    }),
  );
}

const counts = (simulation: Simulation, component: string, ...metrics: string[]): number[] =>
  metrics.map((metric) => metricOf(simulation, component, metric));

it('asks one after the other, writes the decision, tells both', () => {
  const simulation = bank();
  const log = eventLog(simulation, 150).filter((line) => !line.includes('timer'));
  expect(log).toEqual([
    '100 arrival users>coordinator',
    '101 arrival coordinator>orders', // prepare: 6 ms of work, 1 ms to disk
    '109 answer coordinator>orders',
    '110 arrival coordinator>stock',
    '118 answer coordinator>stock', // both have promised: 1 ms for the decision
    '120 arrival coordinator>orders', // commit
    '120 arrival coordinator>stock',
    '122 answer coordinator>orders', // 1 ms to disk, and the way back
    '122 answer coordinator>stock',
    '122 answer users>coordinator',
  ]);
  expect(counts(simulation, 'coordinator', 'committed', 'aborted')).toEqual([1, 0]);
  expect(counts(simulation, 'orders', 'writes', 'flushes')).toEqual([1, 2]);
  expect(simulation.ledger.open).toBe(0);
});

it('asks those that stand together at the same time', () => {
  const log = eventLog(bank({ second: { parallel: true } }), 150).filter((line) => !line.includes('timer'));
  expect(log.slice(1, 5)).toEqual([
    '101 arrival coordinator>orders',
    '101 arrival coordinator>stock',
    '109 answer coordinator>orders',
    '109 answer coordinator>stock',
  ]);
  expect(log.at(-1)).toBe('113 answer users>coordinator');
});

it('aborts for all when one says no, and the locks are free at once', () => {
  const simulation = bank({ stock: { maxPrepared: 0 } });
  simulation.advance(0.5 * SECOND);
  expect(deathsAt(simulation, 'coordinator')).toEqual({ aborted: 4 });
  expect(counts(simulation, 'orders', 'writes', 'inDoubt')[0]).toBe(0);
  expect(simulation.ledger.open).toBe(0);
});

it('aborts when one does not answer in time; one who promises later is told', () => {
  const simulation = bank({ faults: [faultAt('stock', PAUSE.id, 90, 100)] });
  simulation.advance(0.195 * SECOND);
  // 110 ms + 50 ms of patience.
  expect(deathsAt(simulation, 'coordinator')).toEqual({ timeout: 1, aborted: 1 });
  simulation.advance(2 * SECOND);
  expect(counts(simulation, 'coordinator', 'aborted')).toEqual([1]);
  expect(simulation.ledger.open).toBe(0);
});

it('a coordinator that dies after the votes leaves both in doubt with their locks; back again, it aborts', () => {
  const crash = faultAt('coordinator', 'crash-after-votes', 50, undefined, { restartAfterS: 2 });
  const simulation = bank({ client: { ...ONE_WRITE, ratePerSec: 5 }, faults: [crash] });
  simulation.advance(2 * SECOND);
  simulation.resetTotals();
  simulation.advance(2.2 * SECOND);
  expect(counts(simulation, 'orders', 'inDoubt', 'writes')).toEqual([1, 0]);
  expect(counts(simulation, 'coordinator', 'inDoubt')).toEqual([2]);
  simulation.advance(4 * SECOND);
  expect(counts(simulation, 'coordinator', 'recovered', 'aborted')).toEqual([2, 0]);
  // From 2.2 s on everybody is served again: eight transactions in 1.8 s, and one or two more.
  expect(counts(simulation, 'coordinator', 'committed')[0]).toBeGreaterThan(7);
  expect(simulation.ledger.open).toBeLessThan(2);
});

it('what was decided before the crash is told after it', () => {
  // Decided at 119 ms; the word to stock is lost, and the coordinator dies before it can say it again.
  const faults = [faultAt('coordinator>stock', CUT.id, 118.5, 500), faultAt('coordinator', CRASH.id, 130, 1000)];
  const simulation = bank({ faults });
  simulation.advance(0.7 * SECOND);
  expect(counts(simulation, 'stock', 'writes')).toEqual([0]);
  expect(counts(simulation, 'orders', 'writes')).toEqual([1]);
  simulation.advance(1.14 * SECOND);
  expect(counts(simulation, 'stock', 'writes')).toEqual([1]);
  expect(simulation.ledger.open).toBeLessThan(2);
});

it('promises survive a crash of the database, with their locks', () => {
  const faults = [
    faultAt('coordinator', 'crash-after-votes', 50, undefined, { restartAfterS: 1 }),
    faultAt('orders', CRASH.id, 300, 100),
  ];
  const simulation = assemble(
    smallSystem({
      components: {
        users: ['client', { ...ONE_WRITE, ratePerSec: 5 }],
        coordinator: ['transaction-coordinator', COORDINATOR],
        orders: ['sql-database', DATABASE],
        stock: ['sql-database', DATABASE],
        others: ['client', { ...ONE_WRITE, ratePerSec: 2 }],
      },
      connections: {
        'users>coordinator': INSTANT,
        'coordinator>orders': INSTANT,
        'coordinator>stock': INSTANT,
        'others>orders': { ...INSTANT, timeoutMs: 0 },
      },
      faults,
    }),
  );
  simulation.advance(1.2 * SECOND);
  // The one key is locked: the write of the others at 500 ms waits until the coordinator is back.
  expect(counts(simulation, 'orders', 'writes')).toEqual([0]);
  simulation.advance(1.3 * SECOND);
  expect(counts(simulation, 'orders', 'writes')[0]).toBeGreaterThan(0);
});

it('a caller who asks again for the same request does not pay twice', () => {
  const simulation = assemble(
    smallSystem({
      components: {
        users: ['client', ONE_WRITE],
        coordinator: ['transaction-coordinator', COORDINATOR],
        orders: ['sql-database', { ...DATABASE, writeMedianMs: 40, writeP99Ms: 40 }],
      },
      connections: {
        'users>coordinator': {
          ...INSTANT,
          timeoutMs: 500,
          retry: 'fixed',
          retryWrites: true,
          perTryTimeoutMs: 20,
          backoffMs: 1,
        },
        'coordinator>orders': INSTANT,
      },
    }),
  );
  simulation.advance(0.199 * SECOND);
  expect(metricOf(simulation, 'orders', 'writes')).toBe(1);
  expect(metricOf(simulation, 'coordinator', 'committed')).toBe(1);
});

/** Random trouble in the first ten seconds, for everybody; then half an hour of rest. */
function troubled(seed: number): Simulation {
  const chance = new RandomStream(seed, '', 'trouble');
  const faults: ScheduledFault[] = [];
  const trouble = (target: string, ids: readonly string[]): void => {
    for (let i = 0; i < 4; i++) {
      const id = ids[chance.integer(ids.length)]!;
      const params: Settings = id === ERRORS.id ? { percent: 50 } : {};
      faults.push(faultAt(target, id, chance.integer(9000), 20 + chance.integer(1500), params));
    }
  };
  const databases = ['orders', 'stock', 'ledger'];
  trouble('coordinator', [CRASH.id, PAUSE.id, 'crash-after-votes']);
  for (const id of databases) trouble(id, [CRASH.id, PAUSE.id, ERRORS.id]);
  for (const id of databases) trouble(`coordinator>${id}`, [CUT.id, ...CONNECTION_FAULTS.map((each) => each.id)]);
  return assemble(
    smallSystem({
      components: {
        users: ['client', { ratePerSec: 60, readPercent: 10, keyCount: 40 }],
        coordinator: ['transaction-coordinator', { retryMs: 200, recoveryS: 2 }],
        ...Object.fromEntries(databases.map((id) => [id, ['sql-database', { lockTimeoutMs: 300 }] as const])),
      },
      connections: {
        'users>coordinator': { retry: 'exponential', retryWrites: true, perTryTimeoutMs: 300 },
        'coordinator>orders': { timeoutMs: 200 },
        'coordinator>stock': { timeoutMs: 200, parallel: true },
        'coordinator>ledger': { timeoutMs: 200 },
      },
      faults,
      seed,
    }),
  );
}

it.each(Array.from({ length: 16 }, (_, i) => i + 1))('all or nothing, and no money lost (seed %i)', (seed) => {
  const simulation = troubled(seed);
  simulation.advance(11 * SECOND);
  simulation.intervene({ type: 'edit', edit: { type: 'remove-component', id: 'users' } });
  simulation.advance(60 * SECOND);
  const [committed, aborted] = counts(simulation, 'coordinator', 'committed', 'aborted');
  // Some trouble leaves little time for anything else.
  expect(committed).toBeGreaterThan(5);
  expect(aborted).toBeGreaterThan(0);
  // Every transaction has happened everywhere or nowhere, and nobody is left waiting for a decision.
  expect(simulation.ledger.open).toBe(0);
  for (const id of ['orders', 'stock', 'ledger']) expect(metricOf(simulation, id, 'writes')).toBe(committed);
  simulation.resetTotals();
  simulation.advance(61 * SECOND);
  expect(counts(simulation, 'coordinator', 'inDoubt', 'moneyInFlight', 'telling', 'preparing')).toEqual([0, 0, 0, 0]);
});

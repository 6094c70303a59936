import { describe, expect, it } from 'vitest';
import type { Simulation } from '../../engine/simulation';
import type { Settings } from '../../model/fields';
import type { ScheduledFault } from '../../model/scenario';
import { MICROS_PER_SECOND as SECOND } from '../../model/units';
import { assemble } from '../assemble';
import { deathsAt, faceOf, INSTANT, metricOf, smallSystem } from '../small-system';

const ROOM = { cores: 128, poolSize: 1000, maxConnections: 10_000, poolTimeoutMs: 600_000 };
/** Writes without chance. */
const writes = (ms: number, commitMs: number): Settings => ({
  writeMedianMs: ms,
  writeP99Ms: ms,
  commitMedianMs: commitMs,
  commitP99Ms: commitMs,
});
/** Lognormal with C² = 1: σ² = ln 2, so the mean is √2 medians and the p99 6.9366 medians. */
const asSpreadAsExponential = (meanMs: number): Settings => ({
  writeMedianMs: meanMs / Math.SQRT2,
  writeP99Ms: (meanMs / Math.SQRT2) * 6.9366,
});

function system(
  loads: readonly Settings[],
  database: Settings,
  { faults = [], connection = {}, seed = 7 }: { faults?: ScheduledFault[]; connection?: Settings; seed?: number } = {},
): Simulation {
  return assemble(
    smallSystem({
      components: {
        ...Object.fromEntries(
          loads.map((load, i) => [`client${i}`, ['client', { keys: 'uniform', keyCount: 1, ...load }] as const]),
        ),
        database: ['sql-database', database],
      },
      connections: Object.fromEntries(
        loads.map((_, i) => [`client${i}>database`, { ...INSTANT, timeoutMs: 0, ...connection }]),
      ),
      faults,
      seed,
    }),
  );
}

const fault = (id: string, fromSecond: number, seconds: number, params = {}): ScheduledFault => ({
  atMs: fromSecond * 1000,
  durationMs: seconds * 1000,
  target: 'database',
  fault: id,
  params,
});

function totals(simulation: Simulation) {
  return simulation.component('database')!.stats.totals(simulation.now);
}
const metric = (simulation: Simulation, id: string): number => metricOf(simulation, 'database', id);
const dead = (simulation: Simulation, cause: string): number => deathsAt(simulation, 'database')[cause] ?? 0;

describe('a hot row', () => {
  // M/M/1 with S = lock hold, and Pollaczek-Khinchine for other holds. The hold includes the flush.
  it.each([
    // ρ 0.5 and 0.8, E[S] 10 ms, C² 1: Wq = ρ / (μ − λ).
    [50, 10, 0.001, 10],
    [80, 10, 0.001, 40],
    // 8 ms of work with C² 1 and 2 ms of flush: E[S²] = 164 ms², Wq = λ E[S²] / (2 (1 − ρ)).
    [50, 8, 2, 8.2],
  ])(
    '%i writes a second that hold it for %d + %d ms wait as in an M/G/1 queue',
    (ratePerSec, work, flush, expected) => {
      const database = { ...ROOM, ...asSpreadAsExponential(work), commitMedianMs: flush, commitP99Ms: flush };
      const seed = 11;
      const simulation = system([{ ratePerSec, readPercent: 0 }], database, { seed });
      simulation.advance(50 * SECOND);
      simulation.resetTotals();
      simulation.advance(3000 * SECOND);
      const { meanWait, meanWaiting, meanInSystem, completions, span, waits } = totals(simulation);
      expect(Math.abs(meanWait / 1000 / expected - 1), `seed ${seed}`).toBeLessThan(0.05);
      // Little's law for those who wait and for all; the lock is all there is to wait for.
      expect(Math.abs(meanWaiting / ((meanWait * waits) / span) - 1)).toBeLessThan(0.01);
      expect(Math.abs(metric(simulation, 'lockWaiting') / meanWaiting - 1)).toBeLessThan(1e-9);
      const response = (meanInSystem * span) / completions / 1000;
      expect(Math.abs(response / (expected + work + flush) - 1)).toBeLessThan(0.05);
    },
  );

  it('serves one write at a time, however many cores and flushes could be shared', () => {
    const load = { ratePerSec: 500, readPercent: 0 };
    const counts = ['one', 'none'].map((locking) => {
      const simulation = system([load], { ...ROOM, ...writes(5, 15), locking });
      simulation.advance(20 * SECOND);
      return metric(simulation, 'writes');
    });
    expect(Math.abs(counts[0]! - 1000)).toBeLessThan(3);
    expect(counts[1]).toBeGreaterThan(9500);
  });

  it('does not hold up reads, nor writes to other rows', () => {
    const database = { ...ROOM, ...writes(5, 15), readMedianMs: 1, readP99Ms: 1 };
    const simulation = system(
      [
        { ratePerSec: 100, readPercent: 100 },
        { ratePerSec: 500, readPercent: 0 },
      ],
      database,
    );
    simulation.advance(10 * SECOND);
    expect(metric(simulation, 'reads')).toBeGreaterThan(900);
    const others = system([{ ratePerSec: 500, readPercent: 0, keys: 'sequential', keyCount: 1000 }], database);
    others.advance(10 * SECOND);
    expect(totals(others).meanWait).toBe(0);
  });
});

describe('a lock timeout', () => {
  it('ends the waiting, and is off at first', () => {
    const load = { ratePerSec: 20, readPercent: 0, arrivals: 'constant' };
    const run = (lockTimeoutMs: number): Simulation => {
      const faults = [fault('long-transaction', 5, 5)];
      const simulation = system([load], { ...ROOM, ...writes(1, 1), lockTimeoutMs }, { faults });
      simulation.advance(9.99 * SECOND);
      return simulation;
    };
    // 100 writes come while the row is locked; those of the last half second still wait.
    const limited = run(500);
    expect(dead(limited, 'lock-timeout')).toBe(metric(limited, 'lockTimeouts'));
    expect(Math.abs(dead(limited, 'lock-timeout') - 90)).toBeLessThanOrEqual(1);
    limited.advance(12 * SECOND);
    expect(totals(limited).inSystem).toBeLessThanOrEqual(1);
    const patient = run(0);
    expect(dead(patient, 'lock-timeout')).toBe(0);
    expect(Math.abs(totals(patient).inSystem - 100)).toBeLessThanOrEqual(1);
    patient.advance(12 * SECOND);
    expect(totals(patient)).toMatchObject({ failures: 0 });
    expect(totals(patient).inSystem).toBeLessThanOrEqual(1);
  });
});

describe('transactions of two rows', () => {
  const load = { ratePerSec: 100, readPercent: 0, keyCount: 10 };
  const database = { ...ROOM, ...writes(10, 1) };

  it('can wait for each other: one is rolled back after the deadlock timeout, the other goes on', () => {
    const seed = 5;
    const run = (settings: Settings): Simulation => {
      const simulation = system([load], { ...database, ...settings }, { seed });
      simulation.advance(60 * SECOND);
      return simulation;
    };
    const both = run({ locking: 'two', deadlockTimeoutMs: 100 });
    const deadlocks = metric(both, 'deadlocks');
    expect(deadlocks, `seed ${seed}`).toBeGreaterThan(20);
    expect(deathsAt(both, 'database')).toEqual({ deadlock: deadlocks });
    expect(totals(both).completions).toBeGreaterThan(500);
    // Looked for later, each costs more time, and everybody who wants its rows waits.
    const later = run({ locking: 'two', deadlockTimeoutMs: 1000 });
    expect(totals(later).completions).toBeLessThan(totals(both).completions / 2);
    // Take the cause away: with one row each there is nothing to wait for in a circle.
    expect(deathsAt(run({ locking: 'one' }), 'database')).toEqual({});
  });

  it('all end once no more come', () => {
    const simulation = system([load], { ...database, locking: 'two' });
    simulation.advance(20 * SECOND);
    simulation.intervene({
      type: 'edit',
      edit: { type: 'configure-component', id: 'client0', config: { ...load, ratePerSec: 0 } },
    });
    // With so many in line every holder of a row waits for another: it goes on at the pace at which deadlocks are broken.
    simulation.advance(5000 * SECOND);
    const { arrivals, completions, failures, inSystem } = totals(simulation);
    expect([inSystem, completions + failures]).toEqual([0, arrivals]);
    expect(faceOf(simulation, 'database').slice(1)).toEqual([0, 1000, 0, 0, 0, 0, 0, 0, 8]);
  });

  it('take the time of one when nobody is in their way', () => {
    const alone = { ...load, ratePerSec: 5, arrivals: 'constant' };
    const simulation = system([alone], { ...database, locking: 'two' });
    simulation.advance(20.1 * SECOND);
    const { meanInSystem, completions, span } = totals(simulation);
    expect(Math.abs((meanInSystem * span) / completions / 1000 - 11)).toBeLessThan(0.01);
  });
});

describe('faults', () => {
  it('a long transaction on the hottest row uses up the pool for everybody, and only while it lasts', () => {
    const simulation = system(
      [{ ratePerSec: 200, readPercent: 80, keys: 'zipf', keyCount: 1000 }],
      { poolSize: 10, poolTimeoutMs: 500 },
      { faults: [fault('long-transaction', 20, 20)] },
    );
    simulation.advance(20 * SECOND);
    expect(deathsAt(simulation, 'database')).toEqual({});
    simulation.advance(40 * SECOND);
    const timeouts = dead(simulation, 'pool-timeout');
    // Some 40 writes a second and 160 reads: once ten writes wait for the row, nobody gets a connection.
    expect(timeouts).toBeGreaterThan(1500);
    const [, active, , , , lockedOut] = faceOf(simulation, 'database');
    expect([active, lockedOut]).toEqual([10, 10]);
    simulation.advance(41 * SECOND);
    simulation.resetTotals();
    simulation.advance(60 * SECOND);
    expect(totals(simulation).failures).toBe(0);
  });

  it('the lock of the table stops the primary, reads too, but no replica', () => {
    const faults = [fault('lock-table', 5, 5)];
    const quick = { ...ROOM, ...writes(1, 1), readMedianMs: 1, readP99Ms: 1, replicas: 1 };
    const load = { ratePerSec: 100, readPercent: 50, keyCount: 1000, arrivals: 'constant' };
    const counts = ['primary', 'replicas'].map((readFrom) => {
      const simulation = system([load], { ...quick, readFrom }, { faults });
      simulation.advance(5.1 * SECOND);
      simulation.resetTotals();
      simulation.advance(9.9 * SECOND);
      const during = [metric(simulation, 'reads'), metric(simulation, 'writes')];
      simulation.advance(11 * SECOND);
      expect(totals(simulation)).toMatchObject({ failures: 0 });
      expect(totals(simulation).inSystem).toBeLessThanOrEqual(1);
      return during;
    });
    expect(counts[0]).toEqual([0, 0]);
    expect(counts[1]![0]).toBeGreaterThan(200);
    expect(counts[1]![1]).toBe(0);
  });

  it('a slow disk makes commits slow, not reads', () => {
    const simulation = system(
      [{ ratePerSec: 50, readPercent: 0, keys: 'sequential', keyCount: 1000, arrivals: 'constant' }],
      { ...ROOM, ...writes(1, 2) },
      { faults: [fault('disk-slow', 10, 10, { factor: 5 })] },
    );
    const response = (until: number): number => {
      simulation.resetTotals();
      simulation.advance(until * SECOND);
      const { meanInSystem, completions, span } = totals(simulation);
      return (meanInSystem * span) / completions / 1000;
    };
    expect(response(9.9)).toBeCloseTo(3, 1);
    simulation.advance(10.1 * SECOND);
    expect(response(19.9)).toBeCloseTo(11, 1);
    simulation.advance(20.1 * SECOND);
    expect(response(30)).toBeCloseTo(3, 1);
  });

  it('a database ten times slower uses up a pool with the defaults of HikariCP, and recovers', () => {
    const simulation = system(
      [{ ratePerSec: 200, readPercent: 100, keyCount: 1000 }],
      { poolSize: 10, poolTimeoutMs: 30_000 },
      { faults: [fault('slow', 20, 60, { factor: 10 })] },
    );
    simulation.advance(20 * SECOND);
    expect(dead(simulation, 'pool-timeout')).toBe(0);
    simulation.advance(80 * SECOND);
    // From the thirtieth second of trouble on, all of the pool is in use and most of those who wait do so in vain.
    expect(dead(simulation, 'pool-timeout')).toBeGreaterThan(2000);
    expect(faceOf(simulation, 'database')[1]).toBe(10);
    simulation.advance(140 * SECOND);
    simulation.resetTotals();
    simulation.advance(160 * SECOND);
    expect(totals(simulation).failures).toBe(0);
    expect(totals(simulation).meanWaiting).toBeLessThan(1);
  });

  it('a crash rolls everything back, the long transaction too', () => {
    const simulation = system(
      [{ ratePerSec: 50, readPercent: 0 }],
      { ...ROOM, ...writes(1, 1) },
      { faults: [fault('long-transaction', 2, 100), fault('lock-table', 3, 100), fault('crash', 5, 1)] },
    );
    simulation.advance(4.9 * SECOND);
    expect(faceOf(simulation, 'database')[5]).toBeGreaterThan(100);
    simulation.advance(5.5 * SECOND);
    expect(faceOf(simulation, 'database').slice(1)).toEqual([0, 1000, 0, 0, 0, 0, 0, 0, 8]);
    simulation.advance(8 * SECOND);
    expect(metric(simulation, 'writes')).toBeGreaterThan(170);
    simulation.advance(110 * SECOND);
    expect(totals(simulation).inSystem).toBeLessThan(5);
  });
});

it('one who waits for a connection or a lock goes when the caller gives up', () => {
  const connection = { timeoutMs: 300, cancel: true };
  const load = { ratePerSec: 50, readPercent: 0 };
  const faults = [fault('long-transaction', 2, 10)];
  const simulation = system([load], { ...writes(1, 1), poolSize: 5, poolTimeoutMs: 60_000 }, { connection, faults });
  simulation.advance(10 * SECOND);
  // At most what came in the last 300 ms is still there, and connections are given back.
  expect(totals(simulation).inSystem).toBeLessThan(35);
  expect(dead(simulation, 'cancelled')).toBeGreaterThan(300);
  simulation.advance(13 * SECOND);
  expect(totals(simulation).inSystem).toBeLessThan(5);
  const [, active, , waiting, , lockedOut] = faceOf(simulation, 'database');
  expect([active! < 5, waiting, lockedOut! < 5]).toEqual([true, 0, true]);
});

import { describe, expect, it } from 'vitest';
import type { Simulation } from '../../engine/simulation';
import { readFace } from '../../model/face';
import type { Settings } from '../../model/fields';
import type { ScheduledFault } from '../../model/scenario';
import { MICROS_PER_SECOND as SECOND } from '../../model/units';
import { assemble } from '../assemble';
import { change, deathsAt, eventLog, faceOf, INSTANT, metricOf, smallSystem } from '../small-system';

const EVENLY = { arrivals: 'constant', keys: 'uniform' };
/** Queries without chance: equal median and p99 make a lognormal constant. */
const reads = (ms: number): Settings => ({ readMedianMs: ms, readP99Ms: ms });
const writes = (ms: number, commitMs: number): Settings => ({
  writeMedianMs: ms,
  writeP99Ms: ms,
  commitMedianMs: commitMs,
  commitP99Ms: commitMs,
});

interface Setup {
  readonly loads: readonly Settings[];
  readonly database: Settings;
  readonly connection?: Settings;
  readonly faults?: readonly ScheduledFault[];
}

/** Clients that query the database themselves: client0, client1, … */
function system({ loads, database, connection = {}, faults = [] }: Setup): Simulation {
  return assemble(
    smallSystem({
      components: {
        ...Object.fromEntries(loads.map((load, i) => [`client${i}`, ['client', { ...EVENLY, ...load }] as const])),
        database: ['sql-database', database],
      },
      connections: Object.fromEntries(
        loads.map((_, i) => [`client${i}>database`, { ...INSTANT, timeoutMs: 0, ...connection }]),
      ),
      faults,
    }),
  );
}

function totals(simulation: Simulation) {
  return simulation.component('database')!.stats.totals(simulation.now);
}

function metric(simulation: Simulation, id: string): number {
  return metricOf(simulation, 'database', id);
}

/** The words under the node: what is said about lag, and the number in it. */
function lagShown(simulation: Simulation): number[] {
  const face = readFace(simulation.component('database')!.blueprint.face, faceOf(simulation, 'database'));
  return [...face[4]!.values];
}

describe('connections', () => {
  it('a pool of one on one core is M/G/1', () => {
    // Lognormal 1/3 ms: mean 1.118 ms, C² = 0.2498; 447.23/s give ρ = 0.5 and W = 1.118 + 0.5 · 1.118 · 1.2498 / 1 ms.
    const simulation = system({
      loads: [{ arrivals: 'poisson', ratePerSec: 447.23, readPercent: 100 }],
      database: { readMedianMs: 1, readP99Ms: 3, poolSize: 1, cores: 1, poolTimeoutMs: 10_000 },
    });
    simulation.advance(10 * SECOND);
    simulation.resetTotals();
    simulation.advance(210 * SECOND);
    const { meanInSystem, utilisation, completions, span } = totals(simulation);
    const response = (meanInSystem * span) / completions / 1000;
    expect(Math.abs(response / 1.8167 - 1)).toBeLessThan(0.03);
    expect(Math.abs(utilisation! - 0.5)).toBeLessThan(0.01);
  });

  it('queries on one core share it; those without a connection wait', () => {
    const simulation = system({
      loads: [{ ratePerSec: 200, readPercent: 100 }],
      database: { ...reads(10), cores: 1, poolSize: 2 },
    });
    // Arrivals at 5, 10, 15 …: the second shares the core with the first, the third waits for its connection.
    expect(eventLog(simulation, 31).filter((line) => line.includes('answer'))).toEqual([
      '20 answer client0>database',
      '30 answer client0>database',
    ]);
    expect(faceOf(simulation, 'database').slice(0, 6)).toEqual([0, 2, 2, 2, 0, 0]);
  });

  it('a waiter gives up after its time, and who waited longest is next', () => {
    const simulation = system({
      loads: [{ ratePerSec: 20, readPercent: 100 }],
      database: { ...reads(100), poolSize: 1, poolTimeoutMs: 500 },
    });
    simulation.advance(20.01 * SECOND);
    simulation.resetTotals();
    simulation.advance(30.01 * SECOND);
    const { completions, failures, meanWait } = totals(simulation);
    expect([completions, failures, metric(simulation, 'poolTimeouts')]).toEqual([100, 100, 100]);
    expect(deathsAt(simulation, 'database')['pool-timeout']).toBeGreaterThan(100);
    // Those who are served have waited nearly as long as anybody may.
    expect(meanWait).toBeGreaterThan(400_000);
    expect(meanWait).toBeLessThanOrEqual(500_000);
  });

  it('each caller has a pool of its own, and the server a limit for all', () => {
    const simulation = system({
      loads: [
        { ratePerSec: 20, readPercent: 100 },
        { ratePerSec: 20, readPercent: 100 },
      ],
      database: { ...reads(100_000), poolSize: 10, maxConnections: 12, poolTimeoutMs: 600_000 },
    });
    simulation.advance(1.01 * SECOND);
    // At first 6 each, and whoever needs a thirteenth connection is refused.
    expect(deathsAt(simulation, 'database')).toEqual({ 'too-many-connections': 40 - 12 });
    expect(faceOf(simulation, 'database').slice(1, 5)).toEqual([12, 20, 0, 0]);
    change(simulation, 'database', { ...reads(100_000), poolSize: 10, poolTimeoutMs: 600_000 });
    simulation.advance(3.01 * SECOND);
    expect(faceOf(simulation, 'database').slice(1, 5)).toEqual([20, 20, 72, 0]);
  });

  it('a write keeps its connection until it is on disk', () => {
    const simulation = system({
      loads: [{ ratePerSec: 100, readPercent: 0 }],
      database: { ...writes(2, 18), poolSize: 1 },
    });
    simulation.advance(10.001 * SECOND);
    expect(metric(simulation, 'writes')).toBe(499);
    expect(metric(simulation, 'connectionsActive')).toBeCloseTo(0.999, 3);
    expect(totals(simulation).utilisation).toBeCloseTo(0.025, 3);
  });

  it('a pool grows and shrinks while it is used', () => {
    const database = { ...reads(100), poolTimeoutMs: 600_000, cores: 128 };
    const simulation = system({ loads: [{ ratePerSec: 100, readPercent: 100 }], database });
    simulation.advance(2 * SECOND);
    for (const [poolSize, second] of [
      [2, 4],
      [40, 20],
      [10, 30],
    ] as const) {
      change(simulation, 'database', { ...database, poolSize });
      simulation.advance(second * SECOND);
      const [, active, total, waiting] = faceOf(simulation, 'database');
      expect(total).toBe(poolSize);
      expect(active).toBeLessThanOrEqual(poolSize);
      expect(waiting! > 0).toBe(poolSize === 2);
    }
    expect(totals(simulation).failures).toBe(0);
  });
});

it('writes that come during a flush share the next', () => {
  const simulation = system({
    loads: [{ ratePerSec: 1000, readPercent: 0 }],
    database: { ...writes(0.001, 10), poolSize: 1000, maxConnections: 1000 },
  });
  simulation.advance(10 * SECOND);
  expect(metric(simulation, 'writes')).toBeGreaterThan(9970);
  expect(Math.abs(metric(simulation, 'flushes') - 1000)).toBeLessThan(3);
  // Commit latency between one and two flushes.
  const { meanInSystem, completions, span } = totals(simulation);
  expect(Math.abs((meanInSystem * span) / completions / 1000 - 15)).toBeLessThan(1);
});

describe('replicas', () => {
  const QUICK = { ...reads(0.001), ...writes(0.001, 0.001), cores: 128, poolSize: 1000, maxConnections: 10_000 };

  it('take reads in turn and leave writes to the primary', () => {
    const simulation = system({
      loads: [{ ratePerSec: 1000, readPercent: 80 }],
      database: { ...reads(4), ...writes(4, 0.001), cores: 1, replicas: 4 },
    });
    simulation.advance(20 * SECOND);
    // A fifth of the load on each of five servers: 0.8 of a core.
    expect(Math.abs(totals(simulation).utilisation! - 0.8)).toBeLessThan(0.02);
    expect(metric(simulation, 'reads') + metric(simulation, 'writes')).toBeGreaterThan(19_950);
    expect(faceOf(simulation, 'database').slice(0, 2)).toEqual([2, 4]);
  });

  it('stand by when reads go to the primary', () => {
    const simulation = system({
      loads: [{ ratePerSec: 500, readPercent: 50, keyCount: 1 }],
      database: { ...QUICK, replicas: 2, readFrom: 'primary', applyMs: 100 },
    });
    simulation.advance(10 * SECOND);
    expect(metric(simulation, 'staleReads')).toBe(0);
  });

  // V17: a key written at the rate w is stale with probability 1 − e^(−wL) where L passes until a write is applied.
  it.each([
    [1, 0.0488, 16_000],
    [10, 0.3935, 2000],
  ])('%i writes a second and 50 ms until they are applied: stale reads', (perSecond, expected, seconds) => {
    const load = { keyCount: 1, arrivals: 'poisson' };
    const simulation = system({
      loads: [
        { ...load, ratePerSec: perSecond, readPercent: 0 },
        { ...load, ratePerSec: 20, readPercent: 100 },
      ],
      database: { ...QUICK, replicas: 2, replicationDelayMs: 49.999, applyMs: 0.001 },
    });
    // 16 000 writes and 320 000 reads, of which 15 600 are stale, or 20 000 writes: the standard error is about 1 %.
    simulation.advance(seconds * SECOND);
    const share = metric(simulation, 'staleReads') / metric(simulation, 'reads');
    expect(Math.abs(share / expected - 1)).toBeLessThan(0.03);
  });

  it('fall behind without end when writes outrun the applier, and catch up when they stop', () => {
    const load = { ratePerSec: 200, readPercent: 0 };
    const simulation = system({ loads: [load], database: { ...QUICK, replicas: 1, applyMs: 10 } });
    // λ s = 2: the lag grows by 1 − 1/2 s in a second.
    for (const second of [4, 8, 20]) {
      simulation.advance(second * SECOND);
      const [, lag] = lagShown(simulation);
      expect(Math.abs(lag! - second * 500)).toBeLessThan(20);
    }
    expect(Math.abs(metric(simulation, 'replicationLagMs') - 5000)).toBeLessThan(50);
    change(simulation, 'client0', { ...EVENLY, ...load, ratePerSec: 0 });
    // 2000 writes wait, 100 are applied in a second.
    simulation.advance(39.9 * SECOND);
    expect(lagShown(simulation)[0]).toBe(2);
    simulation.advance(40.1 * SECOND);
    expect(lagShown(simulation)).toEqual([1]);
  });

  it('answer with what they have while replication is stopped, and catch up afterwards', () => {
    const stop = [{ atMs: 5000, durationMs: 5000, target: 'database', fault: 'stop-replication', params: {} }];
    const simulation = system({
      loads: [{ ratePerSec: 500, readPercent: 80, keyCount: 100 }],
      database: { ...QUICK, replicas: 3, applyMs: 0.1 },
      faults: stop,
    });
    simulation.advance(5 * SECOND);
    const before = metric(simulation, 'staleReads');
    simulation.advance(10 * SECOND);
    const [phrase, lag] = lagShown(simulation);
    expect(phrase).toBe(3);
    expect(Math.abs(lag! - 5000)).toBeLessThan(100);
    const during = metric(simulation, 'staleReads') - before;
    // Nearly every key has been written after a second or two.
    expect(during).toBeGreaterThan(1000);
    simulation.advance(12 * SECOND);
    const after = metric(simulation, 'staleReads');
    simulation.advance(17 * SECOND);
    expect((metric(simulation, 'staleReads') - after) / during).toBeLessThan(0.02);
  });

  it('keep committed writes through a crash', () => {
    const load = { ratePerSec: 200, readPercent: 0 };
    const simulation = system({
      loads: [load],
      database: { ...QUICK, replicas: 2, applyMs: 10 },
      faults: [{ atMs: 10_000, durationMs: 5000, target: 'database', fault: 'crash', params: {} }],
    });
    simulation.advance(10.001 * SECOND);
    change(simulation, 'client0', { ...EVENLY, ...load, ratePerSec: 0 });
    simulation.advance(15.5 * SECOND);
    expect(lagShown(simulation)[0]).toBe(2);
    // 1000 of 2000 writes were to apply; that takes 10 s from the restart on.
    simulation.advance(24.9 * SECOND);
    expect(lagShown(simulation)[0]).toBe(2);
    simulation.advance(25.1 * SECOND);
    expect(lagShown(simulation)).toEqual([1]);
    expect(metric(simulation, 'writes')).toBeGreaterThan(1995);
  });

  it('come and go while they are used, and nobody is forgotten', () => {
    const load = { ratePerSec: 500, readPercent: 90 };
    const database = { poolTimeoutMs: 600_000, maxConnections: 10_000 };
    const simulation = system({ loads: [load], database });
    for (const [i, replicas] of [8, 1, 0, 3, 8, 0].entries()) {
      change(simulation, 'database', { ...database, replicas });
      simulation.advance((i + 1) * 2 * SECOND);
      expect(lagShown(simulation)[0] === 0).toBe(replicas === 0);
    }
    change(simulation, 'client0', { ...EVENLY, ...load, ratePerSec: 0 });
    simulation.advance(60 * SECOND);
    expect(totals(simulation)).toMatchObject({ inSystem: 0, failures: 0 });
    expect(faceOf(simulation, 'database')).toEqual([0, 0, 10, 0, 0, 0, 0, 0, 0, 8]);
  });
});

it('a crash resets what is open and forgets who waited', () => {
  const simulation = system({
    loads: [{ ratePerSec: 100, readPercent: 50 }],
    database: { ...reads(1000), poolSize: 5 },
    faults: [{ atMs: 1000, durationMs: 1000, target: 'database', fault: 'crash', params: {} }],
  });
  simulation.advance(1 * SECOND + 1);
  expect(deathsAt(simulation, 'database')['reset']).toBeGreaterThan(50);
  expect(faceOf(simulation, 'database')).toEqual([0, 0, 5, 0, 0, 0, 0, 0, 0, 8]);
  simulation.advance(5 * SECOND);
  expect(totals(simulation).completions).toBeGreaterThan(5);
});

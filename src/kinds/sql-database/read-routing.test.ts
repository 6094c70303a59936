import { describe, expect, it } from 'vitest';
import type { Simulation } from '../../engine/simulation';
import type { Settings } from '../../model/fields';
import { MICROS_PER_SECOND as SECOND } from '../../model/units';
import { assemble } from '../assemble';
import { INSTANT, metricOf, smallSystem } from '../small-system';
import { QUICK } from './testing/database-system';

const READING = { ...QUICK, readMedianMs: 1, readP99Ms: 1 };
const STEADY = { arrivals: 'constant', keys: 'uniform', keyCount: 1, addresses: 1 };

/** A writer and a reader, 100 reads a second; replication to one replica stands still between second 10 and 20. */
function run(database: Settings, writesPerSecond = 10, seconds = 30, only = 2): Simulation {
  const simulation = assemble(
    smallSystem({
      components: {
        writer: ['client', { ...STEADY, ratePerSec: writesPerSecond, readPercent: 0 }],
        reader: ['client', { ...STEADY, ratePerSec: 100, readPercent: 100 }],
        database: ['sql-database', { ...READING, ...database }],
      },
      connections: {
        'writer>database': { ...INSTANT, timeoutMs: 0 },
        'reader>database': { ...INSTANT, timeoutMs: 0 },
      },
      faults: [
        { atMs: 10_000, durationMs: 10_000, target: 'database', fault: 'stop-replication', params: { replica: only } },
      ],
    }),
  );
  simulation.advance(seconds * SECOND);
  return simulation;
}

const stale = (simulation: Simulation): number => metricOf(simulation, 'database', 'staleReads');

/** Reads in so many seconds that a server other than the first has answered: what the busiest one did not. */
function shareOfBusiest(simulation: Simulation): number {
  const { utilisation, span } = simulation.component('database')!.stats.totals(simulation.now);
  // Each read takes 1 ms of a core, of which a server has 100.
  return (utilisation! * 100 * span) / 1000 / metricOf(simulation, 'database', 'reads');
}

describe('reads go to', () => {
  it('all replicas in turn, also to one that is stuck', () => {
    const simulation = run({ readFrom: 'replicas', replicationDelayMs: 1 });
    // Half of a thousand reads.
    expect(Math.abs(stale(simulation) - 500)).toBeLessThan(25);
    expect(shareOfBusiest(simulation)).toBeCloseTo(0.5, 2);
  });

  it('the replica least behind: a stuck one is avoided', () => {
    const simulation = run({ readFrom: 'least-lag', replicationDelayMs: 1 });
    expect(stale(simulation)).toBeLessThan(25);
    // Two thirds of the time each has half, one third of it one has all.
    expect(Math.abs(shareOfBusiest(simulation) - 2 / 3)).toBeLessThan(0.02);
    // When all are equally far behind, the least is no better.
    expect(stale(run({ readFrom: 'least-lag', replicationDelayMs: 1 }, 10, 30, 0))).toBeGreaterThan(950);
  });

  it('replicas within the limit, and to the primary when there is none', () => {
    const limit = { readFrom: 'bounded', maxLagMs: 500, replicationDelayMs: 1 };
    const one = run(limit);
    // Only in the half second until the limit is reached: 25 reads of the stuck one.
    expect(stale(one)).toBeGreaterThan(15);
    expect(stale(one)).toBeLessThan(35);
    const all = run(limit, 10, 30, 0);
    expect(stale(all)).toBeGreaterThan(30);
    expect(stale(all)).toBeLessThan(65);
    // The primary has had a third of the reads, less the first half second.
    expect(shareOfBusiest(all)).toBeLessThan(0.36);
    expect(shareOfBusiest(run({ readFrom: 'primary' }))).toBeGreaterThan(0.99);
  });

  it('the primary for a while after an own write', () => {
    // Everything here is of one user. The write is applied 200 ms later, and one comes every second.
    const lag = { readFrom: 'sticky', replicationDelayMs: 199.999 };
    const without = stale(run({ ...lag, stickySeconds: 0 }, 1, 10));
    expect(Math.abs(without - 200)).toBeLessThan(25);
    const half = stale(run({ ...lag, stickySeconds: 0.1 }, 1, 10));
    expect(Math.abs(half - 100)).toBeLessThan(15);
    expect(stale(run({ ...lag, stickySeconds: 0.2 }, 1, 10))).toBe(0);
    // Two fifths of the time the primary answers, three fifths the two replicas share.
    expect(Math.abs(shareOfBusiest(run({ ...lag, stickySeconds: 0.4 }, 1, 10)) - 0.4)).toBeLessThan(0.05);
  });
});

/** V16 and V28: stores of several nodes that ask some of their replicas, or elect a leader. */
import { exp } from '../../engine/deterministic-math';
import type { Settings } from '../../model/fields';
import type { ScheduledFault } from '../../model/scenario';
import { runSteady, SECOND, start, type System } from '../run-system';
import type { Experiment, Row, Vector } from '../vector';
import { row } from './single-stations';

const METRICS = { warmupS: 2 } as const;

/** Replicas take in a write after a time of their own, exponential; everything else takes no time. */
const replicated = (nodes: number, readFrom: number, writeTo: number, writeMs: number): Settings => ({
  ...{ nodes, replicas: nodes, readFrom, writeTo, writeMs, readMs: 0.001, times: 'exponential', cores: 128 },
  ...{ rttMs: 0, jitter: 0, choice: 'random', readRepair: 'none', requestTimeoutMs: 600_000 },
  ...{ gossipMs: 60_000, convictMs: 600_000 },
});

/** One client that asks again as soon as it has its answer, or after a pause. */
const alone = (readPercent: number, thinkMs: number): Settings => ({
  ...{ workload: 'closed', users: 1, thinkTime: 'constant', thinkMs, readPercent, keyCount: 1 },
});

function staleness(what: string, theory: number, client: Settings, store: Settings, seconds: number): Experiment {
  const system: System = {
    components: { client: ['client', client], store: ['quorum-store', store] },
    connections: { 'client>store': {} },
  };
  return {
    setup: what,
    seeds: 10,
    rows: [row('share of stale reads', '', theory, 3)],
    replicate(seed) {
      const { staleReads, reads } = runSteady(system, seed, { ...METRICS, seconds }).part('store').metrics;
      return [staleReads! / reads!];
    },
  };
}

/** n choose k. */
function choose(n: number, k: number): number {
  let ways = 1;
  for (let i = 1; i <= k; i++) ways = (ways * (n - k + i)) / i;
  return k > n ? 0 : ways;
}

/** Right after the W-th acknowledgement exactly W of the N replicas have the write: a read that asks R others misses it. */
function partial(n: number, r: number, w: number): Experiment {
  const theory = choose(n - w, r) / choose(n, r);
  const what = `N ${n}, R ${r}, W ${w}: reads directly after the acknowledgement of a write`;
  return staleness(what, theory, alone(50, 0), replicated(n, r, w, 5), 60);
}

const MEAN_MS = 20;
const READS = 0.1;
/**
 * P(stale at t) = (N − 1)/N · e^(−t/m): 0.2453 at t = m for three replicas. A read in a row is k pauses after the write
 * with probability (1 − q) q^(k − 1).
 */
const VISIBILITY = ((2 / 3) * (1 - READS) * exp(-1)) / (1 - READS * exp(-1));

const V16: Vector = {
  id: 'V16',
  title: 'Staleness of partial quorums',
  shows:
    'Reads miss a write as often as the replicas that they ask do not have it yet, and never when R + W is above N.',
  source: 'Bailis et al.: Probabilistically Bounded Staleness (2012)',
  experiments: [
    ...(
      [
        [3, 1, 1],
        [3, 1, 2],
        [3, 2, 1],
        [5, 1, 1],
        [5, 2, 2],
        [5, 1, 3],
        [3, 2, 2],
      ] as const
    ).map(([n, r, w]) => partial(n, r, w)),
    staleness(
      'N 3, R 1, W 1: one read in ten, a pause of the mean time of propagation after what came before',
      VISIBILITY,
      alone(READS * 100, MEAN_MS),
      replicated(3, 1, 1, MEAN_MS),
      400,
    ),
  ],
};

const HEARTBEAT_MS = 10;
const ROUND_TRIP_MS = 0.1;
const CRASHES = 150;

/**
 * The leader crashes at any moment between two heartbeats. The first of n − 1 timeouts from 150 to 300 ms since the last
 * one is over after 150 + 150/n ms on average; then the votes need a round trip.
 */
function elections(nodes: number): Experiment {
  const faults = Array.from({ length: CRASHES }, (_, i): ScheduledFault => {
    // Not a multiple of the heartbeat, so that every phase of it occurs.
    return { atMs: 2000 + i * 1233.37, durationMs: 600, target: 'store', fault: 'node-crash', params: {} };
  });
  const system: System = {
    components: {
      store: [
        'consensus-store',
        {
          ...{ nodes, heartbeatMs: HEARTBEAT_MS, electionMinMs: 150, electionMaxMs: 300, preVote: false },
          ...{ rttMs: ROUND_TRIP_MS, jitter: 0, flushMedianMs: 0.001, flushP99Ms: 0.001 },
        },
      ],
    },
    connections: {},
    faults,
  };
  const first = 150 + 150 / nodes;
  const theory = first - HEARTBEAT_MS / 2 + ROUND_TRIP_MS / 2 + ROUND_TRIP_MS;
  const what: Row = { ...row('time without a leader after a crash', 'ms', theory, 3), judge: 'near' };
  return {
    setup: `${nodes} nodes, timeouts from 150 to 300 ms, a heartbeat every ${HEARTBEAT_MS} ms`,
    seeds: 6,
    rows: [what],
    replicate(seed) {
      const simulation = start(system, seed);
      simulation.advance(1.9 * SECOND);
      simulation.resetTotals();
      simulation.advance((2 + 1.24 * CRASHES) * SECOND);
      const { metrics } = simulation.component('store')!.stats.totals(simulation.now);
      const of = (id: string): number =>
        metrics[simulation.component('store')!.stats.metrics.findIndex((m) => m.id === id)]!;
      return [of('leaderlessMs') / of('leaderChanges')];
    },
  };
}

const V28: Vector = {
  id: 'V28',
  title: 'Electing a leader',
  shows: 'After a crash the shortest of the randomised timeouts decides; more nodes make it shorter.',
  source: 'Ongaro, Ousterhout (2014), section 9.3; the minimum of n − 1 uniform times',
  experiments: [elections(3), elections(5), elections(7)],
};

export const CONSENSUS: readonly Vector[] = [V16, V28];

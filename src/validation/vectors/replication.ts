/** V17 and V29: what replicas lack, and how long a dead primary goes unnoticed. */
import { exp } from '../../engine/deterministic-math';
import type { Settings } from '../../model/fields';
import { SECOND, start, type System } from '../run-system';
import type { Experiment, Vector } from '../vector';
import { row, steady } from './single-stations';

const LAG_S = 0.05;

/** One row, written at random and read from replicas that show each write 50 ms after it. */
function lagging(writesPerSec: number): System {
  const client: Settings = { arrivals: 'poisson', keys: 'uniform', keyCount: 1 };
  return {
    components: {
      writer: ['client', { ...client, ratePerSec: writesPerSec, readPercent: 0 }],
      reader: ['client', { ...client, ratePerSec: 20, readPercent: 100 }],
      database: [
        'sql-database',
        {
          ...{ readMedianMs: 0.001, readP99Ms: 0.001, writeMedianMs: 0.001, writeP99Ms: 0.001 },
          ...{ commitMedianMs: 0.001, commitP99Ms: 0.001, poolSize: 1000, maxConnections: 10_000 },
          ...{ replicas: 2, replicationDelayMs: LAG_S * 1000 - 0.001, applyMs: 0.001 },
        },
      ],
    },
    connections: { 'writer>database': {}, 'reader>database': {} },
  };
}

function staleReads(writesPerSec: number, seconds: number): Experiment {
  return {
    setup: `${writesPerSec} ${writesPerSec === 1 ? 'write' : 'writes'}/s to one row, 20 reads/s from two replicas 50 ms behind`,
    seeds: 20,
    rows: [row('stale reads', 'share', 1 - exp(-writesPerSec * LAG_S), 3)],
    replicate: steady(lagging(writesPerSec), { warmupS: 10, seconds }, (run) => {
      const { staleReads: stale, reads } = run.part('database').metrics;
      return [stale! / reads!];
    }),
  };
}

const V17: Vector = {
  id: 'V17',
  title: 'Reads from replicas that lag',
  shows: 'A row written at random is stale on a replica as often as a write falls into the lag before the read.',
  source: 'P(a write within the lag) of a Poisson process: 1 − e^(−wL)',
  experiments: [staleReads(1, 2000), staleReads(10, 500)],
};

const DATABASES = 25;
const CRASH_S = 60;
const LOOK = SECOND / 20;

/** Seconds from the crash of each of many primaries until its lease has run out and a replica is chosen. */
function detections(seed: number): number[] {
  const ids = Array.from({ length: DATABASES }, (_, i) => `database-${i}`);
  const simulation = start(
    {
      components: Object.fromEntries(
        ids.map((id) => [id, ['sql-database', { replicas: 2, failover: 'lease', promoteMs: 0 }] as const]),
      ),
      connections: {},
      faults: ids.map((target) => ({ target, fault: 'crash-server', atMs: CRASH_S * 1000, params: {} })),
    },
    seed,
  );
  const open = new Map(ids.map((id) => [id, simulation.component(id)!.stats]));
  const times: number[] = [];
  for (let at = (CRASH_S + 10) * SECOND; open.size > 0 && at < (CRASH_S + 60) * SECOND; at += LOOK) {
    simulation.advance(at);
    for (const [id, stats] of open) {
      const failovers = stats.metrics.findIndex((metric) => metric.id === 'failovers');
      if (stats.totals(at).metrics[failovers] === 0) continue;
      times.push(at / SECOND - CRASH_S);
      open.delete(id);
    }
  }
  return times;
}

const V29: Vector = {
  id: 'V29',
  title: 'Lease of a primary',
  shows:
    'A dead primary is noticed when its lease has run out: one lease after its last renewal, which was at any time of the period.',
  source: 'Patroni: ttl 30 s, loop_wait 10 s; a death falls anywhere between two renewals, so ttl − U(0, loop_wait)',
  quick: true,
  experiments: [
    {
      setup: `${DATABASES} primaries with leases of 30 s, renewed every 10 s, die`,
      seeds: 10,
      rows: [
        row('mean time until it is noticed', 's', 25, 3),
        { ...row('noticed within 22.5 s', 'share', 0.25, 30), judge: 'near' },
        { ...row('longest time', 's', 30, 0.2), judge: 'at-most' },
        { ...row('noticed before 20 s', 'share', 0, 0), judge: 'exact' },
      ],
      replicate(seed) {
        const times = detections(seed);
        const share = (limit: number): number => times.filter((time) => time < limit).length / DATABASES;
        return [times.reduce((sum, time) => sum + time, 0) / DATABASES, share(22.5), Math.max(...times), share(20)];
      },
    },
  ],
};

export const REPLICATION: readonly Vector[] = [V17, V29];

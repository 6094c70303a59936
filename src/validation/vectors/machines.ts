/** V9, V30, V35, V38, V42, V44: the machines and those who ask them. */
import { priorityWaits, psResponse, renegingQueue } from '../../analysis/queueing-general';
import { usl } from '../../analysis/queueing-networks';
import type { Settings } from '../../model/fields';
import { runSteady, start, type System } from '../run-system';
import type { Experiment, Vector } from '../vector';
import { exponential, lognormal, queue, row, steady } from './single-stations';

function sharing(words: string, service: Settings, seconds: number): Experiment {
  return {
    setup: `80 requests/s, one core that all share equally, 10 ms of computing each, ${words}`,
    seeds: 20,
    rows: [
      row('mean response', 'ms', psResponse(80, 0.01) * 1000, 3),
      row('slowdown', '', psResponse(80, 0.01) * 100, 3),
    ],
    replicate: steady(
      queue({ ratePerSec: 80 }, { ...service, workers: 2000, cpu: 'sharing', cores: 1 }),
      { warmupS: 100, seconds },
      (run) => [run.part('server').meanResponseMs!, run.part('server').meanResponseMs! / 10],
    ),
  };
}

const V9: Vector = {
  id: 'V9',
  title: 'M/G/1 with processor sharing',
  shows: 'When all share the processor, the mean response depends on the mean work only.',
  source: 'Kleinrock 1976, Queueing Systems II, section 4.4',
  missing: 'The slowdown of each job size by itself: a run reports no sizes. With equal sizes the first row shows it.',
  experiments: [
    sharing('all equal (C² 0)', { serviceTime: 'constant', meanMs: 10 }, 2000),
    sharing('exponential (C² 1)', exponential(10, 2000), 2000),
    sharing('lognormal (C² 4)', lognormal(10, 4), 2500),
  ],
};

/** MTBF 99 s, MTTR 1 s, and the same ten times as fast. */
const UP_MS = 9_900;
const DOWN_MS = 100;
const A = UP_MS / (UP_MS + DOWN_MS);

const V30: Vector = {
  id: 'V30',
  title: 'Availability',
  shows: 'Failures by chance with MTBF 99 and MTTR 1: one server, either of two, two of three.',
  source: 'A = MTBF ÷ (MTBF + MTTR); of independent servers 1 − (1 − A)² and 3A² − 2A³',
  experiments: [
    {
      setup: 'three servers that fail and come back by themselves, 20 000 s',
      seeds: 20,
      rows: [
        row('one is up', 'share', A, 1),
        row('none of two is up', 'share', (1 - A) * (1 - A), 10),
        row('fewer than two of three are up', 'share', 1 - (A * A * A + 3 * A * A * (1 - A)), 10),
      ],
      replicate(seed) {
        const servers = ['one', 'two', 'three'];
        const simulation = start(
          {
            components: Object.fromEntries(servers.map((id) => [id, ['service', {}] as const])),
            connections: {},
            faults: servers.map((target) => ({
              atMs: 0,
              target,
              fault: 'crash',
              params: {},
              random: { mtbfMs: UP_MS, mttrMs: DOWN_MS },
            })),
          },
          seed,
        );
        const parts = servers.map((id) => simulation.component(id)!);
        const time = { up: 0, noneOfTwo: 0, tooFew: 0 };
        // Looked at every 20 ms: often enough for repairs of 100 ms, and at no favoured moment.
        const STEP = 20_000;
        const looks = 1_000_000;
        for (let i = 1; i <= looks; i++) {
          simulation.advance(i * STEP);
          const up = parts.map(({ down }) => (down ? 0 : 1));
          time.up += up[0]!;
          if (up[0]! + up[1]! === 0) time.noneOfTwo++;
          if (up[0]! + up[1]! + up[2]! < 2) time.tooFew++;
        }
        return [time.up / looks, time.noneOfTwo / looks, time.tooFew / looks];
      },
    },
  ],
};

const SIGMA = 0.03;
const KAPPA = 0.0005;

/** Mean response in milliseconds of `n` users who never pause, at as many workers that stand in each other's way. */
function crowded(n: number, seed: number): number {
  const system: System = {
    components: {
      users: ['client', { workload: 'closed', users: n, thinkTime: 'constant', thinkMs: 0 }],
      server: ['service', { serviceTime: 'constant', meanMs: 100, workers: 2000, contention: SIGMA, coherency: KAPPA }],
    },
    connections: { 'users>server': {} },
  };
  return runSteady(system, seed, { warmupS: 10, seconds: 50 }).part('server').meanResponseMs!;
}

const speedUp = (n: number, seed: number): number => (n * crowded(1, seed)) / crowded(n, seed);

const V38: Vector = {
  id: 'V38',
  title: 'Universal scalability law',
  shows: 'Contention and coherence bend the throughput, and beyond 44 workers more do less.',
  source: 'Gunther 2007: N* = √((1 − σ)/κ) = 44',
  quick: true,
  experiments: [
    {
      setup: 'workers that are always busy, σ 0.03, κ 0.0005',
      seeds: 2,
      rows: [
        { ...row('times as fast as one: 16 workers', '', usl(16, SIGMA, KAPPA), 0.1), judge: 'exact' },
        { ...row('times as fast as one: 44 workers', '', usl(44, SIGMA, KAPPA), 0.1), judge: 'exact' },
        { ...row('times as fast as one: 100 workers', '', usl(100, SIGMA, KAPPA), 0.1), judge: 'exact' },
        { ...row('workers at which the throughput is highest, of 38 to 50', '', 44, 0), judge: 'exact' },
      ],
      replicate(seed) {
        let best = 38;
        for (let n = 39; n <= 50; n++) if (speedUp(n, seed) > speedUp(best, seed)) best = n;
        return [speedUp(16, seed), speedUp(44, seed), speedUp(100, seed), best];
      },
    },
  ],
};

const V42: Vector = {
  id: 'V42',
  title: 'M/M/1 with impatience',
  shows: 'More comes than can be served, and it is stable: those who lose patience leave.',
  source: 'Gross et al., section 2.10 (M/M/1+M)',
  experiments: [
    {
      setup: '120 requests/s, exponential service of 10 ms, one worker, patience exponential with mean 1 s',
      seeds: 20,
      rows: [
        row('give up', 'share', renegingQueue(120, 100, 1).abandoned, 3),
        row('utilisation', 'share', renegingQueue(120, 100, 1).utilisation, 3),
      ],
      replicate: steady(
        queue({ ratePerSec: 120 }, { ...exponential(10, 1), patienceMs: 1000 }),
        { warmupS: 50, seconds: 800 },
        (run) => [run.failed('server'), run.part('server').utilisation!],
      ),
    },
  ],
};

const CLASSES = priorityWaits([
  { arrivalRate: 30, mean: 0.01, meanSquare: 2e-4 },
  { arrivalRate: 50, mean: 0.01, meanSquare: 2e-4 },
]);

/** A client of each class, with a connection of its own; the wait of a class is its response less the service. */
const CLASSED: System = {
  components: {
    first: ['client', { ratePerSec: 30, priority: 0 }],
    second: ['client', { ratePerSec: 50, priority: 2 }],
    server: ['service', { ...exponential(10, 1), queueLimit: 1_000_000, discipline: 'priority' }],
  },
  connections: { 'first>server': {}, 'second>server': {} },
};

const V44: Vector = {
  id: 'V44',
  title: 'Priorities',
  shows: 'The important overtake those who wait, without interrupting anybody.',
  source: 'Cobham 1954; Gross et al., section 3.4',
  experiments: [
    {
      setup: '30 important and 50 other requests/s, exponential service of 10 ms, one worker',
      seeds: 20,
      rows: [
        row('mean wait of the important', 'ms', CLASSES[0]! * 1000, 3),
        row('mean wait of the others', 'ms', CLASSES[1]! * 1000, 3),
      ],
      replicate: steady(CLASSED, { warmupS: 100, seconds: 2500 }, (run) => [
        run.part('first').meanResponseMs! - 10,
        run.part('second').meanResponseMs! - 10,
      ]),
    },
  ],
};

const STALL_S = 10;
const LONG_S = 100;

const V35: Vector = {
  id: 'V35',
  title: 'Coordinated omission',
  shows: 'Response times count from when a request was due, so a stall is seen by all who would have come during it.',
  source: 'A stall of T in a run of D: mean T²/(2D), and D·(1 − 0.99) = T − x for the p99',
  quick: true,
  experiments: [
    {
      setup: '100 requests/s evenly over one connection for 100 s; the server stands still for 10 s of them',
      seeds: 2,
      rows: [
        { ...row('mean response', 's', (STALL_S * STALL_S) / (2 * LONG_S), 2), judge: 'exact' },
        { ...row('p99 response', 's', STALL_S - LONG_S / 100, 2), judge: 'exact' },
      ],
      replicate: steady(
        {
          components: {
            users: ['client', { arrivals: 'constant', ratePerSec: 100, limit: 'wait', connections: 1 }],
            server: ['service', { serviceTime: 'constant', meanMs: 0.01, workers: 1000, queueLimit: 100_000 }],
          },
          connections: { 'users>server': {} },
          faults: [{ target: 'server', fault: 'pause', atMs: 40_000, durationMs: STALL_S * 1000, params: {} }],
        },
        { warmupS: 0, seconds: LONG_S },
        (run) => {
          const { mean, p99 } = run.report.endToEnd.latencyMs;
          return [mean! / 1000, p99! / 1000];
        },
      ),
    },
  ],
};

export const MACHINES: readonly Vector[] = [V9, V30, V35, V38, V42, V44];

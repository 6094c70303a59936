/** V10, V11, V18, V19, V37: several services, and the distribution that services use by default. */
import { exp, log } from '../../engine/deterministic-math';
import { mm1 } from '../../analysis/queueing';
import { forkJoin2, harmonic, meanValueAnalysis } from '../../analysis/queueing-networks';
import type { Settings } from '../../model/fields';
import { type Finished, runSteady, SECOND, start, type System } from '../run-system';
import type { Experiment, Vector } from '../vector';
import { exponential, queue, row, steady } from './single-stations';

/** A station that is free again as soon as its own work is done, while the request goes on. */
const loop = (meanMs: number): Settings => ({
  ...exponential(meanMs, 1),
  concurrency: 'event-loop',
  queueLimit: 1_000_000,
});

const TANDEM: System = {
  components: {
    users: ['client', { ratePerSec: 80 }],
    first: ['service', loop(1000 / 100)],
    second: ['service', loop(1000 / 120)],
    third: ['service', loop(1000 / 160)],
  },
  connections: { 'users>first': {}, 'first>second': {}, 'second>third': {} },
};

const WINDOW_MICROS = 500_000;

const V10: Vector = {
  id: 'V10',
  title: 'Three M/M/1 in a row',
  shows: 'Departures of a queue are again random (Burke), so each station behaves as if alone (Jackson).',
  source: 'Gross et al., sections 4.1 and 4.2',
  experiments: [
    {
      setup: '80 requests/s through three event loops of 100, 120 and 160 requests/s',
      seeds: 20,
      rows: [
        row(
          'mean response',
          'ms',
          [100, 120, 160].reduce((sum, rate) => sum + mm1(80, rate).meanResponse, 0) * 1000,
          3,
        ),
        row('variance of departures over their mean', '', 1, 3),
      ],
      replicate(seed) {
        const simulation = start(TANDEM, seed);
        simulation.advance(100 * SECOND);
        simulation.resetTotals();
        const { stats } = simulation.component('third')!;
        const counts: number[] = [];
        let before = 0;
        for (let at = 100 * SECOND; at < 2500 * SECOND; at += WINDOW_MICROS) {
          simulation.advance(at + WINDOW_MICROS);
          const { completions } = stats.totals(simulation.now);
          counts.push(completions - before);
          before = completions;
        }
        const mean = before / counts.length;
        const squares = counts.reduce((sum, count) => sum + (count - mean) * (count - mean), 0);
        return [simulation.system.latency.mean / 1000, squares / (counts.length - 1) / mean];
      },
    },
  ],
};

const DEMANDS = [0.01, 0.02, 0.005] as const;

function closed(users: number, seconds: number): Experiment {
  const theory = meanValueAnalysis(users, 1, DEMANDS);
  const system: System = {
    components: {
      users: ['client', { workload: 'closed', users, thinkTime: 'exponential', thinkMs: 1000 }],
      first: ['service', loop(10)],
      second: ['service', loop(20)],
      third: ['service', loop(5)],
    },
    connections: { 'users>first': {}, 'first>second': {}, 'second>third': {} },
  };
  const rows = [
    row('throughput', '1/s', theory.throughput, 2),
    row('mean response', 'ms', theory.meanResponse * 1000, 2),
  ];
  if (users === 50) theory.queues.forEach((length, i) => rows.push(row(`number at station ${i + 1}`, '', length, 2)));
  return {
    setup: `${users} user${users === 1 ? '' : 's'} who think for 1 s, three event loops of 10, 20 and 5 ms`,
    seeds: 20,
    rows,
    replicate: steady(system, { warmupS: 100, seconds }, (run: Finished) => {
      const { endToEnd } = run.report;
      // A station holds its request until those behind it have answered, so the differences are those at each.
      const inside = ['first', 'second', 'third'].map((id) => run.part(id).meanInSystem);
      const queues = users === 50 ? [inside[0]! - inside[1]!, inside[1]! - inside[2]!, inside[2]!] : [];
      return [endToEnd.goodputPerSec!, endToEnd.latencyMs.mean!, ...queues];
    }),
  };
}

const V11: Vector = {
  id: 'V11',
  title: 'Closed network',
  shows: 'A fixed number of users who wait for their answers: throughput and queues by exact mean-value analysis.',
  source: 'Reiser and Lavenberg 1980',
  experiments: [closed(1, 20_000), closed(10, 4000), closed(50, 3000), closed(100, 1000)],
};

function fanOut(legs: number, seconds: number): Experiment {
  const names = Array.from({ length: legs }, (_, i) => `leg-${i + 1}`);
  const system: System = {
    components: {
      users: ['client', { ratePerSec: 20 }],
      front: ['service', { serviceTime: 'constant', meanMs: 0.001, workers: 2000 }],
      ...Object.fromEntries(names.map((name) => [name, ['service', exponential(10, 2000)] as const])),
    },
    connections: {
      'users>front': {},
      ...Object.fromEntries(names.map((name) => [`front>${name}`, { parallel: true }])),
    },
  };
  return {
    setup: `20 requests/s, each asks ${legs} services at once that answer after 10 ms on average (exponential)`,
    seeds: 20,
    rows: [row('mean response', 'ms', 10 * harmonic(legs), 2)],
    replicate: steady(system, { warmupS: 5, seconds }, (run) => [run.part('front').meanResponseMs! - 0.001]),
  };
}

/** The k-th of n exponential times is the sum of the times between one end and the next: 1/n + 1/(n − 1) + … of the mean. */
function quorum(k: number, n: number, seconds: number): Experiment {
  const system: System = {
    components: {
      users: ['client', { ratePerSec: 20, readPercent: 0 }],
      store: [
        'quorum-store',
        {
          ...{ nodes: n, replicas: n, writeTo: k, writeMs: 10, times: 'exponential', cores: 128 },
          ...{ rttMs: 0, jitter: 0, requestTimeoutMs: 600_000, gossipMs: 60_000, convictMs: 600_000 },
        },
      ],
    },
    connections: { 'users>store': {} },
  };
  return {
    setup: `20 writes/s, each waits for ${k} of ${n} replicas that take 10 ms on average (exponential)`,
    seeds: 20,
    rows: [row('mean response', 'ms', 10 * (harmonic(n) - harmonic(n - k)), 2)],
    replicate: steady(system, { warmupS: 5, seconds }, (run) => [run.part('store').meanResponseMs!]),
  };
}

const V18: Vector = {
  id: 'V18',
  title: 'The slowest of many',
  shows:
    'Whoever asks many waits for the slowest: the mean of the maximum grows as 1 + 1/2 + … + 1/n. Whoever waits for a majority does not.',
  source: 'Order statistics of exponential times: k of n take m·(H(n) − H(n − k)), H the harmonic numbers',
  experiments: [fanOut(10, 400), fanOut(100, 60), quorum(2, 3, 400), quorum(3, 5, 400)],
};

function forkJoin(load: number, seconds: number): Experiment {
  const system: System = {
    components: {
      users: ['client', { ratePerSec: load * 100 }],
      front: ['service', { serviceTime: 'constant', meanMs: 0.001, workers: 2000, queueLimit: 1_000_000 }],
      left: ['service', { ...exponential(10, 1), queueLimit: 1_000_000 }],
      right: ['service', { ...exponential(10, 1), queueLimit: 1_000_000 }],
    },
    connections: { 'users>front': {}, 'front>left': { parallel: true }, 'front>right': { parallel: true } },
  };
  return {
    setup: `${load * 100} requests/s, each needs two services at once, one worker each, exponential 10 ms`,
    seeds: 20,
    rows: [row('mean response', 'ms', forkJoin2(load * 100, 100) * 1000, 3)],
    replicate: steady(system, { warmupS: 100, seconds }, (run) => [run.part('front').meanResponseMs! - 0.001]),
  };
}

const V19: Vector = {
  id: 'V19',
  title: 'Fork and join',
  shows: 'Two queues that get the same arrivals at the same moment: their waits go together, and the formula knows.',
  source: 'Flatto and Hahn 1984; Nelson and Tantawi 1988 (exact for two)',
  experiments: [forkJoin(0.5, 1000), forkJoin(0.8, 2500)],
};

const SIGMA = log(3) / 2.3263478740408408;

const V37: Vector = {
  id: 'V37',
  title: 'Lognormal times',
  shows: 'Median and p99 as entered give the right mean and the right tail.',
  source:
    'σ = ln(p99 ÷ median) ÷ 2.3263, mean = median · e^(σ²/2); 3.0902 is the 99.9 % point of the standard normal distribution',
  quick: true,
  experiments: [
    {
      setup: '1000 requests/s, service with median 1 ms and p99 3 ms, always a free worker',
      seeds: 12,
      rows: [row('mean', 'ms', exp((SIGMA * SIGMA) / 2), 2), row('p99.9', 'ms', exp(3.090232306167813 * SIGMA), 2)],
      replicate: (seed) => {
        const service = { serviceTime: 'lognormal', medianMs: 1, p99Ms: 3, workers: 200 } as const;
        const run = runSteady(queue({ ratePerSec: 1000 }, service), seed, { warmupS: 1, seconds: 100 });
        return [run.part('server').latencyMs.mean!, run.part('server').latencyMs.p999!];
      },
    },
  ],
};

export const NETWORKS: readonly Vector[] = [V10, V11, V18, V19, V37];

/** V1–V8: one client, one service. */
import { exp as expOf, log } from '../../engine/deterministic-math';
import { erlangB, erlangC, mm1, mmc, mmck } from '../../analysis/queueing';
import { dm1, mg1Wait } from '../../analysis/queueing-general';
import type { Settings } from '../../model/fields';
import { type Finished, runSteady, type Steady, type System } from '../run-system';
import type { Experiment, Row, Vector } from '../vector';

const UNLIMITED = 1_000_000;

/** A client and a service with nothing in between. */
export function queue(client: Settings, service: Settings): System {
  return {
    components: {
      users: ['client', client],
      server: ['service', { queueLimit: UNLIMITED, ...service }],
    },
    connections: { 'users>server': {} },
  };
}

export const exponential = (meanMs: number, workers: number): Settings => ({
  serviceTime: 'exponential',
  meanMs,
  workers,
});

/** Lognormal of a mean and a squared coefficient of variation, as the kinds want it: median and p99. */
export function lognormal(meanMs: number, scv: number): Settings {
  const variance = log(1 + scv);
  const sigma = Math.sqrt(variance);
  const medianMs = meanMs / Math.sqrt(1 + scv);
  // 2.3263478740408408: 99 % point of the standard normal distribution.
  return { serviceTime: 'lognormal', medianMs, p99Ms: medianMs * expOf(2.3263478740408408 * sigma) };
}

export const steady =
  (system: System, span: Steady, measure: (run: Finished) => number[]) =>
  (seed: number): number[] =>
    measure(runSteady(system, seed, span));

export const row = (what: string, unit: string, theory: number, percent: number): Row => ({
  what,
  unit,
  theory,
  tolerance: percent / 100,
});

const quantile = (share: number): number => -log(1 - share) / 20;

const V1: Vector = {
  id: 'V1',
  title: 'M/M/1',
  shows: 'One server at 80 %: mean, number in the system and percentiles of the response time.',
  source: 'Gross et al., section 2.2',
  experiments: [
    {
      setup: '80 requests/s at random, exponential service of 10 ms, one worker',
      seeds: 20,
      rows: [
        row('mean response', 'ms', mm1(80, 100).meanResponse * 1000, 2),
        row('mean number in the system', '', mm1(80, 100).meanInSystem, 2),
        row('median response', 'ms', quantile(0.5) * 1000, 2),
        row('p95 response', 'ms', quantile(0.95) * 1000, 2),
        row('p99 response', 'ms', quantile(0.99) * 1000, 5),
      ],
      replicate: steady(queue({ ratePerSec: 80 }, exponential(10, 1)), { warmupS: 100, seconds: 2500 }, (run) => {
        const { latencyMs, meanInSystem, meanResponseMs } = run.part('server');
        return [meanResponseMs!, meanInSystem, latencyMs.p50!, latencyMs.p95!, latencyMs.p99!];
      }),
    },
  ],
};

const V2: Vector = {
  id: 'V2',
  title: 'M/D/1',
  shows: 'Equal service times halve the wait.',
  source: 'Pollaczek and Khinchine; Gross et al., section 5.1',
  quick: true,
  experiments: [
    {
      setup: '80 requests/s at random, service of exactly 10 ms, one worker',
      seeds: 12,
      rows: [
        row('mean wait', 'ms', mg1Wait(80, 0.01, 0) * 1000, 2),
        row('mean response', 'ms', mg1Wait(80, 0.01, 0) * 1000 + 10, 2),
      ],
      replicate: steady(
        queue({ ratePerSec: 80 }, { serviceTime: 'constant', meanMs: 10, workers: 1 }),
        { warmupS: 50, seconds: 1000 },
        (run) => [run.part('server').meanWaitMs!, run.part('server').meanResponseMs!],
      ),
    },
  ],
};

function manyServers(workers: number, seconds: number): Experiment {
  const rate = 80 * workers;
  const rows = [row('mean response', 'ms', mmc(rate, 100, workers).meanResponse * 1000, 2)];
  if (workers >= 4) rows.push(row('share of the time all are busy', '', erlangC(workers, 0.8 * workers), 2));
  return {
    setup: `${rate} requests/s, exponential service of 10 ms, ${workers} worker${workers === 1 ? '' : 's'}`,
    seeds: 20,
    rows,
    replicate(seed) {
      let busy = 0;
      let looks = 0;
      const run = runSteady(queue({ ratePerSec: rate }, exponential(10, workers)), seed, {
        warmupS: Math.min(100, seconds / 10),
        seconds,
        sample: {
          everyMicros: 20_011,
          take: (simulation) => {
            looks++;
            if (simulation.component('server')!.stats.inSystem >= workers) busy++;
          },
        },
      });
      const measured = [run.part('server').meanResponseMs!];
      if (rows.length > 1) measured.push(busy / looks);
      return measured;
    },
  };
}

const V3: Vector = {
  id: 'V3',
  title: 'M/M/c',
  shows: 'At the same utilisation, more servers on one queue wait less (Erlang C).',
  source: 'Gross et al., section 2.3',
  experiments: [
    manyServers(1, 2500),
    manyServers(2, 1500),
    manyServers(4, 1000),
    manyServers(8, 500),
    manyServers(16, 300),
  ],
};

function loss(offered: number, workers: number, service: Settings, words: string): Experiment {
  return {
    setup: `${offered * 100} requests/s, ${words} service of 10 ms, ${workers} workers, nobody may wait`,
    seeds: 12,
    rows: [row('turned away', 'share', erlangB(workers, offered), 3)],
    replicate: steady(
      queue({ ratePerSec: offered * 100 }, { ...service, workers, queueLimit: 0 }),
      { warmupS: 5, seconds: offered > 50 ? 30 : 100 },
      (run) => [run.failed('server')],
    ),
  };
}

const V4: Vector = {
  id: 'V4',
  title: 'M/M/c/c and M/G/c/c',
  shows: 'Without a queue, the share turned away depends on the mean service only (Erlang B).',
  source: 'Gross et al., section 2.6',
  quick: true,
  experiments: [
    loss(8, 10, exponential(10, 10), 'exponential'),
    loss(10, 10, exponential(10, 10), 'exponential'),
    loss(100, 100, exponential(10, 100), 'exponential'),
    loss(8, 10, lognormal(10, 2), 'lognormal (C² 2)'),
  ],
};

function limited(arrivals: number, workers: number, room: number, seconds: number): Experiment {
  const theory = mmck(arrivals, 100, workers, room);
  return {
    setup: `${arrivals} requests/s, exponential service of 10 ms, ${workers} worker(s), room for ${room}`,
    seeds: 20,
    rows: [
      row('turned away', 'share', theory.blocked, 3),
      row('mean response of those let in', 'ms', theory.meanResponse * 1000, 3),
      row('throughput', '1/s', arrivals * (1 - theory.blocked), 3),
    ],
    replicate: steady(
      queue({ ratePerSec: arrivals }, { ...exponential(10, workers), queueLimit: room - workers }),
      { warmupS: 20, seconds },
      (run) => {
        const { completionsPerSec, meanResponseMs } = run.part('server');
        return [run.failed('server'), meanResponseMs!, completionsPerSec!];
      },
    ),
  };
}

const V5: Vector = {
  id: 'V5',
  title: 'M/M/1/K',
  shows: 'A bounded queue keeps the response time bounded and sheds the rest, below, at and above full load.',
  source: 'Gross et al., section 2.5',
  experiments: [80, 95, 100, 120, 200].map((rate) => limited(rate, 1, 10, rate > 100 ? 600 : 1500)),
};

const V6: Vector = {
  id: 'V6',
  title: 'M/M/4/20',
  shows: 'The same with four workers on one queue.',
  source: 'Gross et al., section 2.5',
  experiments: [limited(500, 4, 20, 400), limited(380, 4, 20, 800)],
};

function general(scv: number, percent: number, seconds: number, service: Settings): Experiment {
  return {
    setup: `80 requests/s, one worker, service of 10 ms with C² ${scv}`,
    seeds: 20,
    rows: [row('mean wait', 'ms', mg1Wait(80, 0.01, scv) * 1000, percent)],
    replicate: steady(queue({ ratePerSec: 80 }, service), { warmupS: 200, seconds }, (run) => [
      run.part('server').meanWaitMs!,
    ]),
  };
}

/**
 * A service time with C² = 25: 5 ms of own work and, for two requests in a hundred, 250 ms more at a dependency, while
 * the worker waits along. Both exponential; the means solve E[S] = 10 ms, E[S²] = 26 · (10 ms)².
 */
const RARE = 5 + Math.sqrt(60_025);
const VARIED: System = {
  components: {
    users: ['client', { ratePerSec: 80 }],
    server: ['service', { ...exponential(10 - 0.02 * RARE, 1), queueLimit: UNLIMITED }],
    rare: ['service', exponential(RARE, 2000)],
  },
  connections: { 'users>server': {}, 'server>rare': { probabilityPercent: 2 } },
};

const V7: Vector = {
  id: 'V7',
  title: 'M/G/1',
  shows: 'The wait grows with the variance of the service, at the same mean.',
  source: 'Pollaczek and Khinchine; Gross et al., section 5.1',
  experiments: [
    general(0, 2, 600, { serviceTime: 'constant', meanMs: 10, workers: 1 }),
    general(1, 2, 2500, exponential(10, 1)),
    general(4, 4, 6000, { ...lognormal(10, 4), workers: 1 }),
    {
      setup: '80 requests/s, one worker; service of 5 ms, and 250 ms more for 2 % of the requests: mean 10 ms, C² 25',
      seeds: 20,
      rows: [row('mean wait', 'ms', mg1Wait(80, 0.01, 25) * 1000, 8)],
      replicate: steady(VARIED, { warmupS: 300, seconds: 4000 }, (run) => [run.part('server').meanWaitMs!]),
    },
  ],
};

const V8: Vector = {
  id: 'V8',
  title: 'D/M/1',
  shows: 'Evenly spaced arrivals wait less than random ones.',
  source: 'Gross et al., section 5.3',
  quick: true,
  experiments: [
    {
      setup: '80 requests/s, evenly spaced, exponential service of 10 ms, one worker',
      seeds: 20,
      rows: [row('mean response', 'ms', dm1(80, 100).meanResponse * 1000, 2)],
      replicate: steady(
        queue({ ratePerSec: 80, arrivals: 'constant' }, exponential(10, 1)),
        { warmupS: 50, seconds: 1000 },
        (run) => [run.part('server').meanResponseMs!],
      ),
    },
  ],
};

export const SINGLE_STATIONS: readonly Vector[] = [V1, V2, V3, V4, V5, V6, V7, V8];

/** V20, V22, V23, V41, V43: what callers do when calls fail, and what becomes of the system. */
import { exp, log } from '../../engine/deterministic-math';
import type { Settings } from '../../model/fields';
import type { ScheduledFault } from '../../model/scenario';
import { runSteady, SECOND, start, type System } from '../run-system';
import type { Experiment, Judgement, Row, Vector } from '../vector';
import { exponential, row } from './single-stations';

const AT_ONCE: Settings = { retry: 'fixed', backoffMs: 0, jitterKind: 'none' };

const judged = (what: string, unit: string, theory: number, percent: number, judge: Judgement): Row => ({
  ...row(what, unit, theory, percent),
  judge,
});

function pow3(p: number): number {
  return p * p * p;
}

function retries(p: number): Experiment {
  const system: System = {
    components: {
      users: ['client', { ratePerSec: 200, readPercent: 100 }],
      server: ['service', { serviceTime: 'constant', meanMs: 1, workers: 2000 }],
    },
    connections: { 'users>server': { ...AT_ONCE, maxAttempts: 3, retryOn: 'failures' } },
    faults: [{ atMs: 0, target: 'server', fault: 'errors', params: { percent: p * 100 } }],
  };
  return {
    setup: `every attempt fails with probability ${p}, three attempts`,
    seeds: 12,
    rows: [
      row('attempts for each request', '', (1 - pow3(p)) / (1 - p), 1),
      row('requests that succeed', 'share', 1 - pow3(p), 1),
    ],
    replicate(seed) {
      const run = runSteady(system, seed, { warmupS: 2, seconds: p === 0.9 ? 400 : 200 });
      const { offeredPerSec, goodputPerSec } = run.report.endToEnd;
      return [run.part('server').arrivalsPerSec! / offeredPerSec!, goodputPerSec! / offeredPerSec!];
    },
  };
}

const V20: Vector = {
  id: 'V20',
  title: 'Retries',
  shows: 'Three attempts multiply the load by (1 − p³)/(1 − p) and leave p³ of the failures.',
  source: 'Geometric series: (1 − pⁿ) ÷ (1 − p) attempts, 1 − pⁿ succeed',
  quick: true,
  experiments: [retries(0.1), retries(0.5), retries(0.9)],
};

/** A server of 100 a second whose callers wait 1 s for each attempt; for 10 s it is ten times slower. */
function metastable(
  words: string,
  ratePerSec: number,
  queueLimit: number,
  connection: Settings,
  rows: readonly Row[],
  measure: (end: number, middle: number, attempts: number) => number[],
): Experiment {
  const trigger: ScheduledFault = {
    atMs: 20_000,
    durationMs: 10_000,
    target: 'server',
    fault: 'slow',
    params: { factor: 10 },
  };
  const system: System = {
    components: {
      users: ['client', { ratePerSec, readPercent: 100 }],
      server: ['service', { ...exponential(10, 1), queueLimit }],
    },
    connections: { 'users>server': { perTryTimeoutMs: 1000, ...connection } },
    faults: [trigger],
  };
  return {
    setup: words,
    seeds: 10,
    rows,
    replicate(seed) {
      const simulation = start(system, seed);
      const share = (from: number, to: number): number => {
        simulation.advance(from * SECOND);
        simulation.resetTotals();
        simulation.advance(to * SECOND);
        const { arrivals, completions } = simulation.system.totals(simulation.now);
        return completions / arrivals;
      };
      const middle = share(30, 40);
      const end = share(200, 300);
      const { stats } = simulation.component('server')!;
      const attempts = stats.totals(simulation.now).arrivals / 100;
      return measure(end, middle, attempts);
    },
  };
}

const N3: Settings = { ...AT_ONCE, maxAttempts: 3 };
const answered = 'answered in time, 170 s to 270 s after the trigger';
const dead = judged(answered, 'share', 0.02, 0, 'at-most');
/** As much as without any trigger: all, but for a few that wait longer than a second by chance. */
const alive = judged('not answered then', 'share', 0.02, 0, 'at-most');
const missing = (end: number): number[] => [1 - end];

const V22: Vector = {
  id: 'V22',
  title: 'Metastable collapse',
  shows: 'After a trigger of 10 s the collapse stays exactly where n·λ > C and Q/C > T, and nowhere else.',
  source:
    'Metastable failures: Huang and others, OSDI 2022. The condition is ours, for one first-come queue without cancellation',
  experiments: [
    metastable(
      '60 requests/s, 100 served, queue of 1000 (10 s), 3 attempts of 1 s: both criteria hold',
      60,
      1000,
      N3,
      [dead, judged('attempts in that time', '1/s', 180, 3, 'near')],
      (end, _middle, attempts) => [end, attempts],
    ),
    metastable('the same with a queue of 50 (0.5 s): every answer is in time', 60, 50, N3, [alive], missing),
    metastable('the same with one attempt: n·λ < C', 60, 1000, { retry: 'none' }, [alive], missing),
    metastable(
      'the same with a retry budget of 10 %',
      60,
      1000,
      { ...N3, budget: 'ratio', budgetShare: 0.1, budgetReserve: 0 },
      [alive],
      missing,
    ),
    metastable(
      '30 requests/s and 3 attempts: n·λ < C, so it recovers, slowly',
      30,
      1000,
      N3,
      [alive, judged('answered in the first 10 s after the trigger', 'share', 0.5, 0, 'at-most')],
      (end, middle) => [1 - end, middle],
    ),
  ],
};

const HEDGE = log(20);
/** Survival of the smaller of an exponential time and one that begins HEDGE later, and where it falls to 1 %. */
const P99 = (log(100) + HEDGE) / 2;

const V23: Vector = {
  id: 'V23',
  title: 'Hedging',
  shows: 'A second copy after the p95 shortens the tail for 5 % more load.',
  source: 'Dean and Barroso 2013; e^(−t)·e^(−(t − h)) = 0.01 for t > h',
  experiments: [
    {
      setup: 'exponential service of 1 s with always a free worker; a copy after ln 20 = 2.996 s',
      seeds: 20,
      rows: [row('p99', 's', P99, 3), row('copies', 'share', exp(-HEDGE), 3)],
      replicate(seed) {
        const system: System = {
          components: {
            users: ['client', { ratePerSec: 200, readPercent: 100 }],
            server: ['service', exponential(1000, 2000)],
          },
          connections: { 'users>server': { hedgeAfterMs: HEDGE * 1000 } },
        };
        const run = runSteady(system, seed, { warmupS: 20, seconds: 400 });
        const { offeredPerSec, latencyMs } = run.report.endToEnd;
        return [latencyMs.p99! / 1000, run.part('server').arrivalsPerSec! / offeredPerSec! - 1];
      },
    },
  ],
};

const V41: Vector = {
  id: 'V41',
  title: 'Circuit breaker',
  shows: 'Opens after the calls it needs to judge, stays open for its time, then lets its probes through and no more.',
  source: 'resilience4j’s defaults: 100 calls ÷ 50/s, then 60 s, then 10 probes',
  quick: true,
  experiments: [
    {
      setup: '50 calls/s evenly spaced, all fail; window and minimum 100 calls, open for 60 s, 10 probes',
      seeds: 3,
      rows: [
        judged('calls before it opens', '', 100, 0, 'exact'),
        judged('opens after', 's', 2, 0.1, 'exact'),
        judged('first probe after it opened', 's', 60, 0.1, 'exact'),
        judged('probes', '', 10, 0, 'exact'),
      ],
      replicate(seed) {
        const simulation = start(
          {
            components: {
              users: ['client', { ratePerSec: 50, arrivals: 'constant', readPercent: 100 }],
              server: ['service', {}],
            },
            connections: {
              'users>server': {
                breaker: 'count',
                breakerWindow: 100,
                breakerMinCalls: 100,
                breakerFailurePercent: 50,
                breakerOpenMs: 60_000,
                breakerProbes: 10,
              },
            },
            faults: [{ atMs: 0, target: 'server', fault: 'errors', params: { percent: 100 } }],
          },
          seed,
        );
        const sent: number[] = [];
        simulation.motion = {
          moved: (_connection, back, _verb, _write, _cause, _late, departure) => {
            if (back === 0) sent.push(departure / SECOND);
          },
        };
        simulation.advance(100 * SECOND);
        const before = sent.findIndex((time, i) => i > 0 && time - sent[i - 1]! > 10);
        const opened = sent[before - 1]!;
        return [before, opened, sent[before]! - opened, sent.length - before];
      },
    },
  ],
};

function herd(clients: number, connection: Settings, served: number, words: string): Experiment {
  const ASK_MS = 600_000;
  const system: System = {
    components: {
      users: [
        'client',
        { workload: 'closed', users: clients, thinkTime: 'constant', thinkMs: ASK_MS, readPercent: 100 },
      ],
      server: ['service', { serviceTime: 'constant', meanMs: 50, workers: 1, queueLimit: 1_000_000 }],
    },
    connections: { 'users>server': { perTryTimeoutMs: 1000, maxAttempts: 20, ...connection } },
  };
  return {
    setup: `${clients} clients ask at once, ${words}; 20 are served a second, each waits 1 s and asks again, 20 times in all`,
    seeds: 5,
    rows: [judged('clients served', '', served, 0, 'exact')],
    replicate(seed) {
      const simulation = start(system, seed);
      // All ask at the end of their first pause, and none again before the end of the second.
      simulation.advance((ASK_MS / 1000 + 590) * SECOND);
      return [simulation.system.totals(simulation.now).completions];
    },
  };
}

const V43: Vector = {
  id: 'V43',
  title: 'A herd',
  shows:
    'Clients that come back together recover when there are fewer than 2·C·T of them, and never with more; jitter helps.',
  source:
    'B < 2·C·T = 40: the first T serves C·T, and the abandoned copies of the rest may take no more than another T',
  quick: true,
  experiments: [
    herd(38, AT_ONCE, 38, 'retries at once'),
    herd(42, AT_ONCE, 20, 'retries at once'),
    herd(60, { retry: 'exponential', backoffMs: 500, jitterKind: 'full' }, 60, 'full jitter from 0.5 s'),
  ],
};

export const RESILIENCE: readonly Vector[] = [V20, V22, V23, V41, V43];

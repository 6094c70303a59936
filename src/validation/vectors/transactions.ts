/** V31 and V32: transactions over several databases or services. */
import { mg1Wait } from '../../analysis/queueing-general';
import type { Settings } from '../../model/fields';
import type { System } from '../run-system';
import type { Experiment, Row, Vector } from '../vector';
import { lognormal, row, steady } from './single-stations';

const HOLD_MS = 20;

/**
 * One key, two databases, no network: a transaction holds the row in the first from the beginning of its work there to
 * the end of its commit. Twice 9 ms of work; two promises, the decision and the commit take 0.5 ms each to disk: 20 ms.
 */
function hotKey(ratePerSec: number, scv: number): System {
  const { medianMs, p99Ms } = lognormal(9, scv);
  const database: Settings = {
    writeMedianMs: Number(medianMs),
    writeP99Ms: Number(p99Ms),
    commitMedianMs: 0.5,
    commitP99Ms: 0.5,
    poolSize: 1000,
    maxConnections: 10_000,
    poolTimeoutMs: 600_000,
  };
  return {
    components: {
      users: ['client', { ratePerSec, readPercent: 0, keyCount: 1 }],
      coordinator: ['transaction-coordinator', { cpuMicros: 0, logMedianMs: 0.5, logP99Ms: 0.5 }],
      first: ['sql-database', database],
      second: ['sql-database', database],
    },
    connections: { 'users>coordinator': {}, 'coordinator>first': {}, 'coordinator>second': {} },
  };
}

/** `scv` of the whole hold; the work is 18 of its 20 ms, in two independent parts. */
function waiting(words: string, scv: number): Experiment {
  const perPart = (scv * HOLD_MS * HOLD_MS) / (2 * 9 * 9);
  const response = HOLD_MS + 1000 * mg1Wait(30, HOLD_MS / 1000, scv);
  return {
    setup: `30 transactions/s on one key, ${words}`,
    seeds: 16,
    rows: [row('mean response time', 'ms', response, 3)],
    replicate: steady(hotKey(30, perPart), { warmupS: 30, seconds: 1500 }, (run) => [
      run.report.endToEnd.latencyMs.mean!,
    ]),
  };
}

const most: Row = { ...row('transactions committed', '1/s', 1000 / HOLD_MS, 0.1), judge: 'exact' };

const V32: Vector = {
  id: 'V32',
  title: 'Two-phase commit on a hot key',
  shows:
    'Locks are held through both phases: no more than 1 ÷ hold a second, and waits like in a queue with one server.',
  source: 'One key at a time: at most 1 ÷ hold; the wait by Pollaczek–Khinchine',
  experiments: [
    {
      setup: '100 transactions/s on one key, locks held for 20 ms',
      seeds: 4,
      rows: [most],
      replicate: steady(hotKey(100, 0), { warmupS: 5, seconds: 20 }, (run) => [
        run.part('coordinator').metrics['committed']!,
      ]),
    },
    waiting('locks held for 20 ms', 0),
    waiting('locks held for 20 ms on average, as variable as exponential', 1),
  ],
};

/** Chances that a step succeeds. */
const STEPS = [0.99, 0.98, 0.95];

function saga(): System {
  const names = STEPS.map((_, i) => `step-${i + 1}`);
  return {
    components: {
      users: ['client', { ratePerSec: 300, readPercent: 0 }],
      saga: ['transaction-coordinator', { protocol: 'saga', stepAttempts: 1, retryMs: 1 }],
      ...Object.fromEntries(
        names.map((name) => [name, ['service', { serviceTime: 'constant', meanMs: 1, queueLimit: 1000 }] as const]),
      ),
    },
    connections: { 'users>saga': {}, ...Object.fromEntries(names.map((name) => [`saga>${name}`, {}])) },
    faults: STEPS.map((chance, i) => ({
      atMs: 0,
      target: names[i]!,
      fault: 'errors',
      params: { percent: 100 * (1 - chance) },
    })),
  };
}

const succeeds = STEPS.reduce((product, chance) => product * chance, 1);

/** Of a saga that fails at step i, the i − 1 steps before it are undone. */
const undone = STEPS.reduce(
  ({ sum, before }, chance, i) => ({ sum: sum + before * (1 - chance) * i, before: before * chance }),
  { sum: 0, before: 1 },
).sum;

const V31: Vector = {
  id: 'V31',
  title: 'Saga of three steps',
  shows: 'A saga succeeds when all its steps do, and undoes exactly those before the one that failed.',
  source: 'Independent steps: Π p; Σ (i − 1)(1 − p) Π of the p before',
  experiments: [
    {
      setup: '300 sagas/s, steps that succeed with 0.99, 0.98 and 0.95, each tried once',
      seeds: 12,
      rows: [row('sagas that succeed', 'share', succeeds, 2), row('steps undone for each saga', '', undone, 2)],
      replicate: steady(saga(), { warmupS: 2, seconds: 60 }, (run) => {
        const { committed, aborted, compensated, compensations } = run.part('saga').metrics;
        const sagas = committed! + aborted! + compensated!;
        return [committed! / sagas, compensations! / sagas];
      }),
    },
  ],
};

export const TRANSACTIONS: readonly Vector[] = [V31, V32];

/**
 * The simulation against queueing theory: a client, a service, nothing in between. Independent seeds give independent
 * means; their 95 % confidence interval (Student's t) must contain what theory says. The seeds are fixed, so the test
 * cannot fail by bad luck tomorrow; that it passes for these seeds is what is being said.
 */
import { describe, expect, it } from 'vitest';
import { assemble } from '../kinds/assemble';
import type { Settings } from '../model/fields';
import type { Scenario } from '../model/scenario';
import { mmc, mmck, type QueueFigures } from './queueing';
import { buildReport } from './report';

const REPLICATIONS = 12;
/** Student's t for 11 degrees of freedom, two-sided 95 % (any table). */
const T = 2.201;

interface Case {
  readonly name: string;
  readonly arrivalsPerSec: number;
  readonly meanMs: number;
  readonly workers: number;
  /** Room for waiting; absent: no limit. */
  readonly queueLimit?: number;
  readonly seconds: number;
}

/** Little warm-up is needed below 85 %: the relaxation time is a few hundred services. */
const CASES: readonly Case[] = [
  { name: 'M/M/1 at 50 %', arrivalsPerSec: 500, meanMs: 1, workers: 1, seconds: 60 },
  { name: 'M/M/1 at 80 %', arrivalsPerSec: 800, meanMs: 1, workers: 1, seconds: 60 },
  { name: 'M/M/2 at 70 %', arrivalsPerSec: 700, meanMs: 2, workers: 2, seconds: 60 },
  { name: 'M/M/4 at 85 %', arrivalsPerSec: 850, meanMs: 4, workers: 4, seconds: 60 },
  { name: 'M/M/1/6 at 120 %', arrivalsPerSec: 1200, meanMs: 1, workers: 1, queueLimit: 5, seconds: 30 },
];

function scenario({ arrivalsPerSec, meanMs, workers, queueLimit = 1_000_000 }: Case, seed: number): Scenario {
  const at = { x: 0, y: 0, label: '' };
  const service: Settings = { serviceTime: 'exponential', meanMs, workers, queueLimit };
  return {
    title: '',
    story: '',
    seed,
    components: [
      { ...at, id: 'client', kind: 'client', config: { ratePerSec: arrivalsPerSec } },
      { ...at, id: 'server', kind: 'service', config: service },
    ],
    connections: [{ id: 'link', from: 'client', to: 'server', config: { rttMs: 0, timeoutMs: 0 } }],
    faults: [],
  };
}

const FIGURES = ['utilisation', 'meanInSystem', 'meanWait', 'meanResponse', 'blocked'] as const;

function simulate(queue: Case, seed: number): Pick<QueueFigures, (typeof FIGURES)[number]> {
  const simulation = assemble(scenario(queue, seed));
  simulation.advance(5_000_000);
  simulation.resetTotals();
  simulation.advance(5_000_000 + queue.seconds * 1_000_000);
  const { components } = buildReport(simulation, { warmupMicros: 5_000_000 });
  const server = components[1]!;
  return {
    utilisation: server.utilisation!,
    meanInSystem: server.meanInSystem,
    meanWait: server.meanWaitMs! / 1000,
    meanResponse: server.meanResponseMs! / 1000,
    blocked: server.failuresPerSec! / server.arrivalsPerSec!,
  };
}

function interval(values: readonly number[]): { mean: number; half: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) * (value - mean), 0) / (values.length - 1);
  return { mean, half: T * Math.sqrt(variance / values.length) };
}

describe('the simulation agrees with queueing theory', () => {
  it.each(CASES.map((queue) => [queue.name, queue] as const))('%s', (name, queue) => {
    const rate = 1000 / queue.meanMs;
    const theory =
      queue.queueLimit === undefined
        ? mmc(queue.arrivalsPerSec, rate, queue.workers)
        : mmck(queue.arrivalsPerSec, rate, queue.workers, queue.workers + queue.queueLimit);
    const runs = Array.from({ length: REPLICATIONS }, (_, i) => simulate(queue, 100 + i));
    const rows = FIGURES.filter((figure) => theory[figure] > 0).map((figure) => {
      const { mean, half } = interval(runs.map((run) => run[figure]));
      const deviation = Math.abs(mean - theory[figure]);
      return { figure, theory: theory[figure], mean, half, deviation };
    });
    console.log(
      [
        name,
        ...rows.map(
          (row) =>
            `  ${row.figure.padEnd(13)} theory ${row.theory.toPrecision(5)}, simulation ${row.mean.toPrecision(5)} ± ${row.half.toPrecision(2)}`,
        ),
      ].join('\n'),
    );
    for (const { figure, theory: expected, half, deviation } of rows) {
      expect(deviation, `${figure}: ${expected} outside the interval`).toBeLessThanOrEqual(half);
      // The interval must also be narrow enough to mean something.
      expect(half, `${figure}: width`).toBeLessThan(0.08 * expected);
    }
  });
});

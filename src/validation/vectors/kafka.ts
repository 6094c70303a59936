/** Kafka: V25 lag grows by λ − μ and drains by μ − λ; V26 what lingering costs. */
import type { Simulation } from '../../engine/simulation';
import { assemble } from '../../kinds/assemble';
import { INSTANT, metricOf, smallSystem } from '../../kinds/small-system';
import { MICROS_PER_SECOND as SECOND } from '../../model/units';
import type { Vector } from '../vector';

/** One consumer with a constant service time of 1 ms: 1000 a second. */
function lagSystem(seed: number): Simulation {
  return assemble(
    smallSystem({
      components: {
        client: ['client', { ratePerSec: 1200, readPercent: 0, keyCount: 1000 }],
        kafka: ['kafka', { partitions: 1 }],
        consumer: ['service', { serviceTime: 'constant', meanMs: 1, workers: 1 }],
      },
      connections: { 'client>kafka': INSTANT, 'kafka>consumer': { ...INSTANT, consumers: 1 } },
      faults: [{ target: 'client', fault: 'load-step', atMs: 60_000, params: { factor: 0.5 } }],
      seed,
    }),
  );
}

function lag(simulation: Simulation): number {
  simulation.resetTotals();
  const { now } = simulation;
  simulation.advance(now + 1);
  return metricOf(simulation, 'kafka', 'lag');
}

/** The lag after a minute, and how long it takes to be gone. */
function lagRun(seed: number): [lag: number, drainSeconds: number] {
  const simulation = lagSystem(seed);
  simulation.advance(60 * SECOND);
  const greatest = lag(simulation);
  let second = 60;
  // Gone: what is left is what a queue at load 0.6 has anyway.
  while (lag(simulation) > 5 && second < 200) {
    second += 0.1;
    simulation.advance(Math.round(second * SECOND));
  }
  return [greatest, second - 60];
}

/** Mean wait of a record in its batch, in milliseconds: what is left of the response time is the append. */
function lingerRun(seed: number): number {
  const simulation = assemble(
    smallSystem({
      components: {
        client: ['client', { ratePerSec: 200, readPercent: 0, keyCount: 1_000_000 }],
        kafka: [
          'kafka',
          { partitions: 1, acks: '1', lingerMs: 5, batchBytes: 10_000_000, appendMicros: 1, diskMBps: 100_000 },
        ],
      },
      connections: { 'client>kafka': INSTANT },
      seed,
    }),
  );
  simulation.advance(10 * SECOND);
  simulation.resetTotals();
  simulation.advance(110 * SECOND);
  const { meanInSystem, completions, span } = simulation.component('kafka')!.stats.totals(simulation.now);
  return (meanInSystem * span) / completions / 1000 - 0.001;
}

export const KAFKA: readonly Vector[] = [
  {
    id: 'V25',
    title: 'Consumer lag',
    shows: 'A backlog grows by what comes too much, and drains by what is left over.',
    source: 'dLag/dt = λ − μ: 60 s · (1200 − 1000)/s, and 12 000 ÷ (1000 − 600)/s',
    experiments: [
      {
        setup: 'Poisson load of 1200/s for 60 s, then 600/s; one partition, a consumer that takes 1 ms',
        seeds: 30,
        rows: [
          { what: 'lag after 60 s', unit: 'messages', theory: 12_000, tolerance: 0.02 },
          { what: 'time to drain', unit: 's', theory: 30, tolerance: 0.02 },
        ],
        replicate: lagRun,
      },
    ],
  },
  {
    id: 'V26',
    title: 'Lingering',
    shows: 'The first record of a batch waits for the whole linger, those that follow for the rest of it.',
    source: 'ℓ·(1 + λℓ/2) ÷ (1 + λℓ) with ℓ = 5 ms, λ = 200/s',
    experiments: [
      {
        setup: 'Poisson load of 200/s into one partition, linger 5 ms, batches that are never full',
        seeds: 12,
        rows: [{ what: 'mean wait in the batch', unit: 'ms', theory: 3.75, tolerance: 0.03 }],
        replicate: (seed) => [lingerRun(seed)],
      },
    ],
    quick: true,
  },
];

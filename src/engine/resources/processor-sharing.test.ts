import { describe, expect, it } from 'vitest';
import { type DistributionSpec, sampler } from '../distribution';
import { EventQueue } from '../event-queue';
import { RandomStream } from '../random';
import { exponential } from '../ziggurat';
import { ProcessorSharing } from './processor-sharing';

/** As much of a simulation as cores need. */
class Bench {
  now = 0;
  readonly queue = new EventQueue();
  readonly ended: { readonly item: number; readonly at: number }[] = [];
  onEnd: (item: number) => void = (item) => this.ended.push({ item, at: this.now });
  readonly cores: ProcessorSharing;

  constructor(cores: number) {
    this.cores = new ProcessorSharing(this, cores, 1, 0, (item) => this.onEnd(item));
  }
  alarm(micros: number, priority: number, type: number, a = 0, b = 0): number {
    this.queue.push(this.now + micros, priority, type, 0, a, b, 0);
    return this.queue.lastHandle;
  }
  cancel(handle: number): void {
    this.queue.cancel(handle);
  }
  /** Everything before this time happens. */
  run(until: number): void {
    while (this.queue.nextTime() < until) {
      this.queue.pop();
      this.now = this.queue.time;
      this.cores.timer(this.queue.b);
    }
    this.now = until;
  }
}

describe('cores shared equally', () => {
  it.each([
    [
      'one core, together',
      1,
      [
        [0, 10],
        [0, 10],
      ],
      [20, 20],
    ],
    [
      'one core, one after the other',
      1,
      [
        [0, 10],
        [5, 10],
      ],
      [15, 20],
    ],
    [
      'two cores, two jobs',
      2,
      [
        [0, 10],
        [5, 10],
      ],
      [10, 15],
    ],
    [
      'two cores, three jobs',
      2,
      [
        [0, 10],
        [0, 10],
        [0, 10],
      ],
      [15, 15, 15],
    ],
    [
      'a short one overtakes',
      1,
      [
        [0, 10],
        [2, 1],
      ],
      [11, 4],
    ],
    ['no work at all', 1, [[3, 0]], [3]],
  ] as [string, number, number[][], number[]][])('%s', (_, cores, jobs, ends) => {
    const bench = new Bench(cores);
    jobs.forEach(([at, work], item) => {
      bench.run(at! * 1000);
      bench.cores.add(item, work! * 1000);
    });
    bench.run(1e9);
    expect(jobs.map((_job, item) => bench.ended.find((end) => end.item === item)!.at / 1000)).toEqual(ends);
  });

  it('more cores help at once, fewer hinder at once', () => {
    const bench = new Bench(1);
    for (const item of [0, 1]) bench.cores.add(item, 10_000);
    bench.run(10_000);
    bench.cores.setCores(2);
    bench.run(12_000);
    expect(bench.cores.busy).toBe(2);
    bench.cores.setCores(1);
    bench.run(1e9);
    expect(bench.ended).toEqual([
      { item: 0, at: 18_000 },
      { item: 1, at: 18_000 },
    ]);
  });

  it('without cores everything stands still, and goes on where it was', () => {
    const bench = new Bench(2);
    bench.cores.add(0, 10_000);
    bench.run(4_000);
    bench.cores.setCores(0);
    bench.cores.add(1, 1_000);
    bench.run(50_000);
    expect([bench.ended, bench.cores.busy]).toEqual([[], 0]);
    bench.cores.setCores(2);
    bench.run(1e9);
    expect(bench.ended).toEqual([
      { item: 1, at: 51_000 },
      { item: 0, at: 56_000 },
    ]);
  });

  it('a job may begin where another ends, and a stale timer means nothing', () => {
    const bench = new Bench(1);
    let again = 3;
    bench.onEnd = (item) => {
      bench.ended.push({ item, at: bench.now });
      if (again-- > 0) bench.cores.add(item + 1, again === 1 ? 0 : 1000);
      bench.cores.timer(0);
    };
    bench.cores.add(0, 1000);
    bench.run(1e9);
    expect(bench.ended.map(({ at }) => at)).toEqual([1000, 2000, 2000, 3000]);
    expect(bench.cores.jobs).toBe(0);
  });

  it('forgets everything when the machine dies', () => {
    const bench = new Bench(1);
    bench.cores.add(0, 1000);
    bench.run(500);
    bench.cores.clear();
    bench.cores.add(1, 1000);
    bench.run(1e9);
    expect(bench.ended).toEqual([{ item: 1, at: 1500 }]);
  });
});

/** Mean and its standard error from the means of 20 batches, warm-up left out. */
function batchMeans(values: Float64Array, count: number): { mean: number; error: number } {
  const skipped = Math.floor(count / 20);
  const size = Math.floor((count - skipped) / 20);
  const means = Array.from({ length: 20 }, (_, batch) => {
    let sum = 0;
    for (let i = 0; i < size; i++) sum += values[skipped + batch * size + i]!;
    return sum / size;
  });
  const mean = means.reduce((sum, value) => sum + value) / 20;
  const variance = means.reduce((sum, value) => sum + (value - mean) * (value - mean), 0) / 19;
  return { mean, error: Math.sqrt(variance / 20) };
}

/** Response times in milliseconds of Poisson arrivals, and of those not longer than `short`. */
function respond(cores: number, ratePerSec: number, work: DistributionSpec, jobs: number, shortMicros = 0) {
  const arrivals = new RandomStream(11, 'cores', 'arrival');
  const sizes = new RandomStream(11, 'cores', 'service');
  const draw = sampler(work);
  const began = new Float64Array(jobs);
  const micros = new Float64Array(jobs);
  const times = new Float64Array(jobs);
  const slowdowns = [new Float64Array(jobs), new Float64Array(jobs)] as const;
  const counts = [0, 0];
  const bench = new Bench(cores);
  let ended = 0;
  bench.onEnd = (item) => {
    const time = bench.now - began[item]!;
    times[ended++] = time / 1000;
    const short = micros[item]! <= shortMicros ? 0 : 1;
    slowdowns[short][counts[short]!++] = time / micros[item]!;
  };
  let clock = 0;
  for (let item = 0; item < jobs; item++) {
    clock += (exponential(arrivals) * 1e6) / ratePerSec;
    bench.run(Math.round(clock));
    began[item] = bench.now;
    micros[item] = Math.max(1, draw.sample(sizes));
    bench.cores.add(item, micros[item]!);
  }
  bench.run(clock + 1e9);
  expect(ended).toBe(jobs);
  return {
    response: batchMeans(times, jobs),
    slowdownShort: batchMeans(slowdowns[0], counts[0]!),
    slowdownLong: batchMeans(slowdowns[1], counts[1]!),
  };
}

/** The 95 % interval contains the value (t with 19 degrees of freedom), and it is narrow enough to mean something. */
function expectNear({ mean, error }: { mean: number; error: number }, value: number, tolerance: number): void {
  expect(Math.abs(mean - value)).toBeLessThan(2.093 * error);
  expect(Math.abs(mean - value) / value).toBeLessThan(tolerance);
}

describe('queueing theory', () => {
  // M/G/1-PS at ρ = 0.5: W = S / (1 − ρ) = 20 ms, whatever the distribution.
  const bimodal: DistributionSpec = { type: 'hyperexponential', p: 0.9, mean1Ms: 4, mean2Ms: 64 };
  it.each([
    ['constant', { type: 'constant', meanMs: 10 }],
    ['exponential', { type: 'exponential', meanMs: 10 }],
    ['mostly short, some long', bimodal],
  ] as [string, DistributionSpec][])('M/G/1-PS, work %s', (_, work) => {
    expectNear(respond(1, 50, work, 250_000).response, 20, 0.03);
  });

  it('M/G/1-PS slows long and short jobs alike', () => {
    const { slowdownShort, slowdownLong } = respond(1, 50, bimodal, 250_000, 10_000);
    expectNear(slowdownShort, 2, 0.03);
    expectNear(slowdownLong, 2, 0.03);
  });

  it('exponential work on two cores: as M/M/2', () => {
    // ρ = 0.7: C = 2ρ² / (1 + ρ) = 0.57647, W = 10 ms + C / (2μ − λ) = 19.608 ms.
    expectNear(respond(2, 140, { type: 'exponential', meanMs: 10 }, 120_000).response, 19.608, 0.02);
  });
});

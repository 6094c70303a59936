import { describe, expect, it } from 'vitest';
import { type DistributionSpec, sampler } from './distribution';
import { RandomStream } from './random';

/** Seeds are fixed, so nothing here is flaky. 4.5 standard errors: once in 150 000 tests of a perfect sampler. */
const Z = 4.5;
const N = 400_000;

function draw(spec: DistributionSpec, seed: number, n = N): Float64Array {
  const stream = new RandomStream(seed, 'distribution', 'test');
  const source = sampler(spec);
  return new Float64Array(n).map(() => source.sample(stream));
}

/** The mean of g over the draws, with its standard error. */
function estimate(draws: Float64Array, g: (x: number) => number): { mean: number; error: number } {
  let sum = 0;
  let squares = 0;
  for (const x of draws) {
    sum += g(x);
    squares += g(x) ** 2;
  }
  const mean = sum / draws.length;
  return { mean, error: Math.sqrt((squares / draws.length - mean ** 2) / draws.length) };
}

const specs: DistributionSpec[] = [
  { type: 'constant', meanMs: 2 },
  { type: 'exponential', meanMs: 5 },
  { type: 'lognormal', medianMs: 1, p99Ms: 3 },
  { type: 'lognormal', medianMs: 20, p99Ms: 20 },
  { type: 'erlang', k: 1, meanMs: 3 },
  { type: 'erlang', k: 4, meanMs: 3 },
  { type: 'hyperexponential', p: 0.9, mean1Ms: 1, mean2Ms: 20 },
  { type: 'uniform', minMs: 1, maxMs: 4 },
  { type: 'pareto', alpha: 2.5, minMs: 1, maxMs: 100 },
  { type: 'pareto', alpha: 1, minMs: 1, maxMs: 50 },
];

describe.each(specs.map((spec, i) => ({ spec, seed: 100 + i, name: JSON.stringify(spec) })))(
  '$name (seed $seed)',
  ({ spec, seed }) => {
    const draws = draw(spec, seed);
    const { meanMicros, scv } = sampler(spec);

    it('draws whole microseconds ≥ 0', () => {
      expect(draws.every((x) => Number.isSafeInteger(x) && x >= 0)).toBe(true);
    });

    it('has the mean it states', () => {
      const { mean, error } = estimate(draws, (x) => x);
      expect(Math.abs(mean - meanMicros)).toBeLessThanOrEqual(Z * error);
      // the error that was estimated is the one that the stated variance implies, to the 20 % that heavy tails allow
      expect(Math.abs(error - meanMicros * Math.sqrt(scv / N))).toBeLessThanOrEqual(0.2 * error);
    });

    it('has the squared coefficient of variation it states', () => {
      const { mean, error } = estimate(draws, (x) => (x / meanMicros - 1) ** 2);
      expect(Math.abs(mean - scv)).toBeLessThanOrEqual(Z * error);
    });
  },
);

describe('lognormal', () => {
  it('V37: median 1 ms and p99 3 ms give mean 1.1180 ms and p99.9 4.303 ms (seed 37)', () => {
    const spec: DistributionSpec = { type: 'lognormal', medianMs: 1, p99Ms: 3 };
    expect(sampler(spec).meanMicros).toBeCloseTo(1118.0, 0);
    expect(sampler(spec).scv).toBeCloseTo(Math.exp(0.47225 ** 2) - 1, 4);
    const sorted = draw(spec, 37, 1_000_000).sort();
    for (const [p, micros] of [
      [0.5, 1000],
      [0.99, 3000],
      [0.999, 4303],
    ]) {
      const below = sorted.findIndex((x) => x > micros) / sorted.length;
      // half a microsecond of rounding moves 0.04 % of the draws at the median, the steepest point
      expect(Math.abs(below - p)).toBeLessThan(Z * Math.sqrt((p * (1 - p)) / sorted.length) + 0.0005 * (1 - p) * 2);
    }
  });
});

describe('bounded Pareto', () => {
  it.each([
    // textbook closed forms, each singular at the other's alpha
    [1, (Math.log(50) * 50) / 49],
    [2, (2 * (1 - 1 / 50)) / (1 - 1 / 2500)],
    [3, (1.5 * (1 - 1 / 2500)) / (1 - 1 / 125000)],
  ])('alpha %d from 1 to 50 ms has mean %d ms', (alpha, mean) => {
    expect(sampler({ type: 'pareto', alpha, minMs: 1, maxMs: 50 }).meanMicros).toBeCloseTo(mean * 1000, 8);
  });

  it('has moments that are continuous where the textbook forms divide by zero', () => {
    for (const alpha of [1, 2]) {
      const at = sampler({ type: 'pareto', alpha, minMs: 1, maxMs: 1000 });
      for (const off of [-1e-4, -1e-7, 1e-7, 1e-4]) {
        const near = sampler({ type: 'pareto', alpha: alpha + off, minMs: 1, maxMs: 1000 });
        expect(Math.abs(near.meanMicros / at.meanMicros - 1)).toBeLessThan(10 * Math.abs(off));
        expect(Math.abs(near.scv / at.scv - 1)).toBeLessThan(10 * Math.abs(off));
      }
    }
  });

  it('stays within its bounds and has the median of its inverse (seed 38)', () => {
    const draws = draw({ type: 'pareto', alpha: 1.2, minMs: 2, maxMs: 900 }, 38);
    expect(draws.every((x) => x >= 2000 && x <= 900_000)).toBe(true);
    const median = 2000 * (1 - 0.5 * (1 - (2 / 900) ** 1.2)) ** (-1 / 1.2);
    const { mean, error } = estimate(draws, (x) => (x < median ? 1 : 0));
    expect(Math.abs(mean - 0.5)).toBeLessThan(Z * error);
  });
});

describe('rounding', () => {
  it('is half up, once', () => {
    const stream = new RandomStream(1, '', '');
    for (const [meanMs, micros] of [
      [0, 0],
      [0.0004, 0],
      [0.0005, 1],
      [0.0015, 2],
      [0.0025, 3],
      [1.0004, 1000],
    ]) {
      const constant = sampler({ type: 'constant', meanMs });
      expect(constant.sample(stream)).toBe(micros);
      expect(constant.meanMicros).toBe(micros);
    }
  });

  it.each([1, 3, 9])('shifts the mean of an exponential of %d µs as the comment says (seed 39)', (mean) => {
    const draws = draw({ type: 'exponential', meanMs: mean / 1000 }, 39, 1_000_000);
    const { mean: actual, error } = estimate(draws, (x) => x);
    expect(Math.abs(actual - 1 / (2 * Math.sinh(1 / (2 * mean))))).toBeLessThan(Z * error);
  });
});

describe('limits', () => {
  it.each<DistributionSpec>([
    { type: 'constant', meanMs: -1 },
    { type: 'constant', meanMs: NaN },
    { type: 'exponential', meanMs: Infinity },
    { type: 'lognormal', medianMs: 0, p99Ms: 1 },
    { type: 'lognormal', medianMs: 2, p99Ms: 1 },
    { type: 'erlang', k: 0, meanMs: 1 },
    { type: 'erlang', k: 1.5, meanMs: 1 },
    { type: 'hyperexponential', p: 1.1, mean1Ms: 1, mean2Ms: 1 },
    { type: 'uniform', minMs: 2, maxMs: 1 },
    { type: 'pareto', alpha: 0, minMs: 1, maxMs: 2 },
    { type: 'pareto', alpha: 1, minMs: 0, maxMs: 2 },
    { type: 'pareto', alpha: 1, minMs: 3, maxMs: 2 },
  ])('%j is refused', (spec) => expect(() => sampler(spec)).toThrow(RangeError));

  it('accepts the degenerate cases', () => {
    const stream = new RandomStream(1, '', '');
    expect(sampler({ type: 'exponential', meanMs: 0 }).sample(stream)).toBe(0);
    expect(sampler({ type: 'uniform', minMs: 0, maxMs: 0 })).toMatchObject({ meanMicros: 0, scv: 0 });
    expect(sampler({ type: 'hyperexponential', p: 0, mean1Ms: 0, mean2Ms: 0 })).toMatchObject({
      meanMicros: 0,
      scv: 1,
    });
    const point = sampler({ type: 'pareto', alpha: 2, minMs: 5, maxMs: 5 });
    expect([point.sample(stream), point.meanMicros]).toEqual([5000, 5000]);
    expect(point.scv).toBeCloseTo(0, 12);
  });

  it('keeps an absurdly long tail within exact integers (seed 40)', () => {
    const draws = draw({ type: 'lognormal', medianMs: 1e-6, p99Ms: 1e9 }, 40, 100_000);
    expect(draws.every((x) => Number.isSafeInteger(x))).toBe(true);
  });
});

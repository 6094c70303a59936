import { describe, expect, it } from 'vitest';
import { RandomStream } from './random';
import { exponential, normal } from './ziggurat';

/** Seeds are fixed, so nothing here is flaky. 4.5 standard errors: once in 150 000 tests of a perfect generator. */
const Z = 4.5;
const SEEDS = [1, 2];
const N = 1_000_000;

function draw(sample: (stream: RandomStream) => number, seed: number, n = N): Float64Array {
  const stream = new RandomStream(seed, 'ziggurat', 'test');
  return new Float64Array(n).map(() => sample(stream));
}

/** The mean of g over the draws. */
function average(draws: Float64Array, g: (x: number) => number): number {
  let sum = 0;
  for (const x of draws) sum += g(x);
  return sum / draws.length;
}

function expectShare(draws: Float64Array, inside: (x: number) => boolean, probability: number): void {
  const share = average(draws, (x) => (inside(x) ? 1 : 0));
  const error = Math.sqrt((probability * (1 - probability)) / draws.length);
  expect(Math.abs(share - probability)).toBeLessThan(Z * error);
}

/** √n × the Kolmogorov–Smirnov distance. Above 2.4 with probability 2·e^(−2·2.4²) = 2e-5. */
function kolmogorovSmirnov(draws: Float64Array, cdf: (x: number) => number): number {
  const sorted = draws.slice().sort();
  let distance = 0;
  for (let i = 0; i < sorted.length; i++) {
    const p = cdf(sorted[i]);
    distance = Math.max(distance, p - i / sorted.length, (i + 1) / sorted.length - p);
  }
  return distance * Math.sqrt(sorted.length);
}
const KS_LIMIT = 2.4;

/** Abramowitz and Stegun 7.1.26, error 1.5e-7: four decimal places finer than the distance tested. */
function normalCdf(x: number): number {
  const z = Math.abs(x) / Math.SQRT2;
  const t = 1 / (1 + 0.3275911 * z);
  const series = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
  const upper = 0.5 * series * Math.exp(-z * z);
  return x > 0 ? 1 - upper : upper;
}

describe.each(SEEDS)('exponential (seed %d)', (seed) => {
  const draws = draw(exponential, seed);

  it('has mean 1, variance 1 and skewness 2', () => {
    // the central moments of orders 2, 3, 4 and 6 are 1, 2, 9 and 265
    expect(Math.abs(average(draws, (x) => x) - 1)).toBeLessThan(Z * Math.sqrt(1 / N));
    expect(Math.abs(average(draws, (x) => (x - 1) ** 2) - 1)).toBeLessThan(Z * Math.sqrt((9 - 1) / N));
    expect(Math.abs(average(draws, (x) => (x - 1) ** 3) - 2)).toBeLessThan(Z * Math.sqrt((265 - 4) / N));
  });

  it('follows 1 − e^(−x)', () => {
    expect(kolmogorovSmirnov(draws, (x) => 1 - Math.exp(-x))).toBeLessThan(KS_LIMIT);
  });

  it.each([0.001, 0.1, 1, 5, 7.69711747013105, 9, 11])('exceeds %d as often as it should', (x) => {
    expectShare(draws, (value) => value > x, Math.exp(-x));
  });

  it('is never negative', () => {
    expect(draws.every((x) => x >= 0 && x < Infinity)).toBe(true);
  });
});

describe.each(SEEDS)('normal (seed %d)', (seed) => {
  const draws = draw(normal, seed);

  it('has mean 0, variance 1, skewness 0 and kurtosis 3', () => {
    // the even moments are 1, 3, 15, 105 for orders 2, 4, 6, 8
    expect(Math.abs(average(draws, (x) => x))).toBeLessThan(Z * Math.sqrt(1 / N));
    expect(Math.abs(average(draws, (x) => x ** 2) - 1)).toBeLessThan(Z * Math.sqrt((3 - 1) / N));
    expect(Math.abs(average(draws, (x) => x ** 3))).toBeLessThan(Z * Math.sqrt(15 / N));
    expect(Math.abs(average(draws, (x) => x ** 4) - 3)).toBeLessThan(Z * Math.sqrt((105 - 9) / N));
  });

  it('follows the normal distribution', () => {
    expect(kolmogorovSmirnov(draws, normalCdf)).toBeLessThan(KS_LIMIT);
  });

  // two-sided tail probabilities
  it.each([
    [1, 0.31731050786291415],
    [2, 0.04550026389635842],
    [3, 0.0026997960632601866],
    [3.654152885361009, 0.0002580324876539007],
    [4.2, 0.0000266914980318127],
  ])('lies beyond ±%d as often as it should, on either side', (x, probability) => {
    expectShare(draws, (value) => value > x, probability / 2);
    expectShare(draws, (value) => value < -x, probability / 2);
  });
});

describe('the tail of the normal (seed 4)', () => {
  // a draw in four thousand gets there, so send them all: the highest position of layer 0, then the stream's own outputs
  const stream = new RandomStream(4, 'ziggurat', 'tail');
  const draws = new Float64Array(200_000).map(() => {
    stream.uint32 = () => {
      stream.uint32 = RandomStream.prototype.uint32.bind(stream);
      return 0xfffffe00;
    };
    return normal(stream);
  });

  it('begins at 3.654…', () => {
    expect(draws.every((x) => x >= 3.654152885361009)).toBe(true);
  });

  // P(X > x) / P(X > 3.654…)
  it.each([
    [4.2, 0.103442],
    [5, 0.0022218],
  ])('exceeds %d as often as it should', (x, probability) => expectShare(draws, (value) => value > x, probability));
});

describe('golden draws (seed 1): a change here changes every recorded run', () => {
  it('exponential', () =>
    expect(Array.from(draw(exponential, 1, 8))).toEqual([
      0.15421606141329836, 0.5354066829715856, 2.4200299505239684, 1.7156874399598583, 1.5096144097921673,
      0.0991450895549743, 0.6225580090769274, 0.9869470808446965,
    ]));
  it('normal', () =>
    expect(Array.from(draw(normal, 1, 8))).toEqual([
      -0.2812830520452736, -0.7597471853432337, 1.6516125934895096, -1.4840035453303442, -1.228633685342573,
      0.24242912516059328, 0.831535265547465, 0.8772259195042973,
    ]));

  it('exponential and normal, 100 000 draws each with all the rare paths', () => {
    const stream = new RandomStream(1, 'ziggurat', 'all paths');
    let sum = 0;
    for (let i = 0; i < 100_000; i++) sum += exponential(stream) * normal(stream);
    expect(sum).toBe(43.691480377969654);
  });
});

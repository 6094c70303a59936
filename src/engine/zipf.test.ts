import { describe, expect, it } from 'vitest';
import { RandomStream } from './random';
import { type KeySampler, MAX_ZIPF_KEYS, SequentialKeys, UniformKeys, ZipfKeys } from './zipf';

/** Seeds are fixed, so nothing here is flaky. 4.5 standard errors: once in 150 000 tests of a perfect sampler. */
const Z = 4.5;

function countKeys(keys: KeySampler, seed: number, n: number): Float64Array {
  const stream = new RandomStream(seed, 'keys', 'test');
  const counts = new Float64Array(keys.count);
  for (let i = 0; i < n; i++) counts[keys.sample(stream)]++;
  return counts;
}

/** Pearson's chi-square as a standard normal (Wilson and Hilferty 1931); cells expecting under 10 draws are pooled. */
function chiSquareZ(counts: Float64Array, probability: (rank: number) => number): number {
  const n = counts.reduce((a, b) => a + b);
  let chiSquare = 0;
  let cells = 0;
  let observed = 0;
  let expected = 0;
  counts.forEach((count, rank) => {
    observed += count;
    expected += n * probability(rank);
    if (expected < 10) return;
    chiSquare += (observed - expected) ** 2 / expected;
    cells++;
    observed = expected = 0;
  });
  const spread = 2 / (9 * (cells - 1));
  return (Math.cbrt(chiSquare / (cells - 1)) - 1 + spread) / Math.sqrt(spread);
}

describe('ZipfKeys', () => {
  it.each([
    { count: 2, exponent: 1, seed: 1 },
    { count: 20, exponent: 1, seed: 2 },
    { count: 1_000, exponent: 0.8, seed: 3 },
    { count: 1_000, exponent: 0, seed: 4 },
    { count: 50, exponent: 3, seed: 5 },
    { count: 100_000, exponent: 0.99, seed: 6 },
  ])(
    '$count keys with exponent $exponent are drawn with their probabilities (seed $seed)',
    ({ count, exponent, seed }) => {
      const keys = new ZipfKeys(count, exponent);
      const counts = countKeys(keys, seed, 1_000_000);
      expect(Math.abs(chiSquareZ(counts, (rank) => keys.probability(rank)))).toBeLessThan(Z);
    },
  );

  // "ideal LFU": the share of requests for the C most wanted keys
  it.each([
    { count: 10_000, exponent: 0.8, cached: 1_000, share: 0.5706 },
    { count: 10_000, exponent: 0.9, cached: 1_000, share: 0.6708 },
    { count: 10_000, exponent: 1, cached: 1_000, share: 0.7648 },
    { count: 10_000, exponent: 1, cached: 100, share: 0.53 },
    { count: 1_000, exponent: 0.99, cached: 100, share: 0.685 },
    { count: 100_000, exponent: 0.99, cached: 1_000, share: 0.6048 },
  ])('the top $cached of $count keys with exponent $exponent get $share of the requests', (row) => {
    const keys = new ZipfKeys(row.count, row.exponent);
    let share = 0;
    for (let rank = 0; rank < row.cached; rank++) share += keys.probability(rank);
    expect(share).toBeCloseTo(row.share, 4);
    const n = 200_000;
    const drawn =
      countKeys(keys, 7, n)
        .subarray(0, row.cached)
        .reduce((a, b) => a + b) / n;
    expect(Math.abs(drawn - share)).toBeLessThan(Z * Math.sqrt((share * (1 - share)) / n));
  });

  it('has probabilities that add up to 1 and are 0 outside', () => {
    const keys = new ZipfKeys(1_000, 0.99);
    let sum = 0;
    for (let rank = 0; rank < 1_000; rank++) sum += keys.probability(rank);
    expect(sum).toBeCloseTo(1, 13);
    expect(keys.probability(0) / keys.probability(9)).toBeCloseTo(10 ** 0.99, 12);
    expect([keys.probability(-1), keys.probability(1_000)]).toEqual([0, 0]);
  });

  it('takes a million keys, one key, and refuses what it cannot hold', () => {
    const most = countKeys(new ZipfKeys(MAX_ZIPF_KEYS, 1), 8, 200_000);
    const p = 1 / 14.392726722865724; // the millionth harmonic number
    expect(Math.abs(most[0] / 200_000 - p)).toBeLessThan(Z * Math.sqrt((p * (1 - p)) / 200_000));
    expect(countKeys(new ZipfKeys(1, 1), 9, 10)[0]).toBe(10);
    for (const count of [0, -1, 1.5, NaN, MAX_ZIPF_KEYS + 1]) expect(() => new ZipfKeys(count, 1)).toThrow(RangeError);
    for (const exponent of [-1, NaN, 101]) expect(() => new ZipfKeys(10, exponent)).toThrow(RangeError);
  });

  it('golden keys (seed 1): a change here changes every recorded run', () => {
    const stream = new RandomStream(1, 'keys', 'golden');
    const keys = new ZipfKeys(1_000, 0.99);
    expect(Array.from({ length: 12 }, () => keys.sample(stream))).toEqual([
      8, 531, 118, 507, 679, 24, 9, 62, 282, 250, 3, 135,
    ]);
  });
});

describe('UniformKeys', () => {
  it('draws every key equally often (seed 10)', () => {
    const counts = countKeys(new UniformKeys(500), 10, 500_000);
    expect(Math.abs(chiSquareZ(counts, () => 1 / 500))).toBeLessThan(Z);
  });

  it('refuses an empty key space', () => expect(() => new UniformKeys(0)).toThrow(RangeError));
});

describe('SequentialKeys', () => {
  it('counts round and round and leaves the stream alone', () => {
    const stream = new RandomStream(11, 'keys', 'test');
    const keys = new SequentialKeys(3);
    expect(Array.from({ length: 7 }, () => keys.sample(stream))).toEqual([0, 1, 2, 0, 1, 2, 0]);
    expect(stream.uint32()).toBe(new RandomStream(11, 'keys', 'test').uint32());
  });

  it('refuses an empty key space', () => expect(() => new SequentialKeys(0)).toThrow(RangeError));
});

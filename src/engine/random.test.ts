import { describe, expect, it } from 'vitest';
import { RandomStream } from './random';

/**
 * All seeds are fixed, so nothing here is flaky; the limits say how surprising a result would have to be. Z = 4.5 is
 * exceeded by chance once in 150 000 tests of a perfect generator.
 */
const Z = 4.5;

/** Pearson's chi-square against equal expectations, as a standard normal (Wilson and Hilferty 1931). */
function chiSquareZ(counts: ArrayLike<number>): number {
  const values = Array.from(counts);
  const expected = values.reduce((a, b) => a + b, 0) / values.length;
  const degrees = values.length - 1;
  const chiSquare = values.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
  const spread = 2 / (9 * degrees);
  return (Math.cbrt(chiSquare / degrees) - 1 + spread) / Math.sqrt(spread);
}

/** The correlation of two sequences times √n: standard normal when they are independent. */
function correlationZ(next1: () => number, next2: () => number, n: number): number {
  let sum = 0;
  for (let i = 0; i < n; i++) sum += (next1() - 0.5) * (next2() - 0.5);
  return (12 * sum) / Math.sqrt(n);
}

function take<T>(count: number, next: () => T): T[] {
  return Array.from({ length: count }, next);
}

describe('golden outputs: a change here changes every recorded run', () => {
  it.each([
    [
      1,
      'client',
      'arrival',
      [2930418102, 2160929975, 2124913413, 477473765, 673923306, 1075685081, 705162353, 3302561158],
    ],
    [
      1,
      'client',
      'service',
      [1142240373, 3778564713, 505674279, 74842450, 3927352646, 1334749733, 3359090821, 254475702],
    ],
    [
      2,
      'client',
      'arrival',
      [1982048015, 3595223762, 1413053933, 976621710, 3672885923, 2310923558, 1064050964, 1048855038],
    ],
    [-1, '', 'fault', [3554714164, 3357279351, 3785028637, 3162451283, 266418906, 2927187293, 3866049834, 2552448987]],
    [
      2 ** 40 + 7,
      'données-π',
      'key',
      [755625972, 2374347701, 2524944037, 2662287791, 1973699237, 22047074, 2723402205, 1602394767],
    ],
  ])('seed %d, owner %j, purpose %j', (seed, owner, purpose, golden) => {
    const stream = new RandomStream(seed, owner, purpose);
    expect(take(8, () => stream.uint32())).toEqual(golden);
  });
});

describe('one stream', () => {
  it.each([1, 20_260_101, -7])('has uniform bytes in every position (seed %d)', (seed) => {
    const stream = new RandomStream(seed, 'bytes', 'test');
    const counts = [0, 8, 16, 24].map(() => new Uint32Array(256));
    for (let i = 0; i < 200_000; i++) {
      const value = stream.uint32();
      for (let byte = 0; byte < 4; byte++) counts[byte][(value >>> (8 * byte)) & 255]++;
    }
    for (const count of counts) expect(Math.abs(chiSquareZ(count))).toBeLessThan(Z);
  });

  it.each([3, 4])('has independent neighbours: 64 × 64 pairs (seed %d)', (seed) => {
    const stream = new RandomStream(seed, 'pairs', 'test');
    for (const lag of [1, 2, 3, 16]) {
      const counts = new Uint32Array(4096);
      const recent = take(lag, () => stream.uint32() >>> 26);
      for (let i = 0; i < 400_000; i++) {
        const value = stream.uint32() >>> 26;
        counts[recent[i % lag] * 64 + value]++;
        recent[i % lag] = value;
      }
      expect(Math.abs(chiSquareZ(counts))).toBeLessThan(Z);
    }
  });

  it('uniform() has the mean and variance of [0, 1) and the resolution of 53 bits (seed 5)', () => {
    const stream = new RandomStream(5, 'uniform', 'test');
    const n = 1_000_000;
    let sum = 0;
    let squares = 0;
    let fine = 0;
    for (let i = 0; i < n; i++) {
      const u = stream.uniform();
      if (u < 0 || u >= 1) expect.fail(`uniform() gave ${u}`);
      sum += u;
      squares += (u - 0.5) ** 2;
      if ((u * 2 ** 53) % 2 === 1) fine++;
    }
    expect(Math.abs(sum / n - 1 / 2)).toBeLessThan(Z * Math.sqrt(1 / 12 / n));
    expect(Math.abs(squares / n - 1 / 12)).toBeLessThan(Z * Math.sqrt(1 / 180 / n));
    expect(Math.abs(fine / n - 1 / 2)).toBeLessThan(Z * Math.sqrt(1 / 4 / n));
  });

  it('open() excludes both ends, even for the extreme outputs of the generator', () => {
    const stream = new RandomStream(6, 'open', 'test');
    stream.uint32 = () => 0;
    expect(stream.open()).toBeGreaterThan(0);
    expect(stream.uniform()).toBe(0);
    stream.uint32 = () => 2 ** 32 - 1;
    expect(stream.open()).toBeLessThan(1);
    expect(stream.uniform()).toBeLessThan(1);
    for (const n of [1, 3, 10, 2 ** 20, 2 ** 32 - 1, 2 ** 32]) expect(stream.integer(n)).toBe(n - 1);
  });

  it.each([1, 2, 3, 7, 1000])('integer(%d) is uniform (seed 7)', (n) => {
    const stream = new RandomStream(7, 'integer', 'test');
    const counts = new Uint32Array(n);
    for (let i = 0; i < 300_000; i++) counts[stream.integer(n)]++;
    expect(counts.reduce((a, b) => a + b)).toBe(300_000);
    if (n > 1) expect(Math.abs(chiSquareZ(counts))).toBeLessThan(Z);
  });

  it.each([0.001, 0.1, 0.5, 0.99])('chance(%d) comes true that often (seed 8)', (p) => {
    const stream = new RandomStream(8, 'chance', 'test');
    const n = 500_000;
    let hits = 0;
    for (let i = 0; i < n; i++) if (stream.chance(p)) hits++;
    expect(Math.abs(hits / n - p)).toBeLessThan(Z * Math.sqrt((p * (1 - p)) / n));
  });

  it('chance() consumes one output whatever p is, is monotone in p, and certain at 0 and 1', () => {
    const streams = [-1, 0, 0.2, 0.7, 1, 2].map((p) => ({ p, stream: new RandomStream(9, 'chance', 'test') }));
    for (let i = 0; i < 2_000; i++) {
      const hits = streams.map(({ p, stream }) => stream.chance(p));
      expect(hits).toEqual([...hits].sort((a, b) => Number(a) - Number(b)));
      expect(hits.slice(0, 2)).toEqual([false, false]);
      expect(hits.slice(4)).toEqual([true, true]);
    }
    expect(new Set(streams.map(({ stream }) => stream.uint32())).size).toBe(1);
  });

  it('refuses a seed that would be rounded', () => {
    for (const seed of [0.5, NaN, Infinity, 2 ** 53]) expect(() => new RandomStream(seed, '', '')).toThrow(RangeError);
  });
});

describe('streams of different keys', () => {
  const key = (seed: number, owner: string, purpose: string) => ({ seed, owner, purpose });
  const base = key(1, 'service-1', 'arrival');
  const neighbours = [
    key(2, 'service-1', 'arrival'),
    key(-1, 'service-1', 'arrival'),
    key(1 + 2 ** 32, 'service-1', 'arrival'),
    key(1, 'service-2', 'arrival'),
    key(1, 'service-10', 'arrival'),
    key(1, 'tervice-1', 'arrival'),
    key(1, 'service-1', 'service'),
    key(1, 'service-', '1arrival'),
    key(1, 'arrival', 'service-1'),
    key(1, '', ''),
  ];
  const open = (k: typeof base) => new RandomStream(k.seed, k.owner, k.purpose);

  it.each(neighbours)('($seed, $owner, $purpose) is uncorrelated with (1, service-1, arrival)', (other) => {
    for (const lag of [0, 1, 2]) {
      const first = open(base);
      const second = open(other);
      take(lag, () => second.uniform());
      const z = correlationZ(
        () => first.uniform(),
        () => second.uniform(),
        200_000,
      );
      expect(Math.abs(z)).toBeLessThan(Z);
    }
  });

  it.each(neighbours)('($seed, $owner, $purpose) differs from it in half of the first 4096 bits', (other) => {
    const first = open(base);
    const second = open(other);
    let different = 0;
    for (let i = 0; i < 128; i++) {
      for (let bits = first.uint32() ^ second.uint32(); bits !== 0; bits &= bits - 1) different++;
    }
    expect(Math.abs(different - 2048)).toBeLessThan(Z * Math.sqrt(4096 / 4));
  });

  it('start evenly spread and all differently: 20 000 owners, then 20 000 seeds', () => {
    for (const stream of [
      (i: number) => new RandomStream(10, `node-${i}`, 'route'),
      (i: number) => new RandomStream(i, 'node', 'route'),
    ]) {
      const counts = new Uint32Array(256);
      const starts = new Set<string>();
      for (let i = 0; i < 20_000; i++) {
        const s = stream(i);
        const first = s.uint32();
        counts[first >>> 24]++;
        starts.add(`${first} ${s.uint32()}`);
      }
      expect(Math.abs(chiSquareZ(counts))).toBeLessThan(Z);
      expect(starts.size).toBe(20_000);
    }
  });
});

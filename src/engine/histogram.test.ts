import fc from 'fast-check';
import { describe, expect, inject, it } from 'vitest';
import { LatencyHistogram } from './histogram';

fc.configureGlobal({ seed: inject('seed') });

/** Half a bucket: 1/256 of the value. fast-check prints the seed of a failing property. */
const RELATIVE_ERROR = 1 / 256;
const LIMIT = 2 ** 40;

/** Values of every magnitude, as evenly spread over the powers of two as latencies are. */
const micros = fc
  .tuple(fc.integer({ min: 0, max: 39 }), fc.double({ min: 0, max: 1, noNaN: true }))
  .map(([power, fraction]) => Math.floor(2 ** power * (1 + fraction)) - 1);
const values = fc.array(micros, { minLength: 1, maxLength: 200 });
const percentiles = [0, 0.1, 1, 25, 50, 75, 90, 95, 99, 99.9, 100];

function histogramOf(data: number[]): LatencyHistogram {
  const histogram = new LatencyHistogram();
  for (const value of data) histogram.record(value);
  return histogram;
}

/** Everything a histogram shows. */
function view(histogram: LatencyHistogram): number[] {
  const { count, sum, min, max, mean } = histogram;
  return [count, sum, min, max, mean, ...percentiles.map((p) => histogram.percentile(p))];
}

/** Nearest rank: the smallest value that at least p percent do not exceed. Whole tenths of a percent, to stay exact. */
function exactPercentile(data: number[], p: number): number {
  const sorted = [...data].sort((a, b) => a - b);
  const rank = Math.ceil((Math.round(p * 10) * sorted.length) / 1000);
  return sorted[Math.max(rank, 1) - 1];
}

describe('LatencyHistogram', () => {
  it('keeps count, sum, minimum, maximum and mean exactly', () => {
    fc.assert(
      fc.property(values, (data) => {
        const { count, sum, min, max, mean } = histogramOf(data);
        const total = data.reduce((a, b) => a + b);
        expect([count, sum, min, max, mean]).toEqual([
          data.length,
          total,
          Math.min(...data),
          Math.max(...data),
          total / data.length,
        ]);
      }),
    );
  });

  it('states percentiles within half a bucket of the exact ones', () => {
    fc.assert(
      fc.property(values, fc.constantFrom(...percentiles), (data, p) => {
        const exact = exactPercentile(data, p);
        expect(Math.abs(histogramOf(data).percentile(p) - exact)).toBeLessThanOrEqual(exact * RELATIVE_ERROR);
      }),
      { numRuns: 1000 },
    );
  });

  it('is exact below 256 µs', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 255 }), { minLength: 1 }),
        fc.constantFrom(...percentiles),
        (data, p) => {
          expect(histogramOf(data).percentile(p)).toBe(exactPercentile(data, p));
        },
      ),
    );
  });

  it('puts values on both sides of every power of two into different buckets, up to the limit', () => {
    for (let power = 8; power < 40; power++) {
      const below = 2 ** power - 1;
      const histogram = histogramOf([0, below, below, below + 1, below + 1, LIMIT - 1]);
      const [low, high] = [histogram.percentile(50), histogram.percentile(51)];
      expect(low).toBeLessThanOrEqual(below);
      expect(high).toBeGreaterThan(below);
      expect(below - low).toBeLessThanOrEqual(below * RELATIVE_ERROR);
      expect(high - below - 1).toBeLessThanOrEqual(high * RELATIVE_ERROR);
    }
  });

  it('counts values beyond the limit in its last bucket, with an exact maximum and sum', () => {
    const histogram = histogramOf([5, LIMIT, 2 ** 50]);
    expect([histogram.count, histogram.sum, histogram.max]).toEqual([3, 5 + LIMIT + 2 ** 50, 2 ** 50]);
    expect(histogram.percentile(60)).toBeGreaterThan(LIMIT * (1 - 1 / 128));
    expect(histogram.percentile(100)).toBe(2 ** 50);
  });

  it('merged equals having recorded everything in one', () => {
    const maybeEmpty = fc.array(micros, { maxLength: 50 });
    fc.assert(
      fc.property(maybeEmpty, maybeEmpty, (first, second) => {
        const merged = histogramOf(first);
        const other = histogramOf(second);
        const before = view(other);
        merged.merge(other);
        expect(view(merged)).toEqual(view(histogramOf([...first, ...second])));
        expect(view(other)).toEqual(before);
      }),
    );
  });

  it('tells percentiles of two as if they were merged', () => {
    const maybeEmpty = fc.array(micros, { maxLength: 50 });
    fc.assert(
      fc.property(maybeEmpty, maybeEmpty, (first, second) => {
        const both = histogramOf([...first, ...second]);
        const told = new Float64Array(5).fill(7);
        LatencyHistogram.percentilesOfBoth(histogramOf(first), histogramOf(second), [50, 95, 99], told, 1);
        expect([...told]).toEqual([7, ...[50, 95, 99].map((p) => both.percentile(p)), 7]);
      }),
    );
  });

  it('reset leaves nothing behind', () => {
    fc.assert(
      fc.property(values, values, (first, second) => {
        const reused = histogramOf(first);
        reused.reset();
        expect(view(reused)).toEqual(view(new LatencyHistogram()));
        for (const value of second) reused.record(value);
        expect(view(reused)).toEqual(view(histogramOf(second)));
      }),
    );
  });

  it('add counts a value several times', () => {
    const histogram = new LatencyHistogram();
    histogram.add(700, 3);
    histogram.add(9, 1);
    expect(view(histogram)).toEqual(view(histogramOf([700, 9, 700, 700])));
  });

  it('takes 1.1 % of 3000 values as 33 of them, though in binary it is a little more', () => {
    const histogram = new LatencyHistogram();
    histogram.add(10, 33);
    histogram.add(100, 2967);
    expect(histogram.percentile(1.1)).toBe(10);
    expect(histogram.percentile(1.11)).toBe(100);
  });

  it('is NaN throughout when empty, but for count and sum', () => {
    expect(view(new LatencyHistogram())).toEqual([0, 0, ...new Array<number>(3 + percentiles.length).fill(NaN)]);
  });

  it('refuses what is not a latency or not a percentile', () => {
    const histogram = new LatencyHistogram();
    expect(() => histogram.record(-1)).toThrow(RangeError);
    expect(() => histogram.record(NaN)).toThrow(RangeError);
    expect(() => histogram.percentile(101)).toThrow(RangeError);
    expect(() => histogram.percentile(NaN)).toThrow(RangeError);
    expect(histogram.count).toBe(0);
  });
});

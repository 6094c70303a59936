import { expect, it } from 'vitest';
import { confidence, studentT } from './interval';
import { judge } from './vector';

it.each([
  [5, 2.5706],
  [9, 2.2622],
  [11, 2.201],
  [19, 2.093],
  [59, 2.001],
])('Student’s t with %i degrees of freedom is that of the tables', (n, t) => {
  expect(Math.abs(studentT(n) - t)).toBeLessThan(0.002);
});

it('the interval of known values', () => {
  const { mean, low, high } = confidence([1, 2, 3, 4, 5, 6]);
  expect(mean).toBe(3.5);
  // s = √3.5, t = 2.5706, n = 6
  expect(high - mean).toBeCloseTo((2.5706 * Math.sqrt(3.5)) / Math.sqrt(6), 2);
  expect(mean - low).toBeCloseTo(high - mean, 12);
});

it('a row passes only when the interval contains the theory and the mean is near it', () => {
  const row = { what: '', unit: '', theory: 10, tolerance: 0.02 };
  const around = (mean: number, spread: number): number[] => [-1, 1, -1, 1, -1, 1].map((s) => mean + s * spread);
  expect(judge(row, around(10.1, 0.5)).passed).toBe(true);
  // The interval is narrow and beside it; the interval is wide and the mean is far.
  expect(judge(row, around(10.1, 0.01)).passed).toBe(false);
  expect(judge(row, around(10.5, 2)).passed).toBe(false);
  expect(judge({ ...row, judge: 'near' }, around(10.1, 0.01)).passed).toBe(true);
  expect(judge({ ...row, judge: 'exact', tolerance: 0 }, [10, 10, 10]).passed).toBe(true);
  expect(judge({ ...row, judge: 'exact', tolerance: 0 }, [10, 10, 10.001]).passed).toBe(false);
  expect(judge({ ...row, judge: 'at-most', tolerance: 0 }, [1, 9, 10]).passed).toBe(true);
  expect(judge({ ...row, judge: 'at-most', tolerance: 0 }, [1, 9, 11]).passed).toBe(false);
});

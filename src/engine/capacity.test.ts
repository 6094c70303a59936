import { expect, it } from 'vitest';
import { Capacity, MARK } from './capacity';

function shareUsed(...levels: readonly (readonly [inUse: number, left: number, part?: number])[]): number {
  const capacity = new Capacity();
  levels.forEach(([inUse, left, part = 0], second) => capacity.set(part, inUse, left, second));
  return capacity.utilisation(MARK.reset, levels.length);
}

it('is what is in use of what is offered, over time', () => {
  expect(shareUsed([2, 4], [4, 4])).toBeCloseTo(6 / 8);
  expect(shareUsed([2, 4], [2, 8])).toBeCloseTo(4 / 12);
});

it('counts what was taken away while in use until it is free', () => {
  expect(shareUsed([8, 8], [8, 4], [4, 4])).toBe(1);
  expect(shareUsed([8, 8], [6, 4], [2, 4])).toBeCloseTo(16 / 18);
});

it('is that of the busiest part, and of none without a capacity', () => {
  expect(shareUsed([1, 4, 0], [3, 4, 1])).toBeCloseTo(3 / 4);
  expect(shareUsed([0, 0])).toBeNaN();
});

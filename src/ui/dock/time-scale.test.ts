import { describe, expect, it } from 'vitest';
import { barLength, barTicks, fittingLabels } from './time-scale';

describe('the bar', () => {
  it.each([
    [0, 30],
    [28, 30],
    [30, 60],
    [61, 90],
    [3599, 7200],
    [10_000, 10_800],
  ])('for %i s is %i s long', (latest, length) => {
    expect(barLength(latest)).toBe(length);
  });

  it('has a few numbers, from 0 to its end', () => {
    expect(barTicks(30)).toEqual([0, 5, 10, 15, 20, 25, 30]);
    for (const length of [60, 90, 120, 300, 600, 3600, 7200]) {
      expect(barTicks(length).at(-1)).toBe(length);
      expect(barTicks(length).length).toBeLessThanOrEqual(8);
    }
  });
});

describe('fittingLabels', () => {
  it('keeps labels that have room', () => {
    expect(
      fittingLabels(
        [
          { at: 0.1, widths: [100] },
          { at: 0.5, widths: [100] },
        ],
        1000,
      ),
    ).toEqual([0, 0]);
  });
  it('gives the place to the later of two', () => {
    expect(
      fittingLabels(
        [
          { at: 0.4, widths: [150] },
          { at: 0.5, widths: [100] },
        ],
        1000,
      ),
    ).toEqual([-1, 0]);
  });
  it('takes a shorter one where the long one has no room', () => {
    const marks = [
      { at: 0.4, widths: [150, 120, 80] },
      { at: 0.5, widths: [100] },
    ];
    expect(fittingLabels(marks, 1000)).toEqual([2, 0]);
  });
  it('shows none beyond the end of the bar', () => {
    expect(fittingLabels([{ at: 0.95, widths: [100, 60] }], 1000)).toEqual([-1]);
  });
});

import { describe, expect, it } from 'vitest';
import { formatClock, formatMs, formatNumber, formatRate, formatShare } from './format-number';

describe('formatNumber', () => {
  it.each([
    [0, '0'],
    [0.42, '0.42'],
    [4.2, '4.2'],
    [10, '10'],
    [100, '100'],
    [910, '910'],
    [42.04, '42'],
    [4200, '4\u202f200'],
    [42_000, '42\u202f000'],
    [4_200_000, '4.2 M'],
    [NaN, '–'],
  ])('%d', (value, text) => {
    expect(formatNumber(value)).toBe(text);
  });
});

it('units', () => {
  expect(formatMs(0.25)).toBe('250 µs');
  expect(formatMs(400)).toBe('400 ms');
  expect(formatMs(20_000)).toBe('20 s');
  expect(formatRate(900)).toBe('900/s');
  expect(formatShare(1)).toBe('100 %');
  expect(formatClock(12_480_123, true)).toBe('12.480\u202f123 s');
});

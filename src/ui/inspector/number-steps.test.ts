import { describe, expect, it } from 'vitest';
import type { NumberField } from '../../model/fields';
import { stepped, typedNumber } from './number-steps';

const field: NumberField = { type: 'number', label: '', help: '', unit: '', default: 1, min: 0, max: 5000 };

describe('stepped', () => {
  it.each<[number, 1 | -1, boolean, Partial<NumberField>, number]>([
    [16, 1, false, { integer: true }, 17],
    [250, 1, false, { integer: true }, 260],
    [100, -1, false, { integer: true }, 99],
    [99, 1, false, { integer: true }, 100],
    [1, 1, false, { integer: true }, 2],
    [1, -1, false, { integer: true }, 0],
    [0.25, 1, false, {}, 0.26],
    [0.3, -1, false, {}, 0.29],
    [20, 1, true, {}, 30],
    [4995, 1, true, {}, 5000],
    [0, -1, false, {}, 0],
    [0, 1, false, { max: 1.5 }, 0.05],
  ])('%d by %d (big: %s)', (value, direction, big, part, next) => {
    expect(stepped({ ...field, ...part }, value, direction, big)).toBe(next);
  });
});

describe('typedNumber', () => {
  it.each([
    ['64', 64],
    ['1,5', 1.5],
    ['20 000', 20_000],
    ['', NaN],
    ['many', NaN],
  ])('%s', (text, value) => {
    expect(typedNumber(text)).toBe(value);
  });
});

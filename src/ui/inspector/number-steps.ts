/** Values that an arrow key moves to. */
import type { NumberField } from '../../model/fields';

/** One step up or down, of a size that fits the value: 1 at 16, 10 at 250, 0.01 at 0.25. Stays within the field. */
export function stepped(field: NumberField, value: number, direction: 1 | -1, big: boolean): number {
  const size = stepSize(field, value, direction) * (big ? 10 : 1);
  // Away from the grid, the first step goes to it.
  const places = Math.max(0, -Math.floor(Math.log10(size) + 1e-9));
  const next = Number((value + direction * size).toFixed(places));
  return Math.min(field.max, Math.max(field.min, next));
}

function stepSize(field: NumberField, value: number, direction: 1 | -1): number {
  if (value === 0) return field.integer ? 1 : field.max <= 2 ? 0.05 : 1;
  const decade = 10 ** Math.floor(Math.log10(Math.abs(value)) + 1e-9);
  // 100 goes down to 99, not to 90.
  const atDecade = direction < 0 && Math.abs(value - decade) < 1e-9;
  const size = (atDecade ? decade / 10 : decade) / 10;
  return field.integer ? Math.max(1, size) : size;
}

/** A number as typed: spaces between thousands and a decimal comma are understood. NaN when it is none. */
export function typedNumber(text: string): number {
  const plain = text.replace(/[\s\u202f\u00a0]/g, '').replace(',', '.');
  return plain === '' ? NaN : Number(plain);
}

/** A number as an input shows it: exact, with thin spaces between thousands from 10 000 on. */
export function writtenNumber(value: number): string {
  return Number.isInteger(value) && value >= 10_000
    ? String(value).replace(/\B(?=(\d{3})+$)/g, '\u202f')
    : String(value);
}

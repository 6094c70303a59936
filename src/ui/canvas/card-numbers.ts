/** Numbers in the little room of a card. */
import { formatNumber, NOTHING } from '../shared/format-number';

/** Whole numbers as they are up to 9 999, then 12 k, 1.2 M. */
export function compact(value: number): string {
  if (!Number.isFinite(value)) return NOTHING;
  if (Math.abs(value) < 10_000 || Math.abs(value) >= 1e6)
    return formatNumber(Math.abs(value) < 1e6 ? round(value) : value);
  return `${formatNumber(Math.round(value / 100) / 10)} k`;
}

function round(value: number): number {
  return Math.abs(value) >= 100 ? Math.round(value) : value;
}

/** A smoothed number without the digits that never stand still: whole from ten up. */
export function calm(value: number): number {
  return Math.abs(value) >= 10 ? Math.round(value) : value;
}

/** The smallest of 10, 20, 50, 100, … that is not below the value: a scale that does not change with every number. */
export function roundedMaximum(value: number): number {
  for (let decade = 10; ; decade *= 10) {
    for (const step of [1, 2, 5]) if (value <= step * decade) return step * decade;
  }
}

/** In whole percent, so that a bar is not redrawn for what nobody can see. */
export function shareOf(value: number, limit: number): number {
  if (!(limit > 0) || !Number.isFinite(value)) return 0;
  return Math.round(Math.min(1, Math.max(0, value / limit)) * 100) / 100;
}

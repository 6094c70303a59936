/** Numbers for people: three significant digits, thin spaces between thousands, an en dash for "nothing measured". */
export const NOTHING = '–';

/** 0, 0.42, 4.2, 42, 420, 4 200, 42 000, 4.2 M. */
export function formatNumber(value: number): string {
  if (!Number.isFinite(value)) return NOTHING;
  const size = Math.abs(value);
  if (size >= 1e6) return `${trim(value / 1e6)} M`;
  if (size >= 1e3) return String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, '\u202f');
  return trim(value);
}

function trim(value: number): string {
  const size = Math.abs(value);
  const digits = size >= 100 || size === 0 ? 0 : size >= 10 ? 1 : size >= 0.1 ? 2 : 3;
  const text = value.toFixed(digits);
  return digits > 0 ? text.replace(/\.?0+$/, '') : text;
}

/** A time in milliseconds with the unit that reads best: 420 µs, 4.2 ms, 1.3 s. */
export function formatMs(ms: number): string {
  if (!Number.isFinite(ms)) return NOTHING;
  if (ms < 1) return `${formatNumber(ms * 1000)} µs`;
  if (ms < 1000) return `${formatNumber(ms)} ms`;
  return `${formatNumber(ms / 1000)} s`;
}

export function formatRate(perSecond: number): string {
  return Number.isFinite(perSecond) ? `${formatNumber(perSecond)}/s` : NOTHING;
}

/** 0 … 1 as a percentage. */
export function formatShare(share: number): string {
  return Number.isFinite(share) ? `${formatNumber(share * 100)} %` : NOTHING;
}

/** The clock of a run: 12.480 s, or 12.480 123 s where single microseconds matter. */
export function formatClock(micros: number, exact = false): string {
  const seconds = Math.floor(micros / 1e6);
  const rest = String(Math.floor(micros % 1e6)).padStart(6, '0');
  return exact ? `${seconds}.${rest.slice(0, 3)}\u202f${rest.slice(3)} s` : `${seconds}.${rest.slice(0, 3)} s`;
}

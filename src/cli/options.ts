/** Values of options, as people type them. */
import { failed, ok, problem, type Result } from '../model/problems';
import { MICROS_PER_MS, MICROS_PER_SECOND } from '../model/units';

const UNITS: Readonly<Record<string, number>> = {
  us: 1,
  ms: MICROS_PER_MS,
  s: MICROS_PER_SECOND,
  m: 60 * MICROS_PER_SECOND,
  h: 3600 * MICROS_PER_SECOND,
};

const LONGEST = 24 * 3600 * MICROS_PER_SECOND;

/** "500ms", "60s", "1.5m" → whole microseconds, from 0 to a day. */
export function readDuration(text: string, option: string): Result<number> {
  const match = /^(\d{1,12}(?:\.\d{1,6})?)(us|ms|s|m|h)$/.exec(text.trim());
  const micros = match ? Math.floor(Number(match[1]) * UNITS[match[2]!]! + 0.5) : NaN;
  return micros <= LONGEST
    ? ok(micros)
    : failed(problem(503, 'It must be a time like 500ms, 60s or 2m, up to 24h.', option));
}

/** A whole number within bounds. */
export function readWhole(text: string, option: string, min: number, max: number): Result<number> {
  const value = /^\d{1,16}$/.test(text.trim()) ? Number(text) : NaN;
  const fits = value >= min && value <= max;
  return fits ? ok(value) : failed(problem(503, `It must be a whole number from ${min} to ${max}.`, option));
}

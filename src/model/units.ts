/** Simulated time. Integers, microseconds: exact in a double for 285 years, and free of rounding ties. */
declare const micros: unique symbol;

/** A point or span of simulated time in whole microseconds. */
export type Micros = number & { readonly [micros]: true };

export const MICROS_PER_MS = 1_000;
export const MICROS_PER_SECOND = 1_000_000;

/**
 * The time of what does not happen. In busy code, use this and not the global: a branch that has never run has never read
 * the global, so V8 does not know that it is a number, and every number that may take its place becomes an object.
 */
export const NEVER = Infinity;

/** Milliseconds → whole microseconds, rounded half up. */
export function fromMs(ms: number): Micros {
  return Math.floor(ms * MICROS_PER_MS + 0.5) as Micros;
}

/** Microseconds → milliseconds, for people. */
export function toMs(time: number): number {
  return time / MICROS_PER_MS;
}

/** Microseconds → seconds, for people. */
export function toSeconds(time: number): number {
  return time / MICROS_PER_SECOND;
}

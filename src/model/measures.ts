/**
 * What can be asked of a component from outside, as a monitoring system would: the key of a `measure` call says what and
 * of which instance, and its result is the value. Whatever grows is told as a total, and whoever asks takes differences
 * (as with `container_cpu_usage_seconds_total`).
 */
export const MEASURE = {
  /** Requests that have arrived, in all. */
  requests: 0,
  /** How many wait at this moment; for a log, the records not yet consumed. */
  waiting: 1,
  /** Milliseconds for which all cores were busy, in all: half of them for a second is 500. */
  cpu: 2,
  /** The same for workers, which may wait for others while they are held. */
  workers: 3,
  /** How many instances there should be. */
  instances: 4,
} as const;

const SPREAD = 8;

/** Totals start again from 0 here, so that they fit into an answer. */
export const TOTALS_END = 1 << 30;

/** The answer for an instance that is not ready, and for what a component does not know. */
export const UNKNOWN = -1;

/** The key that asks for something: of the whole component, or of one of its instances, from 0. */
export function measureKey(what: number, instance = -1): number {
  return what + SPREAD * (instance + 1);
}

export function measuredWhat(key: number): number {
  return key % SPREAD;
}

/** −1 for the whole component. */
export function measuredInstance(key: number): number {
  return Math.floor(key / SPREAD) - 1;
}

/** How much a total has grown. */
export function growth(before: number, now: number): number {
  return (now - before + TOTALS_END) % TOTALS_END;
}

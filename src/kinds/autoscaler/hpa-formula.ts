/**
 * How many instances the measurements ask for: the formula of the Kubernetes Horizontal Pod Autoscaler, with its rules
 * for instances that are not ready or not measured (replica_calculator.go).
 */
export interface Readings {
  /** Instances that are ordered, ready or not. */
  readonly current: number;
  /** Instances measured, and the sum of their values. */
  readonly measured: number;
  readonly sum: number;
  /** Instances that have not come up yet, or not for long enough. */
  readonly unready: number;
  /** Instances that are up, and nobody knows how busy. */
  readonly missing: number;
}

export const NO_METRICS = -1;

/** So that a division does not turn exactly 4 into a little more than 4, which would be 5. */
const EPSILON = 1e-9;

export function roundUp(value: number): number {
  return Math.max(0, Math.ceil(value - EPSILON));
}

function within(ratio: number, tolerance: number): boolean {
  return Math.abs(ratio - 1) <= tolerance + EPSILON;
}

/** For a value of each instance. NO_METRICS when nothing was measured. */
export function desiredInstances(readings: Readings, target: number, tolerance: number): number {
  const { current, measured, sum, unready, missing } = readings;
  if (measured === 0) return NO_METRICS;
  const ratio = sum / (measured * target);
  const doubtful = unready > 0 && ratio > 1;
  if (!doubtful && missing === 0) return within(ratio, tolerance) ? current : roundUp(ratio * measured);
  // The cautious guess: those not measured are as busy as the target when it is about fewer, and idle when about more.
  const total = sum + (ratio < 1 ? missing * target : 0);
  const count = measured + missing + (doubtful ? unready : 0);
  const again = total / (count * target);
  const turned = (ratio < 1 && again > 1) || (ratio > 1 && again < 1);
  if (turned || within(again, tolerance)) return current;
  const wanted = roundUp(again * count);
  return (again < 1 && wanted > current) || (again > 1 && wanted < current) ? current : wanted;
}

/** For one value of everything together, as the length of a queue: so many for each instance. */
export function desiredForTotal(current: number, total: number, target: number, tolerance: number): number {
  if (current > 0 && within(total / (target * current), tolerance)) return current;
  return roundUp(total / target);
}

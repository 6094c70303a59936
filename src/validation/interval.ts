/** The mean of independent replications and how well it is known. */

export interface Interval {
  readonly mean: number;
  /** Ends of the two-sided 95 % confidence interval; both equal the mean for fewer than two values. */
  readonly low: number;
  readonly high: number;
}

/** 97.5 % point of the standard normal distribution. */
const Z = 1.959963984540054;

/**
 * 97.5 % point of Student's t with n degrees of freedom, by the expansion of Cornish and Fisher (Abramowitz and Stegun,
 * Handbook of Mathematical Functions, 26.7.5). Within 0.02 % of the tables from n = 7 on.
 * @throws RangeError below 5 degrees of freedom, where the expansion is no longer good enough
 */
export function studentT(n: number): number {
  if (n < 5) throw new RangeError(`An interval needs at least 6 replications, not ${n + 1}`);
  const z2 = Z * Z;
  const g1 = (Z * (z2 + 1)) / 4;
  const g2 = (Z * ((5 * z2 + 16) * z2 + 3)) / 96;
  const g3 = (Z * (((3 * z2 + 19) * z2 + 17) * z2 - 15)) / 384;
  const g4 = (Z * ((((79 * z2 + 776) * z2 + 1482) * z2 - 1920) * z2 - 945)) / 92_160;
  return Z + (g1 + (g2 + (g3 + g4 / n) / n) / n) / n;
}

/** The interval of values that are all the same, or of a single one, has no width. */
export function confidence(values: readonly number[]): Interval {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  if (values.every((value) => value === values[0])) return { mean: values[0]!, low: values[0]!, high: values[0]! };
  const squares = values.reduce((sum, value) => sum + (value - mean) * (value - mean), 0);
  const half = studentT(values.length - 1) * Math.sqrt(squares / (values.length - 1) / values.length);
  return { mean, low: mean - half, high: mean + half };
}

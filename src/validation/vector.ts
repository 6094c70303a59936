/**
 * A golden vector: a small system whose numbers are known, run through the same documents and kinds that users have.
 * Its theory is a formula or a table from the literature; nothing in it is adjusted to what was measured.
 */
import { confidence, type Interval } from './interval';

/**
 * How a row is judged.
 * - interval: the 95 % interval over the seeds contains the theory, and the mean is within the tolerance of it.
 * - near: the theory itself is an approximation or a rounded table; the mean is within the tolerance.
 * - exact: no chance is involved; every single run is within the tolerance.
 * - at-most: an invariant; no single run exceeds the theory.
 */
export type Judgement = 'interval' | 'near' | 'exact' | 'at-most';

export interface Row {
  readonly what: string;
  readonly unit: string;
  readonly theory: number;
  /** Relative to the theory; absolute where the theory is 0. */
  readonly tolerance: number;
  readonly judge?: Judgement;
}

export interface Experiment {
  /** In words: what the system is. */
  readonly setup: string;
  readonly rows: readonly Row[];
  /** How many independent seeds. */
  readonly seeds: number;
  /** One run: a number for each row. */
  replicate(seed: number): readonly number[];
}

export interface Vector {
  readonly id: string;
  readonly title: string;
  /** One sentence: what it shows about the simulation. */
  readonly shows: string;
  /** Where the theory comes from. */
  readonly source: string;
  readonly experiments: readonly Experiment[];
  /** What of the vector no kind can show yet. */
  readonly missing?: string;
  /** Cheap enough for every `npm test`. */
  readonly quick?: boolean;
}

export interface RowResult extends Row {
  readonly measured: number;
  readonly low: number;
  readonly high: number;
  readonly passed: boolean;
  /** Whether this is the result of the second, larger set of fresh seeds. */
  readonly again: boolean;
}

export interface ExperimentResult {
  readonly setup: string;
  readonly seeds: number;
  readonly rows: readonly RowResult[];
}

export interface VectorResult {
  readonly vector: Vector;
  readonly experiments: readonly ExperimentResult[];
  readonly passed: boolean;
}

const FIRST_SEED = 1_000;
const SECOND_SEED = 500_000;
/** The second set has this many times as many seeds, so that it sees a bias better than the first. */
const SECOND_FACTOR = 3;

function span(values: readonly number[]): Interval {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return { mean, low: Math.min(...values), high: Math.max(...values) };
}

export function judge(row: Row, values: readonly number[], again = false): RowResult {
  const kind = row.judge ?? 'interval';
  const single = kind === 'exact' || kind === 'at-most';
  // Without chance there is no interval, only the span of what was seen.
  const { mean, low, high } = single ? span(values) : confidence(values);
  const scale = row.theory === 0 ? 1 : Math.abs(row.theory);
  const within = (value: number): boolean => Math.abs(value - row.theory) <= row.tolerance * scale;
  const passed =
    kind === 'interval'
      ? low <= row.theory && row.theory <= high && within(mean)
      : kind === 'near'
        ? within(mean)
        : kind === 'exact'
          ? values.every(within)
          : values.every((value) => value <= row.theory + row.tolerance * scale);
  return { ...row, measured: kind === 'at-most' ? high : mean, low, high, passed, again };
}

/**
 * Runs one experiment. A 95 % interval misses the truth once in twenty times by its very definition, and there are more
 * than a hundred of them. So an experiment in which an interval misses is repeated once, with three times as many fresh
 * seeds, and the repetition alone counts: a real bias shows more clearly in it, bad luck does not come twice.
 */
export function runExperiment({ setup, rows, seeds, replicate }: Experiment): ExperimentResult {
  const attempt = (first: number, count: number, again: boolean): RowResult[] => {
    const runs = Array.from({ length: count }, (_, i) => replicate(first + i));
    return rows.map((row, i) => {
      const values = runs.map((run) => run[i]!);
      return judge(row, values, again);
    });
  };
  const first = attempt(FIRST_SEED, seeds, false);
  const unlucky = first.some((row) => !row.passed && (row.judge ?? 'interval') === 'interval');
  // Rows without chance, or without an interval, are not forgiven.
  const fatal = first.some((row) => !row.passed && (row.judge ?? 'interval') !== 'interval');
  if (!unlucky || fatal) return { setup, seeds, rows: first };
  return { setup, seeds: seeds * SECOND_FACTOR, rows: attempt(SECOND_SEED, seeds * SECOND_FACTOR, true) };
}

export function runVector(vector: Vector): VectorResult {
  const experiments = vector.experiments.map(runExperiment);
  const passed = experiments.every(({ rows }) => rows.every((row) => row.passed));
  return { vector, experiments, passed };
}

/** From a run's history to the columns of a chart. */
import type { RunHistory, Series } from '../../store/run-history';
import { SYSTEM } from '../../store/run-history';
import type { ChartSpec } from './chart-spec';

export interface ChartData {
  /** Ends of windows in simulated seconds. */
  readonly times: number[];
  /** A column for each line; null where nothing was measured. */
  readonly values: (number | null)[][];
}

/** The windows that end after `fromMicros`. */
export function chartData(spec: ChartSpec, history: RunHistory, fromMicros: number): ChartData {
  const system = history.of(SYSTEM);
  const ends = system ? system.times.slice(firstAfter(system.times, fromMicros)) : [];
  return {
    times: ends.map((end) => end / 1e6),
    values: spec.lines.map(({ of, column }) => alignedColumn(history.of(of), column, ends)),
  };
}

/** Values of a series at these window ends, which both have in the same order. */
function alignedColumn(series: Series | undefined, column: number, ends: readonly number[]): (number | null)[] {
  if (!series) return ends.map(() => null);
  let at = ends.length > 0 ? firstAfter(series.times, ends[0]! - 1) : 0;
  return ends.map((end) => {
    while (at < series.length && series.times[at]! < end) at++;
    if (series.times[at] !== end) return null;
    const value = series.row(at)[column] ?? NaN;
    return Number.isNaN(value) ? null : value;
  });
}

/** Index of the first time after `micros`. */
function firstAfter(times: readonly number[], micros: number): number {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (times[middle]! > micros) high = middle;
    else low = middle + 1;
  }
  return low;
}

/**
 * Parts piled up, the uppermost first: each column is the sum of a part and those before it. Where a part is nothing,
 * and was and will be, it has no line, or it would lie over the line of the part below.
 */
export function piledUp(values: readonly (number | null)[][]): (number | null)[][] {
  const piles: (number | null)[][] = [];
  let below: readonly number[] = [];
  for (const column of values) {
    const part = (i: number): number => column[i] ?? 0;
    const sums = column.map((_, i) => (below[i] ?? 0) + part(i));
    piles.unshift(sums.map((sum, i) => (part(i) > 0 || part(i - 1) > 0 || part(i + 1) > 0 ? sum : null)));
    below = sums;
  }
  return piles;
}

/** A round number not below `value`: 1, 2, 4, 6, 8 or 10 times a power of ten. Its half is round as well. */
export function roundTop(value: number): number {
  if (!(value > 0)) return 1;
  const decade = 10 ** Math.floor(Math.log10(value));
  const top = [1, 2, 4, 6, 8, 10].find((factor) => factor * decade >= value * 0.9999) ?? 10;
  return top * decade;
}

/**
 * Closed statistics windows of a run, for charts and smoothed numbers: a ring for each component, kept out of React and
 * zustand. Readers compare `version`.
 */
import { METRICS_AT } from '../engine/component-stats';
import { BASE_SERIES } from '../model/metrics';
import type { WindowRow } from '../worker/protocol';

/** Two minutes of quarter seconds. */
export const HISTORY_WINDOWS = 480;
/** Numbers people read are averaged over this many windows: two simulated seconds. */
const SMOOTHED_WINDOWS = 8;
const PERCENTILE_COLUMNS = new Set(
  BASE_SERIES.flatMap(({ id }, index) => (id === 'p50' || id === 'p95' || id === 'p99' ? [index] : [])),
);
/** Key of the whole system in a history. */
export const SYSTEM = '';

/** Column of a declared metric in a row: after the base series and the causes. */
export function metricColumn(index: number): number {
  return METRICS_AT + index;
}

export class Series {
  /** Ends of the windows, in microseconds, oldest first. */
  readonly times: number[] = [];
  readonly #rows: Float64Array[] = [];

  push(time: number, row: Float64Array): void {
    this.times.push(time);
    this.#rows.push(row);
    if (this.times.length > HISTORY_WINDOWS) {
      this.times.shift();
      this.#rows.shift();
    }
  }

  get length(): number {
    return this.times.length;
  }

  /** The window at a position in `times`. */
  row(index: number): Float64Array {
    return this.#rows[index]!;
  }

  /** One column over time. NaN where a window had nothing to measure. */
  column(index: number): Float64Array {
    return Float64Array.from(this.#rows, (row) => row[index] ?? NaN);
  }

  /**
   * A column over the last two simulated seconds: its mean, windows without a value left out; NaN when none has one.
   * Percentiles are never averaged: theirs cover those seconds already.
   */
  recent(index: number): number {
    if (PERCENTILE_COLUMNS.has(index)) return this.latest(index);
    let sum = 0;
    let count = 0;
    for (let i = Math.max(0, this.#rows.length - SMOOTHED_WINDOWS); i < this.#rows.length; i++) {
      const value = this.#rows[i]![index] ?? NaN;
      if (Number.isNaN(value)) continue;
      sum += value;
      count++;
    }
    return count > 0 ? sum / count : NaN;
  }

  /** The column's value in the last window. */
  latest(index: number): number {
    return this.#rows.at(-1)?.[index] ?? NaN;
  }
}

export class RunHistory {
  /** Grows with every change. */
  version = 0;
  readonly #series = new Map<string, Series>();

  /** History of a component by id, or of the whole system. Undefined until its first window has closed. */
  of(id: string): Series | undefined {
    return this.#series.get(id);
  }

  add(rows: Iterable<WindowRow>, idOf: (component: number) => string | undefined): void {
    for (const { time, component, row } of rows) {
      const id = component < 0 ? SYSTEM : idOf(component);
      if (id === undefined) continue;
      let series = this.#series.get(id);
      if (!series) {
        series = new Series();
        this.#series.set(id, series);
      }
      series.push(time, row);
      this.version++;
    }
  }

  clear(): void {
    this.#series.clear();
    this.version++;
  }
}

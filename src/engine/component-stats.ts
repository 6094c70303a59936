/**
 * What is counted for one component. Counters only grow; windows and totals are differences, so counting costs one
 * addition. Levels are integrated over time, never sampled. Nothing is done when a window closes unless somebody watches,
 * and reading changes nothing.
 */
import { BASE_SERIES, type MetricSpec } from '../model/metrics';
import { MEASURE, TOTALS_END, UNKNOWN } from '../model/measures';
import { CAUSE_COUNT } from '../model/outcome';
import { Capacity, MARK } from './capacity';
import { LatencyHistogram } from './histogram';
import { RecentLatencies } from './recent-latencies';

// All numbers of a component lie together, those of every request first: in a large system, what they cost is the memory
// that an event touches. A counter takes one place; a gauge three: its level, since when, and its integral until then.
const ARRIVALS = 0;
const COMPLETIONS = 1;
const FAILURES = 2;
const WAITS = 3;
const WAITED = 4;
const IN_SYSTEM = 5;
const WAITING = 8;
const FAILED_BY = 11;
const DIED_BY = FAILED_BY + CAUSE_COUNT;
const OWN = DIED_BY + CAUSE_COUNT;

const SIZE = { counter: 1, gauge: 3, ratio: 0 } as const;

/** Columns of a closed window: the base series, deaths by cause, then the kind's metrics in their declared order. */
export const CAUSES_AT = BASE_SERIES.length;
export const METRICS_AT = CAUSES_AT + CAUSE_COUNT;
const PERCENTILES_AT = 3;

export class ComponentStats {
  readonly metrics: readonly MetricSpec[];
  /** Response times of calls answered without an error, in microseconds, since the last reset of the totals. */
  readonly latency = new LatencyHistogram();
  /** For the percentiles of windows; null while nobody watches. */
  #recent: RecentLatencies | null = null;
  readonly #numbers: Float64Array;
  readonly #atReset: Float64Array;
  readonly #atWindow: Float64Array;
  readonly #capacity = new Capacity();
  /** Place of each metric; of a ratio, that of its first counter, and in `#against` that of its second. */
  readonly #places: readonly number[];
  readonly #against: readonly number[];
  #resetAt: number;
  #windowAt: number;
  /** The last closed window, in the columns described above. */
  readonly row: Float64Array;

  constructor(metrics: readonly MetricSpec[], now: number) {
    this.metrics = metrics;
    let end = OWN;
    const own = metrics.map(({ type }) => (end += SIZE[type]) - SIZE[type]);
    const placeOf = (id: string | undefined): number => own[metrics.findIndex((metric) => metric.id === id)] ?? -1;
    this.#places = metrics.map(({ type, of }, i) => (type === 'ratio' ? placeOf(of) : own[i]!));
    this.#against = metrics.map(({ against }) => placeOf(against));
    this.#numbers = new Float64Array(end);
    for (const gauge of this.#gauges()) this.#numbers[gauge + 1] = now;
    this.#atReset = new Float64Array(end);
    this.#atWindow = new Float64Array(end);
    this.#resetAt = now;
    this.#windowAt = now;
    this.row = new Float64Array(METRICS_AT + metrics.length);
  }

  arrive(now: number): void {
    this.#numbers[ARRIVALS]!++;
    this.#setLevel(IN_SYSTEM, this.#numbers[IN_SYSTEM]! + 1, now);
  }

  complete(now: number, micros: number): void {
    this.#numbers[COMPLETIONS]!++;
    this.latency.record(micros);
    if (this.#recent !== null) this.#recent.record(micros);
    this.#setLevel(IN_SYSTEM, this.#numbers[IN_SYSTEM]! - 1, now);
  }

  fail(now: number, cause: number): void {
    this.#numbers[FAILURES]!++;
    this.#numbers[FAILED_BY + cause]!++;
    this.#setLevel(IN_SYSTEM, this.#numbers[IN_SYSTEM]! - 1, now);
  }

  /** A request died here. */
  died(cause: number): void {
    this.#numbers[DIED_BY + cause]!++;
  }

  waited(micros: number): void {
    this.#numbers[WAITS]!++;
    this.#numbers[WAITED]! += micros;
  }

  /** Parts share nothing: the utilisation of a component is that of its busiest part. */
  busy(inUse: number, capacity: number, now: number, part: number): void {
    this.#capacity.set(part, inUse, capacity, now);
  }

  /** Nothing is offered and nothing in use: the process is down. */
  stopped(now: number): void {
    this.#capacity.stop(now);
    this.#setLevel(WAITING, 0, now);
  }

  waiting(count: number, now: number): void {
    this.#setLevel(WAITING, count, now);
  }

  /** Handle of a declared metric. Throws when the kind did not declare it with this type. */
  handle(id: string, type: 'counter' | 'gauge'): number {
    const index = this.metrics.findIndex((metric) => metric.id === id && metric.type === type);
    if (index < 0) throw new Error(`the kind declares no ${type} named ${id}`);
    return this.#places[index]!;
  }

  count(handle: number, amount: number): void {
    this.#numbers[handle]! += amount;
  }

  level(handle: number, value: number, now: number): void {
    this.#setLevel(handle, value, now);
  }

  /** What everything can tell of itself: see `model/measures.ts`. */
  measured(what: number): number {
    if (what === MEASURE.requests) return this.#numbers[ARRIVALS]! % TOTALS_END;
    return what === MEASURE.waiting ? this.#numbers[WAITING]! : UNKNOWN;
  }

  /** Starts the totals afresh, as after a warm-up. */
  resetTotals(now: number): void {
    this.#mark(this.#atReset, now);
    this.#capacity.mark(MARK.reset, now);
    this.latency.reset();
    this.#resetAt = now;
  }

  /** Windows are recorded from now on, or no longer. */
  watch(on: boolean, now: number): void {
    this.#recent = on ? new RecentLatencies(now) : null;
    this.#markWindow(now);
  }

  /** Fills `row` with the window that began when the last one closed. To be called only while watched. */
  closeWindow(now: number): void {
    this.#fillRow(now, now - this.#windowAt);
    this.#markWindow(now);
  }

  #fillRow(now: number, span: number): void {
    const row = this.row;
    const seconds = span / 1e6;
    const base = this.#atWindow;
    row[0] = this.#rate(ARRIVALS, base, seconds);
    row[1] = this.#rate(COMPLETIONS, base, seconds);
    row[2] = this.#rate(FAILURES, base, seconds);
    this.#recent!.windowCloses(now, row, PERCENTILES_AT);
    row[6] = this.#capacity.utilisation(MARK.window, now) * 100;
    row[7] = this.#mean(IN_SYSTEM, base, now, span);
    row[8] = this.#mean(WAITING, base, now, span);
    for (let cause = 0; cause < CAUSE_COUNT; cause++)
      row[CAUSES_AT + cause] = this.#rate(DIED_BY + cause, base, seconds);
    for (let i = 0; i < this.metrics.length; i++) {
      const { type } = this.metrics[i]!;
      const place = this.#places[i]!;
      row[METRICS_AT + i] =
        type === 'gauge'
          ? this.#mean(place, base, now, span)
          : type === 'counter'
            ? this.#rate(place, base, seconds)
            : this.#ratio(i, base);
    }
  }

  /** Totals since the last reset; times in microseconds. */
  totals(now: number): ComponentTotals {
    const base = this.#atReset;
    const span = now - this.#resetAt;
    const count = (place: number): number => this.#numbers[place]! - base[place]!;
    const mean = (gauge: number): number => (span > 0 ? this.#mean(gauge, base, now, span) : this.#numbers[gauge]!);
    const byCause = (first: number): number[] =>
      Array.from({ length: CAUSE_COUNT }, (_, cause) => count(first + cause));
    const utilisation = this.#capacity.utilisation(MARK.reset, now);
    return {
      span,
      arrivals: count(ARRIVALS),
      completions: count(COMPLETIONS),
      failures: count(FAILURES),
      failuresByCause: byCause(FAILED_BY),
      deathsByCause: byCause(DIED_BY),
      utilisation: Number.isNaN(utilisation) ? null : utilisation,
      meanInSystem: mean(IN_SYSTEM),
      inSystem: this.#numbers[IN_SYSTEM]!,
      meanWaiting: mean(WAITING),
      waits: count(WAITS),
      meanWait: count(WAITS) > 0 ? count(WAITED) / count(WAITS) : 0,
      metrics: this.metrics.map(({ type }, i) =>
        type === 'gauge' ? mean(this.#places[i]!) : type === 'counter' ? count(this.#places[i]!) : this.#ratio(i, base),
      ),
    };
  }

  /** Deaths by cause since the start of the run: what the badges count. */
  deaths(cause: number): number {
    return this.#numbers[DIED_BY + cause]!;
  }

  /** Present level of the calls inside. */
  get inSystem(): number {
    return this.#numbers[IN_SYSTEM]!;
  }

  #rate(counter: number, base: Float64Array, seconds: number): number {
    return (this.#numbers[counter]! - base[counter]!) / seconds;
  }

  #mean(gauge: number, base: Float64Array, now: number, span: number): number {
    return (this.#integral(gauge, now) - base[gauge + 2]!) / span;
  }

  #ratio(metric: number, base: Float64Array): number {
    const of = this.#places[metric]!;
    const against = this.#against[metric]!;
    const hits = this.#numbers[of]! - base[of]!;
    const all = hits + this.#numbers[against]! - base[against]!;
    return all > 0 ? hits / all : NaN;
  }

  #setLevel(gauge: number, value: number, now: number): void {
    const numbers = this.#numbers;
    const level = numbers[gauge]!;
    if (value === level) return;
    numbers[gauge] = value;
    numbers[gauge + 2]! += level * (now - numbers[gauge + 1]!);
    numbers[gauge + 1] = now;
  }

  #integral(gauge: number, now: number): number {
    const numbers = this.#numbers;
    return numbers[gauge + 2]! + numbers[gauge]! * (now - numbers[gauge + 1]!);
  }

  #gauges(): number[] {
    return [IN_SYSTEM, WAITING, ...this.#places.filter((_, i) => this.metrics[i]!.type === 'gauge')];
  }

  #markWindow(now: number): void {
    this.#mark(this.#atWindow, now);
    this.#capacity.mark(MARK.window, now);
    this.#windowAt = now;
  }

  /** Remembers all numbers as they are at this moment. */
  #mark(base: Float64Array, now: number): void {
    base.set(this.#numbers);
    base[IN_SYSTEM + 2] = this.#integral(IN_SYSTEM, now);
    base[WAITING + 2] = this.#integral(WAITING, now);
    for (let i = 0; i < this.metrics.length; i++) {
      const place = this.#places[i]!;
      if (this.metrics[i]!.type === 'gauge') base[place + 2] = this.#integral(place, now);
    }
  }
}

/** Counts and time averages over a span. Times in microseconds, rates not yet divided. */
export interface ComponentTotals {
  readonly span: number;
  readonly arrivals: number;
  readonly completions: number;
  readonly failures: number;
  readonly failuresByCause: readonly number[];
  readonly deathsByCause: readonly number[];
  /** 0 … 1, of the busiest part, or null for components without a capacity. */
  readonly utilisation: number | null;
  readonly meanInSystem: number;
  /** At this moment. */
  readonly inSystem: number;
  readonly meanWaiting: number;
  /** Calls whose work began, and how long they had waited for it on average. */
  readonly waits: number;
  readonly meanWait: number;
  /** In the declared order: counters as counts, gauges as means, ratios from 0 to 1 (NaN when nothing was counted). */
  readonly metrics: readonly number[];
}

/**
 * What is counted for one component. Counters only grow; windows and totals are differences, so counting costs one
 * addition. Levels are integrated over time, never sampled. Latencies go to a histogram per window, merged into the
 * total when the window closes.
 */
import { BASE_SERIES, type MetricSpec } from '../model/metrics';
import { MEASURE, TOTALS_END, UNKNOWN } from '../model/measures';
import { CAUSE_COUNT } from '../model/outcome';
import { LatencyHistogram } from './histogram';

const ARRIVALS = 0;
const COMPLETIONS = 1;
const FAILURES = 2;
const WAITS = 3;
const WAITED = 4;
const FAILED_BY = 5;
const DIED_BY = FAILED_BY + CAUSE_COUNT;
const OWN_COUNTERS = DIED_BY + CAUSE_COUNT;

const IN_SYSTEM = 0;
const WAITING = 1;
const OWN_GAUGES = 2;

/** Columns of a closed window: the base series, deaths by cause, then the kind's metrics in their declared order. */
export const CAUSES_AT = BASE_SERIES.length;
export const METRICS_AT = CAUSES_AT + CAUSE_COUNT;

const SECOND = 1_000_000;
const PERCENTILES = [50, 95, 99];
/** Scratch for the percentiles of a row. */
const recent = new LatencyHistogram();

/** Capacity of one part of a component and how much of it is in use, integrated over time. */
class Part {
  inUse = 0;
  capacity = 0;
  #used = 0;
  #offered = 0;
  #since: number;
  readonly #atReset = new Float64Array(2);
  readonly #atWindow = new Float64Array(2);

  constructor(now: number) {
    this.#since = now;
  }

  set(inUse: number, capacity: number, now: number): void {
    this.settle(now);
    this.inUse = inUse;
    this.capacity = capacity;
  }

  settle(now: number): void {
    const span = now - this.#since;
    this.#since = now;
    this.#used += this.inUse * span;
    this.#offered += this.capacity * span;
  }

  mark(of: 'reset' | 'window'): void {
    const base = of === 'reset' ? this.#atReset : this.#atWindow;
    base[0] = this.#used;
    base[1] = this.#offered;
  }

  /** Share of the capacity offered since the mark that was used; NaN when none was offered. */
  utilisation(since: 'reset' | 'window'): number {
    const base = since === 'reset' ? this.#atReset : this.#atWindow;
    const offered = this.#offered - base[1]!;
    return offered > 0 ? (this.#used - base[0]!) / offered : NaN;
  }
}

export class ComponentStats {
  readonly metrics: readonly MetricSpec[];
  /** Response times of calls answered without an error, in microseconds, since the last reset of the totals. */
  readonly latency = new LatencyHistogram();
  readonly #window = new LatencyHistogram();
  /** The present second and the one before: percentiles over a quarter second would be those of a handful of answers. */
  #second = new LatencyHistogram();
  #secondBefore = new LatencyHistogram();
  #secondFrom: number;
  readonly #counters: Float64Array;
  readonly #countersAtReset: Float64Array;
  readonly #countersAtWindow: Float64Array;
  readonly #levels: Float64Array;
  readonly #since: Float64Array;
  readonly #integrals: Float64Array;
  readonly #integralsAtReset: Float64Array;
  readonly #integralsAtWindow: Float64Array;
  readonly #parts: Part[] = [];
  #resetAt = 0;
  #windowAt = 0;
  /** The last closed window, in the columns described above. */
  readonly row: Float64Array;

  constructor(metrics: readonly MetricSpec[], now: number) {
    this.metrics = metrics;
    const counters = OWN_COUNTERS + metrics.length;
    this.#counters = new Float64Array(counters);
    this.#countersAtReset = new Float64Array(counters);
    this.#countersAtWindow = new Float64Array(counters);
    const levels = OWN_GAUGES + metrics.length;
    this.#levels = new Float64Array(levels);
    this.#since = new Float64Array(levels).fill(now);
    this.#integrals = new Float64Array(levels);
    this.#integralsAtReset = new Float64Array(levels);
    this.#integralsAtWindow = new Float64Array(levels);
    this.#resetAt = now;
    this.#windowAt = now;
    this.#secondFrom = now;
    this.row = new Float64Array(METRICS_AT + metrics.length);
  }

  arrive(now: number): void {
    this.#counters[ARRIVALS]!++;
    this.#setLevel(IN_SYSTEM, this.#levels[IN_SYSTEM]! + 1, now);
  }

  complete(now: number, micros: number): void {
    this.#counters[COMPLETIONS]!++;
    this.#window.record(micros);
    this.#setLevel(IN_SYSTEM, this.#levels[IN_SYSTEM]! - 1, now);
  }

  fail(now: number, cause: number): void {
    this.#counters[FAILURES]!++;
    this.#counters[FAILED_BY + cause]!++;
    this.#setLevel(IN_SYSTEM, this.#levels[IN_SYSTEM]! - 1, now);
  }

  /** A request died here. */
  died(cause: number): void {
    this.#counters[DIED_BY + cause]!++;
  }

  waited(micros: number): void {
    this.#counters[WAITS]!++;
    this.#counters[WAITED]! += micros;
  }

  /** Parts share nothing: the utilisation of a component is that of its busiest part. */
  busy(inUse: number, capacity: number, now: number, part: number): void {
    while (this.#parts.length <= part) this.#parts.push(new Part(now));
    this.#parts[part]!.set(inUse, capacity, now);
  }

  /** Nothing is offered and nothing in use: the process is down. */
  stopped(now: number): void {
    for (const part of this.#parts) part.set(0, 0, now);
    this.#setLevel(WAITING, 0, now);
  }

  waiting(count: number, now: number): void {
    this.#setLevel(WAITING, count, now);
  }

  /** Handle of a declared metric. Throws when the kind did not declare it with this type. */
  handle(id: string, type: 'counter' | 'gauge'): number {
    const index = this.metrics.findIndex((metric) => metric.id === id && metric.type === type);
    if (index < 0) throw new Error(`the kind declares no ${type} named ${id}`);
    return type === 'counter' ? OWN_COUNTERS + index : OWN_GAUGES + index;
  }

  count(handle: number, amount: number): void {
    this.#counters[handle]! += amount;
  }

  level(handle: number, value: number, now: number): void {
    this.#setLevel(handle, value, now);
  }

  /** What everything can tell of itself: see `model/measures.ts`. */
  measured(what: number): number {
    if (what === MEASURE.requests) return this.#counters[ARRIVALS]! % TOTALS_END;
    return what === MEASURE.waiting ? this.#levels[WAITING]! : UNKNOWN;
  }

  /** Starts the totals afresh, as after a warm-up. */
  resetTotals(now: number): void {
    this.#settle(now);
    this.#countersAtReset.set(this.#counters);
    this.#integralsAtReset.set(this.#integrals);
    for (const part of this.#parts) part.mark('reset');
    this.latency.reset();
    this.#resetAt = now;
  }

  /** Closes the window that began at the last call, and fills `row` if somebody watches. */
  closeWindow(now: number, watched = true): void {
    const window = this.#window;
    this.latency.merge(window);
    this.#settle(now);
    // Closed twice at one moment: there is no span to take rates over, and the row stays.
    if (watched && now > this.#windowAt) this.#fillRow(now, window);
    window.reset();
    this.#countersAtWindow.set(this.#counters);
    this.#integralsAtWindow.set(this.#integrals);
    for (const part of this.#parts) part.mark('window');
    this.#windowAt = now;
  }

  #fillRow(now: number, window: LatencyHistogram): void {
    const seconds = (now - this.#windowAt) / 1e6;
    const row = this.row;
    const rate = (index: number): number => (this.#counters[index]! - this.#countersAtWindow[index]!) / seconds;
    const mean = (index: number): number =>
      (this.#integrals[index]! - this.#integralsAtWindow[index]!) / (now - this.#windowAt);
    row[0] = rate(ARRIVALS);
    row[1] = rate(COMPLETIONS);
    row[2] = rate(FAILURES);
    this.#fillPercentiles(now, window);
    row[6] = this.#utilisation('window') * 100;
    row[7] = mean(IN_SYSTEM);
    row[8] = mean(WAITING);
    for (let cause = 0; cause < CAUSE_COUNT; cause++) row[CAUSES_AT + cause] = rate(DIED_BY + cause);
    this.metrics.forEach((metric, i) => {
      row[METRICS_AT + i] =
        metric.type === 'gauge'
          ? mean(OWN_GAUGES + i)
          : metric.type === 'counter'
            ? rate(OWN_COUNTERS + i)
            : this.#ratio(metric, this.#countersAtWindow);
    });
  }

  /** Of the answers of the last one to two seconds. */
  #fillPercentiles(now: number, window: LatencyHistogram): void {
    if (now - this.#secondFrom > SECOND) {
      const oldest = this.#secondBefore;
      this.#secondBefore = this.#second;
      this.#second = oldest;
      oldest.reset();
      this.#secondFrom = now - (now % SECOND);
    }
    this.#second.merge(window);
    recent.reset();
    recent.merge(this.#secondBefore);
    recent.merge(this.#second);
    PERCENTILES.forEach((percentile, i) => {
      this.row[3 + i] = recent.count > 0 ? recent.percentile(percentile) / 1000 : NaN;
    });
  }

  /** Totals since the last reset; times in microseconds. Call after closing the window. */
  totals(now: number): ComponentTotals {
    this.#settle(now);
    const span = now - this.#resetAt;
    const count = (index: number): number => this.#counters[index]! - this.#countersAtReset[index]!;
    const mean = (index: number): number =>
      span > 0 ? (this.#integrals[index]! - this.#integralsAtReset[index]!) / span : this.#levels[index]!;
    const byCause = (base: number): number[] => Array.from({ length: CAUSE_COUNT }, (_, cause) => count(base + cause));
    const utilisation = this.#utilisation('reset');
    return {
      span,
      arrivals: count(ARRIVALS),
      completions: count(COMPLETIONS),
      failures: count(FAILURES),
      failuresByCause: byCause(FAILED_BY),
      deathsByCause: byCause(DIED_BY),
      utilisation: Number.isNaN(utilisation) ? null : utilisation,
      meanInSystem: mean(IN_SYSTEM),
      inSystem: this.#levels[IN_SYSTEM]!,
      meanWaiting: mean(WAITING),
      waits: count(WAITS),
      meanWait: count(WAITS) > 0 ? count(WAITED) / count(WAITS) : 0,
      metrics: this.metrics.map((metric, i) =>
        metric.type === 'gauge'
          ? mean(OWN_GAUGES + i)
          : metric.type === 'counter'
            ? count(OWN_COUNTERS + i)
            : this.#ratio(metric, this.#countersAtReset),
      ),
    };
  }

  /** Deaths by cause since the start of the run: what the badges count. */
  deaths(cause: number): number {
    return this.#counters[DIED_BY + cause]!;
  }

  /** Present level of the calls inside. */
  get inSystem(): number {
    return this.#levels[IN_SYSTEM]!;
  }

  /** Of the busiest part; NaN for a component without a capacity. */
  #utilisation(since: 'reset' | 'window'): number {
    let highest = NaN;
    for (const part of this.#parts) {
      const share = part.utilisation(since);
      if (!(share <= highest)) highest = Number.isNaN(share) ? highest : share;
    }
    return highest;
  }

  #ratio(metric: MetricSpec, base: Float64Array): number {
    const of = this.handle(metric.of ?? '', 'counter');
    const against = this.handle(metric.against ?? '', 'counter');
    const hits = this.#counters[of]! - base[of]!;
    const all = hits + this.#counters[against]! - base[against]!;
    return all > 0 ? hits / all : NaN;
  }

  #setLevel(index: number, value: number, now: number): void {
    this.#integrals[index]! += this.#levels[index]! * (now - this.#since[index]!);
    this.#since[index] = now;
    this.#levels[index] = value;
  }

  #settle(now: number): void {
    for (let i = 0; i < this.#levels.length; i++) this.#setLevel(i, this.#levels[i]!, now);
    for (const part of this.#parts) part.settle(now);
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

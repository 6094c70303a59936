import type { Context } from '../../engine/behaviour';
import { LatencyHistogram } from '../../engine/histogram';

const SECOND = 1_000_000;

/**
 * Response times counted from the actual sending: what a load generator that coordinates with the system it measures
 * would report. Shown as of the last second that had answers, because a gauge cannot hold a distribution.
 */
export class Uncorrected {
  /** Of the whole run. */
  readonly total = new LatencyHistogram();
  readonly #second = new LatencyHistogram();
  #secondEnds = SECOND;
  readonly #context: Context;
  readonly #mean: number;
  readonly #p99: number;

  constructor(context: Context) {
    this.#context = context;
    this.#mean = context.gauge('uncorrectedMean');
    this.#p99 = context.gauge('uncorrectedP99');
  }

  record(micros: number): void {
    const { now } = this.#context;
    if (now >= this.#secondEnds) this.#close(now);
    this.#second.record(micros);
  }

  /** Everything up to now, in microseconds. */
  soFar(): LatencyHistogram {
    const all = new LatencyHistogram();
    all.merge(this.total);
    all.merge(this.#second);
    return all;
  }

  #close(now: number): void {
    const second = this.#second;
    this.#secondEnds = now - (now % SECOND) + SECOND;
    if (second.count === 0) return;
    this.#context.level(this.#mean, second.mean / 1000);
    this.#context.level(this.#p99, second.percentile(99) / 1000);
    this.total.merge(second);
    second.reset();
  }
}

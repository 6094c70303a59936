import { CACHE_METRICS } from '../../model/cache-metrics';
import type { Context, MetricHandle } from '../behaviour';

/** Counts what a component does with its caches: the metrics that its kind declares with CACHE_METRICS. */
export class CacheMeter {
  readonly #context: Context;
  readonly #loads: MetricHandle;
  readonly #duplicates: MetricHandle;
  readonly #refreshes: MetricHandle;
  readonly #underWay: MetricHandle;
  readonly #unstored: MetricHandle;
  readonly #lost: MetricHandle;
  #loadsNow = 0;
  /** Keys not yet stored, by cache. */
  readonly #unstoredOf: number[] = [];

  constructor(context: Context) {
    this.#context = context;
    const handles = CACHE_METRICS.map(({ id, type }) => (type === 'gauge' ? context.gauge(id) : context.counter(id)));
    [this.#loads, this.#duplicates, this.#refreshes, this.#underWay, this.#unstored, this.#lost] = handles as [
      MetricHandle,
      MetricHandle,
      MetricHandle,
      MetricHandle,
      MetricHandle,
      MetricHandle,
    ];
  }

  /** A load begins; `duplicate` when another of the same key is under way. */
  began(duplicate: boolean): void {
    this.#context.count(this.#loads);
    if (duplicate) this.#context.count(this.#duplicates);
    this.#context.level(this.#underWay, ++this.#loadsNow);
  }

  ended(): void {
    this.#context.level(this.#underWay, --this.#loadsNow);
  }

  refreshed(): void {
    this.#context.count(this.#refreshes);
  }

  setUnstored(cache: number, keys: number): void {
    this.#unstoredOf[cache] = keys;
    let sum = 0;
    for (const each of this.#unstoredOf) sum += each ?? 0;
    this.#context.level(this.#unstored, sum);
  }

  lost(keys: number): void {
    if (keys > 0) this.#context.count(this.#lost, keys);
  }

  /** The process died: its loads are nobody's. */
  clear(): void {
    this.#loadsNow = 0;
    this.#context.level(this.#underWay, 0);
  }
}

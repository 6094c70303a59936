import type { Context, MetricHandle } from '../../engine/behaviour';

/** A level that is told only when it changes: most of these are 0 most of the time. */
export class Gauge {
  #value = 0;
  readonly #context: Context;
  readonly #handle: MetricHandle;

  constructor(context: Context, id: string) {
    this.#context = context;
    this.#handle = context.gauge(id);
  }

  show(value: number): void {
    if (value === this.#value) return;
    this.#value = value;
    this.#context.level(this.#handle, value);
  }
}

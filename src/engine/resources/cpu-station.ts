import type { Context } from '../behaviour';
import type { CallId } from '../calls';
import { PRIORITY } from '../event-queue';
import { Slots } from './slots';

/**
 * A few cores with one unbounded first-come, first-served queue before them: the own work of a component that mostly
 * passes requests on. Every request takes the same time. Its owner passes the timer on to `leave`.
 */
export class CpuStation {
  readonly #context: Context;
  readonly #timerType: number;
  readonly #slots = new Slots(1, Infinity);
  #micros = 0;

  /** `timerType` is the type of the owner's timer that ends a piece of work; it carries the call. */
  constructor(context: Context, timerType: number) {
    this.#context = context;
    this.#timerType = timerType;
  }

  /** Sets the cores and the microseconds of work per request. Work under way keeps its end; busy cores finish first. */
  configure(cores: number, micros: number): void {
    this.#slots.total = cores;
    this.#micros = micros;
    for (let call = this.#slots.admit(); call >= 0; call = this.#slots.admit()) this.#begin(call);
  }

  /** A call takes a core or waits for one. */
  enter(call: CallId): void {
    if (this.#slots.offer(call) === 'starts') this.#begin(call);
    this.report();
  }

  /** Work on a call has ended: its core goes to the next. */
  leave(): void {
    const next = this.#slots.release();
    if (next >= 0) this.#begin(next);
    this.report();
  }

  /** Tells the statistics what is busy and what waits. */
  report(): void {
    this.#context.busy(this.#slots.busy, this.#slots.total);
    this.#context.waiting(this.#slots.queue.length);
  }

  clear(): void {
    this.#slots.clear();
  }

  #begin(call: CallId): void {
    this.#context.began(call);
    this.#context.after(this.#context.work(this.#micros), PRIORITY.completion, this.#timerType, call);
  }
}

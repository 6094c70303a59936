/**
 * Looks for promises that nobody remembers: asks every participant for what it has prepared for this coordinator, and
 * aborts what is not in the books, since it was never decided. Done after a restart and then again and again: a request
 * to prepare may also arrive after the transaction was aborted.
 */
import type { MetricHandle } from '../../engine/behaviour';
import { type CallId, NO_CALL } from '../../engine/calls';
import { type EventHandle, PRIORITY } from '../../engine/event-queue';
import { VERB } from '../../model/meaning';
import { OK } from '../../model/outcome';
import type { Desk } from './desk';

export class Recovery {
  #every = 0;
  #timer: EventHandle = -1;
  readonly #desk: Desk;
  readonly #timerType: number;
  readonly #recovered: MetricHandle;

  /** The owner hands its timer to `run`. */
  constructor(desk: Desk, timerType: number) {
    this.#desk = desk;
    this.#timerType = timerType;
    this.#recovered = desk.context.counter('recovered');
  }

  /** Microseconds between two rounds. */
  configure(every: number): void {
    const running = this.#timer !== -1;
    this.#every = every;
    if (running) this.#wait();
  }

  /** Begins a round. */
  run(): void {
    for (const link of this.#desk.participants.links) this.#ask(link, 0);
    this.#wait();
  }

  /** A first round only after a while: at the beginning of time there is nothing to look for. */
  wait(): void {
    this.#wait();
  }

  crash(): void {
    this.#timer = -1;
  }

  /** The number of the next prepared transaction; 0 when there is none. */
  reply(call: CallId): void {
    const { context } = this.#desk;
    const { calls } = context;
    const number = calls.result(call);
    if (calls.cause(call) !== OK || number === 0) return;
    const link = calls.connection(call);
    if (!this.#desk.find(number)) {
      context.count(this.#recovered);
      context.send(link, NO_CALL, VERB.abort, 1, calls.key(call), number);
    }
    this.#ask(link, number);
  }

  #ask(link: number, after: number): void {
    this.#desk.context.send(link, NO_CALL, VERB.recover, 0, after, 0);
  }

  #wait(): void {
    const { context } = this.#desk;
    if (this.#timer !== -1) context.cancel(this.#timer);
    this.#timer = context.alarm(this.#every, PRIORITY.timer, this.#timerType);
  }
}

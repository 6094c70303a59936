/**
 * Where messages go that cannot be delivered: every connection that its owner says is for dead letters gets a copy. A
 * dead letter is kept until all copies have arrived. One that does not arrive is discarded, or tried again when they are
 * to be safe. With nowhere to go it is discarded at once.
 *
 * The owner passes on `reply` and its timers of type `timer`, and may not drop a message that was sent here.
 */
import { VERB } from '../../model/meaning';
import { OK } from '../../model/outcome';
import type { Context, Link, MetricHandle } from '../behaviour';
import type { CallId } from '../calls';
import { PRIORITY } from '../event-queue';
import type { MessageId, MessageStore } from './message-store';

const RETRY_MICROS = 1_000_000;

/** Odd tickets are dead letters; an owner that has tickets of its own keeps to even ones. */
export function isDeadLetter(ticket: number): boolean {
  return (ticket & 1) === 1;
}

export class DeadLetters {
  /** Tries again until each copy has arrived. */
  safe = false;
  readonly #context: Context;
  readonly #store: MessageStore;
  readonly #timer: number;
  #links: readonly Link[] = [];
  readonly #deadLettered: MetricHandle;
  readonly #discarded: MetricHandle | null;

  /**
   * The owner's kind declares the counter `deadLettered`, and `discarded` unless it never discards: then it sends only
   * while there is a place, and takes back what `retry` returns.
   */
  constructor(context: Context, store: MessageStore, timer: number, discards = true) {
    this.#context = context;
    this.#store = store;
    this.#timer = timer;
    this.#deadLettered = context.counter('deadLettered');
    this.#discarded = discards ? context.counter('discarded') : null;
    this.safe = !discards;
  }

  rewire(links: readonly Link[]): void {
    this.#links = links;
  }

  /** Whether there is a place for them. */
  get connected(): boolean {
    return this.#links.length > 0;
  }

  /** Takes a message out of its queue for good. */
  send(message: MessageId): void {
    const store = this.#store;
    if (this.#links.length === 0) {
      this.discard(message);
      return;
    }
    // The copies still under way.
    store.setHandedTo(message, this.#links.length, 0);
    for (const { index } of this.#links) store.send(message, index, VERB.publish, message * 2 + 1);
  }

  /** A copy has ended. */
  reply(call: CallId): void {
    const { calls } = this.#context;
    const message = calls.ticket(call) >> 1;
    if (calls.cause(call) === OK) this.#ended(message, this.#deadLettered);
    else if (this.safe) {
      this.#context.after(RETRY_MICROS, PRIORITY.timer, this.#timer, message, calls.connection(call));
    } else this.#ended(message, this.#discarded);
  }

  /** The owner's timer has fired. Returns whether the message still has a place to go to; if not, it is given back. */
  retry(message: MessageId, connection: number): boolean {
    const there = this.#links.some(({ index }) => index === connection);
    const next = there ? connection : this.#links[0]?.index;
    if (next !== undefined) {
      this.#store.send(message, next, VERB.publish, message * 2 + 1);
      return true;
    }
    // Other copies may still arrive.
    const left = this.#store.link(message) - 1;
    this.#store.setHandedTo(message, left, 0);
    return left > 0;
  }

  /** Forgets a message that goes nowhere. */
  discard(message: MessageId): void {
    if (this.#discarded !== null) this.#context.count(this.#discarded);
    this.#store.drop(message);
  }

  #ended(message: MessageId, counter: MetricHandle | null): void {
    if (counter !== null) this.#context.count(counter);
    const left = this.#store.link(message) - 1;
    if (left === 0) this.#store.drop(message);
    else this.#store.setHandedTo(message, left, 0);
  }
}

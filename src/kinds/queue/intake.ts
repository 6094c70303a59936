/**
 * How messages get into a queue: one process takes them in one after another, and each is confirmed when it is safe. While
 * the memory for messages is used up, publishers wait outside.
 */
import type { Context } from '../../engine/behaviour';
import { type CallId, FLAG, NO_CALL } from '../../engine/calls';
import { PRIORITY } from '../../engine/event-queue';
import { IntQueue } from '../../engine/resources/int-queue';
import type { MessageId, MessageStore } from '../../engine/resources/message-store';
import { Slots } from '../../engine/resources/slots';
import { CANCELLED, causeCode } from '../../model/outcome';
import { fromMs } from '../../model/units';
import type { Backlog } from './backlog';
import type { QueueConfig } from './fields';
import { type Counters, STATE, TIMER } from './parts';
import type { Replicas } from './replicas';

const QUEUE_FULL = causeCode('queue-full');

/** Beyond so many messages, and so many publishers outside, nothing more fits anywhere. */
const MOST_KEPT = 1_000_000;
const MOST_OUTSIDE = 100_000;
/** How often the broker notices which of the connections it blocks have been closed. */
const LOOK_OUTSIDE = 1_000_000;

export class Intake {
  #config!: QueueConfig;
  readonly #context: Context;
  readonly #store: MessageStore;
  readonly #replicas: Replicas;
  readonly #backlog: Backlog;
  readonly #counters: Counters;
  readonly #process = new Slots(1, MOST_OUTSIDE);
  /** Messages that a majority does not have yet. */
  readonly #uncommitted = new IntQueue();
  /** Calls of publishers that wait for the end of the memory alarm. */
  readonly #blocked = new IntQueue();

  constructor(context: Context, store: MessageStore, replicas: Replicas, backlog: Backlog, counters: Counters) {
    this.#context = context;
    this.#store = store;
    this.#replicas = replicas;
    this.#backlog = backlog;
    this.#counters = counters;
  }

  configure(config: QueueConfig): void {
    this.#config = config;
    if (config.type === 'classic') this.committed(this.#uncommitted.length);
  }

  get busy(): number {
    return this.#process.busy;
  }

  /** Publishers that wait for the process or for memory. */
  get waiting(): number {
    return this.#process.queue.length + this.#blocked.length;
  }

  get blocked(): number {
    return this.#blocked.length;
  }

  /** A publisher is here. */
  offer(call: CallId): void {
    if (!this.#alarm && this.#blocked.length === 0) this.#accept(call);
    else if (this.#blocked.length < MOST_OUTSIDE) {
      if (this.#blocked.length === 0) this.#lookLater();
      this.#blocked.push(call);
    } else this.#context.fail(call, QUEUE_FULL);
  }

  /** Lets in those who wait for memory, as far as there is some. */
  letIn(): void {
    while (this.#blocked.length > 0 && !this.#alarm) this.#accept(this.#blocked.shift());
  }

  /** A publisher that has given up closes its connection, and what it had not got rid of is gone with it. */
  lookOutside(): void {
    const context = this.#context;
    for (let waiting = this.#blocked.length; waiting > 0; waiting--) {
      const call = this.#blocked.shift();
      const closed = (context.calls.flags(call) & (FLAG.sourceDone | FLAG.detached)) === FLAG.sourceDone;
      if (closed) context.fail(call, CANCELLED);
      else this.#blocked.push(call);
    }
    if (this.#blocked.length > 0) this.#lookLater();
  }

  #lookLater(): void {
    this.#context.after(LOOK_OUTSIDE, PRIORITY.timer, TIMER.outside);
  }

  /** Memory for messages is used up. */
  get #alarm(): boolean {
    return this.#store.bytesKept > this.#config.memoryMb * 1_000_000 || this.#store.length >= MOST_KEPT;
  }

  #accept(call: CallId): void {
    const context = this.#context;
    const message = this.#store.add(call, STATE.coming);
    if (!this.#config.confirms) {
      this.#store.setCall(message, NO_CALL);
      context.began(call);
      context.succeed(call);
    }
    const offered = this.#process.offer(message);
    if (offered === 'starts') this.#begin(message);
    else if (offered === 'full') this.#turnAway(message);
  }

  #begin(message: MessageId): void {
    const call = this.#store.call(message);
    if (call >= 0) this.#context.began(call);
    this.#after(this.#config.messageMicros, TIMER.accepted, message);
  }

  /** The process has taken a message in; it still has to be safe. */
  accepted(message: MessageId): void {
    const next = this.#process.release();
    if (next !== -1) this.#begin(next);
    const { type, persistent, persistMs } = this.#config;
    if (this.#backlog.rejects) this.#turnAway(message);
    else if (type === 'quorum') {
      this.#uncommitted.push(message);
      this.#replicas.append();
    } else if (persistent) this.#after(fromMs(persistMs), TIMER.persisted, message);
    else this.keep(message);
  }

  /** A majority has so many more. */
  committed(entries: number): void {
    for (let i = 0; i < entries && this.#uncommitted.length > 0; i++) this.keep(this.#uncommitted.shift());
  }

  /** A message is safe: its publisher is told, and consumers may have it. */
  keep(message: MessageId): void {
    const context = this.#context;
    const call = this.#store.call(message);
    context.count(this.#counters.published);
    if (call >= 0) context.succeed(call);
    this.#store.setCall(message, NO_CALL);
    this.#backlog.push(message);
  }

  #turnAway(message: MessageId): void {
    const call = this.#store.call(message);
    if (call >= 0) this.#context.fail(call, QUEUE_FULL);
    else this.#context.count(this.#counters.lost);
    this.#store.drop(message);
  }

  #after(micros: number, type: number, message: MessageId): void {
    this.#context.after(this.#context.work(micros), PRIORITY.timer, type, message);
  }

  /** The process died. Its messages are the owner's to forget. */
  clear(): void {
    this.#process.clear();
    this.#uncommitted.clear();
    this.#blocked.clear();
  }
}

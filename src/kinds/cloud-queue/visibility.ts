/**
 * Messages in flight: hidden from everybody else while somebody works on them, each for its visibility timeout. Who holds
 * the receipt may have the time begin anew, as long as it is not over.
 */
import type { Context } from '../../engine/behaviour';
import { NO_CALL } from '../../engine/calls';
import { PRIORITY } from '../../engine/event-queue';
import type { MessageId, MessageStore } from '../../engine/resources/message-store';
import { VERB } from '../../model/meaning';
import { MICROS_PER_SECOND } from '../../model/units';
import type { CloudQueueConfig } from './fields';
import { afterSeconds, STATE, TIMER } from './parts';
import type { Receipts } from './receipts';

/** How long it takes to make a message visible again. */
const RELEASE_MICROS = 1000;

export class Visibility {
  /** How many messages are in flight. */
  inFlight = 0;
  #config: CloudQueueConfig;
  /** Until when each message is hidden. */
  #hiddenUntil = new Float64Array(64);
  /** The timers of those in flight. */
  #timers = new Float64Array(64);
  readonly #context: Context;
  readonly #store: MessageStore;
  readonly #receipts: Receipts;

  constructor(config: CloudQueueConfig, context: Context, store: MessageStore, receipts: Receipts) {
    this.#config = config;
    this.#context = context;
    this.#store = store;
    this.#receipts = receipts;
  }

  configure(config: CloudQueueConfig): void {
    this.#config = config;
  }

  /** A message goes into flight. */
  begin(message: MessageId): void {
    this.#store.setState(message, STATE.inFlight);
    this.inFlight++;
    this.hide(message);
  }

  /** A message in flight is hidden for a full timeout from now on. */
  hide(message: MessageId): void {
    const { visibilitySeconds, extend } = this.#config;
    if (message >= this.#timers.length) {
      const [times, timers] = [new Float64Array(this.#store.used * 2), new Float64Array(this.#store.used * 2)];
      times.set(this.#hiddenUntil);
      timers.set(this.#timers);
      this.#hiddenUntil = times;
      this.#timers = timers;
    }
    this.#hideFor(message, visibilitySeconds * MICROS_PER_SECOND);
    if (extend) afterSeconds(this.#context, visibilitySeconds / 2, TIMER.extend, message, this.#store.receipt(message));
  }

  #hideFor(message: MessageId, micros: number): void {
    this.#hiddenUntil[message] = this.#context.now + micros;
    const receipt = this.#store.receipt(message);
    const wait = Math.max(1, Math.floor(micros + 0.5));
    this.#timers[message] = this.#context.alarm(wait, PRIORITY.timer, TIMER.visible, message, receipt);
  }

  /** Whether this receipt is still good. */
  holds(message: MessageId, receipt: number): boolean {
    return this.#store.state(message) === STATE.inFlight && this.#store.receipt(message) === receipt;
  }

  /** The timer of a message has come. Returns whether its time is over. */
  timedOut(message: MessageId, receipt: number): boolean {
    if (!this.holds(message, receipt)) return false;
    const left = this.#hiddenUntil[message]! - this.#context.now;
    if (left > 0) this.#hideFor(message, left);
    return left <= 0;
  }

  /** Asks the consumer whether it is alive; if so, the timeout begins anew. */
  askWhetherAlive(message: MessageId, receipt: number): void {
    if (!this.holds(message, receipt)) return;
    const call = this.#context.send(this.#store.link(message), NO_CALL, VERB.probe, 0, 0, message * 2);
    this.#receipts.note(call, 0, receipt);
  }

  alive(message: MessageId, receipt: number): void {
    if (!this.holds(message, receipt)) return;
    const { visibilitySeconds } = this.#config;
    this.#hiddenUntil[message] = this.#context.now + visibilitySeconds * MICROS_PER_SECOND;
    afterSeconds(this.#context, Math.max(0.001, visibilitySeconds / 2), TIMER.extend, message, receipt);
  }

  /** Its consumer sets the timeout to zero. */
  endSoon(message: MessageId): void {
    this.#context.cancel(this.#timers[message]!);
    this.#hideFor(message, RELEASE_MICROS);
  }

  /** A message leaves the flight; its receipt is worth nothing any more. */
  end(message: MessageId): void {
    this.inFlight--;
    this.#context.cancel(this.#timers[message]!);
    this.#store.newReceipt(message);
  }
}

/**
 * How consumers ask: a receive waits for messages as long as it may, ends with nothing, and begins again after a pause.
 * Where nobody is at the other end, nobody asks until somebody is back.
 */
import type { Context, Link, MetricHandle } from '../../engine/behaviour';
import { type CallId, NO_CALL } from '../../engine/calls';
import { PRIORITY } from '../../engine/event-queue';
import { VERB } from '../../model/meaning';
import { OK, REFUSED, RESET } from '../../model/outcome';
import { fromMs } from '../../model/units';
import type { CloudQueueConfig } from './fields';
import { afterSeconds, TIMER } from './parts';
import { ReceiverList } from './receivers';

/** The ticket of a call that asks whether somebody is back. */
export const PROBE = -4;

/** A receiver and its connection in one number. */
const RECEIVERS = 64;

export class Polling {
  #config: CloudQueueConfig;
  readonly #receivers = new ReceiverList();
  readonly #context: Context;
  readonly #emptyReceives: MetricHandle;
  /** Somebody asks: what there is may be handed out. */
  readonly #asked: () => void;
  readonly #ask = (connection: number, receiver: number): void => this.#begin(connection, receiver);

  constructor(config: CloudQueueConfig, context: Context, emptyReceives: MetricHandle, asked: () => void) {
    this.#config = config;
    this.#context = context;
    this.#emptyReceives = emptyReceives;
    this.#asked = asked;
  }

  configure(config: CloudQueueConfig): void {
    this.#config = config;
  }

  rewire(links: readonly Link[]): void {
    this.#receivers.rewire(links);
  }

  get count(): number {
    return this.#receivers.count;
  }

  get allAway(): boolean {
    return this.#receivers.allAway;
  }

  /** All who pause ask again. */
  resume(): void {
    this.#receivers.eachPausing(this.#ask);
  }

  crash(): void {
    this.#receivers.clear();
  }

  /** Finds one that asks, in turn: calls `found(link, receiver)`. Returns whether there was one. */
  next(found: (link: Link, receiver: number) => void): boolean {
    return this.#receivers.next(found);
  }

  /** A receive ends with so many messages. */
  got(connection: number, receiver: number, messages: number): void {
    this.#context.cancel(this.#receivers.work(connection, receiver, messages));
  }

  /** The work on one message has ended; after the last one of a receive, the receiver asks again. */
  done(connection: number, receiver: number): void {
    if (this.#receivers.done(connection, receiver)) this.#begin(connection, receiver);
  }

  #begin(connection: number, receiver: number): void {
    const turn = this.#receivers.ask(connection, receiver);
    if (turn < 0) return;
    const packed = connection * RECEIVERS + receiver;
    const { waitSeconds } = this.#config;
    if (waitSeconds > 0) {
      const timer = afterSeconds(this.#context, waitSeconds, TIMER.empty, packed, turn);
      this.#receivers.setTimer(connection, receiver, timer);
      this.#asked();
      return;
    }
    this.#asked();
    this.empty(packed, turn);
  }

  /** A receive ends with nothing. */
  empty(packed: number, turn: number): void {
    const receiver = packed % RECEIVERS;
    const connection = (packed - receiver) / RECEIVERS;
    if (!this.#receivers.isAsking(connection, receiver, turn)) return;
    this.#context.count(this.#emptyReceives);
    this.#receivers.pause(connection, receiver);
    this.#context.after(fromMs(this.#config.pollMs), PRIORITY.timer, TIMER.poll, packed);
  }

  /** The pause of a receiver is over. */
  poll(packed: number): void {
    const receiver = packed % RECEIVERS;
    const connection = (packed - receiver) / RECEIVERS;
    if (this.#receivers.isPausing(connection, receiver)) this.#begin(connection, receiver);
  }

  /** Whether the outcome says that nobody is at the other end. If so, nobody asks there until somebody is back. */
  consumerGone(call: CallId): boolean {
    const { calls, self } = this.#context;
    const cause = calls.cause(call);
    const origin = calls.origin(call);
    const gone = (cause === REFUSED || cause === RESET) && (origin === calls.target(call) || origin === self);
    const connection = calls.connection(call);
    if (gone && this.#receivers.leave(connection)) this.#reconnectLater(connection);
    return gone;
  }

  #reconnectLater(connection: number): void {
    this.#context.after(fromMs(this.#config.reconnectMs), PRIORITY.timer, TIMER.reconnect, connection);
  }

  reconnect(connection: number): void {
    if (this.#receivers.isAway(connection)) this.#context.send(connection, NO_CALL, VERB.probe, 0, 0, PROBE);
  }

  probed(call: CallId): void {
    const { calls } = this.#context;
    const connection = calls.connection(call);
    if (calls.cause(call) === OK) {
      this.#receivers.comeBack(connection);
      this.resume();
    } else if (this.#receivers.isAway(connection)) this.#reconnectLater(connection);
  }
}

/** The messages that wait in a queue: in the order they came, for so long and so many; the rest are dead letters. */
import type { Context, MetricHandle } from '../../engine/behaviour';
import { type EventHandle, PRIORITY } from '../../engine/event-queue';
import type { DeadLetters } from '../../engine/resources/dead-letters';
import { type MessageId, type MessageStore, NO_MESSAGE } from '../../engine/resources/message-store';
import { ReadyLine } from '../../engine/resources/ready-line';
import { fromMs, toMs } from '../../model/units';
import type { QueueConfig } from './fields';
import { type Counters, STATE, TIMER } from './parts';

/** Ages rise between events, so the gauge is read this often while messages wait. */
const AGE_EVERY = 50_000;

export class Backlog {
  /** Messages that died since the start. */
  dead = 0;
  #config!: QueueConfig;
  #running = false;
  /** Messages that pause before they are ready again; they count as waiting. */
  #returning = 0;
  #expiry: EventHandle = -1;
  #expiryAt = Infinity;
  #watchingAge = false;
  readonly #context: Context;
  readonly #store: MessageStore;
  readonly #letters: DeadLetters;
  readonly #counters: Counters;
  readonly #age: MetricHandle;
  readonly #ready: ReadyLine;

  constructor(context: Context, store: MessageStore, letters: DeadLetters, counters: Counters) {
    this.#context = context;
    this.#store = store;
    this.#letters = letters;
    this.#counters = counters;
    this.#age = context.gauge('oldestMessageAgeMs');
    this.#ready = new ReadyLine(store);
  }

  configure(config: QueueConfig): void {
    this.#config = config;
    this.#context.cancel(this.#expiry);
    this.#expiryAt = Infinity;
    this.#watch();
  }

  start(): void {
    this.#running = true;
    const store = this.#store;
    for (let message = 0; message < store.used; message++) {
      if (store.state(message) === STATE.dead) this.#letters.send(message);
    }
    this.#watch();
  }

  /** Messages that could be delivered now. */
  get ready(): number {
    return this.#ready.length;
  }

  /** Messages that wait, also those that pause. */
  get waiting(): number {
    return this.#ready.length + this.#returning;
  }

  /** Full, so that publishers are turned away. */
  get rejects(): boolean {
    const { overflow, maxLength } = this.#config;
    return overflow === 'reject-publish' && maxLength > 0 && this.#ready.length >= maxLength;
  }

  /** Microseconds since the first message in the queue was published. */
  get age(): number {
    const first = this.#ready.first();
    return first === NO_MESSAGE ? 0 : this.#context.now - this.#store.time(first);
  }

  /** A new message. */
  push(message: MessageId): void {
    this.#store.setState(message, STATE.ready);
    this.#ready.push(message);
    this.#watch();
  }

  /** Takes the next message. There must be one. */
  shift(): MessageId {
    return this.#ready.shift();
  }

  /** A message that was handed out is back at its place. */
  giveBack(message: MessageId): void {
    this.#store.setState(message, STATE.ready);
    this.#ready.giveBack(message);
    this.#watch();
  }

  /** The same, after a pause. */
  giveBackLater(message: MessageId): void {
    this.#store.setState(message, STATE.returning);
    this.#returning++;
    this.#context.after(fromMs(this.#config.requeueMs), PRIORITY.timer, TIMER.returns, message);
  }

  returned(message: MessageId): void {
    this.#returning--;
    this.giveBack(message);
  }

  /** A message leaves the queue without having been worked on. */
  die(message: MessageId, reason: MetricHandle): void {
    this.#context.count(reason);
    this.dead++;
    this.#store.setState(message, STATE.dead);
    this.#letters.send(message);
  }

  expired(): void {
    this.#expiryAt = Infinity;
    this.#watch();
  }

  aged(): void {
    this.#watchingAge = false;
    this.#watchAge();
  }

  /** Length, then time to live, then the gauge: whenever something has joined. */
  #watch(): void {
    const { maxLength, overflow } = this.#config;
    if (maxLength > 0 && overflow === 'drop-head') {
      while (this.#ready.length > maxLength) this.die(this.#ready.shift(), this.#counters.overflowed);
    }
    this.#watchExpiry();
    this.#watchAge();
  }

  /** All live equally long, so the oldest is the first to expire. */
  #watchExpiry(): void {
    const { ttlMs } = this.#config;
    if (ttlMs === 0 || !this.#running) return;
    const { now } = this.#context;
    const store = this.#store;
    const ttl = fromMs(ttlMs);
    let first = this.#ready.first();
    while (first !== NO_MESSAGE && store.time(first) + ttl <= now) {
      this.die(this.#ready.shift(), this.#counters.expired);
      first = this.#ready.first();
    }
    if (first === NO_MESSAGE || this.#expiryAt <= store.time(first) + ttl) return;
    this.#context.cancel(this.#expiry);
    this.#expiryAt = store.time(first) + ttl;
    this.#expiry = this.#context.alarm(this.#expiryAt - now, PRIORITY.timer, TIMER.expires);
  }

  #watchAge(): void {
    if (this.#watchingAge) return;
    this.#context.level(this.#age, toMs(this.age));
    if (this.#ready.length === 0 || !this.#running) return;
    this.#watchingAge = true;
    this.#context.after(AGE_EVERY, PRIORITY.control, TIMER.age);
  }

  /** @throws Error when a message is in two places, or in none */
  audit(unacked: number): void {
    this.#store.audit({
      ready: { state: STATE.ready, count: this.#ready.length },
      returning: { state: STATE.returning, count: this.#returning },
      unacknowledged: { state: STATE.unacked, count: unacked },
    });
  }

  /** The process died. What was on disk is ready again in its order; the rest is gone, and counted where nobody is told. */
  crash(durable: boolean): void {
    this.#running = this.#watchingAge = false;
    this.#expiryAt = Infinity;
    this.#returning = 0;
    this.#ready.clear();
    const store = this.#store;
    const survivors: MessageId[] = [];
    for (let message = 0; message < store.used; message++) {
      const state = store.state(message);
      if (state === STATE.dead) {
        if (!this.#letters.safe) this.#letters.discard(message);
      } else if (durable && state > STATE.coming) survivors.push(message);
      else if (state > 0) {
        // A publisher that waits for the word that it is safe is told.
        if (state > STATE.coming || store.call(message) < 0) this.#context.count(this.#counters.lost);
        store.drop(message);
      }
    }
    survivors.sort((one, other) => store.serial(one) - store.serial(other));
    for (const message of survivors) {
      store.setState(message, STATE.ready);
      if (store.link(message) >= 0) this.#ready.giveBack(message);
      else this.#ready.push(message);
    }
  }
}

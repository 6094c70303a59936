import type { Behaviour, Context, Link, MetricHandle } from '../../engine/behaviour';
import { type CallId, NO_CALL } from '../../engine/calls';
import { PRIORITY } from '../../engine/event-queue';
import { DeadLetters, isDeadLetter } from '../../engine/resources/dead-letters';
import { type MessageId, MessageStore } from '../../engine/resources/message-store';
import type { FaceWriter } from '../../model/face';
import { VERB } from '../../model/meaning';
import { causeCode, OK } from '../../model/outcome';
import { operationCode } from '../../model/operations';
import { fromMs } from '../../model/units';
import type { TopicConfig } from './fields';

const QUEUE_FULL = causeCode('queue-full');

/** Copies under way; beyond that publishing fails. */
const MOST_KEPT = 1_000_000;

const TIMER = { stored: 0, again: 1, letter: 2 };

/** Where a message or a copy of it is. */
const STATE = { coming: 1, sent: 2, pausing: 3, dead: 4 };

export class Topic implements Behaviour {
  #config: TopicConfig;
  #underWay = 0;
  #again = 0;
  #dead = 0;
  #subscriptions: readonly Link[] = [];
  readonly #context: Context;
  readonly #store: MessageStore;
  readonly #letters: DeadLetters;
  readonly #published: MetricHandle;
  readonly #delivered: MetricHandle;
  readonly #retried: MetricHandle;
  readonly #failed: MetricHandle;
  readonly #lost: MetricHandle;
  readonly #level: MetricHandle;

  constructor(config: TopicConfig, context: Context) {
    this.#config = config;
    this.#context = context;
    this.#store = new MessageStore(context);
    this.#letters = new DeadLetters(context, this.#store, TIMER.letter);
    this.#published = context.counter('published');
    this.#delivered = context.counter('delivered');
    this.#retried = context.counter('retried');
    this.#failed = context.counter('failed');
    this.#lost = context.counter('lost');
    this.#level = context.gauge('underWay');
  }

  /** Copies that survived are sent again: nobody knows how far they had come. */
  start(): void {
    const store = this.#store;
    for (let message = 0; message < store.used; message++) {
      const state = store.state(message);
      if (state === STATE.sent || state === STATE.pausing) this.#sendAgain(message);
      else if (state === STATE.dead) this.#letters.send(message);
    }
    this.#report();
  }

  configure(config: TopicConfig): void {
    this.#config = config;
    this.#report();
  }

  rewire(): void {
    const { outgoing } = this.#context;
    this.#subscriptions = outgoing.filter(({ meaning, config }) => meaning === 'deliver' || !config.deadLetters);
    this.#letters.rewire(outgoing.filter(({ meaning, config }) => meaning === 'publish' && config.deadLetters));
  }

  arrive(call: CallId): void {
    const context = this.#context;
    if (this.#store.length >= MOST_KEPT) {
      context.fail(call, QUEUE_FULL);
      return;
    }
    context.began(call);
    const message = this.#store.add(call, STATE.coming);
    const { durable, storeMs } = this.#config;
    context.after(context.work(durable ? fromMs(storeMs) : 0), PRIORITY.completion, TIMER.stored, message);
  }

  /** The publisher is told, and every subscription gets its copy. */
  #stored(message: MessageId): void {
    const context = this.#context;
    const store = this.#store;
    context.count(this.#published);
    context.succeed(store.call(message));
    store.setCall(message, NO_CALL);
    for (const link of this.#subscriptions) {
      const { operation } = link.config;
      if (operation !== 'any' && operationCode(operation) !== store.operation(message)) continue;
      const copy = store.copy(message, STATE.sent);
      this.#underWay++;
      this.#send(copy, link);
    }
    store.drop(message);
  }

  #send(copy: MessageId, link: Link): void {
    const store = this.#store;
    store.setState(copy, STATE.sent);
    store.setHandedTo(copy, link.index, 0);
    store.send(copy, link.index, link.meaning === 'deliver' ? VERB.deliver : VERB.publish, copy * 2);
  }

  #sendAgain(copy: MessageId): void {
    const connection = this.#store.link(copy);
    const link = this.#subscriptions.find(({ index }) => index === connection);
    if (!link) {
      // Its subscription is gone.
      this.#ended(copy, this.#lost);
      this.#store.drop(copy);
      return;
    }
    this.#context.count(this.#retried);
    this.#again++;
    this.#send(copy, link);
  }

  reply(call: CallId): void {
    const { calls } = this.#context;
    const ticket = calls.ticket(call);
    if (isDeadLetter(ticket)) this.#letters.reply(call);
    else if (calls.cause(call) === OK) {
      this.#ended(ticket >> 1, this.#delivered);
      this.#store.drop(ticket >> 1);
    } else this.#missed(ticket >> 1);
    this.#report();
  }

  /** An attempt has failed. */
  #missed(copy: MessageId): void {
    const store = this.#store;
    const connection = store.link(copy);
    const failures = store.returns(copy) + 1;
    store.setReturns(copy, failures);
    const config = this.#subscriptions.find(({ index }) => index === connection)?.config;
    if (!config || failures >= config.attempts) {
      this.#ended(copy, this.#failed);
      this.#dead++;
      store.setState(copy, STATE.dead);
      this.#letters.send(copy);
      return;
    }
    store.setState(copy, STATE.pausing);
    // Doubling, without chance: topics spread over many messages by themselves. At least a millisecond.
    let pause = Math.max(1, config.backoffMs);
    for (let i = 1; i < failures && pause < config.backoffCapMs; i++) pause *= 2;
    const micros = fromMs(Math.max(1, Math.min(pause, Math.max(1, config.backoffCapMs))));
    this.#context.after(micros, PRIORITY.timer, TIMER.again, copy);
  }

  #ended(copy: MessageId, counter: MetricHandle): void {
    this.#context.count(counter);
    this.#underWay--;
    this.#store.setReturns(copy, 0);
  }

  timer(type: number, a: number, b: number): void {
    if (type === TIMER.stored) this.#stored(a);
    else if (type === TIMER.again) this.#sendAgain(a);
    else if (!this.#letters.retry(a, b)) this.#letters.discard(a);
    this.#report();
  }

  crash(): void {
    const store = this.#store;
    for (let message = 0; message < store.used; message++) {
      const state = store.state(message);
      if (state === STATE.coming) store.drop(message);
      else if (state > 0 && !this.#config.durable) {
        if (state === STATE.dead) this.#letters.discard(message);
        else {
          this.#ended(message, this.#lost);
          store.drop(message);
        }
      }
    }
    this.#context.level(this.#level, this.#underWay);
  }

  face(writer: FaceWriter): void {
    const { length } = this.#subscriptions;
    writer.put(length > 0 ? 1 : 0);
    if (length > 0) writer.put(length);
    writer.put(this.#underWay);
    writer.put(0);
    writer.put(0);
    writer.put(this.#again);
    writer.put(this.#dead);
  }

  #report(): void {
    this.#context.level(this.#level, this.#underWay);
  }
}

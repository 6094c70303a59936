import type { Behaviour, Context, MetricHandle } from '../../engine/behaviour';
import { type CallId, NO_CALL } from '../../engine/calls';
import { type EventHandle, PRIORITY } from '../../engine/event-queue';
import { DeadLetters, isDeadLetter } from '../../engine/resources/dead-letters';
import { IntQueue } from '../../engine/resources/int-queue';
import { type MessageId, MessageStore, NO_MESSAGE } from '../../engine/resources/message-store';
import { ReadyLine } from '../../engine/resources/ready-line';
import { Slots } from '../../engine/resources/slots';
import type { FaceWriter } from '../../model/face';
import type { Config } from '../../model/fields';
import { VERB } from '../../model/meaning';
import { causeCode, OK, REFUSED, RESET } from '../../model/outcome';
import { fromMs, toMs } from '../../model/units';
import { Consumers } from './consumers';
import { HEADLINE } from './face';
import { NODE_CRASH, NODE_CUT } from './faults';
import type { QueueConfig } from './fields';
import { Replicas } from './replicas';

const QUEUE_FULL = causeCode('queue-full');

/** Beyond so many messages, and so many blocked publishers, nothing more fits anywhere. */
const MOST_KEPT = 1_000_000;
const MOST_BLOCKED = 100_000;

const TIMER = {
  accepted: 0,
  persisted: 1,
  returns: 2,
  expires: 3,
  reconnect: 4,
  letter: 5,
  age: 6,
  cluster: 7,
} as const;

/** Where a message is. */
const STATE = { coming: 1, ready: 2, unacked: 3, returning: 4, dead: 5 } as const;

/** Ticket of deliveries that nobody will acknowledge. */
const FORGOTTEN = -2;
const PROBE = -4;

/** Ages rise between events, so the gauge is read this often while messages wait. */
const AGE_EVERY = 50_000;

export class Queue implements Behaviour {
  #config!: QueueConfig;
  #up = false;
  #expiry: EventHandle = -1;
  #expiryAt = Infinity;
  #watchingAge = false;
  #dead = 0;
  /** Messages that pause before they are ready again; they count as ready. */
  #returning = 0;
  #leader = -1;
  /** Nodes that faults have taken away: crashed, and cut off. */
  #crashed = -1;
  #cutOff = -1;
  readonly #context: Context;
  readonly #store: MessageStore;
  readonly #process = new Slots(1, MOST_BLOCKED);
  /** Messages that are not committed yet. */
  readonly #uncommitted = new IntQueue();
  /** Calls of publishers that have to wait for the end of the memory alarm. */
  readonly #blocked = new IntQueue();
  readonly #ready: ReadyLine;
  readonly #consumers = new Consumers();
  readonly #letters: DeadLetters;
  readonly #replicas: Replicas;
  readonly #counters: Readonly<Record<CounterId, MetricHandle>>;
  readonly #gauges: Readonly<Record<GaugeId, MetricHandle>>;

  constructor(config: QueueConfig, context: Context) {
    this.#context = context;
    this.#store = new MessageStore(context);
    this.#ready = new ReadyLine(this.#store);
    this.#letters = new DeadLetters(context, this.#store, TIMER.letter);
    this.#replicas = new Replicas(
      context,
      TIMER.cluster,
      (entries) => this.#committed(entries),
      () => this.#leadershipChanged(),
    );
    this.#counters = handles(COUNTERS, (id) => context.counter(id));
    this.#gauges = handles(GAUGES, (id) => context.gauge(id));
    this.#adopt(config);
  }

  start(): void {
    this.#up = true;
    this.#replicas.start();
    this.#applyNodeFaults();
    this.#resume();
    this.#pump();
  }

  configure(config: QueueConfig): void {
    this.#adopt(config);
    if (config.type === 'classic') while (this.#uncommitted.length > 0) this.#keep(this.#uncommitted.shift());
    this.#enforceLength();
    this.#context.cancel(this.#expiry);
    this.#expiryAt = Infinity;
    this.#watchExpiry();
    this.#unblock();
    this.#pump();
  }

  rewire(): void {
    const { outgoing } = this.#context;
    this.#consumers.rewire(outgoing.filter(({ meaning }) => meaning === 'deliver'));
    this.#letters.rewire(outgoing.filter(({ meaning }) => meaning === 'publish'));
    this.#pump();
  }

  // — publishing —

  arrive(call: CallId): void {
    if (!this.#alarm && this.#blocked.length === 0) this.#accept(call);
    else if (this.#blocked.length < MOST_BLOCKED) this.#blocked.push(call);
    else this.#context.fail(call, QUEUE_FULL);
    this.#report();
  }

  /** Memory for messages is used up. */
  get #alarm(): boolean {
    return this.#store.bytesKept > this.#config.memoryMb * 1_000_000 || this.#store.length >= MOST_KEPT;
  }

  #unblock(): void {
    while (this.#blocked.length > 0 && !this.#alarm) this.#accept(this.#blocked.shift());
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
    this.#after(this.#context.work(this.#config.messageMicros), TIMER.accepted, message);
  }

  /** The process has taken a message in; it still has to be safe. */
  #accepted(message: MessageId): void {
    const next = this.#process.release();
    if (next !== -1) this.#begin(next);
    const { type, persistent, persistMs, overflow, maxLength } = this.#config;
    if (overflow === 'reject-publish' && maxLength > 0 && this.#ready.length >= maxLength) this.#turnAway(message);
    else if (type === 'quorum') {
      this.#uncommitted.push(message);
      this.#replicas.append();
    } else if (persistent) this.#after(this.#context.work(fromMs(persistMs)), TIMER.persisted, message);
    else this.#keep(message);
  }

  #committed(entries: number): void {
    for (let i = 0; i < entries && this.#uncommitted.length > 0; i++) this.#keep(this.#uncommitted.shift());
    this.#pump();
  }

  #turnAway(message: MessageId): void {
    const call = this.#store.call(message);
    if (call >= 0) this.#context.fail(call, QUEUE_FULL);
    else this.#context.count(this.#counters.lost);
    this.#store.drop(message);
  }

  /** The message is safe, and consumers may have it. */
  #keep(message: MessageId): void {
    const context = this.#context;
    const call = this.#store.call(message);
    context.count(this.#counters.published);
    if (call >= 0) context.succeed(call);
    this.#store.setCall(message, NO_CALL);
    this.#store.setState(message, STATE.ready);
    this.#ready.push(message);
    this.#enforceLength();
    this.#watchExpiry();
    this.#watchAge();
  }

  // — delivering —

  /** Hands out what there is to whoever may have it. */
  #pump(): void {
    if (this.#up) this.#unblock();
    if (this.#up && this.#available) {
      for (let link = this.#next(); link !== null; link = this.#next()) {
        const held = link.config.acknowledge === 'after-work';
        const message = this.#ready.shift();
        const consumer = this.#consumers.consumer;
        this.#consumers.take(held);
        this.#handOut(message, link.index, consumer, held);
      }
    }
    this.#report();
  }

  #next() {
    return this.#ready.length > 0 ? this.#consumers.next() : null;
  }

  get #available(): boolean {
    return this.#config.type === 'classic' || this.#replicas.available;
  }

  #handOut(message: MessageId, link: number, consumer: number, held: boolean): void {
    const context = this.#context;
    const store = this.#store;
    context.count(this.#counters.delivered);
    if (store.link(message) >= 0) context.count(this.#counters.redelivered);
    store.setHandedTo(message, link, consumer);
    store.send(message, link, VERB.deliver, held ? message * 2 : FORGOTTEN);
    if (held) store.setState(message, STATE.unacked);
    else {
      context.count(this.#counters.acked);
      store.drop(message);
    }
  }

  reply(call: CallId): void {
    const { calls } = this.#context;
    const ticket = calls.ticket(call);
    if (calls.isProbe(call)) this.#probed(call);
    else if (ticket === FORGOTTEN) this.#forgotten(call);
    else if (isDeadLetter(ticket)) this.#letters.reply(call);
    else this.#settled(call, ticket >> 1);
    this.#pump();
  }

  /** A delivery has ended. */
  #settled(call: CallId, message: MessageId): void {
    const context = this.#context;
    const { calls } = context;
    const store = this.#store;
    this.#consumers.release(store.link(message), store.consumer(message));
    if (calls.cause(call) === OK) {
      context.count(this.#counters.acked);
      store.drop(message);
      return;
    }
    const gone = this.#watchConsumer(call);
    // A consumer that was not there has not had it; one that died has.
    if (gone && calls.cause(call) === REFUSED) {
      this.#giveBack(message);
      return;
    }
    if (this.#config.failed === 'reject' && !gone) {
      this.#die(message, this.#counters.rejected);
      return;
    }
    const returns = store.returns(message) + 1;
    store.setReturns(message, returns);
    const { type, deliveryLimit } = this.#config;
    if (type === 'quorum' && returns > deliveryLimit) {
      this.#die(message, this.#counters.overLimit);
    } else if (gone) this.#giveBack(message);
    else {
      store.setState(message, STATE.returning);
      this.#returning++;
      this.#after(fromMs(this.#config.requeueMs), TIMER.returns, message);
    }
  }

  /** A delivery that counted as its end has really ended. The queue does not hear of it; the statistics do. */
  #forgotten(call: CallId): void {
    if (this.#context.calls.cause(call) === OK) return;
    this.#context.count(this.#counters.lost);
    this.#watchConsumer(call);
  }

  #giveBack(message: MessageId): void {
    this.#store.setState(message, STATE.ready);
    this.#ready.giveBack(message);
    this.#enforceLength();
    this.#watchExpiry();
    this.#watchAge();
  }

  // — consumers that come and go —

  /** Whether the outcome says that nobody is at the other end. If so, it gets nothing until it is back. */
  #watchConsumer(call: CallId): boolean {
    const { calls, self } = this.#context;
    const cause = calls.cause(call);
    const origin = calls.origin(call);
    const gone = (cause === REFUSED || cause === RESET) && (origin === calls.target(call) || origin === self);
    const connection = calls.connection(call);
    if (gone && this.#consumers.leave(connection)) this.#reconnectLater(connection);
    return gone;
  }

  #reconnectLater(connection: number): void {
    this.#after(fromMs(this.#config.reconnectMs), TIMER.reconnect, connection);
  }

  #reconnect(connection: number): void {
    if (this.#consumers.isAway(connection)) this.#context.send(connection, NO_CALL, VERB.probe, 0, 0, PROBE);
  }

  #probed(call: CallId): void {
    const { calls } = this.#context;
    const connection = calls.connection(call);
    if (calls.cause(call) === OK) this.#consumers.comeBack(connection);
    else if (this.#consumers.isAway(connection)) this.#reconnectLater(connection);
  }

  // — limits —

  /** A message leaves the queue without having been worked on. */
  #die(message: MessageId, reason: MetricHandle): void {
    this.#context.count(reason);
    this.#dead++;
    this.#store.setState(message, STATE.dead);
    this.#letters.send(message);
  }

  #enforceLength(): void {
    const { maxLength, overflow } = this.#config;
    if (maxLength === 0 || overflow !== 'drop-head') return;
    while (this.#ready.length > maxLength) this.#die(this.#ready.shift(), this.#counters.overflowed);
  }

  /** All live equally long, so the oldest is the first to expire. */
  #watchExpiry(): void {
    const { ttlMs } = this.#config;
    if (ttlMs === 0 || !this.#up) return;
    const { now } = this.#context;
    const store = this.#store;
    const ttl = fromMs(ttlMs);
    let first = this.#ready.first();
    while (first !== NO_MESSAGE && store.time(first) + ttl <= now) {
      this.#die(this.#ready.shift(), this.#counters.expired);
      first = this.#ready.first();
    }
    if (first === NO_MESSAGE || this.#expiryAt <= store.time(first) + ttl) return;
    this.#context.cancel(this.#expiry);
    this.#expiryAt = store.time(first) + ttl;
    this.#expiry = this.#after(this.#expiryAt - now, TIMER.expires);
  }

  // — the process —

  timer(type: number, a: number, b: number): void {
    switch (type) {
      case TIMER.accepted:
        this.#accepted(a);
        break;
      case TIMER.persisted:
        this.#keep(a);
        break;
      case TIMER.returns:
        this.#returning--;
        this.#giveBack(a);
        break;
      case TIMER.expires:
        this.#expiryAt = Infinity;
        this.#watchExpiry();
        break;
      case TIMER.reconnect:
        this.#reconnect(a);
        break;
      case TIMER.letter:
        this.#letters.retry(a, b);
        break;
      case TIMER.age:
        this.#watchingAge = false;
        this.#watchAge();
        return;
      default:
        this.#replicas.fire(type, a, b);
    }
    this.#pump();
  }

  /** What is on disk survives. What was on its way is lost with it, and what consumers held will be delivered again. */
  crash(): void {
    this.#up = false;
    this.#process.clear();
    this.#uncommitted.clear();
    this.#blocked.clear();
    this.#consumers.clear();
    this.#replicas.clear();
    this.#expiryAt = Infinity;
    this.#watchingAge = false;
    this.#leader = -1;
    this.#returning = 0;
    const store = this.#store;
    const { type, persistent } = this.#config;
    const survivors: MessageId[] = [];
    for (let message = 0; message < store.used; message++) {
      const state = store.state(message);
      if (state === 0) continue;
      const kept = state !== STATE.coming && (type === 'quorum' || persistent);
      if (kept && state !== STATE.dead) survivors.push(message);
      else if (state === STATE.dead) this.#dieAgain(message);
      else {
        // A publisher that waits for the word that it is safe is told.
        if (state !== STATE.coming || store.call(message) < 0) this.#context.count(this.#counters.lost);
        store.drop(message);
      }
    }
    this.#ready.clear();
    survivors.sort((one, other) => store.serial(one) - store.serial(other));
    for (const message of survivors) {
      store.setState(message, STATE.ready);
      if (store.link(message) >= 0) this.#ready.giveBack(message);
      else this.#ready.push(message);
    }
  }

  /** A dead letter that was under way when the process died. */
  #dieAgain(message: MessageId): void {
    if (!this.#letters.safe) this.#letters.discard(message);
  }

  #resume(): void {
    const store = this.#store;
    for (let message = 0; message < store.used; message++) {
      if (store.state(message) === STATE.dead) this.#letters.send(message);
    }
    this.#watchExpiry();
    this.#watchAge();
  }

  fault(id: string, on: boolean, params: Config): void {
    const { leader, size } = this.#replicas;
    const first = Math.max(0, leader);
    const node = !on ? -1 : params['which'] === 'leader' ? first : (first + 1) % size;
    if (id === NODE_CRASH.id) {
      const before = this.#crashed;
      this.#crashed = node;
      if (!this.#up) return;
      if (before >= 0) this.#replicas.restart(before);
    } else if (id === NODE_CUT.id) this.#cutOff = node;
    this.#applyNodeFaults();
    this.#pump();
  }

  #applyNodeFaults(): void {
    if (!this.#up) return;
    if (this.#crashed >= 0) this.#replicas.crash(this.#crashed);
    this.#replicas.isolate(this.#cutOff);
  }

  #leadershipChanged(): void {
    const { leader } = this.#replicas;
    if (leader >= 0 && leader !== this.#leader && this.#context.now > 0) this.#context.count(this.#counters.elections);
    if (leader >= 0) this.#leader = leader;
    if (this.#up) this.#pump();
  }

  #adopt(config: QueueConfig): void {
    this.#config = config;
    this.#letters.safe = config.type === 'quorum' && config.deadLetterSafety === 'at-least-once';
    this.#replicas.configure(config.type === 'quorum' ? config.replicas : 1, {
      oneWay: fromMs(config.replicaRttMs / 2),
      persist: fromMs(config.persistMs),
      election: fromMs(config.electionMs),
    });
  }

  #after(micros: number, type: number, a = 0): EventHandle {
    return this.#context.after(micros, PRIORITY.timer, type, a);
  }

  // — what is seen of it —

  /** Messages that wait, also those that pause. */
  get #waiting(): number {
    return this.#ready.length + this.#returning;
  }

  face(writer: FaceWriter): void {
    const ready = this.#waiting;
    const { unacked, room } = this.#consumers;
    this.#writeHeadline(writer);
    writer.put(ready);
    writer.put(this.#config.maxLength);
    writer.put(unacked);
    writer.put(room === Infinity ? 0 : room);
    const quorum = this.#config.type === 'quorum';
    writer.put(quorum ? 1 : 0);
    writer.put(Math.round(this.#age / 100_000) / 10);
    writer.put(this.#dead);
    if (!quorum) return;
    writer.put(this.#replicas.online);
    writer.put(this.#replicas.size);
  }

  #writeHeadline(writer: FaceWriter): void {
    const which = this.#headline();
    writer.put(which);
    writer.put(which === HEADLINE.alarm ? this.#blocked.length : this.#waiting);
    if (which === HEADLINE.usual) writer.put(this.#consumers.unacked);
  }

  #headline(): number {
    const quorum = this.#config.type === 'quorum';
    if (this.#blocked.length > 0) return HEADLINE.alarm;
    if (quorum && this.#replicas.leader < 0) return HEADLINE.noLeader;
    if (quorum && !this.#replicas.available) return HEADLINE.noMajority;
    if (this.#consumers.count === 0) return HEADLINE.noConsumers;
    return this.#consumers.allAway ? HEADLINE.away : HEADLINE.usual;
  }

  /** Microseconds since the first message in the queue was published. */
  get #age(): number {
    const first = this.#ready.first();
    return first === NO_MESSAGE ? 0 : this.#context.now - this.#store.time(first);
  }

  #watchAge(): void {
    if (this.#watchingAge) return;
    this.#context.level(this.#gauges.oldestMessageAgeMs, toMs(this.#age));
    if (this.#ready.length === 0 || !this.#up) return;
    this.#watchingAge = true;
    this.#context.after(AGE_EVERY, PRIORITY.control, TIMER.age);
  }

  #report(): void {
    const context = this.#context;
    const gauges = this.#gauges;
    context.busy(this.#process.busy, 1);
    context.waiting(this.#process.queue.length + this.#blocked.length);
    context.level(gauges.ready, this.#waiting);
    context.level(gauges.unacked, this.#consumers.unacked);
    context.level(gauges.blocked, this.#blocked.length);
    context.level(gauges.consumerCapacity, this.#consumers.ready ? 100 : 0);
    context.level(gauges.online, this.#config.type === 'quorum' ? this.#replicas.online : 1);
  }
}

const COUNTERS = [
  'published',
  'delivered',
  'redelivered',
  'acked',
  'rejected',
  'expired',
  'overflowed',
  'overLimit',
  'lost',
  'elections',
] as const;
type CounterId = (typeof COUNTERS)[number];

const GAUGES = ['ready', 'unacked', 'oldestMessageAgeMs', 'consumerCapacity', 'blocked', 'online'] as const;
type GaugeId = (typeof GAUGES)[number];

function handles<Id extends string>(ids: readonly Id[], handle: (id: Id) => MetricHandle): Record<Id, MetricHandle> {
  return Object.fromEntries(ids.map((id) => [id, handle(id)])) as Record<Id, MetricHandle>;
}

import type { Behaviour, Context, Link, MetricHandle } from '../../engine/behaviour';
import { type CallId, NO_CALL } from '../../engine/calls';
import { type EventHandle, PRIORITY } from '../../engine/event-queue';
import type { RandomStream } from '../../engine/random';
import { DeadLetters, isDeadLetter } from '../../engine/resources/dead-letters';
import { type MessageId, MessageStore, NO_MESSAGE } from '../../engine/resources/message-store';
import { RecentKeys } from '../../engine/resources/recent-keys';
import { TokenBucket } from '../../engine/resources/token-bucket';
import type { FaceWriter } from '../../model/face';
import { VERB } from '../../model/meaning';
import { causeCode, OK, REFUSED, RESET } from '../../model/outcome';
import { fromMs, MICROS_PER_SECOND, toMs } from '../../model/units';
import type { CloudQueueConfig } from './fields';
import { Lanes } from './lanes';
import { Receipts } from './receipts';
import { ReceiverList } from './receivers';

const QUEUE_FULL = causeCode('queue-full');
const RATE_LIMITED = causeCode('rate-limited');

const MOST_KEPT = 1_000_000;
/** Retention and ages are looked at this often while there are visible messages. */
const LOOK_EVERY = 50_000;

const TIMER = { stored: 0, appears: 1, visible: 2, extend: 3, empty: 4, poll: 5, reconnect: 6, letter: 7, look: 8 };

/** Where a message is. */
const STATE = { coming: 1, delayed: 2, visible: 3, inFlight: 4, dead: 5 };

/** How long it takes to make a message visible again. */
const RELEASE_MICROS = 1000;

/** Tickets of messages that were deleted when they were received, and of probes. */
const FORGOTTEN = -2;
const PROBE = -4;

/** A receiver and its connection in one number. */
const RECEIVERS = 64;

const COUNTERS = [
  'sent',
  'received',
  'redelivered',
  'deleted',
  'lateDeletes',
  'emptyReceives',
  'duplicated',
  'deduplicated',
  'expired',
  'overReceived',
  'lost',
] as const;
type Counters = Record<(typeof COUNTERS)[number], MetricHandle>;

export class CloudQueue implements Behaviour {
  #config!: CloudQueueConfig;
  #up = false;
  #inFlight = 0;
  #delayed = 0;
  #dead = 0;
  #again = 0;
  #looking = false;
  /** Until when each message is hidden. */
  #hiddenUntil = new Float64Array(64);
  /** The timers of those in flight. */
  #timers = new Float64Array(64);
  readonly #context: Context;
  readonly #store: MessageStore;
  readonly #lanes: Lanes;
  readonly #receivers = new ReceiverList();
  readonly #receipts = new Receipts();
  readonly #letters: DeadLetters;
  /** Requests whose messages were stored of late. */
  readonly #sent = new RecentKeys();
  readonly #sends: TokenBucket;
  readonly #luck: RandomStream;
  readonly #counters: Counters;
  readonly #visible: MetricHandle;
  readonly #hidden: MetricHandle;
  readonly #waiting: MetricHandle;
  readonly #age: MetricHandle;
  readonly #serve = (link: Link, receiver: number): void => this.#give(link, receiver);
  readonly #askAgain = (connection: number, receiver: number): void => this.#ask(connection, receiver);

  constructor(config: CloudQueueConfig, context: Context) {
    this.#context = context;
    this.#store = new MessageStore(context);
    this.#lanes = new Lanes(this.#store);
    this.#letters = new DeadLetters(context, this.#store, TIMER.letter, false);
    this.#sends = new TokenBucket(config.sendsPerSecond, config.sendsPerSecond, context.now);
    this.#luck = context.random('duplicates');
    this.#counters = Object.fromEntries(COUNTERS.map((id) => [id, context.counter(id)])) as Counters;
    this.#visible = context.gauge('visible');
    this.#hidden = context.gauge('inFlight');
    this.#waiting = context.gauge('delayed');
    this.#age = context.gauge('oldestMessageAgeMs');
    this.#config = config;
    this.#sortIn();
  }

  /** What is hidden stays hidden for a full timeout; a managed service loses nothing. */
  start(): void {
    this.#up = true;
    const store = this.#store;
    for (let message = 0; message < store.used; message++) {
      const state = store.state(message);
      if (state === STATE.inFlight) this.#hide(message);
      else if (state === STATE.delayed) this.#after(this.#config.delaySeconds, TIMER.appears, message);
      else if (state === STATE.dead && this.#letters.connected) this.#letters.send(message);
      else if (state === STATE.dead) this.#appear(message);
    }
    this.#receivers.eachPausing(this.#askAgain);
    this.#pump();
    this.#look();
  }

  configure(config: CloudQueueConfig): void {
    const { type, groups } = this.#config;
    this.#config = config;
    this.#sends.configure(config.sendsPerSecond, config.sendsPerSecond, this.#context.now);
    if (config.type !== type || config.groups !== groups) this.#sortIn();
    this.#pump();
  }

  rewire(): void {
    const { outgoing } = this.#context;
    this.#receivers.rewire(outgoing.filter(({ meaning }) => meaning === 'deliver'));
    this.#letters.rewire(outgoing.filter(({ meaning }) => meaning === 'publish'));
    if (this.#up) this.#receivers.eachPausing(this.#askAgain);
    this.#pump();
  }

  // — sending —

  arrive(call: CallId): void {
    const context = this.#context;
    if (this.#config.type === 'fifo' && !this.#sends.take(context.now)) context.fail(call, RATE_LIMITED);
    else if (this.#store.length >= MOST_KEPT) context.fail(call, QUEUE_FULL);
    else {
      context.began(call);
      const message = this.#store.add(call, STATE.coming);
      context.after(context.work(fromMs(this.#config.storeMs)), PRIORITY.completion, TIMER.stored, message);
    }
  }

  #stored(message: MessageId): void {
    const context = this.#context;
    const store = this.#store;
    context.succeed(store.call(message));
    store.setCall(message, NO_CALL);
    if (this.#isRepeated(message)) {
      context.count(this.#counters.deduplicated);
      store.drop(message);
      return;
    }
    context.count(this.#counters.sent);
    if (this.#config.delaySeconds === 0) this.#appear(message);
    else {
      store.setState(message, STATE.delayed);
      this.#delayed++;
      this.#after(this.#config.delaySeconds, TIMER.appears, message);
    }
  }

  #isRepeated(message: MessageId): boolean {
    if (this.#config.type !== 'fifo') return false;
    const { now } = this.#context;
    this.#sent.forget(now - this.#config.dedupSeconds * MICROS_PER_SECOND);
    return !this.#sent.add(this.#store.root(message), now);
  }

  #appear(message: MessageId): void {
    this.#store.setState(message, STATE.visible);
    this.#lanes.put(message);
    this.#look();
  }

  // — receiving —

  /** Hands out what there is to those who ask. */
  #pump(): void {
    while (this.#up && this.#mayGive && this.#receivers.next(this.#serve));
    this.#report();
  }

  get #mayGive(): boolean {
    return this.#inFlight < this.#config.maxInFlight && this.#lanes.first() !== NO_MESSAGE;
  }

  /** One receive. */
  #give(link: Link, receiver: number): void {
    let given = 0;
    for (; given < link.config.batch && this.#mayGive; given++) this.#handOut(this.#lanes.take(), link, receiver);
    this.#context.cancel(this.#receivers.work(link.index, receiver, given));
  }

  #handOut(message: MessageId, { index, config }: Link, receiver: number): void {
    const context = this.#context;
    const store = this.#store;
    const received = store.returns(message) + 1;
    store.setReturns(message, received);
    context.count(this.#counters.received);
    if (received > 1) {
      context.count(this.#counters.redelivered);
      this.#again++;
    }
    const receipt = store.newReceipt(message);
    store.setHandedTo(message, index, receiver);
    const forgotten = config.acknowledge === 'on-delivery';
    const call = store.send(message, index, VERB.deliver, forgotten ? FORGOTTEN : message * 2);
    this.#receipts.note(call, receiver, receipt);
    this.#duplicateByItself(message);
    if (forgotten) {
      context.count(this.#counters.deleted);
      store.drop(message);
      return;
    }
    store.setState(message, STATE.inFlight);
    this.#inFlight++;
    this.#lanes.wentOut(message);
    this.#hide(message);
  }

  /** At least once: a copy may be left over. */
  #duplicateByItself(message: MessageId): void {
    const { type, duplicatePercent } = this.#config;
    const store = this.#store;
    if (type !== 'standard' || duplicatePercent === 0 || store.length >= MOST_KEPT) return;
    if (store.returns(message) > 1 || !this.#luck.chance(duplicatePercent / 100)) return;
    const copy = store.copy(message, STATE.visible);
    store.setHandedTo(copy, -1, 0);
    this.#context.count(this.#counters.duplicated);
    this.#appear(copy);
  }

  #hide(message: MessageId): void {
    const { visibilitySeconds, extend } = this.#config;
    if (message >= this.#timers.length) {
      const [times, timers] = [new Float64Array(this.#store.used * 2), new Float64Array(this.#store.used * 2)];
      times.set(this.#hiddenUntil);
      timers.set(this.#timers);
      this.#hiddenUntil = times;
      this.#timers = timers;
    }
    this.#hideFor(message, visibilitySeconds * MICROS_PER_SECOND);
    if (extend) this.#after(visibilitySeconds / 2, TIMER.extend, message, this.#store.receipt(message));
  }

  #hideFor(message: MessageId, micros: number): void {
    this.#hiddenUntil[message] = this.#context.now + micros;
    const receipt = this.#store.receipt(message);
    const wait = Math.max(1, Math.floor(micros + 0.5));
    this.#timers[message] = this.#context.alarm(wait, PRIORITY.timer, TIMER.visible, message, receipt);
  }

  /** Whether this receipt is still good. */
  #holds(message: MessageId, receipt: number): boolean {
    return this.#store.state(message) === STATE.inFlight && this.#store.receipt(message) === receipt;
  }

  #timedOut(message: MessageId, receipt: number): void {
    if (!this.#holds(message, receipt)) return;
    const left = this.#hiddenUntil[message]! - this.#context.now;
    if (left > 0) this.#hideFor(message, left);
    else this.#release(message);
  }

  /** Asks the consumer whether it is alive; if so, the timeout begins anew. */
  #askWhetherAlive(message: MessageId, receipt: number): void {
    if (!this.#holds(message, receipt)) return;
    const call = this.#context.send(this.#store.link(message), NO_CALL, VERB.probe, 0, 0, message * 2);
    this.#receipts.note(call, 0, receipt);
  }

  #alive(message: MessageId, receipt: number): void {
    if (!this.#holds(message, receipt)) return;
    const { visibilitySeconds } = this.#config;
    this.#hiddenUntil[message] = this.#context.now + visibilitySeconds * MICROS_PER_SECOND;
    this.#after(Math.max(0.001, visibilitySeconds / 2), TIMER.extend, message, receipt);
  }

  /** A message is visible again, unless it has been received too often or is too old. */
  #release(message: MessageId): void {
    const store = this.#store;
    this.#leaveFlight(message);
    const tooOld = store.time(message) + this.#config.retentionSeconds * MICROS_PER_SECOND <= this.#context.now;
    if (tooOld) this.#expire(message);
    else if (this.#letters.connected && store.returns(message) >= this.#config.maxReceiveCount) {
      this.#context.count(this.#counters.overReceived);
      this.#dead++;
      store.setState(message, STATE.dead);
      this.#letters.send(message);
    } else this.#appear(message);
  }

  #leaveFlight(message: MessageId): void {
    this.#inFlight--;
    this.#context.cancel(this.#timers[message]!);
    this.#lanes.cameBack(message);
    this.#store.newReceipt(message);
  }

  #expire(message: MessageId): void {
    this.#context.count(this.#counters.expired);
    this.#store.drop(message);
  }

  reply(call: CallId): void {
    const { calls } = this.#context;
    const ticket = calls.ticket(call);
    if (calls.isProbe(call)) {
      if (ticket === PROBE) this.#probed(call);
      else if (calls.cause(call) === OK) this.#alive(ticket >> 1, this.#receipts.receipt(call));
    } else if (isDeadLetter(ticket)) this.#letters.reply(call);
    else this.#ended(call, ticket);
    this.#pump();
  }

  /** The work on a message has ended. */
  #ended(call: CallId, ticket: number): void {
    const { calls } = this.#context;
    const receiver = this.#receipts.receiver(call);
    const cause = calls.cause(call);
    const gone = cause !== OK && this.#watchConsumer(call);
    if (ticket === FORGOTTEN) {
      if (cause !== OK) this.#context.count(this.#counters.lost);
    } else {
      const message = ticket >> 1;
      const holds = this.#holds(message, this.#receipts.receipt(call));
      if (cause === OK) this.#delete(message, holds);
      else if (holds) this.#failed(message, gone, cause);
    }
    const connection = calls.connection(call);
    if (this.#receivers.done(connection, receiver)) this.#ask(connection, receiver);
  }

  #delete(message: MessageId, holds: boolean): void {
    if (!holds) {
      this.#context.count(this.#counters.lateDeletes);
      return;
    }
    this.#context.count(this.#counters.deleted);
    this.#leaveFlight(message);
    this.#store.drop(message);
  }

  #failed(message: MessageId, gone: boolean, cause: number): void {
    // Nobody was there to receive it.
    if (gone && cause === REFUSED) {
      this.#store.setReturns(message, this.#store.returns(message) - 1);
      this.#release(message);
    } else if (!gone && this.#config.onFailure === 'release') {
      this.#context.cancel(this.#timers[message]!);
      this.#hideFor(message, RELEASE_MICROS);
    }
  }

  // — polling —

  #ask(connection: number, receiver: number): void {
    const turn = this.#receivers.ask(connection, receiver);
    if (turn < 0) return;
    const packed = connection * RECEIVERS + receiver;
    const { waitSeconds } = this.#config;
    if (waitSeconds > 0) {
      this.#receivers.setTimer(connection, receiver, this.#after(waitSeconds, TIMER.empty, packed, turn));
      this.#pump();
      return;
    }
    this.#pump();
    this.#empty(packed, turn);
  }

  /** A receive ends with nothing. */
  #empty(packed: number, turn: number): void {
    const receiver = packed % RECEIVERS;
    const connection = (packed - receiver) / RECEIVERS;
    if (!this.#receivers.isAsking(connection, receiver, turn)) return;
    this.#context.count(this.#counters.emptyReceives);
    this.#receivers.pause(connection, receiver);
    this.#context.after(fromMs(this.#config.pollMs), PRIORITY.timer, TIMER.poll, packed);
  }

  #poll(packed: number): void {
    const receiver = packed % RECEIVERS;
    const connection = (packed - receiver) / RECEIVERS;
    if (this.#receivers.isPausing(connection, receiver)) this.#ask(connection, receiver);
  }

  /** Whether the outcome says that nobody is at the other end. If so, nobody asks until somebody is back. */
  #watchConsumer(call: CallId): boolean {
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

  #probed(call: CallId): void {
    const { calls } = this.#context;
    const connection = calls.connection(call);
    if (calls.cause(call) === OK) {
      this.#receivers.comeBack(connection);
      this.#receivers.eachPausing(this.#askAgain);
    } else if (this.#receivers.isAway(connection)) this.#reconnectLater(connection);
  }

  timer(type: number, a: number, b: number): void {
    switch (type) {
      case TIMER.stored:
        this.#stored(a);
        break;
      case TIMER.appears:
        this.#delayed--;
        this.#appear(a);
        break;
      case TIMER.visible:
        this.#timedOut(a, b);
        break;
      case TIMER.extend:
        this.#askWhetherAlive(a, b);
        break;
      case TIMER.empty:
        this.#empty(a, b);
        break;
      case TIMER.poll:
        this.#poll(a);
        break;
      case TIMER.reconnect:
        if (this.#receivers.isAway(a)) this.#context.send(a, NO_CALL, VERB.probe, 0, 0, PROBE);
        break;
      case TIMER.letter:
        if (!this.#letters.retry(a, b)) this.#appear(a);
        break;
      case TIMER.look:
        this.#looking = false;
        this.#look();
    }
    this.#pump();
  }

  crash(): void {
    this.#up = this.#looking = false;
    this.#receivers.clear();
    const store = this.#store;
    // Their senders have been told.
    for (let message = 0; message < store.used; message++) {
      if (store.state(message) === STATE.coming) store.drop(message);
    }
  }

  /** Puts all messages into lanes anew. */
  #sortIn(): void {
    const { type, groups } = this.#config;
    const store = this.#store;
    this.#lanes.configure(type === 'fifo' ? groups : 1, type === 'fifo');
    const visible: MessageId[] = [];
    for (let message = 0; message < store.used; message++) {
      if (store.state(message) === STATE.visible) visible.push(message);
      else if (store.state(message) === STATE.inFlight) this.#lanes.wentOut(message);
    }
    visible.sort((one, other) => store.serial(one) - store.serial(other));
    for (const message of visible) this.#lanes.put(message);
  }

  /** Deletes what is too old, and reads the age of the oldest. */
  #look(): void {
    if (this.#looking || !this.#up) return;
    const { now } = this.#context;
    const store = this.#store;
    const retention = this.#config.retentionSeconds * MICROS_PER_SECOND;
    let oldest = this.#lanes.oldest();
    while (oldest !== NO_MESSAGE && store.time(oldest) + retention <= now) {
      this.#lanes.removeFirst(oldest);
      this.#expire(oldest);
      oldest = this.#lanes.oldest();
    }
    this.#context.level(this.#age, oldest === NO_MESSAGE ? 0 : toMs(now - store.time(oldest)));
    if (oldest === NO_MESSAGE) return;
    this.#looking = true;
    this.#context.after(LOOK_EVERY, PRIORITY.control, TIMER.look);
  }

  #after(seconds: number, type: number, a: number, b = 0): EventHandle {
    return this.#context.alarm(fromMs(seconds * 1000), PRIORITY.timer, type, a, b);
  }

  face(writer: FaceWriter): void {
    const { length } = this.#lanes;
    const which = this.#receivers.count === 0 ? 1 : this.#receivers.allAway ? 2 : 0;
    writer.put(which);
    writer.put(length);
    if (which === 0) writer.put(this.#inFlight);
    writer.put(length);
    writer.put(0);
    writer.put(this.#inFlight);
    writer.put(this.#config.maxInFlight);
    const oldest = this.#lanes.oldest();
    const age = oldest === NO_MESSAGE ? 0 : this.#context.now - this.#store.time(oldest);
    writer.put(this.#dead > 0 ? 1 : 0);
    writer.put(Math.round(age / 100_000) / 10);
    writer.put(this.#dead > 0 ? this.#dead : this.#again);
  }

  #report(): void {
    const context = this.#context;
    context.busy(this.#inFlight, this.#config.maxInFlight);
    context.level(this.#visible, this.#lanes.length);
    context.level(this.#hidden, this.#inFlight);
    context.level(this.#waiting, this.#delayed);
  }
}

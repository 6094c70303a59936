import type { Behaviour, Context, Link, MetricHandle } from '../../engine/behaviour';
import { type CallId, NO_CALL } from '../../engine/calls';
import { PRIORITY } from '../../engine/event-queue';
import type { RandomStream } from '../../engine/random';
import { DeadLetters, isDeadLetter } from '../../engine/resources/dead-letters';
import { type MessageId, MessageStore, NO_MESSAGE } from '../../engine/resources/message-store';
import { RecentKeys } from '../../engine/resources/recent-keys';
import { TokenBucket } from '../../engine/resources/token-bucket';
import type { FaceWriter } from '../../model/face';
import { VERB } from '../../model/meaning';
import { causeCode, OK, REFUSED } from '../../model/outcome';
import { fromMs, MICROS_PER_SECOND, toMs } from '../../model/units';
import type { CloudQueueConfig } from './fields';
import { Lanes } from './lanes';
import { afterSeconds, cloudQueueCounters, type Counters, STATE, TIMER } from './parts';
import { Polling, PROBE } from './polling';
import { Receipts } from './receipts';
import { Visibility } from './visibility';

const QUEUE_FULL = causeCode('queue-full');
const RATE_LIMITED = causeCode('rate-limited');

const MOST_KEPT = 1_000_000;
/** Retention and ages are looked at this often while there are visible messages. */
const LOOK_EVERY = 50_000;

/** The ticket of messages that were deleted when they were received. */
const FORGOTTEN = -2;

export class CloudQueue implements Behaviour {
  #config!: CloudQueueConfig;
  #up = false;
  #delayed = 0;
  #dead = 0;
  #again = 0;
  #looking = false;
  readonly #context: Context;
  readonly #store: MessageStore;
  readonly #lanes: Lanes;
  readonly #receipts = new Receipts();
  readonly #visibility: Visibility;
  readonly #polling: Polling;
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

  constructor(config: CloudQueueConfig, context: Context) {
    this.#context = context;
    this.#store = new MessageStore(context);
    this.#lanes = new Lanes(this.#store);
    this.#letters = new DeadLetters(context, this.#store, TIMER.letter, false);
    this.#sends = new TokenBucket(config.sendsPerSecond, config.sendsPerSecond, context.now);
    this.#luck = context.random('duplicates');
    this.#counters = cloudQueueCounters(context);
    this.#visible = context.gauge('visible');
    this.#hidden = context.gauge('inFlight');
    this.#waiting = context.gauge('delayed');
    this.#age = context.gauge('oldestMessageAgeMs');
    this.#config = config;
    this.#visibility = new Visibility(config, context, this.#store, this.#receipts);
    this.#polling = new Polling(config, context, this.#counters.emptyReceives, () => this.#pump());
    this.#sortIn();
  }

  /** What is hidden stays hidden for a full timeout; a managed service loses nothing. */
  start(): void {
    this.#up = true;
    const store = this.#store;
    for (let message = 0; message < store.used; message++) {
      const state = store.state(message);
      if (state === STATE.inFlight) this.#visibility.hide(message);
      else if (state === STATE.delayed) afterSeconds(this.#context, this.#config.delaySeconds, TIMER.appears, message);
      else if (state === STATE.dead && this.#letters.connected) this.#letters.send(message);
      else if (state === STATE.dead) this.#appear(message);
    }
    this.#polling.resume();
    this.#pump();
    this.#look();
  }

  configure(config: CloudQueueConfig): void {
    const { type, groups } = this.#config;
    this.#config = config;
    this.#visibility.configure(config);
    this.#polling.configure(config);
    this.#sends.configure(config.sendsPerSecond, config.sendsPerSecond, this.#context.now);
    if (config.type !== type || config.groups !== groups) this.#sortIn();
    this.#pump();
  }

  rewire(): void {
    const { outgoing } = this.#context;
    this.#polling.rewire(outgoing.filter(({ meaning }) => meaning === 'deliver'));
    this.#letters.rewire(outgoing.filter(({ meaning }) => meaning === 'publish'));
    if (this.#up) this.#polling.resume();
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
      afterSeconds(this.#context, this.#config.delaySeconds, TIMER.appears, message);
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
    while (this.#up && this.#mayGive && this.#polling.next(this.#serve));
    this.#report();
  }

  get #mayGive(): boolean {
    return this.#visibility.inFlight < this.#config.maxInFlight && this.#lanes.first() !== NO_MESSAGE;
  }

  /** One receive. */
  #give(link: Link, receiver: number): void {
    let given = 0;
    for (; given < link.config.batch && this.#mayGive; given++) this.#handOut(this.#lanes.take(), link, receiver);
    this.#polling.got(link.index, receiver, given);
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
    this.#lanes.wentOut(message);
    this.#visibility.begin(message);
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
    this.#visibility.end(message);
    this.#lanes.cameBack(message);
  }

  #expire(message: MessageId): void {
    this.#context.count(this.#counters.expired);
    this.#store.drop(message);
  }

  reply(call: CallId): void {
    const { calls } = this.#context;
    const ticket = calls.ticket(call);
    if (calls.isProbe(call)) {
      if (ticket === PROBE) this.#polling.probed(call);
      else if (calls.cause(call) === OK) this.#visibility.alive(ticket >> 1, this.#receipts.receipt(call));
    } else if (isDeadLetter(ticket)) this.#letters.reply(call);
    else this.#ended(call, ticket);
    this.#pump();
  }

  /** The work on a message has ended. */
  #ended(call: CallId, ticket: number): void {
    const { calls } = this.#context;
    const receiver = this.#receipts.receiver(call);
    const cause = calls.cause(call);
    const gone = cause !== OK && this.#polling.consumerGone(call);
    if (ticket === FORGOTTEN) {
      if (cause !== OK) this.#context.count(this.#counters.lost);
    } else {
      const message = ticket >> 1;
      const holds = this.#visibility.holds(message, this.#receipts.receipt(call));
      if (cause === OK) this.#delete(message, holds);
      else if (holds) this.#failed(message, gone, cause);
    }
    this.#polling.done(calls.connection(call), receiver);
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
    } else if (!gone && this.#config.onFailure === 'release') this.#visibility.endSoon(message);
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
        if (this.#visibility.timedOut(a, b)) this.#release(a);
        break;
      case TIMER.extend:
        this.#visibility.askWhetherAlive(a, b);
        break;
      case TIMER.empty:
        this.#polling.empty(a, b);
        break;
      case TIMER.poll:
        this.#polling.poll(a);
        break;
      case TIMER.reconnect:
        this.#polling.reconnect(a);
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
    this.#polling.crash();
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

  audit(): void {
    this.#store.audit({
      visible: { state: STATE.visible, count: this.#lanes.length },
      delayed: { state: STATE.delayed, count: this.#delayed },
      'in flight': { state: STATE.inFlight, count: this.#visibility.inFlight },
    });
  }

  face(writer: FaceWriter): void {
    const { length } = this.#lanes;
    const which = this.#polling.count === 0 ? 1 : this.#polling.allAway ? 2 : 0;
    writer.put(which);
    writer.put(length);
    if (which === 0) writer.put(this.#visibility.inFlight);
    writer.put(length);
    writer.put(0);
    writer.put(this.#visibility.inFlight);
    writer.put(this.#config.maxInFlight);
    const oldest = this.#lanes.oldest();
    const age = oldest === NO_MESSAGE ? 0 : this.#context.now - this.#store.time(oldest);
    writer.put(this.#dead > 0 ? 1 : 0);
    writer.put(Math.round(age / 100_000) / 10);
    writer.put(this.#dead > 0 ? this.#dead : this.#again);
  }

  #report(): void {
    const context = this.#context;
    context.busy(this.#visibility.inFlight, this.#config.maxInFlight);
    context.level(this.#visible, this.#lanes.length);
    context.level(this.#hidden, this.#visibility.inFlight);
    context.level(this.#waiting, this.#delayed);
  }
}

import type { Behaviour, Context, MetricHandle } from '../../engine/behaviour';
import { type CallId, NO_CALL } from '../../engine/calls';
import { PRIORITY } from '../../engine/event-queue';
import { RecordLog } from '../../engine/resources/record-log';
import { Slots } from '../../engine/resources/slots';
import { MEASURE, measuredWhat, UNKNOWN } from '../../model/measures';
import type { FaceWriter } from '../../model/face';
import { VERB } from '../../model/meaning';
import { causeCode, OK, REFUSED, RESET, TIMEOUT } from '../../model/outcome';
import { fromMs, toMs } from '../../model/units';
import { BACKING_OFF, ConsumerGroup, IN_FLIGHT } from './consumer-group';
import { type KafkaConfig } from './fields';

const QUEUE_FULL = causeCode('queue-full');

/** Records kept for the slowest group; beyond that the disk is full. */
const MOST_KEPT = 5_000_000;

const APPENDED = 0;
const REPLICATED = 1;
const RETRY = 2;
const LOOK_AT_AGE = 3;

/** Ages rise between events, so the gauge is read this often while there are records to deliver. */
const AGE_EVERY = 50_000;

/** A fixed hash, so that a key stays with its partition: the finaliser of MurmurHash3, which Kafka's own ends with. */
export function partitionOf(key: number, partitions: number): number {
  let hash = key | 0;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) % partitions;
}

export class Kafka implements Behaviour {
  #config!: KafkaConfig;
  #up = false;
  #kept = 0;
  /** Records that nobody waits for, on their way to the log. */
  #unanswered = 0;
  #watchingAge = false;
  readonly #context: Context;
  readonly #threads = new Slots(1, 0);
  /** One for each partition; those beyond the configured number only drain. */
  readonly #logs: RecordLog[] = [];
  #groups: ConsumerGroup[] = [];
  readonly #published: MetricHandle;
  readonly #delivered: MetricHandle;
  readonly #redelivered: MetricHandle;
  readonly #skipped: MetricHandle;
  readonly #lost: MetricHandle;
  readonly #lag: MetricHandle;
  readonly #age: MetricHandle;

  constructor(config: KafkaConfig, context: Context) {
    this.#context = context;
    this.#published = context.counter('published');
    this.#delivered = context.counter('delivered');
    this.#redelivered = context.counter('redelivered');
    this.#skipped = context.counter('skipped');
    this.#lost = context.counter('lost');
    this.#lag = context.gauge('lag');
    this.#age = context.gauge('oldestMessageAgeMs');
    this.#adopt(config);
  }

  start(): void {
    this.#up = true;
    this.#report();
    this.#pumpAll();
    this.#watchAge();
  }

  configure(config: KafkaConfig): void {
    this.#adopt(config);
    for (let item = this.#threads.admit(); item !== -1; item = this.#threads.admit()) this.#begin(item);
    this.#report();
    this.#pumpAll();
  }

  /** Each outgoing connection is a group. A new one starts at the end; one that is gone is forgotten. */
  rewire(): void {
    this.#groups = this.#context.outgoing.map((link) => {
      const known = this.#groups.find((group) => group.link.index === link.index);
      if (known) known.relink(link);
      return known ?? new ConsumerGroup(link);
    });
    this.#fit();
    this.#levelLag();
    this.#pumpAll();
  }

  arrive(call: CallId): void {
    const { calls } = this.#context;
    if (this.#config.acks === '0') {
      // Answered before it is stored, so only its key goes on: as −2 − key, which no call looks like.
      const key = calls.key(call);
      this.#context.began(call);
      this.#context.succeed(call);
      this.#unanswered++;
      this.#offer(-2 - key);
    } else this.#offer(call);
    this.#report();
  }

  timer(type: number, a: number, b: number): void {
    switch (type) {
      case APPENDED:
        this.#appended(a);
        break;
      case REPLICATED:
        this.#store(a);
        break;
      case RETRY:
        this.#retry(a, b);
        break;
      case LOOK_AT_AGE:
        this.#watchingAge = false;
        this.#watchAge();
    }
  }

  /** A delivery has ended. */
  reply(call: CallId): void {
    const context = this.#context;
    const { calls } = context;
    const group = this.#group(calls.connection(call));
    const partition = calls.ticket(call);
    if (!group || group.state[partition] !== IN_FLIGHT) return;
    const cause = calls.cause(call);
    if (cause === OK) {
      context.count(this.#delivered);
      this.#commit(group, partition);
      return;
    }
    // A consumer that is down or out of reach has not tried: the record waits for it, however long.
    const consumer = group.link.peer.index;
    const down = calls.origin(call) === consumer && (cause === REFUSED || cause === RESET);
    const silent = calls.origin(call) === context.self && cause === TIMEOUT;
    if (!down && !silent && ++group.failed[partition]! >= group.link.config.attempts) {
      context.count(this.#skipped);
      this.#commit(group, partition);
      return;
    }
    group.backOff(partition, !(down && cause === REFUSED));
    context.after(fromMs(this.#config.redeliveryMs), PRIORITY.timer, RETRY, group.link.index, partition);
  }

  /** The logs are on disk; what was only in memory is lost. */
  crash(): void {
    this.#up = false;
    this.#threads.clear();
    this.#context.count(this.#lost, this.#unanswered);
    this.#unanswered = 0;
    for (const group of this.#groups) group.forget();
    this.#watchingAge = false;
  }

  /** What waits are records not yet consumed. */
  measure(key: number): number {
    return measuredWhat(key) === MEASURE.waiting ? this.#greatestLag() : UNKNOWN;
  }

  face(writer: FaceWriter): void {
    const groups = this.#groups;
    writer.put(groups.length > 0 ? 1 : 0);
    if (groups.length > 0) writer.put(this.#greatestLag());
    writer.put(this.#logs.length);
    writer.put(groups.length);
    this.#logs.forEach((log, partition) => {
      for (const group of groups) writer.put(log.end - group.next[partition]!);
    });
  }

  #adopt(config: KafkaConfig): void {
    this.#config = config;
    this.#threads.total = config.ioThreads;
    this.#threads.limit = config.queueLimit;
    while (this.#logs.length < config.partitions) this.#logs.push(new RecordLog());
    this.#fit();
  }

  // — publishing —

  #offer(item: number): void {
    switch (this.#threads.offer(item)) {
      case 'starts':
        this.#begin(item);
        break;
      case 'full':
        this.#turnAway(item);
        break;
      case 'waits':
    }
  }

  #begin(item: number): void {
    if (item >= 0) this.#context.began(item);
    this.#context.after(this.#context.work(this.#config.appendMicros), PRIORITY.completion, APPENDED, item);
  }

  #appended(item: number): void {
    if (item < 0 || this.#config.acks !== 'all') this.#store(item);
    else this.#context.after(fromMs(this.#config.replicationMs), PRIORITY.completion, REPLICATED, item);
    const next = this.#threads.release();
    if (next !== -1) this.#begin(next);
    this.#report();
  }

  /** The record is in the log for good, and consumers may have it. */
  #store(item: number): void {
    const context = this.#context;
    if (this.#kept >= MOST_KEPT) {
      this.#turnAway(item);
      return;
    }
    const key = item >= 0 ? context.calls.key(item) : -2 - item;
    const partition = partitionOf(key, this.#config.partitions);
    const log = this.#logs[partition]!;
    context.count(this.#published);
    if (item >= 0) context.succeed(item);
    else this.#unanswered--;
    if (this.#groups.length === 0) {
      log.pass();
      return;
    }
    log.append(key, context.now);
    this.#kept++;
    for (const group of this.#groups) {
      group.lag++;
      this.#pump(group, partition % group.members);
    }
    this.#levelLag();
    this.#watchAge();
  }

  #turnAway(item: number): void {
    if (item >= 0) this.#context.fail(item, QUEUE_FULL);
    else {
      this.#unanswered--;
      this.#context.count(this.#lost);
    }
  }

  // — delivering —

  #group(connection: number): ConsumerGroup | undefined {
    for (const group of this.#groups) if (group.link.index === connection) return group;
    return undefined;
  }

  #pumpAll(): void {
    for (const group of this.#groups) {
      for (let member = 0; member < group.members; member++) this.#pump(group, member);
    }
  }

  /** Gives a member its next record, if it is free and there is one. */
  #pump(group: ConsumerGroup, member: number): void {
    if (!this.#up) return;
    const partition = group.choose(member, this.#logs);
    if (partition < 0) return;
    const key = this.#logs[partition]!.key(group.next[partition]!);
    if (group.again[partition]) this.#context.count(this.#redelivered);
    group.handOut(partition);
    this.#context.send(group.link.index, NO_CALL, VERB.deliver, 1, key, partition);
  }

  #retry(connection: number, partition: number): void {
    const group = this.#group(connection);
    if (!group || group.state[partition] !== BACKING_OFF) return;
    group.resume(partition);
    this.#pump(group, partition % group.members);
  }

  #commit(group: ConsumerGroup, partition: number): void {
    group.commit(partition);
    this.#drop(partition);
    if (this.#logs.length > this.#config.partitions) this.#fit();
    this.#levelLag();
    this.#pump(group, partition % group.members);
  }

  /** Records that every group is done with are dropped. */
  #drop(partition: number): void {
    const log = this.#logs[partition]!;
    let to = log.end;
    for (const group of this.#groups) to = Math.min(to, group.next[partition]!);
    const before = log.length;
    log.dropTo(to);
    this.#kept -= before - log.length;
  }

  /** Brings groups and partitions together; partitions beyond the configured number go when they are empty. */
  #fit(): void {
    for (const group of this.#groups) group.fit(this.#logs);
    for (let partition = 0; partition < this.#logs.length; partition++) this.#drop(partition);
    while (this.#logs.length > this.#config.partitions && this.#logs.at(-1)!.length === 0) this.#logs.pop();
    for (const group of this.#groups) group.fit(this.#logs);
  }

  // — gauges —

  #greatestLag(): number {
    let lag = 0;
    for (const group of this.#groups) lag = Math.max(lag, group.lag);
    return lag;
  }

  #levelLag(): void {
    this.#context.level(this.#lag, this.#greatestLag());
  }

  #watchAge(): void {
    if (this.#watchingAge) return;
    let oldest = this.#context.now;
    for (const log of this.#logs) if (log.length > 0) oldest = Math.min(oldest, log.time(log.start));
    this.#context.level(this.#age, toMs(this.#context.now - oldest));
    if (this.#kept === 0 || !this.#up) return;
    this.#watchingAge = true;
    this.#context.after(AGE_EVERY, PRIORITY.control, LOOK_AT_AGE);
  }

  #report(): void {
    this.#context.busy(this.#threads.busy, this.#config.ioThreads);
    this.#context.waiting(this.#threads.queue.length);
  }
}

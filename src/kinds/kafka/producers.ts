import type { Context, MetricHandle } from '../../engine/behaviour';
import { type CallId } from '../../engine/calls';
import { PRIORITY } from '../../engine/event-queue';
import type { RandomStream } from '../../engine/random';
import { causeCode, TIMEOUT } from '../../model/outcome';
import { fromMs } from '../../model/units';
import { type Batch, type BatchPool, FILLING, NOT_APPENDED, READY, SENT } from './batch';
import type { Brokers } from './brokers';
import type { KafkaConfig } from './fields';
import { NO_BROKER, type Partition } from './partition';
import { Producer } from './producer';

const QUEUE_FULL = causeCode('queue-full');
const NO_LEADER = causeCode('no-leader');

/** retry.backoff.ms: also how often a producer asks who leads. */
const BACKOFF = 100_000;
/** Timeouts of batches are looked after this often, while there are batches. */
const SWEEP = 100_000;

/** A fixed hash, so that a key stays with its partition: the finaliser of MurmurHash3, which Kafka's own ends with. */
export function partitionOf(key: number, partitions: number): number {
  let hash = key | 0;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) % partitions;
}

/** The producers' own timers. */
export interface ProducerTimers {
  readonly linger: number;
  readonly kick: number;
  readonly sweep: number;
}

/**
 * The producer library inside each publishing component: it gathers records into batches, one line of them for each
 * partition, sends a few at a time to the leaders, tries again, and gives up in the end.
 */
export class Producers {
  readonly #context: Context;
  readonly #pool: BatchPool;
  readonly #brokers: Brokers;
  readonly #partitions: readonly Partition[];
  readonly #timers: ProducerTimers;
  readonly #deliver: (batch: Batch, broker: number) => void;
  readonly #luck: RandomStream;
  readonly #lost: MetricHandle;
  readonly #batches: MetricHandle;
  readonly #retries: MetricHandle;
  readonly #producers: Producer[] = [];
  /** Producer by incoming connection. */
  readonly #byConnection: number[] = [];
  #config!: KafkaConfig;
  #linger = 0;
  #bufferBytes = 0;
  #sweeping = false;

  constructor(
    context: Context,
    pool: BatchPool,
    brokers: Brokers,
    partitions: readonly Partition[],
    timers: ProducerTimers,
    deliver: (batch: Batch, broker: number) => void,
  ) {
    this.#context = context;
    this.#pool = pool;
    this.#brokers = brokers;
    this.#partitions = partitions;
    this.#timers = timers;
    this.#deliver = deliver;
    this.#luck = context.random('sticky');
    this.#lost = context.counter('lost');
    this.#batches = context.counter('batches');
    this.#retries = context.counter('produceRetries');
  }

  configure(config: KafkaConfig): void {
    this.#config = config;
    this.#linger = fromMs(config.lingerMs);
    this.#bufferBytes = config.bufferKB * 1024;
  }

  /** Records in batches, and calls that wait for room. */
  get waiting(): number {
    let sum = 0;
    for (const { line } of this.#producers) sum += line.length;
    return sum;
  }

  accept(call: CallId): void {
    const producer = this.#producer(this.#context.calls.connection(call));
    if (producer.line.length > 0 || !this.#fits(producer, call)) producer.line.push(call, this.#context.now);
    else this.#take(producer, call);
    this.#keepSweeping();
  }

  timer(type: number, a: number, b: number): void {
    switch (type) {
      case this.#timers.linger: {
        const batch = this.#pool.of(a);
        if (batch?.state !== FILLING) return;
        batch.state = READY;
        this.#trySend(this.#producers[batch.producer]!, batch.partition);
        break;
      }
      case this.#timers.kick:
        this.#kick(a, b);
        break;
      case this.#timers.sweep:
        this.#sweeping = false;
        this.#sweep();
    }
  }

  #producer(connection: number): Producer {
    const index = this.#byConnection[connection];
    if (index !== undefined) return this.#producers[index]!;
    const producer = new Producer(this.#producers.length);
    this.#byConnection[connection] = producer.index;
    this.#producers.push(producer);
    return producer;
  }

  #fits(producer: Producer, call: CallId): boolean {
    return producer.bytes === 0 || producer.bytes + this.#context.calls.bytes(call) <= this.#bufferBytes;
  }

  /** A record joins the batch of its partition. */
  #take(producer: Producer, call: CallId): void {
    const context = this.#context;
    const { calls } = context;
    const key = calls.key(call);
    const bytes = calls.bytes(call);
    const root = calls.rootSerial(call);
    const about = calls.about(call);
    const partition = this.#choose(producer, key, bytes);
    const queue = producer.queue(partition);
    let batch = queue.at(-1);
    if (batch?.state === FILLING && batch.bytes + bytes > this.#config.batchBytes) {
      batch.state = READY;
      this.#trySend(producer, partition);
      batch = undefined;
    }
    if (batch?.state !== FILLING) {
      batch = this.#pool.take(producer.index, partition, producer.nextSequence(partition), context.now);
      queue.push(batch);
      producer.queued++;
      if (this.#linger > 0) context.after(this.#linger, PRIORITY.timer, this.#timers.linger, this.#pool.ticket(batch));
    }
    producer.bytes += bytes;
    if (this.#config.acks === '0') {
      // Answered before it is stored.
      context.began(call);
      context.succeed(call);
      batch.add(-1, key, bytes, root, about);
    } else batch.add(call, key, bytes, root, about);
    if (this.#linger > 0 && batch.bytes < this.#config.batchBytes) return;
    this.#trySend(producer, partition);
  }

  #choose(producer: Producer, key: number, bytes: number): number {
    const { partitions, partitioner, batchBytes } = this.#config;
    if (partitioner === 'key') return partitionOf(key, partitions);
    // KIP-794: a producer keeps to a partition until it has given it a batch's worth.
    if (producer.sticky >= partitions || producer.stickyBytes + bytes > batchBytes) {
      producer.sticky = this.#luck.integer(partitions);
      producer.stickyBytes = 0;
    }
    producer.stickyBytes += bytes;
    return producer.sticky;
  }

  /** Sends what is first in line for a partition, if its leader can take it. Returns whether it was sent. */
  #trySend(producer: Producer, index: number): boolean {
    const batch = producer.queue(index)[0];
    const { leader } = this.#partitions[index]!;
    if (!batch || leader === NO_BROKER || batch.notBefore > this.#context.now) return false;
    const complete = batch.state === READY || this.#linger === 0 || batch.bytes >= this.#config.batchBytes;
    if (!complete || producer.inFlight(leader) >= this.#config.maxInFlight || !this.#brokers.accepts(leader))
      return false;
    producer.queue(index).shift();
    producer.queued--;
    batch.state = SENT;
    batch.sentAt = this.#context.now;
    batch.target = leader;
    producer.takeOff(batch);
    this.#context.count(this.#batches);
    this.#deliver(batch, leader);
    return true;
  }

  /** A broker has room for more: partitions that it leads take turns. */
  #fill(producer: Producer, broker: number): void {
    if (producer.queued === 0) return;
    const count = this.#partitions.length;
    for (let tried = 0; tried < count && producer.inFlight(broker) < this.#config.maxInFlight; tried++) {
      const index = (producer.turn + 1 + tried) % count;
      if (this.#partitions[index]!.leader !== broker) continue;
      if (!this.#trySend(producer, index)) continue;
      producer.turn = index;
      tried = -1;
    }
  }

  /** The broker has answered: these records are stored as safely as was asked for. */
  acknowledged(batch: Batch): void {
    for (let i = 0; i < batch.count; i++) if (batch.calls[i]! >= 0) this.#context.succeed(batch.calls[i]!);
    this.#finish(batch);
  }

  /** Without acknowledgement the producer is done with a batch when the leader has it; nobody learns more. */
  #finish(batch: Batch): void {
    const producer = this.#producers[batch.producer]!;
    const { target, bytes, state } = batch;
    if (state === SENT) producer.land(batch);
    producer.bytes -= bytes;
    this.#pool.release(batch);
    this.#admit(producer);
    if (state === SENT) this.#fill(producer, target);
  }

  #admit(producer: Producer): void {
    const { line } = producer;
    while (line.length > 0 && this.#fits(producer, line.first)) this.#take(producer, line.shift());
  }

  /** It could not be stored, for a reason that may pass: it goes back to the front of its line. */
  again(batch: Batch, trouble: number, backoff = BACKOFF): void {
    const producer = this.#producers[batch.producer]!;
    batch.trouble = trouble;
    // Records from before acks was set to 0 are still owed an answer.
    if (this.#config.acks === '0' && !batch.awaited) {
      // Nobody hears of it, so nobody tries again.
      this.#context.count(this.#lost, batch.count);
      this.#finish(batch);
      return;
    }
    this.#context.count(this.#retries);
    producer.land(batch);
    this.#stopWaiting(batch);
    this.#pool.restamp(batch);
    batch.state = READY;
    batch.notBefore = this.#context.now + backoff;
    const queue = producer.queue(batch.partition);
    let at = 0;
    while (at < queue.length && queue[at]!.sequence < batch.sequence) at++;
    queue.splice(at, 0, batch);
    producer.queued++;
    this.#context.after(backoff, PRIORITY.timer, this.#timers.kick, producer.index, batch.partition);
    this.#keepSweeping();
  }

  /** What has been appended may still reach all replicas; the producer just does not hear of it. */
  #stopWaiting(batch: Batch): void {
    if (batch.base === NOT_APPENDED) return;
    const { waiting } = this.#partitions[batch.partition]!;
    const at = waiting.indexOf(batch);
    if (at >= 0) waiting.splice(at, 1);
  }

  /** It cannot be stored at all. */
  failed(batch: Batch, cause: number): void {
    for (let i = 0; i < batch.count; i++) {
      if (batch.calls[i]! >= 0) this.#context.fail(batch.calls[i]!, cause);
      else this.#context.count(this.#lost);
    }
    this.#finish(batch);
  }

  #kick(producer: number, partition: number): void {
    const known = this.#producers[producer];
    if (!known) return;
    while (this.#trySend(known, partition));
  }

  /** A partition has a leader that can be reached: producers find out when they ask next. */
  leaderFound(partition: number): void {
    for (const producer of this.#producers) {
      if (producer.queue(partition).length === 0) continue;
      this.#context.after(BACKOFF, PRIORITY.timer, this.#timers.kick, producer.index, partition);
    }
  }

  /** Whether an earlier batch of the same producer and partition is missing. */
  isEarly(batch: Batch): boolean {
    return this.#producers[batch.producer]!.isEarly(batch);
  }

  /** The connection to a broker broke. */
  disconnected(broker: number): void {
    for (const batch of this.#pool.all) {
      if (batch.state === SENT && batch.target === broker) this.again(batch, NO_LEADER);
    }
  }

  // — timeouts —

  #keepSweeping(): void {
    if (this.#sweeping) return;
    this.#sweeping = true;
    this.#context.after(SWEEP, PRIORITY.timer, this.#timers.sweep);
  }

  #sweep(): void {
    const now = this.#context.now;
    const { requestTimeoutMs, deliveryTimeoutMs, maxBlockMs } = this.#config;
    for (const batch of this.#pool.all) {
      if (batch.state === SENT) {
        if (now - batch.sentAt >= fromMs(requestTimeoutMs)) this.again(batch, TIMEOUT, 0);
      } else if (batch.state === READY || batch.state === FILLING)
        this.#giveUpLate(batch, now - fromMs(deliveryTimeoutMs));
    }
    for (const { line } of this.#producers) {
      while (line.firstSince <= now - fromMs(maxBlockMs)) this.#context.fail(line.shift(), QUEUE_FULL);
    }
    if (this.#pool.inUse > 0 || this.waiting > 0) this.#keepSweeping();
  }

  #giveUpLate(batch: Batch, before: number): void {
    if (batch.createdAt > before) return;
    const producer = this.#producers[batch.producer]!;
    const queue = producer.queue(batch.partition);
    queue.splice(queue.indexOf(batch), 1);
    producer.queued--;
    this.failed(batch, batch.trouble === 0 ? NO_LEADER : batch.trouble);
  }

  /** The callers' processes live on, but the component as a whole is gone: their calls have been reset. */
  crash(): void {
    for (const batch of this.#pool.all) {
      if (batch.state === FILLING || batch.state === READY || batch.state === SENT) {
        for (let i = 0; i < batch.count; i++) if (batch.calls[i]! < 0) this.#context.count(this.#lost);
      }
    }
    this.#pool.clear();
    this.#producers.length = this.#byConnection.length = 0;
    this.#sweeping = false;
  }
}

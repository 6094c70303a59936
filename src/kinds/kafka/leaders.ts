import type { Context, MetricHandle } from '../../engine/behaviour';
import { causeCode } from '../../model/outcome';
import { type Batch, type BatchPool, FREE, NOT_APPENDED } from './batch';
import type { Brokers } from './brokers';
import { type KafkaConfig } from './fields';
import type { Partition } from './partition';
import { ACKNOWLEDGED, UNANSWERED, UNASKED } from './partition-log';
import type { Producers } from './producers';
import type { Replication } from './replication';

const NO_LEADER = causeCode('no-leader');
const NOT_ENOUGH = causeCode('not-enough-replicas');
const QUEUE_FULL = causeCode('queue-full');

/** Records kept for the slowest group; beyond that the disk is full. */
const MOST_KEPT = 5_000_000;

const MARKS = { all: UNANSWERED, '1': ACKNOWLEDGED, '0': UNASKED } as const;

/** What a leader does with a batch: it checks it, appends it, and says when it is safe. */
export class Leaders {
  readonly #context: Context;
  readonly #pool: BatchPool;
  readonly #brokers: Brokers;
  readonly #partitions: readonly Partition[];
  readonly #replication: Replication;
  readonly #producers: Producers;
  readonly #twice: MetricHandle;
  readonly #lost: MetricHandle;
  readonly #lostAcknowledged: MetricHandle;
  #config!: KafkaConfig;

  constructor(
    context: Context,
    pool: BatchPool,
    brokers: Brokers,
    partitions: readonly Partition[],
    replication: Replication,
    producers: Producers,
  ) {
    this.#context = context;
    this.#pool = pool;
    this.#brokers = brokers;
    this.#partitions = partitions;
    this.#replication = replication;
    this.#producers = producers;
    this.#twice = context.counter('storedTwice');
    this.#lost = context.counter('lost');
    this.#lostAcknowledged = context.counter('lostAcknowledged');
  }

  configure(config: KafkaConfig): void {
    this.#config = config;
  }

  /** A thread of a broker is done with a batch. */
  appended(batch: Batch, broker: number): void {
    const { acks, idempotent, minInsyncReplicas } = this.#config;
    const partition = this.#partitions[batch.partition]!;
    const { log, replicas } = partition;
    if (partition.leader !== broker) {
      this.#producers.again(batch, NO_LEADER);
      return;
    }
    if (acks === 'all' && partition.isr < Math.min(minInsyncReplicas, replicas.length)) {
      this.#producers.again(batch, NOT_ENOUGH);
      return;
    }
    // Brokers know a batch by the number its producer gave it: one that is here already is not appended again, and one
    // whose predecessor is missing has to wait for it.
    if (idempotent && batch.base !== NOT_APPENDED) {
      if (acks === 'all' && batch.base + batch.count > log.highWatermark) wait(partition, batch);
      else this.#acknowledge(partition, batch);
      return;
    }
    if (idempotent && this.#producers.isEarly(batch)) {
      this.#producers.again(batch, batch.trouble === 0 ? NO_LEADER : batch.trouble);
      return;
    }
    if (log.length + batch.count > MOST_KEPT / this.#partitions.length) {
      this.#producers.failed(batch, QUEUE_FULL);
      return;
    }
    if (batch.base !== NOT_APPENDED) this.#context.count(this.#twice, batch.count);
    this.#append(partition, batch);
  }

  #append(partition: Partition, batch: Batch): void {
    const { acks } = this.#config;
    const { log, leader } = partition;
    const { now } = this.#context;
    this.#replication.appending(partition);
    batch.base = log.end;
    const mark = MARKS[acks];
    const { keys, roots, sizes, abouts, count } = batch;
    for (let i = 0; i < count; i++) log.append(keys[i]!, roots[i]!, now, sizes[i]!, abouts[i]!, mark);
    if (acks === 'all') wait(partition, batch);
    else this.#producers.acknowledged(batch);
    if (partition.isr === 1) this.#replication.advance(partition);
    this.#replication.wake(leader);
  }

  #acknowledge({ log }: Partition, batch: Batch): void {
    log.acknowledge(Math.max(log.start, batch.base), batch.base + batch.count);
    this.#producers.acknowledged(batch);
  }

  /** The high watermark has moved. */
  advanced(partition: Partition): void {
    const { waiting, log } = partition;
    while (waiting.length > 0 && waiting[0]!.base + waiting[0]!.count <= log.highWatermark) {
      this.#acknowledge(partition, waiting.shift()!);
    }
  }

  /** The partition has another leader: the one before answers that it leads no more, unless it cannot. */
  replaced(partition: Partition, before: number): void {
    for (const batch of partition.waiting.slice()) {
      if (this.#brokers.serves(before)) this.#producers.again(batch, NO_LEADER);
    }
    partition.waiting.length = 0;
  }

  /** A frozen broker thaws: it answers what it should have answered long ago. */
  thawed(broker: number): void {
    for (const batch of this.#pool.all) {
      const partition = this.#partitions[batch.partition];
      if (batch.state === FREE || batch.target !== broker || batch.base === NOT_APPENDED || !partition) continue;
      if (partition.leader !== broker && !partition.waiting.includes(batch)) this.#producers.again(batch, NO_LEADER);
    }
  }

  /** Records from this offset on are taken back: only a leader that is gone had them. */
  losing({ log, index }: Partition, from: number): void {
    for (let offset = from; offset < log.end; offset++) {
      const mark = log.mark(offset);
      if (mark === ACKNOWLEDGED) this.#context.count(this.#lostAcknowledged);
      else if (mark === UNASKED) this.#context.count(this.#lost);
    }
    for (const batch of this.#pool.all) {
      if (batch.state !== FREE && batch.partition === index && batch.base + batch.count > from)
        batch.base = NOT_APPENDED;
    }
  }
}

/** In the order of the log. */
function wait({ waiting }: Partition, batch: Batch): void {
  let at = waiting.length;
  while (at > 0 && waiting[at - 1]!.base > batch.base) at--;
  waiting.splice(at, 0, batch);
}

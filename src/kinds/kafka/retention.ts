import type { Context } from '../../engine/behaviour';
import type { EventHandle } from '../../engine/event-queue';
import { PRIORITY } from '../../engine/event-queue';
import { fromMs } from '../../model/units';
import type { Consumers } from './consumers';
import type { KafkaConfig } from './fields';
import type { Partition } from './partition';

/** Records that everybody has read are kept for groups that come later: so many, all partitions together. */
const READ_KEPT = 500_000;
/** Expired records are looked for at most this often. */
const LEAST = 50_000;

/** Deletes what is too old or too much, read or not. */
export class Retention {
  readonly #context: Context;
  readonly #partitions: readonly Partition[];
  readonly #consumers: Consumers;
  readonly #timer: number;
  #micros = Infinity;
  #bytes = Infinity;
  #next: EventHandle | null = null;

  constructor(context: Context, timer: number, partitions: readonly Partition[], consumers: Consumers) {
    this.#context = context;
    this.#timer = timer;
    this.#partitions = partitions;
    this.#consumers = consumers;
  }

  configure({ retentionS, retentionKB }: KafkaConfig): void {
    this.#micros = fromMs(retentionS * 1000);
    this.#bytes = retentionKB === 0 ? Infinity : retentionKB * 1024;
    if (this.#next !== null) this.#context.cancel(this.#next);
    this.#next = null;
    this.arm();
  }

  /** The timers are gone with the process. */
  crash(): void {
    this.#next = null;
  }

  /** Sees to it that somebody looks when the oldest record expires. */
  arm(): void {
    if (this.#next !== null) return;
    let oldest = Infinity;
    for (const { log } of this.#partitions) if (log.length > 0) oldest = Math.min(oldest, log.time(log.start));
    if (oldest === Infinity) return;
    const micros = Math.max(LEAST, oldest + this.#micros - this.#context.now);
    this.#next = this.#context.alarm(micros, PRIORITY.control, this.#timer);
  }

  timer(): void {
    this.#next = null;
    const before = this.#context.now - this.#micros;
    for (const partition of this.#partitions) {
      const { log } = partition;
      let to = log.start;
      while (to < log.highWatermark && log.time(to) <= before) to++;
      this.#drop(partition, to);
    }
    this.arm();
  }

  /** There is more of a partition than before. */
  grown(partition: Partition): void {
    const { log } = partition;
    if (log.bytes > this.#bytes) {
      const spare = Math.ceil(((log.bytes - this.#bytes) / log.bytes) * log.length);
      this.#drop(partition, Math.min(log.highWatermark, log.start + spare));
    }
    if (log.length > READ_KEPT / this.#partitions.length) {
      let to = log.highWatermark;
      for (const { committed } of this.#consumers.groups) to = Math.min(to, committed[partition.index]!);
      log.dropTo(to);
    }
    this.arm();
  }

  #drop({ log, index }: Partition, to: number): void {
    if (to <= log.start) return;
    log.dropTo(to);
    this.#consumers.expired(index);
  }
}

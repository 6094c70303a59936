import type { Context, MetricHandle } from '../../engine/behaviour';
import { PRIORITY } from '../../engine/event-queue';
import { toMs } from '../../model/units';
import type { Brokers } from './brokers';
import type { ConsumerGroup } from './consumer-group';
import { NO_BROKER, type Partition } from './partition';

/** Ages rise between events, so gauges are read this often while there are records to read. */
const LOOK_EVERY = 50_000;

/** The levels that are shown of a topic: how far groups are behind, and which partitions lack a replica or a leader. */
export class Levels {
  #looking = false;
  readonly #context: Context;
  readonly #timer: number;
  readonly #brokers: Brokers;
  readonly #partitions: readonly Partition[];
  readonly #groups: readonly ConsumerGroup[];
  readonly #lag: MetricHandle;
  readonly #maxLag: MetricHandle;
  readonly #age: MetricHandle;
  readonly #underReplicated: MetricHandle;
  readonly #offline: MetricHandle;

  /** The owner hands its timer to `timer`. */
  constructor(
    context: Context,
    timer: number,
    brokers: Brokers,
    partitions: readonly Partition[],
    groups: readonly ConsumerGroup[],
  ) {
    this.#context = context;
    this.#timer = timer;
    this.#brokers = brokers;
    this.#partitions = partitions;
    this.#groups = groups;
    this.#lag = context.gauge('lag');
    this.#maxLag = context.gauge('maxLag');
    this.#age = context.gauge('oldestMessageAgeMs');
    this.#underReplicated = context.gauge('underReplicated');
    this.#offline = context.gauge('offline');
  }

  /** Records not yet consumed by the group that is furthest behind. */
  get greatestLag(): number {
    let lag = 0;
    for (const group of this.#groups) lag = Math.max(lag, group.lag);
    return lag;
  }

  /** Partitions whose leader does not work. */
  get withoutLeader(): number {
    return this.#count((partition) => !this.#brokers.serves(partition.leader));
  }

  lag(): void {
    this.#context.level(this.#lag, this.greatestLag);
  }

  replicas(): void {
    this.#context.level(
      this.#underReplicated,
      this.#count(({ isr, replicas }) => isr < replicas.length),
    );
    this.#context.level(
      this.#offline,
      this.#count(({ leader }) => leader === NO_BROKER || !this.#brokers.serves(leader)),
    );
  }

  #count(which: (partition: Partition) => boolean): number {
    let count = 0;
    for (const partition of this.#partitions) if (which(partition)) count++;
    return count;
  }

  timer(up: boolean): void {
    this.#looking = false;
    this.look(up);
  }

  /** Reads what rises by itself, and goes on while the brokers are up and there is any. */
  look(up: boolean): void {
    if (this.#looking) return;
    const { now } = this.#context;
    let oldest = now;
    let worst = 0;
    for (const { committed } of this.#groups) {
      for (const { log, index } of this.#partitions) {
        const lag = log.highWatermark - committed[index]!;
        if (lag > worst) worst = lag;
        if (lag > 0) oldest = Math.min(oldest, log.time(Math.max(log.start, committed[index]!)));
      }
    }
    this.#context.level(this.#age, toMs(now - oldest));
    this.#context.level(this.#maxLag, worst);
    if (worst === 0 || !up) return;
    this.#looking = true;
    this.#context.after(LOOK_EVERY, PRIORITY.control, this.#timer);
  }

  crash(): void {
    this.#looking = false;
  }
}

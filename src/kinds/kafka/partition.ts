import { must } from '../../engine/must';
import type { Batch } from './batch';
import { PartitionLog } from './partition-log';

export const NO_BROKER = -1;
const NOTHING = -1;

/**
 * A partition and its replicas. There is one log, that of the leader; a follower has a part of it from the beginning, up
 * to its own log end offset. What only a dead leader had is taken back when another one is elected, so this is enough.
 */
export class Partition {
  readonly index: number;
  readonly log = new PartitionLog();
  leader = NO_BROKER;
  /** Grows with every election. */
  epoch = 0;
  /** Brokers that keep a replica; the first is the preferred leader. What follows is by place in this list. */
  replicas: readonly number[] = [];
  readonly ends: number[] = [];
  readonly inSync: boolean[] = [];
  /** When the replica last had all that the leader had. */
  readonly caughtUpAt: number[] = [];
  /** What the fetch under way will bring it to, or −1, and when it does. */
  readonly fetching: number[] = [];
  readonly fetchedAt: number[] = [];
  /** How many replicas are in sync, the leader among them. */
  isr = 0;
  /** Appended, to be acknowledged when the high watermark has passed them; in order. */
  readonly waiting: Batch[] = [];

  constructor(index: number) {
    this.index = index;
  }

  /** Begins with these replicas, all of them with the whole log. Returns by how much the high watermark rises. */
  place(replicas: readonly number[], now: number): number {
    this.replicas = replicas;
    for (const list of [this.ends, this.inSync, this.caughtUpAt, this.fetching, this.fetchedAt]) list.length = 0;
    for (let place = 0; place < replicas.length; place++) {
      this.ends.push(this.log.end);
      this.inSync.push(true);
      this.caughtUpAt.push(now);
      this.fetching.push(NOTHING);
      this.fetchedAt.push(0);
    }
    this.isr = replicas.length;
    const by = this.log.end - this.log.highWatermark;
    this.log.highWatermark = this.log.end;
    return by;
  }

  /** @throws Error when something does not hold that must */
  audit(): void {
    const { log, ends, inSync, isr, leader, index } = this;
    const name = `in partition ${index}`;
    must(log.start <= log.highWatermark, `the log starts below its high watermark ${name}`);
    must(log.highWatermark <= log.end, `the high watermark is within the log ${name}`);
    must(isr === inSync.filter(Boolean).length, `${isr} replicas are in sync ${name}`);
    must(leader === NO_BROKER || inSync[this.placeOf(leader)] === true, `the leader is in sync ${name}`);
    for (let place = 0; place < ends.length; place++) {
      must(ends[place]! <= log.end, `no follower is ahead of the leader ${name}`);
      const has = this.replicas[place] === leader ? log.end : ends[place]!;
      must(!inSync[place] || has >= log.highWatermark, `who is in sync has what consumers may see ${name}`);
    }
  }

  placeOf(broker: number): number {
    return this.replicas.indexOf(broker);
  }

  /** Whether a follower lacks something the leader has. */
  get behind(): boolean {
    const { ends, replicas, leader, log } = this;
    for (let place = 0; place < ends.length; place++) {
      if (ends[place]! < log.end && replicas[place] !== leader) return true;
    }
    return false;
  }

  setInSync(place: number, inSync: boolean): void {
    if (this.inSync[place] === inSync) return;
    this.inSync[place] = inSync;
    this.isr += inSync ? 1 : -1;
  }

  /** Moves the high watermark to what all in-sync replicas have. Returns by how much. */
  advance(): number {
    const { ends, replicas, leader, log, inSync } = this;
    let to = log.end;
    for (let place = 0; place < ends.length; place++) {
      if (inSync[place]! && replicas[place] !== leader && ends[place]! < to) to = ends[place]!;
    }
    const by = to - log.highWatermark;
    if (by <= 0) return 0;
    log.highWatermark = to;
    return by;
  }
}

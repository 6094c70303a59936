import type { Link, MetricHandle } from '../../engine/behaviour';
import { must } from '../../engine/must';
import type { Member } from './member';
import type { Partition } from './partition';

/** States of a group, as its coordinator sees them. */
export const EMPTY = 0;
export const PREPARING = 1;
export const STABLE = 2;

/**
 * One consumer group: its members, who owns which partition, and how far it has come in each. The ledger knows what has
 * really been done, whatever was committed.
 */
export class ConsumerGroup {
  /** The number in the settings, or −1 − the connection that is a group of its own. */
  readonly id: number;
  links: Link[] = [];
  state = EMPTY;
  /** The rebalance ends now at the latest, or not before. */
  deadline = Infinity;
  notBefore = 0;
  /** Tells its timers apart. */
  stamp = 0;
  checkAt = Infinity;
  members: Member[] = [];
  /** Records not committed, below the high watermarks. */
  lag = 0;
  /** By partition: the owner, the committed offset, the next one to be polled. */
  readonly owners: (Member | null)[] = [];
  readonly committed: number[] = [];
  readonly position: number[] = [];
  /** The ledger, by partition: below this all is done; below this all was handed out once. */
  readonly done: number[] = [];
  readonly handedOut: number[] = [];

  constructor(id: number) {
    this.id = id;
  }

  /** The settings that must be common to a group are those of its first connection. */
  get eager(): boolean {
    return this.links[0]?.config.assignor === 'eager';
  }

  /** Follows the number of partitions. Returns whether it has changed. */
  fit(partitions: readonly Partition[]): boolean {
    const before = this.owners.length;
    while (this.owners.length > partitions.length) {
      const partition = this.owners.length - 1;
      this.give(partition, null);
      for (const list of [this.owners, this.committed, this.position, this.done, this.handedOut])
        list.length = partition;
    }
    while (this.owners.length < partitions.length) {
      const { log } = partitions[this.owners.length]!;
      const from = this.links[0]?.config.startAt === 'earliest' ? log.start : log.highWatermark;
      this.owners.push(null);
      for (const list of [this.committed, this.position, this.done, this.handedOut]) list.push(from);
      this.lag += log.highWatermark - from;
    }
    return before !== this.owners.length;
  }

  /** A partition changes hands. The new owner begins at the committed offset. */
  give(partition: number, to: Member | null): void {
    const from = this.owners[partition]!;
    if (from === to) return;
    if (from) from.owned.splice(from.owned.indexOf(partition), 1);
    this.owners[partition] = to;
    if (!to) return;
    to.owned.push(partition);
    to.owned.sort((a, b) => a - b);
    this.position[partition] = this.committed[partition]!;
  }

  /** @throws Error when something does not hold that must */
  audit(partitions: readonly Partition[]): void {
    let lag = 0;
    for (const { index, log } of partitions) {
      const name = `in partition ${index} of group ${this.id}`;
      const owner = this.owners[index];
      must(!owner || owner.owned.filter((one) => one === index).length === 1, `its owner knows that it is one ${name}`);
      for (const list of [this.committed, this.position, this.done, this.handedOut]) {
        must(list[index]! <= log.end, `nobody is beyond the end ${name}`);
      }
      lag += log.highWatermark - this.committed[index]!;
    }
    must(lag === this.lag, `the lag is ${this.lag}, and not ${lag}, of group ${this.id}`);
    for (const member of this.members) {
      for (const partition of member.owned) must(this.owners[partition] === member, `${partition} has one owner`);
    }
  }

  commit(partition: number, offset: number): void {
    const by = offset - this.committed[partition]!;
    if (by <= 0) return;
    this.committed[partition] = offset;
    this.lag -= by;
  }

  /** Offsets that do not exist any more: the log was cut at its end. */
  cut(partition: number, end: number): void {
    for (const list of [this.committed, this.position, this.done, this.handedOut]) {
      if (list[partition]! > end) list[partition] = end;
    }
  }

  /** A record has been worked on. Returns whether for the first time. */
  finish(partition: number, offset: number): boolean {
    if (offset < this.done[partition]!) return false;
    this.done[partition] = offset + 1;
    return true;
  }
}

/** What the groups count. */
export interface GroupCounters {
  readonly delivered: MetricHandle;
  readonly redelivered: MetricHandle;
  readonly duplicates: MetricHandle;
  readonly skipped: MetricHandle;
  readonly unread: MetricHandle;
  readonly dropped: MetricHandle;
  readonly deadLettered: MetricHandle;
  readonly rebalances: MetricHandle;
}

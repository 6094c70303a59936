import type { Context } from '../../engine/behaviour';
import type { ConsumerGroup, GroupCounters } from './consumer-group';
import { type Member, NOWHERE } from './member';
import type { Partition } from './partition';

/** How far groups have come: what members commit, and what is lost or skipped for the group. */
export class Offsets {
  readonly #context: Context;
  readonly #partitions: readonly Partition[];
  readonly #counters: GroupCounters;
  /** A group has committed something. */
  readonly #committed: () => void;

  constructor(context: Context, partitions: readonly Partition[], counters: GroupCounters, committed: () => void) {
    this.#context = context;
    this.#partitions = partitions;
    this.#counters = counters;
    this.#committed = committed;
  }

  /** A commit of somebody who does not own the partition any more is refused (ILLEGAL_GENERATION). */
  commit(group: ConsumerGroup, member: Member, partition: number, offset: number): void {
    if (partition === NOWHERE || !member.known || group.owners[partition] !== member) return;
    group.commit(partition, Math.min(offset, this.#partitions[partition]!.log.highWatermark));
    this.#committed();
  }

  /** Everything of the poll. */
  commitPoll(group: ConsumerGroup, member: Member): void {
    for (let piece = 0; piece < member.pieces; piece++) {
      this.commit(group, member, member.partitions[piece]!, member.ends[piece]!);
    }
  }

  /** What has been done so far: automatic commits, and before partitions are given up. */
  commitDone(group: ConsumerGroup, member: Member): void {
    member.committedAt = this.#context.now;
    for (const partition of member.owned) {
      let to = group.position[partition]!;
      for (let piece = member.piece; piece < member.pieces; piece++) {
        if (member.partitions[piece] === partition) to = Math.min(to, member.offsets[piece]!);
      }
      this.commit(group, member, partition, to);
    }
  }

  /** What a member had in memory is gone. What was committed and not yet done is lost for the group. */
  lose(group: ConsumerGroup, member: Member): void {
    for (let piece = member.piece; piece < member.pieces; piece++) {
      const partition = member.partitions[piece]!;
      if (partition === NOWHERE) continue;
      const from = Math.max(member.offsets[piece]!, group.done[partition]!);
      const to = Math.min(member.ends[piece]!, group.committed[partition]!);
      if (to <= from) continue;
      this.#context.count(this.#counters.dropped, to - from);
      group.done[partition] = to;
    }
    member.drop();
  }

  /** The log of a partition was cut at its end. */
  cut(group: ConsumerGroup, partition: number, end: number): void {
    group.cut(partition, end);
    group.lag = 0;
    for (let other = 0; other < group.committed.length; other++) {
      group.lag += this.#partitions[other]!.log.highWatermark - group.committed[other]!;
    }
  }

  /**
   * The beginning of a log is gone. A group that had not come so far begins where its settings say, and what it has
   * missed is counted.
   */
  expired(group: ConsumerGroup, partition: number): void {
    const { log } = this.#partitions[partition]!;
    if (group.committed[partition]! >= log.start && group.position[partition]! >= log.start) return;
    const latest = group.links[0]?.config.startAt !== 'earliest';
    const behind = group.position[partition]! < log.start;
    const to = behind && latest ? log.highWatermark : log.start;
    // What a member that died had read would have been read again.
    const held = group.owners[partition]?.alive ?? false;
    const read = held ? group.position[partition]! : group.committed[partition]!;
    const missed = to - Math.max(group.done[partition]!, read);
    if (missed > 0) {
      this.#context.count(this.#counters.unread, missed);
      group.done[partition] = Math.max(group.done[partition]!, to);
    }
    if (behind) group.position[partition] = to;
    group.commit(partition, behind ? to : log.start);
  }
}

import type { Link } from '../../engine/behaviour';
import { type CallId, NO_CALL, type Traits } from '../../engine/calls';
import type { PartitionLog } from './partition-log';

/** What a member does with its records. */
export const IDLE = 0;
/** A record is with the consumer. */
export const WORKING = 1;
/** The record failed and is tried again after a pause. */
export const BACKING_OFF = 2;
/** The record is on its way to the dead letters. */
export const BURYING = 3;

/** The partition of records that have been taken back. */
export const NOWHERE = -1;

/** One consumer of a group. It takes records in polls and works on one at a time. */
export class Member {
  /** Never used twice in a run. */
  readonly id: number;
  link: Link;
  /** Its number on the connection. */
  readonly slot: number;
  /** The process it lives in is there. */
  alive = true;
  /** The coordinator counts it. */
  known = false;
  /** It has learned of the rebalance that is going on, and has joined again. */
  told = false;
  joined = false;
  /** Gave up its partitions and waits for new ones. */
  stopped = true;
  /** It is to close when it is done with the records it has. */
  leaving = false;
  /** Partitions it has to give up at its next poll. */
  revoking = false;
  heardAt = 0;
  polledAt = 0;
  committedAt = 0;
  readonly owned: number[] = [];

  state = IDLE;
  call: CallId = NO_CALL;
  failed = 0;
  /** Tells pauses apart. */
  stamp = 0;
  /** Partition that is polled first. */
  turn = 0;
  /** The records of the poll: pieces of partitions, and their keys, roots, sizes and operations in a row. */
  pieces = 0;
  piece = 0;
  readonly partitions: number[] = [];
  readonly offsets: number[] = [];
  readonly ends: number[] = [];
  /** Place of the next key of each piece. */
  readonly keyAt: number[] = [];
  count = 0;
  keys = new Int32Array(16);
  roots = new Float64Array(16);
  sizes = new Int32Array(16);
  abouts = new Int32Array(16);

  constructor(id: number, link: Link, slot: number) {
    this.id = id;
    this.link = link;
    this.slot = slot;
  }

  get busy(): boolean {
    return this.piece < this.pieces;
  }

  get partition(): number {
    return this.partitions[this.piece]!;
  }

  get offset(): number {
    return this.offsets[this.piece]!;
  }

  get key(): number {
    return this.keys[this.keyAt[this.piece]!]!;
  }

  /** What a call about the record carries. */
  describe(traits: Traits): void {
    const at = this.keyAt[this.piece]!;
    traits.root = this.roots[at]!;
    traits.bytes = this.sizes[at]!;
    traits.operation = this.abouts[at]! >> 2;
    traits.priority = this.abouts[at]! & 3;
  }

  /** Begins to collect a poll. */
  clearPoll(): void {
    this.pieces = this.piece = this.count = 0;
  }

  /** Takes a piece of a partition into the poll. */
  take(partition: number, from: number, to: number, log: PartitionLog): void {
    this.partitions[this.pieces] = partition;
    this.offsets[this.pieces] = from;
    this.keyAt[this.pieces] = this.count;
    this.ends[this.pieces++] = to;
    if (this.count + to - from > this.keys.length) {
      const length = Math.max(this.keys.length * 2, this.count + to - from);
      const longer = (list: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> => {
        const copy = new Int32Array(length);
        copy.set(list);
        return copy;
      };
      const roots = new Float64Array(length);
      roots.set(this.roots);
      this.roots = roots;
      this.keys = longer(this.keys);
      this.sizes = longer(this.sizes);
      this.abouts = longer(this.abouts);
    }
    for (let offset = from; offset < to; offset++) {
      this.keys[this.count] = log.key(offset);
      this.sizes[this.count] = log.size(offset);
      this.abouts[this.count] = log.about(offset);
      this.roots[this.count++] = log.root(offset);
    }
  }

  /** On to the next record of the poll. */
  next(): void {
    this.failed = 0;
    this.keyAt[this.piece]!++;
    if (++this.offsets[this.piece]! >= this.ends[this.piece]!) this.piece++;
  }

  /** Records of a partition from this offset on do not exist any more. One that is worked on belongs to nothing now. */
  cut(partition: number, end: number): void {
    for (let piece = this.piece; piece < this.pieces; piece++) {
      if (this.partitions[piece] !== partition) continue;
      if (this.offsets[piece]! >= end) this.partitions[piece] = NOWHERE;
      else this.ends[piece] = Math.min(this.ends[piece]!, end);
    }
  }

  /** What it had in memory is gone. */
  drop(): void {
    this.clearPoll();
    this.state = IDLE;
    this.call = NO_CALL;
    this.failed = 0;
    this.stamp++;
  }
}

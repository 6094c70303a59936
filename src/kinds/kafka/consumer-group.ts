import type { Link } from '../../engine/behaviour';
import type { RecordLog } from '../../engine/resources/record-log';

/** What a group does with the next record of a partition. */
export const IDLE = 0;
export const IN_FLIGHT = 1;
export const BACKING_OFF = 2;

/**
 * One consumer group: how far it has come in every partition, and which member is busy. Partition p belongs to member
 * p mod members, who takes one record at a time. It only keeps the books; the owner sends and receives.
 */
export class ConsumerGroup {
  link: Link;
  /** Records appended and not yet committed, in all partitions. */
  lag = 0;
  members = 1;
  /** By partition: offset of the next record, its state, its failed attempts, whether it was handed out before. */
  readonly next: number[] = [];
  readonly state: number[] = [];
  readonly failed: number[] = [];
  readonly again: boolean[] = [];
  /** By member: records in flight or backing off, and the partition to look at first. */
  #busy: number[] = [];
  #cursor: number[] = [];

  constructor(link: Link) {
    this.link = link;
    this.relink(link);
  }

  /** The settings of its connection have changed: the partitions are dealt anew. */
  relink(link: Link): void {
    this.link = link;
    this.members = link.config.consumers;
    this.#deal();
  }

  /** Follows the number of partitions. In those it does not know, it starts at the end. */
  fit(logs: readonly RecordLog[]): void {
    while (this.next.length > logs.length) this.#setLength(this.next.length - 1);
    while (this.next.length < logs.length) {
      this.next.push(logs[this.next.length]!.end);
      this.state.push(IDLE);
      this.failed.push(0);
      this.again.push(false);
    }
  }

  /** The partition whose record a member should get next, or −1. */
  choose(member: number, logs: readonly RecordLog[]): number {
    const count = logs.length;
    if (member >= count || this.#busy[member]! > 0) return -1;
    let partition = this.#cursor[member]!;
    if (partition >= count) partition = member;
    const first = partition;
    do {
      if (logs[partition]!.end > this.next[partition]!) return partition;
      partition += this.members;
      if (partition >= count) partition = member;
    } while (partition !== first);
    return -1;
  }

  handOut(partition: number): void {
    const member = partition % this.members;
    this.state[partition] = IN_FLIGHT;
    this.#busy[member]!++;
    this.#cursor[member] = partition + this.members;
  }

  backOff(partition: number, reached: boolean): void {
    this.state[partition] = BACKING_OFF;
    if (reached) this.again[partition] = true;
  }

  /** The back-off is over: its record comes first. */
  resume(partition: number): void {
    this.#free(partition);
    this.#cursor[partition % this.members] = partition;
  }

  /** The record is done with, well or not. */
  commit(partition: number): void {
    this.#free(partition);
    this.next[partition]!++;
    this.failed[partition] = 0;
    this.again[partition] = false;
    this.lag--;
  }

  /** The broker died: what was in flight will be handed out again. */
  forget(): void {
    for (let partition = 0; partition < this.state.length; partition++) {
      if (this.state[partition] === IN_FLIGHT) this.again[partition] = true;
      this.state[partition] = IDLE;
    }
    this.#deal();
  }

  #free(partition: number): void {
    this.state[partition] = IDLE;
    this.#busy[partition % this.members]!--;
  }

  #deal(): void {
    this.#busy = Array.from({ length: this.members }, () => 0);
    this.#cursor = Array.from({ length: this.members }, (_, member) => member);
    this.state.forEach((state, partition) => {
      if (state !== IDLE) this.#busy[partition % this.members]!++;
    });
  }

  #setLength(length: number): void {
    this.next.length = this.state.length = this.failed.length = this.again.length = length;
  }
}

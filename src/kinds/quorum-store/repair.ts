import type { ClusterNet } from '../../engine/resources/cluster-net';
import type { Membership } from './membership';
import { MESSAGE, TIMER } from './messages';
import type { ReplicaTables } from './replica-tables';
import type { ReplicaRing } from './ring';

/** Anti-entropy: two nodes compare the keys that both keep, and each takes what is newer at the other. */
export class Repair {
  ring!: ReplicaRing;
  readonly #net: ClusterNet;
  readonly #tables: ReplicaTables;
  readonly #membership: Membership;
  readonly #take: (node: number, slot: number, stamp: number, value: number) => void;
  #every = 0;
  /** By node: the turn of its timer, and with whom it compares next. */
  readonly #turns: number[] = [];
  readonly #next: number[] = [];

  constructor(
    net: ClusterNet,
    tables: ReplicaTables,
    membership: Membership,
    take: (node: number, slot: number, stamp: number, value: number) => void,
  ) {
    this.#net = net;
    this.#tables = tables;
    this.#membership = membership;
    this.#take = take;
  }

  configure(everyMicros: number): void {
    this.#every = everyMicros;
  }

  start(node: number): void {
    this.#turns[node] = (this.#turns[node] ?? 0) + 1;
    this.#next[node] ??= node + 1;
    if (this.#every > 0) this.#net.after(node, this.#every, TIMER.repair, this.#turns[node]!);
  }

  timer(node: number, turn: number): void {
    if (turn !== this.#turns[node]) return;
    const { size } = this.#net;
    const alive = this.#membership.alive(node);
    for (let tried = 0; tried < size; tried++) {
      const other = this.#next[node]! % size;
      this.#next[node] = other + 1;
      if (other === node || (alive & (1 << other)) === 0) continue;
      this.#net.send(node, other, MESSAGE.compare);
      break;
    }
    this.start(node);
  }

  /** What another node has, it takes; and lets it have what is newer here. */
  compare(node: number, other: number, answer: boolean): void {
    const both = (1 << node) | (1 << other);
    for (let slot = 0; slot < this.#tables.keys; slot++) {
      const stamp = this.#tables.stamp(other, slot);
      if (stamp <= this.#tables.stamp(node, slot)) continue;
      if ((this.ring.find(this.#tables.key(slot)) & both) !== both) continue;
      this.#take(node, slot, stamp, this.#tables.value(other, slot));
    }
    if (answer) this.#net.send(node, other, MESSAGE.compareBack);
  }
}

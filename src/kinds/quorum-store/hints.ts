import { NumberQueue } from '../../engine/resources/number-queue';

/** More for one replica would fill the disk of the node that keeps them. */
const MOST = 100_000;
const STRIDE = 16;

/**
 * Hinted handoff: writes that a replica has missed, kept on the disk of the node that took them, in order. One at a time
 * is handed over; it stays until the replica has said that it has it.
 */
export class Hints {
  /** All that are kept. */
  size = 0;
  readonly #queues = new Map<number, NumberQueue>();
  readonly #for = new Int32Array(STRIDE);

  /** False when there is no room. */
  add(keeper: number, target: number, slot: number, stamp: number, value: number): boolean {
    const at = keeper * STRIDE + target;
    let queue = this.#queues.get(at);
    if (!queue) this.#queues.set(at, (queue = new NumberQueue()));
    if (queue.length >= MOST * 3) return false;
    queue.push(slot);
    queue.push(stamp);
    queue.push(value);
    this.size++;
    this.#for[target]!++;
    return true;
  }

  /** How many wait for a replica, on all nodes. */
  waitingFor(target: number): number {
    return this.#for[target]!;
  }

  /** The oldest hint of a node for a replica, or null. Valid until it is taken. */
  first(keeper: number, target: number): NumberQueue | null {
    const queue = this.#queues.get(keeper * STRIDE + target);
    return queue && queue.length > 0 ? queue : null;
  }

  take(keeper: number, target: number): void {
    const queue = this.first(keeper, target);
    if (!queue) return;
    queue.shift();
    queue.shift();
    queue.shift();
    this.size--;
    this.#for[target]!--;
  }

  /** Nodes that are no more neither keep nor get any. */
  shrink(nodes: number): void {
    for (const [at, queue] of this.#queues) {
      const target = at % STRIDE;
      if (at < nodes * STRIDE && target < nodes) continue;
      this.size -= queue.length / 3;
      this.#for[target]! -= queue.length / 3;
      this.#queues.delete(at);
    }
  }
}

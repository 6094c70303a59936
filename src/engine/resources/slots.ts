import { IntQueue } from './int-queue';

/** Sums over several groups of slots, kept up to date by each of them. */
export class SlotTally {
  busy = 0;
  waiting = 0;
}

/**
 * A fixed number of slots with a bounded first-in first-out queue before them: workers, connections, permits. It only
 * counts; the owner decides how long a slot is held.
 */
export class Slots {
  busy = 0;
  readonly queue = new IntQueue();
  total: number;
  /** How many may wait. Infinity for an unbounded queue. */
  limit: number;
  readonly #tally: SlotTally;

  constructor(total: number, limit: number, tally = new SlotTally()) {
    this.total = total;
    this.limit = limit;
    this.#tally = tally;
  }

  /** Takes a slot, joins the queue, or is turned away. */
  offer(item: number): 'starts' | 'waits' | 'full' {
    if (this.busy < this.total) {
      this.#take(1);
      return 'starts';
    }
    if (this.queue.length >= this.limit) return 'full';
    this.queue.push(item);
    this.#tally.waiting++;
    return 'waits';
  }

  /** Gives a slot back. The next item that may start now keeps it busy, or −1. */
  release(): number {
    if (this.queue.length > 0 && this.busy <= this.total) return this.#next();
    this.#take(-1);
    return -1;
  }

  /** After `total` has grown: an item that may start now, or −1. Ask until −1. */
  admit(): number {
    if (this.busy >= this.total || this.queue.length === 0) return -1;
    this.#take(1);
    return this.#next();
  }

  /** Forgets everything, as when the process dies. */
  clear(): void {
    this.#tally.waiting -= this.queue.length;
    this.#take(-this.busy);
    this.queue.clear();
  }

  #take(slots: number): void {
    this.busy += slots;
    this.#tally.busy += slots;
  }

  #next(): number {
    this.#tally.waiting--;
    return this.queue.shift();
  }
}

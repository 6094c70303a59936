import { WaitingLine } from './waiting-line';

/** How many connections a server has accepted, and how many it accepts at most. */
export interface Gate {
  open: number;
  limit: number;
}

/**
 * Connections that one caller keeps to one server: opened when first needed, then kept. Those who find all in use wait,
 * first come, first served, and a newcomer never overtakes them. It only counts; the owner decides how long a
 * connection is held and how long anyone waits.
 */
export class Pool {
  /** Connections that exist, and those in use. */
  open = 0;
  active = 0;
  size: number;
  readonly waiters = new WaitingLine();
  readonly #gate: Gate;

  constructor(size: number, gate: Gate) {
    this.size = size;
    this.#gate = gate;
  }

  /** Takes a connection, waits for one, or is refused because the server accepts no more. */
  acquire(item: number, now: number): 'granted' | 'waits' | 'refused' {
    if (this.active < this.open) {
      this.active++;
      return 'granted';
    }
    // A pool about to vanish still serves who comes: it opens one connection.
    if (this.open < Math.max(this.size, 1)) {
      if (this.#gate.open >= this.#gate.limit) return 'refused';
      this.#openOne();
      return 'granted';
    }
    this.waiters.push(item, now);
    return 'waits';
  }

  /** Gives a connection back. The next waiter, who has it now, or −1. */
  release(): number {
    const waiting = this.waiters.length > 0;
    // While somebody waits, one connection stays even in a pool that shall vanish.
    if (this.open > Math.max(this.size, waiting ? 1 : 0)) {
      this.open--;
      this.active--;
      this.#gate.open--;
      return -1;
    }
    if (waiting) return this.waiters.shift();
    this.active--;
    return -1;
  }

  /** After the pool or the gate has grown: a waiter who has a connection now, or −1. Ask until −1. */
  admit(): number {
    if (this.waiters.length === 0 || this.open >= this.size || this.#gate.open >= this.#gate.limit) return -1;
    this.#openOne();
    return this.waiters.shift();
  }

  /** Connections not in use that are too many close at once, the others when they come back. 0 lets the pool run dry. */
  resize(size: number): void {
    this.size = size;
    const closing = Math.min(this.open - this.active, Math.max(0, this.open - size));
    this.open -= closing;
    this.#gate.open -= closing;
  }

  #openOne(): void {
    this.open++;
    this.active++;
    this.#gate.open++;
  }
}

import { MICROS_PER_MS } from '../../model/units';

/** What a relay needs of its owner. */
export interface OutboxOwner {
  /** Calls `due` after so many microseconds. */
  later(micros: number): void;
  now(): number;
  /** Sends the message of one row to the broker; its outcome comes to `acknowledged`. */
  publish(row: OutboxRow): void;
}

/** A message as it lies in the table. */
export interface OutboxRow {
  key: number;
  operation: number;
  priority: number;
  bytes: number;
  user: number;
  root: number;
}

const WIDTH = 6;

/**
 * The outbox table of a database and the relay that empties it: a polling publisher. Rows are there once their
 * transaction is committed, in that order. The relay sends one at a time and takes it out when the broker has
 * acknowledged it, so a row is published at least once and never before an older one. It dies with the process of its
 * owner; the table does not.
 */
export class Outbox {
  /** Settings: see the fields of the connection. */
  pollMs = 100;
  readonly #owner: OutboxOwner;
  /** A ring of rows. The table of a real database is as unbounded as this one. */
  #ring = new Float64Array(64 * WIDTH);
  #first = 0;
  #size = 0;
  #alive = true;
  #timer = false;
  #onTheWay = false;
  readonly #row: OutboxRow = { key: 0, operation: 0, priority: 0, bytes: 0, user: 0, root: 0 };

  constructor(owner: OutboxOwner) {
    this.#owner = owner;
  }

  /** Rows in the table. */
  get waiting(): number {
    return this.#size;
  }

  /** The request that the oldest row tells of; -1 without rows. */
  get oldestRoot(): number {
    return this.#size === 0 ? -1 : this.#ring[this.#first * WIDTH + 5]!;
  }

  /** A transaction has committed with this message in it. */
  committed({ key, operation, priority, bytes, user, root }: OutboxRow): void {
    const slots = this.#ring.length / WIDTH;
    if (this.#size === slots) this.#grow();
    const at = ((this.#first + this.#size++) % (this.#ring.length / WIDTH)) * WIDTH;
    const ring = this.#ring;
    ring[at] = key;
    ring[at + 1] = operation;
    ring[at + 2] = priority;
    ring[at + 3] = bytes;
    ring[at + 4] = user;
    ring[at + 5] = root;
    this.#wait();
  }

  /** It is time to look into the table. */
  due(): void {
    this.#timer = false;
    if (this.#size > 0 && !this.#onTheWay) this.#send();
  }

  /** The message on its way has its outcome. */
  acknowledged(published: boolean): void {
    this.#onTheWay = false;
    if (!published) {
      this.#wait();
      return;
    }
    this.#first = (this.#first + 1) % (this.#ring.length / WIDTH);
    if (--this.#size > 0) this.#send();
  }

  /** The relay dies with its process. It never learns what became of the message on its way. */
  stop(): void {
    this.#alive = false;
    this.#timer = false;
    this.#onTheWay = false;
  }

  /** The relay is back. */
  resume(): void {
    this.#alive = true;
    this.#wait();
  }

  #send(): void {
    const ring = this.#ring;
    const at = this.#first * WIDTH;
    const row = this.#row;
    row.key = ring[at]!;
    row.operation = ring[at + 1]!;
    row.priority = ring[at + 2]!;
    row.bytes = ring[at + 3]!;
    row.user = ring[at + 4]!;
    row.root = ring[at + 5]!;
    this.#onTheWay = true;
    this.#owner.publish(row);
  }

  /** Until the next look: they come at fixed times, whatever happens between. A look at an empty table is left out. */
  #wait(): void {
    if (!this.#alive || this.#timer || this.#onTheWay || this.#size === 0) return;
    this.#timer = true;
    const every = Math.max(1, Math.floor(this.pollMs * MICROS_PER_MS + 0.5));
    this.#owner.later(every - (this.#owner.now() % every));
  }

  #grow(): void {
    const old = this.#ring;
    const at = this.#first * WIDTH;
    this.#ring = new Float64Array(old.length * 2);
    this.#ring.set(old.subarray(at));
    this.#ring.set(old.subarray(0, at), old.length - at);
    this.#first = 0;
  }
}

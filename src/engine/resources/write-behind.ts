import { MICROS_PER_MS } from '../../model/units';
import { LruItems } from './lru';

/** What a write-behind queue needs of its owner. */
export interface WriteBehindOwner {
  /** Calls `due` after so many microseconds. */
  later(micros: number): void;
  /** Sends the write of one key to the store; its outcome comes to `landed`. */
  write(key: number): void;
}

/**
 * Writes that were answered and wait for the store, in the order in which they came. Several to one key become one, as
 * only the last value counts. They go out in batches; one that fails waits for the next batch.
 */
export class WriteBehind {
  /** Settings: see the fields of the connection. */
  flushMs = 1000;
  batch = 100;
  readonly #owner: WriteBehindOwner;
  readonly #keys = new LruItems();
  #onTheWay = 0;
  #timer = false;

  constructor(owner: WriteBehindOwner) {
    this.#owner = owner;
  }

  /** Keys that wait. */
  get waiting(): number {
    return this.#keys.size;
  }

  /** Keys that wait or are on their way. */
  get unstored(): number {
    return this.#keys.size + this.#onTheWay;
  }

  has(key: number): boolean {
    return this.#keys.find(key) >= 0;
  }

  add(key: number): void {
    if (!this.has(key)) this.#keys.insert(key, Infinity);
    this.#setTimer();
  }

  /** It is time for a batch. */
  due(): void {
    this.#timer = false;
    for (let i = 0; i < this.batch && this.#keys.size > 0; i++) {
      this.#onTheWay++;
      this.#owner.write(this.#keys.evict());
    }
    if (this.#keys.size > 0) this.#setTimer();
  }

  /** A write has reached the store, or has not. */
  landed(key: number, stored: boolean): void {
    this.#onTheWay--;
    if (!stored) this.add(key);
  }

  /** The process dies. What is on its way arrives, the rest is lost: returns how many keys. */
  clear(): number {
    const lost = this.#keys.size;
    this.#keys.clear();
    this.#onTheWay = 0;
    this.#timer = false;
    return lost;
  }

  #setTimer(): void {
    if (this.#timer) return;
    this.#timer = true;
    this.#owner.later(Math.max(1, Math.floor(this.flushMs * MICROS_PER_MS + 0.5)));
  }
}

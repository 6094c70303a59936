import { LruItems } from './lru';

/**
 * Who may fill which key of a cache: one holder at a time, until a time. A write takes the lease back, so that a value
 * read before it is not put in after it.
 */
export class Leases {
  readonly #items = new LruItems();
  #holders = new Int32Array(64);

  get size(): number {
    return this.#items.size;
  }

  /** Gives the lease of a key, unless somebody holds it. */
  grant(key: number, holder: number, now: number, until: number): boolean {
    this.#items.sweep(now);
    let slot = this.#items.find(key);
    if (slot >= 0 && this.#items.expiry(slot) > now) return false;
    if (slot >= 0) this.#items.setExpiry(slot, until);
    else slot = this.#items.insert(key, until);
    if (slot >= this.#holders.length) {
      const holders = new Int32Array(this.#holders.length * 2);
      holders.set(this.#holders);
      this.#holders = holders;
    }
    this.#holders[slot] = holder;
    return true;
  }

  /** Uses up the lease for a fill. False when the holder has none. */
  redeem(key: number, holder: number, now: number): boolean {
    const slot = this.#items.find(key);
    if (slot < 0 || this.#items.expiry(slot) <= now || this.#holders[slot] !== holder) return false;
    this.#items.remove(slot);
    return true;
  }

  revoke(key: number): void {
    const slot = this.#items.find(key);
    if (slot >= 0) this.#items.remove(slot);
  }

  clear(): void {
    this.#items.clear();
  }
}

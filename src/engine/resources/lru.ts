import type { RandomStream } from '../random';

const NONE = -1;
/** In place of a neighbour: the slot is free. */
const FREE = -2;

/**
 * Integer keys in the order of their last use, each with a time at which it expires. Exact LRU: a doubly linked list in
 * typed arrays, found through a map; allocates only while it grows.
 */
export class LruItems {
  size = 0;
  readonly #slots = new Map<number, number>();
  #keys = new Int32Array(64);
  /** Neighbours in the order of use; `#older` also links the free slots. */
  #newer = new Int32Array(64);
  #older = new Int32Array(64);
  /** Infinity for items that never expire, and for free slots. */
  #expiries = new Float64Array(64);
  #newest = NONE;
  #oldest = NONE;
  #firstFree = NONE;
  #used = 0;
  #hand = 0;

  /** The slot of a key, or −1. Does not count as a use. */
  find(key: number): number {
    return this.#slots.get(key) ?? NONE;
  }

  key(slot: number): number {
    return this.#keys[slot]!;
  }

  /** The slot that was not used for longest, or −1. */
  get oldest(): number {
    return this.#oldest;
  }

  /** Slots are numbered from 0 to below this; some may be free. */
  get slots(): number {
    return this.#used;
  }

  /** The slot of an item picked at random, each with the same chance. There must be one. */
  randomSlot(random: RandomStream): number {
    for (;;) {
      const slot = random.integer(this.#used);
      if (this.#newer[slot] !== FREE) return slot;
    }
  }

  /** All items expire at the same time. */
  expireAll(time: number): void {
    for (let slot = 0; slot < this.#used; slot++) if (this.#newer[slot] !== FREE) this.#expiries[slot] = time;
  }

  /** Each item, from the one that was not used for longest. */
  each(see: (key: number, expiry: number) => void): void {
    for (let slot = this.#oldest; slot !== NONE; slot = this.#newer[slot]!)
      see(this.#keys[slot]!, this.#expiries[slot]!);
  }

  expiry(slot: number): number {
    return this.#expiries[slot]!;
  }

  setExpiry(slot: number, time: number): void {
    this.#expiries[slot] = time;
  }

  /** Marks the item as the one used last. */
  touch(slot: number): void {
    if (slot === this.#newest) return;
    this.#unlink(slot);
    this.#link(slot);
  }

  /** Adds a key that is not there, as the one used last. Returns its slot. */
  insert(key: number, expiry: number): number {
    let slot = this.#firstFree;
    if (slot >= 0) this.#firstFree = this.#older[slot]!;
    else {
      if (this.#used === this.#keys.length) this.#grow();
      slot = this.#used++;
    }
    this.#keys[slot] = key;
    this.#expiries[slot] = expiry;
    this.#slots.set(key, slot);
    this.#link(slot);
    this.size++;
    return slot;
  }

  remove(slot: number): void {
    this.#unlink(slot);
    this.#slots.delete(this.#keys[slot]!);
    this.#expiries[slot] = Infinity;
    this.#newer[slot] = FREE;
    this.#older[slot] = this.#firstFree;
    this.#firstFree = slot;
    this.size--;
  }

  /** Removes the item that was not used for longest and returns its key, or −1 when there is none. */
  evict(): number {
    const slot = this.#oldest;
    if (slot < 0) return NONE;
    const key = this.#keys[slot]!;
    this.remove(slot);
    return key;
  }

  /** Moves a hand on to the next slot, round and round; removes what it finds expired there. Returns whether it did. */
  sweep(now: number): boolean {
    if (this.#hand >= this.#used) this.#hand = 0;
    const slot = this.#hand++;
    if (slot >= this.#used || this.#expiries[slot]! > now) return false;
    this.remove(slot);
    return true;
  }

  clear(): void {
    this.size = 0;
    this.#slots.clear();
    this.#newest = this.#oldest = this.#firstFree = NONE;
    this.#used = this.#hand = 0;
  }

  #link(slot: number): void {
    this.#newer[slot] = NONE;
    this.#older[slot] = this.#newest;
    if (this.#newest >= 0) this.#newer[this.#newest] = slot;
    else this.#oldest = slot;
    this.#newest = slot;
  }

  #unlink(slot: number): void {
    const newer = this.#newer[slot]!;
    const older = this.#older[slot]!;
    if (newer >= 0) this.#older[newer] = older;
    else this.#newest = older;
    if (older >= 0) this.#newer[older] = newer;
    else this.#oldest = newer;
  }

  #grow(): void {
    const length = this.#keys.length * 2;
    const grown = (old: Int32Array): Int32Array<ArrayBuffer> => {
      const array = new Int32Array(length);
      array.set(old);
      return array;
    };
    this.#keys = grown(this.#keys);
    this.#newer = grown(this.#newer);
    this.#older = grown(this.#older);
    const expiries = new Float64Array(length);
    expiries.set(this.#expiries);
    this.#expiries = expiries;
  }
}

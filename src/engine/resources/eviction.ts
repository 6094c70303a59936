/**
 * Which item of a full cache has to go, as Redis decides it. The sampled policies draw a few items
 * at random and keep the best candidates for the next time, in a pool of 16; exact LRU is the ideal they approximate.
 */
import type { RandomStream } from '../random';
import type { LruItems } from './lru';

export type EvictionPolicy = 'noeviction' | 'allkeys-lru' | 'allkeys-lfu' | 'allkeys-random' | 'volatile-ttl';

const POOL = 16;
/** LFU: where the counter of a new item begins, how hard it is to raise, and after how long without use it falls by 1. */
const FIRST_COUNT = 5;
const LOG_FACTOR = 10;
const DECAY_MICROS = 60_000_000;

export class Eviction {
  policy: EvictionPolicy = 'allkeys-lru';
  /** Items drawn for each eviction by the sampled policies. */
  samples = 5;
  /** LRU looks at all items instead of a sample. */
  exact = true;
  readonly #items: LruItems;
  readonly #random: RandomStream;
  /** By slot: time of the last use, and the LFU counter as it was then. */
  #usedAt = new Float64Array(64);
  #counts = new Uint8Array(64);
  /** Candidates, the best last: a lower score goes first. */
  readonly #poolKeys = new Int32Array(POOL);
  readonly #poolScores = new Float64Array(POOL);
  #pooled = 0;

  constructor(items: LruItems, random: RandomStream) {
    this.#items = items;
    this.#random = random;
  }

  /** An item was put into a slot. */
  added(slot: number, now: number): void {
    if (slot >= this.#counts.length) this.#grow();
    this.#usedAt[slot] = now;
    this.#counts[slot] = FIRST_COUNT;
  }

  /** An item was read or changed. */
  used(slot: number, now: number): void {
    this.#items.touch(slot);
    if (this.policy === 'allkeys-lfu') {
      const count = this.count(slot, now);
      const above = count > FIRST_COUNT ? count - FIRST_COUNT : 0;
      const grows = count < 255 && this.#random.chance(1 / (above * LOG_FACTOR + 1));
      this.#counts[slot] = grows ? count + 1 : count;
    }
    this.#usedAt[slot] = now;
  }

  /** The LFU counter of an item as it is now: less one for each minute without use. */
  count(slot: number, now: number): number {
    const fallen = Math.floor((now - this.#usedAt[slot]!) / DECAY_MICROS);
    return Math.max(0, this.#counts[slot]! - fallen);
  }

  /** The slot of the item that has to go, or −1 when the policy gives up none. */
  victim(now: number): number {
    const items = this.#items;
    if (items.size === 0) return -1;
    switch (this.policy) {
      case 'noeviction':
        return -1;
      case 'allkeys-random':
        return items.randomSlot(this.#random);
      case 'allkeys-lru':
        return this.exact ? items.oldest : this.#sampled(now);
      default:
        return this.#sampled(now);
    }
  }

  /** Candidates of another policy or of items that are gone are worth nothing. */
  forget(): void {
    this.#pooled = 0;
  }

  #sampled(now: number): number {
    const items = this.#items;
    for (let tries = 0; tries < POOL; tries++) {
      for (let i = 0; i < this.samples; i++) this.#consider(items.randomSlot(this.#random), now);
      while (this.#pooled > 0) {
        const slot = items.find(this.#poolKeys[--this.#pooled]!);
        if (slot >= 0 && this.#score(slot, now) < Infinity) return slot;
      }
    }
    return -1;
  }

  #score(slot: number, now: number): number {
    switch (this.policy) {
      case 'allkeys-lfu':
        return this.count(slot, now);
      case 'volatile-ttl':
        return this.#items.expiry(slot);
      default:
        return this.#usedAt[slot]!;
    }
  }

  /** Puts an item into the pool if it is a better candidate than one there, or there is room. */
  #consider(slot: number, now: number): void {
    const score = this.#score(slot, now);
    if (score === Infinity) return;
    const key = this.#items.key(slot);
    const keys = this.#poolKeys;
    const scores = this.#poolScores;
    for (let i = 0; i < this.#pooled; i++) if (keys[i] === key) return;
    // How many candidates are worse: they stand before it.
    let place = 0;
    while (place < this.#pooled && scores[place]! > score) place++;
    if (this.#pooled < POOL) {
      for (let i = this.#pooled++; i > place; i--) {
        keys[i] = keys[i - 1]!;
        scores[i] = scores[i - 1]!;
      }
    } else {
      if (place === 0) return;
      // The worst goes.
      place--;
      for (let i = 0; i < place; i++) {
        keys[i] = keys[i + 1]!;
        scores[i] = scores[i + 1]!;
      }
    }
    keys[place] = key;
    scores[place] = score;
  }

  #grow(): void {
    const usedAt = new Float64Array(this.#usedAt.length * 2);
    usedAt.set(this.#usedAt);
    this.#usedAt = usedAt;
    const counts = new Uint8Array(this.#counts.length * 2);
    counts.set(this.#counts);
    this.#counts = counts;
  }
}

import { NO_CALL } from '../../engine/calls';
import { LruItems } from '../../engine/resources/lru';

export const NO_FETCH = -1;

/** One cache, of a place or of the shield, and what is being fetched for it. */
export class Shelf {
  readonly items = new LruItems();
  /** The fetch under way by key, while requests are collapsed. */
  readonly fetching = new Map<number, number>();

  /** Stores a copy that is fresh until then. Nothing is kept beyond the capacity. */
  put(key: number, freshUntil: number, capacity: number): void {
    const slot = this.items.find(key);
    if (slot >= 0) {
      this.items.setExpiry(slot, freshUntil);
      this.items.touch(slot);
      return;
    }
    this.shrink(capacity - 1);
    this.items.insert(key, freshUntil);
  }

  drop(key: number): void {
    const slot = this.items.find(key);
    if (slot >= 0) this.items.remove(slot);
  }

  shrink(most: number): void {
    while (this.items.size > most) this.items.evict();
  }
}

/**
 * Fetches under way: for which shelf, which key, and who waits. Calls wait in a list through their own records, fetches
 * of places wait for one of the shield in a list through these. Records are reused.
 */
export class Fetches {
  readonly shelf: number[] = [];
  readonly key: number[] = [];
  /** Waiting calls (of a place) or waiting fetches (of the shield): first and last. */
  readonly first: number[] = [];
  readonly last: number[] = [];
  /** Next in the list of a fetch of the shield, or of the free records. */
  readonly next: number[] = [];
  #firstFree = NO_FETCH;

  open(shelf: number, key: number): number {
    let fetch = this.#firstFree;
    if (fetch >= 0) this.#firstFree = this.next[fetch]!;
    else fetch = this.shelf.length;
    this.shelf[fetch] = shelf;
    this.key[fetch] = key;
    this.first[fetch] = NO_CALL;
    this.last[fetch] = NO_CALL;
    this.next[fetch] = NO_FETCH;
    return fetch;
  }

  close(fetch: number): void {
    this.next[fetch] = this.#firstFree;
    this.#firstFree = fetch;
  }

  /** A fetch of a place joins those that wait for one of the shield. */
  join(fetch: number, waiting: number): void {
    const last = this.last[fetch]!;
    if (last >= 0) this.next[last] = waiting;
    else this.first[fetch] = waiting;
    this.last[fetch] = waiting;
    this.next[waiting] = NO_FETCH;
  }

  clear(): void {
    this.shelf.length = this.key.length = this.first.length = this.last.length = this.next.length = 0;
    this.#firstFree = NO_FETCH;
  }
}

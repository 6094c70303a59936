import { type CallId, type Calls, NO_CALL } from '../../engine/calls';
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

/** Work slots of a call that waits for a fetch: its neighbours in the line. */
export const NEXT = 0;
const BEFORE = 1;

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
  /** The call to the origin, or NO_CALL. */
  readonly sent: CallId[] = [];
  /** The fetch of the shield that a fetch of a place waits for, or NO_FETCH. */
  readonly under: number[] = [];
  /** Nobody wants it any more, and it is still on its way to the shield. */
  readonly given: boolean[] = [];
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
    this.sent[fetch] = NO_CALL;
    this.under[fetch] = NO_FETCH;
    this.given[fetch] = false;
    return fetch;
  }

  /** A call joins those that wait for a fetch of a place. */
  wait(fetch: number, call: CallId, calls: Calls): void {
    const last = this.last[fetch]!;
    calls.setWork(call, NEXT, NO_CALL);
    calls.setWork(call, BEFORE, last);
    if (last >= 0) calls.setWork(last, NEXT, call);
    else this.first[fetch] = call;
    this.last[fetch] = call;
  }

  /** A call that waits no longer does. */
  leave(fetch: number, call: CallId, calls: Calls): void {
    const before = calls.work(call, BEFORE);
    const next = calls.work(call, NEXT);
    if (before >= 0) calls.setWork(before, NEXT, next);
    else this.first[fetch] = next;
    if (next >= 0) calls.setWork(next, BEFORE, before);
    else this.last[fetch] = before;
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
    this.under[waiting] = fetch;
  }

  /** A fetch of a place no longer waits for one of the shield. */
  drop(fetch: number, waiting: number): void {
    let before = NO_FETCH;
    for (let at = this.first[fetch]!; at >= 0; before = at, at = this.next[at]!) {
      if (at !== waiting) continue;
      if (before >= 0) this.next[before] = this.next[at]!;
      else this.first[fetch] = this.next[at]!;
      if (this.last[fetch] === at) this.last[fetch] = before;
      return;
    }
  }

  clear(): void {
    this.shelf.length = this.key.length = this.first.length = this.last.length = this.next.length = 0;
    this.sent.length = this.under.length = this.given.length = 0;
    this.#firstFree = NO_FETCH;
  }
}

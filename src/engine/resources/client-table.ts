import { LruItems } from './lru';

/**
 * Something for each client, for at most so many of them: who was not seen for longest is forgotten, and what was kept
 * for it is used again for the newcomer.
 */
export class ClientTable<T> {
  readonly #capacity: number;
  readonly #make: () => T;
  readonly #renew: (item: T) => void;
  readonly #order = new LruItems();
  readonly #items: T[] = [];

  /** `renew` makes an item that served another client as good as new. */
  constructor(capacity: number, make: () => T, renew: (item: T) => void) {
    this.#capacity = capacity;
    this.#make = make;
    this.#renew = renew;
  }

  get size(): number {
    return this.#order.size;
  }

  /** What is kept for a client; a new one when it is not known. */
  of(client: number): T {
    const known = this.#order.find(client);
    if (known >= 0) {
      this.#order.touch(known);
      return this.#items[known]!;
    }
    if (this.#order.size >= this.#capacity) this.#order.evict();
    this.#order.insert(client, Infinity);
    const slot = this.#order.find(client);
    const item = this.#items[slot];
    if (item === undefined) return (this.#items[slot] = this.#make());
    this.#renew(item);
    return item;
  }

  /** What is kept for a client, without counting as a sight of it; undefined when it is not known. */
  peek(client: number): T | undefined {
    const known = this.#order.find(client);
    return known >= 0 ? this.#items[known] : undefined;
  }

  each(what: (item: T) => void): void {
    for (const item of this.#items) what(item);
  }

  clear(): void {
    this.#order.clear();
    this.#items.length = 0;
  }
}

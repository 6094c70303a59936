/**
 * The instances a registry knows: when each was heard of last, and how many of each component callers are told of. What
 * is told is a copy, which may be older.
 */
export interface Entry {
  readonly component: number;
  /** Connection by which it registered, and its number there. */
  readonly link: number;
  readonly instance: number;
  /** Microseconds between its heartbeats. */
  every: number;
  heardAt: number;
}

const INSTANCES = 64;

export class InstanceList {
  readonly #entries = new Map<number, Entry>();
  /** Listed instances by component, as callers are told. */
  readonly #told = new Map<number, number>();
  #toldSize = 0;

  get size(): number {
    return this.#entries.size;
  }

  /** How many callers are told of. */
  get toldSize(): number {
    return this.#toldSize;
  }

  get entries(): IterableIterator<Entry> {
    return this.#entries.values();
  }

  /** An instance was heard of. Returns whether it is new. */
  hear(link: number, component: number, instance: number, every: number, now: number): boolean {
    const key = link * INSTANCES + instance;
    const entry = this.#entries.get(key);
    if (entry) {
      entry.heardAt = now;
      entry.every = every;
      return false;
    }
    this.#entries.set(key, { component, link, instance, every, heardAt: now });
    return true;
  }

  remove(link: number, instance: number): boolean {
    return this.#entries.delete(link * INSTANCES + instance);
  }

  /** How many have missed a heartbeat. */
  overdue(now: number): number {
    let count = 0;
    for (const { heardAt, every } of this.#entries.values()) if (now - heardAt > 1.5 * every) count++;
    return count;
  }

  /** Heartbeats to be expected in so many microseconds. */
  expected(span: number): number {
    let sum = 0;
    for (const { every } of this.#entries.values()) sum += span / every;
    return sum;
  }

  /** From now on callers are told what the list says at this moment. */
  tell(): void {
    this.#told.clear();
    for (const { component } of this.#entries.values()) {
      this.#told.set(component, (this.#told.get(component) ?? 0) + 1);
    }
    this.#toldSize = this.#entries.size;
  }

  /** Instances of a component as callers are told. */
  told(component: number): number {
    return this.#told.get(component) ?? 0;
  }

  clear(): void {
    this.#entries.clear();
    this.#told.clear();
    this.#toldSize = 0;
  }
}

/**
 * Leases of a lock service: one holder for each key, until a time, with a token that is higher than all before. Tokens
 * outlive everything, or they would be worth nothing.
 */
export interface Lease {
  token: number;
  /** When it ends; microseconds. */
  until: number;
  /** For how long it was given. */
  lease: number;
}

export class LockTable {
  /** The newest token given out. */
  token = 0;
  readonly #leases = new Map<number, Lease>();

  get held(): number {
    return this.#leases.size;
  }

  get keys(): IterableIterator<number> {
    return this.#leases.keys();
  }

  find(key: number): Lease | undefined {
    return this.#leases.get(key);
  }

  /** A key that nobody holds is taken. */
  grant(key: number, now: number, lease: number): Lease {
    const given = { token: ++this.token, until: now + lease, lease };
    this.#leases.set(key, given);
    return given;
  }

  /** Whether this token still holds the key; its lease is then as long again. */
  renew(key: number, token: number, now: number): boolean {
    const lease = this.#leases.get(key);
    if (lease?.token !== token) return false;
    lease.until = now + lease.lease;
    return true;
  }

  /** Whether this token held the key, which is free now. */
  release(key: number, token: number): boolean {
    return this.#leases.get(key)?.token === token && this.#leases.delete(key);
  }

  /** Leases are forgotten, tokens are not. */
  clear(): void {
    this.#leases.clear();
  }
}

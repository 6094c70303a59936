/**
 * What a store knows of the tokens that came with writes: a lock gives each holder a higher one, so a write with a lower
 * token comes from somebody whose lock has passed on (M. Kleppmann, How to do distributed locking, 2016).
 */
export class Fencing {
  /** Highest token by what the lock protects, the least recently raised first. */
  readonly #highest = new Map<number, number>();

  /** Whether a write comes too late. Tokens of 0 say nothing: no lock was taken. An accepted one is remembered. */
  isLate(resource: number, token: number): boolean {
    if (token === 0) return false;
    const highest = this.#highest.get(resource) ?? 0;
    if (token < highest) return true;
    if (token > highest) this.#raise(resource, token);
    return false;
  }

  clear(): void {
    this.#highest.clear();
  }

  #raise(resource: number, token: number): void {
    this.#highest.delete(resource);
    this.#highest.set(resource, token);
    if (this.#highest.size <= REMEMBERED) return;
    for (const oldest of this.#highest.keys()) {
      this.#highest.delete(oldest);
      break;
    }
  }
}

/** So many resources are remembered: far more than are locked at a time. */
const REMEMBERED = 100_000;

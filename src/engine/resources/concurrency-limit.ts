/** Stands for all clients together. */
export const EVERYBODY = -1;

/** So many requests at once, for everybody together or for each client. Who has none under way costs no memory. */
export class ConcurrencyLimit {
  limit: number;
  readonly #inFlight = new Map<number, number>();

  constructor(limit: number) {
    this.limit = limit;
  }

  /** Takes a permit if there is one. */
  admit(client: number): boolean {
    const inFlight = this.inFlight(client);
    if (inFlight >= this.limit) return false;
    this.#inFlight.set(client, inFlight + 1);
    return true;
  }

  /** Gives a permit back. */
  release(client: number): void {
    const inFlight = this.inFlight(client);
    if (inFlight > 1) this.#inFlight.set(client, inFlight - 1);
    else this.#inFlight.delete(client);
  }

  inFlight(client: number): number {
    return this.#inFlight.get(client) ?? 0;
  }

  clear(): void {
    this.#inFlight.clear();
  }
}

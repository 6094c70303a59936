/**
 * Sees everything and says nothing: what an outside observer with one perfect clock knows about a replicated store. It
 * measures what clients were promised and what they got; behaviours must never decide by it.
 *
 * A write gets a serial when the store accepts it; stores keep serials as values, and answers carry them as `result`.
 * Serials rise in real time, whatever the clocks of the nodes say. 0 is the value of a key never written.
 */

/** How long an acknowledgement is remembered beside the newest one: longer than any read may be under way. */
const REMEMBERED = 120_000_000;

interface Promises {
  /** Acknowledged serials, rising, and when each was acknowledged. */
  readonly serials: number[];
  readonly times: number[];
}

export class Oracle {
  #serial = 0;
  readonly #promises = new Map<number, Promises>();

  /** A serial for a write that the store has accepted for work. Fits in 31 bits for any run the engine allows. */
  next(): number {
    return ++this.#serial;
  }

  /** The client was told that this write is safe. */
  acknowledged(key: number, serial: number, now: number): void {
    let promises = this.#promises.get(key);
    if (!promises) this.#promises.set(key, (promises = { serials: [], times: [] }));
    const { serials, times } = promises;
    // An older write acknowledged later promises nothing new.
    if (serials.length > 0 && serials[serials.length - 1]! >= serial) return;
    while (times.length > 1 && times[1]! < now - REMEMBERED) {
      times.shift();
      serials.shift();
    }
    serials.push(serial);
    times.push(now);
  }

  /** The newest write of a key that had been acknowledged at a time; 0 for none. */
  promised(key: number, time: number): number {
    const promises = this.#promises.get(key);
    if (!promises) return 0;
    const { serials, times } = promises;
    for (let i = times.length - 1; i >= 0; i--) if (times[i]! <= time) return serials[i]!;
    return 0;
  }

  /** Whether a read that began at `startedAt` and saw `serial` missed a write acknowledged before it began. */
  isStale(key: number, serial: number, startedAt: number): boolean {
    return serial < this.promised(key, startedAt);
  }
}

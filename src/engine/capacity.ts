/** Numbers of a part: in use and offered now, both integrated over time, until when, and the integrals at the marks. */
const IN_USE = 0;
const OFFERED = 1;
const USED_IN_ALL = 2;
const OFFERED_IN_ALL = 3;
const UNTIL = 4;
const FIELDS = 9;

/** Moments to measure from, by the place where a part keeps what it had used and offered by then. */
export const MARK = { reset: 5, window: 7 } as const;
export type Mark = (typeof MARK)[keyof typeof MARK];

/**
 * How much of its capacity a component uses, averaged over time. Parts that cannot help each other (the servers of a
 * cluster) count apart; the busiest one speaks for all.
 */
export class Capacity {
  #parts = new Float64Array(0);

  /** What is taken away while it is in use is there until it is free. */
  set(part: number, inUse: number, left: number, now: number): void {
    const offered = left < inUse ? inUse : left;
    const at = part * FIELDS;
    if (at >= this.#parts.length) this.#add(part, now);
    const parts = this.#parts;
    if (parts[at + IN_USE] === inUse && parts[at + OFFERED] === offered) return;
    const span = now - parts[at + UNTIL]!;
    parts[at + USED_IN_ALL]! += parts[at + IN_USE]! * span;
    parts[at + OFFERED_IN_ALL]! += parts[at + OFFERED]! * span;
    parts[at + UNTIL] = now;
    parts[at + IN_USE] = inUse;
    parts[at + OFFERED] = offered;
  }

  /** Nothing is offered any more. */
  stop(now: number): void {
    for (let part = 0; part * FIELDS < this.#parts.length; part++) this.set(part, 0, 0, now);
  }

  mark(mark: Mark, now: number): void {
    for (let at = 0; at < this.#parts.length; at += FIELDS) {
      this.#parts[at + mark] = this.#inAll(at, IN_USE, now);
      this.#parts[at + mark + 1] = this.#inAll(at, OFFERED, now);
    }
  }

  /** Share of the capacity offered since the mark that was used, 0 … 1; NaN when none was offered. */
  utilisation(since: Mark, now: number): number {
    let highest = NaN;
    for (let at = 0; at < this.#parts.length; at += FIELDS) {
      const used = this.#inAll(at, IN_USE, now) - this.#parts[at + since]!;
      const offered = this.#inAll(at, OFFERED, now) - this.#parts[at + since + 1]!;
      if (offered > 0 && !(used / offered <= highest)) highest = used / offered;
    }
    return highest;
  }

  /** The integral of what is in use, or offered. */
  #inAll(at: number, what: typeof IN_USE | typeof OFFERED, now: number): number {
    const parts = this.#parts;
    return parts[at + USED_IN_ALL + what]! + parts[at + what]! * (now - parts[at + UNTIL]!);
  }

  /** Adds parts up to this one. */
  #add(part: number, now: number): void {
    const before = this.#parts.length;
    const parts = new Float64Array((part + 1) * FIELDS);
    parts.set(this.#parts);
    for (let at = before; at < parts.length; at += FIELDS) parts[at + UNTIL] = now;
    this.#parts = parts;
  }
}

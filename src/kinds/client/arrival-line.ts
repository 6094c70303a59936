/** Requests that a load generator with a fixed number of connections wanted to send and has not sent: when each was due. */
export class ArrivalLine {
  size = 0;
  #due = new Float64Array(64);
  #first = 0;

  push(due: number): void {
    if (this.size === this.#due.length) this.#grow();
    this.#due[(this.#first + this.size++) % this.#due.length] = due;
  }

  /** When the one that waits longest was due. The line must not be empty. */
  shift(): number {
    const due = this.#due[this.#first]!;
    this.#first = (this.#first + 1) % this.#due.length;
    this.size--;
    return due;
  }

  clear(): void {
    this.size = 0;
  }

  #grow(): void {
    const due = new Float64Array(2 * this.#due.length);
    for (let i = 0; i < this.size; i++) due[i] = this.#due[(this.#first + i) % this.#due.length]!;
    this.#due = due;
    this.#first = 0;
  }
}

/** When requests on the wire were due, by a number that travels with them as their ticket. */
export class DueTimes {
  readonly #due: number[] = [];
  readonly #free: number[] = [];

  put(due: number): number {
    const slot = this.#free.pop() ?? this.#due.length;
    this.#due[slot] = due;
    return slot;
  }

  take(slot: number): number {
    this.#free.push(slot);
    return this.#due[slot]!;
  }
}

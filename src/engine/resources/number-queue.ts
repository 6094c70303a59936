/** First-in first-out queue of numbers in a growing ring; allocates only when it grows. */
export class NumberQueue {
  length = 0;
  #ring = new Float64Array(16);
  #head = 0;

  push(value: number): void {
    if (this.length === this.#ring.length) this.#grow();
    this.#ring[(this.#head + this.length++) & (this.#ring.length - 1)] = value;
  }

  /** Takes the oldest. The queue must not be empty. */
  shift(): number {
    const value = this.#ring[this.#head]!;
    this.#head = (this.#head + 1) & (this.#ring.length - 1);
    this.length--;
    return value;
  }

  /** The value `index` places behind the oldest. */
  at(index: number): number {
    return this.#ring[(this.#head + index) & (this.#ring.length - 1)]!;
  }

  clear(): void {
    this.length = 0;
    this.#head = 0;
  }

  #grow(): void {
    const ring = new Float64Array(this.#ring.length * 2);
    for (let i = 0; i < this.length; i++) ring[i] = this.at(i);
    this.#ring = ring;
    this.#head = 0;
  }
}

/**
 * A first-in first-out line of calls that remembers since when each waits and lets any of them leave. All wait equally
 * long at most, so the oldest is always the first to run out of patience. Allocates only while it grows.
 */
export class WaitingLine {
  length = 0;
  #items = new Int32Array(16);
  #since = new Float64Array(16);
  /** From the first place in use to behind the last; places of those who left early hold −1. */
  #head = 0;
  #tail = 0;

  push(item: number, now: number): void {
    if (this.#tail === this.#items.length) this.#makeRoom();
    this.#items[this.#tail] = item;
    this.#since[this.#tail++] = now;
    this.length++;
  }

  /** The oldest, or −1. */
  get first(): number {
    return this.length > 0 ? this.#items[this.#head]! : -1;
  }

  /** Since when the oldest waits; Infinity when nobody does. */
  get firstSince(): number {
    return this.length > 0 ? this.#since[this.#head]! : Infinity;
  }

  /** Takes the oldest, or −1. */
  shift(): number {
    const item = this.first;
    if (item >= 0) this.#drop(this.#head);
    return item;
  }

  /** Lets one leave early. Returns whether it was in the line. Takes time in proportion to the line. */
  remove(item: number): boolean {
    for (let at = this.#head; at < this.#tail; at++) {
      if (this.#items[at] !== item) continue;
      this.#drop(at);
      return true;
    }
    return false;
  }

  clear(): void {
    this.length = this.#head = this.#tail = 0;
  }

  #drop(at: number): void {
    this.#items[at] = -1;
    this.length--;
    if (this.length === 0) this.#head = this.#tail = 0;
    else while (this.#items[this.#head]! < 0) this.#head++;
  }

  /** Closes the gaps; grows when few of the places were free. */
  #makeRoom(): void {
    const roomy = this.length <= this.#items.length / 2;
    const items = roomy ? this.#items : new Int32Array(this.#items.length * 2);
    const since = roomy ? this.#since : new Float64Array(this.#since.length * 2);
    let to = 0;
    for (let at = this.#head; at < this.#tail; at++) {
      if (this.#items[at]! < 0) continue;
      items[to] = this.#items[at]!;
      since[to++] = this.#since[at]!;
    }
    this.#items = items;
    this.#since = since;
    this.#head = 0;
    this.#tail = to;
  }
}

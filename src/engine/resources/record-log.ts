/**
 * An append-only log of (key, time) with offsets that never change. Readers keep their own offsets; what all of them
 * have read is dropped from the front. A growing ring; allocates only when it grows.
 */
export class RecordLog {
  /** Offset of the first record kept. */
  start = 0;
  /** Offset of the next record to come. */
  end = 0;
  #keys = new Int32Array(64);
  #times = new Float64Array(64);

  get length(): number {
    return this.end - this.start;
  }

  /** Appends a record. Returns its offset. */
  append(key: number, time: number): number {
    if (this.length === this.#keys.length) this.#grow();
    const at = this.end & (this.#keys.length - 1);
    this.#keys[at] = key;
    this.#times[at] = time;
    return this.end++;
  }

  /** Appends a record nobody will read. */
  pass(): void {
    this.end++;
    this.start = this.end;
  }

  key(offset: number): number {
    return this.#keys[offset & (this.#keys.length - 1)]!;
  }

  time(offset: number): number {
    return this.#times[offset & (this.#times.length - 1)]!;
  }

  /** Drops the records before this offset. */
  dropTo(offset: number): void {
    if (offset > this.start) this.start = Math.min(offset, this.end);
  }

  #grow(): void {
    const length = this.#keys.length * 2;
    const keys = new Int32Array(length);
    const times = new Float64Array(length);
    for (let offset = this.start; offset < this.end; offset++) {
      const at = offset & (length - 1);
      keys[at] = this.key(offset);
      times[at] = this.time(offset);
    }
    this.#keys = keys;
    this.#times = times;
  }
}

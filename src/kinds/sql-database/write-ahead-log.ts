/**
 * The log of committed writes, in commit order: row, serial of the write, when it was committed, and whether anybody was
 * told so. Offsets never change; the tail can be cut off, which is what a promotion does. A growing ring; allocates only
 * when it grows.
 */
export class WriteAheadLog {
  /** Offset of the first write kept, and of the next to come: the position (LSN), counted in writes. */
  start = 0;
  end = 0;
  #rows = new Int32Array(64);
  #serials = new Int32Array(64);
  #times = new Float64Array(64);
  #acknowledged = new Uint8Array(64);

  get length(): number {
    return this.end - this.start;
  }

  append(row: number, serial: number, time: number): number {
    if (this.length === this.#rows.length) this.#grow();
    const at = this.end & (this.#rows.length - 1);
    this.#rows[at] = row;
    this.#serials[at] = serial;
    this.#times[at] = time;
    this.#acknowledged[at] = 0;
    return this.end++;
  }

  row(offset: number): number {
    return this.#rows[offset & (this.#rows.length - 1)]!;
  }

  serial(offset: number): number {
    return this.#serials[offset & (this.#rows.length - 1)]!;
  }

  time(offset: number): number {
    return this.#times[offset & (this.#rows.length - 1)]!;
  }

  /** The client has been told that this write is safe. */
  acknowledge(offset: number): void {
    this.#acknowledged[offset & (this.#rows.length - 1)] = 1;
  }

  /** How many of the writes from this offset on were acknowledged. */
  acknowledgedFrom(offset: number): number {
    let count = 0;
    for (let i = offset; i < this.end; i++) count += this.#acknowledged[i & (this.#rows.length - 1)]!;
    return count;
  }

  /** Forgets everything from this offset on. */
  cutAt(offset: number): void {
    if (offset < this.end) this.end = Math.max(this.start, offset);
  }

  /** Drops what all have applied. */
  dropTo(offset: number): void {
    if (offset > this.start) this.start = Math.min(offset, this.end);
  }

  #grow(): void {
    const length = this.#rows.length * 2;
    const rows = new Int32Array(length);
    const serials = new Int32Array(length);
    const times = new Float64Array(length);
    const acknowledged = new Uint8Array(length);
    for (let offset = this.start; offset < this.end; offset++) {
      const from = offset & (this.#rows.length - 1);
      const to = offset & (length - 1);
      rows[to] = this.#rows[from]!;
      serials[to] = this.#serials[from]!;
      times[to] = this.#times[from]!;
      acknowledged[to] = this.#acknowledged[from]!;
    }
    this.#rows = rows;
    this.#serials = serials;
    this.#times = times;
    this.#acknowledged = acknowledged;
  }
}

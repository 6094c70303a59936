/** What the producer of a record knows about it. */
export const UNANSWERED = 0;
export const ACKNOWLEDGED = 1;
/** Sent without asking for an acknowledgement. */
export const UNASKED = 2;

/**
 * The log of one partition: key, root, time, size, operation and mark of each record, at offsets that never change. Consumers see
 * what lies below the high watermark. A growing ring; allocates only when it grows.
 */
export class PartitionLog {
  /** Offset of the first record kept. */
  start = 0;
  /** Offset of the next record to come: the log end offset of the leader. */
  end = 0;
  /** All in-sync replicas have what lies below. */
  highWatermark = 0;
  /** Size of what is kept. */
  bytes = 0;
  #keys = new Int32Array(64);
  #roots = new Float64Array(64);
  #times = new Float64Array(64);
  #sizes = new Int32Array(64);
  #abouts = new Int32Array(64);
  #marks = new Uint8Array(64);

  get length(): number {
    return this.end - this.start;
  }

  append(key: number, root: number, time: number, size: number, about: number, mark: number): void {
    if (this.length === this.#keys.length) this.#grow();
    const at = this.end & (this.#keys.length - 1);
    this.#keys[at] = key;
    this.#roots[at] = root;
    this.#times[at] = time;
    this.#sizes[at] = size;
    this.#abouts[at] = about;
    this.#marks[at] = mark;
    this.bytes += size;
    this.end++;
  }

  key(offset: number): number {
    return this.#keys[offset & (this.#keys.length - 1)]!;
  }

  /** Serial of the first call of the request that the record came from: it tells a redelivery from another record. */
  root(offset: number): number {
    return this.#roots[offset & (this.#roots.length - 1)]!;
  }

  time(offset: number): number {
    return this.#times[offset & (this.#times.length - 1)]!;
  }

  size(offset: number): number {
    return this.#sizes[offset & (this.#sizes.length - 1)]!;
  }

  /** Operation and priority, as `Calls.about` packs them. */
  about(offset: number): number {
    return this.#abouts[offset & (this.#abouts.length - 1)]!;
  }

  mark(offset: number): number {
    return this.#marks[offset & (this.#marks.length - 1)]!;
  }

  /** The producer has been told that these records are safe. */
  acknowledge(from: number, to: number): void {
    for (let offset = from; offset < to; offset++) this.#marks[offset & (this.#marks.length - 1)] = ACKNOWLEDGED;
  }

  /** Drops the records before this offset. */
  dropTo(offset: number): void {
    const to = Math.min(offset, this.end);
    while (this.start < to) this.bytes -= this.#sizes[this.start++ & (this.#sizes.length - 1)]!;
  }

  /** Takes back the records from this offset on. */
  truncate(offset: number): void {
    const to = Math.max(offset, this.start);
    while (this.end > to) this.bytes -= this.#sizes[--this.end & (this.#sizes.length - 1)]!;
    if (this.highWatermark > this.end) this.highWatermark = this.end;
  }

  #grow(): void {
    const length = this.#keys.length * 2;
    const keys = new Int32Array(length);
    const roots = new Float64Array(length);
    const times = new Float64Array(length);
    const sizes = new Int32Array(length);
    const abouts = new Int32Array(length);
    const marks = new Uint8Array(length);
    for (let offset = this.start; offset < this.end; offset++) {
      const to = offset & (length - 1);
      const from = offset & (this.#keys.length - 1);
      keys[to] = this.#keys[from]!;
      roots[to] = this.#roots[from]!;
      times[to] = this.#times[from]!;
      sizes[to] = this.#sizes[from]!;
      abouts[to] = this.#abouts[from]!;
      marks[to] = this.#marks[from]!;
    }
    this.#keys = keys;
    this.#roots = roots;
    this.#times = times;
    this.#sizes = sizes;
    this.#abouts = abouts;
    this.#marks = marks;
  }
}

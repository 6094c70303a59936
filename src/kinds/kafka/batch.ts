/** Where a batch is. */
export const FILLING = 0;
/** Waits for the sender: it is full, has lingered, or is to be sent again. */
export const READY = 1;
/** On its way to a broker, there, or waiting for replicas. */
export const SENT = 2;
export const FREE = 3;

/** Nothing of it has been appended. */
export const NOT_APPENDED = -1;

/** Records of one producer for one partition that travel, are stored and are acknowledged together. */
export class Batch {
  readonly index: number;
  state = FREE;
  /** Tells one sending from another, so that what is left over from an earlier one is recognised. */
  stamp = 0;
  producer = 0;
  partition = 0;
  /** Rises within (producer, partition). */
  sequence = 0;
  count = 0;
  bytes = 0;
  /** Whether some broker has begun to work on it. */
  begun = false;
  createdAt = 0;
  sentAt = 0;
  /** Not sent again before this time. */
  notBefore = 0;
  /** The broker it was sent to. */
  target = 0;
  /** Offset of its first record once appended, and the epoch of the partition then. */
  base = NOT_APPENDED;
  /** Why it could not be stored so far: a code of a cause. */
  trouble = 0;
  /** By record: its call, or −1 when nobody waits; its key; its size; its operation and priority; the request it came from. */
  calls = new Int32Array(4);
  keys = new Int32Array(4);
  sizes = new Int32Array(4);
  abouts = new Int32Array(4);
  roots = new Float64Array(4);

  constructor(index: number) {
    this.index = index;
  }

  /** Whether it is under way to a partition. */
  uses(partition: number): boolean {
    return this.state !== FREE && this.partition === partition;
  }

  /** Whether somebody waits to hear of it. */
  get awaited(): boolean {
    for (let i = 0; i < this.count; i++) if (this.calls[i]! >= 0) return true;
    return false;
  }

  add(call: number, key: number, size: number, root: number, about: number): void {
    if (this.count === this.calls.length) this.#grow();
    this.calls[this.count] = call;
    this.keys[this.count] = key;
    this.roots[this.count] = root;
    this.abouts[this.count] = about;
    this.sizes[this.count++] = size;
    this.bytes += size;
  }

  #grow(): void {
    const wider = (list: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> => {
      const longer = new Int32Array(list.length * 2);
      longer.set(list);
      return longer;
    };
    this.calls = wider(this.calls);
    this.keys = wider(this.keys);
    this.sizes = wider(this.sizes);
    this.abouts = wider(this.abouts);
    const roots = new Float64Array(this.roots.length * 2);
    roots.set(this.roots);
    this.roots = roots;
  }
}

const INDEX_BITS = 20;
const STAMPS = 1 << 10;

/** Batches that are used again; the pool grows to the most that were ever there at once. */
export class BatchPool {
  readonly all: Batch[] = [];
  readonly #free: Batch[] = [];

  take(producer: number, partition: number, sequence: number, now: number): Batch {
    let batch = this.#free.pop();
    if (!batch) {
      batch = new Batch(this.all.length);
      this.all.push(batch);
    }
    batch.state = FILLING;
    batch.producer = producer;
    batch.partition = partition;
    batch.sequence = sequence;
    batch.count = batch.bytes = batch.notBefore = batch.trouble = 0;
    batch.createdAt = now;
    batch.begun = false;
    batch.base = NOT_APPENDED;
    return batch;
  }

  release(batch: Batch): void {
    batch.state = FREE;
    this.restamp(batch);
    this.#free.push(batch);
  }

  restamp(batch: Batch): void {
    batch.stamp = (batch.stamp + 1) % STAMPS;
  }

  /** A number for this sending of the batch. */
  ticket(batch: Batch): number {
    return batch.index + batch.stamp * (1 << INDEX_BITS);
  }

  /** The batch of a ticket, or undefined when that sending is over. */
  of(ticket: number): Batch | undefined {
    const batch = this.all[ticket & ((1 << INDEX_BITS) - 1)]!;
    return batch.stamp === ticket >>> INDEX_BITS ? batch : undefined;
  }

  get inUse(): number {
    return this.all.length - this.#free.length;
  }

  clear(): void {
    for (const batch of this.all) if (batch.state !== FREE) this.release(batch);
  }
}

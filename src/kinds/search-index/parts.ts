import { type CallId, NO_CALL } from '../../engine/calls';
import { Slots, type SlotTally } from '../../engine/resources/slots';

/** One copy of one shard: cores with a queue before them. Its items are parts of requests. */
export class Copy {
  readonly slots: Slots;
  /** For the statistics: copies cannot help each other. */
  readonly number: number;
  /** Still a copy of a shard that exists. */
  used = true;
  /** How many may wait. */
  limit = 0;
  /** Times as long as it should. */
  slowness = 1;
  /** Parts in the queue that nobody wants any more: they are passed over when their turn comes. */
  void = 0;

  constructor(number: number, tally: SlotTally) {
    this.number = number;
    // Replicas must take what their primary has accepted, so the limit is the owner's business.
    this.slots = new Slots(0, Infinity, tally);
  }

  /** At work and waiting. */
  get load(): number {
    return this.slots.busy + this.#waiting;
  }

  get full(): boolean {
    return this.slots.busy >= this.slots.total && this.#waiting >= this.limit;
  }

  get #waiting(): number {
    return this.slots.queue.length - this.void;
  }

  clear(): void {
    this.slots.clear();
    this.void = 0;
  }
}

/**
 * Parts of requests: which call, at which copy, and how long it takes there. Those of one call are in a list of its own.
 * Records are reused.
 */
export class Parts {
  #calls = new Int32Array(64);
  #copies = new Int32Array(64);
  #begun = new Uint8Array(64);
  #before = new Int32Array(64);
  #after = new Int32Array(64);
  /** Microseconds of work; also links the free records. */
  #micros = new Float64Array(64);
  #used = 0;
  #firstFree = -1;

  /** NO_CALL once nobody wants it any more. */
  call(part: number): CallId {
    return this.#calls[part]!;
  }
  after(part: number): number {
    return this.#after[part]!;
  }
  begun(part: number): boolean {
    return this.#begun[part] === 1;
  }
  setBegun(part: number): void {
    this.#begun[part] = 1;
  }
  copy(part: number): number {
    return this.#copies[part]!;
  }
  micros(part: number): number {
    return this.#micros[part]!;
  }

  /** A part of a call whose latest part so far is `after`, or −1. */
  open(call: CallId, copy: number, micros: number, after: number): number {
    let part = this.#firstFree;
    if (part >= 0) this.#firstFree = this.#micros[part]!;
    else {
      if (this.#used === this.#calls.length) this.#grow();
      part = this.#used++;
    }
    this.#calls[part] = call;
    this.#copies[part] = copy;
    this.#micros[part] = micros;
    this.#begun[part] = 0;
    this.#before[part] = -1;
    this.#after[part] = after;
    if (after >= 0) this.#before[after] = part;
    return part;
  }

  /** Takes a part out of the list of its call, whose latest part is `first`: returns the latest one now. */
  unlink(part: number, first: number): number {
    const before = this.#before[part]!;
    const after = this.#after[part]!;
    if (after >= 0) this.#before[after] = before;
    if (before >= 0) this.#after[before] = after;
    return part === first ? after : first;
  }

  /** Nobody wants it any more. */
  disown(part: number): void {
    this.#calls[part] = NO_CALL;
  }

  close(part: number): void {
    this.#micros[part] = this.#firstFree;
    this.#firstFree = part;
  }

  clear(): void {
    this.#used = 0;
    this.#firstFree = -1;
  }

  #grow(): void {
    const length = this.#calls.length * 2;
    const grown = (old: Int32Array): Int32Array<ArrayBuffer> => {
      const array = new Int32Array(length);
      array.set(old);
      return array;
    };
    this.#calls = grown(this.#calls);
    this.#copies = grown(this.#copies);
    this.#before = grown(this.#before);
    this.#after = grown(this.#after);
    const begun = new Uint8Array(length);
    begun.set(this.#begun);
    this.#begun = begun;
    const micros = new Float64Array(length);
    micros.set(this.#micros);
    this.#micros = micros;
  }
}

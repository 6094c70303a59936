import { type CallId } from '../../engine/calls';
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

  constructor(number: number, tally: SlotTally) {
    this.number = number;
    // Replicas must take what their primary has accepted, so the limit is the owner's business.
    this.slots = new Slots(0, Infinity, tally);
  }

  /** At work and waiting. */
  get load(): number {
    return this.slots.busy + this.slots.queue.length;
  }

  get full(): boolean {
    return this.slots.busy >= this.slots.total && this.slots.queue.length >= this.limit;
  }
}

/** Parts of requests: which call, at which copy, and how long it takes there. Records are reused. */
export class Parts {
  #calls = new Int32Array(64);
  #copies = new Int32Array(64);
  /** Microseconds of work; also links the free records. */
  #micros = new Float64Array(64);
  #used = 0;
  #firstFree = -1;

  call(part: number): CallId {
    return this.#calls[part]!;
  }
  copy(part: number): number {
    return this.#copies[part]!;
  }
  micros(part: number): number {
    return this.#micros[part]!;
  }

  open(call: CallId, copy: number, micros: number): number {
    let part = this.#firstFree;
    if (part >= 0) this.#firstFree = this.#micros[part]!;
    else {
      if (this.#used === this.#calls.length) this.#grow();
      part = this.#used++;
    }
    this.#calls[part] = call;
    this.#copies[part] = copy;
    this.#micros[part] = micros;
    return part;
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
    const calls = new Int32Array(length);
    calls.set(this.#calls);
    this.#calls = calls;
    const copies = new Int32Array(length);
    copies.set(this.#copies);
    this.#copies = copies;
    const micros = new Float64Array(length);
    micros.set(this.#micros);
    this.#micros = micros;
  }
}

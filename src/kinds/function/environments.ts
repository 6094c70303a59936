/**
 * The environments of a serverless function: each serves one request at a time. A request takes the idle one that was
 * used last; one that stays idle for the keep-alive time is gone. It only counts and orders; its owner sets the timers.
 * Records live in typed arrays and are reused.
 */
const NONE = -1;

export class Environments {
  /** Serving a request or starting up for one, and kept without a request. */
  active = 0;
  idle = 0;
  /** Of the active ones, those that start up. */
  starting = 0;

  #used = 0;
  #firstFree = NONE;
  #calls = new Int32Array(64);
  /** Grows when the record is given up: timers of its former life are void. */
  #generations = new Int32Array(64);
  #versions = new Int32Array(64);
  /** When what it does now began: starting up counts towards the bill. */
  #billedFrom = new Float64Array(64);
  #begunAt = new Float64Array(64);
  /** Neighbours among those that work, in the order in which they began; `#after` also links the free records. */
  #before = new Int32Array(64);
  #after = new Int32Array(64);
  #first = NONE;
  #last = NONE;
  /** Since when each idle environment is idle, oldest first: a ring. */
  #idleSince = new Float64Array(64);
  #head = 0;
  #version = 0;

  call(environment: number): number {
    return this.#calls[environment]!;
  }
  generation(environment: number): number {
    return this.#generations[environment]!;
  }
  billedFrom(environment: number): number {
    return this.#billedFrom[environment]!;
  }
  begunAt(environment: number): number {
    return this.#begunAt[environment]!;
  }
  /** The one that has worked for longest on its request, or −1. */
  get longestAtWork(): number {
    return this.#first;
  }
  /** Since when the longest idle one is idle; Infinity when there is none. */
  get oldestIdle(): number {
    return this.idle === 0 ? Infinity : this.#idleSince[this.#head]!;
  }

  /** A record for a request. `warm` takes it from the idle ones, which must not be empty; else it has to start up. */
  take(call: number, warm: boolean, now: number): number {
    let environment = this.#firstFree;
    if (environment >= 0) this.#firstFree = this.#after[environment]!;
    else {
      if (this.#used === this.#calls.length) this.#grow();
      environment = this.#used++;
    }
    if (warm) this.idle--;
    else this.starting++;
    this.active++;
    this.#calls[environment] = call;
    this.#versions[environment] = this.#version;
    this.#billedFrom[environment] = now;
    this.#before[environment] = NONE;
    this.#after[environment] = NONE;
    this.#begunAt[environment] = -1;
    return environment;
  }

  /** It is up, if it had to start, and works on its request from now on. */
  begin(environment: number, now: number, warm: boolean): void {
    if (!warm) this.starting--;
    this.#begunAt[environment] = now;
    this.#before[environment] = this.#last;
    if (this.#last >= 0) this.#after[this.#last] = environment;
    else this.#first = environment;
    this.#last = environment;
  }

  /** Its request has ended. It is kept for the next one, unless it is spoilt or its version was replaced. */
  release(environment: number, now: number, spoilt: boolean): void {
    const before = this.#before[environment]!;
    const after = this.#after[environment]!;
    if (before >= 0) this.#after[before] = after;
    else this.#first = after;
    if (after >= 0) this.#before[after] = before;
    else this.#last = before;
    this.#generations[environment]!++;
    this.#after[environment] = this.#firstFree;
    this.#firstFree = environment;
    this.active--;
    if (spoilt || this.#versions[environment] !== this.#version) return;
    if (this.idle === this.#idleSince.length) this.#growIdle();
    this.#idleSince[(this.#head + this.idle++) & (this.#idleSince.length - 1)] = now;
  }

  /** Drops the idle ones that are idle since this time or earlier. */
  reap(since: number): void {
    while (this.idle > 0 && this.#idleSince[this.#head]! <= since) {
      this.#head = (this.#head + 1) & (this.#idleSince.length - 1);
      this.idle--;
    }
  }

  /** A new version of the program: idle ones go at once, the others when their request has ended. */
  replaceAll(): void {
    this.#version++;
    this.idle = 0;
  }

  clear(): void {
    for (let i = 0; i < this.#used; i++) this.#generations[i]!++;
    this.active = this.idle = this.starting = 0;
    this.#used = 0;
    this.#firstFree = this.#first = this.#last = NONE;
  }

  #grow(): void {
    const length = this.#calls.length * 2;
    const ints = (old: Int32Array): Int32Array<ArrayBuffer> => {
      const array = new Int32Array(length);
      array.set(old);
      return array;
    };
    const floats = (old: Float64Array): Float64Array<ArrayBuffer> => {
      const array = new Float64Array(length);
      array.set(old);
      return array;
    };
    this.#calls = ints(this.#calls);
    this.#generations = ints(this.#generations);
    this.#versions = ints(this.#versions);
    this.#before = ints(this.#before);
    this.#after = ints(this.#after);
    this.#billedFrom = floats(this.#billedFrom);
    this.#begunAt = floats(this.#begunAt);
  }

  #growIdle(): void {
    const length = this.#idleSince.length * 2;
    const ring = new Float64Array(length);
    for (let i = 0; i < this.idle; i++) ring[i] = this.#idleSince[(this.#head + i) & (this.#idleSince.length - 1)]!;
    this.#idleSince = ring;
    this.#head = 0;
  }
}

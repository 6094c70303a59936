import type { CallId } from '../calls';

const NONE = -1;
const SLOT_INTS = 6;
const KEY = 0;
const LOADS = 1;
const TOKEN = 2;
const STATE = 3;
const FIRST = 4;
const LAST = 5;

/** What a flight is doing for those who joined it. */
export const FLIGHT = {
  /** Nobody joined: only loads are counted. */
  idle: 0,
  /** Loads, with a lease or without needing one. */
  loading: 1,
  /** Loads, and may not fill. */
  loadingUnleased: 2,
  /** Somebody else loads: looks again and again. */
  polling: 3,
} as const;

/**
 * Loads under way by key, and the calls that wait for them: what single-flight needs. There are as many waiters as the
 * owner holds calls, at most; records are pooled, so it allocates only while it grows.
 */
export class Flights {
  readonly #slots = new Map<number, number>();
  #ints = new Int32Array(16 * SLOT_INTS);
  #firstFree = NONE;
  #used = 0;
  #waiterCalls = new Int32Array(16);
  #waiterNext = new Int32Array(16);
  #waiterSerials = new Float64Array(16);
  #firstFreeWaiter = NONE;
  #waitersUsed = 0;
  /** Serial given for the waiter that `leave` returned last. */
  serial = 0;

  /** Keys in flight. */
  get size(): number {
    return this.#slots.size;
  }

  /** The slot of a key in flight, or −1. */
  find(key: number): number {
    return this.#slots.get(key) ?? NONE;
  }

  /** The slot of a key, in flight from now on. */
  open(key: number): number {
    const found = this.find(key);
    if (found >= 0) return found;
    let slot = this.#firstFree;
    if (slot >= 0) this.#firstFree = this.#ints[slot * SLOT_INTS + LAST]!;
    else {
      if (this.#used * SLOT_INTS === this.#ints.length) {
        const grown = new Int32Array(this.#ints.length * 2);
        grown.set(this.#ints);
        this.#ints = grown;
      }
      slot = this.#used++;
    }
    const at = slot * SLOT_INTS;
    const ints = this.#ints;
    ints[at + KEY] = key;
    ints[at + LOADS] = ints[at + TOKEN] = 0;
    ints[at + STATE] = FLIGHT.idle;
    ints[at + FIRST] = ints[at + LAST] = NONE;
    this.#slots.set(key, slot);
    return slot;
  }

  /** Frees the slot when nothing is under way for its key. */
  closeIfDone(slot: number): void {
    const at = slot * SLOT_INTS;
    const ints = this.#ints;
    if (ints[at + LOADS]! > 0 || ints[at + STATE] !== FLIGHT.idle) return;
    this.#slots.delete(ints[at + KEY]!);
    ints[at + LAST] = this.#firstFree;
    this.#firstFree = slot;
  }

  loads(slot: number): number {
    return this.#ints[slot * SLOT_INTS + LOADS]!;
  }

  addLoads(slot: number, change: number): void {
    this.#ints[slot * SLOT_INTS + LOADS]! += change;
  }

  state(slot: number): number {
    return this.#ints[slot * SLOT_INTS + STATE]!;
  }

  setState(slot: number, state: number): void {
    this.#ints[slot * SLOT_INTS + STATE] = state;
  }

  /** Number of the lease given last for this key, 0 … 127: loads with an older one must not fill. */
  token(slot: number): number {
    return this.#ints[slot * SLOT_INTS + TOKEN]!;
  }

  newToken(slot: number): void {
    const at = slot * SLOT_INTS + TOKEN;
    this.#ints[at] = (this.#ints[at]! + 1) & 127;
  }

  /** A call waits for the end of the flight. */
  join(slot: number, call: CallId, serial: number): void {
    let waiter = this.#firstFreeWaiter;
    if (waiter >= 0) this.#firstFreeWaiter = this.#waiterNext[waiter]!;
    else {
      if (this.#waitersUsed === this.#waiterCalls.length) this.#growWaiters();
      waiter = this.#waitersUsed++;
    }
    this.#waiterCalls[waiter] = call;
    this.#waiterSerials[waiter] = serial;
    this.#waiterNext[waiter] = NONE;
    const at = slot * SLOT_INTS;
    const last = this.#ints[at + LAST]!;
    if (last >= 0) this.#waiterNext[last] = waiter;
    else this.#ints[at + FIRST] = waiter;
    this.#ints[at + LAST] = waiter;
  }

  /** Takes out the call that waits longest, or returns −1. Its record may serve another call by now: see `serial`. */
  leave(slot: number): CallId {
    const at = slot * SLOT_INTS;
    const waiter = this.#ints[at + FIRST]!;
    if (waiter < 0) return NONE;
    const next = this.#waiterNext[waiter]!;
    this.#ints[at + FIRST] = next;
    if (next < 0) this.#ints[at + LAST] = NONE;
    this.#waiterNext[waiter] = this.#firstFreeWaiter;
    this.#firstFreeWaiter = waiter;
    this.serial = this.#waiterSerials[waiter]!;
    return this.#waiterCalls[waiter]!;
  }

  clear(): void {
    this.#slots.clear();
    this.#firstFree = this.#firstFreeWaiter = NONE;
    this.#used = this.#waitersUsed = 0;
  }

  #growWaiters(): void {
    const length = this.#waiterCalls.length * 2;
    const calls = new Int32Array(length);
    calls.set(this.#waiterCalls);
    this.#waiterCalls = calls;
    const next = new Int32Array(length);
    next.set(this.#waiterNext);
    this.#waiterNext = next;
    const serials = new Float64Array(length);
    serials.set(this.#waiterSerials);
    this.#waiterSerials = serials;
  }
}

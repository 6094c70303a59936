/**
 * What the clients of a store did and saw: each operation with the time it was sent, the time its answer left, the value
 * and how it ended. The last so many are kept, in a ring; nothing is allocated for an operation.
 *
 * Values are those of an oracle: each write of a run has its own, and 0 is a key never written. So a read names the write
 * that it saw. A checker of consistency reads the history; behaviours must never decide by it.
 */
import { type CallId, type Calls, FLAG } from '../calls';

/** How an operation ended, as far as the store knows. */
export const ENDED = {
  /** No answer yet, or one that does not tell: a write may have happened or may still happen. */
  unknown: 0,
  ok: 1,
  /** It did certainly not happen and never will. */
  failed: 2,
} as const;

export interface Operation {
  /** In the order of arrival; unique in a run. */
  readonly number: number;
  /** Index of the component that asked, and which of its users. */
  readonly caller: number;
  readonly user: number;
  readonly key: number;
  readonly write: boolean;
  /** Of a write: its own. Of a read: that of the write it saw; 0 is none. */
  readonly value: number;
  /** Microseconds: when the caller sent it, and when the answer left; Infinity while there is none. */
  readonly start: number;
  readonly end: number;
  readonly outcome: number;
}

/** Room for a minute of a few hundred operations a second. */
const LIMIT = 20_000;

export class OperationHistory {
  /** Operations begun so far. */
  begun = 0;
  readonly #limit: number;
  readonly #callers: Int32Array;
  readonly #users: Int32Array;
  readonly #keys: Int32Array;
  readonly #writes: Uint8Array;
  readonly #values: Int32Array;
  readonly #outcomes: Uint8Array;
  readonly #starts: Float64Array;
  readonly #ends: Float64Array;

  constructor(limit = LIMIT) {
    this.#limit = limit;
    this.#callers = new Int32Array(limit);
    this.#users = new Int32Array(limit);
    this.#keys = new Int32Array(limit);
    this.#writes = new Uint8Array(limit);
    this.#values = new Int32Array(limit);
    this.#outcomes = new Uint8Array(limit);
    this.#starts = new Float64Array(limit);
    this.#ends = new Float64Array(limit);
  }

  /** The first operation that is kept. Those before it are forgotten. */
  get first(): number {
    return Math.max(0, this.begun - this.#limit);
  }

  /** A call has arrived. `value` is that of a write. Returns its number, which fits into a work slot of the call. */
  begin(calls: Calls, call: CallId, value = 0): number {
    const number = this.begun++;
    const at = number % this.#limit;
    this.#callers[at] = calls.source(call);
    this.#users[at] = calls.user(call);
    this.#keys[at] = calls.key(call);
    this.#writes[at] = calls.write(call);
    this.#values[at] = value;
    this.#outcomes[at] = ENDED.unknown;
    this.#starts[at] = calls.sentAt(call);
    this.#ends[at] = Infinity;
    return number;
  }

  /** The value of a write, where it is not known at once. */
  wrote(number: number, value: number): void {
    if (number >= this.first) this.#values[number % this.#limit] = value;
  }

  /** The call is answered now. `value` is what a read saw. Must be told before the answer is given. */
  end(number: number, calls: Calls, call: CallId, now: number, outcome: number, value = 0): void {
    if (number < this.first) return;
    const at = number % this.#limit;
    const read = this.#writes[at] === 0;
    // What nobody waits for any more is seen by nobody.
    if (read && (calls.flags(call) & FLAG.sourceDone) !== 0) return;
    if (read) this.#values[at] = value;
    this.#outcomes[at] = outcome;
    if (outcome !== ENDED.unknown) this.#ends[at] = now;
  }

  /** All that is kept, in the order of arrival. */
  operations(): Operation[] {
    const operations: Operation[] = [];
    for (let number = this.first; number < this.begun; number++) {
      const at = number % this.#limit;
      operations.push({
        number,
        caller: this.#callers[at]!,
        user: this.#users[at]!,
        key: this.#keys[at]!,
        write: this.#writes[at] === 1,
        value: this.#values[at]!,
        start: this.#starts[at]!,
        end: this.#ends[at]!,
        outcome: this.#outcomes[at]!,
      });
    }
    return operations;
  }
}

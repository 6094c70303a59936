/**
 * The calls a component has under way for each request it holds, so that they can be withdrawn when nobody wants the
 * request any more. Kept only once a caller can say so (a connection with cancellation leads here): without one it costs
 * a comparison a call. Lists go through arrays by the number of the call, and allocate only while those grow.
 */
import type { Context } from '../behaviour';
import { type CallId, NO_CALL } from '../calls';

export class SubCalls {
  /** Calls sent from this time on are listed; Infinity while nobody can cancel. In microseconds. */
  #since = Infinity;
  #first = new Int32Array(0);
  #before = new Int32Array(0);
  #after = new Int32Array(0);
  readonly #context: Context;

  constructor(context: Context) {
    this.#context = context;
  }

  /** Reads the incoming connections anew. Once begun, lists are kept for good: calls under way are in them. */
  rewire(): void {
    if (this.#since < Infinity || !this.#context.incoming.some(({ config }) => config.cancel)) return;
    this.#since = this.#context.now;
    this.#reserve(63);
  }

  /** A request arrives: nothing is under way for it. */
  begin(call: CallId): void {
    if (this.#since === Infinity) return;
    this.#reserve(call);
    this.#first[call] = NO_CALL;
  }

  /** As `Context.send`, for a request that is held here. */
  send(link: number, call: CallId, verb: number, write: number, key: number, ticket: number): void {
    const sub = this.#context.send(link, call, verb, write, key, ticket);
    if (this.#since === Infinity) return;
    this.#reserve(Math.max(call, sub));
    const next = this.#first[call]!;
    this.#before[sub] = NO_CALL;
    this.#after[sub] = next;
    if (next >= 0) this.#before[next] = sub;
    this.#first[call] = sub;
  }

  /** A call has its outcome. Lists of requests that are gone are never read again, so they may stay as they are. */
  ended(sub: CallId): void {
    if (this.#since === Infinity) return;
    const { calls } = this.#context;
    if (calls.sentAt(sub) >= this.#since && calls.parentAlive(sub)) this.#unlink(calls.parent(sub), sub);
  }

  /** Takes out any call that is under way for a request, or returns NO_CALL. */
  take(call: CallId): CallId {
    if (this.#since === Infinity || call >= this.#first.length) return NO_CALL;
    const sub = this.#first[call]!;
    if (sub >= 0) this.#unlink(call, sub);
    return sub;
  }

  #unlink(call: CallId, sub: CallId): void {
    const before = this.#before[sub]!;
    const after = this.#after[sub]!;
    if (before >= 0) this.#after[before] = after;
    else this.#first[call] = after;
    if (after >= 0) this.#before[after] = before;
  }

  #reserve(call: CallId): void {
    if (call < this.#first.length) return;
    let length = Math.max(64, this.#first.length);
    while (length <= call) length *= 2;
    const grown = (old: Int32Array): Int32Array<ArrayBuffer> => {
      const array = new Int32Array(length).fill(NO_CALL);
      array.set(old);
      return array;
    };
    this.#first = grown(this.#first);
    this.#before = grown(this.#before);
    this.#after = grown(this.#after);
  }
}

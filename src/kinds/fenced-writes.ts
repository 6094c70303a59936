/** Looks at the tokens of the writes to a store, and counts those of old holders that it accepts. */
import type { Context } from '../engine/behaviour';
import type { CallId } from '../engine/calls';
import { Fencing } from '../engine/resources/fencing';
import type { FencingMode } from './fencing-field';

export class FencedWrites {
  mode: FencingMode = 'accept';
  readonly #context: Context;
  readonly #rows = new Fencing();
  readonly #store = new Fencing();
  readonly #zombieWrites: number;

  constructor(context: Context) {
    this.#context = context;
    this.#zombieWrites = context.counter('zombieWrites');
  }

  /** Whether a write that is about to happen has to be refused. */
  refuses(call: CallId): boolean {
    const { calls } = this.#context;
    const token = calls.fence(call);
    if (token === 0) return false;
    const lateForAll = this.#store.isLate(0, token);
    const lateForRow = this.#rows.isLate(calls.key(call), token);
    if (this.mode === 'accept') {
      if (lateForRow) this.#context.count(this.#zombieWrites);
      return false;
    }
    return this.mode === 'reject-row' ? lateForRow : lateForAll;
  }
}

/**
 * What a participant knows about the steps of sagas that it was asked for: on
 * disk, so it survives a crash. A step asked for twice is done once, and a step whose compensation came first is never
 * done. The oldest are forgotten beyond a hundred thousand.
 */
import type { CallId, Calls } from '../calls';

/** A step is known by the connection of its coordinator and the number of the saga there. */
const NUMBERS = 2_147_483_648;
const MOST = 100_000;

export const STEP = { unknown: 0, done: 1, undone: 2 } as const;

export class StepTable {
  readonly #steps = new Map<number, number>();
  readonly #calls: Calls;

  constructor(calls: Calls) {
    this.#calls = calls;
  }

  state(call: CallId): number {
    return this.#steps.get(this.#id(call)) ?? STEP.unknown;
  }

  set(call: CallId, state: number): void {
    const id = this.#id(call);
    if (!this.#steps.has(id) && this.#steps.size >= MOST) {
      for (const oldest of this.#steps.keys()) if (this.#steps.delete(oldest)) break;
    }
    this.#steps.set(id, state);
  }

  #id(call: CallId): number {
    return this.#calls.connection(call) * NUMBERS + this.#calls.ticket(call);
  }
}

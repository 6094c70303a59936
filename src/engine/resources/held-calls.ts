import type { CallId } from '../calls';

/** The calls that a component holds, so that it can find those which an accident concerns. Costs a byte for each. */
export class HeldCalls {
  #calls = new Uint8Array(256);

  add(call: CallId): void {
    if (call >= this.#calls.length) {
      const calls = new Uint8Array(Math.max(call + 1, this.#calls.length * 2));
      calls.set(this.#calls);
      this.#calls = calls;
    }
    this.#calls[call] = 1;
  }

  has(call: CallId): boolean {
    return this.#calls[call] === 1;
  }

  remove(call: CallId): void {
    this.#calls[call] = 0;
  }

  /** Each of them, which may be removed meanwhile. */
  each(see: (call: CallId) => void): void {
    for (let call = 0; call < this.#calls.length; call++) if (this.#calls[call] === 1) see(call);
  }

  clear(): void {
    this.#calls.fill(0);
  }
}

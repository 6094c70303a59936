/** What the queue notes about each call it has under way: which receiver it went to, and with which receipt. */
import type { CallId } from '../../engine/calls';

export class Receipts {
  #receivers = new Int32Array(256);
  #receipts = new Int32Array(256);

  note(call: CallId, receiver: number, receipt: number): void {
    if (call >= this.#receivers.length) this.#grow(call);
    this.#receivers[call] = receiver;
    this.#receipts[call] = receipt;
  }

  receiver(call: CallId): number {
    return this.#receivers[call]!;
  }

  receipt(call: CallId): number {
    return this.#receipts[call]!;
  }

  #grow(call: CallId): void {
    let length = this.#receivers.length;
    while (length <= call) length *= 2;
    const [receivers, receipts] = [new Int32Array(length), new Int32Array(length)];
    receivers.set(this.#receivers);
    receipts.set(this.#receipts);
    this.#receivers = receivers;
    this.#receipts = receipts;
  }
}

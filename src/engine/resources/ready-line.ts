/**
 * Messages that may be delivered, the oldest first. What comes back takes its old place: whatever was handed out once is
 * older than all that never was, so those that came back are a heap of their own before the line of the fresh ones.
 */
import { IntQueue } from './int-queue';
import { type MessageId, type MessageStore, NO_MESSAGE } from './message-store';

export class ReadyLine {
  readonly #store: MessageStore;
  readonly #fresh = new IntQueue();
  readonly #back: MessageId[] = [];

  constructor(store: MessageStore) {
    this.#store = store;
  }

  get length(): number {
    return this.#fresh.length + this.#back.length;
  }

  /** A message that was never handed out joins the end. */
  push(message: MessageId): void {
    this.#fresh.push(message);
  }

  /** A message that was handed out takes its place again. */
  giveBack(message: MessageId): void {
    const heap = this.#back;
    let at = heap.push(message) - 1;
    while (at > 0) {
      const up = (at - 1) >> 1;
      if (this.#before(heap[up]!, message)) break;
      heap[at] = heap[up]!;
      at = up;
    }
    heap[at] = message;
  }

  /** The next message, which stays, or NO_MESSAGE. */
  first(): MessageId {
    return this.#back[0] ?? (this.#fresh.length > 0 ? this.#fresh.at(0) : NO_MESSAGE);
  }

  /** Takes the next message, or NO_MESSAGE. */
  shift(): MessageId {
    const heap = this.#back;
    if (heap.length === 0) return this.#fresh.length > 0 ? this.#fresh.shift() : NO_MESSAGE;
    const first = heap[0]!;
    const last = heap.pop()!;
    const { length } = heap;
    if (length === 0) return first;
    let at = 0;
    for (;;) {
      let down = 2 * at + 1;
      if (down >= length) break;
      if (down + 1 < length && this.#before(heap[down + 1]!, heap[down]!)) down++;
      if (this.#before(last, heap[down]!)) break;
      heap[at] = heap[down]!;
      at = down;
    }
    heap[at] = last;
    return first;
  }

  clear(): void {
    this.#fresh.clear();
    this.#back.length = 0;
  }

  #before(one: MessageId, other: MessageId): boolean {
    return this.#store.serial(one) < this.#store.serial(other);
  }
}

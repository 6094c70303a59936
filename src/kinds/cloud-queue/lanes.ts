/**
 * Visible messages by group: of a group in order only one message is out at a time, so that nobody overtakes. A queue
 * without order has one lane, from which any number may be out.
 */
import { hashNumber } from '../../engine/resources/hashing';
import { type MessageId, type MessageStore, NO_MESSAGE } from '../../engine/resources/message-store';
import { ReadyLine } from '../../engine/resources/ready-line';

interface Lane {
  readonly ready: ReadyLine;
  out: number;
}

export class Lanes {
  length = 0;
  readonly #store: MessageStore;
  #lanes: Lane[] = [];
  #ordered = false;
  #cursor = 0;

  constructor(store: MessageStore) {
    this.#store = store;
  }

  /** Empty lanes; the owner puts its messages in again. */
  configure(groups: number, ordered: boolean): void {
    this.#ordered = ordered;
    this.#lanes = Array.from({ length: groups }, () => ({ ready: new ReadyLine(this.#store), out: 0 }));
    this.#cursor = this.length = 0;
  }

  /** Joins in the order of arrival, new or not. */
  put(message: MessageId): void {
    const { ready } = this.#of(message);
    if (this.#store.link(message) >= 0) ready.giveBack(message);
    else ready.push(message);
    this.length++;
  }

  /** The next message that may go out, which stays, or NO_MESSAGE. */
  first(): MessageId {
    const lane = this.#next();
    return lane ? lane.ready.first() : NO_MESSAGE;
  }

  /** Takes the next message that may go out; the next lane has its turn. */
  take(): MessageId {
    const lane = this.#next();
    if (!lane) return NO_MESSAGE;
    this.#cursor = (this.#cursor + 1) % this.#lanes.length;
    this.length--;
    return lane.ready.shift();
  }

  wentOut(message: MessageId): void {
    this.#of(message).out++;
  }

  cameBack(message: MessageId): void {
    this.#of(message).out--;
  }

  /** The oldest message of all, out of any lane, or NO_MESSAGE. */
  oldest(): MessageId {
    let oldest = NO_MESSAGE;
    for (const { ready } of this.#lanes) {
      const first = ready.first();
      if (first !== NO_MESSAGE && (oldest < 0 || this.#store.serial(first) < this.#store.serial(oldest)))
        oldest = first;
    }
    return oldest;
  }

  /** Takes a message that stands first in its lane. */
  removeFirst(message: MessageId): void {
    this.#of(message).ready.shift();
    this.length--;
  }

  #of(message: MessageId): Lane {
    const count = this.#lanes.length;
    return this.#lanes[count === 1 ? 0 : hashNumber(this.#store.key(message)) % count]!;
  }

  #next(): Lane | null {
    const count = this.#lanes.length;
    for (let i = 0; i < count && this.length > 0; i++) {
      const at = (this.#cursor + i) % count;
      const lane = this.#lanes[at]!;
      if (lane.ready.length === 0 || (this.#ordered && lane.out > 0)) continue;
      this.#cursor = at;
      return lane;
    }
    return null;
  }
}

/**
 * Timeouts of calls. Calls with the same timeout expire in the order in which they were sent, so each duration is one
 * queue of calls with only its head among the pending events: a call that is answered leaves its queue in O(1), and the
 * event queue never fills with timers that will not matter.
 */
import { type CallId, type Calls, NO_CALL } from './calls';

interface DeadlineList {
  readonly timeout: number;
  head: CallId;
  tail: CallId;
  /** An event for this list is pending. */
  armed: boolean;
}

export class Deadlines {
  readonly #lists: DeadlineList[] = [];
  readonly #byTimeout = new Map<number, number>();
  readonly #calls: Calls;
  readonly #arm: (time: number, list: number) => void;

  /** `arm` must schedule an event at `time` that calls `due(list)`. */
  constructor(calls: Calls, arm: (time: number, list: number) => void) {
    this.#calls = calls;
    this.#arm = arm;
  }

  /** Number of the list for a timeout in microseconds. */
  list(timeout: number): number {
    let index = this.#byTimeout.get(timeout);
    if (index === undefined) {
      index = this.#lists.length;
      this.#byTimeout.set(timeout, index);
      this.#lists.push({ timeout, head: NO_CALL, tail: NO_CALL, armed: false });
    }
    return index;
  }

  add(call: CallId, index: number, now: number): void {
    const list = this.#lists[index]!;
    const deadline = now + list.timeout;
    this.#calls.joinDeadlines(call, index, list.tail, deadline);
    list.tail = call;
    if (list.head < 0) list.head = call;
    if (!list.armed) {
      list.armed = true;
      this.#arm(deadline, index);
    }
  }

  /** Forgets the deadline of a call, if it has one. */
  remove(call: CallId): void {
    const index = this.#calls.deadlineList(call);
    if (index < 0) return;
    const list = this.#lists[index]!;
    if (list.head === call) list.head = this.#calls.deadlineAfter(call);
    if (list.tail === call) list.tail = this.#calls.deadlineBefore(call);
    this.#calls.leaveDeadlines(call);
  }

  /** The list's event has fired: takes the call that expires now, or NO_CALL when the head was answered meanwhile. */
  due(index: number, now: number): CallId {
    const list = this.#lists[index]!;
    list.armed = false;
    let expired = NO_CALL;
    if (list.head >= 0 && this.#calls.deadline(list.head) <= now) {
      expired = list.head;
      this.remove(expired);
    }
    if (list.head >= 0) {
      list.armed = true;
      this.#arm(this.#calls.deadline(list.head), index);
    }
    return expired;
  }
}

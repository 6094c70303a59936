import type { Link } from '../../engine/behaviour';
import { type CallId, type Calls, NO_CALL } from '../../engine/calls';

/** What one resolver cache, on the side of a caller, holds for one name. */
export interface CachedAnswer {
  /** The last address that was given, even when it is out of date. Null: none yet, or none any more. */
  link: Link | null;
  /** Until when the last answer counts; an answer without an address counts, too. */
  validUntil: number;
  /** The last answer had an address, or an old one is used in its place. */
  usable: boolean;
  /** Whether it ever asked. */
  fresh: boolean;
  /** A lookup is under way, and these wait for it: a list through the calls' own records. */
  looking: boolean;
  firstWaiter: CallId;
  lastWaiter: CallId;
}

export function emptyAnswer(): CachedAnswer {
  return {
    link: null,
    validUntil: 0,
    usable: false,
    fresh: true,
    looking: false,
    firstWaiter: NO_CALL,
    lastWaiter: NO_CALL,
  };
}

/** Work slots of a call that waits for a lookup: its neighbours in the line. */
export const NEXT = 0;
const BEFORE = 1;

/** A call waits for the lookup under way. */
export function joinLine(answer: CachedAnswer, call: CallId, calls: Calls): void {
  const last = answer.lastWaiter;
  calls.setWork(call, NEXT, NO_CALL);
  calls.setWork(call, BEFORE, last);
  if (last >= 0) calls.setWork(last, NEXT, call);
  else answer.firstWaiter = call;
  answer.lastWaiter = call;
}

/** A call that waits no longer does. */
export function leaveLine(answer: CachedAnswer, call: CallId, calls: Calls): void {
  const before = calls.work(call, BEFORE);
  const next = calls.work(call, NEXT);
  if (before >= 0) calls.setWork(before, NEXT, next);
  else answer.firstWaiter = next;
  if (next >= 0) calls.setWork(next, BEFORE, before);
  else answer.lastWaiter = before;
}

/**
 * The addresses of one name, given out in turn and in proportion to the shares of their connections: smooth weighted
 * round robin, as nginx does it. A share of 0 takes an address out.
 */
export class Rotation {
  readonly links: readonly Link[];
  readonly #credits: Float64Array;

  constructor(links: readonly Link[]) {
    this.links = links.filter(({ config }) => config.weight > 0);
    this.#credits = new Float64Array(this.links.length);
  }

  /** The next address, or null when the name has none. */
  next(): Link | null {
    let best = -1;
    let total = 0;
    for (let i = 0; i < this.links.length; i++) {
      const share = this.links[i]!.config.weight;
      total += share;
      this.#credits[i]! += share;
      if (best < 0 || this.#credits[i]! > this.#credits[best]!) best = i;
    }
    if (best < 0) return null;
    this.#credits[best]! -= total;
    return this.links[best]!;
  }
}

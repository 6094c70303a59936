/** Words that the plan runner, a cache client and its loads share. */
import type { PlanTarget } from '../../model/plan';
import type { CallId } from '../calls';

export interface Target extends PlanTarget {
  readonly link: number;
  /** Number of the component at the other end. */
  readonly peer: number;
}

/** A step of the plan that uses the cache; `number` is its number × 16, to which a phase is added. */
export interface CacheStep {
  readonly cache: Target;
  readonly store: Target | null;
  readonly number: number;
}

/** A step has ended for a request. With a failure, `retryAfterMs` says when to come again; 0 says nothing. */
export type StepEnd = (call: CallId, cause: number, origin: number, retryAfterMs: number) => void;

/** What a sub-call was for. `plain` belongs to the plan runner: its outcome is that of the step. */
export const PHASE = {
  plain: 0,
  lookup: 1,
  /** A request loads for itself, and fills; or it may not fill. */
  load: 2,
  loadUnleased: 3,
  fill: 4,
  store: 5,
  /** The last call of a step, whatever its outcome: dropping or replacing the copy. */
  last: 6,
  /** A write into the cache that is stored later. */
  behind: 7,
  flush: 8,
  flightLoad: 9,
  flightFill: 10,
  poll: 11,
  unlock: 12,
  /** A row of an outbox. */
  relay: 13,
} as const;

export const TOKEN_SHIFT = 24;
/** Timers of the plan runner begin here; see `PlanRunner.timer`. */
export const CACHE_TIMER = { flush: 1000, poll: 1001, renew: 1002, relay: 1003, lookUp: 1004 } as const;

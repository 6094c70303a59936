/**
 * The two sides of every component: its behaviour, made of plain event handlers, and the context, through which every
 * effect goes. A handler may not keep a call after it has answered it.
 */
import type { ConnectionConfig } from '../model/connection-fields';
import type { FaceWriter } from '../model/face';
import type { Config } from '../model/fields';
import type { Meaning } from '../model/meaning';
import type { CallId, Calls, Traits } from './calls';
import type { EventHandle } from './event-queue';
import type { Ledger } from './ledger';
import type { RandomStream } from './random';
import type { OperationHistory } from './resources/history';

export interface Behaviour {
  /** Time zero, and again after a restart. */
  start?(): void;
  /** A call has arrived. It must be answered in the end with `succeed`, `fail` or `relay`. */
  arrive(call: CallId): void;
  /** A call made by this component has its outcome. Its record is freed when the handler returns. */
  reply?(call: CallId): void;
  /**
   * The caller no longer wants the answer to a call held here. Dropping it means answering it with `fail(call,
   * CANCELLED)`, whatever still waits; without this handler it is worked on in vain.
   */
  cancelled?(call: CallId): void;
  /** A timer set with `after` or `alarm` has fired. */
  timer?(type: number, a: number, b: number): void;
  /** Fields changed while running; the first config comes with creation. */
  configure(config: Config): void;
  /** Its connections changed. Called before the first `start`, and after every edit that touches them. */
  rewire?(): void;
  /** The process died: drop what was in memory. Open calls have been reset already. */
  crash?(): void;
  /** A fault of the kind's own. `on` is false when it ends. */
  fault?(id: string, on: boolean, params: Config): void;
  /**
   * Instead of `fault`, for kinds whose faults hit parts of them: the parameters of all faults of this type that are on,
   * the oldest first, whenever that changes. Also called while the component is down.
   */
  faults?(id: string, active: readonly Config[]): void;
  /** What clients did and saw, for kinds that keep versions: can be checked for consistency. */
  history?(): OperationHistory;
  /** What somebody measures from outside, by the key (`model/measures.ts`); UNKNOWN leaves it to the statistics. */
  measure?(key: number): number;
  /** An order to have so many instances. */
  scale?(wanted: number): void;
  /**
   * Whether everything inside agrees that must, between any two events. For the gates; must not change anything.
   * @throws Error that says what does not hold
   */
  audit?(): void;
  /** Writes the numbers of the kind's face, in order. Must not change anything. */
  face(writer: FaceWriter): void;
}

/** A connection as its ends see it. */
export interface Link {
  /** For `send`. */
  readonly index: number;
  readonly id: string;
  readonly meaning: Meaning;
  readonly config: ConnectionConfig;
  /** The component at the other end. */
  readonly peer: { readonly index: number; readonly id: string; readonly label: string; readonly kind: string };
}

/** Names a declared metric of this component. */
export type MetricHandle = number;

export interface Context {
  /** Simulated time in microseconds. */
  readonly now: number;
  readonly calls: Calls;
  /** This component's number, as in `calls.origin`. */
  readonly self: number;
  readonly outgoing: readonly Link[];
  readonly incoming: readonly Link[];

  /** The stream of (seed, this component, purpose). Ask once and keep it. */
  random(purpose: string): RandomStream;

  /** Microseconds of work as they are now: a slowed component takes longer. */
  work(micros: number): number;

  /** What the next request sent without a parent is like. Set it right before `send`, which uses it up. */
  readonly traits: Traits;

  /** Sends a call; its outcome comes to `reply`. `ticket` is yours. `parent` is the call it is made for, or NO_CALL. */
  send(link: number, parent: CallId, verb: number, write: number, key: number, ticket: number): CallId;
  /** The same, but nobody waits for the outcome. */
  sendDetached(link: number, parent: CallId, verb: number, write: number, key: number): void;

  /** Gives up on a call of this component that has no outcome yet: no `reply` will come. It must still be open. */
  withdraw(call: CallId): void;

  /**
   * Somebody outside watches a connection of this component: hears of every call whose target has answered it with
   * success, at that moment, even if this component is down or the answer gets lost. Null ends it.
   */
  watch(link: number, succeeded: ((call: CallId) => void) | null): void;

  /** Work on a call begins: the time since its arrival was waiting. */
  began(call: CallId): void;
  /** Answers a call. `result` travels with the answer. */
  succeed(call: CallId, result?: number): void;
  /**
   * The request dies here: answers with this cause and counts it on this node. `retryAfterMs` tells the caller when
   * to come again; 0 says nothing.
   */
  fail(call: CallId, cause: number, retryAfterMs?: number): void;
  /**
   * Answers with the outcome of a call made for it; the cause stays counted where it arose. A Retry-After that came with
   * it goes on to the caller; without one, what `calls.setResult` has left with the call.
   */
  relay(call: CallId, cause: number, origin: number, retryAfterMs?: number): void;

  /** For sources: a request was started, was answered after so many microseconds, or failed. */
  offered(): void;
  answered(micros: number): void;
  gaveUp(cause: number): void;

  /**
   * The process dies of itself, a microsecond from now and like a crash from outside. It restarts after so many
   * milliseconds, or with 0 when somebody restarts it.
   */
  die(restartAfterMs: number): void;

  /** What an outside observer knows about distributed transactions. Behaviours report to it and never decide by it. */
  readonly ledger: Ledger;

  /** Fires `timer(type, a, b)` after so many microseconds. Priority from `PRIORITY`. Crashing cancels all. */
  after(micros: number, priority: number, type: number, a?: number, b?: number): void;
  /** The same, for a timer that may be cancelled. */
  alarm(micros: number, priority: number, type: number, a?: number, b?: number): EventHandle;
  cancel(handle: EventHandle): void;

  /**
   * How much of a capacity is in use: drives utilisation and the state shown. Parts that cannot help each other (the
   * servers of a cluster) report apart, by number; the busiest one speaks for the component.
   */
  busy(inUse: number, capacity: number, part?: number): void;
  /** How many wait. */
  waiting(count: number): void;
  counter(id: string): MetricHandle;
  gauge(id: string): MetricHandle;
  /** Adds to a counter. */
  count(counter: MetricHandle, amount?: number): void;
  /** Sets a gauge. */
  level(gauge: MetricHandle, value: number): void;
}

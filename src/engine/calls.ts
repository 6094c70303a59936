/**
 * Calls in flight. One call is one attempt over one connection; calls form the tree of a request. Records live in two
 * typed arrays and are reused, so a run allocates nothing per request.
 *
 * A record is freed when both ends have let go: the source has its answer (or gave up), and the target has replied (or
 * never will). Until then its index is valid for the end that has not let go.
 */
import { problem, ProblemError } from '../model/problems';
import { VERB } from '../model/meaning';

/** Index of a call's record. */
export type CallId = number;
export const NO_CALL: CallId = -1;

/** Two lines of a processor's cache: records that lie across more of them cost 4 % of a large run. */
const INTS = 32;
const FLOATS = 8;
const MAX_CALLS = 1 << 20;
const STAMP_MASK = (1 << 30) - 1;

/** Verbs of calls aside, as bits. */
const ASIDE = (1 << VERB.probe) | (1 << VERB.measure) | (1 << VERB.scale);

const CONNECTION = 0;
const SOURCE = 1;
const TARGET = 2;
const VERB_FIELD = 3;
const IS_WRITE = 4;
const KEY = 5;
const FLAGS = 6;
const CAUSE = 7;
const ORIGIN = 8;
const PARENT = 9;
const TICKET = 10;
const RESULT = 11;
const DEADLINE_LIST = 12;
const DEADLINE_BEFORE = 13;
const DEADLINE_AFTER = 14;
const NEXT_FREE = 15;
const WORK = 16;
const TRAITS = 22;
const BYTES = 23;
const USER = 24;
const ATTEMPT = 25;
const FENCE = 26;

const SERIAL = 0;
const PARENT_SERIAL = 1;
const ROOT_SERIAL = 2;
const SENT_AT = 3;
const ARRIVED_AT = 4;
const BEGAN_AT = 5;
const DEADLINE = 6;
const EXPIRES = 7;

/** Life of a call. */
export const FLAG = {
  /** The record is in use. */
  live: 1,
  /** The source has its outcome, gave up, crashed, or never wanted to know. */
  sourceDone: 2,
  /** The target has replied, or the message was lost on the way to it. */
  targetDone: 4,
  /** The call has reached its target. */
  arrived: 8,
  /** Fire and forget: the source never learns how it ended. */
  detached: 16,
  /** An answer is on its way: the event that delivers it will free the record. */
  answering: 32,
  /** The answer has reached a frozen source, which will see it when it thaws. */
  held: 64,
  /** What a connection with a policy shows its source: it never travels, its attempts do. */
  logical: 128,
  /** One attempt of a logical call, which is its parent. */
  attempt: 256,
  /** The source no longer wants an answer and has told the target so. */
  cancelled: 512,
} as const;

/** What a call is about besides its key; a call inherits it from the call it is made for. */
export interface Traits {
  /** Index into the model's OPERATIONS. */
  operation: number;
  /** 0 critical … 3 may be shed first. */
  priority: number;
  /** Size of what is carried: the request of a write, the answer of a read. */
  bytes: number;
  /** Who asks: an address for hashing and for limits per client. */
  user: number;
  /** Serial of the first call of the request that goes on with the next call; 0 begins a new one. A message keeps it. */
  root: number;
  /** Token of the lock under which it happens; 0 without one. */
  fence: number;
}

/** Added to the traits of a call that undoes what an earlier one did, and of all calls made for it. */
const UNDOING = 1 << 20;

/** Of requests that say nothing about themselves. */
export const DEFAULT_PRIORITY = 1;
export const DEFAULT_BYTES = 1_000;

export type WorkSlot = 0 | 1 | 2 | 3 | 4 | 5;

export class Calls {
  /** Calls in use. */
  live = 0;
  /** Records ever handed out at once: indexes below this may be in use. */
  used = 0;

  #ints = new Int32Array(256 * INTS);
  #floats = new Float64Array(256 * FLOATS);
  #capacity = 256;
  #firstFree = NO_CALL;
  #serial = 0;
  /** Traits of the next call without a parent. They are used up by it: one who sets none sends a call about nothing. */
  readonly traits: Traits = {
    operation: 0,
    priority: DEFAULT_PRIORITY,
    bytes: DEFAULT_BYTES,
    user: 0,
    root: 0,
    fence: 0,
  };

  /** A fresh record. Throws problem 402 beyond a million calls in flight. */
  open(
    connection: number,
    source: number,
    target: number,
    verb: number,
    write: number,
    key: number,
    ticket: number,
    parent: CallId,
    now: number,
  ): CallId {
    let call = this.#firstFree;
    if (call >= 0) this.#firstFree = this.#ints[call * INTS + NEXT_FREE]!;
    else {
      if (this.used === this.#capacity) this.#grow();
      call = this.used++;
    }
    this.live++;
    const i = call * INTS;
    const ints = this.#ints;
    ints[i + CONNECTION] = connection;
    ints[i + SOURCE] = source;
    ints[i + TARGET] = target;
    ints[i + VERB_FIELD] = verb;
    ints[i + IS_WRITE] = write;
    ints[i + KEY] = key;
    ints[i + FLAGS] = FLAG.live;
    ints[i + CAUSE] = 0;
    ints[i + ORIGIN] = target;
    ints[i + PARENT] = parent;
    ints[i + TICKET] = ticket;
    ints[i + RESULT] = 0;
    ints[i + DEADLINE_LIST] = -1;
    const f = call * FLOATS;
    const floats = this.#floats;
    const serial = ++this.#serial;
    floats[f + SERIAL] = serial;
    floats[f + PARENT_SERIAL] = parent < 0 ? 0 : floats[parent * FLOATS + SERIAL]!;
    floats[f + ROOT_SERIAL] = parent < 0 ? serial : floats[parent * FLOATS + ROOT_SERIAL]!;
    floats[f + SENT_AT] = now;
    ints[i + ATTEMPT] = 1;
    if (parent < 0) {
      const traits = this.traits;
      if (traits.root > 0) floats[f + ROOT_SERIAL] = traits.root;
      ints[i + TRAITS] = traits.operation * 4 + traits.priority;
      ints[i + BYTES] = traits.bytes;
      ints[i + USER] = traits.user;
      ints[i + FENCE] = traits.fence;
      traits.operation = traits.user = traits.root = traits.fence = 0;
      traits.priority = DEFAULT_PRIORITY;
      traits.bytes = DEFAULT_BYTES;
    } else {
      const p = parent * INTS;
      ints[i + TRAITS] = ints[p + TRAITS]!;
      ints[i + BYTES] = ints[p + BYTES]!;
      ints[i + USER] = ints[p + USER]!;
      ints[i + FENCE] = ints[p + FENCE]!;
    }
    floats[f + EXPIRES] = Infinity;
    return call;
  }

  close(call: CallId): void {
    const i = call * INTS;
    this.#ints[i + FLAGS] = 0;
    this.#ints[i + NEXT_FREE] = this.#firstFree;
    this.#firstFree = call;
    this.live--;
  }

  connection(call: CallId): number {
    return this.#ints[call * INTS + CONNECTION]!;
  }
  source(call: CallId): number {
    return this.#ints[call * INTS + SOURCE]!;
  }
  target(call: CallId): number {
    return this.#ints[call * INTS + TARGET]!;
  }
  verb(call: CallId): number {
    return this.#ints[call * INTS + VERB_FIELD]!;
  }
  isProbe(call: CallId): boolean {
    return this.#ints[call * INTS + VERB_FIELD] === VERB.probe;
  }
  /** Asked of the host rather than of the program, and never counted as traffic: checks, measurements, orders to scale. */
  isAside(call: CallId): boolean {
    return this.isAsideVerb(this.#ints[call * INTS + VERB_FIELD]!);
  }
  isAsideVerb(verb: number): boolean {
    return ((ASIDE >> verb) & 1) === 1;
  }
  /** 1 when the operation changes something, else 0. */
  write(call: CallId): number {
    return this.#ints[call * INTS + IS_WRITE]!;
  }
  /** What the request is about: caches, shards and partitions go by it. */
  key(call: CallId): number {
    return this.#ints[call * INTS + KEY]!;
  }
  /** Index into the model's OPERATIONS. */
  operation(call: CallId): number {
    return (this.#ints[call * INTS + TRAITS]! & (UNDOING - 1)) >> 2;
  }
  /** 0 critical … 3 may be shed first. */
  priority(call: CallId): number {
    return this.#ints[call * INTS + TRAITS]! & 3;
  }
  /** Operation and priority in one number, for what keeps them after the call: `about >> 2` and `about & 3`. */
  about(call: CallId): number {
    return this.#ints[call * INTS + TRAITS]! & (UNDOING - 1);
  }
  /** Whether it undoes what an earlier call of the same request did: set by whoever works on it. */
  undoing(call: CallId): boolean {
    return (this.#ints[call * INTS + TRAITS]! & UNDOING) !== 0;
  }
  setUndoing(call: CallId): void {
    this.#ints[call * INTS + TRAITS]! |= UNDOING;
  }
  /** Size of what is carried: the request of a write, the answer of a read. */
  bytes(call: CallId): number {
    return this.#ints[call * INTS + BYTES]!;
  }
  /** Who asks: stands for an address. */
  user(call: CallId): number {
    return this.#ints[call * INTS + USER]!;
  }
  /** Token of the lock under which it is made; 0 without one. Calls made for it from now on have it too. */
  fence(call: CallId): number {
    return this.#ints[call * INTS + FENCE]!;
  }
  setFence(call: CallId, token: number): void {
    this.#ints[call * INTS + FENCE] = token;
  }
  /** Whether its target has it and has not answered. */
  isHeld(call: CallId): boolean {
    return (this.#ints[call * INTS + FLAGS]! & (FLAG.live | FLAG.targetDone)) === FLAG.live;
  }
  /** 1 for a first attempt, 2 and more for retries and hedges. */
  attempt(call: CallId): number {
    return this.#ints[call * INTS + ATTEMPT]!;
  }
  setAttempt(call: CallId, attempt: number): void {
    this.#ints[call * INTS + ATTEMPT] = attempt;
  }
  /** When nobody needs the answer any more, as far as the target was told: Infinity without deadline propagation. */
  expires(call: CallId): number {
    return this.#floats[call * FLOATS + EXPIRES]!;
  }
  setExpires(call: CallId, time: number): void {
    this.#floats[call * FLOATS + EXPIRES] = time;
  }
  flags(call: CallId): number {
    return this.#ints[call * INTS + FLAGS]!;
  }
  setFlag(call: CallId, flag: number): void {
    this.#ints[call * INTS + FLAGS]! |= flag;
  }
  clearFlag(call: CallId, flag: number): void {
    this.#ints[call * INTS + FLAGS]! &= ~flag;
  }
  /** Root cause of a failure; 0 while open and after success. */
  cause(call: CallId): number {
    return this.#ints[call * INTS + CAUSE]!;
  }
  /** Component where the cause arose. */
  origin(call: CallId): number {
    return this.#ints[call * INTS + ORIGIN]!;
  }
  setOutcome(call: CallId, cause: number, origin: number): void {
    this.#ints[call * INTS + CAUSE] = cause;
    this.#ints[call * INTS + ORIGIN] = origin;
  }
  /** The call at the source for which this one was made, or NO_CALL. Valid only while `parentAlive`. */
  parent(call: CallId): CallId {
    return this.#ints[call * INTS + PARENT]!;
  }
  /** False once the parent has been answered and its record may belong to another call. */
  parentAlive(call: CallId): boolean {
    const parent = this.#ints[call * INTS + PARENT]!;
    return (
      parent >= 0 &&
      this.#floats[parent * FLOATS + SERIAL] === this.#floats[call * FLOATS + PARENT_SERIAL] &&
      (this.#ints[parent * INTS + FLAGS]! & (FLAG.live | FLAG.targetDone)) === FLAG.live
    );
  }
  /** A number of the source's own, to recognise the call when it ends. */
  ticket(call: CallId): number {
    return this.#ints[call * INTS + TICKET]!;
  }
  /** A number that travels back with the answer: 1 for a cache hit; with a failure, Retry-After in ms, or 0. */
  result(call: CallId): number {
    return this.#ints[call * INTS + RESULT]!;
  }
  setResult(call: CallId, value: number): void {
    this.#ints[call * INTS + RESULT] = value;
  }
  /**
   * Six numbers that belong to the target while it holds the call; arbitrary when it arrives. A plan runner uses the
   * first four, so its owner keeps to slots 4 and 5.
   */
  work(call: CallId, slot: WorkSlot): number {
    return this.#ints[call * INTS + WORK + slot]!;
  }
  setWork(call: CallId, slot: WorkSlot, value: number): void {
    this.#ints[call * INTS + WORK + slot] = value;
  }
  setAllWork(call: CallId, a: number, b: number, c: number, d: number, e: number, f: number): void {
    const ints = this.#ints;
    const at = call * INTS + WORK;
    ints[at] = a;
    ints[at + 1] = b;
    ints[at + 2] = c;
    ints[at + 3] = d;
    ints[at + 4] = e;
    ints[at + 5] = f;
  }
  /** Unique within a run, in the order of sending. */
  serial(call: CallId): number {
    return this.#floats[call * FLOATS + SERIAL]!;
  }
  /** Serial of the first call of the request this one belongs to. */
  rootSerial(call: CallId): number {
    return this.#floats[call * FLOATS + ROOT_SERIAL]!;
  }
  sentAt(call: CallId): number {
    return this.#floats[call * FLOATS + SENT_AT]!;
  }
  arrivedAt(call: CallId): number {
    return this.#floats[call * FLOATS + ARRIVED_AT]!;
  }
  /** When work on it began: what lies between this and `arrivedAt` is waiting. Defined after `setBegan`. */
  beganAt(call: CallId): number {
    return this.#floats[call * FLOATS + BEGAN_AT]!;
  }
  setArrived(call: CallId, now: number): void {
    this.#ints[call * INTS + FLAGS]! |= FLAG.arrived;
    this.#floats[call * FLOATS + ARRIVED_AT] = now;
  }
  setBegan(call: CallId, now: number): void {
    this.#floats[call * FLOATS + BEGAN_AT] = now;
  }

  /**
   * Tells a logical call from a later one in the same record. The last 30 bits of the serial, by a mask: `%` of doubles is
   * a call into the C library, and cost 8 % of a run with retries.
   */
  stamp(call: CallId): number {
    return (this.#floats[call * FLOATS + SERIAL]! | 0) & STAMP_MASK;
  }
  isLogical(call: CallId, stamp: number): boolean {
    const flags = this.#ints[call * INTS + FLAGS]!;
    return (flags & (FLAG.live | FLAG.logical)) === (FLAG.live | FLAG.logical) && this.stamp(call) === stamp;
  }
  /** A logical call never arrives and never begins: those two places hold the handles of its events. */
  timerHandle(call: CallId): number {
    return this.#floats[call * FLOATS + BEGAN_AT]!;
  }
  setTimerHandle(call: CallId, handle: number): void {
    this.#floats[call * FLOATS + BEGAN_AT] = handle;
  }
  expiryHandle(call: CallId): number {
    return this.#floats[call * FLOATS + ARRIVED_AT]!;
  }
  setExpiryHandle(call: CallId, handle: number): void {
    this.#floats[call * FLOATS + ARRIVED_AT] = handle;
  }

  deadline(call: CallId): number {
    return this.#floats[call * FLOATS + DEADLINE]!;
  }
  deadlineList(call: CallId): number {
    return this.#ints[call * INTS + DEADLINE_LIST]!;
  }
  /** Joins the end of a list of calls that share one timeout. Returns nothing; `tail` is the list's last call. */
  joinDeadlines(call: CallId, list: number, tail: CallId, deadline: number): void {
    const i = call * INTS;
    this.#ints[i + DEADLINE_LIST] = list;
    this.#ints[i + DEADLINE_BEFORE] = tail;
    this.#ints[i + DEADLINE_AFTER] = NO_CALL;
    this.#floats[call * FLOATS + DEADLINE] = deadline;
    if (tail >= 0) this.#ints[tail * INTS + DEADLINE_AFTER] = call;
  }
  deadlineBefore(call: CallId): CallId {
    return this.#ints[call * INTS + DEADLINE_BEFORE]!;
  }
  deadlineAfter(call: CallId): CallId {
    return this.#ints[call * INTS + DEADLINE_AFTER]!;
  }
  leaveDeadlines(call: CallId): void {
    const i = call * INTS;
    const ints = this.#ints;
    const before = ints[i + DEADLINE_BEFORE]!;
    const after = ints[i + DEADLINE_AFTER]!;
    if (before >= 0) ints[before * INTS + DEADLINE_AFTER] = after;
    if (after >= 0) ints[after * INTS + DEADLINE_BEFORE] = before;
    ints[i + DEADLINE_LIST] = -1;
  }

  #grow(): void {
    if (this.#capacity === MAX_CALLS) {
      throw new ProblemError(
        problem(402, 'A million calls wait for an answer. Give callers a timeout, or lower the load.'),
      );
    }
    this.#capacity *= 2;
    const ints = new Int32Array(this.#capacity * INTS);
    ints.set(this.#ints);
    this.#ints = ints;
    const floats = new Float64Array(this.#capacity * FLOATS);
    floats.set(this.#floats);
    this.#floats = floats;
  }
}

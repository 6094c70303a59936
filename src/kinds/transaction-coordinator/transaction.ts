/** What a coordinator knows about one transaction. Records are reused. */
import { type CallId, type Calls, NO_CALL } from '../../engine/calls';
import { MOST_PARTICIPANTS } from '../../engine/ledger';
import type { Participants } from './participants';

/** Where a transaction stands. */
export const PHASE = {
  /** No transaction at all: the participants are only asked. */
  reading: 0,
  /** Two-phase commit: they are asked to prepare; the decision is written; it is told. */
  preparing: 1,
  deciding: 2,
  committing: 3,
  aborting: 4,
  /** A saga: steps forward, and compensations back. */
  performing: 5,
  undoing: 6,
} as const;

/** What one participant has said in the present phase. */
export const STATE = { none: 0, asked: 1, yes: 2, no: 3, done: 4, again: 5, maybe: 6 } as const;

/** Work slots of a held call: the next call that waits for the same transaction. */
const NEXT = 0;

export class Transaction {
  number = 0;
  key = 0;
  phase: number = PHASE.reading;
  /** Stage of the plan that is under way. */
  stage = 0;
  /** Answers that the present phase still waits for. */
  pending = 0;
  /** Its outcome is in the log: it survives a crash. */
  logged = false;
  participants!: Participants;
  /** What the log says about a saga: where it stood. */
  loggedPhase = 0;
  loggedStage = 0;
  /** It holds its key: others wait for it. */
  locked = false;
  /** Steps that were undone. */
  undone = 0;
  /** By participant: attempts that have failed. */
  readonly attempts = new Uint8Array(MOST_PARTICIPANTS);
  /** By participant: some attempt had no answer. */
  readonly silent = new Uint8Array(MOST_PARTICIPANTS);
  readonly states = new Uint8Array(MOST_PARTICIPANTS);
  /** The request it is for: a caller who asks again asks for the same. */
  root = 0;
  operation = 0;
  priority = 0;
  bytes = 0;
  user = 0;
  /** The first call that waits for the outcome, or NO_CALL. */
  first: CallId = NO_CALL;

  begin(number: number, call: CallId, calls: Calls, participants: Participants, phase: number): void {
    this.number = number;
    this.key = calls.key(call);
    this.phase = phase;
    this.stage = 0;
    this.pending = 0;
    this.logged = false;
    this.undone = 0;
    this.attempts.fill(0);
    this.silent.fill(0);
    this.participants = participants;
    this.states.fill(STATE.none);
    this.root = calls.rootSerial(call);
    this.operation = calls.operation(call);
    this.priority = calls.priority(call);
    this.bytes = calls.bytes(call);
    this.user = calls.user(call);
    this.first = NO_CALL;
    this.join(call, calls);
  }

  /** One more call waits for the outcome. */
  join(call: CallId, calls: Calls): void {
    calls.setWork(call, NEXT, this.first);
    this.first = call;
  }

  /** Takes a call that waits, or NO_CALL. */
  take(calls: Calls): CallId {
    const call = this.first;
    if (call !== NO_CALL) this.first = calls.work(call, NEXT);
    return call;
  }
}

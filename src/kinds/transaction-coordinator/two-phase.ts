/**
 * Two-phase commit with presumed abort. First every participant prepares: it does its part,
 * brings it to disk, keeps its locks and promises to commit whenever told. When all have promised, the decision is
 * written to the log, and then it is told until everybody has heard it. Only decisions to commit are written: of what is
 * not in the log, a coordinator that comes back knows that it was aborted.
 *
 * Source: C. Mohan, B. Lindsay, R. Obermarck (1986): Transaction management in the R* distributed database.
 */
import type { MetricHandle } from '../../engine/behaviour';
import { PRIORITY } from '../../engine/event-queue';
import { VERB } from '../../model/meaning';
import { causeCode, OK } from '../../model/outcome';
import type { DecisionLog } from './decision-log';
import type { Desk } from './desk';
import { PHASE, STATE, type Transaction } from './transaction';

const ABORTED = causeCode('aborted');

export class TwoPhase {
  /** Microseconds between attempts to tell a decision. */
  retryAfter = 0;
  /** The process dies as soon as all votes for a transaction are in, and restarts after so long; null when it does not. */
  diesAfterVotes: number | null = null;
  readonly #desk: Desk;
  readonly #log: DecisionLog;
  readonly #timerType: number;
  readonly #committed: MetricHandle;
  readonly #aborted: MetricHandle;
  readonly #resent: MetricHandle;

  /** The owner hands its timer to `timer`. */
  constructor(desk: Desk, log: DecisionLog, timerType: number) {
    this.#desk = desk;
    this.#log = log;
    this.#timerType = timerType;
    this.#committed = desk.context.counter('committed');
    this.#aborted = desk.context.counter('aborted');
    this.#resent = desk.context.counter('resent');
  }

  begin(transaction: Transaction): void {
    this.#prepareStage(transaction);
  }

  /** What a participant answers, or the failure of the call to it. */
  reply(transaction: Transaction, participant: number, verb: number, cause: number): void {
    const { states } = transaction;
    switch (transaction.phase) {
      case PHASE.preparing:
        if (verb !== VERB.prepare || states[participant] !== STATE.asked) return;
        if (cause !== OK) {
          states[participant] = STATE.no;
          this.#abort(transaction);
          return;
        }
        states[participant] = STATE.yes;
        if (--transaction.pending > 0) return;
        transaction.stage++;
        if (transaction.stage < transaction.participants.stageCount) this.#prepareStage(transaction);
        else this.#decide(transaction);
        break;
      case PHASE.committing:
      case PHASE.aborting:
        if (verb !== (transaction.phase === PHASE.committing ? VERB.commit : VERB.abort)) return;
        if (states[participant] !== STATE.asked) return;
        transaction.pending--;
        if (cause === OK || this.#desk.isGone(transaction, participant)) states[participant] = STATE.done;
        else {
          states[participant] = STATE.no;
          const { context } = this.#desk;
          context.after(this.retryAfter, PRIORITY.timer, this.#timerType, transaction.number, participant);
          // It is decided, whether everybody has heard it or not.
          if (transaction.phase === PHASE.committing) this.#desk.succeed(transaction);
        }
        this.#finish(transaction);
    }
  }

  /** Tells a decision again. */
  timer(transaction: Transaction, participant: number): void {
    const { phase, states } = transaction;
    if ((phase !== PHASE.committing && phase !== PHASE.aborting) || states[participant] !== STATE.no) return;
    this.#desk.context.count(this.#resent);
    this.#desk.ask(transaction, participant, phase === PHASE.committing ? VERB.commit : VERB.abort);
  }

  /** The decision to commit is on disk: from here on nothing can stop it. */
  written(transaction: Transaction): void {
    if (transaction.phase !== PHASE.deciding) return;
    transaction.logged = true;
    this.#desk.context.count(this.#committed);
    this.#desk.happens(transaction);
    this.#tell(transaction);
  }

  /** After a restart: a decision that is in the log is told to everybody, who may have heard it before. */
  recover(transaction: Transaction): void {
    this.#desk.context.count(this.#resent, transaction.participants.count);
    this.#tell(transaction);
  }

  /** The coordinator died before it had decided: there will be no commit. */
  lost(transaction: Transaction): void {
    if (transaction.phase === PHASE.aborting || transaction.phase === PHASE.reading) return;
    this.#desk.context.count(this.#aborted);
    this.#desk.book.decide(transaction.number, false);
  }

  #prepareStage(transaction: Transaction): void {
    const { participants, stage } = transaction;
    for (let i = participants.stages[stage]!; i < participants.stages[stage + 1]!; i++) {
      this.#desk.ask(transaction, i, VERB.prepare);
    }
  }

  #decide(transaction: Transaction): void {
    const { context } = this.#desk;
    if (this.diesAfterVotes !== null) {
      context.die(this.diesAfterVotes);
      this.diesAfterVotes = null;
      return;
    }
    this.#desk.enter(transaction, PHASE.deciding);
    this.#log.write(transaction.number);
  }

  #tell(transaction: Transaction): void {
    this.#desk.enter(transaction, PHASE.committing);
    transaction.pending = 0;
    for (let i = 0; i < transaction.participants.count; i++) this.#desk.ask(transaction, i, VERB.commit);
  }

  /** Somebody cannot promise. Everybody who was asked is told; one who has not answered may still come to promise. */
  #abort(transaction: Transaction): void {
    const desk = this.#desk;
    const { states, participants } = transaction;
    desk.context.count(this.#aborted);
    desk.book.decide(transaction.number, false);
    desk.fail(transaction, ABORTED);
    desk.enter(transaction, PHASE.aborting);
    transaction.pending = 0;
    for (let i = 0; i < participants.count; i++) if (states[i] !== STATE.none) desk.ask(transaction, i, VERB.abort);
  }

  /** When everybody has heard the decision, it can be forgotten. */
  #finish(transaction: Transaction): void {
    const { states, participants, pending } = transaction;
    if (pending > 0) return;
    for (let i = 0; i < participants.count; i++) if (states[i] === STATE.no) return;
    this.#desk.succeed(transaction);
    this.#desk.close(transaction);
  }
}

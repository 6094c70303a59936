/**
 * A saga under an orchestrator: local transactions one after another, each of them final at once.
 * When one fails, those before it are undone by compensations, in reverse order. Where the saga stands is written to the
 * log before anybody is asked, so a coordinator that comes back goes on from there; participants know what they have
 * done already.
 *
 * Source: H. Garcia-Molina, K. Salem (1987): Sagas.
 */
import type { MetricHandle } from '../../engine/behaviour';
import { PRIORITY } from '../../engine/event-queue';
import { VERB } from '../../model/meaning';
import { causeCode, OK, RESET, TIMEOUT } from '../../model/outcome';
import type { DecisionLog } from './decision-log';
import type { Desk } from './desk';
import { PHASE, STATE, type Transaction } from './transaction';

const ABORTED = causeCode('aborted');
const COMPENSATED = causeCode('compensated');
const ERROR = causeCode('error');

/** Pauses double up to this many times the first. */
const MOST_DOUBLED = 100;

export interface SagaSettings {
  /** Attempts at a step before the saga turns back. */
  readonly stepAttempts: number;
  /** Attempts at a compensation before the saga is stuck; 0 for as many as it takes. */
  readonly undoAttempts: number;
  /** Steps beyond this one are tried until they are done; 0 when every step may turn the saga back. */
  readonly pivot: number;
  /** Microseconds before the first new attempt. */
  readonly retryAfter: number;
}

export class Saga {
  settings!: SagaSettings;
  readonly #desk: Desk;
  readonly #log: DecisionLog;
  readonly #timerType: number;
  readonly #committed: MetricHandle;
  readonly #aborted: MetricHandle;
  readonly #compensated: MetricHandle;
  readonly #compensations: MetricHandle;
  readonly #stuck: MetricHandle;

  /** The owner hands its timer to `timer`. */
  constructor(desk: Desk, log: DecisionLog, timerType: number) {
    this.#desk = desk;
    this.#log = log;
    this.#timerType = timerType;
    this.#committed = desk.context.counter('committed');
    this.#aborted = desk.context.counter('aborted');
    this.#compensated = desk.context.counter('compensated');
    this.#compensations = desk.context.counter('compensations');
    this.#stuck = desk.context.counter('stuck');
  }

  begin(saga: Transaction): void {
    this.#log.write(saga.number);
  }

  /** Where the saga stands is on disk: it takes its next step, forward or back. */
  written(saga: Transaction): void {
    saga.logged = true;
    saga.loggedPhase = saga.phase;
    saga.loggedStage = saga.stage;
    this.#goOn(saga);
  }

  reply(saga: Transaction, participant: number, verb: number, cause: number, result: number): void {
    const { states, phase } = saga;
    if (states[participant] !== STATE.asked) return;
    if (phase === PHASE.performing && verb === VERB.perform) this.#performed(saga, participant, cause);
    else if (phase === PHASE.undoing && verb === VERB.compensate) this.#undone(saga, participant, cause, result);
  }

  /** Another attempt. */
  timer(saga: Transaction, participant: number): void {
    if (saga.states[participant] !== STATE.again) return;
    this.#desk.ask(saga, participant, saga.phase === PHASE.performing ? VERB.perform : VERB.compensate);
  }

  /**
   * After a restart: what was asked and not yet written down is asked again. Of the steps that were under way when the
   * saga turned back, nobody knows which are done, so all of them are compensated.
   */
  recover(saga: Transaction): void {
    const { participants, states, attempts } = saga;
    this.#desk.enter(saga, saga.loggedPhase);
    saga.stage = saga.loggedStage;
    saga.pending = 0;
    attempts.fill(0);
    // What was asked before the crash may have been done.
    saga.silent.fill(1);
    const [from, to] = [participants.stages[saga.stage] ?? participants.count, participants.stages[saga.stage + 1]];
    states.fill(STATE.none);
    const known = saga.phase === PHASE.performing ? from : (to ?? participants.count);
    for (let i = 0; i < known; i++) states[i] = STATE.yes;
    this.#goOn(saga);
  }

  /** The coordinator died before the saga was in its log: nobody was asked for anything. */
  lost(saga: Transaction): void {
    this.#desk.context.count(this.#aborted);
    this.#desk.book.decide(saga.number, false);
  }

  #goOn(saga: Transaction): void {
    const { participants, stage } = saga;
    if (saga.phase === PHASE.undoing) this.#undoNext(saga);
    else if (stage === participants.stageCount) {
      this.#desk.context.count(this.#committed);
      this.#desk.happens(saga);
      this.#desk.succeed(saga);
      this.#desk.close(saga);
    } else {
      for (let i = participants.stages[stage]!; i < participants.stages[stage + 1]!; i++) {
        this.#desk.ask(saga, i, VERB.perform);
      }
    }
  }

  #performed(saga: Transaction, participant: number, cause: number): void {
    const { states, attempts } = saga;
    const { pivot, stepAttempts } = this.settings;
    saga.pending--;
    // Whoever was silent or died may have done it all the same, or may do it yet.
    if (cause === TIMEOUT || cause === RESET) saga.silent[participant] = 1;
    if (cause === OK) states[participant] = STATE.yes;
    else if ((pivot > 0 && saga.stage >= pivot) || attempts[participant]! + 1 < stepAttempts) {
      if (!this.#desk.isGone(saga, participant)) {
        this.#again(saga, participant);
        return;
      }
      states[participant] = STATE.no;
    } else states[participant] = saga.silent[participant] === 1 ? STATE.maybe : STATE.no;
    if (saga.pending > 0 || states.includes(STATE.again)) return;
    if (states.includes(STATE.no) || states.includes(STATE.maybe)) this.#desk.enter(saga, PHASE.undoing);
    else saga.stage++;
    this.#log.write(saga.number);
  }

  /** The last step that may be done is undone first. */
  #undoNext(saga: Transaction): void {
    const { states, participants, attempts } = saga;
    let last = participants.count - 1;
    while (last >= 0 && states[last] !== STATE.yes && states[last] !== STATE.maybe) last--;
    if (last >= 0) {
      attempts[last] = 0;
      this.#desk.ask(saga, last, VERB.compensate);
      return;
    }
    this.#desk.context.count(saga.undone > 0 ? this.#compensated : this.#aborted);
    this.#desk.book.decide(saga.number, false);
    this.#desk.fail(saga, saga.undone > 0 ? COMPENSATED : ABORTED);
    this.#desk.close(saga);
  }

  #undone(saga: Transaction, participant: number, cause: number, result: number): void {
    const { states, attempts } = saga;
    const { undoAttempts } = this.settings;
    saga.pending--;
    if (cause !== OK && !this.#desk.isGone(saga, participant)) {
      if (undoAttempts === 0 || attempts[participant]! + 1 < undoAttempts) this.#again(saga, participant);
      else this.#getStuck(saga);
      return;
    }
    states[participant] = STATE.none;
    if (cause === OK && result > 0) {
      saga.undone++;
      this.#desk.context.count(this.#compensations);
    }
    this.#undoNext(saga);
  }

  #again(saga: Transaction, participant: number): void {
    const { context } = this.#desk;
    const { attempts } = saga;
    saga.states[participant] = STATE.again;
    let times = 1;
    for (let i = 0; i < attempts[participant]! && times < MOST_DOUBLED; i++) times *= 2;
    attempts[participant] = Math.min(200, attempts[participant]! + 1);
    const pause = this.settings.retryAfter * Math.min(times, MOST_DOUBLED);
    context.after(pause, PRIORITY.timer, this.#timerType, saga.number, participant);
  }

  /** Nobody will undo the rest: somebody has to look at it. */
  #getStuck(saga: Transaction): void {
    this.#desk.context.count(this.#stuck);
    this.#desk.book.decide(saga.number, false);
    this.#desk.fail(saga, ERROR);
    this.#desk.close(saga);
  }
}

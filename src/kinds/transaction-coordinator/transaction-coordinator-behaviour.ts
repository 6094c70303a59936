import type { Behaviour, Context } from '../../engine/behaviour';
import { type CallId, NO_CALL } from '../../engine/calls';
import { sampler } from '../../engine/distribution';
import { CpuStation } from '../../engine/resources/cpu-station';
import { LockTable } from '../../engine/resources/lock-table';
import type { FaceWriter } from '../../model/face';
import type { Config } from '../../model/fields';
import { plainVerb, VERB } from '../../model/meaning';
import { causeCode, OK } from '../../model/outcome';
import { fromMs } from '../../model/units';
import { DecisionLog } from './decision-log';
import { Desk } from './desk';
import { CRASH_AFTER_VOTES } from './faults';
import type { CoordinatorConfig } from './fields';
import { Recovery } from './recovery';
import { Saga } from './saga';
import { PHASE, STATE, type Transaction } from './transaction';
import { TwoPhase } from './two-phase';

const NO_ROUTE = causeCode('no-route');

const WORKED = 0;
const WRITTEN = 1;
const TELL_AGAIN = 2;
const LOOK = 3;

const isSaga = ({ phase }: Transaction): boolean => phase === PHASE.performing || phase === PHASE.undoing;

export class TransactionCoordinator implements Behaviour {
  #config!: CoordinatorConfig;
  readonly #context: Context;
  readonly #cpu: CpuStation;
  readonly #desk: Desk;
  readonly #log: DecisionLog;
  readonly #twoPhase: TwoPhase;
  readonly #saga: Saga;
  readonly #recovery: Recovery;
  /** Calls that hold their key, or wait for it. */
  readonly #keys = new LockTable();
  readonly #preparing: number;
  readonly #telling: number;
  readonly #sagas: number;

  constructor(config: CoordinatorConfig, context: Context) {
    this.#context = context;
    this.#cpu = new CpuStation(context, WORKED);
    this.#desk = new Desk(context, (transaction) => this.#closed(transaction));
    this.#log = new DecisionLog(context, WRITTEN, (number) => {
      const transaction = this.#desk.find(number);
      if (!transaction) return;
      if (isSaga(transaction)) this.#saga.written(transaction);
      else this.#twoPhase.written(transaction);
    });
    this.#twoPhase = new TwoPhase(this.#desk, this.#log, TELL_AGAIN);
    this.#saga = new Saga(this.#desk, this.#log, TELL_AGAIN);
    this.#recovery = new Recovery(this.#desk, LOOK);
    this.#preparing = context.gauge('preparing');
    this.#telling = context.gauge('telling');
    this.#sagas = context.gauge('sagas');
    this.#adopt(config);
  }

  start(): void {
    if (this.#context.now === 0) this.#recovery.wait();
    else {
      this.#desk.each((transaction) => (isSaga(transaction) ? this.#saga : this.#twoPhase).recover(transaction));
      this.#recovery.run();
    }
    this.#report();
  }

  configure(config: CoordinatorConfig): void {
    this.#adopt(config);
    this.#report();
  }

  rewire(): void {
    this.#desk.rewire();
  }

  arrive(call: CallId): void {
    this.#cpu.enter(call);
  }

  timer(type: number, a: number, b: number): void {
    switch (type) {
      case WORKED:
        this.#cpu.leave();
        this.#accept(a);
        break;
      case WRITTEN:
        this.#log.flushed();
        break;
      case TELL_AGAIN: {
        const transaction = this.#desk.find(a);
        if (transaction) (isSaga(transaction) ? this.#saga : this.#twoPhase).timer(transaction, b);
        break;
      }
      case LOOK:
        this.#recovery.run();
    }
    this.#report();
  }

  reply(call: CallId): void {
    const { calls } = this.#context;
    const verb = calls.verb(call);
    if (verb === VERB.recover) this.#recovery.reply(call);
    else {
      // Words about a transaction that is forgotten need no answer.
      const transaction = this.#desk.find(calls.ticket(call));
      if (!transaction) return;
      const participant = this.#desk.participant(transaction, call);
      if (transaction.phase === PHASE.reading) this.#read(transaction, participant, call);
      else if (isSaga(transaction)) {
        this.#saga.reply(transaction, participant, verb, calls.cause(call), calls.result(call));
      } else this.#twoPhase.reply(transaction, participant, verb, calls.cause(call));
    }
    this.#report();
  }

  crash(): void {
    this.#cpu.clear();
    this.#log.crash();
    this.#keys.clear();
    this.#desk.each((transaction) => {
      if (!transaction.logged) transaction.locked = false;
    });
    this.#desk.crash((transaction) => (isSaga(transaction) ? this.#saga : this.#twoPhase).lost(transaction));
    this.#desk.each((transaction) => this.#lockAgain(transaction));
    this.#recovery.crash();
    this.#twoPhase.diesAfterVotes = null;
    this.#report();
  }

  fault(id: string, on: boolean, params: Config): void {
    if (id === CRASH_AFTER_VOTES.id && on) this.#twoPhase.diesAfterVotes = 1000 * Number(params['restartAfterS']);
  }

  audit(): void {
    this.#desk.book.audit();
  }

  face(writer: FaceWriter): void {
    const desk = this.#desk;
    writer.put(this.#config.protocol === 'saga' ? 1 : 0);
    writer.put(desk.inPhase(PHASE.preparing) + desk.inPhase(PHASE.performing));
    writer.put(0);
    writer.put(desk.book.inDoubt);
    writer.put(0);
    writer.put(desk.inPhase(PHASE.committing) + desk.inPhase(PHASE.aborting) + desk.inPhase(PHASE.undoing));
    writer.put(0);
    const { stageCount, stages, links } = desk.participants;
    writer.put(stageCount);
    for (let stage = 0; stage < stageCount; stage++) {
      writer.put(links[stages[stage]!]!);
      writer.put(stages[stage + 1]! - stages[stage]! - 1);
      writer.put(desk.atStage(stage));
    }
    const off = Math.round(desk.book.off);
    const inFlight = Math.round(desk.book.inFlight);
    writer.put(off > 0 ? 2 : inFlight > 0 ? 1 : 0);
    if (off > 0 || inFlight > 0) writer.put(off > 0 ? off : inFlight);
  }

  #adopt(config: CoordinatorConfig): void {
    const { logMedianMs: medianMs, logP99Ms: p99Ms } = config;
    this.#cpu.configure(config.cores, config.cpuMicros);
    this.#log.flushTime = sampler({ type: 'lognormal', medianMs, p99Ms: Math.max(medianMs, p99Ms) });
    this.#config = config;
    this.#twoPhase.retryAfter = fromMs(config.retryMs);
    const { stepAttempts, undoAttempts, pivot } = config;
    this.#saga.settings = { stepAttempts, undoAttempts, pivot, retryAfter: fromMs(config.retryMs) };
    this.#recovery.configure(fromMs(config.recoveryS * 1000));
  }

  #accept(call: CallId): void {
    const desk = this.#desk;
    const { calls, now } = this.#context;
    if (desk.participants.count === 0) {
      this.#context.fail(call, NO_ROUTE);
      return;
    }
    const write = calls.write(call) === 1;
    const same = write ? desk.sameRequest(call) : undefined;
    if (write && desk.hasHappened(call)) this.#context.succeed(call);
    else if (same && same.phase !== PHASE.aborting) same.join(call, calls);
    else if (this.#config.protocol !== 'saga' || !this.#config.semanticLock) this.#begin(call, false);
    else if (this.#keys.lock(call, calls.key(call), now) === 'granted') this.#begin(call, true);
  }

  #begin(call: CallId, locked: boolean): void {
    const desk = this.#desk;
    const { calls } = this.#context;
    const saga = this.#config.protocol === 'saga';
    if (locked && calls.write(call) === 1 && desk.hasHappened(call)) {
      // An earlier attempt of the same request, while this one waited for the key.
      this.#context.succeed(call);
      this.#next(calls.key(call));
      return;
    }
    const phase = calls.write(call) === 0 ? PHASE.reading : saga ? PHASE.performing : PHASE.preparing;
    const transaction = desk.open(call, phase);
    transaction.locked = locked;
    if (phase === PHASE.reading) this.#askStage(transaction);
    else (saga ? this.#saga : this.#twoPhase).begin(transaction);
  }

  // — one at a time for each key —

  /** Whoever waits for its key is next. */
  #closed(transaction: Transaction): void {
    if (!transaction.locked) return;
    transaction.locked = false;
    this.#next(transaction.key);
  }

  #next(key: number): void {
    const next = this.#keys.unlock(key);
    if (next >= 0) this.#begin(next, true);
  }

  /** After a crash: what goes on keeps its key. */
  #lockAgain(transaction: Transaction): void {
    if (!transaction.locked) return;
    transaction.locked = this.#keys.lock(0, transaction.key, this.#context.now) === 'granted';
  }

  // — reads: every participant is asked, in the order of the plan, without a transaction —

  #askStage(transaction: Transaction): void {
    const { participants, stage } = transaction;
    for (let i = participants.stages[stage]!; i < participants.stages[stage + 1]!; i++) {
      this.#desk.ask(transaction, i, plainVerb(participants.meanings[i]!, false));
    }
  }

  #read(transaction: Transaction, participant: number, call: CallId): void {
    const { calls } = this.#context;
    transaction.states[participant] = STATE.done;
    transaction.pending--;
    const cause = calls.cause(call);
    if (cause !== OK) this.#desk.relay(transaction, cause, calls.origin(call));
    if (transaction.pending > 0) return;
    // Nobody waits any more once one of them has failed.
    if (transaction.first !== NO_CALL && ++transaction.stage < transaction.participants.stageCount) {
      this.#askStage(transaction);
      return;
    }
    this.#desk.succeed(transaction);
    this.#desk.close(transaction);
  }

  #report(): void {
    const desk = this.#desk;
    this.#context.level(this.#preparing, desk.inPhase(PHASE.preparing));
    this.#context.level(this.#sagas, desk.inPhase(PHASE.performing) + desk.inPhase(PHASE.undoing));
    this.#context.level(this.#telling, desk.inPhase(PHASE.committing) + desk.inPhase(PHASE.aborting));
  }
}

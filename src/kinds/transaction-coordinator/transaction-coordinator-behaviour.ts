import type { Behaviour, Context } from '../../engine/behaviour';
import { type CallId, NO_CALL } from '../../engine/calls';
import { sampler } from '../../engine/distribution';
import { CpuStation } from '../../engine/resources/cpu-station';
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
import { PHASE, STATE, type Transaction } from './transaction';
import { TwoPhase } from './two-phase';

const NO_ROUTE = causeCode('no-route');

const WORKED = 0;
const WRITTEN = 1;
const TELL_AGAIN = 2;
const LOOK = 3;

export class TransactionCoordinator implements Behaviour {
  readonly #context: Context;
  readonly #cpu: CpuStation;
  readonly #desk: Desk;
  readonly #log: DecisionLog;
  readonly #twoPhase: TwoPhase;
  readonly #recovery: Recovery;
  readonly #preparing: number;
  readonly #telling: number;

  constructor(config: CoordinatorConfig, context: Context) {
    this.#context = context;
    this.#cpu = new CpuStation(context, WORKED);
    this.#desk = new Desk(context);
    this.#log = new DecisionLog(context, WRITTEN, (number) => {
      const transaction = this.#desk.find(number);
      if (transaction) this.#twoPhase.written(transaction);
    });
    this.#twoPhase = new TwoPhase(this.#desk, this.#log, TELL_AGAIN);
    this.#recovery = new Recovery(this.#desk, LOOK);
    this.#preparing = context.gauge('preparing');
    this.#telling = context.gauge('telling');
    this.#adopt(config);
  }

  start(): void {
    if (this.#context.now === 0) this.#recovery.wait();
    else {
      this.#desk.each((transaction) => this.#twoPhase.recover(transaction));
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
        if (transaction) this.#twoPhase.timer(transaction, b);
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
      else this.#twoPhase.reply(transaction, participant, verb, calls.cause(call));
    }
    this.#report();
  }

  crash(): void {
    this.#cpu.clear();
    this.#log.crash();
    this.#desk.crash((transaction) => this.#twoPhase.lost(transaction));
    this.#recovery.crash();
    this.#twoPhase.diesAfterVotes = null;
    this.#report();
  }

  fault(id: string, on: boolean, params: Config): void {
    if (id === CRASH_AFTER_VOTES.id && on) this.#twoPhase.diesAfterVotes = 1000 * Number(params['restartAfterS']);
  }

  face(writer: FaceWriter): void {
    const desk = this.#desk;
    writer.put(0);
    writer.put(desk.inPhase(PHASE.preparing));
    writer.put(0);
    writer.put(desk.book.inDoubt);
    writer.put(0);
    writer.put(desk.inPhase(PHASE.committing) + desk.inPhase(PHASE.aborting));
    writer.put(0);
    const off = Math.round(desk.book.off);
    const inFlight = Math.round(desk.book.inFlight);
    writer.put(off > 0 ? 2 : inFlight > 0 ? 1 : 0);
    if (off > 0 || inFlight > 0) writer.put(off > 0 ? off : inFlight);
  }

  #adopt(config: CoordinatorConfig): void {
    const { logMedianMs: medianMs, logP99Ms: p99Ms } = config;
    this.#cpu.configure(config.cores, config.cpuMicros);
    this.#log.flushTime = sampler({ type: 'lognormal', medianMs, p99Ms: Math.max(medianMs, p99Ms) });
    this.#twoPhase.retryAfter = fromMs(config.retryMs);
    this.#recovery.configure(fromMs(config.recoveryS * 1000));
  }

  #accept(call: CallId): void {
    const desk = this.#desk;
    const { calls } = this.#context;
    if (desk.participants.count === 0) this.#context.fail(call, NO_ROUTE);
    else if (calls.write(call) === 0) {
      this.#askStage(desk.open(call, PHASE.reading));
    } else {
      const same = desk.sameRequest(call);
      if (same && same.phase !== PHASE.aborting) same.join(call, calls);
      else this.#twoPhase.begin(desk.open(call, PHASE.preparing));
    }
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
    this.#context.level(this.#telling, desk.inPhase(PHASE.committing) + desk.inPhase(PHASE.aborting));
  }
}

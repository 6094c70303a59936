/** The database's part in sagas: each step is a transaction of its own, with a row that says that it is done or undone. */
import type { Context } from '../../engine/behaviour';
import type { CallId } from '../../engine/calls';
import { STEP, StepTable } from '../../engine/resources/step-table';
import { VERB } from '../../model/meaning';
import { causeCode } from '../../model/outcome';

const COMPENSATED = causeCode('compensated');

export class SagaSteps {
  readonly #context: Context;
  readonly #steps: StepTable;
  /** Compensations that have undone something and are not answered yet. */
  readonly #undid = new Set<CallId>();

  constructor(context: Context) {
    this.#context = context;
    this.#steps = new StepTable(context.calls);
  }

  /** Whether a step or a compensation is answered at once; else it goes the way of a write. */
  arrive(call: CallId): boolean {
    const context = this.#context;
    const state = this.#steps.state(call);
    this.#undid.delete(call);
    if (context.calls.verb(call) === VERB.compensate) {
      if (state !== STEP.undone) return false;
      context.succeed(call);
      return true;
    }
    if (state === STEP.unknown) return false;
    if (state === STEP.done) context.succeed(call);
    else context.fail(call, COMPENSATED);
    return true;
  }

  /** It is on disk. Says whether it has written anything; a step whose compensation came first must be rolled back. */
  flushed(call: CallId): 'written' | 'nothing' | 'too-late' {
    const { calls, ledger, self } = this.#context;
    const state = this.#steps.state(call);
    const undoes = calls.verb(call) === VERB.compensate;
    if (!undoes && state !== STEP.unknown) return state === STEP.done ? 'nothing' : 'too-late';
    this.#steps.set(call, undoes ? STEP.undone : STEP.done);
    if (undoes && state !== STEP.done) return 'nothing';
    ledger.effect(calls.connection(call), calls.ticket(call), undoes ? -1 : 1, self, calls.key(call));
    if (undoes) this.#undid.add(call);
    return 'written';
  }

  /** What the answer says: 1 when a compensation has undone something. */
  result(call: CallId): number {
    return this.#undid.delete(call) ? 1 : 0;
  }
}

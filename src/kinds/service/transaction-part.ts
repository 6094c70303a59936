/**
 * A service's part in distributed transactions. In a saga it does its step once and undoes it once, however often it is
 * asked. In two-phase commit it reserves with its work, and the decision turns the reservation into a fact or drops it,
 * as in Try–Confirm–Cancel: it holds no locks. What it has done and reserved is on its disk and survives a crash.
 */
import type { Context } from '../../engine/behaviour';
import type { CallId } from '../../engine/calls';
import { STEP, StepTable } from '../../engine/resources/step-table';
import { VERB } from '../../model/meaning';
import { causeCode } from '../../model/outcome';

const ABORTED = causeCode('aborted');
const COMPENSATED = causeCode('compensated');

/** Reservations are known by the connection of their coordinator and their number there. */
const NUMBERS = 2_147_483_648;
const MOST_DOOMED = 10_000;

export class TransactionPart {
  readonly #context: Context;
  readonly #steps: StepTable;
  readonly #reserved = new Set<number>();
  /** Told to abort before they were reserved. */
  readonly #doomed = new Set<number>();

  constructor(context: Context) {
    this.#context = context;
    this.#steps = new StepTable(context.calls);
  }

  /** Whether a word of a coordinator is answered at once; one that is not asks for work. */
  arrive(call: CallId): boolean {
    const context = this.#context;
    const { calls, ledger, self } = context;
    const state = this.#steps.state(call);
    switch (calls.verb(call)) {
      case VERB.perform:
        if (ledger.exposes) ledger.used(self, calls.key(call));
        if (state === STEP.done) context.succeed(call);
        else if (state === STEP.undone) context.fail(call, COMPENSATED);
        else return false;
        return true;
      case VERB.compensate:
        if (state === STEP.done) return false;
        // Nothing was done, and nothing will be: the step may still be on its way.
        this.#steps.set(call, STEP.undone);
        context.succeed(call);
        return true;
      case VERB.prepare:
        if (this.#reserved.has(this.#id(call))) context.succeed(call);
        else if (this.#doomed.delete(this.#id(call))) context.fail(call, ABORTED);
        else return false;
        return true;
      case VERB.commit:
        if (this.#release(call, true)) ledger.prepared(calls.connection(call), calls.ticket(call), -1);
        context.succeed(call);
        return true;
      case VERB.abort:
        if (this.#release(call, false)) ledger.prepared(calls.connection(call), calls.ticket(call), -1);
        else this.#doom(this.#id(call));
        context.succeed(call);
        return true;
      case VERB.recover:
        context.succeed(call, this.#nextAfter(calls.connection(call), calls.key(call)));
        return true;
      default:
        return false;
    }
  }

  /** The work for a word of a coordinator has ended well. */
  done(call: CallId): void {
    const context = this.#context;
    const { calls, ledger, self } = context;
    const [connection, number] = [calls.connection(call), calls.ticket(call)];
    const state = this.#steps.state(call);
    switch (calls.verb(call)) {
      case VERB.perform:
        // Its compensation has overtaken it, or it was asked for twice.
        if (state === STEP.undone) context.fail(call, COMPENSATED);
        else {
          if (state === STEP.unknown) ledger.effect(connection, number, 1, self, calls.key(call));
          this.#steps.set(call, STEP.done);
          context.succeed(call);
        }
        break;
      case VERB.compensate:
        if (state === STEP.done) ledger.effect(connection, number, -1, self, calls.key(call));
        this.#steps.set(call, STEP.undone);
        context.succeed(call, state === STEP.done ? 1 : 0);
        break;
      case VERB.prepare: {
        const id = this.#id(call);
        if (this.#doomed.delete(id)) context.fail(call, ABORTED);
        else {
          if (!this.#reserved.has(id)) ledger.prepared(connection, number, 1);
          this.#reserved.add(id);
          context.succeed(call);
        }
        break;
      }
      default:
        context.succeed(call);
    }
  }

  #id(call: CallId): number {
    const { calls } = this.#context;
    return calls.connection(call) * NUMBERS + calls.ticket(call);
  }

  #release(call: CallId, committed: boolean): boolean {
    const { calls, ledger, self } = this.#context;
    if (!this.#reserved.delete(this.#id(call))) return false;
    if (committed) ledger.effect(calls.connection(call), calls.ticket(call), 1, self, calls.key(call));
    return true;
  }

  #doom(id: number): void {
    if (this.#doomed.size >= MOST_DOOMED) for (const oldest of this.#doomed) if (this.#doomed.delete(oldest)) break;
    this.#doomed.add(id);
  }

  /** The lowest number above this one that a coordinator has reserved here, or 0. */
  #nextAfter(connection: number, after: number): number {
    let next = 0;
    for (const id of this.#reserved) {
      const number = id % NUMBERS;
      if (Math.floor(id / NUMBERS) === connection && number > after && (next === 0 || number < next)) next = number;
    }
    return next;
  }
}

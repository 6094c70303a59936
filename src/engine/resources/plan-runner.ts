/**
 * Runs the request plan of a component for the calls it holds: stages in order, steps of a stage together, cache-aside
 * with invalidation on write. It keeps its state in the call's own record, so any number of calls cost no memory.
 *
 * A cache is a soft dependency: when it fails, a read goes to the store and a write goes on. A stage ends when all its
 * steps have ended; the first failure in it, by time, becomes the outcome of the request.
 */
import { plainVerb, VERB } from '../../model/meaning';
import { OK } from '../../model/outcome';
import { type Plan, type PlanStep, type PlanTarget, requestPlan, stepOperations, stepTarget } from '../../model/plan';
import type { Context, Link } from '../behaviour';
import type { CallId } from '../calls';
import type { RandomStream } from '../random';

interface Target extends PlanTarget {
  readonly link: number;
}

/** What a sub-call was for, in its ticket: step number × 8 + phase. */
const PHASE = { plain: 0, lookup: 1, load: 2, fill: 3, store: 4, invalidate: 5 } as const;

const STAGE = 0;
const PENDING = 1;
const FAILED = 2;
const ORIGIN = 3;

export class PlanRunner {
  #stages: readonly (readonly number[])[] = [];
  /** Steps of this plan and of earlier ones: numbers are never reused, because tickets under way carry them. */
  readonly #steps: PlanStep<Target>[] = [];
  readonly #context: Context;
  readonly #choice: RandomStream;
  readonly #done: (call: CallId, cause: number, origin: number) => void;

  /** `done` is called once for every started call: with cause 0, or with the outcome to relay. */
  constructor(context: Context, done: (call: CallId, cause: number, origin: number) => void) {
    this.#context = context;
    this.#choice = context.random('plan');
    this.#done = done;
  }

  /** Derives the plan anew from the outgoing connections. Calls under way finish the stage they are in. */
  rewire(): void {
    const targets = this.#context.outgoing.map((link: Link): Target => ({
      connection: link.id,
      label: link.peer.label,
      meaning: link.meaning,
      config: link.config,
      link: link.index,
    }));
    const plan: Plan<Target> = requestPlan(targets);
    this.#stages = plan.stages.map((stage) => stage.map((step) => this.#steps.push(step) - 1));
  }

  /** Whether there is anything to do besides the component's own work. */
  get empty(): boolean {
    return this.#stages.length === 0;
  }

  start(call: CallId): void {
    this.#context.calls.setWork(call, STAGE, -1);
    this.#nextStage(call);
  }

  /** Takes the outcome of a call the runner made. Outcomes for requests that are gone are ignored. */
  reply(sub: CallId): void {
    const calls = this.#context.calls;
    if (!calls.parentAlive(sub)) return;
    const call = calls.parent(sub);
    const ticket = calls.ticket(sub);
    const phase = ticket & 7;
    const step = this.#steps[ticket >> 3];
    const cause = calls.cause(sub);
    switch (phase) {
      case PHASE.lookup:
        if (cause === OK && calls.result(sub) === 1) this.#stepEnds(call, OK, 0);
        else if (step?.type === 'cache-aside') {
          // A lookup that failed loads without filling: the cache is not there to be filled.
          const ticketOfLoad = cause === OK ? this.#ticket(ticket, PHASE.load) : this.#ticket(ticket, PHASE.plain);
          this.#context.send(step.store.link, call, VERB.query, 0, calls.key(call), ticketOfLoad);
        } else if (step?.type === 'cache-only' && cause === OK) this.#fill(call, step.cache.link, ticket);
        else this.#stepEnds(call, OK, 0);
        break;
      case PHASE.load:
        if (cause === OK && step?.type === 'cache-aside') this.#fill(call, step.cache.link, ticket);
        else this.#stepEnds(call, cause, calls.origin(sub));
        break;
      case PHASE.store:
        if (cause === OK && step?.type === 'cache-aside' && stepOperations(step.cache) !== 'read') {
          this.#context.send(
            step.cache.link,
            call,
            VERB.del,
            1,
            calls.key(call),
            this.#ticket(ticket, PHASE.invalidate),
          );
        } else this.#stepEnds(call, cause, calls.origin(sub));
        break;
      case PHASE.fill:
      case PHASE.invalidate:
        this.#stepEnds(call, OK, 0);
        break;
      default:
        this.#stepEnds(call, cause, calls.origin(sub));
    }
  }

  #ticket(ticket: number, phase: number): number {
    return (ticket & ~7) | phase;
  }

  #fill(call: CallId, link: number, ticket: number): void {
    this.#context.send(link, call, VERB.set, 0, this.#context.calls.key(call), this.#ticket(ticket, PHASE.fill));
  }

  #nextStage(call: CallId): void {
    const calls = this.#context.calls;
    for (;;) {
      const index = calls.work(call, STAGE) + 1;
      const stage = this.#stages[index];
      if (!stage) {
        this.#done(call, OK, 0);
        return;
      }
      calls.setWork(call, STAGE, index);
      calls.setWork(call, FAILED, OK);
      let pending = 0;
      for (const step of stage) if (this.#startStep(call, step)) pending++;
      if (pending > 0) {
        calls.setWork(call, PENDING, pending);
        return;
      }
    }
  }

  /** Whether the step has to be waited for. */
  #startStep(call: CallId, index: number): boolean {
    const context = this.#context;
    const calls = context.calls;
    const step = this.#steps[index]!;
    const target = stepTarget(step);
    const write = calls.write(call);
    const key = calls.key(call);
    const { probabilityPercent, mode } = target.config;
    if (probabilityPercent < 100 && !this.#choice.chance(probabilityPercent / 100)) return false;
    const operations = stepOperations(target);
    const applies = operations === 'all' || (operations === 'write') === (write === 1);
    if (step.type === 'cache-aside') {
      const ticket = index * 8;
      if (write === 1) context.send(step.store.link, call, VERB.query, 1, key, ticket | PHASE.store);
      else if (applies) context.send(step.cache.link, call, VERB.get, 0, key, ticket | PHASE.lookup);
      else context.send(step.store.link, call, VERB.query, 0, key, ticket | PHASE.plain);
      return true;
    }
    if (!applies) return false;
    if (step.type === 'cache-only') {
      if (write === 1) context.send(step.cache.link, call, VERB.set, 1, key, (index * 8) | PHASE.fill);
      else context.send(step.cache.link, call, VERB.get, 0, key, (index * 8) | PHASE.lookup);
      return true;
    }
    const verb = plainVerb(target.meaning, write === 1);
    if (mode === 'async') {
      context.sendDetached(step.target.link, call, verb, write, key);
      return false;
    }
    context.send(step.target.link, call, verb, write, key, (index * 8) | PHASE.plain);
    return true;
  }

  #stepEnds(call: CallId, cause: number, origin: number): void {
    const calls = this.#context.calls;
    if (cause !== OK && calls.work(call, FAILED) === OK) {
      calls.setWork(call, FAILED, cause);
      calls.setWork(call, ORIGIN, origin);
    }
    const pending = calls.work(call, PENDING) - 1;
    calls.setWork(call, PENDING, pending);
    if (pending > 0) return;
    const failure = calls.work(call, FAILED);
    if (failure === OK) this.#nextStage(call);
    else this.#done(call, failure, calls.work(call, ORIGIN));
  }
}

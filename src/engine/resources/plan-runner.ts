/**
 * Runs the request plan of a component for the calls it holds: stages in order, steps of a stage together. It keeps its
 * state in the call's own record, so any number of calls cost no memory; what its caches keep is in `cache-client.ts`.
 *
 * A stage ends when all its steps have ended; the first failure in it, by time, becomes the outcome of the request. A
 * request that was answered meanwhile (reset) goes no further: what it had under way ends unheard. Of one that nobody
 * wants any more, what was made for it alone is withdrawn.
 */
import { plainVerb, VERB } from '../../model/meaning';
import { causeCode, OK } from '../../model/outcome';
import {
  OCCASIONS,
  type Plan,
  planOn,
  type PlanStep,
  type PlanTarget,
  requestPlan,
  stepTarget,
  takesOperation,
  takesStep,
} from '../../model/plan';
import type { Context, Link } from '../behaviour';
import type { CallId } from '../calls';
import type { RandomStream } from '../random';
import { CacheClient } from './cache-client';
import { CacheMeter } from './cache-meter';
import { CACHE_TIMER, type CacheStep, PHASE, type StepEnd, type Target, TOKEN_SHIFT } from './cache-step';
import { Discovery } from './discovery';
import { HeldLocks } from './held-locks';
import { Publishing } from './publishing';
import { SubCalls } from './sub-calls';

const NO_ADDRESS = causeCode('no-address');

/** Origin of a failure of the runner itself: the request dies at its owner. */
export const HERE = -1;

/** A ticket is: number of a lease, number of the step, phase. */
const PHASE_BITS = 4;
const STEP_MASK = (1 << (TOKEN_SHIFT - PHASE_BITS)) - 1;

/** The occasion, and the stage that comes next. */
const STAGE = 0;
const STAGE_BITS = 12;
const STAGE_MASK = (1 << STAGE_BITS) - 1;
const PENDING = 1;
const FAILED = 2;
const ORIGIN = 3;

interface Step {
  readonly planned: PlanStep<Target>;
  /** For a step with a cache. */
  readonly client: CacheClient | null;
  readonly cached: CacheStep | null;
  /** Whose turn it is in a pool. */
  turn: number;
}

export class PlanRunner {
  /** By occasion: stages of step numbers. */
  #plans: readonly (readonly (readonly number[])[])[] = OCCASIONS.map(() => []);
  /** Steps of this plan and of earlier ones: tickets under way carry their numbers, so a million others come between. */
  readonly #steps: Step[] = [];
  #stepCount = 0;
  #empty = true;
  readonly #clients: CacheClient[] = [];
  readonly #clientOf = new Map<string, CacheClient>();
  readonly #context: Context;
  readonly #meter: CacheMeter;
  readonly #choice: RandomStream;
  readonly #locks: HeldLocks;
  readonly #publishing: Publishing;
  readonly #subCalls: SubCalls;
  readonly #discovery: Discovery;
  readonly #done: (call: CallId, cause: number, origin: number) => void;
  readonly #ends: StepEnd = (call, cause, origin, retryAfterMs) => this.#stepEnds(call, cause, origin, retryAfterMs);

  /**
   * `done` is called once for every started call that is still held: with cause 0, or with the outcome to relay (its
   * Retry-After is with the call already), or with one that arose HERE. The owner's kind declares CACHE_METRICS and OUTBOX_METRICS, and the
   * owner passes on `rewire`, `reply`, `timer`, from `start`, `resume`, and from `crash`, `clear`.
   */
  constructor(context: Context, done: (call: CallId, cause: number, origin: number) => void) {
    this.#context = context;
    this.#choice = context.random('plan');
    this.#done = done;
    this.#meter = new CacheMeter(context);
    this.#locks = new HeldLocks(context, CACHE_TIMER.renew);
    this.#subCalls = new SubCalls(context);
    this.#publishing = new Publishing(context, this.#choice);
    this.#discovery = new Discovery(context, CACHE_TIMER.lookUp, () => {});
  }

  /** Derives the plan anew from the outgoing connections. Calls under way finish the stage they are in. */
  rewire(): void {
    this.#subCalls.rewire();
    this.#discovery.rewire();
    const targets = this.#context.outgoing.map((link: Link): Target => ({
      connection: link.id,
      label: link.peer.label,
      meaning: link.meaning,
      config: link.config,
      link: link.index,
      peer: link.peer.index,
    }));
    const plan: Plan<Target> = requestPlan(targets);
    const numberOf = new Map<PlanTarget, number>();
    for (const step of plan.stages.flat()) numberOf.set(stepTarget(step), this.#register(step));
    this.#empty = plan.stages.length === 0;
    this.#plans = OCCASIONS.map((occasion) =>
      planOn(plan, occasion).stages.map((stage) => stage.map((step) => numberOf.get(stepTarget(step))!)),
    );
    this.#publishing.rewire(plan, (target) => numberOf.get(target)! << PHASE_BITS);
  }

  #register(planned: PlanStep<Target>): number {
    const index = this.#stepCount++ & STEP_MASK;
    if (planned.type === 'call') this.#steps[index] = { planned, client: null, cached: null, turn: 0 };
    else {
      const { cache } = planned;
      const store = planned.type === 'cache-aside' ? planned.store : null;
      const cached: CacheStep = { cache, store, number: index << PHASE_BITS };
      let client = this.#clientOf.get(cache.connection);
      if (client) client.adopt(cached);
      else {
        client = new CacheClient(this.#context, this.#subCalls, this.#meter, this.#clients.length, cached, this.#ends);
        this.#clients.push(client);
        this.#clientOf.set(cache.connection, client);
      }
      this.#steps[index] = { planned, client, cached, turn: 0 };
    }
    return index;
  }

  /** Whether there is anything to do besides the component's own work. */
  get empty(): boolean {
    return this.#empty;
  }

  /** `occasion` is its number in OCCASIONS. */
  start(call: CallId, occasion = 0): void {
    this.#subCalls.begin(call);
    this.#context.calls.setWork(call, STAGE, occasion << STAGE_BITS);
    this.#nextStage(call);
  }

  /** Takes the outcome of a call the runner made. Outcomes for requests that are gone are ignored. */
  reply(sub: CallId): void {
    const { calls } = this.#context;
    if (calls.verb(sub) === VERB.lookup) {
      this.#discovery.reply(sub);
      return;
    }
    this.#subCalls.ended(sub);
    const ticket = calls.ticket(sub);
    const step = this.#steps[(ticket >> PHASE_BITS) & STEP_MASK]!;
    if ((ticket & 15) === PHASE.relay) {
      this.#publishing.acknowledged(stepTarget(step.planned), calls.cause(sub) === OK);
      return;
    }
    if ((ticket & 15) !== PHASE.plain) {
      step.client!.reply(sub, step.cached!);
      return;
    }
    if (calls.verb(sub) === VERB.acquire && calls.cause(sub) === OK) this.#took(sub, stepTarget(step.planned));
    if (calls.parentAlive(sub)) {
      this.#stepEnds(calls.parent(sub), calls.cause(sub), calls.origin(sub), calls.result(sub));
    }
  }

  /** Nobody wants the outcome of a started call any more. To be called before it is answered. */
  withdraw(call: CallId): void {
    const { calls } = this.#context;
    this.#locks.release(call);
    for (let sub = this.#subCalls.take(call); sub >= 0; sub = this.#subCalls.take(call)) {
      const ticket = calls.ticket(sub);
      if ((ticket & 15) !== PHASE.plain) {
        const stays = this.#steps[(ticket >> PHASE_BITS) & STEP_MASK]!.client!.withdrawn(sub);
        if (stays) continue;
      }
      this.#context.withdraw(sub);
    }
  }

  /** Takes a timer. Returns whether it was one of the runner's. */
  timer(type: number, a: number, b: number): boolean {
    if (type === CACHE_TIMER.renew) {
      this.#locks.timer(a, b);
      return true;
    }
    if (type === CACHE_TIMER.lookUp) {
      this.#discovery.timer(a);
      return true;
    }
    if (type === CACHE_TIMER.relay) {
      this.#publishing.timer(a);
      return true;
    }
    if (type !== CACHE_TIMER.flush && type !== CACHE_TIMER.poll) return false;
    this.#clients[a]!.timer(type, b);
    return true;
  }

  /** The process is up, for the first time or again. */
  resume(): void {
    this.#publishing.resume();
    this.#discovery.start();
  }

  /** The process died: loads and waiting writes are gone. */
  clear(): void {
    for (const client of this.#clients) client.clear();
    this.#meter.clear();
    this.#locks.clear();
    this.#publishing.stop();
    this.#discovery.crash();
  }

  #nextStage(call: CallId): void {
    const calls = this.#context.calls;
    for (;;) {
      const at = calls.work(call, STAGE);
      const stage = this.#plans[at >> STAGE_BITS]![at & STAGE_MASK];
      if (!stage) {
        this.#end(call, OK, 0);
        return;
      }
      calls.setWork(call, STAGE, at + 1);
      calls.setWork(call, FAILED, OK);
      let pending = 0;
      for (const step of stage) if (this.#startStep(call, step)) pending++;
      if (pending > 0) {
        calls.setWork(call, PENDING, pending);
        return;
      }
      const failure = calls.work(call, FAILED);
      if (failure !== OK) {
        this.#end(call, failure, calls.work(call, ORIGIN));
        return;
      }
    }
  }

  /** Whether the step has to be waited for. */
  #startStep(call: CallId, index: number): boolean {
    const context = this.#context;
    const calls = context.calls;
    const step = this.#steps[index]!;
    const { planned, client, cached } = step;
    const target = stepTarget(planned);
    const write = calls.write(call);
    if (target.meaning === 'publish' && this.#publishing.boxes(target, call)) return false;
    const { probabilityPercent, mode } = target.config;
    if (probabilityPercent < 100 && !this.#choice.chance(probabilityPercent / 100)) return false;
    if (planned.type === 'cache-aside') {
      // The cache's connection says who uses the cache, and the store's for which operation the step is.
      if (!takesOperation(planned.store.config, calls.operation(call))) return false;
    } else if (!takesStep(target, write === 1, calls.operation(call))) return false;
    if (client) {
      client.start(call, cached!);
      return true;
    }
    const picked = planned.type === 'call' && target.meaning === 'request' ? this.#pick(step, planned.pool) : target;
    if (!picked) {
      this.#fails(call, NO_ADDRESS, HERE, 0);
      return false;
    }
    const { link } = picked as Target;
    const verb = plainVerb(target.meaning, write === 1);
    const locks = target.meaning === 'lock';
    if (mode === 'async' && !locks) {
      context.sendDetached(link, call, verb, write, calls.key(call));
      return false;
    }
    const ticket = (index << PHASE_BITS) | PHASE.plain;
    const key = locks && target.config.lockScope === 'one' ? 0 : calls.key(call);
    this.#subCalls.send(link, call, verb, write, key, ticket);
    return true;
  }

  /** Whose turn it is, of those in the pool that the registry lists; null when it lists none. */
  #pick(step: Step, pool: readonly Target[]): Target | null {
    const { length } = pool;
    for (let tries = 0; tries < length; tries++) {
      const target = pool[step.turn % length]!;
      step.turn = (step.turn + 1) % length;
      if (this.#discovery.lists(target.peer)) return target;
    }
    return null;
  }

  /** The first failure of a stage is that of the request. */
  #fails(call: CallId, cause: number, origin: number, retryAfterMs: number): void {
    const { calls } = this.#context;
    if (calls.work(call, FAILED) !== OK) return;
    calls.setWork(call, FAILED, cause);
    calls.setWork(call, ORIGIN, origin);
    calls.setResult(call, retryAfterMs);
  }

  #stepEnds(call: CallId, cause: number, origin: number, retryAfterMs: number): void {
    const calls = this.#context.calls;
    if (cause !== OK) this.#fails(call, cause, origin, retryAfterMs);
    const pending = calls.work(call, PENDING) - 1;
    calls.setWork(call, PENDING, pending);
    if (pending > 0) return;
    const failure = calls.work(call, FAILED);
    if (failure === OK) this.#nextStage(call);
    else this.#end(call, failure, calls.work(call, ORIGIN));
  }

  #end(call: CallId, cause: number, origin: number): void {
    this.#locks.release(call);
    this.#done(call, cause, origin);
  }

  /** A lock was granted, perhaps to a request that is gone. */
  #took(sub: CallId, { config }: PlanTarget): void {
    const { calls } = this.#context;
    const token = calls.result(sub);
    const link = calls.connection(sub);
    if (token === 0) return;
    if (!calls.parentAlive(sub)) this.#locks.giveBack(link, calls.key(sub), token);
    else this.#locks.took(calls.parent(sub), link, calls.key(sub), token, config.leaseMs, config.renews);
  }
}

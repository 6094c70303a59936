/**
 * One cache connection of a component, with the store behind it: the patterns and stampede protections of
 * `model/cache-fields.ts`. State that outlives a request (loads under way, writes not yet stored, the usual time of a
 * load) is kept per component: all instances of a service share it, as if they were one process.
 */
import { LEASE_MS, LOOKUP, usesLeases } from '../../model/cache-fields';
import { VERB } from '../../model/meaning';
import { OK } from '../../model/outcome';
import { type PlanTarget, takesStep } from '../../model/plan';
import { MICROS_PER_MS } from '../../model/units';
import type { Context } from '../behaviour';
import { type CallId, NO_CALL } from '../calls';
import { PRIORITY } from '../event-queue';
import { CacheLoads } from './cache-loads';
import type { CacheMeter } from './cache-meter';
import { CACHE_TIMER, type CacheStep, PHASE, type StepEnd } from './cache-step';
import type { SubCalls } from './sub-calls';
import { WriteBehind } from './write-behind';

export class CacheClient {
  readonly #context: Context;
  readonly #subCalls: SubCalls;
  readonly #meter: CacheMeter;
  readonly #ends: StepEnd;
  /** Its own number, for timers. */
  readonly #index: number;
  readonly #loads: CacheLoads;
  readonly #behind: WriteBehind;
  /** What flushes go by: the step as it is now. */
  #step: CacheStep;

  constructor(context: Context, subCalls: SubCalls, meter: CacheMeter, index: number, step: CacheStep, ends: StepEnd) {
    this.#context = context;
    this.#subCalls = subCalls;
    this.#meter = meter;
    this.#index = index;
    this.#step = step;
    this.#ends = ends;
    this.#loads = new CacheLoads(context, subCalls, meter, index, step, ends);
    this.#behind = new WriteBehind({
      later: (micros) => void context.after(micros, PRIORITY.timer, CACHE_TIMER.flush, index),
      write: (key) => {
        const { store, number } = this.#step;
        context.send(store!.link, NO_CALL, VERB.query, 1, key, number | PHASE.flush);
      },
    });
    this.adopt(step);
  }

  adopt(step: CacheStep): void {
    // Writes that wait for a store which is no longer there wait for it all the same.
    this.#step = step.store === null && this.#behind.unstored > 0 ? { ...step, store: this.#step.store } : step;
    this.#loads.adopt(step);
    this.#behind.flushMs = step.cache.config.flushMs;
    this.#behind.batch = step.cache.config.flushBatch;
  }

  /** The step begins for a request. */
  start(call: CallId, step: CacheStep): void {
    const { cache, store, number } = step;
    const subCalls = this.#subCalls;
    const { calls } = this.#context;
    const write = calls.write(call);
    const key = calls.key(call);
    const uses = takesStep(cache, write === 1, calls.operation(call));
    if (write === 1) {
      if (!store) subCalls.send(cache.link, call, VERB.set, 1, key, number | PHASE.last);
      else if (uses && this.#defers(step, key))
        subCalls.send(cache.link, call, VERB.set, 1, key, number | PHASE.behind);
      else subCalls.send(store.link, call, VERB.query, 1, key, number | PHASE.store);
    } else if (uses || !store) subCalls.send(cache.link, call, VERB.get, 0, key, number | PHASE.lookup);
    else subCalls.send(store.link, call, VERB.query, 0, key, number | PHASE.plain);
  }

  /** The outcome of a call made here, of any phase but `plain`. */
  reply(sub: CallId, step: CacheStep): void {
    const { calls } = this.#context;
    const phase = calls.ticket(sub) & 15;
    const cause = calls.cause(sub);
    const key = calls.key(sub);
    switch (phase) {
      case PHASE.flush:
        this.#behind.landed(key, cause === OK);
        this.#meter.setUnstored(this.#index, this.#behind.unstored);
        return;
      case PHASE.flightLoad:
        this.#loads.flightLoaded(sub);
        return;
      case PHASE.flightFill:
        this.#loads.land(key, OK, 0, 0);
        return;
      case PHASE.poll:
        this.#loads.polled(key, cause, calls.result(sub));
        return;
      case PHASE.unlock:
        return;
      case PHASE.load:
      case PHASE.loadUnleased:
        this.#loads.loaded(sub, step);
        return;
      case PHASE.behind:
        // What is in the cache has to be stored, whether its caller has gone or not.
        if (cause === OK) this.#storeLater(key);
    }
    if (!calls.parentAlive(sub)) return;
    const call = calls.parent(sub);
    switch (phase) {
      case PHASE.lookup:
        this.#lookedUp(call, step, sub);
        break;
      case PHASE.store:
        this.#stored(call, step, sub);
        break;
      case PHASE.behind:
        // Without the cache, a write goes to the store at once.
        if (cause !== OK) this.#subCalls.send(step.store!.link, call, VERB.query, 1, key, step.number | PHASE.plain);
        else this.#ends(call, OK, 0, 0);
        break;
      default:
        this.#ends(call, OK, 0, 0);
    }
  }

  /** Nobody wants the outcome of a call made here. Returns whether it has to go on all the same. */
  withdrawn(sub: CallId): boolean {
    const phase = this.#context.calls.ticket(sub) & 15;
    if (phase === PHASE.load || phase === PHASE.loadUnleased) this.#loads.withdrawn(sub);
    return phase === PHASE.behind;
  }

  timer(type: number, key: number): void {
    if (type === CACHE_TIMER.flush) this.#behind.due();
    else this.#loads.poll(key);
  }

  /** The process died. */
  clear(): void {
    this.#loads.clear();
    this.#meter.lost(this.#behind.clear());
    this.#meter.setUnstored(this.#index, 0);
  }

  // — reads —

  #lookedUp(call: CallId, step: CacheStep, sub: CallId): void {
    const { cache, store, number } = step;
    const { config } = cache;
    const { calls } = this.#context;
    const key = calls.key(call);
    const cause = calls.cause(sub);
    const answer = calls.result(sub);
    if (cause !== OK) {
      // A cache is a soft dependency: without it, a read goes to the store and fills nothing.
      if (!store) this.#ends(call, OK, 0, 0);
      else if (config.pattern === 'read-through') this.#ends(call, cause, calls.origin(sub), answer);
      else this.#subCalls.send(store.link, call, VERB.query, 0, key, number | PHASE.plain);
      return;
    }
    const mayFill = answer === LOOKUP.leased || !usesLeases(config);
    if (!store) {
      const wanted = answer === LOOKUP.stale || answer === LOOKUP.leased || (answer === LOOKUP.miss && mayFill);
      if (wanted) this.#subCalls.send(cache.link, call, VERB.set, 0, key, number | PHASE.fill);
      else this.#ends(call, OK, 0, 0);
      return;
    }
    if (answer === LOOKUP.stale) this.#loads.refresh(call, key);
    if (answer !== LOOKUP.miss && answer !== LOOKUP.leased) {
      if (answer >= LOOKUP.timeLeft && this.#loads.worthRenewing(config.beta, answer)) {
        this.#meter.refreshed();
        this.#loads.load(call, step, key, true, false);
      } else this.#ends(call, OK, 0, 0);
      return;
    }
    if (config.stampede === 'none' || config.stampede === 'early') {
      this.#loads.load(call, step, key, mayFill, answer === LOOKUP.leased);
    } else this.#loads.join(call, key, mayFill);
  }

  // — writes —

  /** Whether a write is stored later: write-behind, and room in the queue. */
  #defers({ cache }: CacheStep, key: number): boolean {
    const { pattern, flushLimit } = cache.config;
    return pattern === 'write-behind' && (this.#behind.waiting < flushLimit || this.#behind.has(key));
  }

  #storeLater(key: number): void {
    this.#behind.add(key);
    this.#meter.setUnstored(this.#index, this.#behind.unstored);
  }

  #stored(call: CallId, step: CacheStep, sub: CallId): void {
    const { calls } = this.#context;
    const { cache, number } = step;
    const cause = calls.cause(sub);
    if (cause !== OK || !takesStep(cache, true, calls.operation(call))) {
      this.#ends(call, cause, calls.origin(sub), calls.result(sub));
      return;
    }
    const { pattern } = cache.config;
    const verb = pattern === 'write-through' || pattern === 'write-behind' ? VERB.set : VERB.del;
    this.#subCalls.send(cache.link, call, verb, 1, calls.key(call), number | PHASE.last);
  }
}

/** How long a lease over a connection lasts, in microseconds. */
export function leaseMicros({ stampede, lockMs }: PlanTarget['config']): number {
  return Math.floor((stampede === 'lock' ? lockMs : LEASE_MS) * MICROS_PER_MS + 0.5);
}

/**
 * Loads of a cache client that are under way, and who waits for them. Without protection and with early expiration, a
 * request loads for itself. In all other cases the load is a flight that belongs to nobody: it goes on when the request
 * that started it is gone, and whoever waits shares its outcome.
 */
import { LOOKUP } from '../../model/cache-fields';
import { VERB } from '../../model/meaning';
import { OK } from '../../model/outcome';
import { MICROS_PER_MS } from '../../model/units';
import type { Context } from '../behaviour';
import { type CallId, FLAG, NO_CALL } from '../calls';
import { log } from '../deterministic-math';
import { PRIORITY } from '../event-queue';
import type { RandomStream } from '../random';
import type { CacheMeter } from './cache-meter';
import { CACHE_TIMER, type CacheStep, PHASE, type StepEnd, TOKEN_SHIFT } from './cache-step';
import { FLIGHT, Flights } from './flights';
import type { SubCalls } from './sub-calls';

/** Share of a new measurement in the usual time of a load. */
const GAIN = 0.125;

export class CacheLoads {
  readonly #context: Context;
  readonly #subCalls: SubCalls;
  readonly #meter: CacheMeter;
  /** Number of the cache client, for timers. */
  readonly #index: number;
  readonly #ends: StepEnd;
  readonly #flights = new Flights();
  #early: RandomStream | null = null;
  /** What flights go by: the step as it is now. */
  #step: CacheStep;
  /** Microseconds that a load usually takes. */
  #loadTime = 0;

  constructor(context: Context, subCalls: SubCalls, meter: CacheMeter, index: number, step: CacheStep, ends: StepEnd) {
    this.#context = context;
    this.#subCalls = subCalls;
    this.#meter = meter;
    this.#index = index;
    this.#step = step;
    this.#ends = ends;
  }

  adopt(step: CacheStep): void {
    // Flights under way to a store that is no longer there are refused by it.
    this.#step = step.store === null ? { ...step, store: this.#step.store } : step;
  }

  /** The process died. */
  clear(): void {
    this.#flights.clear();
    this.#loadTime = 0;
  }

  /** Waits for the load of a key by somebody, and begins it when nobody does. */
  join(call: CallId, key: number, mayFill: boolean): void {
    const flights = this.#flights;
    const flight = flights.open(key);
    flights.join(flight, call, this.#context.calls.serial(call));
    const state = flights.state(flight);
    if (state !== FLIGHT.idle && !(state === FLIGHT.polling && mayFill)) return;
    if (mayFill || this.#step.cache.config.stampede !== 'lock') this.#depart(flight, key, mayFill, call);
    else {
      flights.setState(flight, FLIGHT.polling);
      this.#pollLater(key);
    }
  }

  /** It is time to look again. */
  poll(key: number): void {
    const flight = this.#flights.find(key);
    if (flight < 0 || this.#flights.state(flight) !== FLIGHT.polling) return;
    const { cache, number } = this.#step;
    this.#context.send(cache.link, NO_CALL, VERB.get, 0, key, number | PHASE.poll);
  }

  /** XFetch: the less time is left, and the longer a load takes, the likelier. */
  worthRenewing(beta: number, timeLeft: number): boolean {
    this.#early ??= this.#context.random('early');
    return -beta * this.#loadTime * log(this.#early.open()) >= timeLeft;
  }

  /** A request loads for itself. */
  load(call: CallId, step: CacheStep, key: number, mayFill: boolean, leased: boolean): void {
    const flight = this.#flights.open(key);
    if (leased) this.#flights.newToken(flight);
    this.#began(flight);
    const phase = mayFill ? PHASE.load : PHASE.loadUnleased;
    const ticket = (this.#flights.token(flight) << TOKEN_SHIFT) | step.number | phase;
    this.#subCalls.send(step.store!.link, call, VERB.query, 0, key, ticket);
  }

  loaded(sub: CallId, step: CacheStep): void {
    const { calls } = this.#context;
    const key = calls.key(sub);
    const ticket = calls.ticket(sub);
    const cause = calls.cause(sub);
    const flight = this.#flights.find(key);
    // Its lease was taken back by a write, and another load has got a new one.
    const overtaken = this.#flights.token(flight) !== ticket >> TOKEN_SHIFT;
    this.#ended(flight);
    if (cause === OK) this.#learn(calls.sentAt(sub));
    if (!calls.parentAlive(sub)) return;
    const call = calls.parent(sub);
    if (cause === OK && (ticket & 15) === PHASE.load && !overtaken) {
      this.#subCalls.send(step.cache.link, call, VERB.set, 0, key, step.number | PHASE.fill);
    } else this.#ends(call, cause, calls.origin(sub), calls.result(sub));
  }

  /** A request that loaded for itself is gone, and its load with it. */
  withdrawn(sub: CallId): void {
    this.#ended(this.#flights.find(this.#context.calls.key(sub)));
  }

  #began(flight: number): void {
    this.#meter.began(this.#flights.loads(flight) > 0);
    this.#flights.addLoads(flight, 1);
  }

  #ended(flight: number): void {
    this.#meter.ended();
    this.#flights.addLoads(flight, -1);
    this.#flights.closeIfDone(flight);
  }

  #learn(since: number): void {
    const took = this.#context.now - since;
    this.#loadTime = this.#loadTime === 0 ? took : this.#loadTime + GAIN * (took - this.#loadTime);
  }

  // — flights: loads that belong to nobody —

  /** Renews in the background what is served although it has expired. */
  refresh(call: CallId, key: number): void {
    if (this.#flights.find(key) >= 0) return;
    this.#meter.refreshed();
    this.#depart(this.#flights.open(key), key, true, call);
  }

  #depart(flight: number, key: number, mayFill: boolean, call: CallId): void {
    this.#flights.setState(flight, mayFill ? FLIGHT.loading : FLIGHT.loadingUnleased);
    this.#began(flight);
    const { calls, traits } = this.#context;
    if (call !== NO_CALL) {
      traits.operation = calls.operation(call);
      traits.priority = calls.priority(call);
      traits.bytes = calls.bytes(call);
      traits.user = calls.user(call);
    }
    const { store, number } = this.#step;
    this.#context.send(store!.link, NO_CALL, VERB.query, 0, key, number | PHASE.flightLoad);
  }

  flightLoaded(sub: CallId): void {
    const { calls } = this.#context;
    const key = calls.key(sub);
    const cause = calls.cause(sub);
    const flight = this.#flights.find(key);
    const leased = this.#flights.state(flight) === FLIGHT.loading;
    this.#ended(flight);
    const { cache, number } = this.#step;
    if (cause === OK) this.#learn(calls.sentAt(sub));
    if (cause === OK && leased) {
      this.#context.send(cache.link, NO_CALL, VERB.set, 0, key, number | PHASE.flightFill);
      return;
    }
    if (leased && cache.config.stampede === 'lock') {
      // A load that failed caches nothing, and lets the next one try.
      this.#context.send(cache.link, NO_CALL, VERB.del, 0, key, number | PHASE.unlock);
    }
    this.land(key, cause, calls.origin(sub), calls.result(sub));
  }

  /** The flight is over for all who waited. */
  land(key: number, cause: number, origin: number, retryAfterMs: number): void {
    const flight = this.#flights.find(key);
    const { calls } = this.#context;
    for (let call = this.#flights.leave(flight); call >= 0; call = this.#flights.leave(flight)) {
      const alive = (calls.flags(call) & (FLAG.live | FLAG.targetDone)) === FLAG.live;
      if (alive && calls.serial(call) === this.#flights.serial) this.#ends(call, cause, origin, retryAfterMs);
    }
    this.#flights.setState(flight, FLIGHT.idle);
    this.#flights.closeIfDone(flight);
  }

  #pollLater(key: number): void {
    const micros = Math.max(1, Math.floor(this.#step.cache.config.pollMs * MICROS_PER_MS + 0.5));
    this.#context.after(micros, PRIORITY.timer, CACHE_TIMER.poll, this.#index, key);
  }

  /** Who waits for the load of another looked again. */
  polled(key: number, cause: number, answer: number): void {
    const flight = this.#flights.find(key);
    if (flight < 0 || this.#flights.state(flight) !== FLIGHT.polling) return;
    if (cause !== OK) this.#depart(flight, key, false, NO_CALL);
    else if (answer === LOOKUP.leased) this.#depart(flight, key, true, NO_CALL);
    else if (answer === LOOKUP.miss) this.#pollLater(key);
    else this.land(key, OK, 0, 0);
  }
}

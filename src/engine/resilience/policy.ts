/**
 * What a caller does around the attempts of a call. The source sees one logical call,
 * which never travels; each attempt is a call of its own over the same connection, with the logical call as its parent.
 *
 * In this order an attempt must pass the circuit breaker, the throttle and the limit on calls at once. What is turned
 * away here fails at once and is not retried: the point of all three is to leave the other side alone.
 */
import { BREAKER_OPEN, BULKHEAD_FULL, causeCode, OK, SHED, TIMEOUT } from '../../model/outcome';
import { fromMs, MICROS_PER_MS, NEVER } from '../../model/units';
import { type CallId, FLAG, NO_CALL } from '../calls';
import type { ConnectionRuntime } from '../connection-runtime';
import type { Deadlines } from '../deadlines';
import { PRIORITY } from '../event-queue';
import { RandomStream } from '../random';
import type { Simulation } from '../simulation';
import { backoff } from './backoff';
import { CircuitBreaker } from './circuit-breaker';
import { ClientThrottle } from './client-throttle';
import { type ConcurrencyLimit, concurrencyLimit } from './concurrency-limit';
import { isFailure, RETRYABLE } from './outcomes';
import { type RetryBudget, retryBudget } from './retry-budget';

/** Events of a policy; `a` is the logical call, `b` its stamp. */
export const POLICY_EVENT = { retry: 4, hedge: 5, settle: 6, expire: 7 } as const;

/** Work slots of a logical call. */
const ATTEMPTS = 0;
/** The attempt under way, and its copy. */
const FLIGHT = 1;
const COPY = 2;
const PAUSE = 3;
/** Retries of it that the budget counts as under way, and what the latest one is a retry of. */
const HELD = 4;
const RETRY_OF = 5;

const RATE_LIMITED = causeCode('rate-limited');

/** Turning a call away is work of the process itself, and lets a little time pass. In microseconds. */
const LOCAL = 10;

/** Whether a connection with this config needs a policy: nothing is spent on connections that only have a timeout. */
export function needsPolicy(config: ConnectionRuntime['config']): boolean {
  return (
    config.perTryTimeoutMs > 0 ||
    config.propagateDeadline ||
    config.cancel ||
    config.retry !== 'none' ||
    config.breaker !== 'none' ||
    config.concurrency !== 'unlimited' ||
    config.clientThrottling ||
    config.hedgeAfterMs > 0 ||
    config.fallback !== 'fail'
  );
}

export class ResiliencePolicy {
  /** Counters since the start of the run. */
  firstAttempts = 0;
  retries = 0;
  hedges = 0;
  /** Calls that never left: breaker, throttle, limit. */
  rejected = 0;
  /** Calls answered by the fallback. */
  fallbacks = 0;
  /** Retries that the budget forbade. */
  unaffordable = 0;
  /** Attempts under way. */
  inFlight = 0;

  readonly #simulation: Simulation;
  readonly #connection: ConnectionRuntime;
  readonly #deadlines: Deadlines;
  readonly #jitter: RandomStream;
  readonly #throttling: RandomStream;
  #breaker: CircuitBreaker | null = null;
  #limit: ConcurrencyLimit | null = null;
  #budget: RetryBudget | null = null;
  #throttle: ClientThrottle | null = null;
  #tryList = -1;
  #tryTimeout = 0;
  #hedgeAfter = 0;
  #maxAttempts = 1;
  #retryable: Uint8Array = RETRYABLE.failures;

  constructor(simulation: Simulation, connection: ConnectionRuntime, deadlines: Deadlines) {
    this.#simulation = simulation;
    this.#connection = connection;
    this.#deadlines = deadlines;
    this.#jitter = new RandomStream(simulation.seed, connection.id, 'retry');
    this.#throttling = new RandomStream(simulation.seed, connection.id, 'throttle');
  }

  /** The connection's config has changed, or the process at its source has started afresh: nothing is remembered. */
  configure(): void {
    const { config } = this.#connection;
    const { now } = this.#simulation;
    this.#breaker = config.breaker === 'none' ? null : new CircuitBreaker(config);
    this.#limit = concurrencyLimit(config);
    this.#budget = retryBudget(config, now);
    this.#throttle = config.clientThrottling ? new ClientThrottle(this.#throttling) : null;
    this.#tryTimeout = fromMs(config.perTryTimeoutMs);
    this.#tryList = this.#tryTimeout > 0 ? this.#deadlines.list(this.#tryTimeout) : -1;
    this.#hedgeAfter = fromMs(config.hedgeAfterMs);
    this.#maxAttempts = config.retry === 'none' ? 1 : config.maxAttempts;
    this.#retryable = RETRYABLE[config.retryOn];
  }

  /** One of BREAKER; 0 without a breaker. */
  get breakerState(): number {
    return this.#breaker?.state ?? 0;
  }

  /** Times the breaker has opened since it was set up. */
  get breakerOpened(): number {
    return this.#breaker?.opened ?? 0;
  }

  /** Calls at once; 0 without a limit. */
  get limit(): number {
    return this.#limit?.limit ?? 0;
  }

  /** How full the retry budget is, 0 … 1; −1 without one. */
  get budgetLevel(): number {
    return this.#budget?.level(this.#simulation.now, this.inFlight) ?? -1;
  }

  /** Answers that came when nobody waited for them any more. */
  get late(): number {
    return this.#connection.late;
  }

  /** The source asks: opens the logical call and makes its first attempt. */
  begin(parent: CallId, verb: number, write: number, key: number, ticket: number): CallId {
    const { calls, now, queue } = this.#simulation;
    const { index, source, target, config, timeout, deadlineList } = this.#connection;
    const call = calls.open(index, source, target, verb, write, key, ticket, parent, now);
    calls.setFlag(call, FLAG.logical | FLAG.targetDone);
    // In the order of the slots above.
    calls.setAllWork(call, 0, NO_CALL, NO_CALL, 0, 0, OK);
    calls.setTimerHandle(call, -1);
    calls.setExpiryHandle(call, -1);
    const own = timeout > 0 ? now + timeout : NEVER;
    const inherited = config.propagateDeadline && parent >= 0 ? Math.max(now, calls.expires(parent)) : NEVER;
    if (inherited < own) {
      queue.push(inherited, PRIORITY.timer, POLICY_EVENT.expire, index, call, calls.stamp(call), 0);
      calls.setExpiryHandle(call, queue.lastHandle);
    } else if (timeout > 0) this.#deadlines.add(call, deadlineList, now);
    calls.setExpires(call, Math.min(own, inherited));
    this.firstAttempts++;
    this.#budget?.deposit();
    this.#attempt(call);
    return call;
  }

  /** One of POLICY_EVENT has come up for a logical call. */
  event(type: number, call: CallId, stamp: number): void {
    const { calls } = this.#simulation;
    if (!calls.isLogical(call, stamp)) return;
    switch (type) {
      case POLICY_EVENT.retry:
        calls.setTimerHandle(call, -1);
        this.retries++;
        this.#attempt(call);
        break;
      case POLICY_EVENT.hedge:
        calls.setTimerHandle(call, -1);
        this.#hedge(call);
        break;
      case POLICY_EVENT.settle:
        this.#finish(call, calls.cause(call), calls.origin(call));
        break;
      default:
        this.timedOut(call);
    }
  }

  /** An attempt has its outcome: an answer, or the timeout of its own. The record is freed by the simulation. */
  ended(attempt: CallId): void {
    const { calls, now } = this.#simulation;
    const call = calls.parent(attempt);
    const cause = calls.cause(attempt);
    const first = calls.attempt(attempt) === 1;
    this.#leave(call, attempt);
    this.#record(attempt, isFailure(cause));
    if (!first && calls.work(call, HELD) > 0) this.#giveBack(call);
    if (cause === OK) {
      this.#budget?.succeeded(first, calls.work(call, RETRY_OF));
      this.#throttle?.accepted(now);
      calls.setResult(call, calls.result(attempt));
      this.#finish(call, OK, 0);
      return;
    }
    this.#budget?.failed();
    if (!isFailure(cause)) this.#throttle?.accepted(now);
    // The other copy may still make it.
    if (calls.work(call, FLIGHT) >= 0 || calls.work(call, COPY) >= 0) return;
    this.#retryOrFail(call, attempt, cause);
  }

  /** The time for all attempts together is over. */
  timedOut(call: CallId): void {
    const { components, calls } = this.#simulation;
    const source = this.#connection.source;
    this.#lose(call, calls.work(call, FLIGHT));
    this.#lose(call, calls.work(call, COPY));
    components[source]!.stats.died(TIMEOUT);
    this.#finish(call, TIMEOUT, source);
  }

  /** An attempt, if there is one, has not ended in time. */
  #lose(call: CallId, attempt: CallId): void {
    if (attempt < 0) return;
    this.#connection.failed++;
    this.#budget?.failed();
    this.#leave(call, attempt);
    this.#record(attempt, true);
    this.#simulation.traffic.abandon(attempt);
  }

  /** The source has lost its interest. */
  withdrawn(call: CallId): void {
    this.#letGo(call);
    this.#simulation.calls.close(call);
  }

  /** The process at the source has died: a logical call of it is gone. */
  dropped(call: CallId): void {
    const { calls, queue } = this.#simulation;
    queue.cancel(calls.timerHandle(call));
    queue.cancel(calls.expiryHandle(call));
  }

  /** A process that starts again knows nothing. */
  reset(): void {
    this.inFlight = 0;
    this.configure();
  }

  #attempt(call: CallId): void {
    const { now } = this.#simulation;
    const breaker = this.#breaker;
    if (breaker && !breaker.admit(now)) return this.#turnAway(call, BREAKER_OPEN);
    if (this.#throttle?.admit(now) === false) {
      breaker?.forget(breaker.epoch);
      return this.#turnAway(call, SHED);
    }
    if (this.#limit && this.inFlight >= this.#limit.limit) {
      breaker?.forget(breaker.epoch);
      return this.#turnAway(call, BULKHEAD_FULL);
    }
    this.#launch(call, FLIGHT);
    const { calls, queue } = this.#simulation;
    if (this.#hedgeAfter > 0 && calls.work(call, ATTEMPTS) === 1 && calls.write(call) === 0) {
      const { index } = this.#connection;
      const at = now + this.#hedgeAfter;
      queue.push(at, PRIORITY.timer, POLICY_EVENT.hedge, index, call, calls.stamp(call), 0);
      calls.setTimerHandle(call, queue.lastHandle);
    }
  }

  /** A copy while the first is still under way; where it may not go, the first goes on alone. */
  #hedge(call: CallId): void {
    const { now } = this.#simulation;
    const breaker = this.#breaker;
    if (this.#limit && this.inFlight >= this.#limit.limit) return;
    if (this.#budget && !this.#budget.take(now, OK, this.inFlight)) {
      this.unaffordable++;
      return;
    }
    this.#hold(call);
    if (breaker && !breaker.admit(now)) {
      this.#giveBack(call);
      return;
    }
    this.hedges++;
    this.#launch(call, COPY);
  }

  #launch(call: CallId, slot: typeof FLIGHT | typeof COPY): void {
    const simulation = this.#simulation;
    const connection = this.#connection;
    const { calls, now } = simulation;
    const number = calls.work(call, ATTEMPTS) + 1;
    const { index, source, target } = connection;
    const verb = calls.verb(call);
    const epoch = this.#breaker?.epoch ?? 0;
    const attempt = calls.open(index, source, target, verb, calls.write(call), calls.key(call), epoch, call, now);
    calls.setFlag(attempt, FLAG.attempt);
    calls.setAttempt(attempt, number);
    calls.setWork(call, ATTEMPTS, number);
    calls.setWork(call, slot, attempt);
    this.inFlight++;
    if (this.#tryList >= 0) this.#deadlines.add(attempt, this.#tryList, now);
    if (connection.config.propagateDeadline) {
      const whole = calls.expires(call);
      calls.setExpires(attempt, this.#tryTimeout > 0 ? Math.min(whole, now + this.#tryTimeout) : whole);
    }
    simulation.traffic.transmit(attempt, connection);
  }

  #hold(call: CallId): void {
    const { calls } = this.#simulation;
    calls.setWork(call, HELD, calls.work(call, HELD) + 1);
  }

  #giveBack(call: CallId): void {
    const { calls } = this.#simulation;
    calls.setWork(call, HELD, calls.work(call, HELD) - 1);
    this.#budget?.returned();
  }

  /** The attempt is not under way any more. */
  #leave(call: CallId, attempt: CallId): void {
    const { calls } = this.#simulation;
    this.inFlight--;
    calls.setWork(call, calls.work(call, FLIGHT) === attempt ? FLIGHT : COPY, NO_CALL);
  }

  #record(attempt: CallId, failed: boolean): void {
    const { calls, now } = this.#simulation;
    const micros = now - calls.sentAt(attempt);
    this.#breaker?.record(failed, micros, now, calls.ticket(attempt));
    this.#limit?.record(micros, this.inFlight + 1, failed);
  }

  #retryOrFail(call: CallId, attempt: CallId, cause: number): void {
    const { calls, now, queue } = this.#simulation;
    const { config, index } = this.#connection;
    const made = calls.work(call, ATTEMPTS);
    const retryable =
      made < this.#maxAttempts &&
      this.#retryable[cause] === 1 &&
      // Only what cannot have been done may be done again without an idempotency key.
      (calls.write(call) === 0 || config.retryWrites || RETRYABLE.connect[cause] === 1);
    if (retryable) {
      let pause = backoff(config, made, calls.work(call, PAUSE), cause === RATE_LIMITED, this.#jitter);
      calls.setWork(call, PAUSE, pause);
      // With a failure, the result says when to come again.
      pause = Math.max(pause, calls.result(attempt) * MICROS_PER_MS);
      if (now + pause < calls.expires(call)) {
        if (this.#budget === null || this.#budget.take(now, cause, this.inFlight)) {
          this.#hold(call);
          calls.setWork(call, RETRY_OF, cause);
          // The first attempt may have failed before its copy was due: then there will be no copy.
          queue.cancel(calls.timerHandle(call));
          queue.push(now + pause, PRIORITY.timer, POLICY_EVENT.retry, index, call, calls.stamp(call), 0);
          calls.setTimerHandle(call, queue.lastHandle);
          return;
        }
        this.unaffordable++;
      }
    }
    calls.setResult(call, calls.result(attempt));
    this.#finish(call, cause, calls.origin(attempt));
  }

  /** The call fails here, in a moment: a source is never answered while it is still asking. */
  #turnAway(call: CallId, cause: number): void {
    const { calls, now, queue, components } = this.#simulation;
    const { source, index } = this.#connection;
    this.rejected++;
    components[source]!.stats.died(cause);
    calls.setOutcome(call, cause, source);
    queue.push(now + LOCAL, PRIORITY.completion, POLICY_EVENT.settle, index, call, calls.stamp(call), 0);
    calls.setTimerHandle(call, queue.lastHandle);
  }

  /** The source learns how the call ended, and its record is free. */
  #finish(call: CallId, cause: number, origin: number): void {
    const simulation = this.#simulation;
    const { calls } = simulation;
    const { source, config } = this.#connection;
    const falls = cause !== OK && config.fallback === 'default' && calls.write(call) === 0;
    if (falls) {
      this.fallbacks++;
      calls.setResult(call, 0);
    }
    calls.setOutcome(call, falls ? OK : cause, origin);
    this.#letGo(call);
    simulation.components[source]!.reply(call);
    calls.close(call);
  }

  /** Nothing of a logical call is under way any more. */
  #letGo(call: CallId): void {
    const { calls, queue } = this.#simulation;
    this.#abandon(call, calls.work(call, FLIGHT));
    this.#abandon(call, calls.work(call, COPY));
    while (calls.work(call, HELD) > 0) this.#giveBack(call);
    queue.cancel(calls.timerHandle(call));
    queue.cancel(calls.expiryHandle(call));
    this.#deadlines.remove(call);
    calls.setFlag(call, FLAG.sourceDone);
  }

  /** Nobody waits for an attempt any more, if there is one. */
  #abandon(call: CallId, attempt: CallId): void {
    if (attempt < 0) return;
    this.#leave(call, attempt);
    this.#breaker?.forget(this.#simulation.calls.ticket(attempt));
    this.#simulation.traffic.abandon(attempt);
  }
}

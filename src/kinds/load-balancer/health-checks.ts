import type { Context } from '../../engine/behaviour';
import { type CallId, NO_CALL } from '../../engine/calls';
import { PRIORITY } from '../../engine/event-queue';
import type { RandomStream } from '../../engine/random';
import { VERB } from '../../model/meaning';
import { OK } from '../../model/outcome';
import { fromMs } from '../../model/units';
import type { Backend } from './backend';

export interface CheckSettings {
  readonly healthChecks: boolean;
  readonly checkIntervalMs: number;
  readonly checkTimeoutMs: number;
  readonly rise: number;
  readonly fall: number;
}

/** The owner's timers: the next check is due; a check has taken too long. Both carry a connection and a number. */
export const CHECK_DUE = 1;
export const CHECK_TIMEOUT = 2;

/**
 * Active health checks: a probe to every backend each interval, beginning at a random moment of the first one, so that
 * the checks of many backends spread. `fall` failures in a row mark a healthy backend down, `rise` successes mark it up
 * again. A crash is noticed after (fall − 1) to fall intervals, half an interval less than `fall` on average; a freeze
 * takes the check timeout longer (HAProxy, `inter`, `fall`, `rise`).
 */
export class HealthChecks {
  readonly #context: Context;
  readonly #phases: RandomStream;
  readonly #changed: (backend: Backend) => void;
  readonly #ended: number;
  readonly #failed: number;
  readonly #markedDown: number;
  readonly #markedUp: number;
  #interval = 0;
  #timeout = 0;
  #rise = 0;
  #fall = 0;

  /** `changed` is called when a backend has been marked up or down. */
  constructor(context: Context, changed: (backend: Backend) => void) {
    this.#context = context;
    this.#phases = context.random('checks');
    this.#changed = changed;
    this.#ended = context.counter('healthChecks');
    this.#failed = context.counter('healthChecksFailed');
    this.#markedDown = context.counter('markedDown');
    this.#markedUp = context.counter('markedUp');
  }

  /** Returns whether the rhythm has changed, so that every backend must be watched anew. */
  configure(settings: CheckSettings): boolean {
    const interval = settings.healthChecks ? fromMs(settings.checkIntervalMs) : 0;
    const changed = interval !== this.#interval;
    this.#interval = interval;
    // A check must have ended when the next one begins.
    this.#timeout = Math.min(fromMs(settings.checkTimeoutMs), interval);
    this.#rise = settings.rise;
    this.#fall = settings.fall;
    return changed;
  }

  /** Begins to check a backend, or begins anew: healthy until checks say otherwise. */
  watch(backend: Backend): void {
    this.forget(backend);
    backend.healthy = true;
    backend.against = 0;
    if (this.#interval === 0) return;
    const phase = this.#phases.integer(this.#interval);
    backend.nextCheck = this.#schedule(phase, PRIORITY.control, CHECK_DUE, backend, backend.rhythm);
  }

  /** Checks the backend no more; what is under way counts no longer. */
  forget(backend: Backend): void {
    this.#context.cancel(backend.nextCheck);
    this.#context.cancel(backend.checkTimeout);
    // A frozen balancer holds timers that can no longer be cancelled: the numbers make them stale.
    backend.rhythm++;
    backend.check++;
    backend.checking = false;
  }

  timer(type: number, backend: Backend, number: number): void {
    if (type === CHECK_TIMEOUT) {
      if (backend.checking && number === backend.check) this.#decide(backend, false);
    } else if (number === backend.rhythm) this.#check(backend);
  }

  /** The outcome of a probe. */
  reply(probe: CallId, backend: Backend): void {
    const { calls } = this.#context;
    if (!backend.checking || calls.ticket(probe) !== backend.check) return;
    this.#context.cancel(backend.checkTimeout);
    this.#decide(backend, calls.cause(probe) === OK);
  }

  #check(backend: Backend): void {
    backend.nextCheck = this.#schedule(this.#interval, PRIORITY.control, CHECK_DUE, backend, backend.rhythm);
    // The timeout may have been shortened below a check that is still open: it ends here.
    if (backend.checking) {
      this.#context.cancel(backend.checkTimeout);
      this.#decide(backend, false);
    }
    backend.checking = true;
    backend.check++;
    backend.checkTimeout = this.#schedule(this.#timeout, PRIORITY.timer, CHECK_TIMEOUT, backend, backend.check);
    this.#context.send(backend.link.index, NO_CALL, VERB.probe, 0, 0, backend.check);
  }

  #decide(backend: Backend, good: boolean): void {
    const context = this.#context;
    backend.checking = false;
    context.count(this.#ended);
    if (!good) context.count(this.#failed);
    if (good === backend.healthy) {
      backend.against = 0;
      return;
    }
    backend.against++;
    if (backend.against < (good ? this.#rise : this.#fall)) return;
    backend.healthy = good;
    backend.against = 0;
    context.count(good ? this.#markedUp : this.#markedDown);
    this.#changed(backend);
  }

  #schedule(micros: number, priority: number, type: number, backend: Backend, number: number): number {
    return this.#context.alarm(micros, priority, type, backend.link.index, number);
  }
}

/**
 * A bad configuration on its way through the instances of a service: the first reads it at once, the last when it has
 * spread. Taking it back travels the same way. What is known of it is when it began, so a restart changes nothing.
 */
import { MICROS_PER_SECOND } from '../../model/units';
import type { PushParams } from './faults';

export class ConfigPush {
  readonly effect: PushParams['effect'];
  readonly #spread: number;
  #since: number;
  #leaving = false;
  /** Share of the instances that had it when it was taken back, 0 … 1. */
  #reached = 1;

  constructor({ effect, spreadS }: PushParams, now: number) {
    this.effect = effect;
    this.#spread = spreadS * MICROS_PER_SECOND;
    this.#since = now;
  }

  takeBack(now: number, instances: number): void {
    if (this.#leaving) return;
    this.#reached = this.reached(now, instances) / Math.max(1, instances);
    this.#leaving = true;
    this.#since = now;
  }

  /** How many instances have it now: the first ones. */
  reached(now: number, instances: number): number {
    const steps = this.#spread === 0 ? instances : Math.floor(((now - this.#since) * instances) / this.#spread) + 1;
    const come = Math.min(instances, steps);
    return this.#leaving ? Math.max(0, Math.round(this.#reached * instances) - come) : come;
  }

  /** Taken back from the last one that had it. */
  isGone(now: number, instances: number): boolean {
    return this.#leaving && this.reached(now, instances) === 0;
  }

  /** Microseconds until it reaches the next instance; Infinity when it reaches no more. */
  wait(now: number, instances: number): number {
    const passed = now - this.#since;
    if (instances === 0 || passed >= this.#spread) return Infinity;
    const step = this.#spread / instances;
    return Math.max(1, Math.ceil((Math.floor(passed / step) + 1) * step - passed));
  }
}

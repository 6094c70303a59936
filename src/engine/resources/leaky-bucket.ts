import { MICROS_PER_SECOND } from '../../model/units';
import type { Limiter, LimiterSettings } from './limiter';

/**
 * A leaky bucket as nginx has it (`limit_req` without `nodelay`): requests leave at the rate, evenly spaced; up to
 * `burst` wait for their turn and the next is refused. In any window of w seconds at most 1 + rate × w leave, and nobody
 * waits longer than burst / rate. Its content is counted in millionths of a request, as the tokens of a token bucket are.
 */
export class LeakyBucket implements Limiter {
  #rate: number;
  #burst: number;
  /** What must still leave before the next may. */
  #content = 0;
  #at: number;

  constructor({ ratePerSec, burst }: LimiterSettings, now: number) {
    this.#rate = ratePerSec;
    this.#burst = burst;
    this.#at = now;
  }

  admit(now: number): number {
    this.#leak(now);
    if (this.#content > this.#burst * MICROS_PER_SECOND) return -1;
    const wait = Math.ceil(this.#content / this.#rate);
    this.#content += MICROS_PER_SECOND;
    return wait;
  }

  retryAfter(now: number): number {
    return Math.ceil(Math.max(0, this.#contentAt(now) - this.#burst * MICROS_PER_SECOND) / this.#rate);
  }

  left(now: number): number {
    const space = this.#burst * MICROS_PER_SECOND - this.#contentAt(now);
    return space < 0 ? 0 : Math.floor(space / MICROS_PER_SECOND) + 1;
  }

  configure({ ratePerSec, burst }: LimiterSettings, now: number): void {
    this.#leak(now);
    this.#rate = ratePerSec;
    this.#burst = burst;
  }

  reset(now: number): void {
    this.#content = 0;
    this.#at = now;
  }

  #leak(now: number): void {
    this.#content = this.#contentAt(now);
    this.#at = now;
  }

  #contentAt(now: number): number {
    return Math.max(0, this.#content - (now - this.#at) * this.#rate);
  }
}

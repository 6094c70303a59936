import { MICROS_PER_SECOND } from '../../model/units';

/**
 * A token bucket: every request takes a token, and tokens come back at a fixed rate up to the size of the bucket. In any
 * window of w seconds it lets at most burst + rate × w requests through, and never refuses one that this bound allows.
 * It is refilled when it is looked at, so it needs no events; tokens are counted in
 * millionths, so with whole rates every sum is an exact integer and nothing is rounded.
 */
export class TokenBucket {
  /** Tokens per second, and how many the bucket holds: whole numbers. */
  #rate: number;
  #burst: number;
  /** In millionths of a token. */
  #content: number;
  #filledAt: number;

  /** A full bucket. `now` in microseconds. */
  constructor(rate: number, burst: number, now: number) {
    this.#rate = rate;
    this.#burst = burst;
    this.#content = burst * MICROS_PER_SECOND;
    this.#filledAt = now;
  }

  /** What has come back by now is kept; a smaller bucket spills over. */
  configure(rate: number, burst: number, now: number): void {
    this.#refill(now);
    this.#rate = rate;
    this.#burst = burst;
    this.#content = Math.min(this.#content, burst * MICROS_PER_SECOND);
  }

  /** Takes a token if there is one. */
  take(now: number): boolean {
    this.#refill(now);
    if (this.#content < MICROS_PER_SECOND) return false;
    this.#content -= MICROS_PER_SECOND;
    return true;
  }

  /** Tokens at this moment, with fraction. Changes nothing. */
  tokens(now: number): number {
    return this.#contentAt(now) / MICROS_PER_SECOND;
  }

  /** As a process that has just started has it. */
  fill(now: number): void {
    this.#content = this.#burst * MICROS_PER_SECOND;
    this.#filledAt = now;
  }

  #refill(now: number): void {
    this.#content = this.#contentAt(now);
    this.#filledAt = now;
  }

  /** One token a second is one millionth a microsecond. A product beyond 2^53 is inexact but far above the limit. */
  #contentAt(now: number): number {
    return Math.min(this.#burst * MICROS_PER_SECOND, this.#content + (now - this.#filledAt) * this.#rate);
  }
}

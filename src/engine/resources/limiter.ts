import { MICROS_PER_SECOND } from '../../model/units';
import { TokenBucket } from './token-bucket';

/** What a limiter of a rate needs to know: whole numbers. */
export interface LimiterSettings {
  readonly ratePerSec: number;
  /** How many may come at once, for the buckets. */
  readonly burst: number;
  /** Length of a window, in microseconds. */
  readonly window: number;
}

/** Decides who may go on now, later, or not at all. It is looked at and needs no events. Times in microseconds. */
export interface Limiter {
  /** How long the request that comes now must wait: 0 goes on at once, −1 is refused. */
  admit(now: number): number;
  /** How long until one would not be refused, if nobody else came. */
  retryAfter(now: number): number;
  /** How many more would be let in now. Changes nothing. */
  left(now: number): number;
  /** What was used up stays used up. */
  configure(settings: LimiterSettings, now: number): void;
  /** As a process that has just started has it. */
  reset(now: number): void;
}

export type LimiterName = 'token-bucket' | 'leaky-bucket' | 'fixed-window' | 'sliding-window';

/** A token bucket as a limiter. */
export class TokenLimiter implements Limiter {
  readonly #bucket: TokenBucket;
  #rate: number;

  constructor(settings: LimiterSettings, now: number) {
    this.#bucket = new TokenBucket(settings.ratePerSec, settings.burst, now);
    this.#rate = settings.ratePerSec;
  }

  admit(now: number): number {
    return this.#bucket.take(now) ? 0 : -1;
  }

  retryAfter(now: number): number {
    const missing = 1 - this.#bucket.tokens(now);
    // Tokens are whole millionths, of which `rate` come back each microsecond.
    return missing <= 0 ? 0 : Math.ceil(Math.floor(missing * MICROS_PER_SECOND + 0.5) / this.#rate);
  }

  left(now: number): number {
    return Math.floor(this.#bucket.tokens(now));
  }

  configure(settings: LimiterSettings, now: number): void {
    this.#rate = settings.ratePerSec;
    this.#bucket.configure(settings.ratePerSec, settings.burst, now);
  }

  reset(now: number): void {
    this.#bucket.fill(now);
  }
}

/**
 * Limits on the retries of a whole connection, so that they cannot multiply an overload (model reference, retries and
 * retry budget). All start as a process that has just started has them.
 */
import type { ConnectionConfig } from '../../model/connection-fields';
import { TokenBucket } from '../resources/token-bucket';

export interface RetryBudget {
  /** A first attempt is about to be made. */
  deposit(): void;
  /** Whether a retry is allowed now; if so, it is paid for. */
  take(now: number): boolean;
  /** An attempt has ended well: the first of its call, or a retry. */
  succeeded(first: boolean): void;
  failed(): void;
  /** How full it is, 0 … 1. */
  level(now: number): number;
}

/** Finagle, Envoy: each first attempt pays a share of a token in, a retry takes one out; a reserve comes on top. */
export class RatioBudget implements RetryBudget {
  static readonly CAP = 100;
  readonly #share: number;
  readonly #reserve: TokenBucket;
  #balance = 0;

  constructor(share: number, reservePerSec: number, now: number) {
    this.#share = share;
    this.#reserve = new TokenBucket(reservePerSec, reservePerSec, now);
  }

  deposit(): void {
    this.#balance = Math.min(RatioBudget.CAP, this.#balance + this.#share);
  }

  take(now: number): boolean {
    // Ten deposits of 0.1 are one retry, whatever the rounding of tenths.
    if (this.#balance < 1 - 1e-9) return this.#reserve.take(now);
    this.#balance = Math.max(0, this.#balance - 1);
    return true;
  }

  succeeded(): void {}

  failed(): void {}

  level(now: number): number {
    return Math.min(1, Math.max(this.#balance, this.#reserve.tokens(now)) / 10);
  }
}

/** AWS SDK: a retry costs tokens and brings them back when it succeeds; a success at once brings a little. */
export class BucketBudget implements RetryBudget {
  readonly #capacity: number;
  readonly #cost: number;
  readonly #gain: number;
  #tokens: number;

  constructor(capacity: number, cost: number, gain: number) {
    this.#capacity = capacity;
    this.#cost = cost;
    this.#gain = gain;
    this.#tokens = capacity;
  }

  deposit(): void {}

  take(): boolean {
    if (this.#tokens < this.#cost) return false;
    this.#tokens -= this.#cost;
    return true;
  }

  succeeded(first: boolean): void {
    this.#tokens = Math.min(this.#capacity, this.#tokens + (first ? this.#gain : this.#cost));
  }

  failed(): void {}

  level(): number {
    return this.#tokens / this.#capacity;
  }
}

/** gRPC retryThrottling: a failure takes a token, a success brings a part of one; above half, retries are free. */
export class ThrottleBudget implements RetryBudget {
  readonly #capacity: number;
  readonly #ratio: number;
  #tokens: number;

  constructor(capacity: number, ratio: number) {
    this.#capacity = capacity;
    this.#ratio = ratio;
    this.#tokens = capacity;
  }

  deposit(): void {}

  take(): boolean {
    return this.#tokens > this.#capacity / 2;
  }

  succeeded(): void {
    this.#tokens = Math.min(this.#capacity, this.#tokens + this.#ratio);
  }

  failed(): void {
    this.#tokens = Math.max(0, this.#tokens - 1);
  }

  level(): number {
    return this.#tokens / this.#capacity;
  }
}

export function retryBudget(config: ConnectionConfig, now: number): RetryBudget | null {
  if (config.retry === 'none' && config.hedgeAfterMs === 0) return null;
  switch (config.budget) {
    case 'none':
      return null;
    case 'ratio':
      return new RatioBudget(config.budgetShare, config.budgetReserve, now);
    case 'bucket':
      return new BucketBudget(config.budgetTokens, config.budgetCost, config.budgetReturn);
    case 'throttle':
      return new ThrottleBudget(config.budgetTokens, config.budgetReturn);
  }
}

/**
 * Limits on the retries of a whole connection, so that they cannot multiply an overload. All start as a process that has
 * just started has them.
 */
import type { ConnectionConfig } from '../../model/connection-fields';
import { causeCode, TIMEOUT } from '../../model/outcome';
import { TokenBucket } from '../resources/token-bucket';

const RATE_LIMITED = causeCode('rate-limited');

export interface RetryBudget {
  /** A first attempt is about to be made. */
  deposit(): void;
  /**
   * Whether a retry of what failed for this cause is allowed now, with so many attempts under way; if so, it is paid for.
   * Of a copy of an attempt that has not failed, the cause is 0.
   */
  take(now: number, cause: number, active: number): boolean;
  /** A retry that was allowed is over, or was not needed after all. */
  returned(): void;
  /** An attempt has ended well: the first of its call, or a retry of what failed for this cause. */
  succeeded(first: boolean, cause: number): void;
  failed(): void;
  /** How full it is, 0 … 1, with so many attempts under way. */
  level(now: number, active: number): number;
}

/** Finagle: each first attempt pays a share of a token in, a retry takes one out; a reserve comes on top. */
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

  returned(): void {}

  succeeded(): void {}

  failed(): void {}

  level(now: number): number {
    return Math.min(1, Math.max(this.#balance, this.#reserve.tokens(now)) / 10);
  }
}

/**
 * Envoy: no more retries at once, those that wait for their turn included, than a share of the requests under way, and
 * always a few (`retry_budget`: budget_percent, min_retry_concurrency).
 */
export class ActiveBudget implements RetryBudget {
  readonly #percent: number;
  readonly #least: number;
  #retries = 0;

  constructor(percent: number, least: number) {
    this.#percent = percent;
    this.#least = least;
  }

  deposit(): void {}

  take(_now: number, _cause: number, active: number): boolean {
    if (this.#retries >= this.#most(active)) return false;
    this.#retries++;
    return true;
  }

  returned(): void {
    if (this.#retries > 0) this.#retries--;
  }

  succeeded(): void {}

  failed(): void {}

  level(_now: number, active: number): number {
    const most = this.#most(active);
    return most === 0 ? 0 : Math.max(0, 1 - this.#retries / most);
  }

  #most(active: number): number {
    return Math.max(this.#least, Math.floor((this.#percent * active) / 100));
  }
}

/** What a retry costs a bucket, after what it failed with. */
export interface RetryCosts {
  readonly usual: number;
  readonly timeout: number;
  readonly throttled: number;
}

/** AWS SDK: a retry costs tokens and brings them back when it succeeds; a success at once brings a little. */
export class BucketBudget implements RetryBudget {
  readonly #capacity: number;
  readonly #costs: RetryCosts;
  readonly #gain: number;
  #tokens: number;

  constructor(capacity: number, costs: RetryCosts, gain: number) {
    this.#capacity = capacity;
    this.#costs = costs;
    this.#gain = gain;
    this.#tokens = capacity;
  }

  deposit(): void {}

  take(_now: number, cause: number): boolean {
    const cost = this.#cost(cause);
    if (this.#tokens < cost) return false;
    this.#tokens -= cost;
    return true;
  }

  returned(): void {}

  succeeded(first: boolean, cause: number): void {
    this.#tokens = Math.min(this.#capacity, this.#tokens + (first ? this.#gain : this.#cost(cause)));
  }

  failed(): void {}

  level(): number {
    return this.#tokens / this.#capacity;
  }

  #cost(cause: number): number {
    if (cause === TIMEOUT) return this.#costs.timeout;
    return cause === RATE_LIMITED ? this.#costs.throttled : this.#costs.usual;
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

  returned(): void {}

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
      return new BucketBudget(
        config.budgetTokens,
        { usual: config.budgetCost, timeout: config.budgetTimeoutCost, throttled: config.budgetThrottledCost },
        config.budgetReturn,
      );
    case 'active':
      return new ActiveBudget(config.budgetActivePercent, config.budgetLeastRetries);
    case 'throttle':
      return new ThrottleBudget(config.budgetTokens, config.budgetReturn);
  }
}

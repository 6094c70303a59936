/**
 * How far the number may move within a period: so many instances or so many per cent, whichever is more (HPA scaling
 * policies with selectPolicy Max; both 0 stops that direction).
 */
import { roundUp } from './hpa-formula';

export interface PolicySettings {
  readonly upPercent: number;
  readonly upInstances: number;
  readonly downPercent: number;
  readonly downInstances: number;
}

export class ScalingPolicies {
  readonly #times: number[] = [];
  readonly #changes: number[] = [];

  clear(): void {
    this.#times.length = this.#changes.length = 0;
  }

  /** The number has been changed by so many. */
  changed(now: number, by: number): void {
    this.#times.push(now);
    this.#changes.push(by);
  }

  /** The number nearest to `wanted` that the policies allow now. Period in microseconds. */
  limit(now: number, current: number, wanted: number, period: number, settings: PolicySettings): number {
    while (this.#times.length > 0 && this.#times[0]! <= now - period) {
      this.#times.shift();
      this.#changes.shift();
    }
    // What it was when the period began.
    const base = this.#changes.reduce((sum, change) => sum - change, current);
    const { upPercent, upInstances, downPercent, downInstances } = settings;
    if (wanted > current) {
      const most = Math.max(base + upInstances, roundUp(base * (1 + upPercent / 100)));
      return Math.min(wanted, Math.max(current, most));
    }
    const least = Math.min(base - downInstances, Math.floor(base * (1 - downPercent / 100) + 1e-9));
    return Math.max(wanted, Math.min(current, least));
  }
}

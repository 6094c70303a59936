/**
 * Target tracking as for EC2 Auto Scaling groups: one alarm above the target that acts soon and in proportion, one some way
 * below it that acts late and carefully; nothing is taken away while new instances warm up.
 */
import { roundUp } from './hpa-formula';

export interface TrackingSettings {
  readonly highPeriods: number;
  readonly lowPeriods: number;
  /** Microseconds. */
  readonly warmUp: number;
}

/** The low alarm is at this share of the target. */
const LOW = 0.9;

export class TargetTracking {
  #high = 0;
  #low = 0;
  #warmUntil = 0;
  /** The number before those that warm up were added. */
  #base = 0;

  clear(): void {
    this.#high = this.#low = this.#warmUntil = this.#base = 0;
  }

  /** One period has ended with this mean of each instance. Returns the number wanted. */
  observe(now: number, current: number, value: number, target: number, settings: TrackingSettings): number {
    this.#high = value > target ? this.#high + 1 : 0;
    this.#low = value < LOW * target ? this.#low + 1 : 0;
    const warming = now < this.#warmUntil;
    if (this.#high >= settings.highPeriods) {
      if (!warming) this.#base = current;
      // What is on its way counts already: only what is still lacking is added.
      const wanted = Math.max(current, roundUp((this.#base * value) / target));
      if (wanted > current) this.#warmUntil = now + settings.warmUp;
      return wanted;
    }
    if (warming || this.#low < settings.lowPeriods) return current;
    this.#low = 0;
    return current - Math.max(1, Math.floor(current * (1 - value / (LOW * target)) + 1e-9));
  }
}

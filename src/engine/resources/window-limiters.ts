import { MICROS_PER_SECOND } from '../../model/units';
import type { Limiter, LimiterSettings } from './limiter';

/** How many requests a window lets in: at least one. */
function allowance({ ratePerSec, window }: LimiterSettings): number {
  return Math.max(1, Math.floor((ratePerSec * window) / MICROS_PER_SECOND));
}

/** The present window, which begins at a whole multiple of its length, and the one before it. */
abstract class Windows implements Limiter {
  protected limit: number;
  protected window: number;
  protected count = 0;
  protected before = 0;
  #index: number;

  constructor(settings: LimiterSettings, now: number) {
    this.limit = allowance(settings);
    this.window = settings.window;
    this.#index = Math.floor(now / settings.window);
  }

  admit(now: number): number {
    this.#turn(now);
    if (this.left(now) <= 0) return -1;
    this.count++;
    return 0;
  }

  abstract left(now: number): number;
  abstract retryAfter(now: number): number;

  /** A window of another length begins anew; its counts are kept so that a change is no gift. */
  configure(settings: LimiterSettings, now: number): void {
    this.#turn(now);
    this.limit = allowance(settings);
    this.window = settings.window;
    this.#index = Math.floor(now / settings.window);
  }

  reset(now: number): void {
    this.#index = Math.floor(now / this.window);
    this.count = this.before = 0;
  }

  /** Counts as they are at a time: of this window and of the one before it. */
  protected present(now: number): number {
    return Math.floor(now / this.window) === this.#index ? this.count : 0;
  }

  protected previous(now: number): number {
    const passed = Math.floor(now / this.window) - this.#index;
    return passed === 0 ? this.before : passed === 1 ? this.count : 0;
  }

  /** Microseconds since the window began. */
  protected elapsed(now: number): number {
    return now - Math.floor(now / this.window) * this.window;
  }

  #turn(now: number): void {
    const index = Math.floor(now / this.window);
    if (index === this.#index) return;
    this.before = this.previous(now);
    this.count = 0;
    this.#index = index;
  }
}

/** So many in each window. Around the border between two windows twice as many may come at once. */
export class FixedWindow extends Windows {
  left(now: number): number {
    return Math.max(0, this.limit - this.present(now));
  }

  retryAfter(now: number): number {
    return this.left(now) > 0 ? 0 : this.window - this.elapsed(now);
  }
}

/**
 * Sliding window counter: the requests of the window before count for the part of it that a window ending now still
 * covers, as if they had come evenly. Two numbers instead of a log of times; no burst at the border. In any w shorter than
 * the window, at most limit × (1 + w / window) + 1 get in.
 */
export class SlidingWindow extends Windows {
  left(now: number): number {
    const covered = this.window - this.elapsed(now);
    // In whole numbers: previous × covered + present × window < limit × window.
    const free = (this.limit - this.present(now)) * this.window - this.previous(now) * covered;
    return free <= 0 ? 0 : Math.ceil(free / this.window);
  }

  retryAfter(now: number): number {
    if (this.left(now) > 0) return 0;
    const [present, previous, elapsed] = [this.present(now), this.previous(now), this.elapsed(now)];
    const room = (this.limit - present) * this.window;
    const rest = this.window - elapsed;
    // Room comes as soon as so little of the window before is covered; else in the next window, in the same way.
    if (room > 0) {
      const wait = rest - Math.ceil(room / previous) + 1;
      if (wait < rest) return wait;
    }
    const covered = Math.ceil((this.limit * this.window) / present) - 1;
    return rest + Math.max(0, this.window - covered);
  }
}

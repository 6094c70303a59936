/**
 * How many calls may be under way on a connection: a fixed number (bulkhead), or one that follows what the other side
 * can take. The adaptive rules and their constants are those of Netflix concurrency-limits.
 */
import type { ConnectionConfig } from '../../model/connection-fields';
import { log } from '../deterministic-math';

const LOWEST = 20;
const HIGHEST = 200;

export interface ConcurrencyLimit {
  /** Calls at once; a whole number of at least 1. */
  readonly limit: number;
  /** A call took `micros` while `inFlight` (itself included) were under way; `dropped` when it failed or timed out. */
  record(micros: number, inFlight: number, dropped: boolean): void;
}

class Bulkhead implements ConcurrencyLimit {
  readonly limit: number;

  constructor(limit: number) {
    this.limit = limit;
  }

  record(): void {}
}

/** The range an adaptive limit moves in: a small limit that was asked for is a floor that can be reached. */
function clamp(limit: number, initial: number): number {
  return Math.max(Math.min(LOWEST, initial), Math.min(Math.max(HIGHEST, initial), limit));
}

export class Aimd implements ConcurrencyLimit {
  limit: number;
  readonly #initial: number;

  constructor(initial: number) {
    this.limit = this.#initial = initial;
  }

  record(_micros: number, inFlight: number, dropped: boolean): void {
    if (dropped) this.limit = clamp(Math.floor(this.limit * 0.9), this.#initial);
    else if (inFlight * 2 >= this.limit) this.limit = clamp(this.limit + 1, this.#initial);
  }
}

export class Gradient implements ConcurrencyLimit {
  static readonly TOLERANCE = 1.5;
  static readonly QUEUE = 4;
  static readonly SMOOTHING = 0.2;
  static readonly LONG_WINDOW = 600;
  readonly #initial: number;
  #estimate: number;
  #long = 0;
  #samples = 0;

  constructor(initial: number) {
    this.#estimate = this.#initial = initial;
  }

  get limit(): number {
    return Math.floor(this.#estimate);
  }

  record(micros: number, inFlight: number): void {
    const short = Math.max(1, micros);
    this.#samples++;
    // A plain mean at first, an exponential one later.
    const weight = Math.max(2 / (Gradient.LONG_WINDOW + 1), 1 / this.#samples);
    this.#long += (short - this.#long) * weight;
    if (this.#long / short > 2) this.#long *= 0.95;
    if (inFlight < this.#estimate / 2) return;
    const gradient = Math.max(0.5, Math.min(1, (Gradient.TOLERANCE * this.#long) / short));
    const next = this.#estimate * gradient + Gradient.QUEUE;
    this.#estimate = clamp(this.#estimate + (next - this.#estimate) * Gradient.SMOOTHING, this.#initial);
  }
}

export class Vegas implements ConcurrencyLimit {
  limit: number;
  readonly #initial: number;
  /** Fastest answer seen: what a call takes when nobody waits. */
  #fastest = Infinity;

  constructor(initial: number) {
    this.limit = this.#initial = initial;
  }

  record(micros: number, inFlight: number, dropped: boolean): void {
    const { limit } = this;
    const step = Math.max(1, Math.floor(log(limit) / Math.LN10));
    let next = limit;
    if (dropped) next = limit - step;
    else {
      this.#fastest = Math.min(this.#fastest, Math.max(1, micros));
      if (inFlight * 2 < limit) return;
      const queue = Math.ceil(limit * (1 - this.#fastest / Math.max(1, micros)));
      const alpha = Math.max(3, limit * 0.1);
      const beta = Math.max(6, limit * 0.2);
      if (queue <= step) next = limit + beta;
      else if (queue < alpha) next = limit + step;
      else if (queue > beta) next = limit - step;
    }
    this.limit = clamp(Math.floor(next), this.#initial);
  }
}

export function concurrencyLimit(config: ConnectionConfig): ConcurrencyLimit | null {
  switch (config.concurrency) {
    case 'unlimited':
      return null;
    case 'bulkhead':
      return new Bulkhead(config.concurrencyLimit);
    case 'aimd':
      return new Aimd(config.concurrencyLimit);
    case 'gradient':
      return new Gradient(config.concurrencyLimit);
    case 'vegas':
      return new Vegas(config.concurrencyLimit);
  }
}

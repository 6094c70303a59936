/**
 * The beat of everything that shows a live run: frames arrive up to thirty times a second, but charts and figures are
 * drawn at their own, slower pace, all in one animation frame and after the run's small values have been set.
 */
import { useSyncExternalStore } from 'react';
import { liveRun } from '../../store/live-run';

/** Milliseconds between two drawings. */
export const CHART_MS = 100;
export const FIGURE_MS = 250;
export const TABLE_MS = 1000;

class Pulse {
  readonly #listeners = new Set<() => void>();
  readonly #every: number;
  #beats = 0;
  #beatAt = -Infinity;
  #waiting = false;
  #stop: (() => void) | null = null;

  constructor(every: number) {
    this.#every = every;
  }

  /** Calls back after frames, at most once in its time; the last frame is never missed. */
  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    this.#stop ??= liveRun.watch(() => this.#frame());
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size > 0) return;
      this.#stop?.();
      this.#stop = null;
    };
  };

  readonly beats = (): number => this.#beats;

  #frame(): void {
    if (this.#waiting) return;
    this.#waiting = true;
    const rest = this.#beatAt + this.#every - performance.now();
    if (rest > 0) setTimeout(() => requestAnimationFrame(() => this.#beat()), rest);
    else requestAnimationFrame(() => this.#beat());
  }

  #beat(): void {
    this.#waiting = false;
    this.#beatAt = performance.now();
    this.#beats++;
    for (const listener of [...this.#listeners]) listener();
  }
}

const pulses = new Map<number, Pulse>();

export function pulse(every: number): Pulse {
  let found = pulses.get(every);
  if (!found) {
    found = new Pulse(every);
    pulses.set(every, found);
  }
  return found;
}

/** Renders again after frames, at most once every so many milliseconds. */
export function usePulse(every: number): number {
  const { subscribe, beats } = pulse(every);
  return useSyncExternalStore(subscribe, beats);
}

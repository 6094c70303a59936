/**
 * A circuit breaker. Closed, it records outcomes; when enough of the calls in its
 * window failed or were slow, it opens and turns every call away; after a pause it lets a few probes through, and their
 * outcomes decide whether it closes or opens again.
 */
import type { ConnectionConfig } from '../../model/connection-fields';
import { fromMs, MICROS_PER_SECOND } from '../../model/units';

/** As the edge shows it; 0 is no breaker. */
export const BREAKER = { closed: 1, open: 2, halfOpen: 3 } as const;

const FAILED = 1;
const SLOW = 2;

interface OutcomeWindow {
  calls: number;
  failed: number;
  slow: number;
  record(outcome: number, now: number): void;
  clear(): void;
}

/** The last so many calls. */
class CallWindow implements OutcomeWindow {
  calls = 0;
  failed = 0;
  slow = 0;
  readonly #outcomes: Uint8Array;
  #next = 0;

  constructor(size: number) {
    this.#outcomes = new Uint8Array(size);
  }

  record(outcome: number): void {
    const ring = this.#outcomes;
    if (this.calls === ring.length) this.#count(ring[this.#next]!, -1);
    ring[this.#next] = outcome;
    this.#count(outcome, 1);
    this.#next = (this.#next + 1) % ring.length;
  }

  clear(): void {
    this.calls = this.failed = this.slow = this.#next = 0;
  }

  #count(outcome: number, by: number): void {
    this.calls += by;
    if (outcome & FAILED) this.failed += by;
    if (outcome & SLOW) this.slow += by;
  }
}

/** The last so many seconds, in buckets of a second. */
class SecondsWindow implements OutcomeWindow {
  calls = 0;
  failed = 0;
  slow = 0;
  readonly #counts: Int32Array;
  readonly #seconds: number;
  #second = 0;

  constructor(seconds: number) {
    this.#seconds = seconds;
    this.#counts = new Int32Array(seconds * 3);
  }

  record(outcome: number, now: number): void {
    this.#turnTo(Math.floor(now / MICROS_PER_SECOND));
    const at = (this.#second % this.#seconds) * 3;
    this.calls++;
    this.#counts[at]!++;
    if (outcome & FAILED) {
      this.failed++;
      this.#counts[at + 1]!++;
    }
    if (outcome & SLOW) {
      this.slow++;
      this.#counts[at + 2]!++;
    }
  }

  clear(): void {
    this.calls = this.failed = this.slow = 0;
    this.#counts.fill(0);
  }

  #turnTo(second: number): void {
    if (second - this.#second >= this.#seconds) {
      this.clear();
      this.#second = second;
    }
    while (this.#second < second) {
      const at = (++this.#second % this.#seconds) * 3;
      this.calls -= this.#counts[at]!;
      this.failed -= this.#counts[at + 1]!;
      this.slow -= this.#counts[at + 2]!;
      this.#counts.fill(0, at, at + 3);
    }
  }
}

export class CircuitBreaker {
  /** One of BREAKER. */
  state: number = BREAKER.closed;
  /** Grows with every change of state: an outcome of a call let through earlier says nothing about now. */
  epoch = 0;
  /** Times it has opened. */
  opened = 0;
  readonly #window: OutcomeWindow;
  readonly #minCalls: number;
  readonly #failureShare: number;
  readonly #slowShare: number;
  readonly #slowAfter: number;
  readonly #openFor: number;
  readonly #probes: number;
  #openUntil = 0;
  #probesOut = 0;
  #probesBack = 0;
  #probesFailed = 0;
  #probesSlow = 0;

  constructor(config: ConnectionConfig) {
    const { breaker, breakerWindow, breakerMinCalls } = config;
    this.#window = breaker === 'time' ? new SecondsWindow(breakerWindow) : new CallWindow(breakerWindow);
    // A window that never holds enough calls could never open.
    this.#minCalls = breaker === 'time' ? breakerMinCalls : Math.min(breakerMinCalls, breakerWindow);
    this.#failureShare = config.breakerFailurePercent / 100;
    this.#slowShare = config.breakerSlowPercent / 100;
    this.#slowAfter = fromMs(config.breakerSlowMs);
    this.#openFor = fromMs(config.breakerOpenMs);
    this.#probes = config.breakerProbes;
  }

  /** Whether a call may go out now. One that was let through must be told of by `record` or `forget`. */
  admit(now: number): boolean {
    if (this.state === BREAKER.closed) return true;
    if (this.state === BREAKER.open) {
      if (now < this.#openUntil) return false;
      this.#become(BREAKER.halfOpen);
    }
    if (this.#probesOut + this.#probesBack >= this.#probes) return false;
    this.#probesOut++;
    return true;
  }

  /** A call let through at `epoch` has ended after so many microseconds. */
  record(failed: boolean, micros: number, now: number, epoch: number): void {
    if (epoch !== this.epoch) return;
    const slow = micros >= this.#slowAfter;
    if (this.state === BREAKER.halfOpen) {
      this.#probesOut--;
      this.#probesBack++;
      if (failed) this.#probesFailed++;
      if (slow) this.#probesSlow++;
      if (this.#probesBack < this.#probes) return;
      if (this.#tooMany(this.#probesFailed, this.#probesSlow, this.#probesBack)) this.#open(now);
      else this.#become(BREAKER.closed);
      return;
    }
    const window = this.#window;
    window.record((failed ? FAILED : 0) | (slow ? SLOW : 0), now);
    if (window.calls >= this.#minCalls && this.#tooMany(window.failed, window.slow, window.calls)) this.#open(now);
  }

  /** A call let through at `epoch` ended without a verdict: another copy was faster. */
  forget(epoch: number): void {
    if (epoch === this.epoch && this.state === BREAKER.halfOpen) this.#probesOut--;
  }

  #tooMany(failed: number, slow: number, calls: number): boolean {
    return failed >= this.#failureShare * calls || slow >= this.#slowShare * calls;
  }

  #open(now: number): void {
    this.#become(BREAKER.open);
    this.#openUntil = now + this.#openFor;
    this.opened++;
  }

  #become(state: number): void {
    this.state = state;
    this.epoch++;
    this.#probesOut = this.#probesBack = this.#probesFailed = this.#probesSlow = 0;
    this.#window.clear();
  }
}

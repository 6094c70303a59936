import { LatencyHistogram } from './histogram';

const SECOND = 1_000_000;
const PERCENTILES = [50, 95, 99];

/**
 * Latencies of the present second and the one before: percentiles over a window of a quarter second would be those of a
 * handful of answers. Seconds must end with a window.
 */
export class RecentLatencies {
  #second = new LatencyHistogram();
  #before = new LatencyHistogram();
  #since: number;

  constructor(now: number) {
    this.#since = now;
  }

  record(micros: number): void {
    this.#second.record(micros);
  }

  /** Writes median, p95 and p99 in milliseconds to `row`, from `at` on; NaN without answers. */
  windowCloses(now: number, row: Float64Array, at: number): void {
    LatencyHistogram.percentilesOfBoth(this.#before, this.#second, PERCENTILES, row, at);
    for (let i = 0; i < PERCENTILES.length; i++) row[at + i]! /= 1000;
    if (now - this.#since < SECOND) return;
    const oldest = this.#before;
    oldest.reset();
    this.#before = this.#second;
    this.#second = oldest;
    this.#since = now - (now % SECOND);
  }
}

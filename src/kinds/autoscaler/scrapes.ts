/**
 * What was measured of each instance: totals are read now and then, and a value is the growth between two readings. So it
 * is an average over that time, and as old as the last reading.
 */
import { growth, MEASURE, UNKNOWN } from '../../model/measures';
import { MICROS_PER_SECOND } from '../../model/units';
import type { Readings } from './hpa-formula';

const MOST = 64;

export class Scrapes {
  /** The last total and when it was read; −1 before. */
  readonly #totals = new Float64Array(MOST);
  readonly #readAt = new Float64Array(MOST).fill(-1);
  readonly #values = new Float64Array(MOST);
  /** When the value was read; −1 for none. */
  readonly #valueAt = new Float64Array(MOST).fill(-1);
  readonly #ready = new Uint8Array(MOST);
  /** Answers of the round under way that are still to come. */
  #due = 0;
  /** Values, their times and readiness as of the last whole round: nobody sees half of one. */
  readonly #seenValues = new Float64Array(MOST);
  readonly #seenAt = new Float64Array(MOST).fill(-1);
  readonly #seenReady = new Uint8Array(MOST);

  clear(): void {
    this.forgetFrom(0);
    this.#due = 0;
    this.#publish();
  }

  /** A round begins that asks so many; what did not answer in the last one does not count any more. */
  begin(instances: number): void {
    this.#publish();
    this.#due = instances;
    if (instances > 0) this.forgetFrom(instances);
  }

  /** An instance has answered, or its answer is lost. */
  ended(): void {
    if (this.#due > 0 && --this.#due === 0) this.#publish();
  }

  #publish(): void {
    this.#seenValues.set(this.#values);
    this.#seenAt.set(this.#valueAt);
    this.#seenReady.set(this.#ready);
  }

  /** Instances from this one on are gone. */
  forgetFrom(index: number): void {
    this.#ready.fill(0, index);
    this.#readAt.fill(-1, index);
    this.#valueAt.fill(-1, index);
  }

  /** An answer about one instance. */
  take(index: number, what: number, answer: number, now: number): void {
    if (answer === UNKNOWN) {
      this.#ready[index] = 0;
      this.#readAt[index] = this.#valueAt[index] = -1;
      return;
    }
    this.#ready[index] = 1;
    const before = this.#readAt[index]!;
    if (what === MEASURE.waiting) this.#set(index, answer, now);
    else if (before >= 0 && now > before) {
      const perSecond = (growth(this.#totals[index]!, answer) * MICROS_PER_SECOND) / (now - before);
      // A second has 1000 ms: a tenth of that is per cent.
      this.#set(index, what === MEASURE.requests ? perSecond : perSecond / 10, now);
    }
    this.#totals[index] = answer;
    this.#readAt[index] = now;
  }

  /** What is known of the ordered instances. Values read before `oldest` do not count any more. */
  readings(current: number, oldest: number): Readings {
    let measured = 0;
    let sum = 0;
    let unready = 0;
    for (let i = 0; i < Math.min(current, MOST); i++) {
      if (this.#seenReady[i] === 0 || this.#seenAt[i]! < 0) unready++;
      else if (this.#seenAt[i]! >= oldest) {
        measured++;
        sum += this.#seenValues[i]!;
      }
    }
    return { current, measured, sum, unready, missing: current - measured - unready };
  }

  #set(index: number, value: number, now: number): void {
    this.#values[index] = value;
    this.#valueAt[index] = now;
  }
}

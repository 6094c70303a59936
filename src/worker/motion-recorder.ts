/**
 * Chooses which messages become dots. Every dot is a real message; when there are more than the eye can follow, each
 * connection shows only so many, and the frame says how many requests one dot stands for. Failures have an allowance of
 * their own, so that they are never crowded out.
 */
import type { MotionObserver } from '../engine/observer';
import { VERB } from '../model/meaning';
import { NumberBuffer } from './number-buffer';
import { STYLE } from './protocol';

/** A message is on screen at least this long, however fast the network is. */
export const VISIBLE_MS = 700;
/** Dots on one connection and in one direction at a time. */
const DOTS_PER_CONNECTION = 12;
const LANES = 3;
const TRAFFIC = 0;
const ANSWERS = 1;
const TROUBLE = 2;
/** Numbers kept for one frame at most. */
const MAX_NUMBERS = 40_000;

export class MotionRecorder implements MotionObserver {
  readonly buffer = new NumberBuffer();
  #seen = 0;
  #shown = 0;
  /** Simulated microseconds between two dots of a lane. */
  #gap = 0;
  /** Simulated microseconds a message must take to be followed as it is. */
  #visible = 0;
  #next: Float64Array = new Float64Array(64);

  /** Simulated seconds per real second: sets how long and how densely messages are shown. */
  setSpeed(speed: number): void {
    this.#visible = VISIBLE_MS * 1000 * speed;
    this.#gap = this.#visible / DOTS_PER_CONNECTION;
    this.#next.fill(0);
  }

  moved(
    connection: number,
    back: number,
    verb: number,
    write: number,
    cause: number,
    late: number,
    departure: number,
    arrival: number,
    rootSerial: number,
    attempt = 1,
  ): void {
    if (verb === VERB.probe) return;
    let style: number;
    let lane: number;
    if (back === 0) {
      this.#seen++;
      lane = arrival === Infinity ? TROUBLE : TRAFFIC;
      style =
        arrival === Infinity
          ? STYLE.lost
          : verb === VERB.publish || verb === VERB.deliver
            ? STYLE.message
            : attempt > 1
              ? write === 1
                ? STYLE.retryWrite
                : STYLE.retry
              : write === 1
                ? STYLE.write
                : STYLE.read;
    } else if (cause !== 0) {
      lane = TROUBLE;
      style = STYLE.failure;
    } else if (late === 1) {
      lane = TROUBLE;
      style = STYLE.late;
    } else {
      // Good answers double the traffic on screen; they are shown where one request can be followed.
      if (arrival - departure < this.#visible / 8) return;
      lane = ANSWERS;
      style = STYLE.answer;
    }
    const slot = connection * LANES + lane;
    if (slot >= this.#next.length) this.#grow(slot);
    if (departure < this.#next[slot]! || this.buffer.length >= MAX_NUMBERS) return;
    this.#next[slot] = departure + this.#gap;
    if (back === 0) this.#shown++;
    const buffer = this.buffer;
    buffer.put(connection);
    buffer.put(style);
    buffer.put(departure);
    buffer.put(arrival);
    buffer.put(rootSerial);
  }

  /** Requests that one dot stood for since the last call. */
  takeDensity(): number {
    const density = this.#shown > 0 ? this.#seen / this.#shown : 1;
    this.#seen = 0;
    this.#shown = 0;
    return density;
  }

  #grow(slot: number): void {
    const next = new Float64Array(Math.max(slot + 1, this.#next.length * 2));
    next.set(this.#next);
    this.#next = next;
  }
}

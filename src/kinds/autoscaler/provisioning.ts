/** Machines on their way: each takes a time of its own, and perhaps only so many can be prepared at once. */
import type { Context } from '../../engine/behaviour';
import { PRIORITY } from '../../engine/event-queue';
import type { RandomStream } from '../../engine/random';

export class Provisioning {
  /** How many can be prepared at the same time. */
  limit = Infinity;
  /** Microseconds; half as long to one and a half times as long. */
  time = 0;
  #queued = 0;
  #building = 0;
  /** Of those being built, so many are not wanted any more. */
  #unwanted = 0;
  /** Grows when everything is forgotten. */
  #era = 0;
  readonly #context: Context;
  readonly #timerType: number;
  readonly #luck: RandomStream;
  readonly #done: (machines: number) => void;

  /** `done` is told how many have become ready. */
  constructor(context: Context, timerType: number, done: (machines: number) => void) {
    this.#context = context;
    this.#timerType = timerType;
    this.#luck = context.random('provision');
    this.#done = done;
  }

  get pending(): number {
    return this.#queued + this.#building - this.#unwanted;
  }

  add(machines: number): void {
    if (this.time === 0 && this.limit === Infinity) {
      this.#done(machines);
      return;
    }
    // One that is being built for nobody is as good as a new one.
    const spared = Math.min(machines, this.#unwanted);
    this.#unwanted -= spared;
    this.#queued += machines - spared;
    this.build();
  }

  /** Cancels up to so many; returns how many were. */
  cancel(machines: number): number {
    const count = Math.min(machines, this.pending);
    const queued = Math.min(count, this.#queued);
    this.#queued -= queued;
    this.#unwanted += count - queued;
    return count;
  }

  /** Begins whatever the limit allows. */
  build(): void {
    while (this.#queued > 0 && this.#building < this.limit) {
      this.#queued--;
      this.#building++;
      const micros = Math.floor(this.time * (0.5 + this.#luck.uniform()) + 0.5);
      this.#context.after(micros, PRIORITY.timer, this.#timerType, this.#era);
    }
  }

  /** One has been built. */
  timer(era: number): void {
    if (era !== this.#era) return;
    this.#building--;
    if (this.#unwanted > 0) this.#unwanted--;
    else this.#done(1);
    this.build();
  }

  clear(): void {
    this.#queued = this.#building = this.#unwanted = 0;
    this.#era++;
  }
}

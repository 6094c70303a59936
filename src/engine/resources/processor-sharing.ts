/**
 * Cores shared equally by all jobs: with n jobs on c cores each proceeds at the rate min(1, c/n). Exact, by virtual
 * time: `#attained` is the work every job present since an imaginary beginning would have got, and a job ends when that
 * reaches its tag. O(log n) for each job.
 */
import type { Context } from '../behaviour';
import { PRIORITY } from '../event-queue';

/** Ends are rounded up to whole microseconds; what is this close to its end by then has ended too. */
const NEARLY = 1e-6;

export class ProcessorSharing {
  /** Jobs present. */
  jobs = 0;
  #cores: number;
  #attained = 0;
  #at = 0;
  /** A binary heap by tag; equal tags in the order of arrival. */
  #tags = new Float64Array(16);
  #sequences = new Float64Array(16);
  #items = new Int32Array(16);
  #sequence = 0;
  #handle = -1;
  #generation = 0;
  #ending = false;
  readonly #context: Pick<Context, 'now' | 'alarm' | 'cancel'>;
  readonly #timerType: number;
  readonly #id: number;
  readonly #done: (item: number) => void;

  /** The owner hands timers (timerType, id, generation) to `timer`. `done` is called once for each job that ends. */
  constructor(
    context: Pick<Context, 'now' | 'alarm' | 'cancel'>,
    cores: number,
    timerType: number,
    id: number,
    done: (item: number) => void,
  ) {
    this.#context = context;
    this.#cores = cores;
    this.#timerType = timerType;
    this.#id = id;
    this.#done = done;
  }

  /** Cores at work. */
  get busy(): number {
    return Math.min(this.jobs, this.#cores);
  }

  get cores(): number {
    return this.#cores;
  }

  /** Begins a job of so many microseconds of work. */
  add(item: number, micros: number): void {
    this.#advance();
    if (this.jobs === this.#tags.length) this.#grow();
    this.#rise(this.jobs++, this.#attained + micros, this.#sequence++, item);
    this.#schedule();
  }

  /** 0 stops all jobs where they are, as a stop-the-world pause does. */
  setCores(cores: number): void {
    if (cores === this.#cores) return;
    this.#advance();
    this.#cores = cores;
    this.#schedule();
  }

  timer(generation: number): void {
    if (generation !== this.#generation) return;
    this.#handle = -1;
    this.#advance();
    this.#ending = true;
    while (this.jobs > 0 && this.#tags[0]! <= this.#attained + NEARLY) this.#done(this.#takeFirst());
    this.#ending = false;
    this.#schedule();
  }

  /** Drops all jobs: the machine died. */
  clear(): void {
    this.jobs = 0;
    this.#attained = 0;
    this.#generation++;
    this.#handle = -1;
  }

  #advance(): void {
    const now = this.#context.now;
    // Nobody there: begin anew, so that the tags stay small and exact.
    if (this.jobs === 0) this.#attained = 0;
    else this.#attained += (now - this.#at) * this.#rate();
    this.#at = now;
  }

  #rate(): number {
    return this.jobs <= this.#cores ? 1 : this.#cores / this.jobs;
  }

  #schedule(): void {
    // While jobs end, their successors may join; one timer is set when all is settled.
    if (this.#ending) return;
    if (this.#handle >= 0) this.#context.cancel(this.#handle);
    this.#handle = -1;
    // A timer that fired while the process was frozen can no longer be cancelled, only ignored.
    this.#generation++;
    // Without cores everything stands still until there are some again.
    if (this.jobs === 0 || this.#cores === 0) return;
    const left = (this.#tags[0]! - this.#attained) / this.#rate();
    const micros = Math.max(0, Math.ceil(left - NEARLY));
    this.#handle = this.#context.alarm(micros, PRIORITY.completion, this.#timerType, this.#id, this.#generation);
  }

  #before(tag: number, sequence: number, position: number): boolean {
    const other = this.#tags[position]!;
    return tag < other || (tag === other && sequence < this.#sequences[position]!);
  }

  #place(position: number, tag: number, sequence: number, item: number): void {
    this.#tags[position] = tag;
    this.#sequences[position] = sequence;
    this.#items[position] = item;
  }

  #move(from: number, to: number): void {
    this.#place(to, this.#tags[from]!, this.#sequences[from]!, this.#items[from]!);
  }

  #rise(from: number, tag: number, sequence: number, item: number): void {
    let position = from;
    while (position > 0) {
      const parent = (position - 1) >> 1;
      if (!this.#before(tag, sequence, parent)) break;
      this.#move(parent, position);
      position = parent;
    }
    this.#place(position, tag, sequence, item);
  }

  #takeFirst(): number {
    const first = this.#items[0]!;
    const last = --this.jobs;
    const tag = this.#tags[last]!;
    const sequence = this.#sequences[last]!;
    let position = 0;
    for (;;) {
      let child = position * 2 + 1;
      if (child >= last) break;
      if (child + 1 < last && this.#before(this.#tags[child + 1]!, this.#sequences[child + 1]!, child)) child++;
      if (this.#before(tag, sequence, child)) break;
      this.#move(child, position);
      position = child;
    }
    if (last > 0) this.#place(position, tag, sequence, this.#items[last]!);
    return first;
  }

  #grow(): void {
    const length = this.#tags.length * 2;
    const tags = new Float64Array(length);
    tags.set(this.#tags);
    this.#tags = tags;
    const sequences = new Float64Array(length);
    sequences.set(this.#sequences);
    this.#sequences = sequences;
    const items = new Int32Array(length);
    items.set(this.#items);
    this.#items = items;
  }
}

/** What the first step of a choreographed saga shows of all that began at it, as an outside observer sees them. */
import type { Context, MetricHandle } from '../../engine/behaviour';
import { Choreography } from '../../engine/choreography';
import { PRIORITY } from '../../engine/event-queue';
import { MICROS_PER_SECOND } from '../../model/units';

/** Sagas that stand still, and connections that were drawn meanwhile, are looked for so often. */
const EVERY = MICROS_PER_SECOND;

export class SagaWatch {
  stuckAfterS = 0;
  readonly #context: Context;
  readonly #timerType: number;
  readonly #choreography: Choreography;
  #looking = false;
  #done = 0;
  #compensated = 0;
  #afterEnd = 0;
  #dirty = 0;
  readonly #counters: readonly MetricHandle[];
  readonly #gauges: readonly MetricHandle[];

  /** The owner hands its timer to `timer`. */
  constructor(context: Context, timerType: number) {
    this.#context = context;
    this.#timerType = timerType;
    this.#counters = ['sagasDone', 'sagasCompensated', 'afterEnd', 'dirtyReads'].map((id) => context.counter(id));
    this.#gauges = ['sagas', 'sagasStuck', 'moneyInFlight', 'moneyOff'].map((id) => context.gauge(id));
    this.#choreography = new Choreography(context, () => this.#report());
  }

  /** Sagas that stand still. */
  get stuck(): number {
    return this.#choreography.stuck;
  }

  get inFlight(): number {
    return Math.max(0, this.#choreography.book.inFlight - this.#choreography.stuckMoney);
  }

  get off(): number {
    return this.#choreography.book.off + this.#choreography.stuckMoney;
  }

  audit(): void {
    this.#choreography.book.audit();
  }

  /** The process is up, or has become a first step. */
  start(): void {
    this.#choreography.survey();
    if (!this.#looking) this.timer();
  }

  /** It is no first step any more: nothing begins here. */
  end(): void {
    this.#choreography.steps = [];
  }

  crash(): void {
    this.#looking = false;
  }

  timer(): void {
    const { now } = this.#context;
    this.#looking = this.#choreography.steps.length > 0;
    if (!this.#looking) return;
    this.#choreography.survey();
    this.#choreography.sweep(now - this.stuckAfterS * MICROS_PER_SECOND);
    this.#report();
    this.#context.after(EVERY, PRIORITY.timer, this.#timerType);
  }

  #report(): void {
    const context = this.#context;
    const { book, completed, compensated, afterEnd, stuck } = this.#choreography;
    const [done, undone, late, dirty] = this.#counters as [number, number, number, number];
    context.count(done, completed - this.#done);
    context.count(undone, compensated - this.#compensated);
    context.count(late, afterEnd - this.#afterEnd);
    context.count(dirty, book.dirty - this.#dirty);
    this.#done = completed;
    this.#compensated = compensated;
    this.#afterEnd = afterEnd;
    this.#dirty = book.dirty;
    const [open, standing, inFlight, off] = this.#gauges as [number, number, number, number];
    context.level(open, book.open);
    context.level(standing, stuck);
    context.level(inFlight, this.inFlight);
    context.level(off, this.off);
  }
}

/**
 * What the workers of one instance compute on: a core for each, cores shared equally, or cores taken in turn. Standing
 * still for a collection delays everything under way by exactly that time.
 */
import type { CallId } from '../../engine/calls';
import { PRIORITY } from '../../engine/event-queue';
import { ProcessorSharing } from '../../engine/resources/processor-sharing';
import { Slots } from '../../engine/resources/slots';
import { type Plant, TIMER } from './plant';

export class Processor {
  /** Microseconds stood still in all. */
  #stopped = 0;
  #standing = false;
  readonly #plant: Plant;
  readonly #shared: ProcessorSharing;
  readonly #turns = new Slots(1, Infinity);
  readonly #draw: (call: CallId) => number;

  /** `draw` gives the work of the call that begins; `done` is told of ends on shared cores. */
  constructor(plant: Plant, index: number, draw: (call: CallId) => number, done: (call: CallId) => void) {
    this.#plant = plant;
    this.#draw = draw;
    this.#shared = new ProcessorSharing(plant.context, 1, TIMER.shared, index, done);
  }

  /** Cores that compute. Workers with cores of their own are not counted. */
  get busyCores(): number {
    return this.#shared.busy + this.#turns.busy;
  }

  configure(): void {
    const { cores } = this.#plant;
    // Work that began on shared cores ends there, as fast as before, when each worker gets its own.
    if (cores === Infinity) return;
    if (!this.#standing) this.#shared.setCores(cores);
    this.#turns.total = cores;
    for (let call = this.#turns.admit(); call >= 0; call = this.#turns.admit()) this.#run(call, TIMER.onCore);
  }

  start(call: CallId): void {
    const { cpu } = this.#plant.config;
    if (cpu === 'worker') this.#run(call, TIMER.worked);
    else if (cpu === 'sharing') this.#shared.add(call, this.#draw(call));
    else if (this.#turns.offer(call) === 'starts') this.#run(call, TIMER.onCore);
  }

  /** A timer of a piece of work has fired: whether the work has ended, or still has to make up for a standstill. */
  ended(type: number, call: CallId): boolean {
    const plant = this.#plant;
    const owed = this.#stopped - plant.stoppedBefore(call);
    if (owed > 0) {
      plant.setStoppedBefore(call, this.#stopped);
      plant.context.after(owed, PRIORITY.completion, type, call, plant.context.calls.stamp(call));
      return false;
    }
    if (type === TIMER.onCore) {
      const next = this.#turns.release();
      if (next >= 0) this.#run(next, TIMER.onCore);
    }
    return true;
  }

  timer(generation: number): void {
    this.#shared.timer(generation);
  }

  /** Stands still for so long, until `resume`. */
  stop(micros: number): void {
    this.#stopped += micros;
    this.#standing = true;
    this.#shared.setCores(0);
  }

  resume(): void {
    this.#standing = false;
    const { cores, config } = this.#plant;
    this.#shared.setCores(cores === Infinity ? config.cores : cores);
  }

  clear(): void {
    this.#shared.clear();
    this.#turns.clear();
    this.resume();
  }

  #run(call: CallId, type: number): void {
    const { context } = this.#plant;
    this.#plant.setStoppedBefore(call, this.#stopped);
    context.after(this.#draw(call), PRIORITY.completion, type, call, context.calls.stamp(call));
  }
}

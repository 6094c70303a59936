/**
 * What monitoring sees of each instance: how long its cores and its workers were busy, in all. Kept only while somebody
 * watches, because it takes a look at every instance whenever something happens.
 */
import { MEASURE, measuredInstance, measuredWhat, TOTALS_END, UNKNOWN } from '../../model/measures';
import type { Instance } from './instance';
import { MOST_INSTANCES, type Plant } from './plant';

export class UsageMeter {
  on = false;
  readonly #plant: Plant;
  readonly #instances: readonly Instance[];
  #since = 0;
  /** Shares in use at this moment, and microseconds of full use in all, by instance. */
  readonly #load = new Float64Array(MOST_INSTANCES);
  readonly #held = new Float64Array(MOST_INSTANCES);
  readonly #cpu = new Float64Array(MOST_INSTANCES);
  readonly #workers = new Float64Array(MOST_INSTANCES);

  constructor(plant: Plant, instances: readonly Instance[]) {
    this.#plant = plant;
    this.#instances = instances;
  }

  /** Something has happened: what was in use until now is added up. */
  update(): void {
    const { now } = this.#plant.context;
    const span = now - this.#since;
    this.#since = now;
    const { workers } = this.#plant.config;
    for (let i = 0; i < this.#instances.length; i++) {
      const instance = this.#instances[i]!;
      this.#cpu[i]! += this.#load[i]! * span;
      this.#workers[i]! += this.#held[i]! * span;
      // Cores that were taken away finish their work: nobody sees more than all of them busy.
      this.#load[i] = Math.min(1, instance.load);
      this.#held[i] = Math.min(1, instance.busyWorkers / workers);
    }
  }

  measure(key: number): number {
    const index = measuredInstance(key);
    const what = measuredWhat(key);
    if (index < 0) return what === MEASURE.instances ? this.#plant.instances : UNKNOWN;
    const instance = this.#instances[index];
    if (!instance || index >= this.#plant.instances || instance.life.state !== 'ready') return UNKNOWN;
    this.update();
    switch (what) {
      case MEASURE.requests:
        return instance.offered % TOTALS_END;
      case MEASURE.waiting:
        return instance.waiting;
      case MEASURE.cpu:
        return Math.floor(this.#cpu[index]! / 1000) % TOTALS_END;
      case MEASURE.workers:
        return Math.floor(this.#workers[index]! / 1000) % TOTALS_END;
      default:
        return UNKNOWN;
    }
  }
}

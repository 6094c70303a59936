/**
 * Memory of one instance: what it occupies empty, what each request inside holds, what has leaked, and garbage. It only
 * counts.
 */
export interface HeapConfig {
  readonly baseMb: number;
  readonly requestMb: number;
  readonly limitMb: number;
  readonly garbageMb: number;
  readonly collectEveryMb: number;
}

/** However full the heap is, some work fits between two collections. */
const LEAST_FREE_MB = 1;
/** A collection never takes more than so many times as long as in an empty instance. */
const LONGEST = 20;

export class Heap {
  leakedMb = 0;
  #garbageMb = 0;

  /** What survives a collection, with so many requests inside. */
  liveMb(config: HeapConfig, inside: number): number {
    return config.baseMb + config.requestMb * inside + this.leakedMb;
  }

  usedMb(config: HeapConfig, inside: number): number {
    return Math.min(
      Math.max(config.limitMb, this.liveMb(config, inside)),
      this.liveMb(config, inside) + this.#garbageMb,
    );
  }

  /** A request allocates. Whether garbage has to be collected now: the fuller the heap, the more often. */
  allocate(config: HeapConfig, inside: number): boolean {
    this.#garbageMb += config.garbageMb;
    const free = Math.max(LEAST_FREE_MB, config.limitMb - this.liveMb(config, inside));
    return this.#garbageMb >= Math.min(config.collectEveryMb, free);
  }

  /** Collects. How many times as long as in an empty instance it takes: what is live has to be searched. */
  collect(config: HeapConfig, inside: number): number {
    this.#garbageMb = 0;
    return Math.min(LONGEST, this.liveMb(config, inside) / config.baseMb);
  }

  clear(): void {
    this.leakedMb = this.#garbageMb = 0;
  }
}

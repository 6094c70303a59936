import { WaitingLine } from '../../engine/resources/waiting-line';
import type { Batch } from './batch';

/** What the producer library of one publishing connection keeps. */
export class Producer {
  readonly index: number;
  /** Size of the records it has not been told about yet. */
  bytes = 0;
  /** Batches in its lines. */
  queued = 0;
  /** The partition that was served last. */
  turn = 0;
  sticky = Infinity;
  stickyBytes = 0;
  /** Calls that wait for room in the buffer. */
  readonly line = new WaitingLine();
  /** By partition: batches to be sent, the oldest first; and the number of the next one. */
  readonly #queues: Batch[][] = [];
  readonly #sequences: number[] = [];
  /** By broker: batches under way. */
  readonly #inFlight: number[] = [];

  constructor(index: number) {
    this.index = index;
  }

  queue(partition: number): Batch[] {
    return (this.#queues[partition] ??= []);
  }

  nextSequence(partition: number): number {
    const next = this.#sequences[partition] ?? 0;
    this.#sequences[partition] = next + 1;
    return next;
  }

  inFlight(broker: number): number {
    return this.#inFlight[broker] ?? 0;
  }

  fly(broker: number, by: number): void {
    this.#inFlight[broker] = this.inFlight(broker) + by;
  }
}

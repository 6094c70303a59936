import { WaitingLine } from '../../engine/resources/waiting-line';
import { type Batch, NOT_APPENDED } from './batch';

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
  /** By partition: batches sent and not answered. */
  readonly #flying: Batch[][] = [];
  readonly #sequences: number[] = [];
  /** By broker: batches under way. */
  readonly #inFlight: number[] = [];

  constructor(index: number) {
    this.index = index;
  }

  queue(partition: number): Batch[] {
    return (this.#queues[partition] ??= []);
  }

  /** Whether an earlier batch of the partition has not been appended: a leader that knows its producers waits for it. */
  isEarly({ partition, sequence }: Batch): boolean {
    const first = this.queue(partition)[0];
    if (first && first.sequence < sequence) return true;
    const flying = this.#flying[partition]!;
    return flying.length > 1 && flying.some((other) => other.sequence < sequence && other.base === NOT_APPENDED);
  }

  nextSequence(partition: number): number {
    const next = this.#sequences[partition] ?? 0;
    this.#sequences[partition] = next + 1;
    return next;
  }

  inFlight(broker: number): number {
    return this.#inFlight[broker] ?? 0;
  }

  takeOff(batch: Batch): void {
    this.#inFlight[batch.target] = this.inFlight(batch.target) + 1;
    (this.#flying[batch.partition] ??= []).push(batch);
  }

  land(batch: Batch): void {
    this.#inFlight[batch.target]!--;
    const flying = this.#flying[batch.partition]!;
    flying.splice(flying.indexOf(batch), 1);
  }
}

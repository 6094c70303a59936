import { IntQueue } from './int-queue';

/**
 * Commits that share a flush of the log: those which come while a flush is under way wait for the next one, together. It
 * only keeps the batches; the owner decides how long a flush takes.
 */
export class GroupCommit {
  flushing = false;
  #batch = new IntQueue();
  #next = new IntQueue();

  /** Joins the next batch. True when the disk is free: its flush starts now. */
  join(item: number): boolean {
    this.#next.push(item);
    return !this.flushing && this.#begin();
  }

  /** An item of the batch that has been flushed, or −1. Ask until −1. */
  take(): number {
    return this.#batch.length > 0 ? this.#batch.shift() : -1;
  }

  /** After the batch was taken: true when the next flush starts now. */
  end(): boolean {
    this.flushing = false;
    return this.#next.length > 0 && this.#begin();
  }

  clear(): void {
    this.flushing = false;
    this.#batch.clear();
    this.#next.clear();
  }

  #begin(): true {
    const batch = this.#batch;
    this.#batch = this.#next;
    this.#next = batch;
    this.flushing = true;
    return true;
  }
}

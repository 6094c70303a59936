import type { RandomStream } from '../../engine/random';

const KEPT = 1024;

/** The rows of the last writes: what is hot is known from what was written. */
export class RecentRows {
  #length = 0;
  #next = 0;
  readonly #rows = new Int32Array(KEPT);

  add(row: number): void {
    this.#rows[this.#next] = row;
    this.#next = (this.#next + 1) % KEPT;
    if (this.#length < KEPT) this.#length++;
  }

  /** The row of one of the last writes, so that hot rows come as often as they are written; −1 before the first. */
  draw(stream: RandomStream): number {
    return this.#length > 0 ? this.#rows[stream.integer(this.#length)]! : -1;
  }

  /** So many rows, the most written first; fewer when fewer are known. */
  hottest(count: number): number[] {
    const writes = new Map<number, number>();
    for (let i = 0; i < this.#length; i++) writes.set(this.#rows[i]!, (writes.get(this.#rows[i]!) ?? 0) + 1);
    return [...writes]
      .sort((a, b) => b[1] - a[1] || a[0] - b[0])
      .slice(0, count)
      .map(([row]) => row);
  }
}

/**
 * The keys seen of late, each with the time when it was first seen: for recognising what comes a second time. Keys older
 * than a window are forgotten, and beyond a limit the oldest go first. An open hash table beside a ring in the order of
 * arrival; allocates only when it grows. Keys are whole numbers above 0.
 */
import { hashNumber } from './hashing';

const MOST = 1 << 20;

export class RecentKeys {
  #table = new Float64Array(128);
  #ring = new Float64Array(64);
  #times = new Float64Array(64);
  #head = 0;
  /** Keys remembered. */
  size = 0;

  has(key: number): boolean {
    return this.#table[this.#place(key)] === key;
  }

  /** Remembers a key. Returns whether it is new; a known one keeps its time. */
  add(key: number, now: number): boolean {
    if (this.has(key)) return false;
    if (this.size === this.#ring.length) {
      if (this.size < MOST) this.#grow();
      else this.#forgetOldest();
    }
    this.#table[this.#place(key)] = key;
    const at = (this.#head + this.size++) & (this.#ring.length - 1);
    this.#ring[at] = key;
    this.#times[at] = now;
    return true;
  }

  /** Forgets what was first seen before a time. */
  forget(before: number): void {
    while (this.size > 0 && this.#times[this.#head]! < before) this.#forgetOldest();
  }

  clear(): void {
    this.#table.fill(0);
    this.#head = this.size = 0;
  }

  #forgetOldest(): void {
    this.#remove(this.#ring[this.#head]!);
    this.#head = (this.#head + 1) & (this.#ring.length - 1);
    this.size--;
  }

  /** Where a key is, or would be. */
  #place(key: number): number {
    const mask = this.#table.length - 1;
    let at = hashNumber(key % 4_294_967_296) & mask;
    while (this.#table[at] !== 0 && this.#table[at] !== key) at = (at + 1) & mask;
    return at;
  }

  /** Those behind it move up, so that nobody is looked for in vain. */
  #remove(key: number): void {
    const table = this.#table;
    const mask = table.length - 1;
    let hole = this.#place(key);
    table[hole] = 0;
    for (let at = (hole + 1) & mask; table[at] !== 0; at = (at + 1) & mask) {
      const moved = table[at]!;
      table[at] = 0;
      hole = this.#place(moved);
      table[hole] = moved;
    }
  }

  #grow(): void {
    const length = this.#ring.length * 2;
    const ring = new Float64Array(length);
    const times = new Float64Array(length);
    this.#table = new Float64Array(2 * length);
    for (let i = 0; i < this.size; i++) {
      const at = (this.#head + i) & (this.#ring.length - 1);
      ring[i] = this.#ring[at]!;
      times[i] = this.#times[at]!;
      this.#table[this.#place(ring[i]!)] = ring[i]!;
    }
    this.#ring = ring;
    this.#times = times;
    this.#head = 0;
  }
}

/**
 * The replicated log of one node: entries (term, key, value, ticket) at indexes from 1 on. What the state machine has
 * taken in may be dropped from the front, as after a snapshot. A growing ring; allocates only when it grows.
 */
export class RaftLog {
  /** Index of the first entry kept; the one before it is known by its term only. */
  start = 1;
  /** Index of the next entry to come. */
  end = 1;
  /** Grows whenever entries are taken back or replaced: what an earlier message says of them is void. */
  version = 0;
  #baseTerm = 0;
  #terms = new Int32Array(64);
  #keys = new Int32Array(64);
  #values = new Int32Array(64);
  /** Of the proposer's own: who waits for it. −1 for nobody. */
  #tickets = new Float64Array(64);

  /** Index of the last entry; 0 when there has never been one. */
  get last(): number {
    return this.end - 1;
  }

  /** The term of an entry that is kept, or of the one before them. */
  term(index: number): number {
    return index < this.start ? this.#baseTerm : this.#terms[index & (this.#terms.length - 1)]!;
  }
  key(index: number): number {
    return this.#keys[index & (this.#keys.length - 1)]!;
  }
  value(index: number): number {
    return this.#values[index & (this.#values.length - 1)]!;
  }
  ticket(index: number): number {
    return this.#tickets[index & (this.#tickets.length - 1)]!;
  }

  /** Whether the term at this index is still known. */
  knows(index: number): boolean {
    return index >= this.start - 1 && index < this.end;
  }

  append(term: number, key: number, value: number, ticket: number): number {
    if (this.end - this.start === this.#terms.length) this.#grow();
    const at = this.end & (this.#terms.length - 1);
    this.#terms[at] = term;
    this.#keys[at] = key;
    this.#values[at] = value;
    this.#tickets[at] = ticket;
    return this.end++;
  }

  /** Takes back the entries from this index on. */
  truncate(from: number): void {
    if (from >= this.end) return;
    this.end = Math.max(from, this.start);
    this.version++;
  }

  /** Drops the entries up to this index, which a snapshot holds. */
  compact(to: number): void {
    if (to < this.start) return;
    this.#baseTerm = this.term(to);
    this.start = to + 1;
  }

  /** Begins anew behind a snapshot that ends at this index and term. */
  reset(index: number, term: number): void {
    this.start = index + 1;
    this.end = index + 1;
    this.#baseTerm = term;
    this.version++;
  }

  #grow(): void {
    const mask = this.#terms.length * 2 - 1;
    const [terms, keys, values] = [new Int32Array(mask + 1), new Int32Array(mask + 1), new Int32Array(mask + 1)];
    const tickets = new Float64Array(mask + 1);
    for (let index = this.start; index < this.end; index++) {
      terms[index & mask] = this.term(index);
      keys[index & mask] = this.key(index);
      values[index & mask] = this.value(index);
      tickets[index & mask] = this.ticket(index);
    }
    this.#terms = terms;
    this.#keys = keys;
    this.#values = values;
    this.#tickets = tickets;
  }
}

/** What replicas have to do: who asked, for which call, and the version. Records are reused. */
export const JOB = { read: 0, write: 1, repair: 2, hint: 3 } as const;

const FIELDS = 6;

export class Jobs {
  #data = new Float64Array(64 * FIELDS);
  #used = 0;
  readonly #free: number[] = [];

  open(type: number, from: number, ticket: number, slot: number, stamp: number, value: number): number {
    const job = this.#free.pop() ?? this.#used++;
    const at = job * FIELDS;
    if (at === this.#data.length) {
      const data = new Float64Array(this.#data.length * 2);
      data.set(this.#data);
      this.#data = data;
    }
    const data = this.#data;
    data[at] = type;
    data[at + 1] = from;
    data[at + 2] = ticket;
    data[at + 3] = slot;
    data[at + 4] = stamp;
    data[at + 5] = value;
    return job;
  }

  type(job: number): number {
    return this.#data[job * FIELDS]!;
  }
  from(job: number): number {
    return this.#data[job * FIELDS + 1]!;
  }
  ticket(job: number): number {
    return this.#data[job * FIELDS + 2]!;
  }
  slot(job: number): number {
    return this.#data[job * FIELDS + 3]!;
  }
  stamp(job: number): number {
    return this.#data[job * FIELDS + 4]!;
  }
  value(job: number): number {
    return this.#data[job * FIELDS + 5]!;
  }

  close(job: number): void {
    this.#free.push(job);
  }
}

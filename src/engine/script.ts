import type { Intervention } from '../model/scenario';

/** Something that will be done to a run: from the scenario's plan, or by hand. */
export interface ScriptEntry {
  readonly intervention: Intervention;
  readonly planned: boolean;
  /** Number of the planned fault that begins or ends; 0 for what is done by hand. */
  readonly number: number;
  /** The line of the plan it comes from; null when it does not follow the plan any more. */
  readonly line: PlanLine | null;
}

/** A line of the plan, as the script knows it. */
export interface PlanLine {
  /** Its entry was taken: says what comes next. */
  taken(entry: ScriptEntry): void;
}

/** Entries already taken are thrown away when there are this many. */
const MAX_TAKEN = 1024;

/**
 * What is still to be done to a run, by time; at one time what is planned comes first, else the order of entering
 * counts. It stands beside the event queue, so that a deed done by hand and the same deed replayed leave the sequence of
 * events alike.
 */
export class Script {
  /** Entries taken so far. */
  taken = 0;
  #entries: ScriptEntry[] = [];
  /** Place of the next entry. */
  #next = 0;

  enter(intervention: Intervention, planned: boolean, number = 0, line: PlanLine | null = null): void {
    let at = this.#entries.length;
    while (at > this.#next && this.#goesBefore(intervention.atMicros, planned, this.#entries[at - 1]!)) at--;
    this.#entries.splice(at, 0, { intervention, planned, number, line });
  }

  /** Time of the next entry; Infinity when there is none. */
  nextTime(): number {
    return this.#entries[this.#next]?.intervention.atMicros ?? Infinity;
  }

  /** Takes the next entry. There must be one. */
  take(): ScriptEntry {
    const entry = this.#entries[this.#next++]!;
    this.taken++;
    if (this.#next === MAX_TAKEN) {
      this.#entries = this.#entries.slice(this.#next);
      this.#next = 0;
    }
    return entry;
  }

  /** Forgets what these lines of the plan still hold. */
  drop(gone: (line: PlanLine, entry: ScriptEntry) => boolean): void {
    const left = this.#entries.slice(this.#next);
    this.#entries = left.filter((entry) => entry.line === null || !gone(entry.line, entry));
    this.#next = 0;
  }

  // A replay knows the deeds of the hand from the start, the run itself only when they are done: the order of entering
  // must not matter between the two.
  #goesBefore(time: number, planned: boolean, other: ScriptEntry): boolean {
    const otherTime = other.intervention.atMicros;
    return otherTime > time || (otherTime === time && planned && !other.planned);
  }
}

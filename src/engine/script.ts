import type { Intervention } from '../model/scenario';

/** Something that will be done to a run: from the scenario's plan, or by hand. */
export interface ScriptEntry {
  readonly intervention: Intervention;
  readonly planned: boolean;
}

/**
 * What is still to be done to a run, by time; at one time in the order of entering. It stands beside the event queue, so
 * that a deed done by hand and the same deed replayed leave the sequence of events alike.
 */
export class Script {
  /** Entries taken so far. */
  taken = 0;
  readonly #entries: ScriptEntry[] = [];

  enter(intervention: Intervention, planned: boolean): void {
    let at = this.#entries.length;
    while (at > this.taken && this.#entries[at - 1]!.intervention.atMicros > intervention.atMicros) at--;
    this.#entries.splice(at, 0, { intervention, planned });
  }

  /** Time of the next entry; Infinity when there is none. */
  nextTime(): number {
    return this.#entries[this.taken]?.intervention.atMicros ?? Infinity;
  }

  /** Takes the next entry. There must be one. */
  take(): ScriptEntry {
    return this.#entries[this.taken++]!;
  }
}

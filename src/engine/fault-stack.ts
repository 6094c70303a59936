/**
 * The faults that are on at one target. Faults of one type overlap: each has a number of its own, so that the end of one
 * leaves the others alone. Numbers above 0 are planned; what is done by hand has a number below 0, and there is only one
 * of it at a time.
 */
import type { Config } from '../model/fields';

interface ActiveFault {
  readonly fault: string;
  readonly number: number;
  readonly params: Config;
}

/** Ends every fault of a type, as a hand does. */
export const ALL = 0;

export class FaultStack {
  readonly #active: ActiveFault[] = [];

  put(fault: string, number: number, params: Config): void {
    this.#drop((other) => other.fault === fault && (number < 0 ? other.number < 0 : other.number === number));
    this.#active.push({ fault, number, params });
  }

  /** Whether anything ended. */
  end(fault: string, number: number): boolean {
    return this.#drop((other) => other.fault === fault && (number === ALL || other.number === number));
  }

  has(fault: string, number: number): boolean {
    return this.#active.some((other) => other.fault === fault && other.number === number);
  }

  /** Parameters of the faults of a type, the oldest first. */
  of(fault: string): Config[] {
    return this.#active.filter((other) => other.fault === fault).map(({ params }) => params);
  }

  #drop(ends: (other: ActiveFault) => boolean): boolean {
    const before = this.#active.length;
    for (let i = before - 1; i >= 0; i--) if (ends(this.#active[i]!)) this.#active.splice(i, 1);
    return this.#active.length < before;
  }
}

/** What happens at least once when several chances in percent are taken one after another. */
export function jointShare(active: readonly Config[]): number {
  if (active.length === 1) return Number(active[0]!['percent']) / 100;
  return 1 - active.reduce((spared, { percent }) => spared * (1 - Number(percent) / 100), 1);
}

import { HashRing } from '../../engine/resources/hash-ring';
import { hashNumber } from '../../engine/resources/hashing';
import { MaglevTable } from '../../engine/resources/maglev-table';
import type { Backend } from './backend';

/** The backends that take one sort of request, and whose turn it is. */
export class Turn {
  readonly backends: readonly Backend[];
  /** Smooth weighted round robin (nginx): credit that grows by the share and is paid back when chosen. */
  readonly #credits: Float64Array;
  /** Where the search for the least busy begins: after the one chosen last, so that equals take turns. */
  #from = 0;
  #ring: HashRing | null = null;
  #maglev: MaglevTable | null = null;
  /** Those in the table: it holds only the eligible ones. */
  #inTable: readonly Backend[] = [];

  constructor(backends: readonly Backend[]) {
    this.backends = backends;
    this.#credits = new Float64Array(backends.length);
  }

  next(): Backend | null {
    const backends = this.backends;
    const credits = this.#credits;
    let best = -1;
    let total = 0;
    for (let i = 0; i < backends.length; i++) {
      const backend = backends[i]!;
      if (!usable(backend)) continue;
      total += backend.share;
      credits[i]! += backend.share;
      if (best < 0 || credits[i]! > credits[best]!) best = i;
    }
    if (best < 0) return null;
    credits[best]! -= total;
    return backends[best]!;
  }

  leastBusy(): Backend | null {
    const backends = this.backends;
    let best = -1;
    for (let i = 0; i < backends.length; i++) {
      const at = (this.#from + i) % backends.length;
      if (usable(backends[at]!) && (best < 0 || busier(backends[best]!, backends[at]!))) best = at;
    }
    if (best < 0) return null;
    this.#from = best + 1;
    return backends[best]!;
  }

  /** One at random, in proportion to the shares; never `except`. `draw` from 0 to 1. */
  drawn(draw: number, except: Backend | null): Backend | null {
    let total = 0;
    for (const backend of this.backends) {
      if (backend !== except && usable(backend)) total += backend.share;
    }
    let left = draw * total;
    let last: Backend | null = null;
    for (const backend of this.backends) {
      if (backend === except || !usable(backend)) continue;
      last = backend;
      left -= backend.share;
      if (left < 0) break;
    }
    return last;
  }

  /** The remainder of a hash by the sum of the shares (in whole numbers), as nginx does: all move when one goes. */
  byRemainder(subject: number): Backend | null {
    let total = 0;
    for (const backend of this.backends) if (usable(backend)) total += wholeShare(backend);
    if (total === 0) return null;
    let left = hashNumber(subject) % total;
    for (const backend of this.backends) {
      if (!usable(backend)) continue;
      left -= wholeShare(backend);
      if (left < 0) return backend;
    }
    return null;
  }

  /** First point clockwise whose backend may be used. */
  onRing(subject: number, points: number): Backend | null {
    if (this.backends.length === 0) return null;
    this.#ring ??= new HashRing(this.backends.map(member), points);
    const ring = this.#ring;
    const start = ring.start(subject);
    for (let step = 0; step < ring.size; step++) {
      const backend = this.backends[ring.owner(start + step)]!;
      if (usable(backend)) return backend;
    }
    return null;
  }

  /** The table is filled by the eligible; who is full or was tried is passed over. */
  inTable(subject: number): Backend | null {
    if (!this.#maglev) {
      this.#inTable = this.backends.filter(({ eligible }) => eligible);
      if (this.#inTable.length === 0) return null;
      this.#maglev = new MaglevTable(this.#inTable.map(member));
    }
    const table = this.#maglev;
    // Nobody usable: without this, the search would read the whole table.
    if (!this.#inTable.some(usable)) return null;
    for (let place = table.start(subject); ; place++) {
      const backend = this.#inTable[table.owner(place)]!;
      if (usable(backend)) return backend;
    }
  }

  /** Somebody has become eligible or has ceased to be. */
  forgetTable(): void {
    this.#maglev = null;
  }

  forgetRing(): void {
    this.#ring = null;
  }
}

function usable(backend: Backend): boolean {
  return backend.eligible && backend.load < backend.room && !backend.tried;
}

/** Whether `a` has more to do than `b` for its share, counting the request that is to be placed. */
export function busier(a: Backend, b: Backend): boolean {
  return (a.load + 1) * b.share > (b.load + 1) * a.share;
}

function wholeShare({ link }: Backend): number {
  return Math.max(1, Math.floor(link.config.weight + 0.5));
}

function member({ link }: Backend): { name: string; weight: number } {
  return { name: link.id, weight: link.config.weight };
}

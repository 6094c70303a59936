import type { Link } from '../../engine/behaviour';
import type { EventHandle } from '../../engine/event-queue';
import type { RandomStream } from '../../engine/random';

/** A server behind the balancer, as this balancer sees it. */
export interface Backend {
  link: Link;
  /** Requests sent there whose outcome is still open. */
  active: number;
  healthy: boolean;
  /** Health checks in a row that spoke against `healthy`. */
  against: number;
  /** Number of the last check sent; an answer to an earlier one comes too late. */
  check: number;
  /** The outcome of that check is still open. */
  checking: boolean;
  /** Grows when the rhythm of the checks is set anew. */
  rhythm: number;
  nextCheck: EventHandle;
  checkTimeout: EventHandle;
}

export type Policy = 'round-robin' | 'random' | 'least-connections' | 'two-choices';

/**
 * Picks the backend for a request among the healthy ones that take its operation; a share of 0 takes none.
 * Reads and writes have their own turn, because different backends may take them.
 */
export class BackendChooser {
  policy: Policy = 'round-robin';
  readonly #luck: RandomStream;
  #turns: readonly [Turn, Turn] = [new Turn([]), new Turn([])];

  constructor(luck: RandomStream) {
    this.#luck = luck;
  }

  rewire(backends: readonly Backend[]): void {
    const taking = (operation: 'read' | 'write'): Turn =>
      new Turn(
        backends.filter(
          ({ link }) => (link.config.on === 'all' || link.config.on === operation) && link.config.weight > 0,
        ),
      );
    this.#turns = [taking('read'), taking('write')];
  }

  /** The backend for a request, or null when no healthy one takes it. */
  choose(write: number): Backend | null {
    const turn = this.#turns[write === 1 ? 1 : 0];
    switch (this.policy) {
      case 'round-robin':
        return turn.next();
      case 'random':
        return turn.drawn(this.#luck.uniform(), null);
      case 'least-connections':
        return turn.leastBusy();
      case 'two-choices': {
        // Two draws whatever the backends, so that adding one leaves later luck alone.
        const draw = this.#luck.uniform();
        const other = this.#luck.uniform();
        const first = turn.drawn(draw, null);
        const second = turn.drawn(other, first);
        return first && second && busier(first, second) ? second : first;
      }
    }
  }
}

/** Whether `a` has more to do than `b` for its share, counting the request that is to be placed. */
function busier(a: Backend, b: Backend): boolean {
  return (a.active + 1) * b.link.config.weight > (b.active + 1) * a.link.config.weight;
}

/** The backends that take one operation, and whose turn it is. */
class Turn {
  readonly #backends: readonly Backend[];
  /** Smooth weighted round robin (nginx): credit that grows by the share and is paid back when chosen. */
  readonly #credits: Float64Array;
  /** Where the search for the least busy begins: after the one chosen last, so that equals take turns. */
  #from = 0;

  constructor(backends: readonly Backend[]) {
    this.#backends = backends;
    this.#credits = new Float64Array(backends.length);
  }

  next(): Backend | null {
    const backends = this.#backends;
    const credits = this.#credits;
    let best = -1;
    let total = 0;
    for (let i = 0; i < backends.length; i++) {
      const { healthy, link } = backends[i]!;
      if (!healthy) continue;
      const share = link.config.weight;
      total += share;
      credits[i]! += share;
      if (best < 0 || credits[i]! > credits[best]!) best = i;
    }
    if (best < 0) return null;
    credits[best]! -= total;
    return backends[best]!;
  }

  leastBusy(): Backend | null {
    const backends = this.#backends;
    let best = -1;
    for (let i = 0; i < backends.length; i++) {
      const at = (this.#from + i) % backends.length;
      if (backends[at]!.healthy && (best < 0 || busier(backends[best]!, backends[at]!))) best = at;
    }
    if (best < 0) return null;
    this.#from = best + 1;
    return backends[best]!;
  }

  /** One at random, in proportion to the shares; never `except`. `draw` from 0 to 1. */
  drawn(draw: number, except: Backend | null): Backend | null {
    let total = 0;
    for (const backend of this.#backends) {
      if (backend.healthy && backend !== except) total += backend.link.config.weight;
    }
    let left = draw * total;
    let last: Backend | null = null;
    for (const backend of this.#backends) {
      if (!backend.healthy || backend === except) continue;
      last = backend;
      left -= backend.link.config.weight;
      if (left < 0) break;
    }
    return last;
  }
}

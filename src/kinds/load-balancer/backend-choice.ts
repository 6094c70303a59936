import type { RandomStream } from '../../engine/random';
import { OPERATIONS } from '../../model/operations';
import type { Backend } from './backend';
import { busier, Turn } from './turn';

export const POLICIES = [
  'round-robin',
  'random',
  'least-connections',
  'two-choices',
  'ip-hash',
  'ring-hash',
  'maglev',
] as const;
export type Policy = (typeof POLICIES)[number];

/**
 * Picks the backend for a request among the eligible ones that take its operation; a share of 0 takes none. Reads and
 * writes have their own turn, because different backends may take them, and so has an operation with backends of its own.
 */
export class BackendChooser {
  policy: Policy = 'round-robin';
  readonly #luck: RandomStream;
  #points = 160;
  /** By operation and write. */
  #turns: readonly Turn[] = [];
  /** Each once. */
  #lanes: readonly Turn[] = [];
  /** Those whose share still grows, and for how long it does. */
  readonly #warming: Backend[] = [];
  #warmUp = 0;

  constructor(luck: RandomStream) {
    this.#luck = luck;
    this.rewire([]);
  }

  /** Points on the ring for a backend of mean share, and microseconds of the slow start. */
  configure(points: number, warmUp: number): void {
    if (points !== this.#points) for (const turn of this.#lanes) turn.forgetRing();
    this.#points = points;
    this.#warmUp = warmUp;
  }

  rewire(backends: readonly Backend[]): void {
    const plain = [takers(backends, 0, 0), takers(backends, 0, 1)].map((list) => new Turn(list));
    const lanes = [...plain];
    this.#turns = OPERATIONS.flatMap((_, operation) =>
      plain.map((turn, write) => {
        const list = takers(backends, operation, write);
        if (operation === 0 || sameList(list, turn.backends)) return turn;
        const own = new Turn(list);
        lanes.push(own);
        return own;
      }),
    );
    this.#lanes = lanes;
    for (const backend of backends) if (backend.warmingSince < 0) backend.share = backend.link.config.weight;
  }

  /** Which line a request waits in: those of one line can go to the same backends. */
  lane(write: number, operation: number): number {
    return this.#lanes.indexOf(this.#turn(write, operation));
  }

  /** Whether somebody would take it who is only too busy now. */
  hasEligible(write: number, operation: number): boolean {
    return this.#turn(write, operation).backends.some(({ eligible }) => eligible);
  }

  /** Some backend is eligible that was not, or the other way round. */
  changed(): void {
    for (const turn of this.#lanes) turn.forgetTable();
  }

  /** A backend is back after a failure: its share grows from a tenth to the whole (Envoy, HAProxy slow start). */
  warmUp(backend: Backend, now: number): void {
    if (this.#warmUp === 0) return;
    if (backend.warmingSince < 0) this.#warming.push(backend);
    backend.warmingSince = now;
  }

  /** Everybody has the whole share at once. */
  cool(): void {
    for (const backend of this.#warming) {
      backend.warmingSince = -1;
      backend.share = backend.link.config.weight;
    }
    this.#warming.length = 0;
  }

  /** Shares as they are now. */
  warm(now: number): void {
    for (let i = this.#warming.length - 1; i >= 0; i--) {
      const backend = this.#warming[i]!;
      const done = this.#warmUp > 0 ? (now - backend.warmingSince) / this.#warmUp : 1;
      backend.share = backend.link.config.weight * Math.min(1, Math.max(0.1, done));
      if (done < 1) continue;
      backend.warmingSince = -1;
      this.#warming.splice(i, 1);
    }
  }

  /**
   * The backend for a request, or null when none can take it now. `subject` is what hashing goes by: a key or a user.
   */
  choose(write: number, operation = 0, subject = 0): Backend | null {
    const turn = this.#turn(write, operation);
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
      case 'ip-hash':
        return turn.byRemainder(subject);
      case 'ring-hash':
        return turn.onRing(subject, this.#points);
      case 'maglev':
        return turn.inTable(subject);
    }
  }

  #turn(write: number, operation: number): Turn {
    return this.#turns[operation * 2 + (write === 1 ? 1 : 0)]!;
  }
}

/** The backends for an operation, or else those for every operation, by the fields of their connections. */
function takers(backends: readonly Backend[], operation: number, write: number): Backend[] {
  const on = write === 1 ? 'write' : 'read';
  const taking = (name: string): Backend[] =>
    backends.filter(({ link: { config } }) => {
      return config.operation === name && (config.on === 'all' || config.on === on) && config.weight > 0;
    });
  const own = taking(OPERATIONS[operation]!.id);
  return own.length > 0 ? own : taking('any');
}

function sameList(a: readonly Backend[], b: readonly Backend[]): boolean {
  return a.length === b.length && a.every((backend, i) => backend === b[i]);
}

/**
 * A caller's copy of what a registry lists: it asks now and then about everybody it is connected to, and goes by the last
 * answer. While the registry does not answer, it keeps what it knows (static stability).
 */
import { VERB } from '../../model/meaning';
import { STEERING } from '../../model/plan';
import { OK } from '../../model/outcome';
import { MICROS_PER_SECOND } from '../../model/units';
import type { Context, Link } from '../behaviour';
import { type CallId, NO_CALL } from '../calls';
import { PRIORITY } from '../event-queue';
import type { RandomStream } from '../random';

/** The first look comes after the first registrations, and after as much of the interval as this at least. */
const EARLIEST = 0.05;

/** Whoever registers somewhere may look up there, too. */
function isLookedUp({ meaning, config }: Link): boolean {
  return meaning === 'discover' || (meaning === 'register' && config.fetches);
}

export class Discovery {
  /** The registry; null when connections are used as they are drawn. */
  #link: Link | null = null;
  /**
   * Listed instances by component, −1 for one that does not report to the registry and is called as drawn; null while all
   * are taken to be there.
   */
  #known: Map<number, number> | null = null;
  #running = false;
  /** Grows when the rhythm is set anew: timers of the old one are void. */
  #rhythm = 0;
  readonly #context: Context;
  readonly #timerType: number;
  readonly #changed: () => void;
  readonly #phases: RandomStream;

  /** `timerType` is the type of the owner's timer for it; `changed` is called when somebody is listed anew or no more. */
  constructor(context: Context, timerType: number, changed: () => void) {
    this.#context = context;
    this.#timerType = timerType;
    this.#changed = changed;
    this.#phases = context.random('lookups');
  }

  /** What runs at the beginning of time has long looked; later it knows nobody before the first answer. */
  start(): void {
    this.#running = true;
    const early = this.#context.now === 0;
    this.#known = early ? null : new Map();
    this.#keepTime(early ? EARLIEST + (1 - EARLIEST) * this.#phases.uniform() : 0);
  }

  crash(): void {
    this.#running = false;
  }

  rewire(): void {
    const link = this.#context.outgoing.find(isLookedUp) ?? null;
    const before = this.#link;
    this.#link = link;
    if (link?.index !== before?.index) this.#known = null;
    if (this.#running && (link?.index !== before?.index || link?.config.refreshS !== before?.config.refreshS)) {
      this.#keepTime(0);
    }
  }

  /** Whether a component may be called. */
  lists(component: number): boolean {
    return this.#link === null || this.#known === null || (this.#known.get(component) ?? 0) !== 0;
  }

  timer(rhythm: number): void {
    if (rhythm !== this.#rhythm || !this.#link) return;
    this.#schedule(1);
    for (const { meaning, peer } of this.#context.outgoing) {
      if (STEERING.includes(meaning)) continue;
      this.#context.send(this.#link.index, NO_CALL, VERB.lookup, 0, peer.index, 0);
    }
  }

  /** The answer to one of its questions. */
  reply(call: CallId): void {
    const { calls } = this.#context;
    if (calls.cause(call) !== OK || calls.connection(call) !== this.#link?.index) return;
    const component = calls.key(call);
    const before = this.lists(component);
    this.#known ??= this.#all();
    this.#known.set(component, calls.result(call));
    if (this.lists(component) !== before) this.#changed();
  }

  /** Everybody drawn, until there is another answer about them. */
  #all(): Map<number, number> {
    return new Map(this.#context.outgoing.map(({ peer }) => [peer.index, 1]));
  }

  #keepTime(share: number): void {
    this.#rhythm++;
    this.#schedule(share);
  }

  #schedule(share: number): void {
    if (!this.#link) return;
    const micros = Math.floor(share * this.#link.config.refreshS * MICROS_PER_SECOND + 0.5);
    this.#context.after(micros, PRIORITY.control, this.#timerType, this.#rhythm);
  }
}

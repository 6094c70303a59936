/**
 * Sagas without a coordinator, as an outside observer sees them: each step hears of the one before
 * by a message, and nobody keeps a list. A saga is known by the request it began with. It is done when every step has been
 * done once, and undone when it was turned back and none is; one to which nothing happens for long counts as stuck.
 *
 * The money is that of the ledger. Behaviours report here and never decide by it.
 */
import type { Context } from './behaviour';
import { amountOf, Book, type Entry, MOST_PARTICIPANTS, placeOf } from './ledger';
import { RecentKeys } from './resources/recent-keys';

/** Sagas under way that are followed; what begins beyond that is not seen. */
const MOST = 100_000;

export class Choreography {
  readonly book: Book;
  /** Components that take part, the first step first. */
  steps: readonly number[] = [];
  completed = 0;
  compensated = 0;
  /** Steps and compensations that happened after their saga was over. */
  afterEnd = 0;
  /** As of the last `sweep`: sagas to which nothing has happened for long, and the money they hold. */
  stuck = 0;
  stuckMoney = 0;
  readonly #done = new RecentKeys();
  readonly #undone = new RecentKeys();
  readonly #context: Context;

  /** The sagas that begin at the component of this context. `changed` is called when anything has happened to one. */
  constructor(context: Context, changed: () => void) {
    this.#context = context;
    this.book = new Book(context.ledger, changed);
    context.ledger.follow(this);
  }

  knows(root: number): boolean {
    return this.book.find(root) !== undefined || this.#done.has(root) || this.#undone.has(root);
  }

  /** Follows the connections from the first step to all others. */
  survey(): void {
    const { ledger, self } = this.#context;
    const reached = [self];
    for (let i = 0; i < reached.length; i++) {
      for (const { peer } of ledger.outgoing(reached[i]!)) if (!reached.includes(peer.index)) reached.push(peer.index);
    }
    const steps = reached.filter((component) => ledger.steps.has(component)).slice(0, MOST_PARTICIPANTS);
    if (steps.join() !== this.steps.join()) this.steps = steps;
  }

  /** A step was done at a component, or undone. */
  effect(root: number, component: number, change: 1 | -1, key: number): void {
    const entry = this.#entry(root);
    if (!entry) return;
    if (entry.decided) this.afterEnd++;
    if (change < 0) entry.turned = true;
    entry.changedAt = this.#context.now;
    this.book.effect(root, component, change, placeOf(component, key));
    this.#judge(root, entry);
  }

  /** A step was refused: the saga turns back. */
  refused(root: number): void {
    const entry = this.#entry(root);
    if (!entry || entry.decided) return;
    entry.turned = true;
    entry.changedAt = this.#context.now;
    this.#judge(root, entry);
  }

  /** Looks for sagas to which nothing has happened since a time. */
  sweep(since: number): void {
    this.stuck = this.stuckMoney = 0;
    for (const entry of this.book.entries.values()) {
      if (entry.decided || entry.changedAt > since) continue;
      this.stuck++;
      this.stuckMoney += entry.inFlight;
    }
  }

  /** The entry of a saga: a new one, or one opened again because something happens after its end. */
  #entry(root: number): Entry | undefined {
    const { book, steps } = this;
    const known = book.find(root);
    if (known || book.open >= MOST) return known;
    const done = this.#done.has(root);
    const entry = book.begin(root, steps, amountOf(root), true);
    entry.root = root;
    if (!done && !this.#undone.has(root)) return entry;
    entry.done.fill(done ? 1 : 0, 0, steps.length);
    entry.decided = true;
    entry.committed = done;
    return entry;
  }

  #judge(root: number, entry: Entry): void {
    if (entry.decided) return;
    const done = entry.everywhere(1);
    if (!done && !(entry.turned && entry.everywhere(0))) return;
    if (done) this.completed++;
    else if (entry.exposed.length > 0) this.compensated++;
    (done ? this.#done : this.#undone).add(root, this.#context.now);
    this.book.decide(root, done);
  }
}

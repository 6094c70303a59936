/**
 * Sees everything and says nothing: what an outside observer knows about distributed transactions. Each moves money
 * between accounts at its participants; participants report what they have done, coordinators what they have decided. It
 * measures whether all of a transaction has happened or nothing; behaviours must never decide by it.
 *
 * Of n participants the first pays n − 1 times the amount and each of the others receives it, so a transaction that is
 * complete, and one that never was, leave as much money as there was. With one participant both accounts are in the same
 * place, and no money can be missing.
 */
import type { Link } from './behaviour';
import type { Choreography } from './choreography';
import { must } from './must';

/** Participants of one transaction. */
export const MOST_PARTICIPANTS = 16;

/** What a transaction moves: from 10 to 99, so that sums seldom agree by accident. */
export const amountOf = (transaction: number): number => 10 + ((transaction * 37) % 90);

export class Entry {
  amount = 0;
  participants: readonly number[] = [];
  /** By participant: how often its part is done, less how often it was undone. */
  readonly done = new Int8Array(MOST_PARTICIPANTS);
  /** Participants that have promised and do not know the decision. */
  prepared = 0;
  decided = false;
  committed = false;
  /** Counted as one that ended differently in different places. */
  torn = false;
  /** Its steps are final at once: others see them before it is over. */
  open = false;
  /** How often somebody has used what it changed, before it was over; and where that can be seen. */
  uses = 0;
  readonly exposed: number[] = [];
  /** In sagas without a coordinator: the request it began with, and when anything last happened to it. */
  root = 0;
  changedAt = 0;
  /** Somebody has refused it or undone a part of it: it is on its way back. */
  turned = false;
  /** Money this entry adds to what is under way, and to what is off for good. */
  inFlight = 0;
  off = 0;

  /** What is missing (or too much) as things stand now. */
  get imbalance(): number {
    let sum = 0;
    for (let i = 0; i < this.participants.length; i++) {
      sum += this.done[i]! * (i === 0 ? 1 - this.participants.length : 1);
    }
    return Math.abs(sum) * this.amount;
  }

  /** Whether every participant has done its part so often. */
  everywhere(times: number): boolean {
    for (let i = 0; i < this.participants.length; i++) if (this.done[i] !== times) return false;
    return true;
  }
}

/** The transactions of one coordinator. */
export class Book {
  /** Money paid that has not been received yet (or the other way round) in transactions under way. */
  inFlight = 0;
  /** The same in transactions that nobody works on any more. */
  off = 0;
  /** Promises of participants who wait for a decision. */
  inDoubt = 0;
  /** Transactions that have ended differently at different participants. */
  torn = 0;
  /** Uses of what was undone later. */
  dirty = 0;
  readonly #entries = new Map<number, Entry>();
  readonly #free: Entry[] = [];
  readonly #ledger: Ledger;
  readonly #changed: () => void;

  constructor(ledger: Ledger, changed: () => void) {
    this.#ledger = ledger;
    this.#changed = changed;
  }

  /** A transaction begins. Its participants are the connections to them. Parts of an open one are seen at once. */
  begin(transaction: number, participants: readonly number[], amount: number, open: boolean): Entry {
    const entry = this.#free.pop() ?? new Entry();
    entry.amount = amount;
    entry.participants = participants;
    entry.done.fill(0);
    entry.open = open;
    entry.uses = entry.root = 0;
    entry.exposed.length = 0;
    entry.prepared = entry.inFlight = entry.off = 0;
    entry.decided = entry.committed = entry.torn = entry.turned = false;
    this.#entries.set(transaction, entry);
    return entry;
  }

  find(transaction: number): Entry | undefined {
    return this.#entries.get(transaction);
  }

  /** All that are not over, or over and not as decided. */
  get entries(): ReadonlyMap<number, Entry> {
    return this.#entries;
  }

  /** Nothing but this can happen to the transaction from now on. A later word about it does not count. */
  decide(transaction: number, committed: boolean): void {
    const entry = this.#entries.get(transaction);
    if (!entry || entry.decided) return;
    entry.decided = true;
    entry.committed = committed;
    if (!committed) this.dirty += entry.uses;
    for (const place of entry.exposed) this.#ledger.hide(place, entry);
    entry.exposed.length = 0;
    this.#settle(transaction, entry);
  }

  prepared(transaction: number, change: 1 | -1): void {
    this.inDoubt += change;
    const entry = this.#entries.get(transaction);
    if (entry) {
      entry.prepared += change;
      this.#settle(transaction, entry);
    } else this.#changed();
  }

  /** `place` is where others can see it. */
  effect(transaction: number, participant: number, change: 1 | -1, place: number): void {
    const entry = this.#entries.get(transaction);
    const index = entry?.participants.indexOf(participant) ?? -1;
    if (!entry || index < 0) return;
    entry.done[index]! += change;
    if (entry.open && !entry.decided && change > 0) {
      entry.exposed.push(place);
      this.#ledger.expose(place, entry);
    }
    this.#settle(transaction, entry);
  }

  audit(): void {
    let [inFlight, off] = [0, 0];
    for (const entry of this.#entries.values()) {
      inFlight += entry.inFlight;
      off += entry.off;
      must(entry.inFlight + entry.off === entry.imbalance, 'what is missing in a transaction is in flight or off');
    }
    must(inFlight === this.inFlight, `${this.inFlight} € are in flight in all transactions`);
    must(off === this.off, `${this.off} € are off in all transactions`);
  }

  /** Transactions that are not over, or over and not as decided. */
  get open(): number {
    return this.#entries.size;
  }

  #settle(transaction: number, entry: Entry): void {
    const over = entry.decided && entry.prepared === 0;
    const { imbalance } = entry;
    this.inFlight += (over ? 0 : imbalance) - entry.inFlight;
    this.off += (over ? imbalance : 0) - entry.off;
    entry.inFlight = over ? 0 : imbalance;
    entry.off = over ? imbalance : 0;
    if (over && entry.everywhere(entry.committed ? 1 : 0)) {
      this.#entries.delete(transaction);
      this.#free.push(entry);
    } else if (over && !entry.torn) {
      entry.torn = true;
      this.torn++;
    }
    this.#changed();
  }
}

/** Places are numbered by component and key. */
const KEYS = 2_147_483_648;
export const placeOf = (component: number, key: number): number => component * KEYS + key;

/** The books of all coordinators, found by the connections to their participants. */
export class Ledger {
  readonly #books: (Book | undefined)[] = [];
  /** Components that may get a write twice, because somebody before them repeats writes or delivers messages. */
  readonly #repeated = new Set<number>();
  readonly #choreographies: Choreography[] = [];
  /** Components that are steps of sagas without a coordinator. */
  readonly steps = new Set<number>();
  readonly outgoing: (component: number) => readonly Link[];
  /** By place: open transactions under way that have changed it. */
  readonly #exposed = new Map<number, Entry[]>();

  /** `outgoing` tells the connections of a component. */
  constructor(outgoing: (component: number) => readonly Link[]) {
    this.outgoing = outgoing;
  }

  /** `first` may get the same write twice; so may all that come after them. */
  mayRepeat(first: Iterable<number>): void {
    this.#repeated.clear();
    const reached = [...first];
    for (let each = reached.pop(); each !== undefined; each = reached.pop()) {
      if (this.#repeated.has(each)) continue;
      this.#repeated.add(each);
      for (const { peer } of this.outgoing(each)) reached.push(peer.index);
    }
  }

  /** Whether a component may get a write twice. */
  isRepeated(component: number): boolean {
    return this.#repeated.has(component);
  }

  /** A coordinator has this participant. */
  connect(participant: number, book: Book): void {
    this.#books[participant] = book;
  }

  /** Transactions, of all coordinators, that are not over, or over and not as decided. */
  get open(): number {
    let open = 0;
    for (const book of new Set(this.#books)) open += book?.open ?? 0;
    for (const { book } of this.#choreographies) open += book.open;
    return open;
  }

  /** Sagas without a coordinator begin at a component. */
  follow(choreography: Choreography): void {
    this.#choreographies.push(choreography);
  }

  /** Of those that a component takes part in, the one that knows this request, or else any. */
  choreography(component: number, root: number): Choreography | null {
    let found: Choreography | null = null;
    for (const each of this.#choreographies) {
      if (!each.steps.includes(component)) continue;
      if (each.knows(root)) return each;
      found ??= each;
    }
    return found;
  }

  /** A participant has promised to do its part, or the promise is over. */
  prepared(participant: number, transaction: number, change: 1 | -1): void {
    this.#books[participant]?.prepared(transaction, change);
  }

  /** A participant has done its part, or undone it: at this component and key. */
  effect(participant: number, transaction: number, change: 1 | -1, component: number, key: number): void {
    this.#books[participant]?.effect(transaction, participant, change, placeOf(component, key));
  }

  /** Whether anything can be used that may yet be undone. */
  get exposes(): boolean {
    return this.#exposed.size > 0;
  }

  /** Somebody reads or changes this key of a component; for the saga of this request, if any, that is no use by others. */
  used(component: number, key: number, root = -1): void {
    const entries = this.#exposed.get(placeOf(component, key));
    if (entries) for (const entry of entries) if (entry.root !== root) entry.uses++;
  }

  /** Of books. */
  expose(place: number, entry: Entry): void {
    const entries = this.#exposed.get(place);
    if (entries) entries.push(entry);
    else this.#exposed.set(place, [entry]);
  }

  hide(place: number, entry: Entry): void {
    const entries = this.#exposed.get(place);
    if (!entries) return;
    entries.splice(entries.indexOf(entry), 1);
    if (entries.length === 0) this.#exposed.delete(place);
  }
}

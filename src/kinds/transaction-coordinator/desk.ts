/**
 * The transactions of a coordinator: those it works on, who waits for them, what is counted, and what an outside observer
 * sees of them. Its protocols decide what happens; it keeps the books.
 */
import type { Context, MetricHandle } from '../../engine/behaviour';
import { type CallId, NO_CALL } from '../../engine/calls';
import { amountOf, Book } from '../../engine/ledger';
import { PHASE, STATE, Transaction } from './transaction';
import { Participants } from './participants';

/** Outcomes that are kept, in the log, for callers who ask again. */
const MOST_REMEMBERED = 10_000;

const PHASES = Object.keys(PHASE).length;

export class Desk {
  readonly context: Context;
  readonly book: Book;
  participants: Participants;
  readonly #live = new Map<number, Transaction>();
  readonly #byRoot = new Map<number, Transaction>();
  readonly #happened = new Set<number>();
  readonly #free: Transaction[] = [];
  readonly #inPhase = new Float64Array(PHASES);
  /** Numbers are given once, also beyond a crash: late words about an old transaction must not hit a new one. */
  #last = 0;
  readonly #closed: (transaction: Transaction) => void;
  #torn = 0;
  #dirty = 0;
  readonly #inDoubt: MetricHandle;
  readonly #off: MetricHandle;
  readonly #tornCounter: MetricHandle;
  readonly #dirtyCounter: MetricHandle;
  readonly #inFlight: MetricHandle;

  /** `closed` is called for each transaction that is over. */
  constructor(context: Context, closed: (transaction: Transaction) => void) {
    this.#closed = closed;
    this.context = context;
    this.participants = new Participants([]);
    this.#inDoubt = context.gauge('inDoubt');
    this.#inFlight = context.gauge('moneyInFlight');
    this.#off = context.gauge('moneyOff');
    this.#tornCounter = context.counter('torn');
    this.#dirtyCounter = context.counter('dirtyReads');
    this.book = new Book(context.ledger, () => {
      context.level(this.#off, this.book.off);
      context.count(this.#tornCounter, this.book.torn - this.#torn);
      context.count(this.#dirtyCounter, this.book.dirty - this.#dirty);
      this.#torn = this.book.torn;
      this.#dirty = this.book.dirty;
      context.level(this.#inDoubt, this.book.inDoubt);
      context.level(this.#inFlight, this.book.inFlight);
    });
  }

  /** Those under way keep the participants with whom they began. */
  rewire(): void {
    this.participants = new Participants(this.context.outgoing);
    for (const link of this.participants.links) this.context.ledger.connect(link, this.book);
  }

  /** Transactions in a phase. */
  inPhase(phase: number): number {
    return this.#inPhase[phase]!;
  }

  get size(): number {
    return this.#live.size;
  }

  /** The transaction that the request of this call has already, or undefined. */
  sameRequest(call: CallId): Transaction | undefined {
    return this.#byRoot.get(this.context.calls.rootSerial(call));
  }

  /** Whether a transaction of the request of this call was decided to happen, as far as anybody remembers. */
  hasHappened(call: CallId): boolean {
    return this.#happened.has(this.context.calls.rootSerial(call));
  }

  /** It is decided: a caller who asks again must not make it happen twice. */
  happens({ number, root }: Transaction): void {
    this.book.decide(number, true);
    if (this.#happened.size >= MOST_REMEMBERED)
      for (const oldest of this.#happened) if (this.#happened.delete(oldest)) break;
    this.#happened.add(root);
  }

  find(number: number): Transaction | undefined {
    return this.#live.get(number);
  }

  open(call: CallId, phase: number): Transaction {
    const { calls } = this.context;
    const transaction = this.#free.pop() ?? new Transaction();
    transaction.begin(++this.#last, call, calls, this.participants, phase);
    this.#live.set(transaction.number, transaction);
    this.#inPhase[phase]!++;
    if (phase !== PHASE.reading) {
      this.#byRoot.set(transaction.root, transaction);
      const { number } = transaction;
      this.book.begin(number, this.participants.links, amountOf(number), phase === PHASE.performing);
    }
    return transaction;
  }

  enter(transaction: Transaction, phase: number): void {
    this.#inPhase[transaction.phase]!--;
    this.#inPhase[phase]!++;
    transaction.phase = phase;
  }

  /** Nothing is left to do for it. Nobody waits for it. */
  close(transaction: Transaction): void {
    this.#inPhase[transaction.phase]!--;
    this.#live.delete(transaction.number);
    if (this.#byRoot.get(transaction.root) === transaction) this.#byRoot.delete(transaction.root);
    this.#closed(transaction);
    this.#free.push(transaction);
  }

  /** Transactions that have come as far as this stage of the plan. */
  atStage(stage: number): number {
    let count = 0;
    for (const each of this.#live.values()) if (each.stage === stage) count++;
    return count;
  }

  // — the participants —

  /** Sends a participant a word about the transaction, and waits for its answer. */
  ask(transaction: Transaction, participant: number, verb: number): void {
    const { context } = this;
    const { first, key, number, participants, phase } = transaction;
    transaction.states[participant] = STATE.asked;
    transaction.pending++;
    if (first === NO_CALL) {
      // Nobody waits for it any more, but the words still belong to that request.
      const { traits } = context;
      traits.operation = transaction.operation;
      traits.priority = transaction.priority;
      traits.bytes = transaction.bytes;
      traits.user = transaction.user;
    }
    context.send(participants.links[participant]!, first, verb, phase === PHASE.reading ? 0 : 1, key, number);
  }

  /** Which participant answers, or −1. */
  participant(transaction: Transaction, call: CallId): number {
    return transaction.participants.links.indexOf(this.context.calls.connection(call));
  }

  /** Whether a participant has been disconnected for good: nothing it is asked will ever arrive. */
  isGone(transaction: Transaction, participant: number): boolean {
    const link = transaction.participants.links[participant];
    for (const { index } of this.context.outgoing) if (index === link) return false;
    return true;
  }

  // — those who wait —

  succeed(transaction: Transaction): void {
    const { context } = this;
    for (let call = transaction.take(context.calls); call !== NO_CALL; call = transaction.take(context.calls)) {
      context.succeed(call);
    }
  }

  fail(transaction: Transaction, cause: number): void {
    const { context } = this;
    for (let call = transaction.take(context.calls); call !== NO_CALL; call = transaction.take(context.calls)) {
      context.fail(call, cause);
    }
  }

  relay(transaction: Transaction, cause: number, origin: number): void {
    const { context } = this;
    for (let call = transaction.take(context.calls); call !== NO_CALL; call = transaction.take(context.calls)) {
      context.relay(call, cause, origin);
    }
  }

  // — the crash —

  /** What was only in memory is gone. `lost` is called for each of those; the others stay, and nobody waits for them. */
  crash(lost: (transaction: Transaction) => void): void {
    for (const transaction of this.#live.values()) {
      transaction.first = NO_CALL;
      if (transaction.logged) continue;
      lost(transaction);
      this.close(transaction);
    }
  }

  each(visit: (transaction: Transaction) => void): void {
    for (const transaction of this.#live.values()) visit(transaction);
  }
}

/**
 * The database's part in two-phase commit: what is prepared is on disk with its locks, and stays
 * so until somebody says how the transaction ends. It cannot decide alone and survive with the truth: one that waits too
 * long may be rolled back by heuristics, and then the transaction can have ended differently elsewhere.
 */
import type { Context, MetricHandle } from '../../engine/behaviour';
import type { CallId } from '../../engine/calls';
import { PRIORITY } from '../../engine/event-queue';
import { VERB } from '../../model/meaning';
import { causeCode } from '../../model/outcome';
import { HELD, SECOND, SERVER } from './query';
import type { Server } from './server';
import type { Servers } from './servers';

const ABORTED = causeCode('aborted');

/** A transaction is known by the connection of its coordinator and its number there. */
const NUMBERS = 2_147_483_648;
/** Aborted before they came, and decided without being asked: as many of each are remembered. */
const MOST_REMEMBERED = 10_000;

/** Answer to a commit that came too late: the database had rolled back by itself. */
export const ROLLED_BACK_ALONE = 2;

export interface Prepared {
  connection: number;
  number: number;
  /** What it has locked: how many rows, and which. */
  held: number;
  row: number;
  second: number;
  /** Who wrote: reads of the same user may have to see it. */
  user: number;
  since: number;
  /** Server on which its locks are, or −1 while that one is down. */
  server: number;
}

export class PreparedTransactions {
  readonly #prepared = new Map<number, Prepared>();
  readonly #free: Prepared[] = [];
  /** Told to abort before they were prepared. */
  readonly #doomed = new Set<number>();
  /** Rolled back by heuristics, until the decision is heard. */
  readonly #alone = new Set<number>();
  #limit = 0;
  #patience = 0;
  readonly #context: Context;
  readonly #timerType: number;
  readonly #gauge: MetricHandle;
  readonly #heuristics: MetricHandle;
  readonly #writes: MetricHandle;
  readonly #servers: Servers;

  /** The owner hands its timer to `timer`. */
  constructor(context: Context, timerType: number, servers: Servers) {
    this.#context = context;
    this.#timerType = timerType;
    this.#gauge = context.gauge('inDoubt');
    this.#heuristics = context.counter('heuristicDecisions');
    this.#writes = context.counter('writes');
    this.#servers = servers;
  }

  /** Transactions that wait for a decision. */
  get count(): number {
    return this.#prepared.size;
  }

  /** At most so many at once; after so many microseconds one is rolled back, or never with 0. */
  configure(limit: number, patience: number): void {
    this.#limit = limit;
    const changed = patience !== this.#patience;
    this.#patience = patience;
    if (changed) this.#watchAll();
  }

  /** After a restart. */
  start(): void {
    this.#watchAll();
  }

  /** Whether a call that is no query is answered at once; one that is not goes on as a write. */
  arrive(call: CallId): boolean {
    const { calls } = this.#context;
    const id = this.#id(call);
    switch (calls.verb(call)) {
      case VERB.prepare:
        if (this.#prepared.has(id)) this.#context.succeed(call);
        else if (this.#doomed.delete(id)) this.#context.fail(call, ABORTED);
        else return false;
        return true;
      case VERB.abort:
        this.#abort(id);
        this.#context.succeed(call);
        return true;
      case VERB.recover:
        this.#context.succeed(call, this.#nextAfter(calls.connection(call), calls.key(call)));
        return true;
      default:
        return false;
    }
  }

  /** Whether a decision to commit has nothing to bring to disk; then it is answered. */
  settled(call: CallId): boolean {
    const { calls } = this.#context;
    const id = this.#id(call);
    const transaction = this.#prepared.get(id);
    if (transaction) {
      calls.setWork(call, HELD, transaction.held);
      calls.setWork(call, SECOND, transaction.second);
      return false;
    }
    this.#context.succeed(call, this.#alone.delete(id) ? ROLLED_BACK_ALONE : 0);
    return true;
  }

  /**
   * A write that was to be prepared is on disk: it keeps its locks, and the answer is yes. False when it must be rolled
   * back.
   */
  keep(call: CallId): boolean {
    const { calls, now, ledger } = this.#context;
    const id = this.#id(call);
    if (this.#doomed.delete(id)) return false;
    // Asked for twice: the first one has it all.
    if (this.#prepared.size >= this.#limit || this.#prepared.has(id)) return false;
    const transaction: Prepared = this.#free.pop() ?? {
      connection: 0,
      number: 0,
      held: 0,
      row: 0,
      second: 0,
      user: 0,
      since: 0,
      server: 0,
    };
    transaction.connection = calls.connection(call);
    transaction.number = calls.ticket(call);
    transaction.held = calls.work(call, HELD);
    transaction.row = calls.key(call);
    transaction.second = calls.work(call, SECOND);
    transaction.user = calls.user(call);
    transaction.since = now;
    transaction.server = calls.work(call, SERVER);
    this.#prepared.set(id, transaction);
    ledger.prepared(transaction.connection, transaction.number, 1);
    this.#watch(transaction);
    this.#report();
    return true;
  }

  /** The decision to commit is on disk. Another one may have come before it. */
  commit(call: CallId): void {
    const id = this.#id(call);
    if (this.#prepared.has(id)) this.#end(id, true);
    this.#context.succeed(call);
  }

  /** Promises are kept by whoever is the primary now. */
  follow(source: Server): void {
    if (this.#prepared.size === 0) return;
    for (const transaction of this.#prepared.values()) {
      if (transaction.server === source.index) continue;
      this.#unlock(transaction);
      source.transactions.restore(transaction);
      transaction.server = source.index;
    }
  }

  /** The locks of promises are gone from the memory of a server. They come back with it, or on the next primary. */
  unlocked(server: Server, source: Server): void {
    for (const transaction of this.#prepared.values()) {
      if (transaction.server === server.index) transaction.server = -1;
    }
    if (server === source) this.follow(source);
  }

  #unlock(transaction: Prepared): void {
    if (transaction.server >= 0) this.#servers.number(transaction.server)!.transactions.free(transaction);
  }

  timer(connection: number, number: number): void {
    const id = connection * NUMBERS + number;
    const transaction = this.#prepared.get(id);
    if (!transaction || this.#patience === 0) return;
    if (transaction.since + this.#patience > this.#context.now) return;
    this.#context.count(this.#heuristics);
    remember(this.#alone, id);
    this.#end(id, false);
  }

  #id(call: CallId): number {
    const { calls } = this.#context;
    return calls.connection(call) * NUMBERS + calls.ticket(call);
  }

  #abort(id: number): void {
    this.#alone.delete(id);
    if (this.#prepared.has(id)) this.#end(id, false);
    else remember(this.#doomed, id);
  }

  #end(id: number, committed: boolean): void {
    const transaction = this.#prepared.get(id)!;
    const { connection, number, row } = transaction;
    this.#prepared.delete(id);
    const { ledger, self } = this.#context;
    if (committed) ledger.effect(connection, number, 1, self, row);
    ledger.prepared(connection, number, -1);
    if (committed) this.#context.count(this.#writes);
    this.#unlock(transaction);
    this.#free.push(transaction);
    this.#report();
  }

  /** The lowest number above this one that a coordinator has prepared here, or 0. */
  #nextAfter(connection: number, after: number): number {
    let next = 0;
    for (const transaction of this.#prepared.values()) {
      const { number } = transaction;
      if (transaction.connection === connection && number > after && (next === 0 || number < next)) next = number;
    }
    return next;
  }

  #watchAll(): void {
    for (const transaction of this.#prepared.values()) this.#watch(transaction);
  }

  #watch({ since, connection, number }: Prepared): void {
    if (this.#patience === 0) return;
    const left = Math.max(1, since + this.#patience - this.#context.now);
    this.#context.after(left, PRIORITY.timer, this.#timerType, connection, number);
  }

  #report(): void {
    this.#context.level(this.#gauge, this.#prepared.size);
  }
}

function remember(set: Set<number>, id: number): void {
  if (set.size >= MOST_REMEMBERED) for (const oldest of set) if (set.delete(oldest)) break;
  set.add(id);
}

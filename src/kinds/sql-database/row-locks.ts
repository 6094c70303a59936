/**
 * Locks in the database: rows that writes lock until they are committed, rows held by a long transaction, and the lock of
 * the whole table. Those who wait may lose patience, or find that they wait for themselves.
 */
import type { Context } from '../../engine/behaviour';
import type { CallId } from '../../engine/calls';
import { type EventHandle, PRIORITY } from '../../engine/event-queue';
import { must } from '../../engine/must';
import { LockTable } from '../../engine/resources/lock-table';
import { causeCode } from '../../model/outcome';

const LOCK_TIMEOUT = causeCode('lock-timeout');
const DEADLOCK = causeCode('deadlock');

/** Owners below this are transactions of the faults: one for each row of the long one, and one that holds the table. */
const RESERVED = 64;
const MIGRATION = RESERVED - 1;
/** Holds the rows of all prepared transactions: they wait for nothing, so one owner will do. */
const PREPARED = RESERVED - 2;
/** Keys are never negative. */
const TABLE = -1;
const NUMBERS = 1 << 30;

export class RowLocks {
  /** Queries that wait for a lock. */
  waiting = 0;
  /** Whether somebody has locked the whole table. */
  tableHeld = false;
  #held: readonly number[] = [];
  #patience = 0;
  #deadlockAfter = 0;
  #numbers = 0;
  readonly #table = new LockTable();
  /** By call: the number of its wait, or −1, and the timers that belong to it. */
  readonly #waits: number[] = [];
  readonly #patienceTimers: EventHandle[] = [];
  readonly #deadlockTimers: EventHandle[] = [];
  readonly #context: Context;
  readonly #patienceType: number;
  readonly #deadlockType: number;
  readonly #granted: (call: CallId) => void;
  readonly #aborted: (call: CallId, cause: number) => void;

  /**
   * The owner hands timers of both types to `timer`. `granted` is called for a query whose waiting has an end, `aborted`
   * for one that must give up.
   */
  constructor(
    context: Context,
    patienceType: number,
    deadlockType: number,
    granted: (call: CallId) => void,
    aborted: (call: CallId, cause: number) => void,
  ) {
    this.#context = context;
    this.#patienceType = patienceType;
    this.#deadlockType = deadlockType;
    this.#granted = granted;
    this.#aborted = aborted;
  }

  /** @throws Error when the books do not agree */
  audit(): void {
    this.#table.audit();
    const known = this.#waits.filter((wait) => wait >= 0).length;
    must(known === this.waiting, `${this.waiting} queries wait for locks, of ${known}`);
  }

  /** Those who wait already keep the timers they have. A patience of 0 has no end. */
  configure(patience: number, deadlockAfter: number): void {
    this.#patience = patience;
    this.#deadlockAfter = deadlockAfter;
  }

  /** Locks a row; false when the call has to wait. `holding` says that it holds another: only then a circle can close. */
  lock(call: CallId, row: number, holding: boolean): boolean {
    if (this.#table.lock(call + RESERVED, row, this.#context.now) === 'granted') return true;
    this.#wait(call, holding);
    return false;
  }

  /** Waits until the table is free. */
  waitForTable(call: CallId): void {
    this.#table.lock(call + RESERVED, TABLE, this.#context.now);
    this.#wait(call, false);
  }

  unlock(row: number): void {
    const next = this.#table.unlock(row);
    if (next >= 0) this.#grant(next);
  }

  /** The holder is gone, and its row stays locked until somebody unlocks it. */
  keep(row: number): void {
    this.#table.handOver(row, PREPARED);
  }

  /** After a crash: a row that was kept is locked again. False when somebody else has it. */
  restore(row: number): boolean {
    if (this.#table.holder(row) >= 0) return false;
    this.#table.lock(PREPARED, row, this.#context.now);
    return true;
  }

  /** A call no longer waits. */
  leave(call: CallId): void {
    if (this.#table.leave(call + RESERVED)) this.#stopWaiting(call);
  }

  /** A long transaction takes these rows, each as soon as it is its turn; none gives back what it has. */
  holdRows(rows: readonly number[]): void {
    const before = this.#held;
    this.#held = rows;
    before.forEach((row, owner) => {
      if (this.#table.holder(row) === owner) this.unlock(row);
      else this.#table.leave(owner);
    });
    rows.forEach((row, owner) => this.#table.lock(owner, row, this.#context.now));
  }

  /** Locks the table against everybody who comes from now on, or lets all of them in. */
  holdTable(on: boolean): void {
    if (on === this.tableHeld) return;
    this.tableHeld = on;
    if (on) {
      this.#table.lock(MIGRATION, TABLE, this.#context.now);
      return;
    }
    let next = this.#table.unlock(TABLE);
    while (next >= 0) {
      this.#grant(next);
      next = this.#table.unlock(TABLE);
    }
  }

  timer(type: number, call: CallId, wait: number): void {
    if (this.#waits[call] !== wait) return;
    const deadlock = type === this.#deadlockType;
    if (deadlock && !this.#table.deadlocked(call + RESERVED)) return;
    this.leave(call);
    this.#aborted(call, deadlock ? DEADLOCK : LOCK_TIMEOUT);
  }

  /** All transactions are rolled back, those of the faults too. */
  crash(): void {
    this.#table.clear();
    this.#waits.length = this.#patienceTimers.length = this.#deadlockTimers.length = 0;
    this.waiting = 0;
    this.tableHeld = false;
    this.#held = [];
  }

  #wait(call: CallId, mayDeadlock: boolean): void {
    const context = this.#context;
    while (this.#waits.length <= call) {
      this.#waits.push(-1);
      this.#patienceTimers.push(-1);
      this.#deadlockTimers.push(-1);
    }
    const wait = (this.#numbers = (this.#numbers + 1) % NUMBERS);
    this.waiting++;
    this.#waits[call] = wait;
    if (this.#patience > 0) {
      this.#patienceTimers[call] = context.alarm(this.#patience, PRIORITY.timer, this.#patienceType, call, wait);
    }
    if (mayDeadlock) {
      this.#deadlockTimers[call] = context.alarm(this.#deadlockAfter, PRIORITY.timer, this.#deadlockType, call, wait);
    }
  }

  #stopWaiting(call: CallId): void {
    this.waiting--;
    this.#waits[call] = -1;
    this.#context.cancel(this.#patienceTimers[call]!);
    this.#context.cancel(this.#deadlockTimers[call]!);
    this.#patienceTimers[call] = this.#deadlockTimers[call] = -1;
  }

  #grant(owner: number): void {
    if (owner < RESERVED) return;
    this.#stopWaiting(owner - RESERVED);
    this.#granted(owner - RESERVED);
  }
}

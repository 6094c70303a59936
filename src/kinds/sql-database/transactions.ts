/**
 * What a write has to lock, step by step: the table must be free, then its row, and half of the work later perhaps the
 * row of another recent write. It keeps the rows until it is committed or rolled back.
 */
import type { Context, MetricHandle } from '../../engine/behaviour';
import type { CallId } from '../../engine/calls';
import { must } from '../../engine/must';
import type { RandomStream } from '../../engine/random';
import type { Config } from '../../model/fields';
import { causeCode } from '../../model/outcome';
import { fromMs } from '../../model/units';
import { LOCK_TABLE, LONG_TRANSACTION } from './faults';
import type { SqlConfig } from './fields';
import type { Prepared } from './prepared-transactions';
import { AT_FIRST, AT_SECOND, AT_TABLE, HELD, PHASE, REST, RUNNING, SECOND } from './query';
import { RecentRows } from './recent-rows';
import { RowLocks } from './row-locks';

const DEADLOCK = causeCode('deadlock');
const LOCK_TIMEOUT = causeCode('lock-timeout');

/** Half an hour: so that the work on the second row fits into its slot. */
const MOST_REST = 2_000_000_000;

export class Transactions {
  #locking: SqlConfig['locking'] = 'one';
  /** Those that have begun and wait for their second row. */
  #midway = 0;
  readonly #recentRows = new RecentRows();
  readonly #locks: RowLocks;
  readonly #context: Context;
  readonly #secondRows: RandomStream;
  readonly #lockTimeouts: MetricHandle;
  readonly #deadlocks: MetricHandle;

  /**
   * The owner hands timers of both types to `timer`. `granted` is called for a query that has what it waited for,
   * `aborted` for one that waits no longer and must be rolled back.
   */
  constructor(
    context: Context,
    patienceType: number,
    deadlockType: number,
    secondRows: RandomStream,
    granted: (call: CallId) => void,
    aborted: (call: CallId, cause: number) => void,
  ) {
    this.#context = context;
    this.#secondRows = secondRows;
    this.#lockTimeouts = context.counter('lockTimeouts');
    this.#deadlocks = context.counter('deadlocks');
    this.#locks = new RowLocks(
      context,
      patienceType,
      deadlockType,
      (call) => {
        if (context.calls.work(call, PHASE) === AT_SECOND) this.#midway--;
        granted(call);
      },
      (call, cause) => {
        if (cause === DEADLOCK) context.count(this.#deadlocks);
        else if (cause === LOCK_TIMEOUT) context.count(this.#lockTimeouts);
        this.#stepBack(call);
        aborted(call, cause);
      },
    );
  }

  configure({ locking, lockTimeoutMs, deadlockTimeoutMs }: SqlConfig): void {
    this.#locking = locking;
    this.#locks.configure(fromMs(lockTimeoutMs), fromMs(deadlockTimeoutMs));
  }

  /** Queries that wait for a lock, and those of them that have not begun. */
  get waiting(): number {
    return this.#locks.waiting;
  }
  get waitingToBegin(): number {
    return this.#locks.waiting - this.#midway;
  }

  /** A query has its connection; false when it has to wait because the table is locked. */
  passTable(call: CallId): boolean {
    const { calls } = this.#context;
    if (!this.#locks.tableHeld) return true;
    calls.setWork(call, PHASE, AT_TABLE);
    this.#locks.waitForTable(call);
    return false;
  }

  /** Locks the row of a write; false when it has to wait. */
  lockFirst(call: CallId): boolean {
    if (this.#locking === 'none') return true;
    const { calls } = this.#context;
    calls.setWork(call, PHASE, AT_FIRST);
    return this.#locks.lock(call, calls.key(call), false);
  }

  /** A write begins, which needs so much work. Returns the work on its first row: half of it, when there is a second. */
  begin(call: CallId, micros: number): number {
    const { calls } = this.#context;
    // It has no lock when it did not ask for one.
    if (calls.work(call, PHASE) !== AT_FIRST) return micros;
    const row = calls.key(call);
    calls.setWork(call, HELD, 1);
    const second = this.#locking === 'two' ? this.#recentRows.draw(this.#secondRows) : -1;
    this.#recentRows.add(row);
    if (second < 0 || second === row) return micros;
    const rest = Math.min(MOST_REST, Math.floor(micros / 2));
    calls.setWork(call, SECOND, second);
    calls.setWork(call, REST, rest);
    return micros - rest;
  }

  /** Whether a write whose work so far is done has a second row to lock. */
  goesOn(call: CallId): boolean {
    const { calls } = this.#context;
    return calls.work(call, SECOND) >= 0 && calls.work(call, HELD) === 1;
  }

  /** Locks the second row; false when the write has to wait. */
  lockSecond(call: CallId): boolean {
    const { calls } = this.#context;
    calls.setWork(call, PHASE, AT_SECOND);
    if (this.#locks.lock(call, calls.work(call, SECOND), true)) return true;
    this.#midway++;
    return false;
  }

  /** The write has its second row. Returns the work on it. */
  beginSecond(call: CallId): number {
    const { calls } = this.#context;
    calls.setWork(call, HELD, 2);
    calls.setWork(call, PHASE, RUNNING);
    return calls.work(call, REST);
  }

  /** @throws Error when the books on locks do not agree */
  audit(): void {
    this.#locks.audit();
    must(this.#midway >= 0 && this.#midway <= this.waiting, `${this.#midway} of ${this.waiting} wait for a second row`);
  }

  /** What it has locked goes to those who wait. */
  release(call: CallId): void {
    const { calls } = this.#context;
    const held = calls.work(call, HELD);
    if (held > 0) this.#locks.unlock(calls.key(call));
    if (held > 1) this.#locks.unlock(calls.work(call, SECOND));
  }

  /** The transaction is prepared: what it has locked stays locked without it. */
  keep(call: CallId): void {
    const { calls } = this.#context;
    const held = calls.work(call, HELD);
    if (held > 0) this.#locks.keep(calls.key(call));
    if (held > 1) this.#locks.keep(calls.work(call, SECOND));
  }

  /**
   * The locks of a prepared transaction come back after a crash, or to another server. After a split brain somebody else
   * may have one of the rows: then it goes without that one and the ones after it.
   */
  restore(transaction: Prepared): void {
    const { held, row, second } = transaction;
    let restored = 0;
    if (held > 0 && this.#locks.restore(row)) restored = 1;
    if (held > 1 && restored === 1 && this.#locks.restore(second)) restored = 2;
    transaction.held = restored;
  }

  /** The locks of a prepared transaction go to those who wait. */
  free({ held, row, second }: Prepared): void {
    if (held > 0) this.#locks.unlock(row);
    if (held > 1) this.#locks.unlock(second);
  }

  /** One who waits for a lock gives up. */
  leave(call: CallId): void {
    this.#locks.leave(call);
    this.#stepBack(call);
  }

  timer(type: number, call: number, wait: number): void {
    this.#locks.timer(type, call, wait);
  }

  fault(id: string, on: boolean, params: Config): void {
    if (id === LONG_TRANSACTION.id) {
      this.#locks.holdRows(on ? this.#recentRows.hottest(Number(params['rows'])) : []);
    } else if (id === LOCK_TABLE.id) this.#locks.holdTable(on);
  }

  crash(): void {
    this.#locks.crash();
    this.#midway = 0;
  }

  #stepBack(call: CallId): void {
    if (this.#context.calls.work(call, PHASE) === AT_SECOND) this.#midway--;
  }
}

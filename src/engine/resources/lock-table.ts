import { must } from '../must';
import { WaitingLine } from './waiting-line';

/** A locked row: who holds it, and who waits for it. Records are reused. */
class Row {
  key = 0;
  holder = -1;
  readonly line = new WaitingLine();
}

/**
 * Exclusive locks on rows, first come, first served: a newcomer never overtakes those who wait.
 * Owners are small whole numbers; each waits for one row at a time but may hold several. It only keeps the books: the
 * owner of the table decides how long anybody holds a row or waits for one.
 */
export class LockTable {
  /** Owners who wait. */
  waiting = 0;
  readonly #rows = new Map<number, Row>();
  readonly #free: Row[] = [];
  /** By owner: the row it waits for. */
  readonly #wanted: (Row | null)[] = [];

  /** Rows that are locked. */
  get locked(): number {
    return this.#rows.size;
  }

  /** Takes the lock of a row, or joins the line for it. One who holds it already must not ask again. */
  lock(owner: number, key: number, now: number): 'granted' | 'waits' {
    let row = this.#rows.get(key);
    if (row) {
      row.line.push(owner, now);
      while (this.#wanted.length <= owner) this.#wanted.push(null);
      this.#wanted[owner] = row;
      this.waiting++;
      return 'waits';
    }
    row = this.#free.pop() ?? new Row();
    row.key = key;
    row.holder = owner;
    this.#rows.set(key, row);
    return 'granted';
  }

  /** The holder gives a row back. The next in line, who holds it now, or −1. */
  unlock(key: number): number {
    const row = this.#rows.get(key)!;
    const next = row.line.shift();
    row.holder = next;
    if (next >= 0) {
      this.#wanted[next] = null;
      this.waiting--;
    } else {
      this.#rows.delete(key);
      this.#free.push(row);
    }
    return next;
  }

  /** A locked row has another holder from now on. */
  handOver(key: number, owner: number): void {
    this.#rows.get(key)!.holder = owner;
  }

  /** Who holds a row, or −1. */
  holder(key: number): number {
    return this.#rows.get(key)?.holder ?? -1;
  }

  /** One who waits gives up. Returns whether it waited. */
  leave(owner: number): boolean {
    const row = this.#wanted[owner];
    if (!row) return false;
    row.line.remove(owner);
    this.#wanted[owner] = null;
    this.waiting--;
    return true;
  }

  /**
   * Whether an owner waits for one who waits for … itself. Everybody waits for one row and a row has one holder, so
   * there is one path to follow; it may run into a circle of others, which is theirs to break.
   */
  deadlocked(owner: number): boolean {
    let other = this.#blocker(owner);
    for (let steps = 0; other >= 0 && steps <= this.waiting; steps++) {
      if (other === owner) return true;
      other = this.#blocker(other);
    }
    return false;
  }

  clear(): void {
    this.waiting = 0;
    this.#wanted.length = 0;
    for (const row of this.#rows.values()) {
      row.line.clear();
      this.#free.push(row);
    }
    this.#rows.clear();
  }

  /** @throws Error when the books do not agree */
  audit(): void {
    let waiting = 0;
    for (const { holder, line } of this.#rows.values()) {
      must(holder >= 0, 'a locked row has a holder');
      waiting += line.length;
    }
    must(waiting === this.waiting, `${this.waiting} wait for rows, of ${waiting} in their lines`);
  }

  #blocker(owner: number): number {
    return this.#wanted[owner]?.holder ?? -1;
  }
}

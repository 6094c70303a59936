import type { Context } from '../../engine/behaviour';
import type { CallId } from '../../engine/calls';
import { IntQueue } from '../../engine/resources/int-queue';
import { ProcessorSharing } from '../../engine/resources/processor-sharing';
import { LogDisk } from './log-disk';
import { Transactions } from './transactions';

/** What its server tells the database. */
export interface ServerEvents {
  computed(call: CallId): void;
  flushed(call: CallId): void;
  gotLock(call: CallId): void;
  rollBack(call: CallId, cause: number): void;
}

/** Timer types of the first server are those the database had when it was the only one; the others follow. */
export const COMPUTED = 0;
export const FLUSHED = 1;
export const LOCK_PATIENCE = 5;
export const LOOK_FOR_DEADLOCK = 6;
const OTHERS = 32;
const EACH = 4;

/** Whether a timer type belongs to a server other than the first; then its number and the type there. */
export const ofOthers = (type: number): boolean => type >= OTHERS;
export const otherServer = (type: number): number => 1 + Math.floor((type - OTHERS) / EACH);
export const typeThere = (type: number): number => [FLUSHED, LOCK_PATIENCE, LOOK_FOR_DEADLOCK][(type - OTHERS) % EACH]!;

/** One machine of the database: its cores, the disk with its log, its locks, and what it has stored. */
export class Server {
  readonly index: number;
  readonly cores: ProcessorSharing;
  readonly disk: LogDisk;
  readonly transactions: Transactions;
  /** By row: serial of the latest write it shows. Kept only where there are replicas. */
  readonly rows = new Map<number, number>();
  /** Writes that are on its disk and wait for replicas, in the order of the log. */
  readonly waiters = new IntQueue();

  /** It takes writes. */
  primary: boolean;
  down = false;
  frozen = false;
  /** Its log went another way than that of the primary, or it was switched off: it does not follow until it has rejoined. */
  out = false;
  rejoining = false;
  /** Somebody has taken its power away so that another can take over. */
  switchedOff = false;
  /** 1 when it is cut off from the others and from the lease. */
  side = 0;
  /** A new number whenever its process dies. */
  life = 0;
  /** Of the timer by which it looks after its lease: there is one. */
  watch = 0;
  /** Rows that only its own log has written, and how many of those writes were acknowledged since the logs parted. */
  readonly strayRows = new Set<number>();
  strayAcknowledged = 0;
  /** Timers that fired while it was frozen: type, a, b. */
  readonly late: number[] = [];

  constructor(context: Context, index: number, cores: number, events: ServerEvents) {
    this.index = index;
    this.primary = index === 0;
    const first = OTHERS + (index - 1) * EACH;
    const [flushed, patience, deadlock] =
      index === 0 ? [FLUSHED, LOCK_PATIENCE, LOOK_FOR_DEADLOCK] : [first, first + 1, first + 2];
    const suffix = index === 0 ? '' : `-${index}`;
    this.cores = new ProcessorSharing(context, cores, COMPUTED, index, (call) => events.computed(call));
    this.disk = new LogDisk(context, flushed!, context.random(`fsync${suffix}`), (call) => events.flushed(call));
    this.transactions = new Transactions(
      context,
      patience!,
      deadlock!,
      context.random(`second-row${suffix}`),
      (call) => events.gotLock(call),
      (call, cause) => events.rollBack(call, cause),
    );
  }

  /** Alive and not frozen. */
  get runs(): boolean {
    return !this.down && !this.frozen;
  }

  setCores(cores: number): void {
    this.cores.setCores(this.frozen ? 0 : cores);
  }

  /** Begins anew with what another one has. */
  becomeCopyOf(other: Server): void {
    this.rows.clear();
    for (const [row, serial] of other.rows) this.rows.set(row, serial);
    this.strayRows.clear();
    this.strayAcknowledged = 0;
    this.primary = this.down = this.out = this.rejoining = this.switchedOff = false;
    this.side = other.side;
  }

  /** Whatever was in its memory is gone. */
  clear(): void {
    this.cores.clear();
    this.disk.crash();
    this.transactions.crash();
    this.waiters.clear();
    this.late.length = 0;
    this.life++;
    this.watch++;
  }

  nextWatch(): number {
    return ++this.watch;
  }
}

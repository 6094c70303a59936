import type { Context } from '../../engine/behaviour';
import type { Oracle } from '../../engine/resources/oracle';
import { toMs } from '../../model/units';
import type { ReplicaTables } from './replica-tables';
import { WriteLedger } from './write-ledger';

/** Measures what clients are promised and what they get. Nothing is decided by it. */
export class Observer {
  readonly oracle: Oracle;
  readonly #context: Context;
  readonly #tables: ReplicaTables;
  readonly #ledger = new WriteLedger();
  readonly #staleReads: number;
  readonly #lostUpdates: number;
  readonly #lostToClock: number;
  readonly #repaired: number;
  readonly #diverged: number;
  readonly #owed: number;
  readonly #recovery: number;
  /** Keys that differed when the last fault ended and differ still. */
  readonly #owedSlots = new Set<number>();
  #healedAt = -1;

  constructor(context: Context, tables: ReplicaTables, oracle: Oracle) {
    this.#context = context;
    this.#tables = tables;
    this.oracle = oracle;
    this.#staleReads = context.counter('staleReads');
    this.#lostUpdates = context.counter('lostUpdates');
    this.#lostToClock = context.counter('lostToClock');
    this.#repaired = context.counter('repaired');
    this.#diverged = context.gauge('diverged');
    this.#owed = context.gauge('owed');
    this.#recovery = context.gauge('recoveryMs');
  }

  /** A write begins. Returns its serial. */
  begins(): number {
    const serial = this.oracle.next();
    this.#ledger.begin(serial);
    return serial;
  }

  /** A replica was sent a write by its coordinator. */
  wrote(serial: number, before: number, taken: boolean): void {
    if (taken) this.#ledger.replaced(serial, before);
    this.report();
  }

  /** A replica that had two versions keeps one. */
  reconciled(loser: number, winner: number, taken: boolean): void {
    if (taken) this.#context.count(this.#repaired);
    if (loser > 0 && this.#ledger.loses(loser, winner)) this.#context.count(this.#lostUpdates);
    this.report();
  }

  /**
   * A client is told that its write is safe. `hiddenBy` is an older write whose stamp was newer on a replica; `promised`
   * the newest one that had been acknowledged when this one came.
   */
  acknowledged(key: number, serial: number, hiddenBy: number, promised: number): void {
    this.oracle.acknowledged(key, serial, this.#context.now);
    this.#ledger.acknowledged(serial);
    if (hiddenBy === 0 || hiddenBy > promised || !this.#ledger.lose(serial)) return;
    this.#context.count(this.#lostUpdates);
    this.#context.count(this.#lostToClock);
  }

  read(key: number, serial: number, arrivedAt: number): void {
    if (this.oracle.isStale(key, serial, arrivedAt)) this.#context.count(this.#staleReads);
  }

  healed(): void {
    this.#owedSlots.clear();
    this.#healedAt = this.#context.now;
    for (let slot = 0; slot < this.#tables.keys; slot++) if (!this.#tables.agrees(slot)) this.#owedSlots.add(slot);
    this.#settled();
  }

  /** All replicas of a key agree again. */
  agreed(slot: number): void {
    if (this.#healedAt >= 0 && this.#owedSlots.delete(slot)) this.#settled();
  }

  report(): void {
    this.#context.level(this.#diverged, this.#tables.diverged);
  }

  #settled(): void {
    const { size } = this.#owedSlots;
    this.#context.level(this.#owed, size);
    if (size > 0) return;
    this.#context.level(this.#recovery, Math.max(0.001, toMs(this.#context.now - this.#healedAt)));
    this.#healedAt = -1;
  }
}

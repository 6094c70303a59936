import type { Context, MetricHandle } from '../../engine/behaviour';
import { hashPair } from '../../engine/resources/hashing';
import { Oracle } from '../../engine/resources/oracle';

/** What users wrote themselves is remembered in so many places; a later write may take the place of another user's. */
const PLACES = 1 << 15;

export const FRESH = 0;
export const STALE_READ = 1;
/** Stale, and what it missed was a write of the same user. */
export const OWN_WRITE_MISSED = 2;

/**
 * Looks on from outside and measures what users were promised and what they got. The database itself never knows, and
 * never decides by it.
 */
export class Consistency {
  #oracle = new Oracle();
  readonly #users = new Int32Array(PLACES);
  readonly #rows = new Int32Array(PLACES);
  /** Serial of the latest acknowledged write of that user to that row; 0 for none. */
  readonly #serials = new Int32Array(PLACES);
  readonly #context: Context;
  readonly #staleReads: MetricHandle;
  readonly #ownWritesMissed: MetricHandle;
  readonly #lostWrites: MetricHandle;
  readonly #divergedWrites: MetricHandle;
  /** Acknowledged writes that are gone for good. */
  lost = 0;

  constructor(context: Context) {
    this.#context = context;
    this.#staleReads = context.counter('staleReads');
    this.#ownWritesMissed = context.counter('ownWritesMissed');
    this.#lostWrites = context.counter('lostWrites');
    this.#divergedWrites = context.counter('divergedWrites');
  }

  /** Forgets all promises: for a database without replicas, which cannot break any. */
  forget(): void {
    this.#oracle = new Oracle();
    this.#serials.fill(0);
  }

  /** A serial for a write that is on a disk. */
  next(): number {
    return this.#oracle.next();
  }

  acknowledged(user: number, row: number, serial: number): void {
    this.#oracle.acknowledged(row, serial, this.#context.now);
    const place = hashPair(user, row) & (PLACES - 1);
    this.#users[place] = user;
    this.#rows[place] = row;
    this.#serials[place] = serial;
  }

  /** How fresh an answer is that shows this write of a row to a query which begins now. */
  freshness(user: number, row: number, serial: number): number {
    if (!this.#oracle.isStale(row, serial, this.#context.now)) return FRESH;
    const place = hashPair(user, row) & (PLACES - 1);
    const own = this.#users[place] === user && this.#rows[place] === row ? this.#serials[place]! : 0;
    return own > serial ? OWN_WRITE_MISSED : STALE_READ;
  }

  /** A read of this freshness was answered. */
  read(freshness: number): void {
    if (freshness === FRESH) return;
    this.#context.count(this.#staleReads);
    if (freshness === OWN_WRITE_MISSED) this.#context.count(this.#ownWritesMissed);
  }

  lose(writes: number): void {
    if (writes === 0) return;
    this.lost += writes;
    this.#context.count(this.#lostWrites, writes);
  }

  diverge(): void {
    this.#context.count(this.#divergedWrites);
  }
}

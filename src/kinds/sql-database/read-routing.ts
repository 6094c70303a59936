import type { CallId, Calls } from '../../engine/calls';
import { fromMs, MICROS_PER_SECOND } from '../../model/units';
import type { SqlConfig } from './fields';
import type { Replication } from './replication';

/** Below so many users nobody looks who has not written for long. */
const FEW_USERS = 1024;

/** Which server answers a read: 0 is the primary, the replicas follow (model reference §7, read scaling). */
export class ReadRouting {
  #policy: SqlConfig['readFrom'] = 'primary';
  #replicas = 0;
  #maxLag = 0;
  #stickyFor = 0;
  #turn = 0;
  #users = FEW_USERS;
  /** By user: when the last of its writes was committed. */
  readonly #wroteAt = new Map<number, number>();
  readonly #calls: Calls;
  readonly #replication: Replication;

  constructor(calls: Calls, replication: Replication) {
    this.#calls = calls;
    this.#replication = replication;
  }

  configure({ readFrom, replicas, maxLagMs, stickySeconds }: SqlConfig): void {
    this.#policy = readFrom;
    this.#replicas = replicas;
    this.#maxLag = fromMs(maxLagMs);
    this.#stickyFor = Math.floor(stickySeconds * MICROS_PER_SECOND + 0.5);
    if (replicas > 0) this.#turn %= replicas;
    if (readFrom !== 'sticky') this.forget();
  }

  /** Servers that callers keep connections to. */
  get servers(): number {
    return this.#policy === 'primary' ? 1 : 1 + this.#replicas;
  }

  server(call: CallId, now: number): number {
    if (this.#replicas === 0 || this.#calls.write(call) === 1) return 0;
    switch (this.#policy) {
      case 'primary':
        return 0;
      case 'replicas':
        return this.#inTurn();
      case 'least-lag':
        return this.#leastLag();
      case 'bounded':
        return this.#bounded();
      case 'sticky': {
        const wroteAt = this.#wroteAt.get(this.#calls.user(call));
        return wroteAt !== undefined && wroteAt + this.#stickyFor > now ? 0 : this.#inTurn();
      }
    }
  }

  /** A write of this user has been committed. */
  wrote(user: number, now: number): void {
    if (this.#policy !== 'sticky') return;
    this.#wroteAt.set(user, now);
    if (this.#wroteAt.size <= this.#users) return;
    for (const [other, at] of this.#wroteAt) if (at + this.#stickyFor <= now) this.#wroteAt.delete(other);
    this.#users = Math.max(FEW_USERS, 2 * this.#wroteAt.size);
  }

  forget(): void {
    this.#wroteAt.clear();
    this.#users = FEW_USERS;
  }

  #inTurn(): number {
    const replica = this.#turn;
    this.#turn = (replica + 1) % this.#replicas;
    return 1 + replica;
  }

  /** Equals take turns. */
  #leastLag(): number {
    const first = this.#inTurn() - 1;
    let best = first;
    let least = this.#replication.lagOf(first);
    for (let i = 1; i < this.#replicas && least > 0; i++) {
      const other = (first + i) % this.#replicas;
      const lag = this.#replication.lagOf(other);
      if (lag >= least) continue;
      best = other;
      least = lag;
    }
    return 1 + best;
  }

  /** The next in turn that is not too far behind, else the primary. */
  #bounded(): number {
    for (let i = 0; i < this.#replicas; i++) {
      const server = this.#inTurn();
      if (this.#replication.lagOf(server - 1) <= this.#maxLag) return server;
    }
    return 0;
  }
}

import type { CallId, Calls } from '../../engine/calls';
import { fromMs, MICROS_PER_SECOND } from '../../model/units';
import type { Callers } from './callers';
import type { SqlConfig } from './fields';
import type { Replication } from './replication';

/** Below so many users nobody looks who has not written for long. */
const FEW_USERS = 1024;

/** Which server answers a read, of those its caller knows. */
export class ReadRouting {
  #policy: SqlConfig['readFrom'] = 'primary';
  #maxLag = 0;
  #stickyFor = 0;
  #turn = 0;
  #users = FEW_USERS;
  /** By user: when the last of its writes was committed. */
  readonly #wroteAt = new Map<number, number>();
  readonly #calls: Calls;
  readonly #replication: Replication;
  readonly #callers: Callers;

  constructor(calls: Calls, replication: Replication, callers: Callers) {
    this.#calls = calls;
    this.#replication = replication;
    this.#callers = callers;
  }

  configure({ readFrom, maxLagMs, stickySeconds }: SqlConfig): void {
    this.#policy = readFrom;
    this.#maxLag = fromMs(maxLagMs);
    this.#stickyFor = Math.floor(stickySeconds * MICROS_PER_SECOND + 0.5);
    if (readFrom !== 'sticky') this.forget();
  }

  server(call: CallId, now: number): number {
    const connection = this.#calls.connection(call);
    const primary = this.#callers.primary(connection);
    if (this.#policy === 'primary' || this.#calls.write(call) === 1) return primary;
    const readers = this.#callers.readers(connection);
    if (readers.length === 0) return primary;
    switch (this.#policy) {
      case 'replicas':
        return this.#inTurn(readers);
      case 'least-lag':
        return this.#leastLag(readers);
      case 'bounded':
        return this.#bounded(readers, primary);
      case 'sticky': {
        const wroteAt = this.#wroteAt.get(this.#calls.user(call));
        return wroteAt !== undefined && wroteAt + this.#stickyFor > now ? primary : this.#inTurn(readers);
      }
    }
  }

  /** A write of this user has been acknowledged. */
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

  #inTurn(readers: readonly number[]): number {
    const turn = this.#turn % readers.length;
    this.#turn = (turn + 1) % readers.length;
    return readers[turn]!;
  }

  /** Equals take turns. */
  #leastLag(readers: readonly number[]): number {
    const first = this.#turn % readers.length;
    let best = this.#inTurn(readers);
    let least = this.#replication.lagOf(best);
    for (let i = 1; i < readers.length && least > 0; i++) {
      const other = readers[(first + i) % readers.length]!;
      const lag = this.#replication.lagOf(other);
      if (lag >= least) continue;
      best = other;
      least = lag;
    }
    return best;
  }

  /** The next in turn that is not too far behind, else the primary. */
  #bounded(readers: readonly number[], primary: number): number {
    for (let i = 0; i < readers.length; i++) {
      const server = this.#inTurn(readers);
      if (this.#replication.lagOf(server) <= this.#maxLag) return server;
    }
    return primary;
  }
}

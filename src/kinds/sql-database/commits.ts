/**
 * From the disk of the primary to the promise that a write is safe: what it waits for, and who is told.
 */
import type { Context } from '../../engine/behaviour';
import { type CallId, FLAG } from '../../engine/calls';
import type { Cluster, ClusterSettings } from './cluster';
import { type Consistency, FRESH } from './consistency';
import { HELD, POSITION, REST, SECOND } from './query';
import type { Replication } from './replication';
import type { Server } from './server';

/** While a write waits for replicas, the work that is left has an end: its slot holds the serial of its first row. */
const SERIAL = REST;

export class Commits {
  #replicated = false;
  #waitsFor: ClusterSettings['waitsFor'] = 'nobody';
  #quorum = 1;
  readonly #context: Context;
  readonly #servers: readonly Server[];
  readonly #cluster: Cluster;
  readonly #replication: Replication;
  readonly #consistency: Consistency;
  readonly #done: (call: CallId) => void;

  /** `done` is called for each write that has been acknowledged, as far as the database is concerned. */
  constructor(
    context: Context,
    servers: readonly Server[],
    cluster: Cluster,
    replication: Replication,
    consistency: Consistency,
    done: (call: CallId) => void,
  ) {
    this.#context = context;
    this.#servers = servers;
    this.#cluster = cluster;
    this.#replication = replication;
    this.#consistency = consistency;
    this.#done = done;
  }

  configure(replicated: boolean, waitsFor: ClusterSettings['waitsFor'], quorum: number): void {
    this.#replicated = replicated;
    this.#waitsFor = waitsFor;
    this.#quorum = quorum;
    this.release();
  }

  /** How fresh a read that begins now on this server is. */
  freshness(call: CallId, server: Server): number {
    if (!this.#replicated) return FRESH;
    const { calls } = this.#context;
    const row = calls.key(call);
    return this.#consistency.freshness(calls.user(call), row, server.rows.get(row) ?? 0);
  }

  /** A write is on the disk of its server. */
  committed(call: CallId, server: Server): void {
    if (!this.#replicated) {
      this.#done(call);
      return;
    }
    const { calls } = this.#context;
    const two = calls.work(call, HELD) === 2;
    const serial = this.#consistency.next();
    calls.setWork(call, SERIAL, serial);
    if (two) this.#consistency.next();
    if (this.#isSource(server)) {
      let position = this.#replication.committed(calls.key(call), serial);
      if (two) position = this.#replication.committed(calls.work(call, SECOND), serial + 1);
      calls.setWork(call, POSITION, position);
    } else {
      server.strayRows.add(calls.key(call));
      if (two) server.strayRows.add(calls.work(call, SECOND));
    }
    if (this.#waitsFor === 'nobody') this.#acknowledge(call, server);
    else {
      server.waiters.push(call);
      this.release();
    }
  }

  /** Acknowledges what enough replicas have. */
  release(): void {
    const source = this.#servers[this.#replication.source];
    if (!source || source.waiters.length === 0 || source.frozen) return;
    const { calls } = this.#context;
    const position = this.#safe();
    while (source.waiters.length > 0 && calls.work(source.waiters.at(0), POSITION) < position) {
      this.#acknowledge(source.waiters.shift(), source);
    }
  }

  /** The process of a server dies. What waits is on its disk, and visible when it comes back. */
  abandon(server: Server): void {
    for (let i = 0; i < server.waiters.length; i++) this.#show(server.waiters.at(i), server);
    server.waiters.clear();
  }

  /** Position up to which as many replicas as it takes have the log. */
  #safe(): number {
    const replication = this.#replication;
    if (this.#waitsFor === 'nobody') return replication.log.end;
    if (this.#waitsFor === 'standby') {
      const { standby } = this.#cluster;
      if (standby.waived) return replication.log.end;
      return standby.server < 0 ? 0 : replication.confirmedBy(standby.server);
    }
    let safe = 0;
    for (let i = 0; i < this.#servers.length; i++) {
      const position = replication.confirmedBy(i);
      let have = 0;
      for (let j = 0; j < this.#servers.length; j++) {
        if (j !== replication.source && replication.confirmedBy(j) >= position) have++;
      }
      if (have >= this.#quorum) safe = Math.max(safe, position);
    }
    return safe;
  }

  #isSource(server: Server): boolean {
    return server.index === this.#replication.source;
  }

  #show(call: CallId, server: Server): void {
    const { calls } = this.#context;
    const serial = calls.work(call, SERIAL);
    server.rows.set(calls.key(call), serial);
    if (calls.work(call, HELD) === 2) server.rows.set(calls.work(call, SECOND), serial + 1);
  }

  #acknowledge(call: CallId, server: Server): void {
    this.#show(call, server);
    const { calls } = this.#context;
    // Somebody must be there to hear it.
    const heard =
      (calls.flags(call) & (FLAG.sourceDone | FLAG.detached)) === 0 &&
      this.#cluster.callers.reaches(calls.connection(call), server);
    if (heard) {
      const rows = calls.work(call, HELD) === 2 ? 2 : 1;
      for (let i = 0; i < rows; i++) this.#promise(call, server, i, rows);
    }
    this.#done(call);
  }

  #promise(call: CallId, server: Server, i: number, rows: number): void {
    const { calls } = this.#context;
    const row = i === 0 ? calls.key(call) : calls.work(call, SECOND);
    this.#consistency.acknowledged(calls.user(call), row, calls.work(call, SERIAL) + i);
    if (this.#isSource(server)) this.#replication.acknowledge(calls.work(call, POSITION) - (rows - 1) + i);
    else {
      server.strayAcknowledged++;
      this.#consistency.diverge();
    }
  }
}

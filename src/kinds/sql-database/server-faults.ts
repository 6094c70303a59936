/** What goes wrong with single servers of the database. Each fault remembers whom it hit, and undoes just that. */
import type { Context } from '../../engine/behaviour';
import { PRIORITY } from '../../engine/event-queue';
import type { Config } from '../../model/fields';
import { MICROS_PER_SECOND } from '../../model/units';
import type { CallersAre } from './callers';
import type { Cluster } from './cluster';
import {
  CRASH_SERVER,
  FREEZE_SERVER,
  ISOLATE,
  LONG_READ,
  PROMOTE_REPLICA,
  SLOW_CLOCK,
  STOP_REPLICATION,
} from './faults';
import type { Replication } from './replication';
import type { Server } from './server';

export const READ_ENDS = 18;

export class ServerFaults {
  readonly #hit = new Map<string, Server[]>();
  /** How long a long read may hold up a replica. */
  patience = 0;
  #reads = 0;
  readonly #context: Context;
  readonly #servers: readonly Server[];
  readonly #cluster: Cluster;
  readonly #replication: Replication;
  readonly #thawed: (server: Server) => void;

  constructor(
    context: Context,
    servers: readonly Server[],
    cluster: Cluster,
    replication: Replication,
    thawed: (server: Server) => void,
  ) {
    this.#context = context;
    this.#servers = servers;
    this.#cluster = cluster;
    this.#replication = replication;
    this.#thawed = thawed;
  }

  /** False when the fault is another's. */
  fault(id: string, on: boolean, params: Config): boolean {
    const cluster = this.#cluster;
    switch (id) {
      case CRASH_SERVER.id:
        for (const server of this.#over(id)) cluster.revive(server);
        for (const server of this.#chosen(id, on, params)) cluster.kill(server);
        return true;
      case FREEZE_SERVER.id:
        for (const server of this.#over(id)) this.#thaw(server);
        for (const server of this.#chosen(id, on, params)) this.#freeze(server);
        return true;
      case ISOLATE.id:
        this.#over(id);
        cluster.cut(this.#chosen(id, on, params), on ? (params['callers'] as CallersAre) : null);
        return true;
      case STOP_REPLICATION.id:
        for (const server of this.#over(id)) cluster.stopped.delete(server.index);
        for (const server of this.#replicas(id, on, params)) cluster.stopped.add(server.index);
        cluster.changed();
        return true;
      case LONG_READ.id:
        for (const server of this.#over(id)) this.#replication.hold(server.index, false);
        this.#reads++;
        for (const server of this.#replicas(id, on, params)) {
          this.#replication.hold(server.index, true);
          this.#context.after(this.patience, PRIORITY.timer, READ_ENDS, server.index, this.#reads);
        }
        return true;
      case SLOW_CLOCK.id:
        cluster.lease.clockBehind = on ? Math.floor(Number(params['seconds']) * MICROS_PER_SECOND + 0.5) : 0;
        return true;
      case PROMOTE_REPLICA.id:
        if (on) cluster.promote(Number(params['replica']));
        return true;
    }
    return false;
  }

  /** The long read has held up the replica long enough: it is cancelled. */
  timer(server: number, read: number): void {
    if (read === this.#reads) this.#replication.hold(server, false);
  }

  /** A crash of all ends everything. */
  crash(): void {
    this.#hit.clear();
    for (const server of this.#servers) this.#replication.hold(server.index, false);
  }

  #freeze(server: Server): void {
    this.#cluster.freeze(server);
    if (server.frozen) server.setCores(0);
  }

  #thaw(server: Server): void {
    if (!server.frozen) return;
    this.#cluster.thaw(server);
    this.#thawed(server);
  }

  #over(id: string): readonly Server[] {
    const servers = this.#hit.get(id) ?? [];
    this.#hit.delete(id);
    return servers;
  }

  /** The server of that number, 0 for the primary. */
  #chosen(id: string, on: boolean, params: Config): readonly Server[] {
    const server = on ? this.#cluster.nth(Number(params['server'])) : undefined;
    if (!server) return [];
    this.#hit.set(id, [server]);
    return [server];
  }

  /** The replica of that number, 0 for all. */
  #replicas(id: string, on: boolean, params: Config): readonly Server[] {
    if (!on) return [];
    const number = Number(params['replica']);
    const one = number === 0 ? undefined : this.#cluster.nth(number);
    const servers = number === 0 ? this.#servers.filter((server) => server !== this.#cluster.source) : one ? [one] : [];
    this.#hit.set(id, servers);
    return servers;
  }
}

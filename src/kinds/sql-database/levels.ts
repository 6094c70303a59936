import type { Context } from '../../engine/behaviour';
import { PRIORITY } from '../../engine/event-queue';
import { toMs } from '../../model/units';
import type { SqlConfig } from './fields';
import { Gauge } from './gauge';
import type { Queries } from './queries';
import type { Replication } from './replication';
import type { Servers } from './servers';

/** The lag rises between events, so its gauge is read this often while there is any. */
const LAG_EVERY = 50_000;

/** The levels that are shown of a database: connections, cores, who waits for what, and how far replicas lag behind. */
export class Levels {
  #config: SqlConfig;
  #watchingLag = false;
  readonly #context: Context;
  readonly #timer: number;
  readonly #servers: Servers;
  readonly #replication: Replication;
  readonly #queries: Queries;
  readonly #active: Gauge;
  readonly #waiting: Gauge;
  readonly #lag: Gauge;
  readonly #lagBytes: Gauge;
  readonly #lockWaits: Gauge;
  readonly #replicaWaits: Gauge;
  readonly #primaries: Gauge;

  /** The owner hands its timer to `timer`. */
  constructor(
    config: SqlConfig,
    context: Context,
    timer: number,
    servers: Servers,
    replication: Replication,
    queries: Queries,
  ) {
    this.#config = config;
    this.#context = context;
    this.#timer = timer;
    this.#servers = servers;
    this.#replication = replication;
    this.#queries = queries;
    this.#active = new Gauge(context, 'connectionsActive');
    this.#waiting = new Gauge(context, 'connectionsWaiting');
    this.#lag = new Gauge(context, 'replicationLagMs');
    this.#lagBytes = new Gauge(context, 'replicationLagBytes');
    this.#lockWaits = new Gauge(context, 'lockWaiting');
    this.#replicaWaits = new Gauge(context, 'waitingForReplicas');
    this.#primaries = new Gauge(context, 'primaries');
  }

  configure(config: SqlConfig): void {
    this.#config = config;
  }

  timer(): void {
    this.#watchingLag = false;
    this.watchLag();
  }

  watchLag(): void {
    if (this.#watchingLag || this.#config.replicas === 0) return;
    this.#lag.show(toMs(this.#replication.lag()));
    this.#lagBytes.show(this.#replication.lagBytes());
    if (!this.#replication.behind) return;
    this.#watchingLag = true;
    this.#context.after(LAG_EVERY, PRIORITY.control, this.#timer);
  }

  crash(): void {
    this.#watchingLag = false;
    for (const gauge of [this.#active, this.#waiting, this.#lockWaits, this.#replicaWaits, this.#primaries]) {
      gauge.show(0);
    }
  }

  report(): void {
    const context = this.#context;
    const { cores } = this.#config;
    const { present, retired } = this.#servers;
    const { pools, stuck } = this.#queries;
    let waitingToBegin = 0;
    let locked = 0;
    let primaries = 0;
    let replicaWaits = 0;
    for (let i = 0; i < present.length; i++) {
      const server = present[i]!;
      context.busy(server.cores.busy, cores, i);
      waitingToBegin += server.transactions.waitingToBegin;
      locked += server.transactions.waiting;
      replicaWaits += server.waiters.length;
      if (server.primary && server.runs) primaries++;
    }
    for (let i = present.length; i < retired.length; i++) {
      const server = retired[i];
      if (!server) continue;
      context.busy(server.cores.busy, 0, i);
      waitingToBegin += server.transactions.waitingToBegin;
      locked += server.transactions.waiting;
    }
    context.waiting(pools.waiting + waitingToBegin + stuck);
    this.#active.show(pools.active);
    this.#lockWaits.show(locked);
    this.#waiting.show(pools.waiting);
    this.#replicaWaits.show(replicaWaits);
    this.#primaries.show(primaries);
  }
}

import type { Behaviour, Context } from '../../engine/behaviour';
import type { CallId } from '../../engine/calls';
import type { FaceWriter } from '../../model/face';
import type { Config } from '../../model/fields';
import { fromMs, MICROS_PER_SECOND } from '../../model/units';
import { Cluster, GIVE_UP, PROMOTE, REJOINED, RENEW } from './cluster';
import { Consistency } from './consistency';
import { writeFace } from './face';
import { DISK_SLOW } from './faults';
import type { SqlConfig } from './fields';
import { Levels } from './levels';
import { PreparedTransactions } from './prepared-transactions';
import { lognormal, Queries } from './queries';
import { Replication } from './replication';
import {
  COMPUTED,
  FLUSHED,
  LOCK_PATIENCE,
  LOOK_FOR_DEADLOCK,
  ofOthers,
  otherServer,
  type Server,
  typeThere,
} from './server';
import { READ_ENDS, ServerFaults } from './server-faults';
import { Servers } from './servers';

/** Timers; those of servers are in `server.ts`, those of the cluster in `cluster.ts`. */
const APPLIED = 2;
const WAITED_ENOUGH = 3;
const LOOK_AT_LAG = 4;
const RECEIVED = 7;
const STANDBY_FLUSHED = 8;
const CONFIRMED = 9;
const DECIDE_ALONE = 31;

export class SqlDatabase implements Behaviour {
  #config!: SqlConfig;
  readonly #context: Context;
  readonly #servers: Servers;
  readonly #replication: Replication;
  readonly #consistency: Consistency;
  readonly #cluster: Cluster;
  readonly #prepared: PreparedTransactions;
  readonly #queries: Queries;
  readonly #faults: ServerFaults;
  readonly #levels: Levels;

  constructor(config: SqlConfig, context: Context) {
    this.#context = context;
    const servers = new Servers(context);
    const consistency = new Consistency(context);
    const timers = { applied: APPLIED, received: RECEIVED, flushed: STANDBY_FLUSHED, confirmed: CONFIRMED };
    const replication = new Replication(
      context,
      timers,
      (server, offset) => this.#applied(server, offset),
      () => this.#queries.commits.release(),
    );
    const cluster = new Cluster(context, servers.present, replication, consistency, {
      reset: (server) => this.#queries.reset(server),
      learnt: () => this.#queries.learnt(),
      standbyNamed: () => this.#queries.commits.release(),
    });
    this.#servers = servers;
    this.#consistency = consistency;
    this.#replication = replication;
    this.#cluster = cluster;
    this.#prepared = new PreparedTransactions(context, DECIDE_ALONE, servers);
    this.#queries = new Queries(
      config,
      context,
      WAITED_ENOUGH,
      servers,
      cluster,
      replication,
      consistency,
      this.#prepared,
    );
    this.#faults = new ServerFaults(context, servers.present, cluster, replication, (server) => this.#thawed(server));
    this.#levels = new Levels(config, context, LOOK_AT_LAG, servers, replication, this.#queries);
    this.#adopt(config);
  }

  start(): void {
    this.#cluster.start();
    for (const server of this.#servers.present) server.setCores(this.#config.cores);
    this.#prepared.start();
    this.#levels.watchLag();
    this.#levels.report();
  }

  configure(config: SqlConfig): void {
    this.#adopt(config);
    this.#levels.report();
  }

  rewire(): void {
    this.#queries.pools.rewire();
    this.#levels.report();
  }

  arrive(call: CallId): void {
    this.#queries.arrive(call);
    this.#levels.report();
  }

  cancelled(call: CallId): void {
    this.#queries.cancelled(call);
    this.#levels.report();
  }

  timer(type: number, a: number, b: number): void {
    switch (type) {
      case COMPUTED:
        this.#servers.number(a)?.cores.timer(b);
        break;
      case APPLIED:
        this.#replication.appliedOne(a + 1, b);
        break;
      case RECEIVED:
        this.#replication.receivedSome(a, b);
        break;
      case STANDBY_FLUSHED:
        this.#replication.flushedSome(a, b);
        break;
      case CONFIRMED:
        this.#replication.heard(a, b);
        break;
      case WAITED_ENOUGH:
        this.#queries.pools.timer(a, b);
        break;
      case LOOK_AT_LAG:
        this.#levels.timer();
        return;
      case DECIDE_ALONE:
        this.#prepared.timer(a, b);
        break;
      case READ_ENDS:
        this.#faults.timer(a, b);
        break;
      case FLUSHED:
      case LOCK_PATIENCE:
      case LOOK_FOR_DEADLOCK:
        this.#serverTimer(0, type, a, b);
        break;
      default:
        if (ofOthers(type)) this.#serverTimer(otherServer(type), typeThere(type), a, b);
        else this.#clusterTimer(type, a, b);
    }
    this.#levels.report();
  }

  crash(): void {
    this.#queries.crash();
    this.#replication.crash();
    this.#cluster.crash();
    for (const server of this.#servers.all()) {
      server.clear();
      this.#prepared.unlocked(server, this.#cluster.source);
    }
    this.#faults.crash();
    this.#levels.crash();
  }

  fault(id: string, on: boolean, params: Config): void {
    if (!this.#faults.fault(id, on, params)) {
      const { source } = this.#cluster;
      if (id === DISK_SLOW.id) {
        for (const server of this.#servers.all()) server.disk.slowness = 1;
        if (on) source.disk.slowness = Number(params['factor']);
      } else for (const server of on ? [source] : this.#servers.all()) server.transactions.fault(id, on, params);
    }
    this.#levels.report();
  }

  audit(): void {
    this.#queries.pools.audit();
    for (const { transactions } of this.#servers.all()) transactions.audit();
  }

  face(writer: FaceWriter): void {
    const { replicas, poolSize } = this.#config;
    const { pools, poolServers } = this.#queries;
    writeFace(writer, {
      replicas,
      connections: pools.active,
      mostConnections: this.#context.incoming.length * poolServers * poolSize,
      waiting: pools.waiting,
      lockedOut: this.#servers.lockedOut,
      servers: this.#servers.present,
      cluster: this.#cluster,
      replication: this.#replication,
      synchronous: this.#config.replication === 'standby',
      inDoubt: this.#prepared.count,
    });
  }

  #adopt(config: SqlConfig): void {
    this.#config = config;
    this.#queries.configure(config);
    this.#levels.configure(config);
    const seconds = (value: number): number => Math.floor(value * MICROS_PER_SECOND + 0.5);
    const { replicas, replication } = config;
    const flushTime = lognormal(config.commitMedianMs, config.commitP99Ms);
    const handedOver = this.#replication.source > replicas;
    this.#resize(1 + replicas);
    for (const server of this.#servers.all()) {
      server.setCores(config.cores);
      server.disk.flushTime = flushTime;
      server.transactions.configure(config);
    }
    this.#replication.configure({
      servers: 1 + replicas,
      delay: fromMs(config.replicationDelayMs),
      applyMicros: fromMs(config.applyMs),
      logBytes: config.logBytes,
      mbps: config.replicationMbps,
      confirms: replication === 'nobody' ? null : config.confirmedWhen,
      flushTime,
    });
    this.#prepared.configure(config.maxPrepared, seconds(config.inDoubtLimitS));
    this.#faults.patience = seconds(config.standbyDelaySeconds);
    const begins = this.#cluster.lease.configure({
      on: config.failover === 'lease' && replicas > 0,
      term: seconds(config.leaseSeconds),
      renewEvery: seconds(config.renewSeconds),
      retryFor: seconds(config.retrySeconds),
      fencing: config.fencing,
    });
    this.#cluster.configure({
      waitsFor: replication,
      quorum: config.quorum,
      withoutStandby: config.withoutStandby,
      lookMicros: seconds(config.renewSeconds),
      maxLag: (config.maxLagOnFailoverKb * 1000) / config.logBytes,
      promoteMicros: fromMs(config.promoteMs),
      reconnectMicros: fromMs(config.reconnectMs),
      rejoinMicros: seconds(config.rewindSeconds),
      fencing: config.fencing,
    });
    const { lease, source } = this.#cluster;
    if ((begins || handedOver) && source.runs) lease.begin(source);
    this.#queries.commits.configure(replicas > 0, replication, config.quorum);
    this.#queries.configurePools();
  }

  /** New servers are copies of the primary. If that one is taken away, the first takes its place. */
  #resize(count: number): void {
    const servers = this.#servers.present;
    if (servers.length > count && this.#replication.source >= count) {
      const { source } = this.#cluster;
      const first = servers[0]!;
      this.#queries.reset(source);
      this.#queries.reset(first);
      this.#consistency.lose(first.strayAcknowledged);
      first.becomeCopyOf(source);
      first.frozen = false;
      first.primary = true;
      this.#replication.handOver(0);
      this.#cluster.lease.forget();
    }
    while (servers.length > count) {
      const server = this.#servers.retire();
      server.primary = false;
      this.#consistency.lose(server.strayAcknowledged);
      server.strayAcknowledged = 0;
      // It finishes what it has.
      if (server.frozen) {
        server.frozen = false;
        this.#thawed(server);
      }
    }
    while (servers.length < count) {
      const server = this.#servers.add(this.#config.cores, this.#queries);
      if (server.index > 0) server.becomeCopyOf(this.#cluster.source);
    }
    if (count === 1) {
      servers[0]!.rows.clear();
      this.#consistency.forget();
    }
  }

  #serverTimer(index: number, type: number, a: number, b: number): void {
    const server = this.#servers.number(index);
    if (!server) return;
    if (server.frozen) server.late.push(type, a, b);
    else if (type === FLUSHED) {
      server.disk.flushed(b);
      this.#levels.watchLag();
    } else server.transactions.timer(type, a, b);
  }

  #clusterTimer(type: number, a: number, b: number): void {
    const server = this.#servers.present[a];
    const its = type === RENEW || type === GIVE_UP || type === PROMOTE || type === REJOINED;
    if (its && server?.frozen) server.late.push(type, a, b);
    else this.#cluster.timer(type, a, b);
  }

  #thawed(server: Server): void {
    server.setCores(this.#config.cores);
    const late = server.late.splice(0);
    for (let i = 0; i < late.length; i += 3) {
      const type = late[i]!;
      if (type === FLUSHED || type === LOCK_PATIENCE || type === LOOK_FOR_DEADLOCK) {
        this.#serverTimer(server.index, type, late[i + 1]!, late[i + 2]!);
      } else this.#clusterTimer(type, late[i + 1]!, late[i + 2]!);
    }
  }

  #applied(index: number, offset: number): void {
    const { log } = this.#replication;
    this.#servers.present[index]!.rows.set(log.row(offset), log.serial(offset));
    this.#cluster.applied(index);
  }
}

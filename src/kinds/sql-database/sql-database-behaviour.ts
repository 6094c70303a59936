import type { Behaviour, Context, MetricHandle } from '../../engine/behaviour';
import type { CallId } from '../../engine/calls';
import { type Sampler, sampler } from '../../engine/distribution';
import { PRIORITY } from '../../engine/event-queue';
import type { RandomStream } from '../../engine/random';
import { HeldCalls } from '../../engine/resources/held-calls';
import type { FaceWriter } from '../../model/face';
import type { Config } from '../../model/fields';
import { VERB } from '../../model/meaning';
import { CANCELLED, causeCode, REFUSED, RESET } from '../../model/outcome';
import { fromMs, MICROS_PER_SECOND, toMs } from '../../model/units';
import { FencedWrites } from '../fenced-writes';
import { Cluster, GIVE_UP, PROMOTE, REJOINED, RENEW } from './cluster';
import { Commits } from './commits';
import { Consistency } from './consistency';
import { writeFace } from './face';
import { Gauge } from './gauge';
import { DISK_SLOW } from './faults';
import { type SqlConfig } from './fields';
import { Pools } from './pools';
import { PreparedTransactions } from './prepared-transactions';
import {
  AT_POOL,
  AT_SECOND,
  AT_TABLE,
  FRESHNESS,
  HELD,
  PHASE,
  RUNNING,
  SECOND,
  SERVER,
  STUCK_AFTER,
  STUCK_BEFORE,
} from './query';
import { ReadRouting } from './read-routing';
import { SagaSteps } from './saga-steps';
import { Replication } from './replication';
import {
  COMPUTED,
  FLUSHED,
  LOCK_PATIENCE,
  LOOK_FOR_DEADLOCK,
  ofOthers,
  otherServer,
  Server,
  typeThere,
} from './server';
import { READ_ENDS, ServerFaults } from './server-faults';

const POOL_TIMEOUT = causeCode('pool-timeout');
const TOO_MANY_CONNECTIONS = causeCode('too-many-connections');
const OUT_OF_MEMORY = causeCode('out-of-memory');
const FENCED = causeCode('fenced');
const READ_ONLY = causeCode('read-only');
const ABORTED = causeCode('aborted');
const COMPENSATED = causeCode('compensated');

/** Timers; those of servers are in `server.ts`, those of the cluster in `cluster.ts`. */
const APPLIED = 2;
const WAITED_ENOUGH = 3;
const LOOK_AT_LAG = 4;
const RECEIVED = 7;
const STANDBY_FLUSHED = 8;
const CONFIRMED = 9;
const DECIDE_ALONE = 31;

/** The lag rises between events, so its gauge is read this often while there is any. */
const LAG_EVERY = 50_000;

export class SqlDatabase implements Behaviour {
  #config!: SqlConfig;
  #reading!: Sampler;
  #writing!: Sampler;
  #watchingLag = false;
  /** Queries that nobody works on because nothing comes through to their server. */
  #stuckBefore = 0;
  /** Those there are now come first; those taken away finish what they have. */
  readonly #servers: Server[] = [];
  readonly #retired: (Server | undefined)[] = [];
  readonly #here = new HeldCalls();
  readonly #context: Context;
  readonly #fenced: FencedWrites;
  readonly #times: RandomStream;
  readonly #pools: Pools;
  readonly #replication: Replication;
  readonly #consistency: Consistency;
  readonly #cluster: Cluster;
  readonly #commits: Commits;
  readonly #faults: ServerFaults;
  readonly #routing: ReadRouting;
  readonly #prepared: PreparedTransactions;
  readonly #steps: SagaSteps;
  readonly #reads: MetricHandle;
  readonly #writes: MetricHandle;
  readonly #poolTimeouts: MetricHandle;
  readonly #active: Gauge;
  readonly #waiting: Gauge;
  readonly #lag: Gauge;
  readonly #lagBytes: Gauge;
  readonly #lockWaits: Gauge;
  readonly #replicaWaits: Gauge;
  readonly #primaries: Gauge;

  constructor(config: SqlConfig, context: Context) {
    this.#context = context;
    this.#fenced = new FencedWrites(context);
    this.#times = context.random('service');
    this.#reads = context.counter('reads');
    this.#writes = context.counter('writes');
    this.#poolTimeouts = context.counter('poolTimeouts');
    this.#active = new Gauge(context, 'connectionsActive');
    this.#waiting = new Gauge(context, 'connectionsWaiting');
    this.#lag = new Gauge(context, 'replicationLagMs');
    this.#lagBytes = new Gauge(context, 'replicationLagBytes');
    this.#lockWaits = new Gauge(context, 'lockWaiting');
    this.#replicaWaits = new Gauge(context, 'waitingForReplicas');
    this.#primaries = new Gauge(context, 'primaries');
    this.#consistency = new Consistency(context);
    const timers = { applied: APPLIED, received: RECEIVED, flushed: STANDBY_FLUSHED, confirmed: CONFIRMED };
    this.#replication = new Replication(
      context,
      timers,
      (server, offset) => this.#applied(server, offset),
      () => this.#commits.release(),
    );
    this.#cluster = new Cluster(context, this.#servers, this.#replication, this.#consistency, {
      reset: (server) => this.#reset(server),
      learnt: () => this.#learnt(),
    });
    this.#commits = new Commits(context, this.#servers, this.#cluster, this.#replication, this.#consistency, (call) =>
      this.#acknowledged(call),
    );
    this.#faults = new ServerFaults(context, this.#servers, this.#cluster, this.#replication, (server) =>
      this.#thawed(server),
    );
    this.#routing = new ReadRouting(context.calls, this.#replication, this.#cluster.callers);
    this.#steps = new SagaSteps(context);
    this.#prepared = new PreparedTransactions(context, DECIDE_ALONE, (transaction, committed) => {
      if (committed) context.count(this.#writes);
      if (transaction.server >= 0) this.#serverNumber(transaction.server)!.transactions.free(transaction);
    });
    this.#pools = new Pools(
      context,
      WAITED_ENOUGH,
      (call) => this.#begin(call),
      (call) => this.#giveUp(call),
    );
    this.#adopt(config);
  }

  start(): void {
    this.#cluster.start();
    for (const server of this.#servers) server.setCores(this.#config.cores);
    this.#prepared.start();
    this.#watchLag();
    this.#report();
  }

  configure(config: SqlConfig): void {
    this.#adopt(config);
    this.#report();
  }

  rewire(): void {
    this.#pools.rewire();
    this.#report();
  }

  arrive(call: CallId): void {
    const { calls } = this.#context;
    const server = this.#routing.server(call, this.#context.now);
    if (this.#servers[server]!.down) {
      this.#context.fail(call, REFUSED);
      return;
    }
    if (this.#prepared.count > 0) this.#follow();
    const { ledger } = this.#context;
    if (ledger.exposes && calls.verb(call) !== VERB.compensate) ledger.used(this.#context.self, calls.key(call));
    if (calls.verb(call) !== VERB.query && this.#takesDecision(call, server)) return;
    this.#here.add(call);
    calls.setWork(call, SERVER, server);
    calls.setWork(call, PHASE, AT_POOL);
    calls.setWork(call, HELD, 0);
    calls.setWork(call, SECOND, -1);
    switch (this.#pools.acquire(call, calls.connection(call), server)) {
      case 'granted':
        this.#begin(call);
        break;
      case 'refused':
        this.#fail(call, TOO_MANY_CONNECTIONS);
        break;
      case 'waits':
    }
    this.#report();
  }

  /**
   * Words of a coordinator go over a connection that is kept for them, so that they never wait for those who wait for
   * what they would unlock. Returns whether the call is one of them; those that ask for work go the way of a write.
   */
  #takesDecision(call: CallId, index: number): boolean {
    const { calls } = this.#context;
    const verb = calls.verb(call);
    if (verb === VERB.prepare) return this.#prepared.arrive(call);
    if (verb === VERB.perform || verb === VERB.compensate) return this.#steps.arrive(call);
    const server = this.#servers[index]!;
    if (!server.runs || !this.#cluster.callers.reaches(calls.connection(call), server)) {
      this.#context.fail(call, REFUSED);
    } else if (!this.#prepared.arrive(call) && !this.#prepared.settled(call)) {
      this.#context.began(call);
      this.#here.add(call);
      calls.setWork(call, SERVER, index);
      calls.setWork(call, PHASE, RUNNING);
      server.disk.commit(call);
    }
    this.#report();
    return true;
  }

  /** Promises are kept by whoever is the primary now. */
  #follow(): void {
    const { source } = this.#cluster;
    this.#prepared.each((transaction) => {
      if (transaction.server === source.index) return;
      if (transaction.server >= 0) this.#serverNumber(transaction.server)!.transactions.free(transaction);
      source.transactions.restore(transaction);
      transaction.server = source.index;
    });
  }

  /** The locks of promises are gone from the memory of a server. They come back with it, or on the next primary. */
  #unlocked(server: Server): void {
    this.#prepared.each((transaction) => {
      if (transaction.server === server.index) transaction.server = -1;
    });
    if (server === this.#cluster.source) this.#follow();
  }

  /** One who waits goes away; a query at work is finished in vain. */
  cancelled(call: CallId): void {
    const { calls } = this.#context;
    const phase = calls.work(call, PHASE);
    if (phase === RUNNING) return;
    if (phase === AT_POOL) {
      this.#pools.leave(call, calls.connection(call), calls.work(call, SERVER));
      this.#fail(call, CANCELLED);
    } else if (phase === STUCK_BEFORE || phase === STUCK_AFTER) this.#unstick(call, CANCELLED);
    else {
      this.#serverOf(call).transactions.leave(call);
      this.#rollBack(call, CANCELLED);
    }
    this.#report();
  }

  timer(type: number, a: number, b: number): void {
    switch (type) {
      case COMPUTED:
        this.#serverNumber(a)?.cores.timer(b);
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
        this.#pools.timer(a, b);
        break;
      case LOOK_AT_LAG:
        this.#watchingLag = false;
        this.#watchLag();
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
    this.#report();
  }

  crash(): void {
    this.#pools.crash();
    this.#here.clear();
    this.#replication.crash();
    this.#cluster.crash();
    for (const server of this.#all()) {
      server.clear();
      this.#unlocked(server);
    }
    this.#faults.crash();
    this.#routing.forget();
    this.#watchingLag = false;
    this.#stuckBefore = 0;
    for (const gauge of [this.#active, this.#waiting, this.#lockWaits, this.#replicaWaits, this.#primaries]) {
      gauge.show(0);
    }
  }

  fault(id: string, on: boolean, params: Config): void {
    if (!this.#faults.fault(id, on, params)) {
      const { source } = this.#cluster;
      if (id === DISK_SLOW.id) {
        for (const server of this.#all()) server.disk.slowness = 1;
        if (on) source.disk.slowness = Number(params['factor']);
      } else for (const server of on ? [source] : this.#all()) server.transactions.fault(id, on, params);
    }
    this.#report();
  }

  audit(): void {
    this.#pools.audit();
    for (const { transactions } of this.#all()) transactions.audit();
  }

  face(writer: FaceWriter): void {
    const { replicas, poolSize } = this.#config;
    writeFace(writer, {
      replicas,
      connections: this.#pools.active,
      mostConnections: this.#context.incoming.length * this.#poolServers() * poolSize,
      waiting: this.#pools.waiting,
      lockedOut: this.#lockWaiting(),
      servers: this.#servers,
      cluster: this.#cluster,
      replication: this.#replication,
      synchronous: this.#config.replication === 'standby',
      inDoubt: this.#prepared.count,
    });
  }

  #adopt(config: SqlConfig): void {
    this.#config = config;
    this.#fenced.mode = config.oldTokens;
    const lognormal = (medianMs: number, p99Ms: number): Sampler =>
      sampler({ type: 'lognormal', medianMs, p99Ms: Math.max(medianMs, p99Ms) });
    const seconds = (value: number): number => Math.floor(value * MICROS_PER_SECOND + 0.5);
    const { replicas, replication } = config;
    this.#reading = lognormal(config.readMedianMs, config.readP99Ms);
    this.#writing = lognormal(config.writeMedianMs, config.writeP99Ms);
    const flushTime = lognormal(config.commitMedianMs, config.commitP99Ms);
    const handedOver = this.#replication.source > replicas;
    this.#resize(1 + replicas);
    for (const server of this.#all()) {
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
    this.#routing.configure(config);
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
      maxLag: (config.maxLagOnFailoverKb * 1000) / config.logBytes,
      promoteMicros: fromMs(config.promoteMs),
      reconnectMicros: fromMs(config.reconnectMs),
      rejoinMicros: seconds(config.rewindSeconds),
      fencing: config.fencing,
    });
    const { lease, source } = this.#cluster;
    if ((begins || handedOver) && source.runs) lease.begin(source);
    this.#commits.configure(replicas > 0, replication, config.quorum);
    this.#adoptPools();
  }

  /** New servers are copies of the primary. If that one is taken away, the first takes its place. */
  #resize(count: number): void {
    const servers = this.#servers;
    if (servers.length > count && this.#replication.source >= count) {
      const { source } = this.#cluster;
      const first = servers[0]!;
      this.#reset(source);
      this.#reset(first);
      this.#consistency.lose(first.strayAcknowledged);
      first.becomeCopyOf(source);
      first.frozen = false;
      first.primary = true;
      this.#replication.handOver(0);
      this.#cluster.lease.forget();
    }
    while (servers.length > count) {
      const server = servers.pop()!;
      server.primary = false;
      this.#consistency.lose(server.strayAcknowledged);
      server.strayAcknowledged = 0;
      // It finishes what it has.
      if (server.frozen) {
        server.frozen = false;
        this.#thawed(server);
      }
      this.#retired[server.index] = server;
    }
    while (servers.length < count) {
      const index = servers.length;
      const server = this.#retired[index] ?? this.#newServer(index);
      delete this.#retired[index];
      servers.push(server);
      if (index > 0) server.becomeCopyOf(this.#cluster.source);
    }
    if (count === 1) {
      servers[0]!.rows.clear();
      this.#consistency.forget();
    }
  }

  #newServer(index: number): Server {
    return new Server(this.#context, index, this.#config.cores, {
      computed: (call) => this.#computed(call),
      flushed: (call) => this.#flushed(call),
      gotLock: (call) => this.#gotLock(call),
      rollBack: (call, cause) => this.#rollBack(call, cause),
    });
  }

  #all(): Server[] {
    return [...this.#servers, ...this.#retired.filter((server) => server !== undefined)];
  }

  #serverNumber(index: number): Server | undefined {
    return this.#servers[index] ?? this.#retired[index];
  }

  #serverOf(call: CallId): Server {
    return this.#serverNumber(this.#context.calls.work(call, SERVER))!;
  }

  // — the way of a query —

  /** The query has a connection and keeps it to its end. */
  #begin(call: CallId): void {
    const { calls } = this.#context;
    const server = this.#serverOf(call);
    if (!this.#cluster.callers.reaches(calls.connection(call), server)) {
      calls.setWork(call, PHASE, STUCK_BEFORE);
      this.#stuckBefore++;
    } else if (calls.write(call) === 1 && !server.primary) this.#rollBack(call, READ_ONLY);
    else if (!server.primary || server.transactions.passTable(call)) this.#enter(call);
  }

  /** A write locks its row before it does anything; a read sees the last committed version and locks nothing. */
  #enter(call: CallId): void {
    const { calls } = this.#context;
    const server = this.#serverOf(call);
    if (calls.write(call) === 1) {
      if (server.transactions.lockFirst(call)) this.#write(call);
      return;
    }
    // A query sees what is there when it begins.
    calls.setWork(call, FRESHNESS, this.#commits.freshness(call, server));
    this.#run(call, this.#reading.sample(this.#times));
  }

  #write(call: CallId): void {
    this.#run(call, this.#serverOf(call).transactions.begin(call, this.#writing.sample(this.#times)));
  }

  #run(call: CallId, micros: number): void {
    const context = this.#context;
    context.began(call);
    context.calls.setWork(call, PHASE, RUNNING);
    this.#serverOf(call).cores.add(call, context.work(micros));
  }

  #gotLock(call: CallId): void {
    const phase = this.#context.calls.work(call, PHASE);
    if (phase === AT_TABLE) this.#enter(call);
    else if (phase === AT_SECOND) this.#goOn(call);
    else this.#write(call);
  }

  #goOn(call: CallId): void {
    const { cores, transactions } = this.#serverOf(call);
    cores.add(call, this.#context.work(transactions.beginSecond(call)));
  }

  #computed(call: CallId): void {
    const { calls } = this.#context;
    const server = this.#serverOf(call);
    if (calls.write(call) === 0) this.#answer(call);
    else if (server.transactions.goesOn(call)) {
      if (server.transactions.lockSecond(call)) this.#goOn(call);
    } else if (this.#fenced.refuses(call)) this.#rollBack(call, FENCED);
    else if (this.#replication.full) this.#rollBack(call, OUT_OF_MEMORY);
    else server.disk.commit(call);
  }

  #flushed(call: CallId): void {
    const verb = this.#context.calls.verb(call);
    if (verb === VERB.prepare) {
      this.#promise(call);
      return;
    }
    if (verb === VERB.perform || verb === VERB.compensate) {
      switch (this.#steps.flushed(call)) {
        case 'too-late':
          this.#rollBack(call, COMPENSATED);
          return;
        case 'nothing':
          this.#serverOf(call).transactions.release(call);
          this.#answer(call);
          return;
        case 'written':
      }
    }
    // What was promised counts once, however often its end is told.
    if (verb !== VERB.commit) this.#context.count(this.#writes);
    this.#commits.committed(call, this.#serverOf(call));
  }

  /** A prepared transaction keeps its locks and gives back its connection. */
  #promise(call: CallId): void {
    if (!this.#prepared.keep(call)) {
      this.#rollBack(call, ABORTED);
      return;
    }
    this.#serverOf(call).transactions.keep(call);
    this.#answer(call);
  }

  #acknowledged(call: CallId): void {
    this.#routing.wrote(this.#context.calls.user(call), this.#context.now);
    if (this.#context.calls.verb(call) === VERB.commit) {
      this.#here.remove(call);
      this.#prepared.commit(call);
      return;
    }
    this.#serverOf(call).transactions.release(call);
    this.#answer(call);
  }

  /** The query is done. Its answer may not come through. */
  #answer(call: CallId): void {
    const context = this.#context;
    const { calls } = context;
    if (!this.#cluster.callers.reaches(calls.connection(call), this.#serverOf(call))) {
      calls.setWork(call, PHASE, STUCK_AFTER);
      return;
    }
    if (calls.write(call) === 0) {
      context.count(this.#reads);
      this.#consistency.read(calls.work(call, FRESHNESS));
    }
    this.#pools.release(calls.connection(call), calls.work(call, SERVER));
    this.#here.remove(call);
    context.succeed(call, calls.verb(call) === VERB.compensate ? this.#steps.result(call) : 0);
  }

  /** Nothing of it remains. It waits for nothing. */
  #rollBack(call: CallId, cause: number): void {
    const { calls } = this.#context;
    this.#serverOf(call).transactions.release(call);
    this.#pools.release(calls.connection(call), calls.work(call, SERVER));
    this.#fail(call, cause);
  }

  #unstick(call: CallId, cause: number): void {
    const { calls } = this.#context;
    if (calls.work(call, PHASE) === STUCK_BEFORE) this.#stuckBefore--;
    this.#pools.release(calls.connection(call), calls.work(call, SERVER));
    this.#fail(call, cause);
  }

  #giveUp(call: CallId): void {
    this.#context.count(this.#poolTimeouts);
    this.#fail(call, POOL_TIMEOUT);
  }

  #fail(call: CallId, cause: number): void {
    this.#here.remove(call);
    this.#context.fail(call, cause);
  }

  // — servers come and go —

  #serverTimer(index: number, type: number, a: number, b: number): void {
    const server = this.#serverNumber(index);
    if (!server) return;
    if (server.frozen) server.late.push(type, a, b);
    else if (type === FLUSHED) {
      server.disk.flushed(b);
      this.#watchLag();
    } else server.transactions.timer(type, a, b);
  }

  #clusterTimer(type: number, a: number, b: number): void {
    const server = this.#servers[a];
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
    this.#servers[index]!.rows.set(log.row(offset), log.serial(offset));
    this.#cluster.applied(index);
  }

  /** All connections to a server break. */
  #reset(server: Server): void {
    const { calls } = this.#context;
    this.#commits.abandon(server);
    this.#pools.drop(server.index);
    server.clear();
    this.#unlocked(server);
    server.setCores(this.#config.cores);
    this.#here.each((call) => {
      if (calls.work(call, SERVER) !== server.index) return;
      const phase = calls.work(call, PHASE);
      if (phase === STUCK_BEFORE) this.#stuckBefore--;
      this.#fail(call, phase === AT_POOL ? REFUSED : RESET);
    });
  }

  /** Callers close connections through which nothing comes to servers they no longer ask. */
  #learnt(): void {
    const { calls } = this.#context;
    const { callers } = this.#cluster;
    this.#adoptPools();
    this.#here.each((call) => {
      const phase = calls.work(call, PHASE);
      if (phase !== STUCK_BEFORE && phase !== STUCK_AFTER) return;
      const connection = calls.connection(call);
      const server = this.#serverOf(call);
      if (callers.reaches(connection, server) || !callers.knows(connection, server.index)) this.#unstick(call, RESET);
    });
  }

  /** Callers keep connections to the servers they ask. */
  #poolServers(): number {
    const onlyFirst = this.#config.readFrom === 'primary' && this.#replication.source === 0;
    return onlyFirst ? 1 : 1 + this.#config.replicas;
  }

  #adoptPools(): void {
    const { poolSize, poolTimeoutMs, maxConnections } = this.#config;
    this.#pools.configure(poolSize, fromMs(poolTimeoutMs), maxConnections, this.#poolServers());
  }

  // — what is shown —

  #watchLag(): void {
    if (this.#watchingLag || this.#config.replicas === 0) return;
    this.#lag.show(toMs(this.#replication.lag()));
    this.#lagBytes.show(this.#replication.lagBytes());
    if (!this.#replication.behind) return;
    this.#watchingLag = true;
    this.#context.after(LAG_EVERY, PRIORITY.control, LOOK_AT_LAG);
  }

  #lockWaiting(): number {
    let waiting = 0;
    for (let i = 0; i < this.#servers.length; i++) waiting += this.#servers[i]!.transactions.waiting;
    return waiting;
  }

  #report(): void {
    const context = this.#context;
    const { cores } = this.#config;
    const servers = this.#servers;
    let waitingToBegin = 0;
    let locked = 0;
    let primaries = 0;
    let replicaWaits = 0;
    for (let i = 0; i < servers.length; i++) {
      const server = servers[i]!;
      context.busy(server.cores.busy, cores, i);
      waitingToBegin += server.transactions.waitingToBegin;
      locked += server.transactions.waiting;
      replicaWaits += server.waiters.length;
      if (server.primary && server.runs) primaries++;
    }
    for (let i = servers.length; i < this.#retired.length; i++) {
      const server = this.#retired[i];
      if (!server) continue;
      context.busy(server.cores.busy, 0, i);
      waitingToBegin += server.transactions.waitingToBegin;
      locked += server.transactions.waiting;
    }
    context.waiting(this.#pools.waiting + waitingToBegin + this.#stuckBefore);
    this.#active.show(this.#pools.active);
    this.#lockWaits.show(locked);
    this.#waiting.show(this.#pools.waiting);
    this.#replicaWaits.show(replicaWaits);
    this.#primaries.show(primaries);
  }
}

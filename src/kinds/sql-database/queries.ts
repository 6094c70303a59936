/**
 * The way of a query: it waits for a connection, locks its rows, is worked on, goes to disk, and is answered; or it is
 * rolled back. What cannot be heard on either end of a cut connection hangs.
 */
import type { Context, MetricHandle } from '../../engine/behaviour';
import type { CallId } from '../../engine/calls';
import { type Sampler, sampler } from '../../engine/distribution';
import type { RandomStream } from '../../engine/random';
import { HeldCalls } from '../../engine/resources/held-calls';
import { VERB } from '../../model/meaning';
import { CANCELLED, causeCode, REFUSED, RESET } from '../../model/outcome';
import { fromMs } from '../../model/units';
import { FencedWrites } from '../fenced-writes';
import type { Cluster } from './cluster';
import { Commits } from './commits';
import type { Consistency } from './consistency';
import type { SqlConfig } from './fields';
import { Pools } from './pools';
import type { PreparedTransactions } from './prepared-transactions';
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
import type { Replication } from './replication';
import { SagaSteps } from './saga-steps';
import type { Server, ServerEvents } from './server';
import type { Servers } from './servers';

const POOL_TIMEOUT = causeCode('pool-timeout');
const TOO_MANY_CONNECTIONS = causeCode('too-many-connections');
const OUT_OF_MEMORY = causeCode('out-of-memory');
const FENCED = causeCode('fenced');
const READ_ONLY = causeCode('read-only');
const ABORTED = causeCode('aborted');
const COMPENSATED = causeCode('compensated');

/** A distribution of times by its median and 99th percentile. */
export function lognormal(medianMs: number, p99Ms: number): Sampler {
  return sampler({ type: 'lognormal', medianMs, p99Ms: Math.max(medianMs, p99Ms) });
}

export class Queries implements ServerEvents {
  /** How many nobody works on because nothing comes through to their server. */
  stuck = 0;
  readonly pools: Pools;
  readonly commits: Commits;
  #config: SqlConfig;
  #reading!: Sampler;
  #writing!: Sampler;
  readonly #here = new HeldCalls();
  readonly #context: Context;
  readonly #servers: Servers;
  readonly #cluster: Cluster;
  readonly #replication: Replication;
  readonly #consistency: Consistency;
  readonly #prepared: PreparedTransactions;
  readonly #routing: ReadRouting;
  readonly #steps: SagaSteps;
  readonly #fenced: FencedWrites;
  readonly #times: RandomStream;
  readonly #reads: MetricHandle;
  readonly #writes: MetricHandle;
  readonly #poolTimeouts: MetricHandle;

  /** The owner hands timers of type `patience` to the pools. */
  constructor(
    config: SqlConfig,
    context: Context,
    patience: number,
    servers: Servers,
    cluster: Cluster,
    replication: Replication,
    consistency: Consistency,
    prepared: PreparedTransactions,
  ) {
    this.#config = config;
    this.#context = context;
    this.#servers = servers;
    this.#cluster = cluster;
    this.#replication = replication;
    this.#consistency = consistency;
    this.#prepared = prepared;
    this.#routing = new ReadRouting(context.calls, replication, cluster.callers);
    this.#steps = new SagaSteps(context);
    this.#fenced = new FencedWrites(context);
    this.#times = context.random('service');
    this.#reads = context.counter('reads');
    this.#writes = context.counter('writes');
    this.#poolTimeouts = context.counter('poolTimeouts');
    this.commits = new Commits(context, servers.present, cluster, replication, consistency, (call) =>
      this.#acknowledged(call),
    );
    this.pools = new Pools(
      context,
      patience,
      (call) => this.#begin(call),
      (call) => this.#giveUp(call),
    );
  }

  /** For what begins from now on; `configurePools` and the commits follow once the servers are there. */
  configure(config: SqlConfig): void {
    this.#config = config;
    this.#fenced.mode = config.oldTokens;
    this.#reading = lognormal(config.readMedianMs, config.readP99Ms);
    this.#writing = lognormal(config.writeMedianMs, config.writeP99Ms);
    this.#routing.configure(config);
  }

  configurePools(): void {
    const { poolSize, poolTimeoutMs, maxConnections } = this.#config;
    this.pools.configure(poolSize, fromMs(poolTimeoutMs), maxConnections, this.poolServers);
  }

  /** To how many servers callers keep connections: to those they ask. */
  get poolServers(): number {
    const onlyFirst = this.#config.readFrom === 'primary' && this.#replication.source === 0;
    return onlyFirst ? 1 : 1 + this.#config.replicas;
  }

  /** All are gone; their callers have been told. */
  crash(): void {
    this.pools.crash();
    this.#here.clear();
    this.#routing.forget();
    this.stuck = 0;
  }

  arrive(call: CallId): void {
    const { calls, ledger, now } = this.#context;
    const server = this.#routing.server(call, now);
    if (this.#servers.present[server]!.down) {
      this.#context.fail(call, REFUSED);
      return;
    }
    this.#prepared.follow(this.#cluster.source);
    if (ledger.exposes && calls.verb(call) !== VERB.compensate) ledger.used(this.#context.self, calls.key(call));
    if (calls.verb(call) !== VERB.query && this.#takesDecision(call, server)) return;
    this.#here.add(call);
    calls.setWork(call, SERVER, server);
    calls.setWork(call, PHASE, AT_POOL);
    calls.setWork(call, HELD, 0);
    calls.setWork(call, SECOND, -1);
    switch (this.pools.acquire(call, calls.connection(call), server)) {
      case 'granted':
        this.#begin(call);
        break;
      case 'refused':
        this.#fail(call, TOO_MANY_CONNECTIONS);
        break;
      case 'waits':
    }
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
    const server = this.#servers.present[index]!;
    if (!server.runs || !this.#cluster.callers.reaches(calls.connection(call), server)) {
      this.#context.fail(call, REFUSED);
    } else if (!this.#prepared.arrive(call) && !this.#prepared.settled(call)) {
      this.#context.began(call);
      this.#here.add(call);
      calls.setWork(call, SERVER, index);
      calls.setWork(call, PHASE, RUNNING);
      server.disk.commit(call);
    }
    return true;
  }

  /** One who waits goes away; a query at work is finished in vain. */
  cancelled(call: CallId): void {
    const { calls } = this.#context;
    const phase = calls.work(call, PHASE);
    if (phase === RUNNING) return;
    if (phase === AT_POOL) {
      this.pools.leave(call, calls.connection(call), calls.work(call, SERVER));
      this.#fail(call, CANCELLED);
    } else if (phase === STUCK_BEFORE || phase === STUCK_AFTER) this.#unstick(call, CANCELLED);
    else {
      this.#servers.of(call).transactions.leave(call);
      this.rollBack(call, CANCELLED);
    }
  }

  /** The query has a connection and keeps it to its end. */
  #begin(call: CallId): void {
    const { calls } = this.#context;
    const server = this.#servers.of(call);
    if (!this.#cluster.callers.reaches(calls.connection(call), server)) {
      calls.setWork(call, PHASE, STUCK_BEFORE);
      this.stuck++;
    } else if (calls.write(call) === 1 && !server.primary) this.rollBack(call, READ_ONLY);
    else if (!server.primary || server.transactions.passTable(call)) this.#enter(call);
  }

  /** A write locks its row before it does anything; a read sees the last committed version and locks nothing. */
  #enter(call: CallId): void {
    const { calls } = this.#context;
    const server = this.#servers.of(call);
    if (calls.write(call) === 1) {
      if (server.transactions.lockFirst(call)) this.#write(call);
      return;
    }
    // A query sees what is there when it begins.
    calls.setWork(call, FRESHNESS, this.commits.freshness(call, server));
    this.#run(call, this.#reading.sample(this.#times));
  }

  #write(call: CallId): void {
    this.#run(call, this.#servers.of(call).transactions.begin(call, this.#writing.sample(this.#times)));
  }

  #run(call: CallId, micros: number): void {
    const context = this.#context;
    context.began(call);
    context.calls.setWork(call, PHASE, RUNNING);
    this.#servers.of(call).cores.add(call, context.work(micros));
  }

  gotLock(call: CallId): void {
    const phase = this.#context.calls.work(call, PHASE);
    if (phase === AT_TABLE) this.#enter(call);
    else if (phase === AT_SECOND) this.#goOn(call);
    else this.#write(call);
  }

  #goOn(call: CallId): void {
    const { cores, transactions } = this.#servers.of(call);
    cores.add(call, this.#context.work(transactions.beginSecond(call)));
  }

  computed(call: CallId): void {
    const { calls } = this.#context;
    const server = this.#servers.of(call);
    if (calls.write(call) === 0) this.#answer(call);
    else if (server.transactions.goesOn(call)) {
      if (server.transactions.lockSecond(call)) this.#goOn(call);
    } else if (this.#fenced.refuses(call)) this.rollBack(call, FENCED);
    else if (this.#replication.full) this.rollBack(call, OUT_OF_MEMORY);
    else server.disk.commit(call);
  }

  flushed(call: CallId): void {
    const verb = this.#context.calls.verb(call);
    if (verb === VERB.prepare) {
      this.#promise(call);
      return;
    }
    if (verb === VERB.perform || verb === VERB.compensate) {
      switch (this.#steps.flushed(call)) {
        case 'too-late':
          this.rollBack(call, COMPENSATED);
          return;
        case 'nothing':
          this.#servers.of(call).transactions.release(call);
          this.#answer(call);
          return;
        case 'written':
      }
    }
    // What was promised counts once, however often its end is told.
    if (verb !== VERB.commit) this.#context.count(this.#writes);
    this.commits.committed(call, this.#servers.of(call));
  }

  /** A prepared transaction keeps its locks and gives back its connection. */
  #promise(call: CallId): void {
    if (!this.#prepared.keep(call)) {
      this.rollBack(call, ABORTED);
      return;
    }
    this.#servers.of(call).transactions.keep(call);
    this.#answer(call);
  }

  #acknowledged(call: CallId): void {
    this.#routing.wrote(this.#context.calls.user(call), this.#context.now);
    if (this.#context.calls.verb(call) === VERB.commit) {
      this.#here.remove(call);
      this.#prepared.commit(call);
      return;
    }
    this.#servers.of(call).transactions.release(call);
    this.#answer(call);
  }

  /** The query is done. Its answer may not come through. */
  #answer(call: CallId): void {
    const context = this.#context;
    const { calls } = context;
    if (!this.#cluster.callers.reaches(calls.connection(call), this.#servers.of(call))) {
      calls.setWork(call, PHASE, STUCK_AFTER);
      return;
    }
    if (calls.write(call) === 0) {
      context.count(this.#reads);
      this.#consistency.read(calls.work(call, FRESHNESS));
    }
    this.pools.release(calls.connection(call), calls.work(call, SERVER));
    this.#here.remove(call);
    context.succeed(call, calls.verb(call) === VERB.compensate ? this.#steps.result(call) : 0);
  }

  /** Nothing of it remains. It waits for nothing. */
  rollBack(call: CallId, cause: number): void {
    const { calls } = this.#context;
    this.#servers.of(call).transactions.release(call);
    this.pools.release(calls.connection(call), calls.work(call, SERVER));
    this.#fail(call, cause);
  }

  #unstick(call: CallId, cause: number): void {
    const { calls } = this.#context;
    if (calls.work(call, PHASE) === STUCK_BEFORE) this.stuck--;
    this.pools.release(calls.connection(call), calls.work(call, SERVER));
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

  // — connections that break —

  /** All connections to a server break, and what was in its memory is gone. */
  reset(server: Server): void {
    const { calls } = this.#context;
    this.commits.abandon(server);
    this.pools.drop(server.index);
    server.clear();
    this.#prepared.unlocked(server, this.#cluster.source);
    server.setCores(this.#config.cores);
    this.#here.each((call) => {
      if (calls.work(call, SERVER) !== server.index) return;
      const phase = calls.work(call, PHASE);
      if (phase === STUCK_BEFORE) this.stuck--;
      this.#fail(call, phase === AT_POOL ? REFUSED : RESET);
    });
  }

  /** Callers close connections through which nothing comes to servers they no longer ask. */
  learnt(): void {
    const { calls } = this.#context;
    const { callers } = this.#cluster;
    this.configurePools();
    this.#here.each((call) => {
      const phase = calls.work(call, PHASE);
      if (phase !== STUCK_BEFORE && phase !== STUCK_AFTER) return;
      const connection = calls.connection(call);
      const server = this.#servers.of(call);
      if (callers.reaches(connection, server) || !callers.knows(connection, server.index)) this.#unstick(call, RESET);
    });
  }
}

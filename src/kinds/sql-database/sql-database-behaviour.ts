import type { Behaviour, Context, MetricHandle } from '../../engine/behaviour';
import type { CallId } from '../../engine/calls';
import { type Sampler, sampler } from '../../engine/distribution';
import { PRIORITY } from '../../engine/event-queue';
import type { RandomStream } from '../../engine/random';
import { ProcessorSharing } from '../../engine/resources/processor-sharing';
import type { FaceWriter } from '../../model/face';
import type { Config } from '../../model/fields';
import { CANCELLED, causeCode } from '../../model/outcome';
import { fromMs, toMs } from '../../model/units';
import { DISK_SLOW, STOP_REPLICATION } from './faults';
import { type SqlConfig } from './fields';
import { LogDisk } from './log-disk';
import { Pools } from './pools';
import { AT_POOL, AT_SECOND, AT_TABLE, HELD, PHASE, RUNNING, SECOND, SERVER, STALE } from './query';
import { ReadRouting } from './read-routing';
import { Replication } from './replication';
import { Transactions } from './transactions';

const POOL_TIMEOUT = causeCode('pool-timeout');
const TOO_MANY_CONNECTIONS = causeCode('too-many-connections');
const OUT_OF_MEMORY = causeCode('out-of-memory');

const COMPUTED = 0;
const FLUSHED = 1;
const APPLIED = 2;
const WAITED_ENOUGH = 3;
const LOOK_AT_LAG = 4;
const LOCK_PATIENCE = 5;
const LOOK_FOR_DEADLOCK = 6;

/** The lag rises between events, so its gauge is read this often while there is any. */
const LAG_EVERY = 50_000;

export class SqlDatabase implements Behaviour {
  #config!: SqlConfig;
  #reading!: Sampler;
  #writing!: Sampler;
  #watchingLag = false;
  readonly #context: Context;
  readonly #times: RandomStream;
  readonly #pools: Pools;
  readonly #servers: ProcessorSharing[] = [];
  readonly #disk: LogDisk;
  readonly #replication: Replication;
  readonly #routing: ReadRouting;
  readonly #transactions: Transactions;
  readonly #reads: MetricHandle;
  readonly #staleReads: MetricHandle;
  readonly #writes: MetricHandle;
  readonly #poolTimeouts: MetricHandle;
  readonly #active: MetricHandle;
  readonly #waiting: MetricHandle;
  readonly #lag: MetricHandle;
  readonly #lockWaits: MetricHandle;

  constructor(config: SqlConfig, context: Context) {
    this.#context = context;
    this.#times = context.random('service');
    this.#reads = context.counter('reads');
    this.#staleReads = context.counter('staleReads');
    this.#writes = context.counter('writes');
    this.#poolTimeouts = context.counter('poolTimeouts');
    this.#active = context.gauge('connectionsActive');
    this.#waiting = context.gauge('connectionsWaiting');
    this.#lag = context.gauge('replicationLagMs');
    this.#lockWaits = context.gauge('lockWaiting');
    this.#replication = new Replication(context, APPLIED);
    this.#routing = new ReadRouting(context.calls, this.#replication);
    this.#disk = new LogDisk(context, FLUSHED, (call) => this.#committed(call));
    this.#transactions = new Transactions(
      context,
      LOCK_PATIENCE,
      LOOK_FOR_DEADLOCK,
      (call) => this.#gotLock(call),
      (call, cause) => this.#rollBack(call, cause),
    );
    this.#pools = new Pools(
      context,
      WAITED_ENOUGH,
      (call) => this.#begin(call),
      (call) => this.#giveUp(call),
    );
    this.#adopt(config);
  }

  start(): void {
    this.#replication.start();
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
    calls.setWork(call, SERVER, server);
    calls.setWork(call, PHASE, AT_POOL);
    calls.setWork(call, HELD, 0);
    calls.setWork(call, SECOND, -1);
    switch (this.#pools.acquire(call, calls.connection(call), server)) {
      case 'granted':
        this.#begin(call);
        break;
      case 'refused':
        this.#context.fail(call, TOO_MANY_CONNECTIONS);
        break;
      case 'waits':
    }
    this.#report();
  }

  /** One who waits goes away; a query at work is finished in vain. */
  cancelled(call: CallId): void {
    const context = this.#context;
    const { calls } = context;
    const phase = calls.work(call, PHASE);
    if (phase === RUNNING) return;
    if (phase === AT_POOL) {
      this.#pools.leave(call, calls.connection(call), calls.work(call, SERVER));
      context.fail(call, CANCELLED);
    } else {
      this.#transactions.leave(call);
      this.#rollBack(call, CANCELLED);
    }
    this.#report();
  }

  timer(type: number, a: number, b: number): void {
    switch (type) {
      case COMPUTED:
        this.#servers[a]!.timer(b);
        break;
      case FLUSHED:
        this.#disk.flushed();
        this.#watchLag();
        break;
      case APPLIED:
        this.#replication.timer(a, b);
        break;
      case WAITED_ENOUGH:
        this.#pools.timer(a, b);
        break;
      case LOCK_PATIENCE:
      case LOOK_FOR_DEADLOCK:
        this.#transactions.timer(type, a, b);
        break;
      case LOOK_AT_LAG:
        this.#watchingLag = false;
        this.#watchLag();
        return;
    }
    this.#report();
  }

  crash(): void {
    this.#pools.crash();
    for (const server of this.#servers) server.clear();
    this.#disk.crash();
    this.#replication.crash();
    this.#transactions.crash();
    this.#routing.forget();
    this.#watchingLag = false;
    for (const gauge of [this.#active, this.#waiting, this.#lockWaits]) this.#context.level(gauge, 0);
  }

  fault(id: string, on: boolean, params: Config): void {
    if (id === STOP_REPLICATION.id) this.#replication.stop(on, Number(params['replica']) - 1);
    else if (id === DISK_SLOW.id) this.#disk.slowness = on ? Number(params['factor']) : 1;
    else {
      this.#transactions.fault(id, on, params);
      this.#report();
    }
  }

  face(writer: FaceWriter): void {
    const { replicas, poolSize } = this.#config;
    writer.put(Math.min(replicas, 2));
    if (replicas > 0) writer.put(replicas);
    writer.put(this.#pools.active);
    writer.put(this.#context.incoming.length * this.#routing.servers * poolSize);
    writer.put(this.#pools.waiting);
    writer.put(0);
    writer.put(this.#transactions.waiting);
    writer.put(0);
    const { stopped, behind } = this.#replication;
    const phrase = replicas === 0 ? 0 : stopped ? 3 : behind ? 2 : 1;
    writer.put(phrase);
    if (phrase > 1) writer.put(Math.floor(toMs(this.#replication.lag()) + 0.5));
  }

  #adopt(config: SqlConfig): void {
    this.#config = config;
    const lognormal = (medianMs: number, p99Ms: number): Sampler =>
      sampler({ type: 'lognormal', medianMs, p99Ms: Math.max(medianMs, p99Ms) });
    this.#reading = lognormal(config.readMedianMs, config.readP99Ms);
    this.#writing = lognormal(config.writeMedianMs, config.writeP99Ms);
    this.#disk.flushTime = lognormal(config.commitMedianMs, config.commitP99Ms);
    // Servers taken away get no more queries and finish what they have.
    while (this.#servers.length <= config.replicas) {
      const id = this.#servers.length;
      this.#servers.push(
        new ProcessorSharing(this.#context, config.cores, COMPUTED, id, (call) => this.#computed(call)),
      );
    }
    for (const server of this.#servers) server.setCores(config.cores);
    this.#replication.configure(config.replicas, fromMs(config.replicationDelayMs), fromMs(config.applyMs));
    this.#routing.configure(config);
    this.#transactions.configure(config);
    this.#pools.configure(config.poolSize, fromMs(config.poolTimeoutMs), config.maxConnections, this.#routing.servers);
  }

  /** The query has a connection and keeps it to its end. */
  #begin(call: CallId): void {
    if (this.#transactions.passTable(call)) this.#enter(call);
  }

  /** A write locks its row before it does anything; a read sees the last committed version and locks nothing. */
  #enter(call: CallId): void {
    const { calls } = this.#context;
    if (calls.write(call) === 1) {
      if (this.#transactions.lockFirst(call)) this.#write(call);
      return;
    }
    const server = calls.work(call, SERVER);
    // A query sees what is there when it begins.
    const stale = server > 0 && this.#replication.stale(server - 1, calls.key(call));
    calls.setWork(call, STALE, stale ? 1 : 0);
    this.#run(call, this.#reading.sample(this.#times));
  }

  #write(call: CallId): void {
    this.#run(call, this.#transactions.begin(call, this.#writing.sample(this.#times)));
  }

  #run(call: CallId, micros: number): void {
    const context = this.#context;
    const { calls } = context;
    context.began(call);
    calls.setWork(call, PHASE, RUNNING);
    this.#servers[calls.work(call, SERVER)]!.add(call, context.work(micros));
  }

  #gotLock(call: CallId): void {
    const phase = this.#context.calls.work(call, PHASE);
    if (phase === AT_TABLE) this.#enter(call);
    else if (phase === AT_SECOND) this.#goOn(call);
    else this.#write(call);
  }

  #goOn(call: CallId): void {
    this.#servers[0]!.add(call, this.#context.work(this.#transactions.beginSecond(call)));
  }

  #computed(call: CallId): void {
    const context = this.#context;
    const { calls } = context;
    if (calls.write(call) === 1) {
      if (this.#transactions.goesOn(call)) {
        if (this.#transactions.lockSecond(call)) this.#goOn(call);
      } else if (this.#replication.full) this.#rollBack(call, OUT_OF_MEMORY);
      else this.#disk.commit(call);
      return;
    }
    context.count(this.#reads);
    if (calls.work(call, STALE) === 1) context.count(this.#staleReads);
    this.#release(call);
    context.succeed(call);
  }

  #committed(call: CallId): void {
    const context = this.#context;
    const { calls } = context;
    context.count(this.#writes);
    this.#replication.committed(calls.key(call));
    if (calls.work(call, HELD) === 2) this.#replication.committed(calls.work(call, SECOND));
    this.#routing.wrote(calls.user(call), context.now);
    this.#release(call);
    context.succeed(call);
  }

  #release(call: CallId): void {
    const { calls } = this.#context;
    this.#transactions.release(call);
    this.#pools.release(calls.connection(call), calls.work(call, SERVER));
  }

  /** Nothing of it remains. It waits for nothing. */
  #rollBack(call: CallId, cause: number): void {
    this.#release(call);
    this.#context.fail(call, cause);
  }

  #giveUp(call: CallId): void {
    this.#context.count(this.#poolTimeouts);
    this.#context.fail(call, POOL_TIMEOUT);
  }

  #watchLag(): void {
    if (this.#watchingLag) return;
    this.#context.level(this.#lag, toMs(this.#replication.lag()));
    if (!this.#replication.behind) return;
    this.#watchingLag = true;
    this.#context.after(LAG_EVERY, PRIORITY.control, LOOK_AT_LAG);
  }

  #report(): void {
    const context = this.#context;
    const { cores, replicas } = this.#config;
    for (let i = 0; i < this.#servers.length; i++) {
      context.busy(this.#servers[i]!.busy, i <= replicas ? cores : 0, i);
    }
    context.waiting(this.#pools.waiting + this.#transactions.waitingToBegin);
    context.level(this.#active, this.#pools.active);
    context.level(this.#lockWaits, this.#transactions.waiting);
    context.level(this.#waiting, this.#pools.waiting);
  }
}

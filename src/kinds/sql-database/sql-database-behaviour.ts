import type { Behaviour, Context, MetricHandle } from '../../engine/behaviour';
import type { CallId } from '../../engine/calls';
import { type Sampler, sampler } from '../../engine/distribution';
import { PRIORITY } from '../../engine/event-queue';
import type { RandomStream } from '../../engine/random';
import { GroupCommit } from '../../engine/resources/group-commit';
import { ProcessorSharing } from '../../engine/resources/processor-sharing';
import type { FaceWriter } from '../../model/face';
import { causeCode } from '../../model/outcome';
import { fromMs, toMs } from '../../model/units';
import { type SqlConfig } from './fields';
import { Pools } from './pools';
import { Replication } from './replication';
import { STOP_REPLICATION } from './sql-database';

const POOL_TIMEOUT = causeCode('pool-timeout');
const TOO_MANY_CONNECTIONS = causeCode('too-many-connections');
const OUT_OF_MEMORY = causeCode('out-of-memory');

const COMPUTED = 0;
const FLUSHED = 1;
const APPLIED = 2;
const WAITED_ENOUGH = 3;
const LOOK_AT_LAG = 4;

/** Work slots of a query: the server it runs on (0 is the primary), and whether what it reads is out of date. */
const SERVER = 0;
const STALE = 1;

/** The lag rises between events, so its gauge is read this often while there is any. */
const LAG_EVERY = 50_000;

export class SqlDatabase implements Behaviour {
  #config!: SqlConfig;
  #reading!: Sampler;
  #writing!: Sampler;
  #flushing!: Sampler;
  #nextReplica = 0;
  #watchingLag = false;
  readonly #context: Context;
  readonly #times: RandomStream;
  readonly #disk: RandomStream;
  readonly #pools: Pools;
  readonly #servers: ProcessorSharing[] = [];
  readonly #commits = new GroupCommit();
  readonly #replication: Replication;
  readonly #reads: MetricHandle;
  readonly #staleReads: MetricHandle;
  readonly #writes: MetricHandle;
  readonly #flushes: MetricHandle;
  readonly #poolTimeouts: MetricHandle;
  readonly #active: MetricHandle;
  readonly #waiting: MetricHandle;
  readonly #lag: MetricHandle;

  constructor(config: SqlConfig, context: Context) {
    this.#context = context;
    this.#times = context.random('service');
    this.#disk = context.random('fsync');
    this.#reads = context.counter('reads');
    this.#staleReads = context.counter('staleReads');
    this.#writes = context.counter('writes');
    this.#flushes = context.counter('flushes');
    this.#poolTimeouts = context.counter('poolTimeouts');
    this.#active = context.gauge('connectionsActive');
    this.#waiting = context.gauge('connectionsWaiting');
    this.#lag = context.gauge('replicationLagMs');
    this.#replication = new Replication(context, APPLIED);
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
    const server = this.#serverFor(calls.write(call));
    calls.setWork(call, SERVER, server);
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

  timer(type: number, a: number, b: number): void {
    switch (type) {
      case COMPUTED:
        this.#servers[a]!.timer(b);
        break;
      case FLUSHED:
        this.#flushed();
        break;
      case APPLIED:
        this.#replication.timer(a, b);
        break;
      case WAITED_ENOUGH:
        this.#pools.timer(a, b);
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
    this.#commits.clear();
    this.#replication.crash();
    this.#watchingLag = false;
    this.#context.level(this.#active, 0);
    this.#context.level(this.#waiting, 0);
  }

  fault(id: string, on: boolean): void {
    if (id === STOP_REPLICATION.id) this.#replication.stop(on);
  }

  face(writer: FaceWriter): void {
    const { replicas, poolSize } = this.#config;
    writer.put(Math.min(replicas, 2));
    if (replicas > 0) writer.put(replicas);
    writer.put(this.#pools.active);
    writer.put(this.#context.incoming.length * this.#serversInUse() * poolSize);
    writer.put(this.#pools.waiting);
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
    this.#flushing = lognormal(config.commitMedianMs, config.commitP99Ms);
    // Servers taken away get no more queries and finish what they have.
    while (this.#servers.length <= config.replicas) {
      const id = this.#servers.length;
      this.#servers.push(
        new ProcessorSharing(this.#context, config.cores, COMPUTED, id, (call) => this.#computed(call)),
      );
    }
    for (const server of this.#servers) server.setCores(config.cores);
    this.#replication.configure(config.replicas, fromMs(config.replicationDelayMs), fromMs(config.applyMs));
    this.#pools.configure(config.poolSize, fromMs(config.poolTimeoutMs), config.maxConnections, this.#serversInUse());
    if (config.replicas > 0) this.#nextReplica %= config.replicas;
  }

  #serversInUse(): number {
    return this.#config.readFrom === 'replicas' ? 1 + this.#config.replicas : 1;
  }

  #serverFor(write: number): number {
    const { replicas, readFrom } = this.#config;
    if (write === 1 || readFrom === 'primary' || replicas === 0) return 0;
    const replica = this.#nextReplica;
    this.#nextReplica = (replica + 1) % replicas;
    return 1 + replica;
  }

  /** The query has a connection and keeps it to its end. */
  #begin(call: CallId): void {
    const context = this.#context;
    const { calls } = context;
    context.began(call);
    const server = calls.work(call, SERVER);
    const write = calls.write(call) === 1;
    // A query sees what is there when it begins.
    const stale = server > 0 && this.#replication.stale(server - 1, calls.key(call));
    calls.setWork(call, STALE, stale ? 1 : 0);
    const micros = (write ? this.#writing : this.#reading).sample(this.#times);
    this.#servers[server]!.add(call, context.work(micros));
  }

  #computed(call: CallId): void {
    const context = this.#context;
    const { calls } = context;
    if (calls.write(call) === 1) {
      if (this.#replication.full) {
        this.#release(call);
        context.fail(call, OUT_OF_MEMORY);
      } else if (this.#commits.join(call)) this.#flush();
      return;
    }
    context.count(this.#reads);
    if (calls.work(call, STALE) === 1) context.count(this.#staleReads);
    this.#release(call);
    context.succeed(call);
  }

  #flush(): void {
    const micros = this.#context.work(this.#flushing.sample(this.#disk));
    this.#context.after(micros, PRIORITY.completion, FLUSHED);
  }

  #flushed(): void {
    const context = this.#context;
    context.count(this.#flushes);
    for (let call = this.#commits.take(); call >= 0; call = this.#commits.take()) {
      context.count(this.#writes);
      this.#replication.committed(context.calls.key(call));
      this.#release(call);
      context.succeed(call);
    }
    if (this.#commits.end()) this.#flush();
    this.#watchLag();
  }

  #release(call: CallId): void {
    const { calls } = this.#context;
    this.#pools.release(calls.connection(call), calls.work(call, SERVER));
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
    context.waiting(this.#pools.waiting);
    context.level(this.#active, this.#pools.active);
    context.level(this.#waiting, this.#pools.waiting);
  }
}

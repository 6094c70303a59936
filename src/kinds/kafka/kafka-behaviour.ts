import type { Behaviour, Context, MetricHandle } from '../../engine/behaviour';
import type { CallId } from '../../engine/calls';
import { PRIORITY } from '../../engine/event-queue';
import type { FaceWriter } from '../../model/face';
import type { Config } from '../../model/fields';
import { MEASURE, measuredWhat, UNKNOWN } from '../../model/measures';
import { fromMs, toMs } from '../../model/units';
import { BatchPool } from './batch';
import { BrokerThreads } from './broker-threads';
import { Brokers } from './brokers';
import { PREPARING } from './consumer-group';
import { Consumers } from './consumers';
import { Controller } from './controller';
import { effective, type KafkaConfig } from './fields';
import { Leaders } from './leaders';
import { NO_BROKER, Partition } from './partition';
import { Producers } from './producers';
import { Replication } from './replication';
import { Retention } from './retention';

const APPENDED = 0;
const FETCHED = 1;
const CHECK_ISR = 2;
const FENCE = 3;
const PREFER = 4;
const LINGER = 5;
const KICK = 6;
const SWEEP = 7;
const GROUP = 8;
const HEARTBEAT = 9;
const RETRY = 10;
const LOOK = 11;
const EXPIRE = 12;

/** Ages rise between events, so gauges are read and retention is done this often while there are records to read. */
const LOOK_EVERY = 50_000;

/** A topic on a cluster of brokers, with its producers and its consumer groups. */
export class Kafka implements Behaviour {
  #config!: KafkaConfig;
  #up = false;
  #looking = false;
  readonly #context: Context;
  readonly #partitions: Partition[] = [];
  readonly #pool = new BatchPool();
  readonly #brokers: Brokers;
  readonly #threads: BrokerThreads;
  readonly #replication: Replication;
  readonly #controller: Controller;
  readonly #producers: Producers;
  readonly #leaders: Leaders;
  readonly #consumers: Consumers;
  readonly #retention: Retention;
  readonly #published: MetricHandle;
  readonly #lag: MetricHandle;
  readonly #maxLag: MetricHandle;
  readonly #age: MetricHandle;
  readonly #underReplicated: MetricHandle;
  readonly #offline: MetricHandle;

  constructor(config: KafkaConfig, context: Context) {
    this.#context = context;
    this.#published = context.counter('published');
    this.#lag = context.gauge('lag');
    this.#maxLag = context.gauge('maxLag');
    this.#age = context.gauge('oldestMessageAgeMs');
    this.#underReplicated = context.gauge('underReplicated');
    this.#offline = context.gauge('offline');
    this.#brokers = new Brokers({
      retiring: (broker) => this.#controller.retire(broker),
      crashed: (broker) => this.#crashed(broker),
      changed: (broker) => this.#changed(broker),
    });
    this.#replication = new Replication(
      context,
      this.#brokers,
      FETCHED,
      CHECK_ISR,
      (partition, by) => this.#advanced(partition, by),
      () => this.#levelReplicas(),
    );
    this.#controller = new Controller(
      context,
      this.#brokers,
      this.#replication,
      this.#partitions,
      { fence: FENCE, prefer: PREFER },
      (partition, from) => this.#leaders.losing(partition, from),
      (partition, before) => this.#elected(partition, before),
    );
    this.#threads = new BrokerThreads(context, this.#brokers, this.#pool, APPENDED, (batch, broker) =>
      this.#leaders.appended(batch, broker),
    );
    this.#producers = new Producers(
      context,
      this.#pool,
      this.#brokers,
      this.#partitions,
      { linger: LINGER, kick: KICK, sweep: SWEEP },
      (batch, broker) => this.#threads.offer(batch, broker),
    );
    this.#leaders = new Leaders(
      context,
      this.#pool,
      this.#brokers,
      this.#partitions,
      this.#replication,
      this.#producers,
    );
    const counters = {
      delivered: context.counter('delivered'),
      redelivered: context.counter('redelivered'),
      duplicates: context.counter('duplicates'),
      skipped: context.counter('skipped'),
      unread: context.counter('expired'),
      dropped: context.counter('droppedByConsumers'),
      deadLettered: context.counter('deadLettered'),
      rebalances: context.counter('rebalances'),
    };
    this.#consumers = new Consumers(
      context,
      this.#brokers,
      this.#partitions,
      { group: GROUP, heartbeat: HEARTBEAT, retry: RETRY },
      counters,
      () => this.#committed(),
    );
    this.#retention = new Retention(context, EXPIRE, this.#partitions, this.#consumers);
    this.#adopt(config);
  }

  start(): void {
    this.#up = true;
    this.#report();
    this.#consumers.start();
    this.#look();
  }

  configure(config: KafkaConfig): void {
    this.#adopt(config);
    this.#report();
    this.#consumers.pollAll();
  }

  /** Each outgoing connection is a group, unless several share a number. Dead letters go to what takes messages. */
  rewire(): void {
    this.#consumers.rewire();
    this.#levelLag();
    if (this.#up) this.#look();
  }

  arrive(call: CallId): void {
    this.#producers.accept(call);
    this.#context.waiting(this.#threads.waiting + this.#producers.waiting);
  }

  timer(type: number, a: number, b: number): void {
    switch (type) {
      case APPENDED:
        this.#threads.timer(a, b);
        this.#context.waiting(this.#threads.waiting + this.#producers.waiting);
        break;
      case FETCHED:
      case CHECK_ISR:
        this.#replication.timer(type, a);
        break;
      case FENCE:
      case PREFER:
        this.#controller.timer(type, a, b);
        this.#goOn();
        break;
      case LINGER:
      case KICK:
      case SWEEP:
        this.#producers.timer(type, a, b);
        break;
      case GROUP:
      case HEARTBEAT:
      case RETRY:
        this.#consumers.timer(type, a, b);
        break;
      case LOOK:
        this.#looking = false;
        this.#look();
        break;
      case EXPIRE:
        this.#retention.timer();
        this.#levelLag();
    }
  }

  /** A delivery, a dead letter or a heartbeat has its outcome. */
  reply(call: CallId): void {
    this.#consumers.reply(call);
  }

  faults(id: string, active: readonly Config[]): void {
    this.#brokers.apply(id, active, this.#up);
    this.#report();
  }

  /** All brokers die. The logs are on disk; what was only in memory is lost. */
  crash(): void {
    this.#up = this.#looking = false;
    this.#producers.crash();
    this.#threads.crashAll();
    this.#consumers.crash();
    this.#controller.forget();
    this.#replication.clear();
    this.#retention.crash();
    for (const partition of this.#partitions) partition.waiting.length = 0;
    this.#brokers.restart();
    this.#place();
  }

  /** What waits are records not yet consumed. */
  measure(key: number): number {
    return measuredWhat(key) === MEASURE.waiting ? this.#greatestLag() : UNKNOWN;
  }

  audit(): void {
    for (const partition of this.#partitions) partition.audit();
    for (const group of this.#consumers.groups) group.audit(this.#partitions);
  }

  face(writer: FaceWriter): void {
    const { groups } = this.#consumers;
    const offline = this.#count((partition) => !this.#brokers.serves(partition.leader));
    const rebalancing = groups.some(({ state }) => state === PREPARING);
    const phrase = offline > 0 ? 3 : groups.length === 0 ? 0 : rebalancing ? 2 : 1;
    writer.put(phrase);
    if (phrase === 3) writer.put(offline);
    else if (phrase > 0) writer.put(this.#greatestLag());
    writer.put(this.#partitions.length);
    writer.put(groups.length);
    this.#partitions.forEach(({ leader, isr, replicas, log }, index) => {
      writer.put(this.#brokers.serves(leader) ? leader + 1 : 0);
      writer.put(isr);
      writer.put(replicas.length);
      for (const group of groups) writer.put(log.highWatermark - group.committed[index]!);
    });
    const { size, alive } = this.#brokers;
    writer.put(alive < size ? 1 : 0);
    if (alive === size) return;
    writer.put(alive);
    writer.put(size);
  }

  #adopt(settings: KafkaConfig): void {
    const config = effective(settings);
    const before = this.#config as KafkaConfig | undefined;
    this.#config = config;
    const moved = before?.brokers !== config.brokers || before.replicationFactor !== config.replicationFactor;
    if (moved) {
      for (let broker = config.brokers; broker < this.#brokers.size; broker++) {
        this.#threads.crash(broker);
        this.#producers.disconnected(broker);
      }
      this.#brokers.resize(config.brokers);
    }
    this.#threads.configure(config);
    this.#replication.configure(fromMs(config.replicationMs), fromMs(config.replicaLagMaxMs));
    this.#producers.configure(config);
    this.#leaders.configure(config);
    this.#consumers.configure(fromMs(config.redeliveryMs));
    this.#retention.configure(config);
    while (this.#partitions.length < config.partitions) this.#partitions.push(new Partition(this.#partitions.length));
    if (moved) this.#place();
    this.#fit();
    this.#controller.configure(config);
    if (moved) this.#brokers.settle();
  }

  /** Partitions beyond the number wanted go when everybody is done with them. */
  #fit(): void {
    const { partitions } = this.#config;
    while (this.#partitions.length > partitions && this.#isDone(this.#partitions.at(-1)!)) this.#partitions.pop();
    this.#place((partition) => partition.replicas.length === 0);
    this.#consumers.fit();
  }

  #isDone({ log, index }: Partition): boolean {
    const read = this.#consumers.groups.every(({ committed }) => committed[index]! >= log.end);
    return read && log.highWatermark === log.end && !this.#pool.all.some((batch) => batch.uses(index));
  }

  /** Spreads replicas over the brokers: partition p begins at broker p mod brokers. */
  #place(which: (partition: Partition) => boolean = () => true): void {
    const { brokers, replicationFactor } = this.#config;
    const { list } = this.#brokers;
    for (const partition of this.#partitions.filter(which)) {
      const before = partition.leader;
      const replicas = Array.from(
        { length: Math.min(replicationFactor, brokers) },
        (_, place) => (partition.index + place) % brokers,
      );
      this.#appeared(partition.place(replicas, this.#context.now));
      if (replicas.some((broker) => !list[broker]!.fenced)) {
        replicas.forEach((broker, place) => partition.setInSync(place, !list[broker]!.fenced));
      }
      partition.leader = replicas.find((broker) => !list[broker]!.fenced) ?? NO_BROKER;
      if (before !== NO_BROKER) this.#leaders.replaced(partition, before);
    }
    this.#replication.regroup(this.#partitions);
    this.#levelReplicas();
    this.#levelLag();
  }

  // — what follows from what —

  /** Consumers may see so many records more. */
  #appeared(by: number): void {
    this.#context.count(this.#published, by);
    for (const group of this.#consumers.groups) group.lag += by;
  }

  #advanced(partition: Partition, by: number): void {
    this.#appeared(by);
    this.#leaders.advanced(partition);
    this.#retention.grown(partition);
    this.#consumers.feed(partition.index);
    this.#levelLag();
    this.#look();
  }

  #committed(): void {
    if (this.#partitions.length > this.#config.partitions) this.#fit();
    this.#levelLag();
  }

  #elected(partition: Partition, before: number): void {
    this.#replication.regroup(this.#partitions);
    this.#consumers.cut(partition.index, partition.log.end);
    if (before !== NO_BROKER) this.#leaders.replaced(partition, before);
    this.#levelReplicas();
    this.#levelLag();
    if (partition.leader === NO_BROKER) return;
    this.#lead(partition);
  }

  /** A partition has a leader that works: everybody goes on. */
  #lead(partition: Partition): void {
    this.#replication.advance(partition);
    this.#replication.wake(partition.leader);
    this.#producers.leaderFound(partition.index);
    this.#consumers.feed(partition.index);
  }

  #crashed(broker: number): void {
    this.#threads.crash(broker);
    this.#producers.disconnected(broker);
    this.#controller.look(broker);
  }

  #changed(broker: number): void {
    if (this.#brokers.list[broker]!.frozen) this.#threads.freeze(broker);
    else {
      this.#threads.thaw(broker);
      this.#leaders.thawed(broker);
    }
    this.#controller.look(broker);
    this.#goOn();
  }

  /** Some broker can do what it could not do before. */
  #goOn(): void {
    for (const partition of this.#partitions) {
      if (!this.#brokers.serves(partition.leader)) continue;
      this.#replication.readmit(partition);
      this.#lead(partition);
    }
    this.#levelReplicas();
  }

  // — gauges —

  #count(which: (partition: Partition) => boolean): number {
    let count = 0;
    for (const partition of this.#partitions) if (which(partition)) count++;
    return count;
  }

  #greatestLag(): number {
    let lag = 0;
    for (const group of this.#consumers.groups) lag = Math.max(lag, group.lag);
    return lag;
  }

  #levelLag(): void {
    this.#context.level(this.#lag, this.#greatestLag());
  }

  #levelReplicas(): void {
    this.#context.level(
      this.#underReplicated,
      this.#count(({ isr, replicas }) => isr < replicas.length),
    );
    this.#context.level(
      this.#offline,
      this.#count(({ leader }) => leader === NO_BROKER || !this.#brokers.serves(leader)),
    );
  }

  #look(): void {
    if (this.#looking) return;
    const { now } = this.#context;
    let oldest = now;
    let worst = 0;
    for (const { committed } of this.#consumers.groups) {
      for (const { log, index } of this.#partitions) {
        const lag = log.highWatermark - committed[index]!;
        if (lag > worst) worst = lag;
        if (lag > 0) oldest = Math.min(oldest, log.time(Math.max(log.start, committed[index]!)));
      }
    }
    this.#context.level(this.#age, toMs(now - oldest));
    this.#context.level(this.#maxLag, worst);
    if (worst === 0 || !this.#up) return;
    this.#looking = true;
    this.#context.after(LOOK_EVERY, PRIORITY.control, LOOK);
  }

  #report(): void {
    this.#threads.report();
    this.#context.waiting(this.#threads.waiting + this.#producers.waiting);
  }
}

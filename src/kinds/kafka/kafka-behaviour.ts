import type { Behaviour, Context, MetricHandle } from '../../engine/behaviour';
import type { CallId } from '../../engine/calls';
import type { FaceWriter } from '../../model/face';
import type { Config } from '../../model/fields';
import { MEASURE, measuredWhat, UNKNOWN } from '../../model/measures';
import { fromMs } from '../../model/units';
import { BatchPool } from './batch';
import { BrokerThreads } from './broker-threads';
import { Brokers } from './brokers';
import { PREPARING } from './consumer-group';
import { Consumers } from './consumers';
import { Controller } from './controller';
import { effective, type KafkaConfig } from './fields';
import { Leaders } from './leaders';
import { Levels } from './levels';
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

/** A topic on a cluster of brokers, with its producers and its consumer groups. */
export class Kafka implements Behaviour {
  #config!: KafkaConfig;
  #up = false;
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
  readonly #levels: Levels;

  constructor(config: KafkaConfig, context: Context) {
    this.#context = context;
    this.#published = context.counter('published');
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
      () => this.#levels.replicas(),
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
    this.#levels = new Levels(context, LOOK, this.#brokers, this.#partitions, this.#consumers.groups);
    this.#retention = new Retention(context, EXPIRE, this.#partitions, this.#consumers);
    this.#adopt(config);
  }

  start(): void {
    this.#up = true;
    this.#report();
    this.#consumers.start();
    this.#levels.look(this.#up);
  }

  configure(config: KafkaConfig): void {
    this.#adopt(config);
    this.#report();
    this.#consumers.pollAll();
  }

  /** Each outgoing connection is a group, unless several share a number. Dead letters go to what takes messages. */
  rewire(): void {
    this.#consumers.rewire();
    this.#levels.lag();
    if (this.#up) this.#levels.look(this.#up);
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
        this.#levels.timer(this.#up);
        break;
      case EXPIRE:
        this.#retention.timer();
        this.#levels.lag();
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
    this.#up = false;
    this.#levels.crash();
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
    return measuredWhat(key) === MEASURE.waiting ? this.#levels.greatestLag : UNKNOWN;
  }

  audit(): void {
    for (const partition of this.#partitions) partition.audit();
    for (const group of this.#consumers.groups) group.audit(this.#partitions);
  }

  face(writer: FaceWriter): void {
    const { groups } = this.#consumers;
    const offline = this.#levels.withoutLeader;
    const rebalancing = groups.some(({ state }) => state === PREPARING);
    const phrase = offline > 0 ? 3 : groups.length === 0 ? 0 : rebalancing ? 2 : 1;
    writer.put(phrase);
    if (phrase === 3) writer.put(offline);
    else if (phrase > 0) writer.put(this.#levels.greatestLag);
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
    this.#levels.replicas();
    this.#levels.lag();
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
    this.#levels.lag();
    this.#levels.look(this.#up);
  }

  #committed(): void {
    if (this.#partitions.length > this.#config.partitions) this.#fit();
    this.#levels.lag();
  }

  #elected(partition: Partition, before: number): void {
    this.#replication.regroup(this.#partitions);
    this.#consumers.cut(partition.index, partition.log.end);
    if (before !== NO_BROKER) this.#leaders.replaced(partition, before);
    this.#levels.replicas();
    this.#levels.lag();
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
    this.#levels.replicas();
  }

  #report(): void {
    this.#threads.report();
    this.#context.waiting(this.#threads.waiting + this.#producers.waiting);
  }
}

import type { Context, MetricHandle } from '../../engine/behaviour';
import { PRIORITY } from '../../engine/event-queue';
import { fromMs } from '../../model/units';
import type { Brokers } from './brokers';
import { NO_BROKER, type Partition } from './partition';
import type { Replication } from './replication';

/** broker.heartbeat.interval.ms */
const HEARTBEAT = 2_000_000;
/** What choosing a leader and telling everybody takes: tens of milliseconds. */
const ELECTION = 20_000;
/** leader.imbalance.per.broker.percentage */
const IMBALANCE = 0.1;

export interface ControllerConfig {
  readonly brokerSessionMs: number;
  readonly unclean: boolean;
  readonly leaderRebalanceS: number;
}

/**
 * The controllers: they give up a broker whose heartbeats have stopped, choose leaders from the replicas in sync, and
 * now and then give partitions back to their preferred leaders. They themselves do not fail.
 */
export class Controller {
  readonly #context: Context;
  readonly #brokers: Brokers;
  readonly #replication: Replication;
  readonly #partitions: readonly Partition[];
  readonly #fenceTimer: number;
  readonly #preferTimer: number;
  /** A partition has another leader than this one, or none. */
  readonly #changed: (partition: Partition, before: number) => void;
  /** Records that only the old leader had are about to be taken back, from this offset on. */
  readonly #losing: (partition: Partition, from: number) => void;
  readonly #elections: MetricHandle;
  readonly #unclean: MetricHandle;
  /** By broker: the stamp of the timer that will give it up, or 0. */
  readonly #due: number[] = [];
  #stamp = 0;
  #config!: ControllerConfig;
  #preferring = false;

  constructor(
    context: Context,
    brokers: Brokers,
    replication: Replication,
    partitions: readonly Partition[],
    timers: { readonly fence: number; readonly prefer: number },
    losing: (partition: Partition, from: number) => void,
    changed: (partition: Partition, before: number) => void,
  ) {
    this.#context = context;
    this.#brokers = brokers;
    this.#replication = replication;
    this.#partitions = partitions;
    this.#fenceTimer = timers.fence;
    this.#preferTimer = timers.prefer;
    this.#losing = losing;
    this.#changed = changed;
    this.#elections = context.counter('leaderElections');
    this.#unclean = context.counter('uncleanElections');
  }

  configure(config: ControllerConfig): void {
    this.#config = config;
    this.#electMissing();
  }

  timer(type: number, broker: number, stamp: number): void {
    if (type === this.#preferTimer) {
      this.#preferring = false;
      this.#prefer();
      return;
    }
    if (this.#due[broker] !== stamp) return;
    this.#due[broker] = 0;
    const state = this.#brokers.list[broker];
    if (!state) return;
    this.#fence(broker);
    // The new process of a broker that died is let in now.
    if (state.waiting) {
      state.waiting = false;
      if (this.#brokers.heard(broker)) this.#admit(broker);
    }
  }

  /** Its heartbeats have stopped or begun again. */
  look(broker: number): void {
    const state = this.#brokers.list[broker]!;
    if (!this.#brokers.heard(broker)) {
      if (!state.fenced && !(this.#due[broker]! > 0)) this.#expect(broker);
      return;
    }
    this.#due[broker] = 0;
    if (state.fenced) this.#admit(broker);
    else this.#electMissing();
  }

  /** It goes down in order: its partitions are given away while it still serves. */
  retire(broker: number): void {
    this.#fence(broker);
  }

  forget(): void {
    this.#due.fill(0);
    this.#preferring = false;
  }

  /** The session ends so long after its last heartbeat. Heartbeats of different brokers are spread over the interval. */
  #expect(broker: number): void {
    const now = this.#context.now;
    const phase = Math.floor((broker * HEARTBEAT) / Math.max(1, this.#brokers.size));
    const last = now < phase ? now : now - ((now - phase) % HEARTBEAT);
    const due = Math.max(now, last + fromMs(this.#config.brokerSessionMs)) + ELECTION;
    this.#due[broker] = ++this.#stamp;
    this.#context.after(due - now, PRIORITY.control, this.#fenceTimer, broker, this.#stamp);
  }

  #fence(broker: number): void {
    const state = this.#brokers.list[broker]!;
    if (state.fenced) return;
    state.fenced = true;
    for (const partition of this.#partitions) {
      const place = partition.placeOf(broker);
      // The last in-sync replica stays in the set: it alone has everything.
      if (place >= 0 && partition.inSync[place] && partition.isr > 1) this.#replication.leave(partition, place);
      if (partition.leader === broker) this.#elect(partition);
      else this.#replication.advance(partition);
    }
    this.#lookForImbalance();
  }

  /** A broker is back: it follows again, and leads what nobody else could. */
  #admit(broker: number): void {
    this.#brokers.list[broker]!.fenced = false;
    this.#electMissing();
    this.#lookForImbalance();
  }

  #electMissing(): void {
    for (const partition of this.#partitions) if (partition.leader === NO_BROKER) this.#elect(partition);
  }

  #elect(partition: Partition, preferred = false): void {
    const { replicas, inSync } = partition;
    const known = (broker: number): boolean => !this.#brokers.list[broker]!.fenced;
    let place = replicas.findIndex((broker, at) => inSync[at]! && known(broker));
    if (preferred && place !== 0) return;
    if (place < 0 && this.#config.unclean) {
      place = replicas.findIndex((broker) => known(broker) && this.#brokers.serves(broker));
      if (place >= 0) this.#context.count(this.#unclean);
    }
    const before = partition.leader;
    if (before === NO_BROKER && place < 0) return;
    if (before !== NO_BROKER) {
      this.#replication.receiveLast(partition);
      partition.ends[partition.placeOf(before)] = partition.log.end;
    }
    if (place < 0) {
      partition.leader = NO_BROKER;
      this.#changed(partition, before);
      return;
    }
    this.#cutTo(partition, partition.ends[place]!);
    if (!inSync[place]) {
      for (let at = 0; at < replicas.length; at++) if (inSync[at]) this.#replication.leave(partition, at);
      partition.setInSync(place, true);
    }
    partition.leader = replicas[place]!;
    partition.epoch++;
    this.#context.count(this.#elections);
    this.#changed(partition, before);
  }

  /** The log is now what the new leader has; others take back what goes beyond. */
  #cutTo({ ends, log, index }: Partition, end: number): void {
    const to = Math.max(log.start, end);
    if (to < log.end) {
      this.#losing(this.#partitions[index]!, to);
      log.truncate(to);
    }
    for (let place = 0; place < ends.length; place++) ends[place] = Math.min(ends[place]!, log.end);
  }

  /** Whether some partition is led by another than its preferred leader, which could. */
  #lookForImbalance(): void {
    const seconds = this.#config.leaderRebalanceS;
    if (this.#preferring || seconds === 0 || !this.#partitions.some((partition) => this.#strays(partition))) return;
    this.#preferring = true;
    const every = fromMs(seconds * 1000);
    this.#context.after(every - (this.#context.now % every), PRIORITY.control, this.#preferTimer);
  }

  #strays({ leader, replicas }: Partition): boolean {
    const preferred = replicas[0]!;
    return leader !== NO_BROKER && leader !== preferred && !this.#brokers.list[preferred]!.fenced;
  }

  /** Preferred leader election, for brokers that lead more than a tenth too few of their partitions. */
  #prefer(): void {
    for (let broker = 0; broker < this.#brokers.size; broker++) {
      const own = this.#partitions.filter(({ replicas }) => replicas[0] === broker);
      const straying = own.filter((partition) => this.#strays(partition));
      if (straying.length <= IMBALANCE * own.length) continue;
      for (const partition of straying) if (partition.inSync[0]) this.#elect(partition, true);
    }
    this.#lookForImbalance();
  }
}

import type { Context, MetricHandle } from '../../engine/behaviour';
import { PRIORITY } from '../../engine/event-queue';
import type { Brokers } from './brokers';
import { NO_BROKER, type Partition } from './partition';

const NOTHING = -1;

/** replica.fetch.max.bytes: what one fetch brings of one partition at most. */
const FETCH_BYTES = 1_048_576;

/**
 * How followers copy from leaders. A follower asks for more as soon as it has stored what it got (a long poll: without
 * anything new the leader keeps the question), so a record is copied in one round trip when it finds the follower
 * waiting, and in up to two when it does not. Fetches from one leader that take equally long share an event.
 */
export class Replication {
  readonly #context: Context;
  readonly #brokers: Brokers;
  readonly #fetched: number;
  readonly #check: number;
  readonly #advanced: (partition: Partition, by: number) => void;
  readonly #isrChanged: () => void;
  readonly #shrinks: MetricHandle;
  readonly #expands: MetricHandle;
  /** Partitions by leader. */
  readonly #led: Partition[][] = [];
  readonly #busy: boolean[] = [];
  /** Round trip between brokers, with storing. */
  #roundTrip = 0;
  #lagMax = 0;
  #watching = false;

  /** `fetched` and `check` are the owner's timer types that belong here. */
  constructor(
    context: Context,
    brokers: Brokers,
    fetched: number,
    check: number,
    advanced: (partition: Partition, by: number) => void,
    isrChanged: () => void,
  ) {
    this.#context = context;
    this.#brokers = brokers;
    this.#fetched = fetched;
    this.#check = check;
    this.#advanced = advanced;
    this.#isrChanged = isrChanged;
    this.#shrinks = context.counter('isrShrinks');
    this.#expands = context.counter('isrExpands');
  }

  configure(roundTripMicros: number, lagMaxMicros: number): void {
    this.#roundTrip = roundTripMicros;
    this.#lagMax = Math.max(2, lagMaxMicros);
  }

  /** Leaders have changed, or partitions have. */
  regroup(partitions: readonly Partition[]): void {
    this.#led.length = 0;
    for (let broker = 0; broker < this.#brokers.size; broker++) {
      this.#led.push([]);
      this.#busy[broker] ??= false;
    }
    for (const partition of partitions)
      if (partition.leader !== NO_BROKER) this.#led[partition.leader]!.push(partition);
  }

  ledBy(broker: number): readonly Partition[] {
    return this.#led[broker] ?? [];
  }

  /** Something is about to be appended: followers that have everything have it as of now. */
  appending(partition: Partition): void {
    const { ends, replicas, caughtUpAt, leader, log } = partition;
    for (let place = 0; place < ends.length; place++) {
      if (ends[place] !== log.end || !this.#brokers.fetches(replicas[place]!, leader)) continue;
      caughtUpAt[place] = this.#context.now;
    }
  }

  /** Followers of this leader fetch what they lack. */
  wake(leader: number): void {
    if (leader === NO_BROKER || this.#busy[leader]! || !this.#brokers.serves(leader)) return;
    let any = false;
    for (const partition of this.#led[leader]!) if (this.#fetch(partition)) any = true;
    if (!any) return;
    this.#busy[leader] = true;
    this.#context.after(this.#roundTrip, PRIORITY.completion, this.#fetched, leader);
  }

  /** Whether a fetch of this partition is under way. */
  #fetch(partition: Partition): boolean {
    const { ends, replicas, leader, log, fetching, fetchedAt } = partition;
    let any = false;
    for (let place = 0; place < ends.length; place++) {
      const broker = replicas[place]!;
      if (broker === leader || ends[place]! >= log.end) continue;
      if (!this.#brokers.fetches(broker, leader)) {
        this.#watch();
        continue;
      }
      any = true;
      if (fetching[place] !== NOTHING) continue;
      const factor = this.#brokers.list[broker]!.diskFactor;
      if (factor > 1) this.#watch();
      fetching[place] = Math.min(log.end, ends[place]! + fetchRecords(partition));
      fetchedAt[place] = this.#context.now + Math.floor(this.#roundTrip * factor);
    }
    return any;
  }

  timer(type: number, leader: number): void {
    if (type === this.#check) {
      this.#watching = false;
      this.#checkIsr();
      return;
    }
    this.#busy[leader] = false;
    if (!this.#brokers.serves(leader)) return;
    for (const partition of this.#led[leader]!) this.#settle(partition);
    this.wake(leader);
  }

  /** Fetches that have ended. */
  #settle(partition: Partition): void {
    const { ends, replicas, leader, log, fetching, fetchedAt, caughtUpAt, inSync } = partition;
    const now = this.#context.now;
    let moved = false;
    for (let place = 0; place < ends.length; place++) {
      if (fetching[place] === NOTHING || fetchedAt[place]! > now) continue;
      if (!this.#brokers.fetches(replicas[place]!, leader)) {
        // A frozen follower has the answer in its hands when it thaws; any other asks again.
        if (!this.#brokers.list[replicas[place]!]?.frozen) fetching[place] = NOTHING;
        continue;
      }
      moved = true;
      const complete = ends[place]! + fetchRecords(partition) > fetching[place]!;
      ends[place] = fetching[place]!;
      fetching[place] = NOTHING;
      // Caught up with what the leader had when it asked (replica.lag.time.max.ms goes by this).
      if (complete) caughtUpAt[place] = Math.max(caughtUpAt[place]!, now - this.#roundTrip);
      if (ends[place] === log.end) caughtUpAt[place] = now;
      if (!inSync[place] && !this.#brokers.list[replicas[place]!]!.fenced && ends[place]! >= log.highWatermark) {
        this.#enter(partition, place);
      }
    }
    if (moved) this.advance(partition);
  }

  /** A follower that has everything is taken back although nothing is left to fetch. */
  readmit(partition: Partition): void {
    const { ends, replicas, leader, log, inSync } = partition;
    for (let place = 0; place < ends.length; place++) {
      const broker = replicas[place]!;
      if (inSync[place] || ends[place]! < log.end || this.#brokers.list[broker]!.fenced) continue;
      if (broker === leader || this.#brokers.fetches(broker, leader)) this.#enter(partition, place);
    }
  }

  #enter(partition: Partition, place: number): void {
    partition.setInSync(place, true);
    this.#context.count(this.#expands);
    this.#isrChanged();
  }

  leave(partition: Partition, place: number): void {
    partition.setInSync(place, false);
    this.#context.count(this.#shrinks);
    this.#isrChanged();
  }

  /** Only a leader that works can say that a record is safe. */
  advance(partition: Partition): void {
    if (!this.#brokers.serves(partition.leader)) return;
    const by = partition.advance();
    if (by > 0) this.#advanced(partition, by);
  }

  /** The leader is lost: what it had already sent still arrives. */
  receiveLast(partition: Partition): void {
    const { ends, replicas, fetching } = partition;
    for (let place = 0; place < ends.length; place++) {
      if (
        fetching[place] !== NOTHING &&
        this.#brokers.serves(replicas[place]!) &&
        !this.#brokers.list[replicas[place]!]!.cut
      )
        ends[place] = Math.max(ends[place]!, fetching[place]!);
      fetching[place] = NOTHING;
    }
  }

  /** Looks after followers that fall behind: every half of replica.lag.time.max.ms, as Kafka's isr-expiration does. */
  #watch(): void {
    if (this.#watching) return;
    this.#watching = true;
    const half = Math.max(1, Math.floor(this.#lagMax / 2));
    this.#context.after(half - (this.#context.now % half), PRIORITY.control, this.#check);
  }

  #checkIsr(): void {
    const now = this.#context.now;
    let again = false;
    for (let leader = 0; leader < this.#led.length; leader++) {
      for (const partition of this.#led[leader]!) {
        // A leader that cannot reach the controllers cannot change the set; nor one that is frozen.
        const may = this.#brokers.heard(leader);
        const { ends, replicas, log, inSync, caughtUpAt } = partition;
        let left = false;
        for (let place = 0; place < ends.length; place++) {
          if (!inSync[place] || replicas[place] === leader || ends[place]! >= log.end) continue;
          if (may && now - caughtUpAt[place]! > this.#lagMax) {
            this.leave(partition, place);
            left = true;
          } else again = true;
        }
        if (left) this.advance(partition);
      }
    }
    if (again) this.#watch();
  }

  /** Nothing is under way any more. */
  clear(): void {
    this.#busy.fill(false);
    this.#watching = false;
  }
}

function fetchRecords({ log }: Partition): number {
  return Math.max(1, Math.floor((FETCH_BYTES * log.length) / Math.max(1, log.bytes)));
}

/**
 * A master and its replicas: asynchronous replication, and what happens when others find that the master is gone.
 * Changes arrive at replicas without events of their own: they are applied when somebody
 * looks.
 */
import type { Context, MetricHandle } from '../../engine/behaviour';
import { PRIORITY } from '../../engine/event-queue';
import { must } from '../../engine/must';
import type { RandomStream } from '../../engine/random';
import { fromMs, MICROS_PER_SECOND } from '../../model/units';
import type { RedisConfig } from './redis';
import { ReplicaLog } from './replica-log';
import type { StoreNode } from './store-node';

/** After so many changes replicas are brought up to date, and what all have is forgotten. */
const LOOK_AFTER = 4096;
/** A replica further behind than this copies everything when it is back: the backlog is at its end. */
const MOST_KEPT = 200_000;
const SENTINELS = 3;
/** Pings go out once a second. */
const PING_EVERY = MICROS_PER_SECOND;
/** Sentinels turn an old master into a replica this long after they see it again: four times SENTINEL_PUBLISH_PERIOD. */
const RECONFIGURE_AFTER = 8 * MICROS_PER_SECOND;
/** Redis Cluster: a replica waits 500 ms, and up to 500 ms more by chance, before it asks for votes. */
const ELECTION_DELAY = 500_000;
/** When nobody can be promoted, it is tried again. */
const TRY_AGAIN = 10 * MICROS_PER_SECOND;
const NUMBERS = 1 << 30;

export interface ShardTimers {
  readonly missed: number;
  readonly promote: number;
  readonly demote: number;
}

interface Replica {
  readonly node: StoreNode;
  /** The next change to apply, if it gets them, and since when it does or does not. */
  applied: number;
  connected: boolean;
  since: number;
  /** What it lacks is not kept any more, or it has what its master has not. */
  mustCopy: boolean;
}

export interface ShardEvents {
  promoted(): void;
  lost(writes: number): void;
}

export class Shard {
  readonly index: number;
  readonly log = new ReplicaLog();
  master: StoreNode;
  /** The others have found that the master is gone, and have not replaced it. */
  failed = false;
  /** Replicas get nothing. */
  stopped = false;
  /** An old master that does not know that it was replaced, and what it has promised since then. */
  stray: StoreNode | null = null;
  strayPromised = 0;
  /** Others count the seconds since they last heard from the master. */
  #missed = false;
  /** The master has lost all it had. */
  #emptied = false;
  #watch = 0;
  #strayWatch = 0;
  /** Since when an old master hears from nobody. */
  #strayAloneSince = 0;
  #replicas: Replica[] = [];
  readonly #context: Context;
  readonly #timers: ShardTimers;
  readonly #events: ShardEvents;
  readonly #luck: RandomStream;
  readonly #failovers: MetricHandle;
  #config!: RedisConfig;

  constructor(context: Context, index: number, master: StoreNode, timers: ShardTimers, events: ShardEvents) {
    this.#context = context;
    this.index = index;
    this.master = master;
    this.#timers = timers;
    this.#events = events;
    this.#luck = context.random(`sentinel-${index}`);
    this.#failovers = context.counter('failovers');
  }

  configure(config: RedisConfig, nodes: readonly StoreNode[]): void {
    this.#config = config;
    const { master } = this;
    if (!nodes.includes(master)) this.master = nodes[0]!;
    if (this.stray && !nodes.includes(this.stray)) this.stray = null;
    const before = this.#replicas;
    this.#replicas = nodes
      .filter((node) => node !== this.master)
      .map(
        (node) =>
          (master === this.master && before.find((replica) => replica.node === node)) || {
            node,
            applied: this.log.end,
            connected: false,
            since: this.#context.now,
            mustCopy: true,
          },
      );
    this.connect();
  }

  /** @throws Error when a replica has what was never written, or lacks what is not kept */
  audit(): void {
    for (const { applied, mustCopy, node } of this.#replicas) {
      must(applied <= this.log.end, `replica ${node.index} is not ahead of the log`);
      must(mustCopy || applied >= this.log.start, `what replica ${node.index} lacks is kept`);
    }
    must(this.nodes.includes(this.master), 'the master is one of the nodes');
  }

  /** All processes have just started, empty. */
  start(): void {
    this.failed = this.stopped = this.#missed = this.#emptied = false;
    this.stray = null;
    this.strayPromised = 0;
    for (const replica of this.#replicas) replica.applied = this.log.end;
    this.log.dropTo(this.log.end);
    this.connect();
  }

  get nodes(): readonly StoreNode[] {
    return [this.master, ...this.#replicas.map(({ node }) => node)];
  }

  // — replication —

  append(key: number, expiry: number, bytes: number): number {
    const { now } = this.#context;
    const offset = this.log.append(key, now, expiry, bytes);
    if (this.log.end - this.log.start >= LOOK_AFTER) this.#prune();
    return offset;
  }

  /** How many replicas have confirmed a change. */
  confirmed(offset: number): number {
    let count = 0;
    for (const replica of this.#replicas) {
      this.#settle(replica);
      if (replica.connected && replica.applied > offset) count++;
    }
    return count;
  }

  /** From how many replicas this master has heard lately. */
  heardFrom(node: StoreNode): number {
    if (node === this.stray) {
      return this.#context.now - this.#strayAloneSince <= this.#config.minReplicasMaxLagSeconds * MICROS_PER_SECOND
        ? this.#replicas.length
        : 0;
    }
    const limit = this.#config.minReplicasMaxLagSeconds * MICROS_PER_SECOND;
    let count = 0;
    for (const { connected, since } of this.#replicas) {
      if (connected || this.#context.now - since <= limit) count++;
    }
    return count;
  }

  /** How far the replica furthest behind is behind, in bytes. */
  lagBytes(): number {
    let most = 0;
    for (const replica of this.#replicas) {
      this.#settle(replica);
      most = Math.max(most, this.log.bytes - this.log.bytesBefore(replica.applied));
    }
    return most;
  }

  /** How many changes a node lacks. */
  behind(node: StoreNode): number {
    const replica = this.#replicas.find((one) => one.node === node);
    if (!replica) return 0;
    this.#settle(replica);
    return this.log.end - replica.applied;
  }

  /** Who gets changes follows from who is there. */
  connect(): void {
    const { master } = this;
    for (const replica of this.#replicas) {
      const { node } = replica;
      const on = master.runs && node.runs && master.side === node.side && !this.stopped && node !== this.stray;
      if (on === replica.connected) continue;
      this.#settle(replica);
      replica.connected = on;
      replica.since = this.#context.now;
      if (on && replica.mustCopy) this.#copy(replica);
    }
  }

  #copy(replica: Replica): void {
    replica.node.copy(this.master);
    replica.applied = this.log.end;
    replica.mustCopy = false;
  }

  #settle(replica: Replica): void {
    if (!replica.connected) return;
    const { now } = this.#context;
    const delay = fromMs(this.#config.replicationDelayMs);
    const { log } = this;
    while (replica.applied < log.end && Math.max(log.time(replica.applied), replica.since) + delay <= now) {
      replica.node.follow(log.key(replica.applied), log.expiry(replica.applied));
      replica.applied++;
    }
  }

  #prune(): void {
    let applied = this.log.end;
    for (const replica of this.#replicas) {
      this.#settle(replica);
      if (this.log.end - replica.applied > MOST_KEPT) {
        replica.mustCopy = true;
        replica.applied = this.log.end;
      }
      applied = Math.min(applied, replica.applied);
    }
    this.log.dropTo(applied);
  }

  // — failover —

  /** The state of a node has changed: whether the master is missed, and who follows whom. */
  changed(): void {
    const { master } = this;
    if (this.#emptied && master.runs) {
      // Replicas copy a master that comes back empty before it was replaced.
      this.#emptied = false;
      for (const replica of this.#replicas) {
        replica.connected = false;
        replica.mustCopy = true;
      }
    }
    this.connect();
    if (master.runs && master.side === 0) {
      // It is there: whoever was counting the seconds stops.
      this.#watch = (this.#watch + 1) % NUMBERS;
      this.failed = this.#missed = false;
    } else if (!this.#missed) this.#miss();
    const { stray } = this;
    if (stray?.runs && stray.side === this.master.side) this.#found(stray);
  }

  /** A node has lost all it had, as a restart does. */
  restarted(node: StoreNode): void {
    if (node === this.stray) this.#join(node);
    const replica = this.#replicas.find((one) => one.node === node);
    if (replica) replica.mustCopy = true;
    else this.#emptied = true;
    this.changed();
  }

  timer(type: number, watch: number): void {
    const { missed, promote } = this.#timers;
    if (type === missed) {
      if (watch !== this.#watch) return;
      this.failed = true;
      this.#after(promote, this.#electionMicros());
    } else if (type === promote) {
      if (watch === this.#watch) this.#promote();
    } else if (watch === this.#strayWatch && this.stray?.runs && this.stray.side === this.master.side) {
      this.#join(this.stray);
      this.changed();
    }
  }

  #miss(): void {
    const { mode, downAfterMs, nodeTimeoutMs, sentinelQuorum } = this.#config;
    if (mode === 'single') return;
    this.#missed = true;
    this.#watch = (this.#watch + 1) % NUMBERS;
    if (mode === 'cluster') {
      // The first ping that is not answered goes out within a second.
      this.#after(this.#timers.missed, fromMs(nodeTimeoutMs) + Math.floor(this.#luck.uniform() * PING_EVERY));
      return;
    }
    // Each sentinel had its last answer within the last second; the failover begins when so many agree.
    const phases = Array.from({ length: SENTINELS }, () => Math.floor(this.#luck.uniform() * PING_EVERY));
    phases.sort((a, b) => b - a);
    this.#after(this.#timers.missed, Math.max(0, fromMs(downAfterMs) - phases[sentinelQuorum - 1]!));
  }

  #electionMicros(): number {
    if (this.#config.mode === 'sentinel') return fromMs(this.#config.electionMs);
    return ELECTION_DELAY + Math.floor(this.#luck.uniform() * ELECTION_DELAY);
  }

  #after(type: number, micros: number): void {
    this.#context.after(micros, PRIORITY.control, type, this.index, this.#watch);
  }

  #promote(): void {
    const able = this.#replicas.filter(({ node, mustCopy }) => node.runs && node.side === 0 && !mustCopy);
    for (const replica of able) this.#settle(replica);
    const best = able.reduce<Replica | null>((a, b) => (a && a.applied >= b.applied ? a : b), null);
    if (!best) {
      this.#after(this.#timers.promote, TRY_AGAIN);
      return;
    }
    const old = this.master;
    this.#events.lost(this.log.promisedFrom(best.applied));
    const others = this.#replicas.filter((replica) => replica !== best);
    this.master = best.node;
    this.failed = this.#missed = this.#emptied = false;
    this.#watch = (this.#watch + 1) % NUMBERS;
    this.stray = old.down ? null : old;
    this.#strayAloneSince = others.concat(best).reduce((latest, { since }) => Math.max(latest, since), 0);
    this.strayPromised = 0;
    this.log.dropTo(this.log.end);
    const follower = (node: StoreNode): Replica => ({
      node,
      applied: this.log.end,
      connected: false,
      since: this.#context.now,
      mustCopy: true,
    });
    this.#replicas = [...others.map(({ node }) => follower(node)), follower(old)];
    this.#context.count(this.#failovers);
    this.connect();
    this.#events.promoted();
  }

  /** An old master can be seen again. In a cluster it learns at once that its slots belong to another. */
  #found(node: StoreNode): void {
    this.#strayWatch = (this.#strayWatch + 1) % NUMBERS;
    if (this.#config.mode === 'cluster') this.#join(node);
    else {
      this.#context.after(RECONFIGURE_AFTER, PRIORITY.control, this.#timers.demote, this.index, this.#strayWatch);
    }
  }

  /** It becomes a replica and throws away what it has taken since it was replaced. */
  #join(node: StoreNode): void {
    if (this.stray !== node) return;
    this.stray = null;
    this.#events.lost(this.strayPromised);
    this.strayPromised = 0;
    this.connect();
  }
}

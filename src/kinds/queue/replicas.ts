/**
 * The replicas of a quorum queue: a leader ships what is published to the others, and what a majority has on disk is
 * committed. When the leader is gone, the others elect one of those that have everything committed (Ongaro and Ousterhout
 * 2014, the Raft paper; RabbitMQ builds its quorum queues on it). Entries have no content here, only their number: what
 * is not committed when a leader goes is shipped again by the next one, as RabbitMQ's channels do.
 */
import type { Context } from '../../engine/behaviour';
import type { RandomStream } from '../../engine/random';
import { ClusterNet, type NodeMessage } from '../../engine/resources/cluster-net';

// What nodes tell each other: term, then an index.
const APPEND = 0;
const ACK = 1;
const ASK = 2;
const GRANT = 3;
const OLD = 4;

// Timers of a node.
const MISSED = 0;
const SHIP = 1;
const ON_DISK = 2;

const NOBODY = -1;

/** Heartbeats in the time after which a leader is missed. */
const HEARTBEATS = 4;

export interface ReplicaTimes {
  readonly oneWay: number;
  readonly persist: number;
  /** A follower misses the leader after one to two times this long. */
  readonly election: number;
}

class Replica {
  /** Newest term in which it follows somebody, leads, or voted for another. */
  term = 0;
  /** Newest term in which it voted, also for itself. */
  voted = 0;
  /** Entries on its disk. */
  last = 0;
  leads = false;
  /** Term it asks votes for, or 0, and the votes it has. */
  asks = 0;
  votes = 0;
  heardAt = 0;
  patience = 0;
  /** What the leader knows of it. */
  acknowledged = 0;
  busy = false;
  writing = false;
}

export class Replicas {
  leader = NOBODY;
  readonly #context: Context;
  readonly #net: ClusterNet;
  readonly #luck: RandomStream;
  readonly #committed: (entries: number) => void;
  readonly #changed: () => void;
  #times!: ReplicaTimes;
  #nodes: Replica[] = [];
  #appended = 0;
  #commit = 0;
  #running = false;

  /** `base` and `base + 1` are the owner's timer types for the cluster. */
  constructor(context: Context, base: number, committed: (entries: number) => void, changed: () => void) {
    this.#context = context;
    this.#net = new ClusterNet(
      context,
      base,
      (message) => this.#receive(message),
      (timer) => this.#timer(timer),
    );
    this.#luck = context.random('election');
    this.#committed = committed;
    this.#changed = changed;
  }

  configure(size: number, times: ReplicaTimes): void {
    this.#times = times;
    const before = this.#nodes.length;
    this.#net.configure(size, times.oneWay, 0.1);
    while (this.#nodes.length < size) this.#nodes.push(new Replica());
    this.#nodes.length = size;
    if (!this.#running) return;
    if (this.leader >= size) this.#lead(NOBODY);
    for (let node = before; node < size; node++) this.#watch(node);
    this.#settle();
    this.#ship();
  }

  get size(): number {
    return this.#nodes.length;
  }

  get online(): number {
    return this.#nodes.reduce((sum, _, node) => sum + (this.#net.isDown(node) ? 0 : 1), 0);
  }

  /** Whether there is a leader who reaches a majority: nothing is published or delivered otherwise. */
  get available(): boolean {
    const { leader } = this;
    if (leader === NOBODY || !this.#net.works(leader)) return false;
    let reached = 0;
    for (let node = 0; node < this.size; node++) {
      if (this.#net.works(node) && this.#net.connected(leader, node)) reached++;
    }
    return reached >= this.#majority;
  }

  get #majority(): number {
    return (this.size >> 1) + 1;
  }

  /** One more entry: it is shipped at once, or with what follows while a round is under way. */
  append(): void {
    this.#appended++;
    this.#ship();
  }

  start(): void {
    this.#running = true;
    for (let node = 0; node < this.size; node++) this.#watch(node);
    // What runs at the beginning of time has been running for long.
    if (this.#context.now === 0) this.#win(0, 1);
  }

  /** All processes die. What was not committed is forgotten with those who published it. */
  clear(): void {
    this.#running = false;
    this.#net.clear();
    this.#appended = this.#commit;
    for (const node of this.#nodes) {
      node.last = Math.min(node.last, this.#commit);
      this.#forget(node);
    }
    this.leader = NOBODY;
  }

  crash(node: number): void {
    if (node >= this.size) return;
    this.#net.crash(node);
    this.#forget(this.#nodes[node]!);
    if (node === this.leader) this.#lead(NOBODY);
    this.#changed();
  }

  restart(node: number): void {
    if (node >= this.size || !this.#net.isDown(node)) return;
    this.#net.restart(node);
    this.#watch(node);
    this.#changed();
  }

  /** Cuts a node off from the others; NOBODY joins all again. */
  isolate(node: number): void {
    this.#net.partition(this.#nodes.map((_, each) => (each === node ? 1 : 0)));
    this.#changed();
  }

  fire(type: number, record: number, generation: number): void {
    this.#net.fire(type, record, generation);
  }

  #forget(node: Replica): void {
    node.leads = node.busy = node.writing = false;
    node.asks = 0;
  }

  // — shipping —

  #ship(): void {
    const { leader } = this;
    if (leader === NOBODY) return;
    this.#write(leader);
    for (let node = 0; node < this.size; node++) {
      const replica = this.#nodes[node]!;
      if (node !== leader && !replica.busy && replica.acknowledged < this.#appended) this.#send(node);
    }
  }

  #send(node: number): void {
    this.#nodes[node]!.busy = true;
    this.#net.send(this.leader, node, APPEND, this.#nodes[this.leader]!.term, this.#appended);
  }

  /** The leader's own disk: one write at a time, of everything so far. */
  #write(leader: number): void {
    const replica = this.#nodes[leader]!;
    if (replica.writing || replica.last >= this.#appended) return;
    replica.writing = true;
    this.#net.after(leader, this.#context.work(this.#times.persist), ON_DISK, leader, this.#appended);
  }

  /** What a majority has is committed. */
  #settle(): void {
    const { leader } = this;
    if (leader === NOBODY) return;
    const indices = this.#nodes.map((replica, node) => (node === leader ? replica.last : replica.acknowledged));
    indices.sort((a, b) => b - a);
    const committed = Math.min(indices[this.#majority - 1]!, this.#appended);
    const entries = committed - this.#commit;
    if (entries <= 0) return;
    this.#commit = committed;
    this.#committed(entries);
  }

  // — messages —

  #receive({ from, to, type, a: term, b: index }: NodeMessage): void {
    const replica = this.#nodes[to]!;
    switch (type) {
      case APPEND:
        this.#appendedAt(to, from, term, index);
        break;
      case ACK: {
        if (to !== this.leader || term !== replica.term) return;
        const follower = this.#nodes[from]!;
        follower.acknowledged = Math.max(follower.acknowledged, index);
        follower.busy = false;
        this.#settle();
        if (to === this.leader && follower.acknowledged < this.#appended) this.#send(from);
        break;
      }
      case ASK:
        if (term <= replica.term || term <= replica.voted || index < replica.last || this.#hears(to)) return;
        replica.term = replica.voted = term;
        replica.heardAt = this.#context.now;
        if (replica.leads) this.#stepDown(to);
        this.#net.send(to, from, GRANT, term);
        break;
      case GRANT:
        if (replica.asks !== term) return;
        if (++replica.votes >= this.#majority) this.#win(to, term);
        break;
      case OLD:
        if (term > replica.term && replica.leads) this.#stepDown(to);
    }
  }

  #appendedAt(node: number, from: number, term: number, index: number): void {
    const replica = this.#nodes[node]!;
    if (term < replica.term) {
      this.#net.send(node, from, OLD, replica.term);
      return;
    }
    replica.term = term;
    replica.asks = 0;
    replica.heardAt = this.#context.now;
    if (replica.leads) this.#stepDown(node);
    if (index <= replica.last) this.#net.send(node, from, ACK, term, index);
    else this.#net.after(node, this.#context.work(this.#times.persist), ON_DISK, from, index, term);
  }

  #timer({ to, type, a, b, c }: NodeMessage): void {
    const replica = this.#nodes[to]!;
    switch (type) {
      case MISSED:
        this.#missed(to);
        break;
      case SHIP:
        if (!replica.leads) return;
        for (let node = 0; node < this.size; node++) {
          // Also what was under way: its answer may never come.
          if (node !== to) this.#net.send(to, node, APPEND, replica.term, this.#appended);
        }
        this.#net.after(to, this.#heartbeat, SHIP);
        break;
      case ON_DISK:
        replica.last = Math.max(replica.last, b);
        if (a !== to) this.#net.send(to, a, ACK, c, b);
        else {
          replica.writing = false;
          if (to !== this.leader) return;
          this.#settle();
          if (to === this.leader) this.#write(to);
        }
    }
  }

  get #heartbeat(): number {
    return Math.ceil(this.#times.election / HEARTBEATS);
  }

  // — elections —

  #hears(node: number): boolean {
    const replica = this.#nodes[node]!;
    return replica.leads || this.#context.now - replica.heardAt < this.#times.election;
  }

  #watch(node: number): void {
    const replica = this.#nodes[node]!;
    replica.heardAt = this.#context.now;
    replica.patience = this.#patience();
    this.#net.after(node, replica.patience, MISSED);
  }

  #patience(): number {
    return Math.ceil(this.#times.election * (1 + this.#luck.uniform()));
  }

  #missed(node: number): void {
    const replica = this.#nodes[node]!;
    const left = replica.heardAt + replica.patience - this.#context.now;
    if (!replica.leads && left <= 0) {
      // Its own vote binds nobody until others have given theirs, so one that is cut off disturbs nobody later.
      replica.asks = replica.voted = Math.max(replica.term, replica.voted) + 1;
      replica.votes = 1;
      replica.heardAt = this.#context.now;
      replica.patience = this.#patience();
      if (replica.votes >= this.#majority) this.#win(node, replica.asks);
      else {
        for (let other = 0; other < this.size; other++) {
          if (other !== node) this.#net.send(node, other, ASK, replica.asks, replica.last);
        }
      }
    }
    this.#net.after(node, left > 0 ? left : replica.patience, MISSED);
  }

  #win(node: number, term: number): void {
    const replica = this.#nodes[node]!;
    replica.term = replica.voted = term;
    replica.asks = 0;
    replica.leads = true;
    for (const other of this.#nodes) {
      other.acknowledged = 0;
      other.busy = false;
    }
    this.#lead(node);
    // Its first word tells the others, and tells it what they have.
    this.#net.after(node, 0, SHIP);
    this.#ship();
    this.#settle();
  }

  #stepDown(node: number): void {
    this.#nodes[node]!.leads = false;
    if (node === this.leader) this.#lead(NOBODY);
  }

  #lead(node: number): void {
    this.leader = node;
    this.#changed();
  }
}

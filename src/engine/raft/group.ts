import type { Context } from '../behaviour';
import type { Sampler } from '../distribution';
import { must } from '../must';
import type { RandomStream } from '../random';
import type { ClusterNet } from '../resources/cluster-net';
import { NONE, RaftNode, ROLE } from './raft-node';

/** The key of the entry with which a leader begins its term. */
export const NO_OP = -1;

export interface RaftSettings {
  readonly nodes: number;
  readonly heartbeat: number;
  readonly electionMin: number;
  readonly electionMax: number;
  readonly preVote: boolean;
  readonly checkQuorum: boolean;
  /** Reads of a leader with a valid lease need no round of heartbeats. */
  readonly lease: boolean;
  readonly flushTime: Sampler;
}

export interface RaftOwner {
  /** A committed entry goes into the state machine of a node. `key` is NO_OP for an entry without content. */
  apply(node: number, index: number, key: number, value: number, ticket: number): void;
  /** The state machine of one node becomes a copy of another's. */
  copyState(from: number, to: number): void;
  /** A read may be answered from the state of this node now. */
  mayRead(node: number, ticket: number): void;
  /** What was proposed to this leader, or was to be read from it, will get no answer from it. */
  lostLeadership(node: number): void;
  /** The role, term or leader known to a node has changed. */
  changed(node: number): void;
  electionBegan(node: number): void;
  elected(node: number): void;
}

/** The members, and what elections, replication and reads have in common. */
export class RaftGroup {
  readonly nodes: RaftNode[] = [];
  readonly context: Context;
  readonly net: ClusterNet;
  readonly owner: RaftOwner;
  settings!: RaftSettings;
  majority = 1;
  readonly #flushes: RandomStream;

  constructor(context: Context, net: ClusterNet, owner: RaftOwner) {
    this.context = context;
    this.net = net;
    this.owner = owner;
    this.#flushes = context.random('flush');
  }

  configure(settings: RaftSettings): void {
    this.settings = settings;
    this.majority = (settings.nodes >> 1) + 1;
  }

  grow(size: number): void {
    while (this.nodes.length < size) this.nodes.push(new RaftNode());
  }

  /** Whether this node takes itself for the leader. */
  leads(node: number): boolean {
    return this.nodes[node]?.role === ROLE.leader;
  }

  /** The node that leads in the newest term, as an outside observer sees it; NONE when nobody does. */
  get leader(): number {
    let best = NONE;
    for (let node = 0; node < this.nodes.length; node++) {
      if (this.leads(node) && (best < 0 || this.nodes[node]!.term > this.nodes[best]!.term)) best = node;
    }
    return best;
  }

  /** The value that a majority reaches: at least it, or, of values that should be small, at most it. */
  reached(values: ArrayLike<number>, small: boolean): number {
    const { length } = this.nodes;
    let best = small ? Infinity : -Infinity;
    for (let i = 0; i < length; i++) {
      const value = values[i]!;
      let count = 0;
      for (let j = 0; j < length; j++) if (small ? values[j]! <= value : values[j]! >= value) count++;
      if (count >= this.majority && (small ? value < best : value > best)) best = value;
    }
    return best;
  }

  /**
   * Safety, as in figure 3 of the paper: one leader a term, logs that agree as far as both are committed, and committed
   * entries that whoever leads in the newest term has.
   * @throws Error when it does not hold
   */
  audit(): void {
    const leads = new Map<number, number>();
    let committed = 0;
    this.nodes.forEach(({ role, term, log, commit, applied, durable }, node) => {
      must(applied <= commit || commit <= log.last, `node ${node} applies what is committed`);
      must(durable <= log.last, `what node ${node} has on disk is in its log`);
      committed = Math.max(committed, commit);
      if (role !== ROLE.leader) return;
      must(!leads.has(term), `nodes ${node} and ${leads.get(term)} do not both lead in term ${term}`);
      leads.set(term, node);
    });
    const { leader } = this;
    const newest = Math.max(0, ...this.nodes.map(({ term }) => term));
    if (leader !== NONE && this.nodes[leader]!.term === newest) {
      must(this.nodes[leader]!.log.last >= committed, `the leader has everything that is committed`);
    }
    for (const one of this.nodes) for (const other of this.nodes) if (one !== other) agree(one, other);
  }

  /** How long the disk of a node takes for one flush. */
  flushMicros(self: RaftNode): number {
    const micros = this.settings.flushTime.sample(this.#flushes) * self.diskSlowness;
    return this.context.work(Math.floor(micros + 0.5));
  }
}

function agree(one: RaftNode, other: RaftNode): void {
  const to = Math.min(one.commit, other.commit, one.log.last, other.log.last);
  for (let index = Math.max(one.log.start, other.log.start); index <= to; index++) {
    const same =
      one.log.term(index) === other.log.term(index) &&
      one.log.key(index) === other.log.key(index) &&
      one.log.value(index) === other.log.value(index);
    must(same, `entry ${index}, which is committed, is the same everywhere`);
  }
}

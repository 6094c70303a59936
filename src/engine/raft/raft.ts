/**
 * Raft, as in D. Ongaro and J. Ousterhout (2014) and Ongaro's dissertation: elections with randomised timeouts and, by
 * choice, pre-votes; log replication in a pipeline, in parallel with the leader's own disk; a leader that hears no
 * majority for an election timeout steps down (check-quorum), by choice; reads confirmed by a round of heartbeats
 * (ReadIndex) or covered by a lease.
 */
import type { Context } from '../behaviour';
import { type ClusterNet, NO_TIMER, type NodeMessage } from '../resources/cluster-net';
import { Elections } from './elections';
import { NO_OP, RaftGroup, type RaftOwner, type RaftSettings } from './group';
import { APPEND, APPENDED, ASK_VOTE, CANVASS, CAST, ELECTION, FLUSHED, HEARTBEAT, SNAPSHOT, VOTE } from './messages';
import { NONE, type RaftNode, ROLE } from './raft-node';
import { LogReplication } from './replication';

/** Of a leader without a majority. */
const MOST_UNCOMMITTED = 20_000;

export class Raft {
  readonly #group: RaftGroup;
  readonly #elections: Elections;
  readonly #replication: LogReplication;

  constructor(context: Context, net: ClusterNet, owner: RaftOwner) {
    this.#group = new RaftGroup(context, net, owner);
    this.#elections = new Elections(this.#group, (node) => this.#lead(node));
    this.#replication = new LogReplication(this.#group, this.#elections);
  }

  /** The net must have as many nodes already. New members get a copy of everything before they have a vote. */
  configure(settings: RaftSettings): void {
    const before = this.nodes.length;
    this.#group.configure(settings);
    if (before > 0 && before !== settings.nodes) this.#resize(settings.nodes);
    else this.#group.grow(settings.nodes);
  }

  get nodes(): readonly RaftNode[] {
    return this.#group.nodes;
  }

  /** Whether this node takes itself for the leader. */
  leads(node: number): boolean {
    return this.#group.leads(node);
  }

  /** The node that leads in the newest term, as an outside observer sees it; NONE when nobody does. */
  get leader(): number {
    return this.#group.leader;
  }

  /** @throws Error when Raft is not safe */
  audit(): void {
    this.#group.audit();
  }

  /** The process of a node begins. It has given no leader its promise of late, as far as it knows; better wait. */
  start(node: number): void {
    const self = this.#group.nodes[node]!;
    self.electionTimer = NO_TIMER;
    self.heardAt = this.#group.context.now;
    this.#elections.drawTimeout(self);
    this.#elections.listenFor(node);
  }

  /** All begin at once and nobody has promised anything; the timeout of this one ends first. */
  standFirst(node: number): void {
    for (const self of this.nodes) self.heardAt = -Infinity;
    const self = this.nodes[node]!;
    self.timeout = 0;
    this.#elections.listenFor(node);
  }

  /** Whether a leader has so many entries that it cannot commit that it takes no more. */
  isFull(node: number): boolean {
    const { log, commit } = this.#group.nodes[node]!;
    return log.last - commit >= MOST_UNCOMMITTED;
  }

  /** The process of a node died. The net has dropped its messages and timers. */
  crash(node: number): void {
    const led = this.#group.leads(node);
    this.#group.nodes[node]!.forget();
    if (led) this.#group.owner.lostLeadership(node);
    this.#group.owner.changed(node);
  }

  /** All processes died at once; nothing is told. */
  forgetAll(): void {
    for (const node of this.#group.nodes) node.forget();
  }

  /** Appends to the leader's log. False when this node does not lead. */
  propose(node: number, key: number, value: number, ticket: number): boolean {
    if (!this.#group.leads(node)) return false;
    const self = this.#group.nodes[node]!;
    self.log.append(self.term, key, value, ticket);
    this.#replication.flush(node);
    for (let other = 0; other < this.#group.nodes.length; other++) {
      if (other !== node && self.probing[other] === 0) this.#replication.sendEntries(node, other);
    }
    return true;
  }

  /** A read that must see everything committed so far: `mayRead` will say when. False when this node does not lead. */
  read(node: number, ticket: number): boolean {
    return this.#replication.reads.ask(node, ticket);
  }

  /** The owner has a message of a type below RAFT_TYPES. */
  deliver(message: NodeMessage): void {
    switch (message.type) {
      case APPEND:
        this.#replication.append(message);
        break;
      case APPENDED:
        this.#replication.appended(message);
        break;
      case ASK_VOTE:
        this.#elections.asked(message);
        break;
      case VOTE:
        this.#elections.voted(message);
        break;
      case SNAPSHOT:
        this.#replication.snapshot(message);
    }
  }

  /** The owner has a timer of a type below RAFT_TYPES. */
  timer({ to: node, type, a, b, c }: NodeMessage): void {
    const self = this.#group.nodes[node]!;
    switch (type) {
      case ELECTION:
        this.#elections.timer(node);
        break;
      case HEARTBEAT:
        if (self.role === ROLE.leader && self.term === a) this.#heartbeat(node);
        break;
      case FLUSHED:
        this.#replication.flushed(node);
        break;
      case CANVASS:
        if (self.term === a && self.role === ROLE.candidate) this.#elections.canvass(node, false);
        break;
      case CAST:
        if (self.term === a) this.#group.net.send(node, b, VOTE, a, 1, c);
    }
  }

  #lead(node: number): void {
    const self = this.#group.nodes[node]!;
    self.role = ROLE.leader;
    self.leader = node;
    self.round = 0;
    self.readRound = 0;
    self.confirmedRound = 0;
    self.reads.clear();
    self.next.fill(self.log.end);
    self.match.fill(0);
    self.probing.fill(0);
    self.quiet.fill(0);
    self.ackedRound.fill(0);
    self.match[node] = self.durable;
    self.termStart = self.log.append(self.term, NO_OP, 0, NONE);
    this.#group.owner.changed(node);
    this.#group.owner.elected(node);
    this.#replication.flush(node);
    this.#heartbeat(node);
  }

  #heartbeat(node: number): void {
    const self = this.#group.nodes[node]!;
    // Counted in heartbeats, not by the clock: a frozen process does not know for how long it was away.
    if (
      this.#group.settings.checkQuorum &&
      this.#heardByMajority(node) * this.#group.settings.heartbeat >= this.#group.settings.electionMin
    ) {
      this.#elections.follow(node, self.term, NONE);
      return;
    }
    for (let other = 0; other < this.#group.nodes.length; other++) self.quiet[other]!++;
    self.quiet[node] = 0;
    this.#replication.broadcast(node);
    const wait = Math.max(1, Math.floor(this.#group.settings.heartbeat / self.clockRate + 0.5));
    this.#group.net.after(node, wait, HEARTBEAT, self.term);
  }

  /** Heartbeats since a majority, the leader included, was heard. */
  #heardByMajority(node: number): number {
    return this.#group.reached(this.#group.nodes[node]!.quiet, true);
  }

  // — members —

  /**
   * Another number of members. All of them begin with the log of the member that knows most, so that whatever was
   * committed stays so. A leader that is not that member steps down.
   */
  #resize(size: number): void {
    const before = this.#group.nodes.length;
    let best = 0;
    let term = 0;
    for (let node = 0; node < before; node++) {
      const { log } = this.#group.nodes[node]!;
      const known = this.#group.nodes[best]!.log;
      const [own, other] = [log.term(log.last), known.term(known.last)];
      if (own > other || (own === other && log.last > known.last)) best = node;
      term = Math.max(term, this.#group.nodes[node]!.term);
    }
    this.#group.grow(size);
    const source = this.#group.nodes[best]!;
    const leader = best < size && source.role === ROLE.leader && source.term === term ? best : NONE;
    for (let node = 0; node < this.#group.nodes.length; node++) {
      if (node !== best) this.#replication.equalise(best, node);
      if (node !== leader) this.#elections.follow(node, term, leader);
    }
    if (best >= size) this.#group.owner.lostLeadership(best);
    this.#group.nodes.length = size;
    if (leader === NONE) return;
    source.durable = source.log.last;
    for (let node = 0; node < size; node++) {
      source.match[node] = source.durable;
      source.next[node] = source.log.end;
      source.quiet[node] = 0;
    }
    this.#replication.advanceCommit(leader);
  }
}

/**
 * Raft, as in D. Ongaro and J. Ousterhout (2014) and Ongaro's dissertation: elections with randomised timeouts and, by
 * choice, pre-votes; log replication in a pipeline, in parallel with the leader's own disk; a leader that hears no
 * majority for an election timeout steps down (check-quorum), by choice; reads confirmed by a round of heartbeats
 * (ReadIndex) or covered by a lease.
 *
 * Messages name entries by their place in the sender's log. When those have been replaced meanwhile, the message is lost
 * instead, which Raft may suffer at any time: so what is delivered is what was sent.
 */
import type { Context } from '../behaviour';
import type { Sampler } from '../distribution';
import type { RandomStream } from '../random';
import { type ClusterNet, NO_TIMER, type NodeMessage } from './cluster-net';
import { NONE, RaftNode, ROLE } from './raft-node';

/** Messages and timers of nodes below this are Raft's. */
export const RAFT_TYPES = 16;

const APPEND = 0;
const APPENDED = 1;
const ASK_VOTE = 2;
const VOTE = 3;
const SNAPSHOT = 4;

const ELECTION = 8;
const HEARTBEAT = 9;
const FLUSHED = 10;
/** The own vote is on disk: now others are asked. */
const CANVASS = 11;
/** A vote for somebody is on disk: now it is sent. */
const CAST = 12;

/** Entries in one message at most. */
const BATCH = 512;
/** Applied entries that are kept for followers that lag; those further behind get a snapshot. */
const KEPT = 2048;

/** Of a leader without a majority. */
const MOST_UNCOMMITTED = 20_000;

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

export class Raft {
  readonly nodes: RaftNode[] = [];
  readonly #context: Context;
  readonly #net: ClusterNet;
  readonly #owner: RaftOwner;
  readonly #timeouts: RandomStream;
  readonly #flushes: RandomStream;
  #settings!: RaftSettings;
  #majority = 1;

  constructor(context: Context, net: ClusterNet, owner: RaftOwner) {
    this.#context = context;
    this.#net = net;
    this.#owner = owner;
    this.#timeouts = context.random('election');
    this.#flushes = context.random('flush');
  }

  /** The net must have as many nodes already. New members get a copy of everything before they have a vote. */
  configure(settings: RaftSettings): void {
    const before = this.nodes.length;
    this.#settings = settings;
    this.#majority = (settings.nodes >> 1) + 1;
    if (before > 0 && before !== settings.nodes) this.#resize(settings.nodes);
    else while (this.nodes.length < settings.nodes) this.nodes.push(new RaftNode());
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

  /** The process of a node begins. It has given no leader its promise of late, as far as it knows; better wait. */
  start(node: number): void {
    const self = this.nodes[node]!;
    self.electionTimer = NO_TIMER;
    self.heardAt = this.#context.now;
    this.#drawTimeout(self);
    this.#listenFor(node);
  }

  /** All begin at once and nobody has promised anything; the timeout of this one ends first. */
  standFirst(node: number): void {
    for (const self of this.nodes) self.heardAt = -Infinity;
    const self = this.nodes[node]!;
    self.timeout = 0;
    this.#listenFor(node);
  }

  /** Whether a leader has so many entries that it cannot commit that it takes no more. */
  isFull(node: number): boolean {
    const { log, commit } = this.nodes[node]!;
    return log.last - commit >= MOST_UNCOMMITTED;
  }

  /** The process of a node died. The net has dropped its messages and timers. */
  crash(node: number): void {
    const led = this.leads(node);
    this.nodes[node]!.forget();
    if (led) this.#owner.lostLeadership(node);
    this.#owner.changed(node);
  }

  /** All processes died at once; nothing is told. */
  forgetAll(): void {
    for (const node of this.nodes) node.forget();
  }

  /** Appends to the leader's log. False when this node does not lead. */
  propose(node: number, key: number, value: number, ticket: number): boolean {
    if (!this.leads(node)) return false;
    const self = this.nodes[node]!;
    self.log.append(self.term, key, value, ticket);
    this.#flush(node);
    for (let other = 0; other < this.nodes.length; other++) {
      if (other !== node && self.probing[other] === 0) this.#sendEntries(node, other);
    }
    return true;
  }

  /** A read that must see everything committed so far: `mayRead` will say when. False when this node does not lead. */
  read(node: number, ticket: number): boolean {
    if (!this.leads(node)) return false;
    const self = this.nodes[node]!;
    const needs = Math.max(self.commit, self.termStart);
    if (this.#settings.lease && self.applied >= needs && this.#context.now < this.#leaseEnd(self)) {
      this.#owner.mayRead(node, ticket);
      return true;
    }
    self.reads.push(ticket);
    self.reads.push(self.round + 1);
    self.reads.push(needs);
    if (self.readRound === 0) this.#readRound(node);
    return true;
  }

  /** The owner has a message of a type below RAFT_TYPES. */
  deliver(message: NodeMessage): void {
    switch (message.type) {
      case APPEND:
        this.#append(message);
        break;
      case APPENDED:
        this.#appended(message);
        break;
      case ASK_VOTE:
        this.#askedForVote(message);
        break;
      case VOTE:
        this.#vote(message);
        break;
      case SNAPSHOT:
        this.#snapshot(message);
    }
  }

  /** The owner has a timer of a type below RAFT_TYPES. */
  timer({ to: node, type, a, b, c }: NodeMessage): void {
    const self = this.nodes[node]!;
    switch (type) {
      case ELECTION:
        this.#electionTimer(node);
        break;
      case HEARTBEAT:
        if (self.role === ROLE.leader && self.term === a) this.#heartbeat(node);
        break;
      case FLUSHED:
        this.#flushed(node);
        break;
      case CANVASS:
        if (self.term === a && self.role === ROLE.candidate) this.#canvass(node, false);
        break;
      case CAST:
        if (self.term === a) this.#net.send(node, b, VOTE, a, 1, c);
    }
  }

  // — elections —

  /** One timeout for each term, as in etcd: a heartbeat only begins it anew. */
  #drawTimeout(self: RaftNode): void {
    const { electionMin, electionMax } = this.#settings;
    self.timeout = electionMin + this.#timeouts.uniform() * (electionMax - electionMin);
  }

  /** Waits for a leader for the whole timeout from now on. A timer that fires too early only looks again. */
  #listenFor(node: number): void {
    const self = this.nodes[node]!;
    self.electionDue = this.#context.now + Math.floor(self.timeout / self.clockRate + 0.5);
    if (self.electionTimer >= 0 && self.electionTimerAt > self.electionDue) {
      this.#net.cancel(self.electionTimer);
      self.electionTimer = NO_TIMER;
    }
    if (self.electionTimer < 0) this.#setElectionTimer(node);
  }

  #setElectionTimer(node: number): void {
    const self = this.nodes[node]!;
    const wait = Math.max(1, self.electionDue - this.#context.now);
    self.electionTimerAt = this.#context.now + wait;
    self.electionTimer = this.#net.after(node, wait, ELECTION);
  }

  #electionTimer(node: number): void {
    const self = this.nodes[node]!;
    self.electionTimer = NO_TIMER;
    if (self.role === ROLE.leader) return;
    if (this.#context.now < self.electionDue) {
      this.#setElectionTimer(node);
      return;
    }
    this.#owner.electionBegan(node);
    if (self.leader !== NONE) {
      self.leader = NONE;
      this.#owner.changed(node);
    }
    this.#drawTimeout(self);
    if (this.#settings.preVote) this.#ask(node, ROLE.preCandidate);
    else this.#candidate(node);
    if (!this.leads(node)) this.#listenFor(node);
  }

  #candidate(node: number): void {
    const self = this.nodes[node]!;
    self.term++;
    self.votedFor = node;
    this.#ask(node, ROLE.candidate);
  }

  #ask(node: number, role: number): void {
    const self = this.nodes[node]!;
    self.role = role;
    self.leader = NONE;
    self.votes = 1 << node;
    this.#owner.changed(node);
    if (role === ROLE.preCandidate) this.#canvass(node, true);
    else this.#net.after(node, this.#flushMicros(self), CANVASS, self.term);
  }

  #canvass(node: number, pre: boolean): void {
    const self = this.nodes[node]!;
    const { last } = self.log;
    const term = pre ? self.term + 1 : self.term;
    for (let other = 0; other < this.nodes.length; other++) {
      if (other !== node) this.#net.send(node, other, ASK_VOTE, term, last, self.log.term(last), pre ? 1 : 0);
    }
    this.#countVotes(node);
  }

  #askedForVote({ from, to, a: term, b: last, c: lastTerm, d: pre }: NodeMessage): void {
    const { checkQuorum, preVote, electionMin } = this.#settings;
    const self = this.nodes[to]!;
    // Who hears a leader does not help to depose it.
    const content = self.role === ROLE.leader || this.#context.now < self.heardAt + electionMin / self.clockRate;
    if (content && (pre === 1 ? preVote : checkQuorum)) {
      if (pre === 1) this.#net.send(to, from, VOTE, self.term, 0, pre);
      return;
    }
    if (pre === 0 && term > self.term) this.#follow(to, term, NONE);
    const ownLast = self.log.last;
    const ownTerm = self.log.term(ownLast);
    const complete = lastTerm > ownTerm || (lastTerm === ownTerm && last >= ownLast);
    if (pre === 1) {
      const granted = term > self.term && complete;
      this.#net.send(to, from, VOTE, granted ? term : self.term, granted ? 1 : 0, 1);
      return;
    }
    if (term < self.term || !complete || (self.votedFor !== NONE && self.votedFor !== from)) {
      this.#net.send(to, from, VOTE, self.term, 0, 0);
      return;
    }
    self.votedFor = from;
    this.#listenFor(to);
    this.#net.after(to, this.#flushMicros(self), CAST, term, from, 0);
  }

  #vote({ from, to, a: term, b: granted, c: pre }: NodeMessage): void {
    const self = this.nodes[to]!;
    if (granted === 0) {
      if (term > self.term) this.#follow(to, term, NONE);
      return;
    }
    const expected = pre === 1 ? ROLE.preCandidate : ROLE.candidate;
    if (self.role !== expected || term !== (pre === 1 ? self.term + 1 : self.term)) return;
    self.votes |= 1 << from;
    this.#countVotes(to);
  }

  #countVotes(node: number): void {
    const self = this.nodes[node]!;
    if (bits(self.votes) < this.#majority) return;
    if (self.role === ROLE.preCandidate) this.#candidate(node);
    else this.#lead(node);
  }

  #lead(node: number): void {
    const self = this.nodes[node]!;
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
    this.#owner.changed(node);
    this.#owner.elected(node);
    this.#flush(node);
    this.#heartbeat(node);
  }

  /** Goes on as a follower, in a term at least as new as the own. */
  #follow(node: number, term: number, leader: number): void {
    const self = this.nodes[node]!;
    const led = self.role === ROLE.leader;
    const same = self.role === ROLE.follower && self.term === term && self.leader === leader;
    if (same) return;
    if (term > self.term) {
      self.term = term;
      self.votedFor = NONE;
      self.matched = 0;
      self.heardRound = 0;
      this.#drawTimeout(self);
    }
    self.role = ROLE.follower;
    self.leader = leader;
    self.reads.clear();
    self.readRound = 0;
    if (led || self.electionTimer < 0) this.#listenFor(node);
    if (led) this.#owner.lostLeadership(node);
    this.#owner.changed(node);
  }

  // — a leader —

  #heartbeat(node: number): void {
    const self = this.nodes[node]!;
    // Counted in heartbeats, not by the clock: a frozen process does not know for how long it was away.
    if (
      this.#settings.checkQuorum &&
      this.#heardByMajority(node) * this.#settings.heartbeat >= this.#settings.electionMin
    ) {
      this.#follow(node, self.term, NONE);
      return;
    }
    for (let other = 0; other < this.nodes.length; other++) self.quiet[other]!++;
    self.quiet[node] = 0;
    this.#broadcast(node);
    const wait = Math.max(1, Math.floor(this.#settings.heartbeat / self.clockRate + 0.5));
    this.#net.after(node, wait, HEARTBEAT, self.term);
  }

  /** Heartbeats since a majority, the leader included, was heard. */
  #heardByMajority(node: number): number {
    return this.#reached(this.nodes[node]!.quiet, true);
  }

  #broadcast(node: number): void {
    const self = this.nodes[node]!;
    self.roundBegins(this.#context.now);
    self.ackedRound[node] = self.round;
    for (let other = 0; other < this.nodes.length; other++) if (other !== node) this.#sendEntries(node, other);
    this.#confirm(node);
  }

  #sendEntries(node: number, to: number): void {
    const self = this.nodes[node]!;
    const { log } = self;
    const previous = self.next[to]! - 1;
    if (!log.knows(previous)) {
      self.probing[to] = 1;
      this.#net.send(node, to, SNAPSHOT, self.term, 0, 0, 0, 0, self.round);
      return;
    }
    const last = Math.min(log.last, previous + BATCH);
    if (self.probing[to] === 0) self.next[to] = last + 1;
    this.#net.send(node, to, APPEND, self.term, previous, last, self.commit, log.version, self.round);
  }

  #appended({ from, to, a: term, b: ok, c: index, f: round }: NodeMessage): void {
    const self = this.nodes[to]!;
    if (term > self.term) {
      this.#follow(to, term, NONE);
      return;
    }
    if (self.role !== ROLE.leader || term < self.term) return;
    self.quiet[from] = 0;
    if (round > self.ackedRound[from]!) {
      self.ackedRound[from] = round;
      this.#confirm(to);
    }
    if (ok === 0) {
      // `index` is where the follower's log may agree.
      if (index + 1 >= self.next[from]! || index < self.match[from]!) return;
      self.probing[from] = 1;
      self.next[from] = index + 1;
      this.#sendEntries(to, from);
      return;
    }
    if (index > self.match[from]!) {
      self.match[from] = index;
      this.#advanceCommit(to);
    }
    self.probing[from] = 0;
    self.next[from] = Math.max(self.next[from]!, index + 1);
    if (self.next[from]! <= self.log.last) this.#sendEntries(to, from);
  }

  /**
   * An entry of the own term on the disks of a majority is committed, and everything before it. Followers learn it with
   * the next message.
   */
  #advanceCommit(node: number): void {
    const self = this.nodes[node]!;
    const index = this.#reached(self.match, false);
    if (index > self.commit && index >= self.termStart) {
      self.commit = index;
      this.#apply(node);
    }
  }

  /** The value that a majority reaches: at least it, or, of values that should be small, at most it. */
  #reached(values: ArrayLike<number>, small: boolean): number {
    const { length } = this.nodes;
    let best = small ? Infinity : -Infinity;
    for (let i = 0; i < length; i++) {
      const value = values[i]!;
      let count = 0;
      for (let j = 0; j < length; j++) if (small ? values[j]! <= value : values[j]! >= value) count++;
      if (count >= this.#majority && (small ? value < best : value > best)) best = value;
    }
    return best;
  }

  // — reads —

  #readRound(node: number): void {
    const self = this.nodes[node]!;
    self.readRound = self.round + 1;
    this.#broadcast(node);
  }

  /** Reads whose round a majority has answered, and whose entries are applied, may be answered. */
  #confirm(node: number): void {
    const self = this.nodes[node]!;
    const confirmed = this.#reached(self.ackedRound, false);
    if (confirmed > self.confirmedRound) self.confirmedRound = confirmed;
    this.#serveReads(node);
    if (self.readRound === 0 || self.confirmedRound < self.readRound) return;
    self.readRound = 0;
    const { reads } = self;
    if (self.role === ROLE.leader && reads.length > 0 && reads.at(reads.length - 2) > self.round) this.#readRound(node);
  }

  #serveReads(node: number): void {
    const self = this.nodes[node]!;
    const { reads } = self;
    while (reads.length > 0 && reads.at(1) <= self.confirmedRound && reads.at(2) <= self.applied) {
      const ticket = reads.shift();
      reads.shift();
      reads.shift();
      this.#owner.mayRead(node, ticket);
    }
  }

  /**
   * Followers that have answered a heartbeat vote for nobody else within an election timeout from then on, if clocks run
   * alike: so long nobody else can lead.
   */
  #leaseEnd(self: RaftNode): number {
    return self.roundAt(self.confirmedRound) + this.#settings.electionMin / self.clockRate;
  }

  // — a follower —

  #append({ from, to, a: term, b: previous, c: last, d: commit, e: version, f: round }: NodeMessage): void {
    const self = this.nodes[to]!;
    if (term < self.term) {
      this.#net.send(to, from, APPENDED, self.term, 0, 0);
      return;
    }
    this.#hear(to, term, from);
    const sender = this.nodes[from]!.log;
    if (sender.version !== version || !sender.knows(previous)) return;
    const { log } = self;
    const known = Math.min(self.commit, last);
    if (previous > log.last || (previous > known && log.term(previous) !== sender.term(previous))) {
      this.#net.send(to, from, APPENDED, term, 0, this.#mayAgree(self, previous), 0, 0, round);
      return;
    }
    let added = false;
    for (let index = Math.max(previous, known) + 1; index <= last; index++) {
      const entryTerm = sender.term(index);
      if (index < log.end) {
        if (log.term(index) === entryTerm) continue;
        this.#truncate(self, index);
      }
      log.append(entryTerm, sender.key(index), sender.value(index), NONE);
      added = true;
    }
    self.matched = Math.max(self.matched, last);
    const reach = Math.min(commit, last);
    if (reach > self.commit) self.commit = reach;
    if (added) this.#flush(to);
    this.#apply(to);
    if (!added || round > self.heardRound) this.#acknowledge(to, from, round);
    if (round > self.heardRound) self.heardRound = round;
  }

  #hear(node: number, term: number, leader: number): void {
    const self = this.nodes[node]!;
    this.#follow(node, term, leader);
    self.heardAt = this.#context.now;
    this.#listenFor(node);
  }

  #acknowledge(node: number, leader: number, round: number): void {
    const self = this.nodes[node]!;
    this.#net.send(node, leader, APPENDED, self.term, 1, Math.min(self.durable, self.matched), 0, 0, round);
  }

  /** The last index before `previous` where the logs may agree: one whole term is skipped at a time. */
  #mayAgree(self: RaftNode, previous: number): number {
    const { log } = self;
    if (previous > log.last) return log.last;
    const term = log.term(previous);
    let index = previous - 1;
    while (index > self.commit && log.term(index) === term) index--;
    return index;
  }

  #truncate(self: RaftNode, from: number): void {
    self.log.truncate(from);
    self.durable = Math.min(self.durable, from - 1);
    self.flushTarget = Math.min(self.flushTarget, from - 1);
  }

  #snapshot({ from, to, a: term, f: round }: NodeMessage): void {
    const self = this.nodes[to]!;
    if (term < self.term) {
      this.#net.send(to, from, APPENDED, self.term, 0, 0);
      return;
    }
    this.#hear(to, term, from);
    const sender = this.nodes[from]!;
    const { applied } = sender;
    if (sender.term === term && applied > self.applied) this.#install(from, to);
    if (self.log.last >= applied && self.applied >= applied) self.matched = Math.max(self.matched, applied);
    this.#acknowledge(to, from, round);
  }

  /** Everything that one node has applied, on the disk of another. */
  #install(from: number, to: number): void {
    const sender = this.nodes[from]!;
    const self = this.nodes[to]!;
    this.#owner.copyState(from, to);
    self.log.reset(sender.applied, sender.log.term(sender.applied));
    self.applied = sender.applied;
    self.commit = Math.max(self.commit, sender.applied);
    self.durable = sender.applied;
    self.flushTarget = Math.min(self.flushTarget, sender.applied);
  }

  // — disk and state machine —

  /** Brings the log to the disk; what comes meanwhile waits for the next flush, together. */
  #flush(node: number): void {
    const self = this.nodes[node]!;
    if (self.flushing || self.durable >= self.log.last) return;
    self.flushing = true;
    self.flushTarget = self.log.last;
    this.#net.after(node, this.#flushMicros(self), FLUSHED);
  }

  #flushMicros(self: RaftNode): number {
    const micros = this.#settings.flushTime.sample(this.#flushes) * self.diskSlowness;
    return this.#context.work(Math.floor(micros + 0.5));
  }

  #flushed(node: number): void {
    const self = this.nodes[node]!;
    self.flushing = false;
    self.durable = Math.max(self.durable, self.flushTarget);
    this.#flush(node);
    if (self.role === ROLE.leader) {
      self.match[node] = self.durable;
      this.#advanceCommit(node);
    } else if (self.leader !== NONE) this.#acknowledge(node, self.leader, 0);
    this.#apply(node);
  }

  #apply(node: number): void {
    const self = this.nodes[node]!;
    const { log } = self;
    const to = Math.min(self.commit, self.durable);
    while (self.applied < to) {
      const index = ++self.applied;
      this.#owner.apply(node, index, log.key(index), log.value(index), log.ticket(index));
    }
    if (log.end - log.start > 2 * KEPT) log.compact(Math.min(self.applied, log.end - KEPT));
    if (self.role === ROLE.leader) this.#serveReads(node);
  }

  // — members —

  /**
   * Another number of members. All of them begin with the log of the member that knows most, so that whatever was
   * committed stays so. A leader that is not that member steps down.
   */
  #resize(size: number): void {
    const before = this.nodes.length;
    let best = 0;
    let term = 0;
    for (let node = 0; node < before; node++) {
      const { log } = this.nodes[node]!;
      const known = this.nodes[best]!.log;
      const [own, other] = [log.term(log.last), known.term(known.last)];
      if (own > other || (own === other && log.last > known.last)) best = node;
      term = Math.max(term, this.nodes[node]!.term);
    }
    while (this.nodes.length < size) this.nodes.push(new RaftNode());
    const source = this.nodes[best]!;
    const leader = best < size && source.role === ROLE.leader && source.term === term ? best : NONE;
    for (let node = 0; node < this.nodes.length; node++) {
      if (node !== best) this.#equalise(best, node);
      if (node !== leader) this.#follow(node, term, leader);
    }
    if (best >= size) this.#owner.lostLeadership(best);
    this.nodes.length = size;
    if (leader === NONE) return;
    source.durable = source.log.last;
    for (let node = 0; node < size; node++) {
      source.match[node] = source.durable;
      source.next[node] = source.log.end;
      source.quiet[node] = 0;
    }
    this.#advanceCommit(leader);
  }

  #equalise(from: number, to: number): void {
    const source = this.nodes[from]!;
    const self = this.nodes[to]!;
    if (self.applied < source.applied) this.#install(from, to);
    const { log } = self;
    this.#truncate(self, self.applied + 1);
    for (let index = self.applied + 1; index < source.log.end; index++) {
      log.append(source.log.term(index), source.log.key(index), source.log.value(index), NONE);
    }
    self.durable = log.last;
    self.flushTarget = 0;
    self.matched = log.last;
  }
}

function bits(mask: number): number {
  let count = 0;
  for (let rest = mask; rest > 0; rest &= rest - 1) count++;
  return count;
}

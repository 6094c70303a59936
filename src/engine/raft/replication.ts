import type { NodeMessage } from '../resources/cluster-net';
import type { Elections } from './elections';
import type { RaftGroup } from './group';
import { APPEND, APPENDED, FLUSHED, SNAPSHOT } from './messages';
import { NONE, type RaftNode, ROLE } from './raft-node';
import { Reads } from './reads';

/** Entries in one message at most. */
const BATCH = 512;
/** Applied entries that are kept for followers that lag; those further behind get a snapshot. */
const KEPT = 2048;

/**
 * The log, from the leader to its followers in a pipeline, in parallel with its own disk, and into the state machines.
 *
 * Messages name entries by their place in the sender's log. When those have been replaced meanwhile, the message is lost
 * instead, which Raft may suffer at any time: so what is delivered is what was sent.
 */
export class LogReplication {
  readonly reads: Reads;
  readonly #group: RaftGroup;
  readonly #elections: Elections;

  constructor(group: RaftGroup, elections: Elections) {
    this.#group = group;
    this.#elections = elections;
    this.reads = new Reads(group, (node) => this.broadcast(node));
  }

  /** A leader begins a round of heartbeats, with the entries that each follower lacks. */
  broadcast(node: number): void {
    const self = this.#group.nodes[node]!;
    self.roundBegins(this.#group.context.now);
    self.ackedRound[node] = self.round;
    for (let other = 0; other < this.#group.nodes.length; other++) if (other !== node) this.sendEntries(node, other);
    this.reads.confirm(node);
  }

  sendEntries(node: number, to: number): void {
    const self = this.#group.nodes[node]!;
    const { log } = self;
    const previous = self.next[to]! - 1;
    if (!log.knows(previous)) {
      self.probing[to] = 1;
      this.#group.net.send(node, to, SNAPSHOT, self.term, 0, 0, 0, 0, self.round);
      return;
    }
    const last = Math.min(log.last, previous + BATCH);
    if (self.probing[to] === 0) self.next[to] = last + 1;
    this.#group.net.send(node, to, APPEND, self.term, previous, last, self.commit, log.version, self.round);
  }

  appended({ from, to, a: term, b: ok, c: index, f: round }: NodeMessage): void {
    const self = this.#group.nodes[to]!;
    if (term > self.term) {
      this.#elections.follow(to, term, NONE);
      return;
    }
    if (self.role !== ROLE.leader || term < self.term) return;
    self.quiet[from] = 0;
    if (round > self.ackedRound[from]!) {
      self.ackedRound[from] = round;
      this.reads.confirm(to);
    }
    if (ok === 0) {
      // `index` is where the follower's log may agree.
      if (index + 1 >= self.next[from]! || index < self.match[from]!) return;
      self.probing[from] = 1;
      self.next[from] = index + 1;
      this.sendEntries(to, from);
      return;
    }
    if (index > self.match[from]!) {
      self.match[from] = index;
      this.advanceCommit(to);
    }
    self.probing[from] = 0;
    self.next[from] = Math.max(self.next[from]!, index + 1);
    if (self.next[from]! <= self.log.last) this.sendEntries(to, from);
  }

  /**
   * An entry of the own term on the disks of a majority is committed, and everything before it. Followers learn it with
   * the next message.
   */
  advanceCommit(node: number): void {
    const self = this.#group.nodes[node]!;
    const index = this.#group.reached(self.match, false);
    if (index > self.commit && index >= self.termStart) {
      self.commit = index;
      this.#apply(node);
    }
  }

  // — a follower —

  append({ from, to, a: term, b: previous, c: last, d: commit, e: version, f: round }: NodeMessage): void {
    const self = this.#group.nodes[to]!;
    if (term < self.term) {
      this.#group.net.send(to, from, APPENDED, self.term, 0, 0);
      return;
    }
    this.#hear(to, term, from);
    const sender = this.#group.nodes[from]!.log;
    if (sender.version !== version || !sender.knows(previous)) return;
    const { log } = self;
    const known = Math.min(self.commit, last);
    if (previous > log.last || (previous > known && log.term(previous) !== sender.term(previous))) {
      this.#group.net.send(to, from, APPENDED, term, 0, this.#mayAgree(self, previous), 0, 0, round);
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
    if (added) this.flush(to);
    this.#apply(to);
    if (!added || round > self.heardRound) this.#acknowledge(to, from, round);
    if (round > self.heardRound) self.heardRound = round;
  }

  #hear(node: number, term: number, leader: number): void {
    const self = this.#group.nodes[node]!;
    this.#elections.follow(node, term, leader);
    self.heardAt = this.#group.context.now;
    this.#elections.listenFor(node);
  }

  #acknowledge(node: number, leader: number, round: number): void {
    const self = this.#group.nodes[node]!;
    this.#group.net.send(node, leader, APPENDED, self.term, 1, Math.min(self.durable, self.matched), 0, 0, round);
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

  snapshot({ from, to, a: term, f: round }: NodeMessage): void {
    const self = this.#group.nodes[to]!;
    if (term < self.term) {
      this.#group.net.send(to, from, APPENDED, self.term, 0, 0);
      return;
    }
    this.#hear(to, term, from);
    const sender = this.#group.nodes[from]!;
    const { applied } = sender;
    if (sender.term === term && applied > self.applied) this.#install(from, to);
    if (self.log.last >= applied && self.applied >= applied) self.matched = Math.max(self.matched, applied);
    this.#acknowledge(to, from, round);
  }

  /** Everything that one node has applied, on the disk of another. */
  #install(from: number, to: number): void {
    const sender = this.#group.nodes[from]!;
    const self = this.#group.nodes[to]!;
    this.#group.owner.copyState(from, to);
    self.log.reset(sender.applied, sender.log.term(sender.applied));
    self.applied = sender.applied;
    self.commit = Math.max(self.commit, sender.applied);
    self.durable = sender.applied;
    self.flushTarget = Math.min(self.flushTarget, sender.applied);
  }

  // — disk and state machine —

  /** Brings the log to the disk; what comes meanwhile waits for the next flush, together. */
  flush(node: number): void {
    const self = this.#group.nodes[node]!;
    if (self.flushing || self.durable >= self.log.last) return;
    self.flushing = true;
    self.flushTarget = self.log.last;
    this.#group.net.after(node, this.#group.flushMicros(self), FLUSHED);
  }

  flushed(node: number): void {
    const self = this.#group.nodes[node]!;
    self.flushing = false;
    self.durable = Math.max(self.durable, self.flushTarget);
    this.flush(node);
    if (self.role === ROLE.leader) {
      self.match[node] = self.durable;
      this.advanceCommit(node);
    } else if (self.leader !== NONE) this.#acknowledge(node, self.leader, 0);
    this.#apply(node);
  }

  #apply(node: number): void {
    const self = this.#group.nodes[node]!;
    const { log } = self;
    const to = Math.min(self.commit, self.durable);
    while (self.applied < to) {
      const index = ++self.applied;
      this.#group.owner.apply(node, index, log.key(index), log.value(index), log.ticket(index));
    }
    if (log.end - log.start > 2 * KEPT) log.compact(Math.min(self.applied, log.end - KEPT));
    if (self.role === ROLE.leader) this.reads.serve(node);
  }

  equalise(from: number, to: number): void {
    const source = this.#group.nodes[from]!;
    const self = this.#group.nodes[to]!;
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

import type { RandomStream } from '../random';
import { NO_TIMER, type NodeMessage } from '../resources/cluster-net';
import type { RaftGroup } from './group';
import { ASK_VOTE, CANVASS, CAST, ELECTION, VOTE } from './messages';
import { NONE, type RaftNode, ROLE } from './raft-node';

/** Who leads: timeouts, votes, and pre-votes by choice. A vote is on disk before anybody hears of it. */
export class Elections {
  readonly #group: RaftGroup;
  readonly #lead: (node: number) => void;
  readonly #timeouts: RandomStream;

  constructor(group: RaftGroup, lead: (node: number) => void) {
    this.#group = group;
    this.#lead = lead;
    this.#timeouts = group.context.random('election');
  }

  /** One timeout for each term, as in etcd: a heartbeat only begins it anew. */
  drawTimeout(self: RaftNode): void {
    const { electionMin, electionMax } = this.#group.settings;
    self.timeout = electionMin + this.#timeouts.uniform() * (electionMax - electionMin);
  }

  /** Waits for a leader for the whole timeout from now on. A timer that fires too early only looks again. */
  listenFor(node: number): void {
    const self = this.#group.nodes[node]!;
    self.electionDue = this.#group.context.now + Math.floor(self.timeout / self.clockRate + 0.5);
    if (self.electionTimer >= 0 && self.electionTimerAt > self.electionDue) {
      this.#group.net.cancel(self.electionTimer);
      self.electionTimer = NO_TIMER;
    }
    if (self.electionTimer < 0) this.#setElectionTimer(node);
  }

  #setElectionTimer(node: number): void {
    const self = this.#group.nodes[node]!;
    const wait = Math.max(1, self.electionDue - this.#group.context.now);
    self.electionTimerAt = this.#group.context.now + wait;
    self.electionTimer = this.#group.net.after(node, wait, ELECTION);
  }

  /** Nobody was heard for as long as this node waits, or the timer came too early. */
  timer(node: number): void {
    const self = this.#group.nodes[node]!;
    self.electionTimer = NO_TIMER;
    if (self.role === ROLE.leader) return;
    if (this.#group.context.now < self.electionDue) {
      this.#setElectionTimer(node);
      return;
    }
    this.#group.owner.electionBegan(node);
    if (self.leader !== NONE) {
      self.leader = NONE;
      this.#group.owner.changed(node);
    }
    this.drawTimeout(self);
    if (this.#group.settings.preVote) this.#ask(node, ROLE.preCandidate);
    else this.#candidate(node);
    if (!this.#group.leads(node)) this.listenFor(node);
  }

  #candidate(node: number): void {
    const self = this.#group.nodes[node]!;
    self.term++;
    self.votedFor = node;
    this.#ask(node, ROLE.candidate);
  }

  #ask(node: number, role: number): void {
    const self = this.#group.nodes[node]!;
    self.role = role;
    self.leader = NONE;
    self.votes = 1 << node;
    this.#group.owner.changed(node);
    if (role === ROLE.preCandidate) this.canvass(node, true);
    else this.#group.net.after(node, this.#group.flushMicros(self), CANVASS, self.term);
  }

  /** Asks all others for their vote; `pre` only whether they would give it. */
  canvass(node: number, pre: boolean): void {
    const self = this.#group.nodes[node]!;
    const { last } = self.log;
    const term = pre ? self.term + 1 : self.term;
    for (let other = 0; other < this.#group.nodes.length; other++) {
      if (other !== node) this.#group.net.send(node, other, ASK_VOTE, term, last, self.log.term(last), pre ? 1 : 0);
    }
    this.#countVotes(node);
  }

  asked({ from, to, a: term, b: last, c: lastTerm, d: pre }: NodeMessage): void {
    const { checkQuorum, preVote, electionMin } = this.#group.settings;
    const self = this.#group.nodes[to]!;
    // Who hears a leader does not help to depose it.
    const content = self.role === ROLE.leader || this.#group.context.now < self.heardAt + electionMin / self.clockRate;
    if (content && (pre === 1 ? preVote : checkQuorum)) {
      if (pre === 1) this.#group.net.send(to, from, VOTE, self.term, 0, pre);
      return;
    }
    if (pre === 0 && term > self.term) this.follow(to, term, NONE);
    const ownLast = self.log.last;
    const ownTerm = self.log.term(ownLast);
    const complete = lastTerm > ownTerm || (lastTerm === ownTerm && last >= ownLast);
    if (pre === 1) {
      const granted = term > self.term && complete;
      this.#group.net.send(to, from, VOTE, granted ? term : self.term, granted ? 1 : 0, 1);
      return;
    }
    if (term < self.term || !complete || (self.votedFor !== NONE && self.votedFor !== from)) {
      this.#group.net.send(to, from, VOTE, self.term, 0, 0);
      return;
    }
    self.votedFor = from;
    this.listenFor(to);
    this.#group.net.after(to, this.#group.flushMicros(self), CAST, term, from, 0);
  }

  voted({ from, to, a: term, b: granted, c: pre }: NodeMessage): void {
    const self = this.#group.nodes[to]!;
    if (granted === 0) {
      if (term > self.term) this.follow(to, term, NONE);
      return;
    }
    const expected = pre === 1 ? ROLE.preCandidate : ROLE.candidate;
    if (self.role !== expected || term !== (pre === 1 ? self.term + 1 : self.term)) return;
    self.votes |= 1 << from;
    this.#countVotes(to);
  }

  #countVotes(node: number): void {
    const self = this.#group.nodes[node]!;
    if (bits(self.votes) < this.#group.majority) return;
    if (self.role === ROLE.preCandidate) this.#candidate(node);
    else this.#lead(node);
  }

  /** Goes on as a follower, in a term at least as new as the own. */
  follow(node: number, term: number, leader: number): void {
    const self = this.#group.nodes[node]!;
    const led = self.role === ROLE.leader;
    const same = self.role === ROLE.follower && self.term === term && self.leader === leader;
    if (same) return;
    if (term > self.term) {
      self.term = term;
      self.votedFor = NONE;
      self.matched = 0;
      self.heardRound = 0;
      this.drawTimeout(self);
    }
    self.role = ROLE.follower;
    self.leader = leader;
    self.reads.clear();
    self.readRound = 0;
    if (led || self.electionTimer < 0) this.listenFor(node);
    if (led) this.#group.owner.lostLeadership(node);
    this.#group.owner.changed(node);
  }
}

function bits(mask: number): number {
  let count = 0;
  for (let rest = mask; rest > 0; rest &= rest - 1) count++;
  return count;
}

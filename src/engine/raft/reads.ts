import type { RaftGroup } from './group';
import { type RaftNode, ROLE } from './raft-node';

/** Reads of a leader: confirmed by a round of heartbeats (ReadIndex), or covered by its lease. */
export class Reads {
  readonly #group: RaftGroup;
  readonly #broadcast: (node: number) => void;

  /** `broadcast` begins a round of heartbeats. */
  constructor(group: RaftGroup, broadcast: (node: number) => void) {
    this.#group = group;
    this.#broadcast = broadcast;
  }

  /** A read that must see everything committed so far: `mayRead` will say when. False when this node does not lead. */
  ask(node: number, ticket: number): boolean {
    if (!this.#group.leads(node)) return false;
    const self = this.#group.nodes[node]!;
    const needs = Math.max(self.commit, self.termStart);
    if (this.#group.settings.lease && self.applied >= needs && this.#group.context.now < this.#leaseEnd(self)) {
      this.#group.owner.mayRead(node, ticket);
      return true;
    }
    self.reads.push(ticket);
    self.reads.push(self.round + 1);
    self.reads.push(needs);
    if (self.readRound === 0) this.#begin(node);
    return true;
  }

  #begin(node: number): void {
    const self = this.#group.nodes[node]!;
    self.readRound = self.round + 1;
    this.#broadcast(node);
  }

  /** Reads whose round a majority has answered, and whose entries are applied, may be answered. */
  confirm(node: number): void {
    const self = this.#group.nodes[node]!;
    const confirmed = this.#group.reached(self.ackedRound, false);
    if (confirmed > self.confirmedRound) self.confirmedRound = confirmed;
    this.serve(node);
    if (self.readRound === 0 || self.confirmedRound < self.readRound) return;
    self.readRound = 0;
    const { reads } = self;
    if (self.role === ROLE.leader && reads.length > 0 && reads.at(reads.length - 2) > self.round) this.#begin(node);
  }

  /** Answers the reads whose round is confirmed and whose entries are applied. */
  serve(node: number): void {
    const self = this.#group.nodes[node]!;
    const { reads } = self;
    while (reads.length > 0 && reads.at(1) <= self.confirmedRound && reads.at(2) <= self.applied) {
      const ticket = reads.shift();
      reads.shift();
      reads.shift();
      this.#group.owner.mayRead(node, ticket);
    }
  }

  /**
   * Followers that have answered a heartbeat vote for nobody else within an election timeout from then on, if clocks run
   * alike: so long nobody else can lead.
   */
  #leaseEnd(self: RaftNode): number {
    return self.roundAt(self.confirmedRound) + this.#group.settings.electionMin / self.clockRate;
  }
}

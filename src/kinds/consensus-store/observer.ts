import type { Context } from '../../engine/behaviour';
import type { ClusterNet } from '../../engine/resources/cluster-net';
import type { Raft } from '../../engine/raft/raft';
import { NONE } from '../../engine/raft/raft-node';
import { toMs } from '../../model/units';

/** Measures what the cluster does as a whole. Nothing is decided by it. */
export class Observer {
  readonly #context: Context;
  readonly #net: ClusterNet;
  readonly #raft: Raft;
  readonly #elections: number;
  readonly #leaderChanges: number;
  readonly #leaderless: number;
  readonly #term: number;
  readonly #leaders: number;
  readonly #uncommitted: number;
  readonly #recovery: number;
  /** Since when nobody serves; below 0 while somebody does. */
  #leaderlessSince = 0;
  /** When the last fault ended, while what it left behind is not made good; else below 0. */
  #healedAt = -1;
  #owed = 0;

  constructor(context: Context, net: ClusterNet, raft: Raft) {
    this.#context = context;
    this.#net = net;
    this.#raft = raft;
    this.#elections = context.counter('elections');
    this.#leaderChanges = context.counter('leaderChanges');
    this.#leaderless = context.counter('leaderlessMs');
    this.#term = context.gauge('term');
    this.#leaders = context.gauge('leaders');
    this.#uncommitted = context.gauge('uncommitted');
    this.#recovery = context.gauge('recoveryMs');
  }

  electionBegan(): void {
    this.#context.count(this.#elections);
  }

  elected(): void {
    this.#context.count(this.#leaderChanges);
  }

  /** A log or a commit index has moved. */
  moved(): void {
    let most = 0;
    for (let node = 0; node < this.#raft.nodes.length; node++) {
      if (!this.#raft.leads(node)) continue;
      const { log, commit } = this.#raft.nodes[node]!;
      most = Math.max(most, log.last - commit);
    }
    this.#context.level(this.#uncommitted, most);
    if (this.#healedAt >= 0) this.#recovered();
  }

  /** Roles, terms, nodes or ways between them have changed. */
  watch(): void {
    const context = this.#context;
    let term = 0;
    let leaders = 0;
    for (let node = 0; node < this.#raft.nodes.length; node++) {
      term = Math.max(term, this.#raft.nodes[node]!.term);
      if (this.#raft.leads(node)) leaders++;
    }
    context.level(this.#term, term);
    context.level(this.#leaders, leaders);
    const serves = this.#serves();
    if (serves && this.#leaderlessSince >= 0) {
      context.count(this.#leaderless, toMs(context.now - this.#leaderlessSince));
      this.#leaderlessSince = -1;
    } else if (!serves && this.#leaderlessSince < 0) this.#leaderlessSince = context.now;
    this.moved();
  }

  healed(): void {
    this.#healedAt = this.#context.now;
    this.#owed = 0;
    for (const { commit } of this.#raft.nodes) this.#owed = Math.max(this.#owed, commit);
    this.watch();
  }

  /** Whether the leader of the newest term works and reaches a majority. */
  #serves(): boolean {
    const { leader, nodes } = this.#raft;
    if (leader === NONE || !this.#net.works(leader)) return false;
    let reached = 0;
    for (let node = 0; node < nodes.length; node++) if (this.#reaches(leader, node)) reached++;
    return reached > nodes.length >> 1;
  }

  #reaches(leader: number, node: number): boolean {
    return this.#net.works(node) && this.#net.connected(leader, node) && this.#net.connected(node, leader);
  }

  #recovered(): void {
    if (!this.#serves()) return;
    const { leader, nodes } = this.#raft;
    for (let node = 0; node < nodes.length; node++) {
      if (this.#reaches(leader, node) && nodes[node]!.applied < this.#owed) return;
    }
    this.#context.level(this.#recovery, Math.max(0.001, toMs(this.#context.now - this.#healedAt)));
    this.#healedAt = -1;
  }
}

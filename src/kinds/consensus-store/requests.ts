import type { Context, MetricHandle } from '../../engine/behaviour';
import type { CallId } from '../../engine/calls';
import { RAFT_TYPES } from '../../engine/raft/messages';
import type { Raft } from '../../engine/raft/raft';
import { NONE } from '../../engine/raft/raft-node';
import type { ClusterNet, NodeMessage } from '../../engine/resources/cluster-net';
import { counters } from '../../engine/resources/counters';
import { ENDED, OperationHistory } from '../../engine/resources/history';
import type { NodeWork } from '../../engine/resources/node-work';
import { OpenCalls, type Ticket } from '../../engine/resources/open-calls';
import { Oracle } from '../../engine/resources/oracle';
import { causeCode, RESET } from '../../model/outcome';
import { fromMs } from '../../model/units';
import type { ConsensusConfig } from './fields';
import type { Observer } from './observer';

const NO_LEADER = causeCode('no-leader');
const NO_QUORUM = causeCode('no-quorum');

const COUNTERS = ['writes', 'reads', 'staleReads', 'forwarded', 'refused', 'unknownWrites'] as const;

/** Messages beside Raft's. */
const ENTER = RAFT_TYPES;
/** To the leader, for another node's client. */
const PASS_ON = RAFT_TYPES + 1;
/** From the leader: it is done, with the value. */
const DONE = RAFT_TYPES + 2;
/** From a node that was taken for the leader: no answer will come from here. */
const SORRY = RAFT_TYPES + 3;

/** Numbers of an open call. */
const AT = 0;
const PHASE = 1;
/** The node that was taken for the leader. */
const LEADER = 2;
/** Of a write: its own, once it is in a log. */
const VALUE = 3;
const HISTORY = 4;
const FIELDS = 5;

/** Phases: not looked at yet; waits for a leader; is in the leader's hands. */
const ENTERING = 0;
const WAITING = 1;
const ASKED = 2;

/** The requests of clients: from the node that is asked to the leader, and back with an answer or without. */
export class Requests {
  readonly history = new OperationHistory();
  #config!: ConsensusConfig;
  readonly #context: Context;
  readonly #net: ClusterNet;
  readonly #raft: Raft;
  readonly #work: NodeWork;
  readonly #observer: Observer;
  /** What each node has applied: value by key. */
  readonly #states: readonly Map<number, number>[];
  readonly #open: OpenCalls;
  readonly #oracle = new Oracle();
  readonly #counters: Readonly<Record<(typeof COUNTERS)[number], MetricHandle>>;

  /** The owner hands its timer to `timer`. */
  constructor(
    context: Context,
    timer: number,
    net: ClusterNet,
    raft: Raft,
    work: NodeWork,
    observer: Observer,
    states: readonly Map<number, number>[],
  ) {
    this.#context = context;
    this.#net = net;
    this.#raft = raft;
    this.#work = work;
    this.#observer = observer;
    this.#states = states;
    this.#open = new OpenCalls(context, timer, FIELDS, (ticket) => this.#overdue(ticket));
    this.#counters = counters(context, COUNTERS);
  }

  configure(config: ConsensusConfig): void {
    this.#config = config;
    this.#open.configure(fromMs(config.requestTimeoutMs));
  }

  timer(): void {
    this.#open.timer();
  }

  crash(): void {
    this.#open.clear();
  }

  /** The connections to some nodes break. */
  reset(gone: (node: number) => boolean): void {
    this.#open.each((ticket) => {
      if (gone(this.#open.get(ticket, AT))) this.#fail(ticket, RESET);
    });
  }

  /** A call comes to a node that is there. */
  arrive(node: number, call: CallId): void {
    const ticket = this.#open.open(call);
    this.#open.set(ticket, AT, node);
    this.#open.set(ticket, LEADER, NONE);
    this.#open.set(ticket, HISTORY, this.history.begin(this.#context.calls, call));
    // Those who come to a frozen node wait before its door.
    if (this.#net.works(node)) this.#enter(node, ticket);
    else this.#net.send(node, node, ENTER, ticket);
  }

  #enter(node: number, ticket: Ticket): void {
    if (this.#open.get(ticket, PHASE) === ENTERING) this.#context.began(this.#open.call(ticket));
    this.#work.add(node, ticket, fromMs(this.#config.workMs));
  }

  /** The node that was asked, or the leader, has done its own part. */
  worked(node: number, ticket: Ticket): void {
    if (!this.#open.has(ticket)) return;
    const context = this.#context;
    const call = this.#open.call(ticket);
    const write = context.calls.write(call) === 1;
    if (this.#open.get(ticket, PHASE) === ENTERING) {
      if (!write && this.#config.reads === 'local') this.#answer(ticket, this.#valueAt(node, ticket));
      else this.#findLeader(node, ticket);
      return;
    }
    if (!this.#lead(node, ticket, write)) this.#net.send(node, this.#open.get(ticket, AT), SORRY, ticket);
  }

  /** A node has looked at a request that needs the leader. */
  #findLeader(node: number, ticket: Ticket): void {
    const leader = this.#raft.nodes[node]!.leader;
    const context = this.#context;
    if (leader === NONE) {
      if (this.#config.waitForLeader) this.#open.set(ticket, PHASE, WAITING);
      else this.#fail(ticket, NO_LEADER);
      return;
    }
    this.#open.set(ticket, PHASE, ASKED);
    this.#open.set(ticket, LEADER, leader);
    if (leader !== node) {
      context.count(this.#counters.forwarded);
      this.#net.send(node, leader, PASS_ON, ticket);
    } else if (!this.#lead(node, ticket, context.calls.write(this.#open.call(ticket)) === 1)) {
      this.#fail(ticket, NO_QUORUM);
    }
  }

  /** What only the leader may do. False when this node is not, or has too much that it cannot commit. */
  #lead(node: number, ticket: Ticket, write: boolean): boolean {
    if (!this.#raft.leads(node) || this.#raft.isFull(node)) return false;
    if (!write) return this.#raft.read(node, ticket);
    // Serials follow the order of the log, which is the order in which writes happen.
    const value = this.#oracle.next();
    this.#open.set(ticket, VALUE, value);
    this.history.wrote(this.#open.get(ticket, HISTORY), value);
    this.#raft.propose(node, this.#context.calls.key(this.#open.call(ticket)), value, ticket);
    this.#observer.moved();
    return true;
  }

  /** A message of another type than Raft's. */
  deliver({ to, type, a: ticket, b: value }: NodeMessage): void {
    if (!this.#open.has(ticket)) return;
    switch (type) {
      case ENTER:
      case PASS_ON:
        this.#enter(to, ticket);
        break;
      case DONE:
        this.#answer(ticket, value);
        break;
      case SORRY:
        this.#leaderGone(ticket);
    }
  }

  /** What a node has applied may be what somebody waits for. */
  applied(node: number, ticket: Ticket, value: number): void {
    if (this.#open.has(ticket)) this.#tell(node, ticket, value);
  }

  mayRead(node: number, ticket: Ticket): void {
    if (this.#open.has(ticket)) this.#tell(node, ticket, this.#valueAt(node, ticket));
  }

  #tell(node: number, ticket: Ticket, value: number): void {
    const asked = this.#open.get(ticket, AT);
    if (asked === node) this.#answer(ticket, value);
    else this.#net.send(node, asked, DONE, ticket, value);
  }

  #valueAt(node: number, ticket: Ticket): number {
    return this.#states[node]!.get(this.#context.calls.key(this.#open.call(ticket))) ?? 0;
  }

  // — answers —

  #answer(ticket: Ticket, value: number): void {
    const context = this.#context;
    const { calls, now } = context;
    const call = this.#open.call(ticket);
    const key = calls.key(call);
    this.history.end(this.#open.get(ticket, HISTORY), calls, call, now, ENDED.ok, value);
    if (calls.write(call) === 1) {
      context.count(this.#counters.writes);
      this.#oracle.acknowledged(key, value, now);
    } else {
      context.count(this.#counters.reads);
      if (this.#oracle.isStale(key, value, calls.arrivedAt(call))) context.count(this.#counters.staleReads);
    }
    this.#open.close(ticket);
    context.succeed(call, value);
  }

  /** What is in a log may still be committed; what is not will never be, because nobody proposes an answered call. */
  #fail(ticket: Ticket, cause: number): void {
    const context = this.#context;
    const { calls } = context;
    const call = this.#open.call(ticket);
    const unknown = this.#open.get(ticket, VALUE) > 0;
    const outcome = unknown ? ENDED.unknown : ENDED.failed;
    this.history.end(this.#open.get(ticket, HISTORY), calls, call, context.now, outcome);
    if (unknown) context.count(this.#counters.unknownWrites);
    if (cause !== RESET) context.count(this.#counters.refused);
    this.#open.close(ticket);
    context.fail(call, cause);
  }

  #overdue(ticket: Ticket): void {
    const node = this.#open.get(ticket, AT);
    const phase = this.#open.get(ticket, PHASE);
    // A frozen node gives nothing up, and one that has not come to it yet does not know of it.
    if (phase === ENTERING || !this.#net.works(node)) this.#open.extend(ticket);
    else this.#fail(ticket, phase === WAITING ? NO_LEADER : NO_QUORUM);
  }

  /** The node that was taken for the leader does not answer, or not any more. */
  #leaderGone(ticket: Ticket): void {
    const node = this.#open.get(ticket, AT);
    const neverThere = this.#open.get(ticket, VALUE) === 0;
    if (neverThere && this.#config.waitForLeader) {
      this.#open.set(ticket, PHASE, WAITING);
      if (this.#raft.nodes[node]!.leader !== this.#open.get(ticket, LEADER)) this.#retry(node, ticket);
    } else this.#fail(ticket, NO_LEADER);
  }

  #retry(node: number, ticket: Ticket): void {
    if (this.#raft.nodes[node]!.leader !== NONE) this.#findLeader(node, ticket);
  }

  lostLeadership(node: number): void {
    if (!this.#net.works(node)) return;
    this.#open.each((ticket) => {
      if (this.#open.get(ticket, PHASE) !== ASKED || this.#open.get(ticket, LEADER) !== node) return;
      const asked = this.#open.get(ticket, AT);
      if (asked === node) this.#leaderGone(ticket);
      else this.#net.send(node, asked, SORRY, ticket);
    });
  }

  /** A node knows another leader, or none: what it had passed on to the old one is in doubt. */
  changed(node: number): void {
    if (!this.#net.works(node)) return;
    const { leader } = this.#raft.nodes[node]!;
    this.#open.each((ticket) => {
      if (this.#open.get(ticket, AT) !== node) return;
      const phase = this.#open.get(ticket, PHASE);
      const asked = this.#open.get(ticket, LEADER);
      if (phase === WAITING) this.#retry(node, ticket);
      else if (phase === ASKED && asked !== leader && asked !== node) this.#leaderGone(ticket);
    });
  }
}

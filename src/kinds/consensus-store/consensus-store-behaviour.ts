import type { Behaviour, Context } from '../../engine/behaviour';
import type { CallId } from '../../engine/calls';
import { ClusterEntry } from '../../engine/resources/cluster-entry';
import { ClusterNet, type NodeMessage } from '../../engine/resources/cluster-net';
import { ClusterTrouble } from '../../engine/resources/cluster-trouble';
import { ENDED, OperationHistory } from '../../engine/resources/history';
import { NodeWork } from '../../engine/resources/node-work';
import { OpenCalls, type Ticket } from '../../engine/resources/open-calls';
import { Oracle } from '../../engine/resources/oracle';
import { NO_OP } from '../../engine/raft/group';
import { RAFT_TYPES } from '../../engine/raft/messages';
import { Raft } from '../../engine/raft/raft';
import { NONE } from '../../engine/raft/raft-node';
import { sampler } from '../../engine/distribution';
import type { FaceWriter } from '../../model/face';
import type { Config } from '../../model/fields';
import { causeCode, REFUSED, RESET } from '../../model/outcome';
import { fromMs } from '../../model/units';
import { writeFace } from './consensus-face';
import { CLOCK_RATE, NODES } from './faults';
import type { ConsensusConfig } from './fields';
import { Observer } from './observer';

const NO_LEADER = causeCode('no-leader');
const NO_QUORUM = causeCode('no-quorum');

/** Timers; the first two are the net's. */
const NET = 0;
const OVERDUE = 2;
const WORKED = 3;

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

export class ConsensusStore implements Behaviour {
  #config!: ConsensusConfig;
  readonly #context: Context;
  readonly #net: ClusterNet;
  readonly #raft: Raft;
  readonly #work: NodeWork;
  readonly #open: OpenCalls;
  readonly #trouble: ClusterTrouble;
  readonly #entry: ClusterEntry;
  readonly #oracle = new Oracle();
  readonly #history = new OperationHistory();
  readonly #observer: Observer;
  /** What each node has applied: value by key. */
  readonly #states: Map<number, number>[] = [];
  readonly #counters: Readonly<Record<'writes' | 'reads' | 'staleReads' | 'forwarded' | 'refused' | 'unknown', number>>;

  constructor(config: ConsensusConfig, context: Context) {
    this.#context = context;
    this.#counters = {
      writes: context.counter('writes'),
      reads: context.counter('reads'),
      staleReads: context.counter('staleReads'),
      forwarded: context.counter('forwarded'),
      refused: context.counter('refused'),
      unknown: context.counter('unknownWrites'),
    };
    this.#net = new ClusterNet(
      context,
      NET,
      (message) => this.#deliver(message),
      (timer) => this.#raft.timer(timer),
    );
    this.#open = new OpenCalls(context, OVERDUE, FIELDS, (ticket) => this.#overdue(ticket));
    this.#work = new NodeWork(context, WORKED, (node, ticket) => this.#worked(node, ticket));
    this.#entry = new ClusterEntry(context, this.#net);
    this.#raft = new Raft(context, this.#net, {
      apply: (node, _index, key, value, ticket) => this.#apply(node, key, value, ticket),
      copyState: (from, to) => void (this.#states[to] = new Map(this.#states[from])),
      mayRead: (node, ticket) => this.#mayRead(node, ticket),
      lostLeadership: (node) => this.#lostLeadership(node),
      changed: (node) => this.#changed(node),
      electionBegan: () => this.#observer.electionBegan(),
      elected: () => this.#observer.elected(),
    });
    this.#observer = new Observer(context, this.#net, this.#raft);
    this.#trouble = new ClusterTrouble(
      this.#net,
      { crash: NODES.crash.id, freeze: NODES.freeze.id, slow: NODES.slow.id, partition: NODES.partition.id },
      {
        leader: () => this.#raft.leader,
        down: (node) => this.#nodeDown(node),
        up: (node) => this.#raft.start(node),
        frozen: (node, on) => this.#work.freeze(node, on),
        slowed: (node, factor) => this.#slowed(node, factor),
        healed: () => this.#observer.healed(),
      },
    );
    this.#adopt(config);
  }

  start(): void {
    this.#trouble.running = true;
    for (let node = 0; node < this.#net.size; node++) this.#raft.start(node);
    const first = this.#config.firstLeader;
    if (this.#context.now === 0 && first > 0 && first <= this.#net.size) this.#raft.standFirst(first - 1);
    this.#trouble.renew();
    this.#work.report();
    this.#observer.watch();
  }

  configure(config: ConsensusConfig): void {
    const before = this.#net.size;
    this.#adopt(config);
    if (!this.#trouble.running) return;
    for (let node = before; node < config.nodes; node++) this.#raft.start(node);
    this.#open.each((ticket) => {
      if (this.#open.get(ticket, AT) >= config.nodes) this.#fail(ticket, RESET);
    });
    this.#trouble.renew();
    this.#observer.watch();
  }

  rewire(): void {
    this.#entry.rewire();
  }

  arrive(call: CallId): void {
    const { calls } = this.#context;
    const node = this.#entry.node(calls.connection(call));
    if (node < 0) {
      this.#context.fail(call, REFUSED);
      return;
    }
    const ticket = this.#open.open(call);
    this.#open.set(ticket, AT, node);
    this.#open.set(ticket, LEADER, NONE);
    this.#open.set(ticket, HISTORY, this.#history.begin(calls, call));
    // Those who come to a frozen node wait before its door.
    if (this.#net.works(node)) this.#enter(node, ticket);
    else this.#net.send(node, node, ENTER, ticket);
  }

  timer(type: number, a: number, b: number): void {
    if (type === OVERDUE) this.#open.timer();
    else if (type === WORKED) this.#work.timer(a, b);
    else this.#net.fire(type, a, b);
  }

  crash(): void {
    this.#trouble.running = false;
    this.#net.clear();
    this.#open.clear();
    this.#work.clearAll();
    this.#raft.forgetAll();
    this.#observer.watch();
  }

  faults(id: string, active: readonly Config[]): void {
    if (this.#trouble.faults(id, active)) this.#observer.watch();
    else if (id === CLOCK_RATE.id) this.#detune(active);
  }

  history(): OperationHistory {
    return this.#history;
  }

  audit(): void {
    this.#raft.audit();
  }

  face(writer: FaceWriter): void {
    writeFace(writer, this.#net, this.#raft);
  }

  #adopt(config: ConsensusConfig): void {
    this.#config = config;
    const { nodes, electionMinMs, electionMaxMs, flushMedianMs, flushP99Ms } = config;
    this.#net.configure(nodes, fromMs(config.rttMs) / 2, config.jitter);
    while (this.#states.length < nodes) this.#states.push(new Map());
    this.#open.configure(fromMs(config.requestTimeoutMs));
    this.#work.configure(nodes, config.cores);
    this.#raft.configure({
      nodes,
      heartbeat: fromMs(config.heartbeatMs),
      electionMin: fromMs(electionMinMs),
      electionMax: fromMs(Math.max(electionMinMs, electionMaxMs)),
      preVote: config.preVote,
      checkQuorum: config.checkQuorum,
      lease: config.reads === 'lease',
      flushTime: sampler({
        type: 'lognormal',
        medianMs: flushMedianMs,
        p99Ms: Math.max(flushMedianMs, flushP99Ms),
      }),
    });
    this.#states.length = nodes;
  }

  // — the way of a request —

  #enter(node: number, ticket: Ticket): void {
    if (this.#open.get(ticket, PHASE) === ENTERING) this.#context.began(this.#open.call(ticket));
    this.#work.add(node, ticket, fromMs(this.#config.workMs));
  }

  /** The node that was asked, or the leader, has done its own part. */
  #worked(node: number, ticket: Ticket): void {
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
    this.#history.wrote(this.#open.get(ticket, HISTORY), value);
    this.#raft.propose(node, this.#context.calls.key(this.#open.call(ticket)), value, ticket);
    this.#observer.moved();
    return true;
  }

  #deliver(message: NodeMessage): void {
    const { to, type, a: ticket, b: value } = message;
    if (type < RAFT_TYPES) {
      this.#raft.deliver(message);
      return;
    }
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

  #apply(node: number, key: number, value: number, ticket: Ticket): void {
    if (key !== NO_OP) this.#states[node]!.set(key, value);
    this.#observer.moved();
    if (this.#open.has(ticket)) this.#tell(node, ticket, value);
  }

  #mayRead(node: number, ticket: Ticket): void {
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
    this.#history.end(this.#open.get(ticket, HISTORY), calls, call, now, ENDED.ok, value);
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
    this.#history.end(this.#open.get(ticket, HISTORY), calls, call, context.now, outcome);
    if (unknown) context.count(this.#counters.unknown);
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

  #lostLeadership(node: number): void {
    if (!this.#net.works(node)) return;
    this.#open.each((ticket) => {
      if (this.#open.get(ticket, PHASE) !== ASKED || this.#open.get(ticket, LEADER) !== node) return;
      const asked = this.#open.get(ticket, AT);
      if (asked === node) this.#leaderGone(ticket);
      else this.#net.send(node, asked, SORRY, ticket);
    });
  }

  /** A node knows another leader, or none: what it had passed on to the old one is in doubt. */
  #changed(node: number): void {
    this.#observer.watch();
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

  // — faults —

  #nodeDown(node: number): void {
    this.#work.clear(node);
    this.#open.each((ticket) => {
      if (this.#open.get(ticket, AT) === node) this.#fail(ticket, RESET);
    });
    this.#raft.crash(node);
  }

  #slowed(node: number, factor: number): void {
    this.#work.slow(node, factor);
    this.#raft.nodes[node]!.diskSlowness = factor;
  }

  #detune(active: readonly Config[]): void {
    const leader = Math.max(0, this.#raft.leader);
    for (const node of this.#raft.nodes) node.clockRate = 1;
    for (const { node, percent } of active) {
      const index = Number(node) === 0 ? leader : (Number(node) - 1) % this.#net.size;
      this.#raft.nodes[index]!.clockRate = Number(percent) / 100;
    }
  }
}

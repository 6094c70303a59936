import type { Behaviour, Context } from '../../engine/behaviour';
import type { CallId } from '../../engine/calls';
import { ClusterEntry } from '../../engine/resources/cluster-entry';
import { ClusterNet, type NodeMessage } from '../../engine/resources/cluster-net';
import { ClusterTrouble } from '../../engine/resources/cluster-trouble';
import type { OperationHistory } from '../../engine/resources/history';
import { NodeWork } from '../../engine/resources/node-work';
import { NO_OP } from '../../engine/raft/group';
import { RAFT_TYPES } from '../../engine/raft/messages';
import { Raft } from '../../engine/raft/raft';
import { sampler } from '../../engine/distribution';
import type { FaceWriter } from '../../model/face';
import type { Config } from '../../model/fields';
import { REFUSED } from '../../model/outcome';
import { fromMs } from '../../model/units';
import { writeFace } from './consensus-face';
import { CLOCK_RATE, NODES } from './faults';
import type { ConsensusConfig } from './fields';
import { Observer } from './observer';
import { Requests } from './requests';

/** Timers; the first two are the net's. */
const NET = 0;
const OVERDUE = 2;
const WORKED = 3;

export class ConsensusStore implements Behaviour {
  #config!: ConsensusConfig;
  readonly #context: Context;
  readonly #net: ClusterNet;
  readonly #raft: Raft;
  readonly #work: NodeWork;
  readonly #trouble: ClusterTrouble;
  readonly #entry: ClusterEntry;
  readonly #observer: Observer;
  /** What each node has applied: value by key. */
  readonly #states: Map<number, number>[] = [];
  readonly #requests: Requests;

  constructor(config: ConsensusConfig, context: Context) {
    this.#context = context;
    this.#net = new ClusterNet(
      context,
      NET,
      (message) => this.#deliver(message),
      (timer) => this.#raft.timer(timer),
    );
    this.#work = new NodeWork(context, WORKED, (node, ticket) => this.#requests.worked(node, ticket));
    this.#entry = new ClusterEntry(context, this.#net);
    this.#raft = new Raft(context, this.#net, {
      apply: (node, _index, key, value, ticket) => this.#apply(node, key, value, ticket),
      copyState: (from, to) => void (this.#states[to] = new Map(this.#states[from])),
      mayRead: (node, ticket) => this.#requests.mayRead(node, ticket),
      lostLeadership: (node) => this.#requests.lostLeadership(node),
      changed: (node) => {
        this.#observer.watch();
        this.#requests.changed(node);
      },
      electionBegan: () => this.#observer.electionBegan(),
      elected: () => this.#observer.elected(),
    });
    this.#observer = new Observer(context, this.#net, this.#raft);
    this.#requests = new Requests(context, OVERDUE, this.#net, this.#raft, this.#work, this.#observer, this.#states);
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
    this.#requests.reset((node) => node >= config.nodes);
    this.#trouble.renew();
    this.#observer.watch();
  }

  rewire(): void {
    this.#entry.rewire();
  }

  arrive(call: CallId): void {
    const node = this.#entry.node(this.#context.calls.connection(call));
    if (node < 0) this.#context.fail(call, REFUSED);
    else this.#requests.arrive(node, call);
  }

  timer(type: number, a: number, b: number): void {
    if (type === OVERDUE) this.#requests.timer();
    else if (type === WORKED) this.#work.timer(a, b);
    else this.#net.fire(type, a, b);
  }

  crash(): void {
    this.#trouble.running = false;
    this.#net.clear();
    this.#requests.crash();
    this.#work.clearAll();
    this.#raft.forgetAll();
    this.#observer.watch();
  }

  faults(id: string, active: readonly Config[]): void {
    if (this.#trouble.faults(id, active)) this.#observer.watch();
    else if (id === CLOCK_RATE.id) this.#detune(active);
  }

  history(): OperationHistory {
    return this.#requests.history;
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
    this.#requests.configure(config);
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

  #deliver(message: NodeMessage): void {
    if (message.type < RAFT_TYPES) this.#raft.deliver(message);
    else this.#requests.deliver(message);
  }

  #apply(node: number, key: number, value: number, ticket: number): void {
    if (key !== NO_OP) this.#states[node]!.set(key, value);
    this.#observer.moved();
    this.#requests.applied(node, ticket, value);
  }

  #nodeDown(node: number): void {
    this.#work.clear(node);
    this.#requests.reset((at) => at === node);
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

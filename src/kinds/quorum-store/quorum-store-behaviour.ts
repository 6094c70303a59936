import type { Behaviour, Context } from '../../engine/behaviour';
import type { CallId } from '../../engine/calls';
import { type Sampler, sampler } from '../../engine/distribution';
import type { RandomStream } from '../../engine/random';
import { ClusterEntry } from '../../engine/resources/cluster-entry';
import { ClusterNet, type NodeMessage } from '../../engine/resources/cluster-net';
import { ClusterTrouble } from '../../engine/resources/cluster-trouble';
import { OperationHistory } from '../../engine/resources/history';
import { NodeWork } from '../../engine/resources/node-work';
import { Oracle } from '../../engine/resources/oracle';
import type { FaceWriter } from '../../model/face';
import type { Config } from '../../model/fields';
import { REFUSED } from '../../model/outcome';
import { fromMs } from '../../model/units';
import { Clocks } from './clocks';
import { Coordinator } from './coordinator';
import { CLOCK_SKEW, NODES } from './faults';
import type { QuorumConfig } from './fields';
import { Handoff } from './handoff';
import { JOB, Jobs } from './jobs';
import { Membership } from './membership';
import { MESSAGE, TIMER } from './messages';
import { Observer } from './observer';
import { Repair } from './repair';
import { ReplicaTables } from './replica-tables';
import { ReplicaRing } from './ring';

/** Timers; the first two are the net's. */
const NET = 0;
const OVERDUE = 2;
const WORKED = 3;

/** In the order of the roles of the face. */
const UP = 0;
const DOWN = 1;
const FROZEN = 2;

/** Of lognormal times: the p99 by the median. */
const TAIL = 5;

export class QuorumStore implements Behaviour {
  #config!: QuorumConfig;
  #reading!: Sampler;
  #writing!: Sampler;
  readonly #context: Context;
  readonly #times: RandomStream;
  readonly #net: ClusterNet;
  readonly #work: NodeWork;
  readonly #jobs = new Jobs();
  readonly #tables: ReplicaTables;
  readonly #membership: Membership;
  readonly #handoff: Handoff;
  readonly #repair: Repair;
  readonly #coordinator: Coordinator;
  readonly #clocks = new Clocks();
  readonly #observer: Observer;
  readonly #trouble: ClusterTrouble;
  readonly #entry: ClusterEntry;
  readonly #history = new OperationHistory();

  constructor(config: QuorumConfig, context: Context) {
    this.#context = context;
    this.#times = context.random('service');
    this.#net = new ClusterNet(
      context,
      NET,
      (message) => this.#deliver(message),
      (timer) => this.#timer(timer),
    );
    this.#tables = new ReplicaTables((slot) => this.#observer.agreed(slot));
    this.#observer = new Observer(context, this.#tables, new Oracle());
    this.#work = new NodeWork(
      context,
      WORKED,
      (node, job) => this.#worked(node, job),
      (job) => this.#jobs.close(job),
    );
    this.#entry = new ClusterEntry(context, this.#net);
    this.#membership = new Membership(context, this.#net, MESSAGE.alive, TIMER.gossip, (node, other) =>
      this.#handoff.resume(node, other),
    );
    this.#handoff = new Handoff(context, this.#net, this.#membership);
    this.#repair = new Repair(this.#net, this.#tables, this.#membership, (node, slot, stamp, value) =>
      this.#reconcile(node, slot, stamp, value),
    );
    this.#coordinator = new Coordinator(context, OVERDUE, {
      net: this.#net,
      tables: this.#tables,
      membership: this.#membership,
      handoff: this.#handoff,
      clocks: this.#clocks,
      observer: this.#observer,
      history: this.#history,
    });
    this.#trouble = new ClusterTrouble(
      this.#net,
      { crash: NODES.crash.id, freeze: NODES.freeze.id, slow: NODES.slow.id, partition: NODES.partition.id },
      {
        leader: () => 0,
        down: (node) => this.#nodeDown(node),
        up: (node) => this.#nodeUp(node),
        frozen: (node, on) => this.#work.freeze(node, on),
        slowed: (node, factor) => this.#work.slow(node, factor),
        healed: () => this.#observer.healed(),
      },
    );
    this.#adopt(config);
  }

  start(): void {
    this.#trouble.running = true;
    for (let node = 0; node < this.#net.size; node++) this.#nodeUp(node);
    this.#trouble.renew();
    this.#work.report();
  }

  configure(config: QuorumConfig): void {
    const before = this.#net.size;
    const repairs = this.#config.repairEveryS !== config.repairEveryS;
    this.#adopt(config);
    if (!this.#trouble.running) return;
    for (let node = before; node < config.nodes; node++) this.#nodeUp(node);
    if (repairs) for (let node = 0; node < Math.min(before, config.nodes); node++) this.#repair.start(node);
    this.#coordinator.shrink(config.nodes);
    this.#trouble.renew();
    this.#observer.report();
  }

  rewire(): void {
    this.#entry.rewire();
    this.#coordinator.rewire();
  }

  arrive(call: CallId): void {
    const node = this.#entry.node(this.#context.calls.connection(call));
    if (node < 0) {
      this.#context.fail(call, REFUSED);
      return;
    }
    const ticket = this.#coordinator.open(call, node);
    if (this.#net.works(node)) this.#coordinator.begin(ticket);
    else this.#net.send(node, node, MESSAGE.enter, ticket);
  }

  timer(type: number, a: number, b: number): void {
    if (type === OVERDUE) this.#coordinator.timer();
    else if (type === WORKED) this.#work.timer(a, b);
    else this.#net.fire(type, a, b);
  }

  crash(): void {
    this.#trouble.running = false;
    this.#net.clear();
    this.#coordinator.clear();
    this.#work.clearAll();
  }

  faults(id: string, active: readonly Config[]): void {
    if (this.#trouble.faults(id, active) || id !== CLOCK_SKEW.id) return;
    this.#clocks.reset();
    for (const { node, skewMs } of active) {
      this.#clocks.skew((Number(node) - 1) % this.#net.size, Math.floor(Number(skewMs) * 1000 + 0.5));
    }
  }

  history(): OperationHistory {
    return this.#history;
  }

  face(writer: FaceWriter): void {
    const { nodes, readFrom, writeTo } = this.#config;
    const { replicas } = this.#coordinator.ring;
    writer.put(0);
    writer.put(replicas);
    writer.put(Math.min(readFrom, replicas));
    writer.put(Math.min(writeTo, replicas));
    writer.put(nodes);
    writer.put(0);
    for (let node = 0; node < nodes; node++) {
      writer.put(this.#net.isDown(node) ? DOWN : this.#net.isPaused(node) ? FROZEN : UP);
      writer.put(this.#net.sideOf(node));
      writer.put(0);
      writer.put(0);
      writer.put(0);
      writer.put(this.#handoff.waitingFor(node));
    }
    writer.put(this.#tables.diverged === 0 ? 0 : 1);
    if (this.#tables.diverged > 0) writer.put(this.#tables.diverged);
  }

  #adopt(config: QuorumConfig): void {
    const before = this.#config as QuorumConfig | undefined;
    this.#config = config;
    const { nodes, replicas } = config;
    this.#net.configure(nodes, fromMs(config.rttMs) / 2, config.jitter);
    this.#work.configure(nodes, config.cores);
    this.#tables.configure(nodes);
    this.#membership.configure(fromMs(config.gossipMs), fromMs(config.convictMs));
    this.#handoff.configure(config, nodes);
    this.#repair.configure(fromMs(config.repairEveryS * 1000));
    this.#reading = this.#sampler(config.readMs);
    this.#writing = this.#sampler(config.writeMs);
    if (before?.nodes !== nodes || before.replicas !== replicas) {
      const ring = new ReplicaRing(nodes, replicas);
      this.#coordinator.ring = ring;
      this.#repair.ring = ring;
      this.#tables.spread(ring.replicas, (key) => ring.find(key));
    }
    this.#coordinator.configure(config);
  }

  #sampler(typicalMs: number): Sampler {
    const { times } = this.#config;
    return sampler(
      times === 'lognormal'
        ? { type: 'lognormal', medianMs: typicalMs, p99Ms: typicalMs * TAIL }
        : { type: times, meanMs: typicalMs },
    );
  }

  #deliver({ from, to, type, a, b, c, d }: NodeMessage): void {
    switch (type) {
      case MESSAGE.enter:
        this.#coordinator.begin(a);
        break;
      case MESSAGE.alive:
        this.#membership.hear(to, from);
        break;
      case MESSAGE.read:
        this.#work.add(to, this.#jobs.open(JOB.read, from, a, b, 0, 0), this.#reading.sample(this.#times));
        break;
      case MESSAGE.write:
        this.#work.add(to, this.#jobs.open(JOB.write, from, a, b, c, d), this.#writing.sample(this.#times));
        break;
      case MESSAGE.repair:
        this.#work.add(to, this.#jobs.open(JOB.repair, from, a, b, c, d), this.#writing.sample(this.#times));
        break;
      case MESSAGE.hint:
        this.#work.add(to, this.#jobs.open(JOB.hint, from, a, b, c, d), this.#writing.sample(this.#times));
        break;
      case MESSAGE.readDone:
        this.#coordinator.readDone(a, from, b, c);
        break;
      case MESSAGE.written:
        this.#coordinator.written(a, from, b);
        break;
      case MESSAGE.repaired:
        this.#coordinator.repaired(a, from);
        break;
      case MESSAGE.hintTaken:
        this.#handoff.taken(to, from);
        this.#observer.report();
        break;
      case MESSAGE.compare:
      case MESSAGE.compareBack:
        this.#repair.compare(to, from, type === MESSAGE.compare);
    }
  }

  #timer({ to: node, type, a, b }: NodeMessage): void {
    switch (type) {
      case TIMER.gossip:
        this.#membership.beat(node);
        break;
      case TIMER.speculate:
        this.#coordinator.speculate(a);
        break;
      case TIMER.handOver:
        this.#handoff.timer(node, a, b);
        break;
      case TIMER.repair:
        this.#repair.timer(node, a);
    }
  }

  /** A replica has done its part. */
  #worked(node: number, job: number): void {
    const jobs = this.#jobs;
    const [type, from, ticket] = [jobs.type(job), jobs.from(job), jobs.ticket(job)];
    const [slot, stamp, value] = [jobs.slot(job), jobs.stamp(job), jobs.value(job)];
    jobs.close(job);
    if (type === JOB.read) {
      const [own, held] = [this.#tables.stamp(node, slot), this.#tables.value(node, slot)];
      this.#net.send(node, from, MESSAGE.readDone, ticket, own, held);
      return;
    }
    if (type === JOB.write) {
      const before = this.#tables.value(node, slot);
      const taken = this.#tables.put(node, slot, stamp, value);
      this.#observer.wrote(value, before, taken);
      // An older write with a newer stamp: this one is thrown away as soon as it is there.
      this.#net.send(node, from, MESSAGE.written, ticket, !taken && before < value ? before : 0);
      return;
    }
    this.#reconcile(node, slot, stamp, value);
    if (type === JOB.hint) this.#net.send(node, from, MESSAGE.hintTaken);
    else if (ticket >= 0) this.#net.send(node, from, MESSAGE.repaired, ticket);
  }

  /** A version reaches a replica later than by its own write. */
  #reconcile(node: number, slot: number, stamp: number, value: number): void {
    const held = this.#tables.value(node, slot);
    if (this.#tables.stamp(node, slot) === stamp) return;
    const taken = this.#tables.put(node, slot, stamp, value);
    this.#observer.reconciled(taken ? held : value, taken ? value : held, taken);
  }

  #nodeUp(node: number): void {
    this.#membership.start(node);
    this.#repair.start(node);
    this.#handoff.start(node);
  }

  #nodeDown(node: number): void {
    this.#work.clear(node);
    this.#coordinator.nodeDown(node);
  }
}

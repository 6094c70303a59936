import type { Behaviour, Context, MetricHandle } from '../../engine/behaviour';
import type { CallId } from '../../engine/calls';
import { PRIORITY } from '../../engine/event-queue';
import { must } from '../../engine/must';
import { leaseMicros } from '../../engine/resources/cache-client';
import { usesLeases } from '../../model/cache-fields';
import type { FaceWriter } from '../../model/face';
import type { Config } from '../../model/fields';
import { VERB } from '../../model/meaning';
import { CANCELLED, causeCode, REFUSED } from '../../model/outcome';
import { fromMs, MICROS_PER_SECOND } from '../../model/units';
import { Callers } from './callers';
import { shardOf, slotOf } from './hash-slots';
import { NodeFaults } from './node-faults';
import { MOVED, NODE, TIMER } from './parts';
import { EXPIRE, FLUSH, REPLACE, type RedisConfig, ROLES } from './redis';
import { Shard } from './shard';
import { Counts, type NodeSettings, StoreNode } from './store-node';
import { Topology } from './topology';
import { Writes } from './writes';

const NO_LEADER = causeCode('no-leader');
const READ_ONLY = causeCode('read-only');
const TOO_FEW = causeCode('not-enough-replicas');

/** How many of the last changes are drawn. */
const CELLS = 8;

/** The lag is read, and those who wait in vain are looked after, this often. */
const LOOK_EVERY = 50_000;

export class Redis implements Behaviour {
  #config!: RedisConfig;
  #looking = false;
  #mostNodes = 0;
  readonly #settings: NodeSettings;
  readonly #topology = new Topology();
  readonly #nodes = this.#topology.nodes;
  readonly #shards = this.#topology.shards;
  readonly #callers: Callers;
  readonly #writes: Writes;
  readonly #faults: NodeFaults;
  readonly #context: Context;
  readonly #counts: Counts;
  readonly #size: MetricHandle;
  readonly #lostWrites: MetricHandle;
  readonly #redirects: MetricHandle;
  readonly #lag: MetricHandle;

  constructor(config: RedisConfig, context: Context) {
    this.#context = context;
    this.#settings = { config, manners: [], graceMicros: 0 };
    this.#counts = new Counts(context);
    this.#size = context.gauge('items');
    this.#lostWrites = context.counter('lostWrites');
    this.#redirects = context.counter('redirects');
    this.#lag = context.gauge('replicationLagBytes');
    this.#callers = new Callers(context, this.#topology, () => this.#look());
    this.#writes = new Writes(context, this.#settings, this.#topology, this.#callers);
    this.#faults = new NodeFaults(context, this.#topology, this.#callers, (node) => this.#restart(node));
    this.#adopt(config);
  }

  start(): void {
    for (const node of this.#nodes) {
      node.down = node.frozen = false;
      node.side = 0;
      node.recent.reset(this.#context.now);
      node.commands.reset(this.#context.now);
    }
    this.#callers.divide(null);
    for (const shard of this.#shards) shard.start();
    this.#callers.learn();
    this.#look();
    this.#report();
  }

  configure(config: RedisConfig): void {
    this.#adopt(config);
    this.#look();
    this.#report();
  }

  rewire(): void {
    const settings = this.#settings;
    settings.manners = [];
    settings.graceMicros = 0;
    const { incoming } = this.#context;
    for (const { index, meaning, config } of incoming) {
      const staleMicros = config.stampede === 'stale' ? Math.floor(config.staleSeconds * MICROS_PER_SECOND + 0.5) : 0;
      settings.graceMicros = Math.max(settings.graceMicros, staleMicros);
      settings.manners[index] = {
        leaseMicros: meaning === 'cache' && usesLeases(config) ? leaseMicros(config) : 0,
        staleMicros,
        timeLeft: config.stampede === 'early',
      };
    }
    this.#callers.rewire(incoming);
  }

  arrive(call: CallId): void {
    const { calls } = this.#context;
    let node = this.#nodes[0]!;
    if (this.#config.mode !== 'single') {
      const found = this.#nodeFor(call);
      if (!found) return;
      node = found;
    } else if (node.down) {
      this.#context.fail(call, REFUSED);
      return;
    }
    calls.setWork(call, NODE, node.index);
    node.offer(call);
    this.#report();
  }

  cancelled(call: CallId): void {
    if (!this.#callers.hangs(call)) return;
    this.#callers.close(call, CANCELLED);
    this.#report();
  }

  timer(type: number, a: number, b: number): void {
    switch (type) {
      case TIMER.executed:
        this.#nodes[0]!.timer(a, b);
        break;
      case TIMER.missed:
      case TIMER.promote:
      case TIMER.demote:
        this.#shards[a]?.timer(type, b);
        break;
      case TIMER.learn:
        this.#callers.learn();
        break;
      case TIMER.look:
        this.#looking = false;
        this.#look();
        break;
      case TIMER.waited:
        this.#writes.timer(a, b);
        break;
      default:
        this.#nodes[type - TIMER.others]?.timer(a, b);
    }
    this.#report();
  }

  crash(): void {
    for (const node of this.#nodes) node.crash();
    this.#callers.clear();
    this.#writes.clear();
    this.#faults.clear();
    this.#looking = false;
  }

  fault(id: string, on: boolean, params: Config): void {
    const at = this.#context.now + Math.floor(Number(params['inSeconds'] ?? 0) * MICROS_PER_SECOND + 0.5);
    if (on && id === FLUSH.id) for (const node of this.#nodes) node.empty();
    else if (on && id === EXPIRE.id) for (const node of this.#nodes) node.expireAll(at);
    else if (on && id === REPLACE.id) for (const node of this.#nodes) this.#restart(node);
    else {
      this.#faults.set(id, on, params);
      this.#learnLater();
    }
    this.#report();
  }

  audit(): void {
    const { capacityItems, eviction } = this.#config;
    for (const { items, index } of this.#nodes) {
      const fits = items.size <= capacityItems || eviction === 'noeviction';
      must(fits, `node ${index} keeps ${capacityItems} items at most, and not ${items.size}`);
    }
    for (const shard of this.#shards) shard.audit();
    this.#callers.audit();
  }

  face(writer: FaceWriter): void {
    const { now } = this.#context;
    const several = this.#config.mode !== 'single';
    let perSecond = 0;
    let hits = 0;
    for (const { master } of this.#shards) {
      const share = master.recent.share(now);
      if (share < 0) continue;
      perSecond += master.recent.perSecond(now) / Math.max(share, Number.MIN_VALUE);
      hits += master.recent.perSecond(now);
    }
    const { recent } = this.#nodes[0]!;
    writer.put(several ? (perSecond > 0 ? hits / perSecond : -1) : recent.share(now));
    writer.put(several ? hits : recent.perSecond(now));
    writer.put(this.#topology.itemCount);
    writer.put(this.#config.capacityItems * this.#shards.length);
    writer.put(several ? this.#nodes.length : 0);
    writer.put(CELLS);
    if (!several) return;
    for (const node of this.#nodes) {
      const shard = this.#topology.shardWith(node);
      const has = Math.max(0, Math.min(CELLS, shard.log.end) - shard.behind(node));
      writer.put(ROLES.indexOf(this.#roleOf(node, shard)));
      writer.put(node.side);
      for (let i = 0; i < 3; i++) writer.put(has);
      writer.put(Math.floor(node.commands.perSecond(now) + 0.5));
    }
  }

  #roleOf(node: StoreNode, shard: Shard): (typeof ROLES)[number] {
    if (node.down) return 'down';
    if (node.frozen) return 'frozen';
    if (node === shard.master) return shard.failed ? 'missed' : 'master';
    return node === shard.stray ? 'old master' : 'replica';
  }

  // — what there is —

  #adopt(config: RedisConfig): void {
    this.#config = config;
    this.#settings.config = config;
    const shards = config.mode === 'cluster' ? config.shards : 1;
    const each = config.mode === 'single' ? 1 : 1 + config.replicas;
    const before = { nodes: this.#nodes.length, shards: this.#shards.length };
    this.#resize(shards * each);
    for (const node of this.#nodes) node.configure();
    while (this.#shards.length > shards) this.#shards.pop();
    for (let i = 0; i < shards; i++) {
      const nodes = this.#nodes.slice(i * each, (i + 1) * each);
      this.#shards[i] ??= new Shard(this.#context, i, nodes[0]!, TIMER, {
        promoted: () => this.#promoted(),
        lost: (writes) => this.#context.count(this.#lostWrites, writes),
      });
      this.#shards[i]!.configure(config, nodes);
    }
    // Those who leave or change their shard have nothing to say any more.
    if (before.nodes !== this.#nodes.length || before.shards !== shards) this.#callers.learn();
    this.#context.level(this.#size, this.#topology.itemCount);
  }

  #resize(count: number): void {
    while (this.#nodes.length > count) this.#cutOff(this.#nodes.pop()!);
    while (this.#nodes.length < count) {
      const index = this.#nodes.length;
      const node = new StoreNode(
        this.#context,
        index,
        index === 0 ? TIMER.executed : TIMER.others + index,
        this.#settings,
        this.#counts,
        {
          allowed: (call, at) => this.#config.mode === 'single' || this.#allowed(call, at),
          changed: (call, at, key, expiry, result) => this.#writes.changed(call, at, key, expiry, result),
          sized: () => this.#context.level(this.#size, this.#topology.itemCount),
        },
      );
      node.recent.reset(this.#context.now);
      node.commands.reset(this.#context.now);
      this.#nodes.push(node);
    }
  }

  // — the way of a command —

  /** The node a caller asks, or null when the call has been answered or hangs. */
  #nodeFor(call: CallId): StoreNode | null {
    const { calls } = this.#context;
    const connection = calls.connection(call);
    let shard = 0;
    let asked = 0;
    if (this.#config.mode === 'cluster') {
      const slot = slotOf(calls.key(call));
      shard = shardOf(slot, this.#shards.length);
      asked = this.#callers.shardFor(connection, slot, shard);
    }
    calls.setWork(call, MOVED, asked === shard ? -1 : shard);
    if (this.#config.fullCoverage && this.#config.mode === 'cluster' && this.#shards.some(({ failed }) => failed)) {
      this.#context.fail(call, NO_LEADER);
      return null;
    }
    const node = this.#callers.masterFor(connection, asked);
    calls.setWork(call, NODE, node.index);
    if (!this.#callers.reaches(connection, node)) {
      this.#callers.hang(call);
      return null;
    }
    if (node.down) {
      this.#context.fail(call, REFUSED);
      return null;
    }
    return node;
  }

  /** What a node says before it does anything. */
  #allowed(call: CallId, node: StoreNode): boolean {
    const context = this.#context;
    const { calls } = context;
    node.commands.count(true, context.now);
    const shard = this.#topology.shardWith(node);
    const moved = calls.work(call, MOVED);
    if (moved >= 0 && moved < this.#shards.length) {
      this.#redirect(call, this.#shards[moved]!.master);
      return false;
    }
    const { mode, minReplicasToWrite, nodeTimeoutMs } = this.#config;
    const writes = calls.verb(call) === VERB.set || calls.verb(call) === VERB.del;
    if (node !== shard.master && node !== shard.stray) {
      if (mode === 'cluster') {
        this.#redirect(call, shard.master);
        return false;
      }
      if (!writes) return true;
      context.fail(call, READ_ONLY);
      return false;
    }
    // A master of the minority stops when it has heard from nobody for so long.
    if (mode === 'cluster' && node.side === 1 && context.now - this.#faults.cutSince > fromMs(nodeTimeoutMs)) {
      context.fail(call, NO_LEADER);
      return false;
    }
    if (writes && minReplicasToWrite > 0 && shard.heardFrom(node) < minReplicasToWrite) {
      context.fail(call, TOO_FEW);
      return false;
    }
    return true;
  }

  /** MOVED: the caller asks again where it was told to. */
  #redirect(call: CallId, node: StoreNode): void {
    const { calls } = this.#context;
    this.#context.count(this.#redirects);
    calls.setWork(call, MOVED, -1);
    calls.setWork(call, NODE, node.index);
    if (!this.#callers.reaches(calls.connection(call), node)) this.#callers.hang(call);
    else if (node.down) this.#context.fail(call, REFUSED);
    else node.offer(call);
  }

  // — nodes come and go —

  /** Its process is another one, with nothing in it. */
  #restart(node: StoreNode): void {
    this.#cutOff(node);
    this.#topology.shardWith(node).restarted(node);
  }

  /** Whoever waits for it is reset. */
  #cutOff(node: StoreNode): void {
    node.restart();
    this.#writes.reset(node);
  }

  #promoted(): void {
    this.#context.level(this.#size, this.#topology.itemCount);
    this.#learnLater();
  }

  #learnLater(): void {
    this.#context.after(fromMs(this.#config.reconnectMs), PRIORITY.control, TIMER.learn);
  }

  // — what is shown —

  #look(): void {
    if (this.#looking || (this.#config.mode === 'single' && this.#callers.hanging === 0)) return;
    let lag = 0;
    for (const shard of this.#shards) lag = Math.max(lag, shard.lagBytes());
    this.#context.level(this.#lag, lag);
    if (this.#callers.hanging > 0) this.#callers.sweep();
    this.#looking = true;
    this.#context.after(LOOK_EVERY, PRIORITY.control, TIMER.look);
  }

  #report(): void {
    const context = this.#context;
    let waiting = this.#callers.hanging;
    for (let i = 0; i < this.#nodes.length; i++) {
      const { thread } = this.#nodes[i]!;
      context.busy(thread.busy, 1, i);
      waiting += thread.queue.length;
    }
    for (let i = this.#nodes.length; i < this.#mostNodes; i++) context.busy(0, 0, i);
    this.#mostNodes = Math.max(this.#mostNodes, this.#nodes.length);
    context.waiting(waiting);
  }
}

import type { Behaviour, Context, MetricHandle } from '../../engine/behaviour';
import { type CallId, FLAG } from '../../engine/calls';
import { PRIORITY } from '../../engine/event-queue';
import { leaseMicros } from '../../engine/resources/cache-client';
import { HeldCalls } from '../../engine/resources/held-calls';
import { usesLeases } from '../../model/cache-fields';
import type { FaceWriter } from '../../model/face';
import type { Config } from '../../model/fields';
import { VERB } from '../../model/meaning';
import { CANCELLED, causeCode, REFUSED, RESET } from '../../model/outcome';
import { fromMs, MICROS_PER_SECOND } from '../../model/units';
import { CRASH_NODE, FREEZE_NODE, ISOLATE_MASTER, STOP_REPLICATION } from './faults';
import { shardOf, slotOf } from './hash-slots';
import { EXPIRE, FLUSH, REPLACE, type RedisConfig, ROLES } from './redis';
import { Shard } from './shard';
import { Counts, type NodeSettings, StoreNode } from './store-node';

const NO_LEADER = causeCode('no-leader');
const READ_ONLY = causeCode('read-only');
const TOO_FEW = causeCode('not-enough-replicas');

/** Timers. Of node 0: EXECUTED; of the others: OTHERS and up. */
const EXECUTED = 0;
const MISSED = 1;
const PROMOTE = 2;
const DEMOTE = 3;
const LEARN = 4;
const LOOK = 5;
const WAITED = 6;
const OTHERS = 16;

/** How many of the last changes are drawn. */
const CELLS = 8;

/** The lag is read, and those who wait in vain are looked after, this often. */
const LOOK_EVERY = 50_000;
/** WAIT: how often it is looked again, and how long a write waits in all. */
const ASK_AGAIN = 20_000;
const WAIT_AT_MOST = MICROS_PER_SECOND;

/** Work slots: the node, offset of the change, its answer, the shard it moved to or −1, when a WAIT began in ms. */
const NODE = 0;
const OFFSET = 1;
const ANSWER = 2;
const MOVED = 3;
const SINCE = 4;

/** Whom callers reach while a master is cut off. */
type CallersAre = 'with-replicas' | 'with-master' | 'divided' | 'everywhere';

export class Redis implements Behaviour {
  #config!: RedisConfig;
  #callersAre: CallersAre | null = null;
  #cutSince = 0;
  #looking = false;
  #mostNodes = 0;
  readonly #settings: NodeSettings;
  readonly #nodes: StoreNode[] = [];
  readonly #shards: Shard[] = [];
  /** By side and shard: the node callers take for the master. */
  readonly #known: [StoreNode[], StoreNode[]] = [[], []];
  /** By index of the connection: among how many shards the caller takes the slots to be spread. */
  readonly #layouts: number[] = [];
  /** Calls that hang on a cut connection, and those that wait for replicas. */
  readonly #stuck = new HeldCalls();
  readonly #waiting = new HeldCalls();
  #stuckCount = 0;
  readonly #hit = new Map<string, StoreNode>();
  readonly #context: Context;
  readonly #counts: Counts;
  readonly #size: MetricHandle;
  readonly #lostWrites: MetricHandle;
  readonly #divergedWrites: MetricHandle;
  readonly #redirects: MetricHandle;
  readonly #lag: MetricHandle;

  constructor(config: RedisConfig, context: Context) {
    this.#context = context;
    this.#settings = { config, manners: [], graceMicros: 0 };
    this.#counts = new Counts(context);
    this.#size = context.gauge('items');
    this.#lostWrites = context.counter('lostWrites');
    this.#divergedWrites = context.counter('divergedWrites');
    this.#redirects = context.counter('redirects');
    this.#lag = context.gauge('replicationLagBytes');
    this.#adopt(config);
  }

  start(): void {
    for (const node of this.#nodes) {
      node.down = node.frozen = false;
      node.side = 0;
      node.recent.reset(this.#context.now);
      node.commands.reset(this.#context.now);
    }
    this.#callersAre = null;
    for (const shard of this.#shards) shard.start();
    this.#learn();
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
    for (const { index, meaning, config } of this.#context.incoming) {
      const staleMicros = config.stampede === 'stale' ? Math.floor(config.staleSeconds * MICROS_PER_SECOND + 0.5) : 0;
      settings.graceMicros = Math.max(settings.graceMicros, staleMicros);
      settings.manners[index] = {
        leaseMicros: meaning === 'cache' && usesLeases(config) ? leaseMicros(config) : 0,
        staleMicros,
        timeLeft: config.stampede === 'early',
      };
      this.#layouts[index] ??= this.#shards.length;
    }
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
    if (!this.#stuck.has(call)) return;
    this.#unstick(call, CANCELLED);
    this.#report();
  }

  timer(type: number, a: number, b: number): void {
    switch (type) {
      case EXECUTED:
        this.#nodes[0]!.timer(a, b);
        break;
      case MISSED:
      case PROMOTE:
      case DEMOTE:
        this.#shards[a]?.timer(type, b);
        break;
      case LEARN:
        this.#learn();
        break;
      case LOOK:
        this.#looking = false;
        this.#look();
        break;
      case WAITED:
        if (this.#waiting.has(a) && this.#context.calls.stamp(a) === b) this.#askReplicas(a);
        break;
      default:
        this.#nodes[type - OTHERS]?.timer(a, b);
    }
    this.#report();
  }

  crash(): void {
    for (const node of this.#nodes) node.crash();
    this.#stuck.clear();
    this.#waiting.clear();
    this.#stuckCount = 0;
    this.#hit.clear();
    this.#looking = false;
  }

  fault(id: string, on: boolean, params: Config): void {
    const at = this.#context.now + Math.floor(Number(params['inSeconds'] ?? 0) * MICROS_PER_SECOND + 0.5);
    if (on && id === FLUSH.id) for (const node of this.#nodes) node.empty();
    else if (on && id === EXPIRE.id) for (const node of this.#nodes) node.expireAll(at);
    else if (on && id === REPLACE.id) for (const node of this.#nodes) this.#restart(node);
    else this.#nodeFault(id, on, params);
    this.#report();
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
    writer.put(this.#itemCount());
    writer.put(this.#config.capacityItems * this.#shards.length);
    writer.put(several ? this.#nodes.length : 0);
    writer.put(CELLS);
    if (!several) return;
    for (const node of this.#nodes) {
      const shard = this.#shardOf(node);
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
      this.#shards[i] ??= new Shard(
        this.#context,
        i,
        nodes[0]!,
        { missed: MISSED, promote: PROMOTE, demote: DEMOTE },
        { promoted: () => this.#promoted(), lost: (writes) => this.#context.count(this.#lostWrites, writes) },
      );
      this.#shards[i]!.configure(config, nodes);
    }
    // Those who leave or change their shard have nothing to say any more.
    if (before.nodes !== this.#nodes.length || before.shards !== shards) this.#learn();
    this.#context.level(this.#size, this.#itemCount());
  }

  #resize(count: number): void {
    while (this.#nodes.length > count) this.#cutOff(this.#nodes.pop()!);
    while (this.#nodes.length < count) {
      const index = this.#nodes.length;
      const node = new StoreNode(
        this.#context,
        index,
        index === 0 ? EXECUTED : OTHERS + index,
        this.#settings,
        this.#counts,
        {
          allowed: (call, at) => this.#config.mode === 'single' || this.#allowed(call, at),
          changed: (call, at, key, expiry, result) => this.#changed(call, at, key, expiry, result),
          sized: () => this.#context.level(this.#size, this.#itemCount()),
        },
      );
      node.recent.reset(this.#context.now);
      node.commands.reset(this.#context.now);
      this.#nodes.push(node);
    }
  }

  #itemCount(): number {
    let count = 0;
    for (let i = 0; i < this.#shards.length; i++) count += this.#shards[i]!.master.items.size;
    return count;
  }

  #shardOf(node: StoreNode): Shard {
    const each = this.#nodes.length / this.#shards.length;
    return this.#shards[Math.floor(node.index / each)]!;
  }

  // — the way of a command —

  /** The node a caller asks, or null when the call has been answered or hangs. */
  #nodeFor(call: CallId): StoreNode | null {
    const { calls } = this.#context;
    const connection = calls.connection(call);
    const shards = this.#shards.length;
    const slot = this.#config.mode === 'cluster' ? slotOf(calls.key(call)) : 0;
    const shard = this.#config.mode === 'cluster' ? shardOf(slot, shards) : 0;
    let asked = shard;
    const layout = this.#layouts[connection] ?? shards;
    if (layout !== shards && this.#config.mode === 'cluster') {
      // It still has the slots as they were. The first answer that a slot has moved brings it the new ones.
      asked = Math.min(shards - 1, shardOf(slot, layout));
      if (asked !== shard) this.#layouts[connection] = shards;
    }
    calls.setWork(call, MOVED, asked === shard ? -1 : shard);
    if (this.#config.fullCoverage && this.#config.mode === 'cluster' && this.#shards.some(({ failed }) => failed)) {
      this.#context.fail(call, NO_LEADER);
      return null;
    }
    const side = this.#side(connection);
    const node = this.#known[side]![asked]!;
    calls.setWork(call, NODE, node.index);
    if (!this.#reaches(connection, node)) {
      this.#hang(call);
      return null;
    }
    if (node.down) {
      this.#context.fail(call, REFUSED);
      return null;
    }
    return node;
  }

  #side(connection: number): 0 | 1 {
    if (this.#callersAre === 'with-master') return 1;
    return this.#callersAre === 'divided' && this.#context.incoming[0]?.index === connection ? 1 : 0;
  }

  #reaches(connection: number, node: StoreNode): boolean {
    return this.#callersAre === null || this.#callersAre === 'everywhere' || node.side === this.#side(connection);
  }

  /** What a node says before it does anything. */
  #allowed(call: CallId, node: StoreNode): boolean {
    const context = this.#context;
    const { calls } = context;
    node.commands.count(true, context.now);
    const shard = this.#shardOf(node);
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
    if (mode === 'cluster' && node.side === 1 && context.now - this.#cutSince > fromMs(nodeTimeoutMs)) {
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
    if (!this.#reaches(calls.connection(call), node)) this.#hang(call);
    else if (node.down) this.#context.fail(call, REFUSED);
    else node.offer(call);
  }

  #changed(call: CallId, node: StoreNode, key: number, expiry: number, result: number): void {
    const context = this.#context;
    if (this.#config.mode === 'single') {
      context.succeed(call, result);
      return;
    }
    const { calls } = context;
    const shard = this.#shardOf(node);
    const offset = node === shard.master ? shard.append(key, expiry, calls.bytes(call)) : -1;
    calls.setWork(call, OFFSET, offset);
    calls.setWork(call, ANSWER, result);
    if (this.#config.waitReplicas === 0) {
      this.#answer(call, node);
      return;
    }
    calls.setWork(call, SINCE, Math.floor(context.now / 1000) | 0);
    this.#waiting.add(call);
    const wayAndBack = 2 * fromMs(this.#config.replicationDelayMs);
    context.after(wayAndBack, PRIORITY.completion, WAITED, call, calls.stamp(call));
  }

  #askReplicas(call: CallId): void {
    const context = this.#context;
    const { calls } = context;
    const node = this.#nodes[calls.work(call, NODE)];
    const shard = node && this.#shardOf(node);
    const offset = calls.work(call, OFFSET);
    const waited = Math.floor(context.now / 1000) - calls.work(call, SINCE);
    if (node && node === shard?.master && offset >= 0 && shard.confirmed(offset) >= this.#config.waitReplicas) {
      this.#waiting.remove(call);
      this.#answer(call, node);
    } else if (waited * 1000 >= WAIT_AT_MOST) {
      this.#waiting.remove(call);
      context.fail(call, TOO_FEW);
    } else context.after(ASK_AGAIN, PRIORITY.completion, WAITED, call, calls.stamp(call));
  }

  /** The answer to a change. If it comes through to one who waits for it, it is a promise. */
  #answer(call: CallId, node: StoreNode): void {
    const context = this.#context;
    const { calls } = context;
    if (!this.#reaches(calls.connection(call), node)) {
      this.#hang(call);
      return;
    }
    const heard = (calls.flags(call) & (FLAG.sourceDone | FLAG.detached)) === 0;
    if (heard && calls.write(call) === 1) {
      const shard = this.#shardOf(node);
      if (node === shard.master) shard.log.promise(calls.work(call, OFFSET));
      else {
        shard.strayPromised++;
        context.count(this.#divergedWrites);
      }
    }
    context.succeed(call, calls.work(call, ANSWER));
  }

  #hang(call: CallId): void {
    this.#stuck.add(call);
    this.#stuckCount++;
    this.#look();
  }

  #unstick(call: CallId, cause: number): void {
    this.#stuck.remove(call);
    this.#stuckCount--;
    this.#context.fail(call, cause);
  }

  // — nodes come and go —

  #nodeFault(id: string, on: boolean, params: Config): void {
    const before = this.#hit.get(id);
    this.#hit.delete(id);
    if (id === STOP_REPLICATION.id) {
      for (const shard of this.#shards) shard.stopped = on;
    } else {
      if (before) this.#undo(id, before);
      const shard = this.#shards[Number(params['shard']) - 1];
      if (on && shard) {
        const node = params['node'] === 'replica' ? shard.nodes[1] : shard.master;
        if (node && this.#nodes.includes(node)) this.#harm(id, node, params);
      }
    }
    for (const shard of this.#shards) shard.changed();
    this.#context.after(fromMs(this.#config.reconnectMs), PRIORITY.control, LEARN);
  }

  #harm(id: string, node: StoreNode, params: Config): void {
    this.#hit.set(id, node);
    if (id === CRASH_NODE.id) {
      node.down = true;
      node.frozen = false;
      this.#restart(node);
    } else if (id === FREEZE_NODE.id) node.frozen = !node.down;
    else if (id === ISOLATE_MASTER.id) {
      node.side = 1;
      this.#cutSince = this.#context.now;
      this.#callersAre = params['callers'] as CallersAre;
    }
  }

  #undo(id: string, node: StoreNode): void {
    if (id === CRASH_NODE.id) node.down = false;
    else if (id === FREEZE_NODE.id) {
      if (node.frozen) node.thaw();
    } else if (id === ISOLATE_MASTER.id) {
      node.side = 0;
      this.#callersAre = null;
    }
  }

  /** Its process is another one, with nothing in it. */
  #restart(node: StoreNode): void {
    this.#cutOff(node);
    this.#shardOf(node).restarted(node);
  }

  /** Whoever waits for it is reset. */
  #cutOff(node: StoreNode): void {
    const { calls } = this.#context;
    node.restart();
    this.#waiting.each((call) => {
      if (calls.work(call, NODE) !== node.index) return;
      this.#waiting.remove(call);
      this.#context.fail(call, RESET);
    });
  }

  #promoted(): void {
    this.#context.level(this.#size, this.#itemCount());
    this.#context.after(fromMs(this.#config.reconnectMs), PRIORITY.control, LEARN);
  }

  /** Callers look for the masters on their side, and close what hangs. Who finds none keeps to the one it knew. */
  #learn(): void {
    for (const side of [0, 1] as const) {
      const known = this.#known[side];
      known.length = this.#shards.length;
      for (const shard of this.#shards) {
        const there = (node: StoreNode | null): node is StoreNode =>
          node !== null &&
          node.runs &&
          (this.#callersAre === null || this.#callersAre === 'everywhere' || node.side === side);
        const now = known[shard.index];
        if (there(shard.master)) known[shard.index] = shard.master;
        else if (there(shard.stray)) known[shard.index] = shard.stray;
        else if (!now || !this.#nodes.includes(now)) known[shard.index] = shard.master;
      }
    }
    this.#sweep();
  }

  #sweep(): void {
    const { calls } = this.#context;
    this.#stuck.each((call) => {
      const connection = calls.connection(call);
      const node = this.#nodes[calls.work(call, NODE)];
      const gaveUp = (calls.flags(call) & FLAG.sourceDone) !== 0;
      const asked = node && this.#known[this.#side(connection)].includes(node);
      if (gaveUp || !node || !asked || this.#reaches(connection, node)) this.#unstick(call, RESET);
    });
  }

  // — what is shown —

  #look(): void {
    if (this.#looking || (this.#config.mode === 'single' && this.#stuckCount === 0)) return;
    let lag = 0;
    for (const shard of this.#shards) lag = Math.max(lag, shard.lagBytes());
    this.#context.level(this.#lag, lag);
    if (this.#stuckCount > 0) this.#sweep();
    this.#looking = true;
    this.#context.after(LOOK_EVERY, PRIORITY.control, LOOK);
  }

  #report(): void {
    const context = this.#context;
    let waiting = this.#stuckCount;
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

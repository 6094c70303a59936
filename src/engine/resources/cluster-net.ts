/**
 * The inside of a component that is a cluster: nodes that send each other messages over a network of their own, and can
 * crash, freeze and be cut off from each other. Replicated kinds are made of it. Messages and timers of a node die with
 * the process that set them; a frozen node gets them when it thaws, in order.
 *
 * The owner hands its timers of type `base` and `base + 1` to `fire`. Nothing is allocated per message.
 */
import type { Context } from '../behaviour';
import { exp } from '../deterministic-math';
import { PRIORITY } from '../event-queue';
import type { RandomStream } from '../random';
import { normal } from '../ziggurat';

/** What one node tells another, or itself by a timer (`from` is then the node itself). Valid during the handler only. */
export interface NodeMessage {
  readonly from: number;
  readonly to: number;
  readonly type: number;
  readonly a: number;
  readonly b: number;
  readonly c: number;
  readonly d: number;
  readonly e: number;
  readonly f: number;
}

const STRIDE = 12;
const FROM = 0;
const TO = 1;
const TYPE = 2;
const A = 3;
const B = 4;
const C = 5;
const D = 6;
const E = 7;
const F = 8;
const EPOCH = 9;
const GENERATION = 10;
const NEXT = 11;

const MESSAGE = 0;
const TIMER = 1;

/** Names a pending timer of a node. */
export type NodeTimer = number;
export const NO_TIMER: NodeTimer = -1;
const GENERATIONS = 1 << 20;

interface Node {
  down: boolean;
  paused: boolean;
  epoch: number;
  /** Nodes with different sides cannot reach each other. */
  side: number;
  /** Nodes, as bits, that its messages do not reach. */
  deaf: number;
  /** Records with their generations, in order of arrival. */
  readonly frozen: number[];
}

export class ClusterNet {
  readonly #context: Context;
  readonly #base: number;
  readonly #network: RandomStream;
  readonly #deliver: (message: NodeMessage) => void;
  readonly #fire: (timer: NodeMessage) => void;
  readonly #nodes: Node[] = [];
  /** Of a node that comes later: it must not get the timers of one that had its number before. */
  #firstEpoch = 0;
  #records = new Float64Array(64 * STRIDE);
  #used = 0;
  #free = -1;
  #oneWay = 0;
  #jitter = 0;
  /** Messages that found nobody: the node was down, or cut off. */
  lost = 0;

  /** `base` and `base + 1` are the owner's timer types that belong to the cluster. */
  constructor(
    context: Context,
    base: number,
    deliver: (message: NodeMessage) => void,
    fire: (timer: NodeMessage) => void,
  ) {
    this.#context = context;
    this.#base = base;
    this.#network = context.random('cluster');
    this.#deliver = deliver;
    this.#fire = fire;
  }

  /** `oneWayMicros` is the median way of a message, `jitter` the sigma of its lognormal factor. */
  configure(size: number, oneWayMicros: number, jitter: number): void {
    this.#oneWay = oneWayMicros;
    this.#jitter = jitter;
    while (this.#nodes.length < size) {
      this.#nodes.push({ down: false, paused: false, epoch: this.#firstEpoch, side: 0, deaf: 0, frozen: [] });
    }
    for (let node = size; node < this.#nodes.length; node++) {
      this.crash(node);
      this.#firstEpoch = Math.max(this.#firstEpoch, this.#nodes[node]!.epoch);
    }
    this.#nodes.length = size;
  }

  get size(): number {
    return this.#nodes.length;
  }

  /** Alive and not frozen. */
  works(node: number): boolean {
    const state = this.#nodes[node];
    return state !== undefined && !state.down && !state.paused;
  }

  isDown(node: number): boolean {
    return this.#nodes[node]?.down ?? true;
  }

  isPaused(node: number): boolean {
    return this.#nodes[node]?.paused ?? false;
  }

  sideOf(node: number): number {
    return this.#nodes[node]?.side ?? 0;
  }

  /** Whether messages get through from one node to another now, as far as the network is concerned. */
  connected(from: number, to: number): boolean {
    return this.sideOf(from) === this.sideOf(to) && ((this.#nodes[from]?.deaf ?? 0) & (1 << to)) === 0;
  }

  /** The process dies: its messages and timers with it. */
  crash(node: number): void {
    const state = this.#nodes[node];
    if (!state || state.down) return;
    state.down = true;
    state.paused = false;
    state.epoch++;
    this.#eachFrozen(state, (record) => this.#release(record));
  }

  /** A new process; the owner starts it. */
  restart(node: number): void {
    const state = this.#nodes[node];
    if (state) state.down = false;
  }

  pause(node: number): void {
    const state = this.#nodes[node];
    if (state && !state.down) state.paused = true;
  }

  /** The node goes on with what reached it meanwhile, in order. */
  resume(node: number): void {
    const state = this.#nodes[node];
    if (!state?.paused) return;
    state.paused = false;
    this.#eachFrozen(state, (record) => this.#hand(record, state));
  }

  /** Puts nodes on sides that cannot reach each other: `sides[node]`; the rest is on side 0. */
  partition(sides: readonly number[]): void {
    this.#nodes.forEach((state, node) => (state.side = sides[node] ?? 0));
  }

  /** Cuts single ways: bit `to` of `deaf[from]` is set where messages do not get through; the rest is open. */
  cutWays(deaf: readonly number[]): void {
    this.#nodes.forEach((state, node) => (state.deaf = deaf[node] ?? 0));
  }

  /** All processes die, as when the component itself crashes: nothing is left under way. */
  clear(): void {
    for (const state of this.#nodes) {
      state.epoch++;
      state.down = false;
      state.paused = false;
      state.frozen.length = 0;
    }
    // The engine has dropped the component's timers with its process.
    this.#used = 0;
    this.#free = -1;
  }

  /** Sends a message. It is lost when the way is cut, or the node down, at the moment it would arrive. */
  send(from: number, to: number, type: number, a = 0, b = 0, c = 0, d = 0, e = 0, f = 0): void {
    const record = this.#take(from, to, type, a, b, c, d, e, f);
    const factor = this.#jitter > 0 ? exp(this.#jitter * normal(this.#network)) : 1;
    const micros = from === to ? 0 : Math.floor(this.#oneWay * factor + 0.5);
    this.#context.after(micros, PRIORITY.arrival, this.#base + MESSAGE, record, this.#generation(record));
  }

  /** Sets a timer of a node. */
  after(node: number, micros: number, type: number, a = 0, b = 0, c = 0, d = 0): NodeTimer {
    const record = this.#take(node, node, type, a, b, c, d, 0, 0);
    const generation = this.#generation(record);
    this.#context.after(micros, PRIORITY.timer, this.#base + TIMER, record, generation);
    return generation * GENERATIONS + record;
  }

  /** Forgets a timer. Harmless after it has fired. */
  cancel(timer: NodeTimer): void {
    if (timer < 0) return;
    const record = timer % GENERATIONS;
    if (this.#generation(record) === (timer - record) / GENERATIONS) this.#release(record);
  }

  /** The owner's timer of type `base` or `base + 1` has fired. */
  fire(type: number, record: number, generation: number): void {
    if (this.#generation(record) !== generation) return;
    const records = this.#records;
    const at = record * STRIDE;
    const to = records[at + TO]!;
    const state = this.#nodes[to];
    const timer = type - this.#base === TIMER;
    const from = records[at + FROM]!;
    if (!state || state.down || state.epoch !== records[at + EPOCH] || (!timer && !this.connected(from, to))) {
      if (!timer) this.lost++;
      this.#release(record);
      return;
    }
    // The sign remembers, while the node is frozen, which of the two it is.
    if (timer) records[at + TYPE] = -1 - records[at + TYPE]!;
    if (state.paused) state.frozen.push(record, generation);
    else this.#hand(record, state);
  }

  /** A timer may have been cancelled by what came before it. */
  #eachFrozen(state: Node, take: (record: number) => void): void {
    const frozen = state.frozen.splice(0);
    for (let i = 0; i < frozen.length; i += 2) {
      if (this.#generation(frozen[i]!) === frozen[i + 1]) take(frozen[i]!);
    }
  }

  #hand(record: number, state: Node): void {
    const records = this.#records;
    const at = record * STRIDE;
    // A node that has been taken away says nothing more: nobody could look up who it was.
    const unknown = records[at + FROM]! >= this.#nodes.length;
    if (state.down || unknown) {
      if (unknown) this.lost++;
      this.#release(record);
      return;
    }
    const coded = records[at + TYPE]!;
    const message: Mutable = this.#message;
    message.from = records[at + FROM]!;
    message.to = records[at + TO]!;
    message.type = coded < 0 ? -1 - coded : coded;
    message.a = records[at + A]!;
    message.b = records[at + B]!;
    message.c = records[at + C]!;
    message.d = records[at + D]!;
    message.e = records[at + E]!;
    message.f = records[at + F]!;
    this.#release(record);
    if (coded < 0) this.#fire(message);
    else this.#deliver(message);
  }

  readonly #message: Mutable = { from: 0, to: 0, type: 0, a: 0, b: 0, c: 0, d: 0, e: 0, f: 0 };

  #generation(record: number): number {
    return this.#records[record * STRIDE + GENERATION]!;
  }

  #take(
    from: number,
    to: number,
    type: number,
    a: number,
    b: number,
    c: number,
    d: number,
    e: number,
    f: number,
  ): number {
    let record = this.#free;
    if (record >= 0) this.#free = this.#records[record * STRIDE + NEXT]!;
    else {
      if ((this.#used + 1) * STRIDE > this.#records.length) {
        const records = new Float64Array(this.#records.length * 2);
        records.set(this.#records);
        this.#records = records;
      }
      record = this.#used++;
    }
    const records = this.#records;
    const at = record * STRIDE;
    records[at + FROM] = from;
    records[at + TO] = to;
    records[at + TYPE] = type;
    records[at + A] = a;
    records[at + B] = b;
    records[at + C] = c;
    records[at + D] = d;
    records[at + E] = e;
    records[at + F] = f;
    records[at + EPOCH] = this.#nodes[to]?.epoch ?? 0;
    return record;
  }

  #release(record: number): void {
    const at = record * STRIDE;
    this.#records[at + GENERATION] = (this.#records[at + GENERATION]! + 1) % GENERATIONS;
    this.#records[at + NEXT] = this.#free;
    this.#free = record;
  }
}

type Mutable = { -readonly [K in keyof NodeMessage]: NodeMessage[K] };

import type { Context } from '../../engine/behaviour';
import type { ClusterNet } from '../../engine/resources/cluster-net';
import { fromMs } from '../../model/units';
import type { QuorumConfig } from './fields';
import { Hints } from './hints';
import type { Membership } from './membership';
import { MESSAGE, TIMER } from './messages';

/** A hint whose receipt does not come is sent again after this long. */
const AGAIN = 1_000_000;
const STRIDE = 16;

/** Keeps hints and hands them over, one at a time, at a limited rate. */
export class Handoff {
  readonly #context: Context;
  readonly #net: ClusterNet;
  readonly #membership: Membership;
  readonly #hints = new Hints();
  readonly #kept: number;
  readonly #level: number;
  #on = true;
  #window = 0;
  #every = 1;
  /** By keeper and target: the turn of the timer that is set; 0 for none. Older timers are stale. */
  readonly #turns = new Float64Array(STRIDE * STRIDE);
  #turn = 0;

  constructor(context: Context, net: ClusterNet, membership: Membership) {
    this.#context = context;
    this.#net = net;
    this.#membership = membership;
    this.#kept = context.counter('hinted');
    this.#level = context.gauge('hints');
  }

  configure({ hints, hintWindowS, hintsPerS }: QuorumConfig, nodes: number): void {
    this.#on = hints;
    this.#window = fromMs(hintWindowS * 1000);
    this.#every = Math.max(1, Math.floor(1_000_000 / hintsPerS));
    this.#hints.shrink(nodes);
    this.#context.level(this.#level, this.#hints.size);
  }

  waitingFor(node: number): number {
    return this.#hints.waitingFor(node);
  }

  /** A replica has missed a write. False when no hint is kept. */
  keep(keeper: number, target: number, slot: number, stamp: number, value: number): boolean {
    const away = this.#context.now - this.#membership.heardAt(keeper, target);
    if (!this.#on || away > this.#window || !this.#hints.add(keeper, target, slot, stamp, value)) return false;
    this.#context.count(this.#kept);
    this.#context.level(this.#level, this.#hints.size);
    if (this.#isAlive(keeper, target)) this.resume(keeper, target);
    return true;
  }

  /** The process of a keeper begins: what it kept is on its disk. */
  start(keeper: number): void {
    for (let target = 0; target < this.#net.size; target++) {
      this.#turns[keeper * STRIDE + target] = 0;
      this.resume(keeper, target);
    }
  }

  /** A replica is there again, or may be. */
  resume(keeper: number, target: number): void {
    if (this.#turns[keeper * STRIDE + target] === 0 && this.#hints.first(keeper, target)) {
      this.#set(keeper, target, this.#every);
    }
  }

  timer(keeper: number, target: number, turn: number): void {
    const at = keeper * STRIDE + target;
    if (this.#turns[at] !== turn) return;
    this.#turns[at] = 0;
    const hint = this.#hints.first(keeper, target);
    if (!hint || !this.#isAlive(keeper, target)) return;
    this.#net.send(keeper, target, MESSAGE.hint, -1, hint.at(0), hint.at(1), hint.at(2));
    this.#set(keeper, target, AGAIN);
  }

  /** The replica has the hint that was sent last. */
  taken(keeper: number, target: number): void {
    this.#hints.take(keeper, target);
    this.#context.level(this.#level, this.#hints.size);
    this.#turns[keeper * STRIDE + target] = 0;
    this.resume(keeper, target);
  }

  #set(keeper: number, target: number, micros: number): void {
    this.#turns[keeper * STRIDE + target] = ++this.#turn;
    this.#net.after(keeper, micros, TIMER.handOver, target, this.#turn);
  }

  #isAlive(keeper: number, target: number): boolean {
    return (this.#membership.alive(keeper) & (1 << target)) !== 0;
  }
}

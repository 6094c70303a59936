import type { Context } from '../../engine/behaviour';
import type { ClusterNet } from '../../engine/resources/cluster-net';
import type { RandomStream } from '../../engine/random';

/**
 * Who each node takes to be alive: each says at intervals that it is there; one that is not heard for long is taken for
 * dead until it is heard again. So a node that is cut off believes that all the others are dead.
 */
export class Membership {
  /** By node: those it takes for alive, as bits; itself always. */
  readonly #alive: number[] = [];
  /** When a node was heard last, by hearer × MOST + speaker. */
  readonly #heard: number[] = [];
  #gossip = 1;
  #convict = 1;
  readonly #context: Context;
  readonly #net: ClusterNet;
  readonly #phases: RandomStream;
  readonly #message: number;
  readonly #timer: number;
  readonly #returned: (node: number, other: number) => void;

  /** Messages and node timers of these types are to be handed to `hear` and `beat`. `returned`: is alive after all. */
  constructor(
    context: Context,
    net: ClusterNet,
    message: number,
    timer: number,
    returned: (node: number, other: number) => void,
  ) {
    this.#context = context;
    this.#net = net;
    this.#phases = context.random('gossip');
    this.#message = message;
    this.#timer = timer;
    this.#returned = returned;
  }

  configure(gossipMicros: number, convictMicros: number): void {
    this.#gossip = Math.max(1, gossipMicros);
    // Who is to be convicted between two signs of life would never be alive.
    this.#convict = Math.max(convictMicros, 2 * gossipMicros);
  }

  /** The process of a node begins: it takes everybody for alive. */
  start(node: number): void {
    this.#alive[node] = ~0;
    for (let other = 0; other < STRIDE; other++) this.#heard[node * STRIDE + other] = this.#context.now;
    this.#net.after(node, 1 + this.#phases.integer(this.#gossip), this.#timer);
  }

  alive(node: number): number {
    return this.#alive[node]!;
  }

  /** When it was heard last, as this node knows. */
  heardAt(node: number, other: number): number {
    return this.#heard[node * STRIDE + other]!;
  }

  beat(node: number): void {
    const { now } = this.#context;
    for (let other = 0; other < this.#net.size; other++) {
      if (other === node) continue;
      this.#net.send(node, other, this.#message);
      if (now - this.heardAt(node, other) > this.#convict) this.#alive[node]! &= ~(1 << other);
    }
    this.#net.after(node, this.#gossip, this.#timer);
  }

  hear(node: number, other: number): void {
    this.#heard[node * STRIDE + other] = this.#context.now;
    const bit = 1 << other;
    if ((this.#alive[node]! & bit) !== 0) return;
    this.#alive[node]! |= bit;
    this.#returned(node, other);
  }
}

const STRIDE = 16;

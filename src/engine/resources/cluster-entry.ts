import type { Context } from '../behaviour';
import type { ClusterNet } from './cluster-net';

/**
 * At which node of a cluster a caller enters: the one that its connection names, or else those whose process is there, in
 * turn. Nobody outside can tell that a node is frozen or cut off from the others.
 */
export class ClusterEntry {
  readonly #context: Context;
  readonly #net: ClusterNet;
  /** Node number by connection; 0 takes any. */
  readonly #chosen: number[] = [];
  #turn = 0;

  constructor(context: Context, net: ClusterNet) {
    this.#context = context;
    this.#net = net;
  }

  /** Reads the incoming connections anew. */
  rewire(): void {
    this.#chosen.length = 0;
    for (const { index, config } of this.#context.incoming) this.#chosen[index] = config.node;
  }

  /** The node, or −1 when nobody is there to take the request. */
  node(connection: number): number {
    const { size } = this.#net;
    const chosen = this.#chosen[connection] ?? 0;
    if (chosen > 0) {
      const node = (chosen - 1) % size;
      return this.#net.isDown(node) ? -1 : node;
    }
    for (let tried = 0; tried < size; tried++) {
      const node = this.#turn;
      this.#turn = (this.#turn + 1) % size;
      if (!this.#net.isDown(node)) return node;
    }
    return -1;
  }
}

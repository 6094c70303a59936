/**
 * How callers see the nodes: among how many shards they take the slots to be spread, whom they take for the masters, and
 * whom they reach while the network is cut. What reaches nobody hangs until its caller looks again.
 */
import type { Context, Link } from '../../engine/behaviour';
import { type CallId, FLAG } from '../../engine/calls';
import { must } from '../../engine/must';
import { HeldCalls } from '../../engine/resources/held-calls';
import { RESET } from '../../model/outcome';
import { shardOf } from './hash-slots';
import { NODE } from './parts';
import type { StoreNode } from './store-node';
import type { Topology } from './topology';

/** Whom callers reach while a master is cut off. */
export type CallersAre = 'with-replicas' | 'with-master' | 'divided' | 'everywhere';

export class Callers {
  /** How many calls hang on a cut connection. */
  hanging = 0;
  #callersAre: CallersAre | null = null;
  /** By side and shard: the node callers take for the master. */
  readonly #known: [StoreNode[], StoreNode[]] = [[], []];
  /** By index of the connection: among how many shards the caller takes the slots to be spread. */
  readonly #layouts: number[] = [];
  readonly #stuck = new HeldCalls();
  readonly #context: Context;
  readonly #topology: Topology;
  /** A call hangs. */
  readonly #hung: () => void;

  constructor(context: Context, topology: Topology, hung: () => void) {
    this.#context = context;
    this.#topology = topology;
    this.#hung = hung;
  }

  rewire(links: readonly Link[]): void {
    for (const { index } of links) this.#layouts[index] ??= this.#topology.shards.length;
  }

  /** The network is cut, or whole again. */
  divide(callersAre: CallersAre | null): void {
    this.#callersAre = callersAre;
  }

  clear(): void {
    this.#stuck.clear();
    this.hanging = 0;
  }

  /** @throws Error when a call hangs that is not counted, or is counted twice */
  audit(): void {
    let hanging = 0;
    this.#stuck.each((call) => {
      hanging++;
      must(this.#context.calls.isHeld(call), 'a call that hangs has no answer yet');
    });
    must(hanging === this.hanging, `${this.hanging} calls hang, of ${hanging}`);
  }

  /** The shard in which a caller looks for a slot that is in `shard`. */
  shardFor(connection: number, slot: number, shard: number): number {
    const { length } = this.#topology.shards;
    const layout = this.#layouts[connection] ?? length;
    if (layout === length) return shard;
    // It still has the slots as they were. The first answer that a slot has moved brings it the new ones.
    const asked = Math.min(length - 1, shardOf(slot, layout));
    if (asked !== shard) this.#layouts[connection] = length;
    return asked;
  }

  /** The node that a caller takes for the master of a shard. */
  masterFor(connection: number, shard: number): StoreNode {
    return this.#known[this.#side(connection)][shard]!;
  }

  #side(connection: number): 0 | 1 {
    if (this.#callersAre === 'with-master') return 1;
    return this.#callersAre === 'divided' && this.#context.incoming[0]?.index === connection ? 1 : 0;
  }

  get #reachAll(): boolean {
    return this.#callersAre === null || this.#callersAre === 'everywhere';
  }

  reaches(connection: number, node: StoreNode): boolean {
    return this.#reachAll || node.side === this.#side(connection);
  }

  hang(call: CallId): void {
    this.#stuck.add(call);
    this.hanging++;
    this.#hung();
  }

  hangs(call: CallId): boolean {
    return this.#stuck.has(call);
  }

  /** A call that hangs is closed. */
  close(call: CallId, cause: number): void {
    this.#stuck.remove(call);
    this.hanging--;
    this.#context.fail(call, cause);
  }

  /** Callers look for the masters on their side, and close what hangs. Who finds none keeps to the one it knew. */
  learn(): void {
    const { nodes, shards } = this.#topology;
    for (const side of [0, 1] as const) {
      const known = this.#known[side];
      known.length = shards.length;
      for (const shard of shards) {
        const there = (node: StoreNode | null): node is StoreNode =>
          node !== null && node.runs && (this.#reachAll || node.side === side);
        const now = known[shard.index];
        if (there(shard.master)) known[shard.index] = shard.master;
        else if (there(shard.stray)) known[shard.index] = shard.stray;
        else if (!now || !nodes.includes(now)) known[shard.index] = shard.master;
      }
    }
    this.sweep();
  }

  /** Closes what need not hang any longer: its caller has given up, or asks another node, or reaches this one. */
  sweep(): void {
    const { calls } = this.#context;
    this.#stuck.each((call) => {
      const connection = calls.connection(call);
      const node = this.#topology.nodes[calls.work(call, NODE)];
      const gaveUp = (calls.flags(call) & FLAG.sourceDone) !== 0;
      const asked = node && this.#known[this.#side(connection)].includes(node);
      if (gaveUp || !node || !asked || this.reaches(connection, node)) this.close(call, RESET);
    });
  }
}

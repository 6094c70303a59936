import type { Shard } from './shard';
import type { StoreNode } from './store-node';

/** The nodes, and the shards that they are divided into, equally many each. */
export class Topology {
  readonly nodes: StoreNode[] = [];
  readonly shards: Shard[] = [];

  /** The shard that a node belongs to. */
  shardWith(node: StoreNode): Shard {
    const each = this.nodes.length / this.shards.length;
    return this.shards[Math.floor(node.index / each)]!;
  }

  get itemCount(): number {
    let count = 0;
    for (let i = 0; i < this.shards.length; i++) count += this.shards[i]!.master.items.size;
    return count;
  }
}

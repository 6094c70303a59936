import type { Context } from '../../engine/behaviour';
import type { Config } from '../../model/fields';
import type { Callers, CallersAre } from './callers';
import { CRASH_NODE, FREEZE_NODE, ISOLATE_MASTER, STOP_REPLICATION } from './faults';
import type { StoreNode } from './store-node';
import type { Topology } from './topology';

/** Faults of single nodes, and which node each has hit. */
export class NodeFaults {
  /** Since when a master is cut off. */
  cutSince = 0;
  readonly #hit = new Map<string, StoreNode>();
  readonly #context: Context;
  readonly #topology: Topology;
  readonly #callers: Callers;
  /** The process of a node is replaced by another one. */
  readonly #restart: (node: StoreNode) => void;

  constructor(context: Context, topology: Topology, callers: Callers, restart: (node: StoreNode) => void) {
    this.#context = context;
    this.#topology = topology;
    this.#callers = callers;
    this.#restart = restart;
  }

  set(id: string, on: boolean, params: Config): void {
    const { nodes, shards } = this.#topology;
    const before = this.#hit.get(id);
    this.#hit.delete(id);
    if (id === STOP_REPLICATION.id) {
      for (const shard of shards) shard.stopped = on;
    } else {
      if (before) this.#undo(id, before);
      const shard = shards[Number(params['shard']) - 1];
      if (on && shard) {
        const node = params['node'] === 'replica' ? shard.nodes[1] : shard.master;
        if (node && nodes.includes(node)) this.#harm(id, node, params);
      }
    }
    for (const shard of shards) shard.changed();
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
      this.cutSince = this.#context.now;
      this.#callers.divide(params['callers'] as CallersAre);
    }
  }

  #undo(id: string, node: StoreNode): void {
    if (id === CRASH_NODE.id) node.down = false;
    else if (id === FREEZE_NODE.id) {
      if (node.frozen) node.thaw();
    } else if (id === ISOLATE_MASTER.id) {
      node.side = 0;
      this.#callers.divide(null);
    }
  }

  clear(): void {
    this.#hit.clear();
  }
}

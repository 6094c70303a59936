/**
 * The faults of single nodes, carried out on a cluster: which nodes are down, frozen, slow or cut off follows from all
 * the faults that are on. Which nodes a fault hits is settled when it begins.
 */
import type { Config } from '../../model/fields';
import type { ClusterNet } from './cluster-net';

/** Ids of the faults, as `model/cluster-faults.ts` declares them. */
export interface TroubleIds {
  readonly crash: string;
  readonly freeze: string;
  readonly slow: string;
  readonly partition: string;
}

export interface TroubledCluster {
  /** The node that leads now, or −1. */
  leader(): number;
  /** The process of a node has died or begins anew. The net knows already. */
  down(node: number): void;
  up(node: number): void;
  /** A node stands still, or has gone on. Before it gets what it has missed. */
  frozen(node: number, on: boolean): void;
  slowed(node: number, factor: number): void;
  /** Something that was broken works again. */
  healed(): void;
}

interface Hit {
  readonly nodes: readonly number[];
  readonly params: Config;
}

export class ClusterTrouble {
  /** False while the whole component is down: then faults are only remembered. */
  running = false;
  readonly #net: ClusterNet;
  readonly #cluster: TroubledCluster;
  readonly #ids: TroubleIds;
  /** Faults that are on, with the nodes they hit. */
  readonly #hits = new Map<Config, Hit>();
  readonly #active = new Map<string, readonly Config[]>();

  constructor(net: ClusterNet, ids: TroubleIds, cluster: TroubledCluster) {
    this.#net = net;
    this.#ids = ids;
    this.#cluster = cluster;
  }

  /** See `Behaviour.faults`. False when the fault is none of these. */
  faults(id: string, active: readonly Config[]): boolean {
    if (id !== this.#ids.crash && id !== this.#ids.freeze && id !== this.#ids.slow && id !== this.#ids.partition) {
      return false;
    }
    const before = this.#active.get(id) ?? [];
    for (const params of before) if (!active.includes(params)) this.#hits.delete(params);
    for (const params of active) {
      if (!this.#hits.has(params)) this.#hits.set(params, { nodes: this.#nodesOf(id, params), params });
    }
    this.#active.set(id, active);
    this.renew();
    if (this.running && active.length < before.length && id !== this.#ids.slow) this.#cluster.healed();
    return true;
  }

  /** Brings the cluster into the state that the faults ask for: after a start, and when there are other nodes. */
  renew(): void {
    if (!this.running) return;
    const { size } = this.#net;
    const down = this.#mask(this.#ids.crash);
    const frozen = this.#mask(this.#ids.freeze);
    for (let node = 0; node < size; node++) {
      const bit = 1 << node;
      let factor = 1;
      for (const { nodes, params } of this.#of(this.#ids.slow)) {
        if (nodes.includes(node)) factor *= Number(params['factor']);
      }
      this.#cluster.slowed(node, factor);
      if ((down & bit) !== 0) {
        if (this.#net.isDown(node)) continue;
        this.#net.crash(node);
        this.#cluster.down(node);
        continue;
      }
      if (this.#net.isDown(node)) {
        this.#net.restart(node);
        this.#cluster.up(node);
      }
      const stands = (frozen & bit) !== 0;
      if (stands === this.#net.isPaused(node)) continue;
      this.#cluster.frozen(node, stands);
      if (stands) this.#net.pause(node);
      else this.#net.resume(node);
    }
    this.#partition(size);
  }

  #partition(size: number): void {
    const sides = Array.from({ length: size }, () => 0);
    const deaf = Array.from({ length: size }, () => 0);
    this.#of(this.#ids.partition).forEach(({ nodes, params }, i) => {
      const inside = nodes.reduce((mask, node) => mask | (1 << node), 0);
      for (let node = 0; node < size; node++) {
        const within = (inside & (1 << node)) !== 0;
        if (params['direction'] === 'both') sides[node]! += within ? 1 << i : 0;
        // Bits of those that do not hear it.
        else if (within && params['direction'] === 'out') deaf[node]! |= ~inside;
        else if (!within && params['direction'] === 'in') deaf[node]! |= inside;
      }
    });
    this.#net.partition(sides);
    this.#net.cutWays(deaf);
  }

  #of(id: string): Hit[] {
    return (this.#active.get(id) ?? []).map((params) => this.#hits.get(params)!);
  }

  #mask(id: string): number {
    let mask = 0;
    for (const { nodes } of this.#of(id)) for (const node of nodes) mask |= 1 << node;
    return mask;
  }

  #nodesOf(id: string, params: Config): number[] {
    const { size } = this.#net;
    const leader = Math.max(0, this.#cluster.leader());
    if (id !== this.#ids.partition) {
      const number = Number(params['node']);
      return [number === 0 ? leader : (number - 1) % size];
    }
    const count = Math.min(size, Number(params['size']) || Math.max(1, (size - 1) >> 1));
    const isolate = params['isolate'];
    const first =
      isolate === 'numbered' ? Number(params['first']) - 1 : isolate === 'with-leader' ? leader : leader + 1;
    return Array.from({ length: count }, (_, i) => (first + i) % size);
  }
}

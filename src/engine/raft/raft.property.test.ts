// Safety of Raft (figure 3 of the paper) over random crashes, freezes, partitions, one-way cuts, slow disks and wrong
// clocks: one leader a term, equal logs up to what is committed, and what was committed stays. And progress afterwards.
import { describe, expect, it } from 'vitest';
import type { Context } from '../behaviour';
import { sampler } from '../distribution';
import { EventQueue } from '../event-queue';
import { RandomStream } from '../random';
import { ClusterNet } from '../resources/cluster-net';
import { NO_OP, type RaftSettings } from './group';
import { Raft } from './raft';

const MS = 1000;
const PROPOSE = 20;
const SEEDS = Array.from({ length: 40 }, (_, i) => i + 1);

class Cluster {
  now = 0;
  readonly queue = new EventQueue();
  readonly net: ClusterNet;
  readonly raft: Raft;
  readonly chance: RandomStream;
  /** Who led in which term. */
  readonly leaders = new Map<number, number>();
  /** What was applied first at each index, as "key=value". */
  readonly committed: string[] = [];
  /** How far each state machine has come. */
  readonly reached: number[] = [];
  serial = 0;
  acknowledged = 0;

  constructor(seed: number, nodes: number, settings: Partial<RaftSettings>) {
    this.chance = new RandomStream(seed, 'raft', 'trouble');
    const now = (): number => this.now;
    const context = {
      get now() {
        return now();
      },
      random: (purpose: string) => new RandomStream(seed, 'raft', purpose),
      work: (micros: number) => micros,
      after: (micros: number, priority: number, type: number, a: number, b: number) =>
        this.queue.push(this.now + micros, priority, type, 0, a, b, 0),
    } as unknown as Context;
    this.net = new ClusterNet(
      context,
      0,
      (message) => {
        if (message.type === PROPOSE) this.raft.propose(message.to, message.a, ++this.serial, this.serial);
        else this.raft.deliver(message);
      },
      (timer) => this.raft.timer(timer),
    );
    this.net.configure(nodes, 500, 0.3);
    this.raft = new Raft(context, this.net, {
      apply: (node, index, key, value, ticket) => this.#apply(node, index, key, value, ticket),
      copyState: (from, to) => (this.reached[to] = this.reached[from]!),
      mayRead: () => {},
      lostLeadership: () => {},
      changed: () => {},
      electionBegan: () => {},
      elected: (node) => this.#elected(node),
    });
    this.raft.configure({
      nodes,
      heartbeat: 50 * MS,
      electionMin: 150 * MS,
      electionMax: 300 * MS,
      preVote: true,
      checkQuorum: true,
      lease: false,
      flushTime: sampler({ type: 'lognormal', medianMs: 0.5, p99Ms: 20 }),
      ...settings,
    });
    for (let node = 0; node < nodes; node++) {
      this.reached.push(0);
      this.raft.start(node);
    }
  }

  run(until: number): void {
    while (this.queue.nextTime() <= until) {
      this.queue.pop();
      this.now = this.queue.time;
      this.net.fire(this.queue.type, this.queue.a, this.queue.b);
    }
    this.now = until;
  }

  /** Something happens to somebody. */
  trouble(): void {
    const { net, raft, chance } = this;
    const node = chance.integer(net.size);
    switch (chance.integer(8)) {
      case 0:
      case 1:
        if (net.isDown(node)) break;
        net.crash(node);
        raft.crash(node);
        break;
      case 2:
      case 3:
        this.#restart(node);
        break;
      case 4:
        if (net.isPaused(node)) net.resume(node);
        else net.pause(node);
        break;
      case 5:
        net.partition(raft.nodes.map(() => chance.integer(2)));
        break;
      case 6:
        net.cutWays(raft.nodes.map(() => chance.integer(1 << net.size)));
        break;
      case 7:
        net.partition([]);
        net.cutWays([]);
        raft.nodes[node]!.clockRate = 0.5 + chance.uniform();
        raft.nodes[node]!.diskSlowness = 1 + 20 * chance.uniform();
    }
  }

  heal(): void {
    this.net.partition([]);
    this.net.cutWays([]);
    for (let node = 0; node < this.net.size; node++) {
      this.#restart(node);
      this.net.resume(node);
      Object.assign(this.raft.nodes[node]!, { clockRate: 1, diskSlowness: 1 });
    }
  }

  #restart(node: number): void {
    if (!this.net.isDown(node)) return;
    this.net.restart(node);
    this.raft.start(node);
  }

  #elected(node: number): void {
    const { term, log } = this.raft.nodes[node]!;
    expect(this.leaders.has(term), `a second leader in term ${term}`).toBe(false);
    this.leaders.set(term, node);
    // Leader completeness: whatever anybody has applied is in its log.
    expect(log.last).toBeGreaterThanOrEqual(this.committed.length);
  }

  #apply(node: number, index: number, key: number, value: number, ticket: number): void {
    const entry = `${key}=${value}`;
    if (index !== this.reached[node]! + 1) throw new Error(`node ${node} left out an entry before ${index}`);
    this.reached[node] = index;
    if (index > this.committed.length) this.committed.push(entry);
    else if (this.committed[index - 1] !== entry) throw new Error(`entry ${index} is another on node ${node}`);
    if (key !== NO_OP && ticket >= 0) this.acknowledged++;
  }

  /** Entries with the same index and term are the same, and so is everything before them. */
  expectLogsMatch(): void {
    for (const one of this.raft.nodes) {
      for (const other of this.raft.nodes) {
        let index = Math.min(one.log.last, other.log.last);
        const first = Math.max(one.log.start, other.log.start);
        while (index >= first && one.log.term(index) !== other.log.term(index)) index--;
        for (; index >= first; index--) {
          const same =
            one.log.term(index) === other.log.term(index) &&
            one.log.key(index) === other.log.key(index) &&
            one.log.value(index) === other.log.value(index);
          if (!same) throw new Error(`logs differ at ${index}, before an entry in which they agree`);
        }
      }
    }
  }
}

function live(seed: number, settings: Partial<RaftSettings> = {}): Cluster {
  const nodes = 3 + (seed % 3);
  const cluster = new Cluster(seed, nodes, settings);
  for (let step = 1; step <= 300; step++) {
    if (step % 50 === 0) cluster.heal();
    else if (cluster.chance.chance(0.1)) cluster.trouble();
    for (let i = cluster.chance.integer(4); i > 0; i--) {
      const node = cluster.chance.integer(nodes);
      cluster.net.send(node, node, PROPOSE, cluster.chance.integer(5));
    }
    cluster.run(cluster.now + cluster.chance.integer(60 * MS));
    if (step % 30 === 0) cluster.expectLogsMatch();
  }
  return cluster;
}

describe('Raft in trouble', () => {
  it.each(SEEDS)('has one leader a term, keeps what is committed, and recovers (seed %i)', (seed) => {
    // Safety depends on none of the choices.
    const cluster = live(seed, { preVote: seed % 2 === 0, checkQuorum: seed % 4 < 2 });
    cluster.heal();
    cluster.run(cluster.now + 3000 * MS);
    const { leader } = cluster.raft;
    expect(leader).toBeGreaterThanOrEqual(0);
    cluster.raft.propose(leader, 1, ++cluster.serial, cluster.serial);
    cluster.run(cluster.now + 1000 * MS);
    expect(cluster.committed.at(-1)).toBe(`1=${cluster.serial}`);
    expect(new Set(cluster.reached)).toEqual(new Set([cluster.committed.length]));
    cluster.expectLogsMatch();
  });

  it('was in trouble: terms rose, logs were repaired, and much was committed all the same', () => {
    const clusters = SEEDS.slice(0, 10).map((seed) => live(seed));
    const sum = (of: (cluster: Cluster) => number): number => clusters.reduce((all, cluster) => all + of(cluster), 0);
    expect(sum(({ leaders }) => leaders.size)).toBeGreaterThan(25);
    expect(sum(({ raft }) => raft.nodes.reduce((all, { log }) => all + log.version, 0))).toBeGreaterThan(5);
    expect(sum(({ acknowledged }) => acknowledged)).toBeGreaterThan(500);
  });

  it('a follower that was away for long gets a snapshot', () => {
    const cluster = new Cluster(1, 3, {});
    cluster.run(1000 * MS);
    const { leader } = cluster.raft;
    const away = (leader + 1) % 3;
    cluster.net.crash(away);
    cluster.raft.crash(away);
    for (let i = 0; i < 5000; i++) {
      cluster.raft.propose(leader, i % 7, ++cluster.serial, cluster.serial);
      cluster.run(cluster.now + 1 * MS);
    }
    expect(cluster.raft.nodes[leader]!.log.start).toBeGreaterThan(500);
    cluster.heal();
    cluster.run(cluster.now + 2000 * MS);
    expect(cluster.reached[away]).toBe(cluster.committed.length);
    expect(cluster.raft.nodes[away]!.log.start).toBeGreaterThan(500);
  });
});

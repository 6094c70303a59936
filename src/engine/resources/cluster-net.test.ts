import { describe, expect, it } from 'vitest';
import type { Context } from '../behaviour';
import { RandomStream } from '../random';
import { ClusterNet, type NodeMessage } from './cluster-net';

const BASE = 10;

/** A cluster of three with a clock of its own: 1 ms from node to node. */
function cluster() {
  const events: { at: number; order: number; type: number; a: number; b: number }[] = [];
  let now = 0;
  let order = 0;
  const context = {
    random: (purpose: string) => new RandomStream(7, 'test', purpose),
    after: (micros: number, _priority: number, type: number, a: number, b: number) =>
      events.push({ at: now + micros, order: order++, type, a, b }),
  } as unknown as Context;
  const log: string[] = [];
  const write = (what: string) => (m: NodeMessage) =>
    void log.push(`${now} ${what} ${m.from}>${m.to} ${m.type}:${m.a}`);
  const net = new ClusterNet(context, BASE, write('message'), write('timer'));
  net.configure(3, 1000, 0);
  const run = (until: number): string[] => {
    for (;;) {
      events.sort((x, y) => x.at - y.at || x.order - y.order);
      const next = events[0];
      if (!next || next.at > until) break;
      events.shift();
      now = next.at;
      net.fire(next.type, next.a, next.b);
    }
    now = until;
    return log.splice(0);
  };
  return { net, run };
}

describe('a cluster', () => {
  it('carries messages and timers', () => {
    const { net, run } = cluster();
    net.send(0, 1, 5, 42);
    net.after(2, 3000, 6, 43);
    expect(run(10_000)).toEqual(['1000 message 0>1 5:42', '3000 timer 2>2 6:43']);
  });

  it('forgets a cancelled timer, and one that has fired takes no harm', () => {
    const { net, run } = cluster();
    const first = net.after(0, 1000, 1);
    const second = net.after(0, 2000, 2);
    net.cancel(second);
    expect(run(5000)).toEqual(['1000 timer 0>0 1:0']);
    net.cancel(first);
    net.after(1, 1000, 3);
    net.cancel(first);
    expect(run(9000)).toEqual(['6000 timer 1>1 3:0']);
  });

  it('loses what would arrive at a dead node, and what an earlier life of it was sent', () => {
    const { net, run } = cluster();
    net.send(0, 1, 1);
    net.after(1, 500, 2);
    net.crash(1);
    net.restart(1);
    net.send(0, 1, 3);
    expect(run(5000)).toEqual(['1000 message 0>1 3:0']);
    expect(net.lost).toBe(1);
  });

  it('hears nothing more of a node that is taken away, and a new one in its place gets none of its timers', () => {
    const { net, run } = cluster();
    net.send(2, 0, 1);
    net.send(1, 0, 2);
    net.after(2, 3000, 3);
    run(500);
    net.configure(2, 1000, 0);
    expect(run(2000)).toEqual(['1000 message 1>0 2:0']);
    expect(net.lost).toBe(1);
    net.configure(3, 1000, 0);
    net.after(2, 2000, 4);
    expect(run(9000)).toEqual(['4000 timer 2>2 4:0']);
  });

  it('gives a frozen node everything when it thaws, in order, without what was cancelled', () => {
    const { net, run } = cluster();
    net.pause(1);
    net.send(0, 1, 1);
    const timer = net.after(1, 2000, 2);
    net.send(2, 1, 3);
    expect(run(5000)).toEqual([]);
    net.cancel(timer);
    net.resume(1);
    expect(run(5000)).toEqual(['5000 message 0>1 1:0', '5000 message 2>1 3:0']);
  });

  it('lets nothing across a partition', () => {
    const { net, run } = cluster();
    net.partition([0, 1, 1]);
    net.send(0, 1, 1);
    net.send(1, 2, 2);
    expect(run(2000)).toEqual(['1000 message 1>2 2:0']);
    net.partition([]);
    net.send(0, 1, 3);
    expect(run(4000)).toEqual(['3000 message 0>1 3:0']);
  });

  it('may let messages through one way only', () => {
    const { net, run } = cluster();
    net.cutWays([0b010]);
    net.send(0, 1, 1);
    net.send(1, 0, 2);
    net.send(0, 2, 3);
    expect(run(2000)).toEqual(['1000 message 1>0 2:0', '1000 message 0>2 3:0']);
    expect([net.connected(0, 1), net.connected(1, 0)]).toEqual([false, true]);
    net.cutWays([]);
    expect(net.connected(0, 1)).toBe(true);
  });

  it('reuses its records', () => {
    const { net, run } = cluster();
    for (let i = 0; i < 10_000; i++) {
      net.send(0, 1, 1, i);
      expect(run((i + 1) * 1000)).toHaveLength(1);
    }
  });
});

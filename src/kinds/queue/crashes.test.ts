// What a queue still has after a crash of its own, of its nodes and of its consumers.
import { describe, expect, it } from 'vitest';
import { RandomStream } from '../../engine/random';
import type { Simulation } from '../../engine/simulation';
import type { Settings } from '../../model/fields';
import type { ScheduledFault } from '../../model/scenario';
import { MICROS_PER_SECOND as SECOND } from '../../model/units';
import { deathsAt, fault } from '../small-system';
import {
  checkConserved,
  confirmedKeys,
  drain,
  headline,
  inside,
  keys,
  metric,
  queueSystem,
  reaching,
  work,
} from './testing/queue-system';

describe('a crash of the queue', () => {
  const crashed = (queue: Settings): Simulation => {
    const simulation = queueSystem({
      queue,
      consumers: { worker: [work(500), { prefetch: 10 }] },
      faults: [fault('queue', 'crash', 1, 2)],
    });
    simulation.advance(1.5 * SECOND);
    return simulation;
  };

  it.each([
    ['persistent', {}],
    ['quorum', { type: 'quorum' }],
  ])('keeps everything: %s', (_what, settings) => {
    const simulation = crashed(settings);
    expect(metric(simulation, 'lost')).toBe(0);
    expect(inside(simulation).unacked).toBe(0);
    checkConserved(simulation);
    drain(simulation);
    expect(metric(simulation, 'acked')).toBe(metric(simulation, 'published'));
    // What consumers held came back.
    expect(metric(simulation, 'redelivered')).toBeGreaterThanOrEqual(10);
  });

  it('loses what is not persistent', () => {
    const simulation = crashed({ persistent: false });
    expect(inside(simulation)).toEqual({ ready: 0, unacked: 0 });
    expect(metric(simulation, 'lost')).toBe(99 - metric(simulation, 'acked'));
    checkConserved(simulation);
  });
});

describe('a quorum queue', () => {
  const QUORUM: Settings = { type: 'quorum', messageMicros: 10, persistMs: 1, replicaRttMs: 1, electionMs: 500 };

  it('stands still without a leader, elects another, and has lost nothing', () => {
    const simulation = queueSystem({
      queue: QUORUM,
      consumers: { worker: [work(1)] },
      faults: [fault('queue', 'node-crash', 5, 20)],
    });
    const seen = reaching(simulation, 'worker');
    simulation.advance(5.3 * SECOND);
    expect(headline(simulation)).toBe('no leader, {} ready');
    simulation.advance(30 * SECOND);
    expect(metric(simulation, 'elections')).toBe(1);
    // Missed after one to two times half a second; everything published meanwhile got through in the end.
    const gap = seen.reduce((longest, [, at], i) => Math.max(longest, i === 0 ? 0 : at - seen[i - 1]![1]), 0);
    expect(gap).toBeGreaterThan(300);
    expect(gap).toBeLessThan(1100);
    expect(metric(simulation, 'acked')).toBe(2999);
    expect(keys(seen)).toEqual(Array.from({ length: 2999 }, (_, key) => key));
    expect(deathsAt(simulation, 'queue')).toEqual({});
  });

  it('does not notice when a follower dies', () => {
    const simulation = queueSystem({
      queue: QUORUM,
      consumers: { worker: [work(1)] },
      faults: [fault('queue', 'node-crash', 5, 20, { which: 'follower' })],
    });
    const seen = reaching(simulation, 'worker');
    simulation.advance(30 * SECOND);
    expect(metric(simulation, 'elections')).toBe(0);
    expect(metric(simulation, 'online')).toBeCloseTo(2.5, 1);
    expect(seen.reduce((longest, [, at], i) => Math.max(longest, i === 0 ? 0 : at - seen[i - 1]![1]), 0)).toBeLessThan(
      15,
    );
  });

  it('needs a majority: with two of three away it confirms and delivers nothing', () => {
    const simulation = queueSystem({
      queue: { ...QUORUM },
      consumers: { worker: [work(1)] },
      faults: [fault('queue', 'node-crash', 5, 20), fault('queue', 'node-cut', 10, 15)],
    });
    simulation.advance(12 * SECOND);
    const acked = metric(simulation, 'acked');
    expect(['no leader, {} ready', 'no majority, {} ready']).toContain(headline(simulation));
    simulation.advance(14 * SECOND);
    expect(metric(simulation, 'acked')).toBe(acked);
    simulation.advance(40 * SECOND);
    expect(metric(simulation, 'acked')).toBe(3999);
    expect(headline(simulation)).toBe('{} ready, {} unacked');
  });

  it('goes on without a leader that is cut off, which steps down when it hears of the other', () => {
    const simulation = queueSystem({
      queue: QUORUM,
      consumers: { worker: [work(1)] },
      faults: [fault('queue', 'node-cut', 5, 10)],
    });
    simulation.advance(9 * SECOND);
    expect(metric(simulation, 'elections')).toBe(1);
    expect(metric(simulation, 'acked')).toBeGreaterThan(890);
    simulation.advance(30 * SECOND);
    expect(metric(simulation, 'elections')).toBe(1);
    expect(metric(simulation, 'acked')).toBe(2999);
  });

  it.each([1, 2, 3, 4, 5, 6])('never loses what it has confirmed, whatever happens to its nodes (seed %i)', (seed) => {
    const chance = new RandomStream(seed, '', 'nodes');
    const faults = Array.from({ length: 12 }, (): ScheduledFault => {
      const at = 1 + 28 * chance.uniform();
      const id = chance.chance(0.5) ? 'node-crash' : chance.chance(0.8) ? 'node-cut' : 'crash';
      const params: Settings = id === 'crash' ? {} : { which: chance.chance(0.6) ? 'leader' : 'follower' };
      return fault('queue', id, at, at + 0.2 + 3 * chance.uniform(), params);
    });
    const simulation = queueSystem({
      load: { ratePerSec: 300 },
      queue: { ...QUORUM, replicas: chance.chance(0.5) ? 3 : 5, deliveryLimit: 1000 },
      consumers: { worker: [work(3)] },
      faults,
      seed,
    });
    const seen = reaching(simulation, 'worker');
    const confirmed = confirmedKeys(simulation);
    simulation.advance(35 * SECOND);
    drain(simulation);
    expect(inside(simulation)).toEqual({ ready: 0, unacked: 0 });
    checkConserved(simulation);
    expect(metric(simulation, 'lost')).toBe(0);
    expect(metric(simulation, 'elections')).toBeGreaterThan(0);
    expect(confirmed.size).toBeGreaterThan(2000);
    const delivered = new Set(keys(seen));
    expect([...confirmed].filter((key) => !delivered.has(key))).toEqual([]);
  });
});

describe('nothing acknowledged is lost', () => {
  it.each([1, 2, 3, 4, 5, 6, 7, 8])('in a random system (seed %i)', (seed) => {
    const chance = new RandomStream(seed, '', 'system');
    const pick = <T>(list: readonly T[]): T => list[chance.integer(list.length)]!;
    const acknowledge = pick(['after-work', 'after-work', 'on-delivery']);
    const faults = Array.from({ length: 8 }, (): ScheduledFault => {
      const at = 1 + 8 * chance.uniform();
      // After a crash of its own, a queue does not know what became of what it had forgotten.
      const others = acknowledge === 'after-work' ? ([['queue', 'crash']] as const) : [];
      const [target, id] = pick([
        ['a', 'crash'],
        ['b', 'errors'],
        ['b', 'pause'],
        ['queue>a', 'cut'],
        ['queue>b', 'delay'],
        ['queue', 'pause'],
        ...others,
      ] as const);
      return fault(target, id, at, at + 2 * chance.uniform(), id === 'errors' ? { percent: 50 } : {});
    });
    const simulation = queueSystem({
      load: { ratePerSec: 200 },
      queue: { type: pick(['classic', 'quorum']), deliveryLimit: 1_000_000, requeueMs: 5 },
      consumers: {
        a: [work(5, 4), { acknowledge, prefetch: pick([1, 5, 50]), timeoutMs: 1000 }],
        b: [work(9, 4), { acknowledge, prefetch: pick([1, 5, 50]), timeoutMs: 1000, consumers: 2 }],
      },
      faults,
      seed,
    });
    const done = new Map<number, number>();
    for (const id of ['a', 'b']) {
      const component = simulation.component(id)!;
      const succeed = component.succeed.bind(component);
      component.succeed = (call, result) => {
        const key = simulation.calls.key(call);
        done.set(key, (done.get(key) ?? 0) + 1);
        succeed(call, result);
      };
    }
    const confirmed = confirmedKeys(simulation);
    simulation.advance(12 * SECOND);
    drain(simulation);
    expect(inside(simulation)).toEqual({ ready: 0, unacked: 0 });
    const missing = [...confirmed].filter((key) => !done.has(key)).length;
    const twice = [...done.values()].filter((times) => times > 1).length;
    expect(confirmed.size).toBeGreaterThan(1000);
    if (acknowledge === 'after-work') {
      checkConserved(simulation);
      expect(missing).toBe(0);
      expect(twice).toBeLessThanOrEqual(metric(simulation, 'redelivered'));
    } else {
      expect(twice).toBe(0);
      // Each loss is declared.
      expect(missing).toBeLessThanOrEqual(metric(simulation, 'lost'));
    }
  });
});

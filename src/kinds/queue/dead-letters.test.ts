// Messages that consumers fail, that are too many, too old or come back too often, and where they go.
import { describe, expect, it } from 'vitest';
import type { Simulation } from '../../engine/simulation';
import { MICROS_PER_SECOND as SECOND } from '../../model/units';
import { assemble } from '../assemble';
import { deathsAt, fault, INSTANT, smallSystem } from '../small-system';
import {
  checkConserved,
  headline,
  inside,
  LOAD,
  metric,
  queueSystem,
  QUICK,
  reaching,
  work,
} from './testing/queue-system';

describe('a failed message', () => {
  it('takes its old place and is delivered again', () => {
    const simulation = queueSystem({
      queue: { requeueMs: 5 },
      consumers: { worker: [work(20), { prefetch: 1 }] },
      faults: [fault('worker', 'errors', 0, 0.015, { percent: 100 })],
    });
    const seen = reaching(simulation, 'worker');
    const errors = simulation.component('worker')!;
    expect(errors.blueprint.kind).toBe('service');
    simulation.advance(0.1 * SECOND);
    // The error comes before the worker: it sees the message first when it has come back.
    expect(seen.map(([key, at]) => [key, Math.round(at)])).toEqual([
      [0, 15],
      [1, 35],
      [2, 55],
      [3, 75],
      [4, 95],
    ]);
    expect(metric(simulation, 'redelivered')).toBe(1);
    checkConserved(simulation);
  });

  it('is a dead letter when it has returned more often than the limit', () => {
    const simulation = queueSystem({
      load: { ratePerSec: 1 },
      queue: { type: 'quorum', deliveryLimit: 20, requeueMs: 1 },
      consumers: { worker: [work(1)] },
      letters: true,
      faults: [fault('worker', 'errors', 0, 3.5, { percent: 100 })],
    });
    simulation.advance(5.5 * SECOND);
    expect(metric(simulation, 'overLimit')).toBe(3);
    expect(metric(simulation, 'deadLettered')).toBe(3);
    expect(metric(simulation, 'delivered')).toBe(3 * 21 + 2);
    expect(metric(simulation, 'acked')).toBe(2);
    expect(inside(simulation, 'letters').ready).toBe(3);
    checkConserved(simulation);
  });

  it('of a classic queue returns for ever', () => {
    const simulation = queueSystem({
      load: { ratePerSec: 1 },
      queue: { requeueMs: 1 },
      consumers: { worker: [work(1)] },
      faults: [fault('worker', 'errors', 0, 100, { percent: 100 })],
    });
    simulation.advance(2.5 * SECOND);
    expect(metric(simulation, 'delivered')).toBeGreaterThan(1900);
    expect(inside(simulation).ready + inside(simulation).unacked).toBe(2);
    checkConserved(simulation);
  });

  it('is dead at once when it is to be rejected', () => {
    const simulation = queueSystem({
      queue: { failed: 'reject' },
      consumers: { worker: [work(1)] },
      faults: [fault('worker', 'errors', 0.5, 1, { percent: 100 })],
    });
    simulation.advance(1.5 * SECOND);
    expect(metric(simulation, 'rejected')).toBe(50);
    // There is nowhere to go.
    expect(metric(simulation, 'discarded')).toBe(50);
    checkConserved(simulation);
  });

  it('that is not answered in time is delivered again, and the late answer does not count', () => {
    const simulation = queueSystem({
      load: { ratePerSec: 1 },
      consumers: { worker: [work(150), { timeoutMs: 100 }] },
    });
    simulation.advance(1.35 * SECOND);
    expect(metric(simulation, 'delivered')).toBe(4);
    expect(metric(simulation, 'acked')).toBe(0);
    expect(simulation.component('worker')!.stats.totals(simulation.now).completions).toBe(2);
    checkConserved(simulation);
  });
});

describe('limits', () => {
  it('time to live: exactly', () => {
    const simulation = queueSystem({ queue: { ttlMs: 500 } });
    simulation.advance(2 * SECOND);
    expect(inside(simulation).ready).toBe(50);
    expect(metric(simulation, 'expired')).toBe(149);
  });

  it('time to live counts from publishing, also for what comes back', () => {
    const simulation = queueSystem({
      load: { ratePerSec: 1 },
      queue: { ttlMs: 500 },
      consumers: { worker: [work(10_000)] },
      letters: true,
      faults: [fault('worker', 'crash', 1.7, 5)],
    });
    simulation.advance(1.75 * SECOND);
    expect(metric(simulation, 'expired')).toBe(1);
    expect(inside(simulation, 'letters').ready).toBe(1);
  });

  it('the oldest goes when the queue is full', () => {
    const simulation = queueSystem({ queue: { maxLength: 30 }, letters: true });
    simulation.advance(0.995 * SECOND);
    expect(inside(simulation).ready).toBe(30);
    expect(metric(simulation, 'overflowed')).toBe(69);
    expect(inside(simulation, 'letters').ready).toBe(69);
    expect(deathsAt(simulation, 'queue')).toEqual({});
    checkConserved(simulation);
  });

  it('or the publisher is turned away', () => {
    const simulation = queueSystem({ queue: { maxLength: 30, overflow: 'reject-publish' } });
    simulation.advance(0.995 * SECOND);
    expect(inside(simulation).ready).toBe(30);
    expect(deathsAt(simulation, 'queue')).toEqual({ 'queue-full': 69 });
    checkConserved(simulation);
  });

  it('the memory alarm blocks publishers until there is room', () => {
    const simulation = queueSystem({
      load: { payloadKb: 10 },
      queue: { memoryMb: 0.5 },
      consumers: { worker: [work(10)] },
      faults: [fault('worker', 'crash', 0.001, 2)],
    });
    simulation.advance(1.5 * SECOND);
    expect(inside(simulation).ready).toBe(51);
    expect(headline(simulation)).toBe('memory alarm, {} blocked');
    expect(simulation.component('queue')!.stats.inSystem).toBe(149 - 51);
    // Once consumers take again, everything gets in after all.
    simulation.advance(10 * SECOND);
    expect(simulation.component('queue')!.stats.inSystem).toBe(0);
    expect(metric(simulation, 'acked')).toBeGreaterThan(990);
    checkConserved(simulation);
  });
});

describe('dead letters', () => {
  const undeliverable = (deadLetterSafety: string): Simulation => {
    const simulation = queueSystem({
      queue: { type: 'quorum', maxLength: 1, deadLetterSafety },
      letters: true,
      faults: [fault('letters', 'crash', 1, 2)],
    });
    simulation.advance(6 * SECOND);
    return simulation;
  };

  it('at most once: those that nobody takes are gone', () => {
    const simulation = undeliverable('at-most-once');
    expect(metric(simulation, 'discarded')).toBeGreaterThan(95);
    expect(metric(simulation, 'discarded') + inside(simulation, 'letters').ready).toBe(
      metric(simulation, 'overflowed'),
    );
  });

  it('at least once: they are sent until somebody has them', () => {
    const simulation = undeliverable('at-least-once');
    expect(metric(simulation, 'discarded')).toBe(0);
    expect(inside(simulation, 'letters').ready).toBe(metric(simulation, 'overflowed'));
  });

  it('go to every place that is connected', () => {
    const simulation = assemble(
      smallSystem({
        components: {
          client: ['client', LOAD],
          queue: ['queue', { ...QUICK, maxLength: 10 }],
          one: ['queue', QUICK],
          two: ['kafka'],
        },
        connections: { 'client>queue': INSTANT, 'queue>one': INSTANT, 'queue>two': INSTANT },
      }),
    );
    simulation.advance(2 * SECOND);
    const died = metric(simulation, 'overflowed');
    expect(died).toBeGreaterThan(180);
    expect(inside(simulation, 'one').ready).toBe(died);
    expect(metric(simulation, 'published', 'two')).toBeGreaterThan(died - 5);
  });
});

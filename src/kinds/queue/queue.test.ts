import { describe, expect, it } from 'vitest';
import type { Simulation } from '../../engine/simulation';
import type { ScheduledFault } from '../../model/scenario';
import { MICROS_PER_SECOND as SECOND } from '../../model/units';
import { eventLog, fault } from '../small-system';
import {
  checkConserved,
  headline,
  inside,
  keys,
  metric,
  queueSystem,
  reaching,
  type Setup,
  work,
} from './testing/queue-system';

describe('publishing', () => {
  it.each([
    ['a message that is not persistent', { persistent: false }, 0.1],
    ['a persistent one', { persistMs: 1 }, 1.1],
    ['on a majority', { type: 'quorum', persistMs: 1, replicaRttMs: 0 }, 1.1],
    // The leader writes while the others get it: half a round trip, their disk, and the way back.
    ['on a majority that is some way away', { type: 'quorum', persistMs: 1, replicaRttMs: 10 }, 11.1],
    ['on one node of its own', { type: 'quorum', replicas: 1, persistMs: 1, replicaRttMs: 10 }, 1.1],
    ['without confirms', { type: 'quorum', persistMs: 1, confirms: false }, 0],
  ])('is confirmed when it is safe: %s', (_what, settings, ms) => {
    const simulation = queueSystem({ load: { ratePerSec: 1 }, queue: { messageMicros: 100, ...settings } });
    simulation.advance(20.5 * SECOND);
    const { completions } = simulation.component('queue')!.stats.totals(simulation.now);
    const { sum } = responses(simulation);
    expect(completions).toBe(20);
    // The ways between nodes vary by a tenth.
    expect(sum / completions / 1000).toBeGreaterThanOrEqual(ms * 0.95);
    expect(sum / completions / 1000).toBeLessThan(ms * 1.05 + 1e-9);
  });

  it('is one after another: 100 µs each are 10 000 a second', () => {
    const simulation = queueSystem({
      load: { ratePerSec: 12_000 },
      queue: { type: 'quorum', messageMicros: 100 },
    });
    simulation.advance(0.1 * SECOND);
    simulation.resetTotals();
    simulation.advance(0.3 * SECOND);
    expect(metric(simulation, 'published')).toBeGreaterThan(1_990);
    expect(metric(simulation, 'published')).toBeLessThan(2_010);
  });
});

function responses(simulation: Simulation): { sum: number } {
  const { completions, meanInSystem, span } = simulation.component('queue')!.stats.totals(simulation.now);
  return { sum: completions === 0 ? 0 : meanInSystem * span };
}

describe('delivering', () => {
  it('gives each message to one consumer, in turn', () => {
    const simulation = queueSystem({ consumers: { a: [work(1)], b: [work(1)] } });
    const [a, b] = [reaching(simulation, 'a'), reaching(simulation, 'b')];
    simulation.advance(0.0955 * SECOND);
    expect(keys(a)).toEqual([0, 2, 4, 6, 8]);
    expect(keys(b)).toEqual([1, 3, 5, 7]);
    checkConserved(simulation);
  });

  it('holds no more than the prefetch at each consumer', () => {
    const simulation = queueSystem({ consumers: { slow: [work(10_000), { prefetch: 3, consumers: 4 }] } });
    simulation.advance(0.995 * SECOND);
    expect(inside(simulation)).toEqual({ ready: 99 - 12, unacked: 12 });
    expect(headline(simulation)).toBe('{} ready, {} unacked');
  });

  it.each([
    [1, 45.45],
    [2, 90.9],
    [4, 181.8],
    [20, 200],
  ])(
    'with a prefetch of %i, one consumer does %f a second over 12 ms of network and 10 ms of work',
    (prefetch, rate) => {
      // Two workers: the limit is 200 a second, reached when prefetch ≥ workers × (RTT + S) / S = 4.4.
      const simulation = queueSystem({
        load: { ratePerSec: 300 },
        consumers: { worker: [work(10, 2), { prefetch, rttMs: 12 }] },
      });
      simulation.advance(5 * SECOND);
      simulation.resetTotals();
      simulation.advance(15 * SECOND);
      expect(metric(simulation, 'acked') / 10).toBeGreaterThan(rate * 0.99);
      expect(metric(simulation, 'acked') / 10).toBeLessThan(rate * 1.01);
    },
  );

  it('tells how often a message would have been delivered at once', () => {
    const simulation = queueSystem({ consumers: { worker: [work(5, 1), { prefetch: 1 }] } });
    simulation.advance(10 * SECOND);
    expect(metric(simulation, 'consumerCapacity')).toBeCloseTo(50, 0);
  });

  it('says when nobody is there', () => {
    const simulation = queueSystem({});
    simulation.advance(SECOND);
    expect(headline(simulation)).toBe('no consumers, {} ready');
    expect(inside(simulation)).toEqual({ ready: 99, unacked: 0 });
    const age = metric(simulation, 'oldestMessageAgeMs');
    expect(age).toBeGreaterThan(450);
    expect(age).toBeLessThan(500);
  });

  it('carries what the message is about', () => {
    const simulation = queueSystem({ load: { payloadKb: 7, priority: 3 }, consumers: { worker: [work(1)] } });
    const component = simulation.component('worker')!;
    const seen: number[][] = [];
    const arrive = component.arrive.bind(component);
    component.arrive = (call) => {
      const { calls } = simulation;
      seen.push([calls.bytes(call), calls.priority(call), calls.rootSerial(call)]);
      arrive(call);
    };
    simulation.advance(0.0155 * SECOND);
    // The root is the client's first call.
    expect(seen).toEqual([[7000, 3, 1]]);
  });
});

describe('consumers that go', () => {
  it('give back what they held, get nothing, and are found again', () => {
    const simulation = queueSystem({
      consumers: { worker: [work(100)] },
      faults: [fault('worker', 'crash', 1, 3.2)],
    });
    const seen = reaching(simulation, 'worker');
    simulation.advance(2 * SECOND);
    expect(inside(simulation)).toEqual({ ready: 10 + 100, unacked: 0 });
    expect(headline(simulation)).toBe('consumers away, {} ready');
    // What was there at the crash; nothing was sent to a consumer that is known to be away.
    expect(metric(simulation, 'delivered')).toBe(99);
    simulation.advance(6 * SECOND);
    expect(inside(simulation).ready).toBe(0);
    // It is looked for once a second.
    expect(seen.find(([, at]) => at > 3000)![1]).toBeCloseTo(4000, 0);
    expect(metric(simulation, 'redelivered')).toBe(10);
    const order = keys(seen.filter(([, at]) => at > 3000));
    expect(order).toEqual([...order].sort((a, b) => a - b));
    checkConserved(simulation);
  });

  it('leave the others their part', () => {
    const simulation = queueSystem({
      consumers: { a: [work(1)], b: [work(1)] },
      faults: [fault('a', 'crash', 1, 100)],
    });
    simulation.advance(3 * SECOND);
    expect(inside(simulation)).toEqual({ ready: 0, unacked: 0 });
    expect(metric(simulation, 'acked')).toBe(299);
  });
});

describe('acknowledged on delivery', () => {
  const settings = (faults: ScheduledFault[]): Setup => ({
    load: { ratePerSec: 200 },
    consumers: { worker: [work(50), { acknowledge: 'on-delivery', prefetch: 1 }] },
    faults,
  });

  it('prefetch holds nothing back', () => {
    const simulation = queueSystem(settings([]));
    simulation.advance(SECOND);
    expect(inside(simulation)).toEqual({ ready: 0, unacked: 0 });
    expect(metric(simulation, 'acked')).toBe(199);
    expect(simulation.component('worker')!.stats.inSystem).toBe(10);
  });

  it('what the consumer held in a crash is lost, and what comes later waits', () => {
    const simulation = queueSystem(settings([fault('worker', 'crash', 1.0001, 2)]));
    simulation.advance(1.5 * SECOND);
    // Ten were inside, and the next one found out that nobody is there.
    expect(metric(simulation, 'lost')).toBe(10);
    expect(inside(simulation).ready).toBeGreaterThan(90);
    simulation.advance(5 * SECOND);
    expect(inside(simulation).ready).toBe(0);
  });
});

it('a run, event by event', () => {
  const simulation = queueSystem({
    load: { ratePerSec: 100 },
    queue: { messageMicros: 1000, persistMs: 2, requeueMs: 3 },
    consumers: { worker: [work(4), { rttMs: 2, prefetch: 1 }] },
    faults: [fault('worker', 'errors', 0, 0.015, { percent: 100 })],
  });
  expect(eventLog(simulation, 27).filter((line) => !line.includes('client'))).toMatchInlineSnapshot(`
    [
      "0 timer queue",
      "11 timer queue",
      "13 timer queue",
      "14 arrival queue>worker",
      "15 answer queue>worker error",
      "18 timer queue",
      "19 arrival queue>worker",
      "21 timer queue",
      "23 timer worker",
      "23 timer queue",
      "24 answer queue>worker",
      "25 arrival queue>worker",
    ]
  `);
});

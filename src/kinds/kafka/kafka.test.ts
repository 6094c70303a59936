import { describe, expect, it } from 'vitest';
import type { Simulation } from '../../engine/simulation';
import { fromMs, MICROS_PER_SECOND as SECOND } from '../../model/units';
import { change, deathsAt, faceOf, fault, INSTANT } from '../small-system';
import { kafkaSystem, LOAD, metric, partitionsOf, totalLag, work } from './kafka-system';
import { partitionOf } from './producers';
import { VERB } from '../../model/meaning';

/** Lag of the first group by partition. */
function lags(simulation: Simulation): number[] {
  return partitionsOf(simulation).map((partition) => partition[3]!);
}

/** Every key that reaches a component from now on, in order. */
function keysReaching(simulation: Simulation, id: string): number[] {
  const component = simulation.component(id)!;
  const keys: number[] = [];
  const arrive = component.arrive.bind(component);
  component.arrive = (call) => {
    keys.push(simulation.calls.key(call));
    arrive(call);
  };
  return keys;
}

/** Published is delivered, given up, or still there. */
function expectConserved(simulation: Simulation): void {
  expect(metric(simulation, 'published')).toBe(
    metric(simulation, 'delivered') + metric(simulation, 'skipped') + totalLag(simulation),
  );
}

describe('partitions', () => {
  it('of a key are for ever: runs that were shared depend on it', () => {
    expect([0, 1, 2, 3, 4, 5, 6, 7, 999_999].map((key) => partitionOf(key, 6))).toEqual([0, 1, 4, 1, 5, 1, 4, 4, 1]);
  });

  it.each([2, 6, 7, 64])('%i of them get about the same number of keys', (partitions) => {
    const counts = Array.from({ length: partitions }, () => 0);
    const keys = 100_000;
    for (let key = 0; key < keys; key++) counts[partitionOf(key, partitions)]!++;
    // Chi-squared, which has the mean df and the variance 2 df for a perfect hash.
    const expected = keys / partitions;
    const chi = counts.reduce((sum, count) => sum + ((count - expected) * (count - expected)) / expected, 0);
    const df = partitions - 1;
    expect(chi).toBeLessThan(df + 3 * Math.sqrt(2 * df) + 1);
  });

  it.each([1, 2, 3, 4, 5])('keep their order, whatever happens to consumers and broker (seed %i)', (seed) => {
    const simulation = kafkaSystem({
      load: { ratePerSec: 400 },
      kafka: { partitions: 5, redeliveryMs: 5 },
      consumers: {
        consumer: [
          { medianMs: 5, p99Ms: 50 },
          { consumers: 2 + (seed % 4), jitter: 0.5, rttMs: 1, attempts: 100, staticMembers: seed % 2 === 0 },
        ],
      },
      faults: [
        fault('consumer', 'errors', 1, 6, { percent: 30 }),
        fault('consumer', 'crash', 2, 3),
        fault('kafka', 'pause', 3.5, 4),
        fault('kafka', 'crash', 4.5, 5),
        fault('kafka>consumer', 'cut', 5.5, 6.5),
        fault('consumer', 'pause', 7, 8),
      ],
      seed,
    });
    const keys = keysReaching(simulation, 'consumer');
    simulation.advance(9 * SECOND);
    change(simulation, 'client', { ratePerSec: 0 });
    simulation.advance(120 * SECOND);
    expect(totalLag(simulation)).toBe(0);
    expectConserved(simulation);
    expect(metric(simulation, 'skipped')).toBe(0);
    expect(metric(simulation, 'redelivered')).toBeGreaterThan(50);
    expect(keys.length).toBeGreaterThan(metric(simulation, 'published'));
    for (let partition = 0; partition < 5; partition++) {
      const own = keys.filter((key) => partitionOf(key, 5) === partition);
      expect(own).toEqual([...own].sort((a, b) => a - b));
    }
    expect(new Set(keys).size).toBe(metric(simulation, 'published'));
  });

  it('feed one member each: more members than partitions stay idle', () => {
    // Four partitions, 10 ms a record: 400/s at most, whatever the number of members beyond.
    const simulation = kafkaSystem({
      load: { ratePerSec: 600 },
      kafka: { partitions: 4 },
      consumers: { few: [work(10), { consumers: 2 }], many: [work(10), { consumers: 10 }] },
    });
    simulation.advance(2 * SECOND);
    simulation.resetTotals();
    simulation.advance(12 * SECOND);
    const answered = (id: string): number => simulation.component(id)!.stats.totals(12 * SECOND).completions;
    expect(Math.abs(answered('few') - 2000)).toBeLessThanOrEqual(2);
    expect(Math.abs(answered('many') - 4000)).toBeLessThanOrEqual(4);
    expect(simulation.component('many')!.stats.totals(12 * SECOND).meanInSystem).toBeCloseTo(4, 2);
  });

  it('cannot share a hot key', () => {
    const simulation = kafkaSystem({
      load: { ratePerSec: 200, keyCount: 1 },
      consumers: { consumer: [work(10), { consumers: 6 }] },
    });
    simulation.advance(10 * SECOND);
    expect(Math.abs(metric(simulation, 'delivered') - 1000)).toBeLessThan(3);
    expect(lags(simulation).filter((lag) => lag > 0)).toHaveLength(1);
  });

  it('carry what the request was about: its operation, priority and size', () => {
    const operations = { mix: 'operations', browseShare: 1, searchShare: 0, checkoutShare: 1, reportShare: 0 };
    const simulation = kafkaSystem({
      load: { ratePerSec: 200, keys: 'zipf', ...operations, browseKb: 3, checkoutKb: 20, checkoutPriority: 0 },
      consumers: { consumer: [work(1)] },
    });
    const { calls, traffic } = simulation;
    const carried = new Map<number, Set<string>>();
    const answer = traffic.answer.bind(traffic);
    traffic.answer = (call, cause, origin) => {
      const of = carried.get(calls.verb(call)) ?? new Set();
      carried.set(calls.verb(call), of);
      of.add([calls.operation(call), calls.priority(call), calls.bytes(call)].join());
      answer(call, cause, origin);
    };
    simulation.advance(5 * SECOND);
    expect(carried.get(VERB.deliver)!.size).toBe(2);
    expect([...carried.get(VERB.deliver)!].sort()).toEqual([...carried.get(VERB.publish)!].sort());
  });

  it('come and go while they are used; nothing is lost', () => {
    const simulation = kafkaSystem({
      load: { ratePerSec: 300 },
      consumers: { consumer: [work(15), { consumers: 4 }] },
    });
    for (const [i, partitions] of [12, 2, 64, 1, 6].entries()) {
      simulation.advance((i + 1) * 2 * SECOND);
      const before = lags(simulation).length;
      change(simulation, 'kafka', { partitions });
      simulation.advance((i + 1) * 2 * SECOND + 2);
      // Those taken away stay until they are empty.
      expect(lags(simulation).length).toBe(Math.max(before, partitions));
      expectConserved(simulation);
    }
    change(simulation, 'client', { ratePerSec: 0 });
    simulation.advance(60 * SECOND);
    expectConserved(simulation);
    expect(lags(simulation)).toEqual([0, 0, 0, 0, 0, 0]);
  });
});

describe('lag', () => {
  it('grows by λ − μ and drains by μ − λ (V25, a tenth of it)', () => {
    const load = { ...LOAD, ratePerSec: 120 };
    const simulation = kafkaSystem({
      load,
      kafka: { partitions: 1 },
      consumers: { consumer: [work(10, 1), { consumers: 1 }] },
    });
    for (const second of [15, 30, 60]) {
      simulation.advance(second * SECOND);
      expect(Math.abs(totalLag(simulation) - 20 * second)).toBeLessThan(3);
    }
    change(simulation, 'client', { ...load, ratePerSec: 60 });
    // 1200 drain at 40/s: 30 s.
    simulation.advance(89.5 * SECOND);
    expect(totalLag(simulation)).toBeGreaterThan(10);
    simulation.advance(90.5 * SECOND);
    expect(totalLag(simulation)).toBeLessThan(3);
    // The mean over the triangle.
    simulation.advance(90 * SECOND);
    expect(Math.abs(metric(simulation, 'lag') - 600)).toBeLessThan(6);
    expectConserved(simulation);
  });

  it('its age is how long ago the oldest message was published', () => {
    const simulation = kafkaSystem({
      load: { ratePerSec: 100 },
      consumers: { consumer: [work(1), { staticMembers: true }] },
      faults: [fault('consumer', 'crash', 1, 11)],
    });
    simulation.advance(SECOND);
    simulation.resetTotals();
    simulation.advance(11 * SECOND);
    expect(Math.abs(metric(simulation, 'oldestMessageAgeMs') - 5000)).toBeLessThan(100);
    simulation.advance(14 * SECOND);
    simulation.resetTotals();
    simulation.advance(15 * SECOND);
    expect(metric(simulation, 'oldestMessageAgeMs')).toBeLessThan(10);
  });

  it('each group has its own; a new one starts at the end and one that is gone is forgotten', () => {
    const simulation = kafkaSystem({
      load: { ratePerSec: 100 },
      kafka: { partitions: 2 },
      consumers: { quick: [work(1)], slow: [work(100), { consumers: 2 }] },
    });
    simulation.advance(10 * SECOND);
    expect(totalLag(simulation, 0)).toBeLessThan(3);
    expect(Math.abs(totalLag(simulation, 1) - 800)).toBeLessThan(5);
    const late = { id: 'late', kind: 'service', label: 'late', x: 0, y: 0, config: work(1) };
    simulation.intervene({ type: 'edit', edit: { type: 'add-component', component: late } });
    const connection = { id: 'kafka>late', from: 'kafka', to: 'late', config: {} };
    simulation.intervene({ type: 'edit', edit: { type: 'add-connection', connection } });
    simulation.advance(10.02 * SECOND);
    const keys = keysReaching(simulation, 'late');
    simulation.intervene({ type: 'edit', edit: { type: 'remove-connection', id: 'kafka>slow' } });
    simulation.advance(20 * SECOND);
    expect(Math.min(...keys)).toBeGreaterThan(998);
    expect(keys.length).toBeGreaterThan(990);
    // Of each group its lag, after leader, replicas in sync and replicas.
    expect(partitionsOf(simulation)[0]).toHaveLength(3 + 2);
    expect(Math.max(totalLag(simulation, 0), totalLag(simulation, 1))).toBeLessThan(3);
  });

  it('a topic without groups only counts', () => {
    const simulation = kafkaSystem({ load: { ratePerSec: 1000 } });
    simulation.advance(10 * SECOND);
    // The last one is on its way to the replicas.
    expect(metric(simulation, 'published')).toBe(9998);
    // No consumers, six partitions, no groups; by partition its leader and three of three replicas in sync.
    const partitions = [1, 2, 3, 1, 2, 3].flatMap((leader) => [leader, 3, 3]);
    expect(faceOf(simulation, 'kafka')).toEqual([0, 6, 0, ...partitions, 0]);
  });
});

describe('delivery', () => {
  it('gives up after the last attempt', () => {
    const simulation = kafkaSystem({
      load: { ratePerSec: 5 },
      kafka: { redeliveryMs: 10 },
      consumers: { consumer: [work(1), { attempts: 3 }] },
      faults: [fault('consumer', 'errors', 0, 1000, { percent: 100 })],
    });
    const keys = keysReaching(simulation, 'consumer');
    simulation.advance(10.1 * SECOND);
    expect(keys).toEqual([]);
    expect([metric(simulation, 'skipped'), metric(simulation, 'redelivered')]).toEqual([50, 100]);
    expectConserved(simulation);
  });

  it('waits for a consumer that is down, and uses up no attempts', () => {
    const simulation = kafkaSystem({
      load: { ratePerSec: 100 },
      consumers: { consumer: [work(5), { attempts: 1, consumers: 6, staticMembers: true }] },
      faults: [fault('consumer', 'crash', 2, 12)],
    });
    simulation.advance(12 * SECOND);
    expect(Math.abs(totalLag(simulation) - 1000)).toBeLessThan(5);
    expect(deathsAt(simulation, 'kafka')).toEqual({});
    simulation.advance(15 * SECOND);
    expect(totalLag(simulation)).toBeLessThan(6);
    expect(metric(simulation, 'skipped')).toBe(0);
    // At most what was in work when it crashed.
    expect(metric(simulation, 'redelivered')).toBeLessThanOrEqual(6);
    expectConserved(simulation);
  });

  it('waits out a network that is cut', () => {
    const simulation = kafkaSystem({
      load: { ratePerSec: 100 },
      consumers: { consumer: [work(5), { attempts: 1, timeoutMs: 1000 }] },
      faults: [fault('kafka>consumer', 'cut', 2, 22)],
    });
    simulation.advance(40 * SECOND);
    expect(metric(simulation, 'skipped')).toBe(0);
    expect(totalLag(simulation)).toBeLessThan(4);
    expectConserved(simulation);
  });

  it('a crash of the broker keeps the log', () => {
    const simulation = kafkaSystem({
      load: { ratePerSec: 200 },
      consumers: { consumer: [work(10), { consumers: 1 }] },
      faults: [fault('kafka', 'crash', 5, 6)],
    });
    const keys = keysReaching(simulation, 'consumer');
    simulation.advance(5 * SECOND);
    const before = totalLag(simulation);
    expect(before).toBeGreaterThan(400);
    simulation.advance(6 * SECOND - 1);
    expect(totalLag(simulation)).toBe(before);
    expect(deathsAt(simulation, 'kafka')['refused']).toBeGreaterThan(190);
    change(simulation, 'client', { ratePerSec: 0 });
    simulation.advance(30 * SECOND);
    expect(totalLag(simulation)).toBe(0);
    expectConserved(simulation);
    expect(new Set(keys).size).toBe(metric(simulation, 'published'));
  });

  it('goes on when the number of members changes', () => {
    const simulation = kafkaSystem({
      load: { ratePerSec: 400 },
      consumers: { consumer: [work(10), { consumers: 6 }] },
    });
    for (const [i, consumers] of [1, 64, 2, 6].entries()) {
      simulation.advance((i + 1) * 2 * SECOND);
      const config = { ...INSTANT, consumers };
      simulation.intervene({ type: 'edit', edit: { type: 'configure-connection', id: 'kafka>consumer', config } });
      expectConserved(simulation);
    }
    simulation.advance(30 * SECOND);
    expect(totalLag(simulation)).toBeLessThan(7);
    expect(metric(simulation, 'redelivered')).toBe(0);
  });
});

describe('publishing', () => {
  it.each([
    ['0', 0],
    // 50 µs for the batch and 5 µs for its kilobyte at 200 MB/s; then a fetch of every follower.
    ['1', 55],
    ['all', 3055],
  ])('acks %s: answered after %i µs', (acks, micros) => {
    const simulation = kafkaSystem({ load: { ratePerSec: 100 }, kafka: { acks, replicationMs: 3 } });
    simulation.advance(10 * SECOND);
    const { completions, meanInSystem, span } = simulation.component('kafka')!.stats.totals(simulation.now);
    expect((meanInSystem * span) / completions).toBeCloseTo(micros, 6);
    expect(metric(simulation, 'published')).toBe(999);
  });

  it('waits for room in the buffer of the producer, and fails when there is none for too long', () => {
    // A batch of ten in 250 ms, and a buffer of twenty records.
    const kafka = {
      acks: '1',
      appendMicros: 250_000,
      partitions: 1,
      batchBytes: 10_000,
      bufferKB: 20,
      maxBlockMs: 300,
      maxInFlight: 1,
    };
    const simulation = kafkaSystem({ load: { ratePerSec: 100 }, kafka });
    simulation.advance(20 * SECOND);
    expect(Math.abs(metric(simulation, 'published') - 40 * 20)).toBeLessThan(25);
    expect(Math.abs(deathsAt(simulation, 'kafka')['queue-full']! - (60 * 20 - 40))).toBeLessThan(10);
  });

  it('without acknowledgements the producer does not learn what is lost', () => {
    const simulation = kafkaSystem({
      load: { ratePerSec: 400 },
      kafka: { acks: '0', appendMicros: 100_000 },
      faults: [fault('kafka', 'crash', 5, 6)],
    });
    simulation.advance(fromMs(9999.9));
    change(simulation, 'client', { ratePerSec: 0 });
    simulation.advance(30 * SECOND);
    const { completions } = simulation.component('kafka')!.stats.totals(simulation.now);
    expect(metric(simulation, 'lost')).toBeGreaterThan(20);
    expect(completions).toBe(metric(simulation, 'published') + metric(simulation, 'lost'));
    expect(deathsAt(simulation, 'kafka')).toEqual({ refused: 400 });
  });
});

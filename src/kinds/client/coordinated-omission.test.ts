// Golden vector V35: at a constant rate for D = 100 s with one stall of T = 10 s, the mean response
// time is T²/(2D) = 0.5 s and P(response > x) = (T − x)/D, so that the p99 is 9 s. A generator with one connection that
// counts from the sending sees one long response only.
import { describe, expect, it } from 'vitest';
import type { Simulation } from '../../engine/simulation';
import type { Settings } from '../../model/fields';
import { MICROS_PER_SECOND as SECOND } from '../../model/units';
import { assemble } from '../assemble';
import { INSTANT, metricOf, smallSystem } from '../small-system';
import { Client } from './client-behaviour';

const [D, T] = [100, 10];
const RATE = 100;

function stalled(client: Settings): Simulation {
  const simulation = assemble(
    smallSystem({
      components: {
        users: ['client', { arrivals: 'constant', ratePerSec: RATE, ...client }],
        s: ['service', { serviceTime: 'constant', meanMs: 0.01, workers: 1000, queueLimit: 100_000 }],
      },
      connections: { 'users>s': { ...INSTANT, timeoutMs: 0 } },
      faults: [{ target: 's', fault: 'pause', atMs: 40_000, durationMs: T * 1000, params: {} }],
    }),
  );
  simulation.advance(D * SECOND);
  return simulation;
}

function behaviourOf(simulation: Simulation): Client {
  const { behaviour } = simulation.component('users')!;
  if (!(behaviour instanceof Client)) throw new Error('not a client');
  return behaviour;
}

describe('a stall of ten seconds in a hundred', () => {
  it.each<[string, Settings]>([
    ['many users', {}],
    ['one connection', { limit: 'wait', connections: 1 }],
  ])('counts from when requests were due: %s', (_, settings) => {
    const { latency } = stalled(settings).component('users')!.stats;
    expect(Math.abs(latency.mean / SECOND / ((T * T) / (2 * D)) - 1)).toBeLessThan(0.02);
    expect(Math.abs(latency.percentile(99) / SECOND / 9 - 1)).toBeLessThan(0.02);
    expect(latency.count).toBe(D * RATE - 1);
  });

  it('is one long response in the uncorrected figures of one connection', () => {
    const { uncorrected } = behaviourOf(stalled({ limit: 'wait', connections: 1 }));
    expect(uncorrected.count).toBe(D * RATE - 1);
    expect(uncorrected.max / SECOND).toBeCloseTo(T, 1);
    // All the others took 10 µs, so the mean is that of one request in ten thousand.
    expect(uncorrected.percentile(99.9)).toBeLessThan(100);
    expect(uncorrected.mean / SECOND).toBeCloseTo(T / (D * RATE), 4);
  });

  it('is the same in both when nothing waits at the generator', () => {
    const simulation = stalled({});
    const { uncorrected } = behaviourOf(simulation);
    const { latency } = simulation.component('users')!.stats;
    for (const percentile of [50, 99, 100]) {
      expect(uncorrected.percentile(percentile)).toBe(latency.percentile(percentile));
    }
    expect(uncorrected.mean).toBe(latency.mean);
  });
});

describe('a generator at its limit', () => {
  /** Answers take 50 ms, 100 requests are due each second: five open at once on average. */
  function limited(settings: Settings): Simulation {
    const simulation = assemble(
      smallSystem({
        components: {
          users: ['client', { arrivals: 'constant', ratePerSec: 100, ...settings }],
          s: ['service', { serviceTime: 'constant', meanMs: 50, workers: 1000 }],
        },
        connections: { 'users>s': { ...INSTANT, timeoutMs: 0 } },
      }),
    );
    simulation.advance(10 * SECOND + 1);
    return simulation;
  }

  it('drops what is due when too much is open, and counts it', () => {
    const simulation = limited({ limit: 'drop', maxInFlight: 2 });
    expect(metricOf(simulation, 'users', 'planned')).toBe(1000);
    // Two are sent at 10 and 20 ms; their answers come at 60 and 70 ms, before what is due then. So two in 50 ms.
    const { arrivals, failures } = simulation.system.totals(simulation.now);
    expect(arrivals).toBe(400);
    expect(failures).toBe(0);
    expect(metricOf(simulation, 'users', 'dropped')).toBe(600);
  });

  it('drops nothing below its limit', () => {
    const simulation = limited({ limit: 'drop', maxInFlight: 5 });
    expect(metricOf(simulation, 'users', 'dropped')).toBe(0);
    expect(simulation.system.totals(simulation.now).arrivals).toBe(1000);
  });

  it('waits for a connection, and the wait counts', () => {
    const simulation = limited({ limit: 'wait', connections: 2 });
    const { arrivals, inSystem } = simulation.system.totals(simulation.now);
    expect(metricOf(simulation, 'users', 'planned')).toBe(1000);
    expect(metricOf(simulation, 'users', 'dropped')).toBe(0);
    // 40 a second can be sent; the rest waits.
    expect(arrivals).toBeGreaterThanOrEqual(399);
    expect(arrivals).toBeLessThanOrEqual(401);
    expect(inSystem).toBe(2);
    // The last one sent is number 400, due at 4 s.
    expect(simulation.component('users')!.stats.latency.max / SECOND).toBeCloseTo(6, 1);
    // Known from the first answer after the first second on, at 1.01 s.
    expect(metricOf(simulation, 'users', 'uncorrectedMean')).toBeCloseTo((50 * (10 - 1.01)) / 10, 3);
    expect(metricOf(simulation, 'users', 'uncorrectedP99')).toBeCloseTo((50 * (10 - 1.01)) / 10, 0);
    expect(behaviourOf(simulation).uncorrected.max).toBe(50_000);
  });

  it('forgets, and counts, what waits when it is replaced', () => {
    const simulation = limited({ limit: 'wait', connections: 2 });
    const sent = simulation.system.totals(simulation.now).arrivals;
    const config = { arrivals: 'constant', ratePerSec: 100 };
    simulation.intervene({ type: 'edit', edit: { type: 'configure-component', id: 'users', config } });
    simulation.advance(simulation.now + 2);
    expect(metricOf(simulation, 'users', 'dropped')).toBe(1000 - sent);
    simulation.advance(simulation.now + SECOND);
    expect(metricOf(simulation, 'users', 'dropped')).toBe(1000 - sent);
  });
});

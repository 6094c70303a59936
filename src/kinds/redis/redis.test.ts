import { describe, expect, it } from 'vitest';
import type { Simulation } from '../../engine/simulation';
import type { Settings } from '../../model/fields';
import type { ScheduledFault } from '../../model/scenario';
import { MICROS_PER_SECOND as SECOND } from '../../model/units';
import { assemble } from '../assemble';
import { change, deathsAt, eventLog, faceOf, INSTANT, metricOf, smallSystem } from '../small-system';

/** A client that talks to Redis itself: its reads are GETs, its writes SETs. */
function direct(load: Settings, cache: Settings, faults: readonly ScheduledFault[] = []): Simulation {
  return assemble(
    smallSystem({
      components: { client: ['client', { arrivals: 'constant', ...load }], redis: ['redis', cache] },
      connections: { 'client>redis': INSTANT },
      faults,
    }),
  );
}

/** A service that asks Redis first, and on a miss computes the value and stores it. All at once, so hits are exact. */
function behindService(load: Settings, cache: Settings, faults: readonly ScheduledFault[] = []): Simulation {
  return assemble(
    smallSystem({
      components: {
        client: ['client', { readPercent: 100, ...load }],
        service: ['service', { serviceTime: 'constant', meanMs: 0.001, workers: 2000 }],
        redis: ['redis', { operationMicros: 1, ...cache }],
      },
      connections: { 'client>service': INSTANT, 'service>redis': INSTANT },
      faults,
    }),
  );
}

function metrics(simulation: Simulation, ...ids: string[]): number[] {
  return ids.map((id) => metricOf(simulation, 'redis', id));
}

describe('hit ratio', () => {
  // Che's approximation (V13): N keys, Zipf exponent s, room for C items.
  it.each([
    [10_000, 0.9, 1000, 0.5565],
    [10_000, 1.0, 100, 0.3905],
    [1000, 0.99, 100, 0.5665],
  ])('LRU with %i keys, skew %f and room for %i items', (keyCount, zipfExponent, capacityItems, expected) => {
    const simulation = behindService({ ratePerSec: 10_000, keyCount, zipfExponent }, { capacityItems });
    simulation.advance(1 * SECOND);
    simulation.resetTotals();
    simulation.advance(6 * SECOND);
    expect(metricOf(simulation, 'redis', 'items')).toBeCloseTo(capacityItems, 6);
    expect(Math.abs(metricOf(simulation, 'redis', 'hitRatio') - expected)).toBeLessThan(0.01);
    expect(Math.abs(faceOf(simulation, 'redis')[0]! - expected)).toBeLessThan(0.02);
  });

  it('is λT / (1 + λT) with a time to live and room for all', () => {
    // λ = 0.1/s for each key, T = 6 s: 0.375 (V14), within 2 %.
    const load = { ratePerSec: 1000, keys: 'uniform', keyCount: 10_000 };
    const simulation = behindService(load, { capacityItems: 10_000, ttlSeconds: 6 });
    simulation.advance(12 * SECOND);
    simulation.resetTotals();
    simulation.advance(52 * SECOND);
    expect(Math.abs(metricOf(simulation, 'redis', 'hitRatio') / 0.375 - 1)).toBeLessThan(0.02);
  });
});

describe('one thread', () => {
  it('works on one command after the other', () => {
    const load = { ratePerSec: 500, readPercent: 100 };
    const simulation = direct(load, { operationMicros: 3000 });
    expect(eventLog(simulation, 10).filter((line) => line.includes('answer'))).toEqual([
      '5 answer client>redis',
      '8 answer client>redis',
    ]);
    simulation.advance(SECOND);
    expect(simulation.component('redis')!.stats.totals(SECOND).utilisation).toBeCloseTo(0.998, 6);
  });

  it('turns away what its queue has no place for', () => {
    const simulation = direct({ ratePerSec: 500, readPercent: 100 }, { operationMicros: 4000, queueLimit: 5 });
    simulation.advance(10 * SECOND);
    const { arrivals, completions } = simulation.component('redis')!.stats.totals(simulation.now);
    expect([arrivals, completions]).toEqual([4999, 2499]);
    expect(deathsAt(simulation, 'redis')).toEqual({ 'queue-full': 4999 - 2499 - 6 });
  });

  it('slows down and speeds up again', () => {
    const slow = [{ atMs: 1000, durationMs: 1000, target: 'redis', fault: 'slow', params: { factor: 10 } }];
    const simulation = direct({ ratePerSec: 100, readPercent: 100 }, { operationMicros: 500 }, slow);
    const busy = [1, 2, 3].map((second) => {
      simulation.resetTotals();
      simulation.advance(second * SECOND);
      return simulation.component('redis')!.stats.totals(simulation.now).utilisation;
    });
    expect(busy.map((share) => Math.round(share! * 100))).toEqual([5, 50, 5]);
  });
});

describe('room', () => {
  const WRITES = { ratePerSec: 100, readPercent: 0, keys: 'sequential', keyCount: 1000 };

  it('LRU makes room for every new item', () => {
    const simulation = direct(WRITES, { capacityItems: 40 });
    simulation.advance(1.005 * SECOND);
    expect(metrics(simulation, 'sets', 'evictions')).toEqual([100, 60]);
    expect(faceOf(simulation, 'redis').slice(2)).toEqual([40, 40, 0, 8]);
  });

  it('without eviction new items are refused, and those that are there can still be changed', () => {
    const simulation = direct({ ...WRITES, keyCount: 50 }, { capacityItems: 40, eviction: 'noeviction' });
    simulation.advance(1.005 * SECOND);
    expect(deathsAt(simulation, 'redis')).toEqual({ 'out-of-memory': 20 });
    expect(metrics(simulation, 'sets', 'evictions')).toEqual([80, 0]);
  });

  it('without eviction, expired items make room', () => {
    const cache = { capacityItems: 40, eviction: 'noeviction', ttlSeconds: 1 };
    const simulation = direct(WRITES, cache);
    simulation.advance(4.005 * SECOND);
    expect(deathsAt(simulation, 'redis')['out-of-memory']).toBeGreaterThan(100);
    expect(metricOf(simulation, 'redis', 'sets')).toBeGreaterThan(120);
  });

  it('shrinks while it runs, by the same policy', () => {
    const simulation = direct(WRITES, { capacityItems: 100 });
    simulation.advance(1.005 * SECOND);
    change(simulation, 'client', { ...WRITES, ratePerSec: 0 });
    change(simulation, 'redis', { capacityItems: 30, eviction: 'noeviction' });
    simulation.advance(1.1 * SECOND);
    expect(faceOf(simulation, 'redis').slice(2)).toEqual([100, 30, 0, 8]);
    change(simulation, 'redis', { capacityItems: 30 });
    simulation.advance(1.2 * SECOND);
    expect(faceOf(simulation, 'redis').slice(2)).toEqual([30, 30, 0, 8]);
    expect(metrics(simulation, 'evictions')).toEqual([70]);
  });
});

describe('time to live', () => {
  /** Key k is stored at 10 (k + 1) ms; then all keys are read round and round. */
  function stored(cache: Settings): Simulation {
    const load = { ratePerSec: 100, keys: 'sequential', keyCount: 100 };
    const simulation = direct({ ...load, readPercent: 0 }, cache);
    simulation.advance(1.005 * SECOND);
    change(simulation, 'client', { ...load, arrivals: 'constant', readPercent: 100 });
    return simulation;
  }

  it('expires each item its time after it was stored', () => {
    const simulation = stored({ ttlSeconds: 10 });
    simulation.advance(10 * SECOND);
    expect(metrics(simulation, 'misses', 'expirations')).toEqual([0, 0]);
    simulation.advance(10.505 * SECOND);
    expect(metrics(simulation, 'expirations')).toEqual([50]);
    simulation.advance(12 * SECOND);
    expect(metrics(simulation, 'expirations')).toEqual([100]);
    expect(faceOf(simulation, 'redis')[2]).toBe(0);
  });

  it('spreads the lives when asked to', () => {
    const simulation = stored({ ttlSeconds: 10, ttlJitterPercent: 50 });
    const expired = [5, 10.505, 17].map((second) => {
      simulation.advance(second * SECOND);
      return metricOf(simulation, 'redis', 'expirations');
    });
    // Uniform between 5 and 15 s: half of 100 within 10, give or take two standard deviations of 5. Every item is
    // looked at once a second, so a tenth of them may have expired unnoticed.
    expect(expired[0]).toBe(0);
    expect(expired[1]).toBeGreaterThan(50 - 10 - 10);
    expect(expired[1]).toBeLessThan(50 + 10);
    expect(expired[2]).toBe(100);
  });

  it('0 keeps items for ever', () => {
    const simulation = stored({});
    simulation.advance(600 * SECOND);
    expect(metrics(simulation, 'misses', 'expirations')).toEqual([0, 0]);
  });
});

describe('faults', () => {
  const LOAD = { ratePerSec: 1000, keyCount: 500, zipfExponent: 0 };

  it.each(['flush', 'crash'])('%s empties it, and it warms up again', (fault) => {
    const trouble = [{ atMs: 5000, durationMs: 1, target: 'redis', fault, params: {} }];
    const simulation = behindService(LOAD, {}, trouble);
    simulation.advance(5 * SECOND);
    expect(faceOf(simulation, 'redis')[2]).toBe(500);
    simulation.advance(5.02 * SECOND);
    const [share, , items] = faceOf(simulation, 'redis');
    expect(items).toBeLessThan(30);
    // A restart forgets what was counted, a flush does not.
    expect(share! < 0.2).toBe(fault === 'crash');
    simulation.advance(15 * SECOND);
    expect(faceOf(simulation, 'redis')[2]).toBe(500);
  });

  it('a service deletes the copy of what it changes', () => {
    const simulation = assemble(
      smallSystem({
        components: {
          client: ['client', { readPercent: 50, keyCount: 10 }],
          service: ['service'],
          redis: ['redis'],
          database: ['sql-database'],
        },
        connections: { 'client>service': {}, 'service>redis': {}, 'service>database': {} },
      }),
    );
    simulation.advance(10 * SECOND);
    const [deletes, sets, misses] = metrics(simulation, 'deletes', 'sets', 'misses');
    expect(Math.abs(deletes! - metricOf(simulation, 'database', 'writes'))).toBeLessThan(3);
    expect(Math.abs(sets! - misses!)).toBeLessThan(3);
    expect(deletes).toBeGreaterThan(400);
  });
});

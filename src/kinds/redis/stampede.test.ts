// Stampede protection as it is used: client → service → Redis and a database, one key.
import { describe, expect, it } from 'vitest';
import type { Simulation } from '../../engine/simulation';
import type { Settings } from '../../model/fields';
import type { ScheduledFault } from '../../model/scenario';
import { MICROS_PER_SECOND as SECOND } from '../../model/units';
import { assemble } from '../assemble';
import { INSTANT, metricOf, smallSystem } from '../small-system';

const READ_MS = 200;
const SERVICE = ['service', { concurrency: 'event-loop', serviceTime: 'constant', meanMs: 0.001 }] as const;

/** λ = 100/s for one key; the database takes 0.2 s for a read, however many there are. */
function oneKey(
  cacheConnection: Settings,
  ttlSeconds: number,
  services = 1,
  faults: readonly ScheduledFault[] = [],
): Simulation {
  const names = Array.from({ length: services }, (_, i) => `service${i + 1}`);
  return assemble(
    smallSystem({
      components: {
        ...Object.fromEntries(
          names.map((name) => [`of-${name}`, ['client', { readPercent: 100, keyCount: 1, ratePerSec: 100 }]] as const),
        ),
        ...Object.fromEntries(names.map((name) => [name, SERVICE])),
        redis: ['redis', { ttlSeconds }],
        database: [
          'sql-database',
          { readMedianMs: READ_MS, readP99Ms: READ_MS, cores: 128, poolSize: 200, maxConnections: 2000 },
        ],
      },
      connections: Object.fromEntries(
        names.flatMap((name) => [
          [`of-${name}>${name}`, INSTANT],
          [`${name}>redis`, { ...INSTANT, ...cacheConnection }],
          [`${name}>database`, { ...INSTANT, timeoutMs: 5000 }],
        ]),
      ),
      faults,
    }),
  );
}

function loads(simulation: Simulation, service = 'service1'): number {
  return metricOf(simulation, service, 'cacheLoads');
}

/** Loads for each time that the value had to be renewed. */
function loadsAtOnce(simulation: Simulation): number {
  const all = loads(simulation);
  return all / (all - metricOf(simulation, 'service1', 'duplicateLoads'));
}

describe('V15: loads for each expiry, λ = 100/s, d = 0.2 s', () => {
  it('without protection: 1 + λd = 21', () => {
    const simulation = oneKey({}, 1);
    simulation.advance(400 * SECOND);
    expect(Math.abs(loadsAtOnce(simulation) / 21 - 1)).toBeLessThan(0.05);
    expect(metricOf(simulation, 'service1', 'cacheRefreshes')).toBe(0);
  });

  it.each([
    [1, 2, 2400, 2.718],
    [2, 4, 4000, 1.649],
  ])('with early expiration and β = %d: e^(1/β)', (beta, ttlSeconds, seconds, expected) => {
    const simulation = oneKey({ stampede: 'early', beta }, ttlSeconds);
    simulation.advance(seconds * SECOND);
    expect(Math.abs(loadsAtOnce(simulation) / expected - 1)).toBeLessThan(0.05);
    // Only the first load ever found nothing: P(hard expiry) is about e^(−λβδ).
    expect(loads(simulation) - metricOf(simulation, 'service1', 'cacheRefreshes')).toBeLessThan(30);
  });

  it('with early expiration and β = 1, the first renewal comes 0.714 s before the end', () => {
    const ttl = 2;
    const simulation = oneKey({ stampede: 'early' }, ttl);
    const answers = simulation.connection('service1>redis')!.index;
    let [stored, first, sets, renewals, gaps] = [0, 1, 0, 0, 0];
    while (renewals < 500 && simulation.step()) {
      const { type, connection } = simulation.lastEvent;
      if (type !== 'answer' || connection !== answers) continue;
      const nowSets = metricOf(simulation, 'redis', 'sets');
      if (nowSets > sets) [sets, stored] = [nowSets, simulation.now];
      const nowFirst = loads(simulation) - metricOf(simulation, 'service1', 'duplicateLoads');
      if (nowFirst === first) continue;
      gaps += stored / SECOND + ttl - simulation.now / SECOND;
      first = nowFirst;
      renewals++;
    }
    expect(Math.abs(gaps / renewals / 0.714 - 1)).toBeLessThan(0.05);
  });

  it('with single-flight: one for each service', () => {
    const simulation = oneKey({ stampede: 'single-flight' }, 1, 2);
    simulation.advance(100 * SECOND);
    expect(loadsAtOnce(simulation)).toBe(1);
    // Each life of the value is 1 s, then 0.2 s of loading: about 83 times, and each of two services loads.
    const [one, two] = [loads(simulation, 'service1'), loads(simulation, 'service2')];
    expect(one).toBeGreaterThan(75);
    expect(two).toBeGreaterThan(75);
  });

  it('with a lock: one among all services', () => {
    const simulation = oneKey({ stampede: 'lock', pollMs: 10 }, 1, 2);
    simulation.advance(100 * SECOND);
    const all = loads(simulation, 'service1') + loads(simulation, 'service2');
    expect(all).toBeGreaterThan(78);
    expect(all).toBeLessThan(86);
    expect(metricOf(simulation, 'redis', 'sets')).toBeGreaterThanOrEqual(all - 1);
  });

  it('with stale while revalidate: one, and nobody waits', () => {
    const simulation = oneKey({ stampede: 'stale', staleSeconds: 1 }, 1);
    simulation.advance(1 * SECOND);
    simulation.resetTotals();
    simulation.advance(101 * SECOND);
    expect(loadsAtOnce(simulation)).toBe(1);
    expect(metricOf(simulation, 'service1', 'cacheRefreshes')).toBe(loads(simulation));
    expect(metricOf(simulation, 'redis', 'hitRatio')).toBe(1);
    // 20 requests come during each load, of 120 in each life.
    const staleShare = metricOf(simulation, 'redis', 'staleHits') / metricOf(simulation, 'redis', 'hits');
    expect(Math.abs(staleShare / (20 / 120) - 1)).toBeLessThan(0.1);
    const { meanInSystem } = simulation.component('service1')!.stats.totals(simulation.now);
    // Little's law: 100/s × the mean time, which would be 20 ms and more with any wait for a load.
    expect(meanInSystem).toBeLessThan(0.1);
  });
});

// Cache patterns, leases and what failures do to them: client → service → Redis and a database.
import { describe, expect, it } from 'vitest';
import type { Simulation } from '../../engine/simulation';
import type { Settings } from '../../model/fields';
import type { ScheduledFault } from '../../model/scenario';
import { MICROS_PER_SECOND as SECOND } from '../../model/units';
import { assemble } from '../assemble';
import { deathsAt, faceOf, faultAt, INSTANT, metricOf, smallSystem } from '../small-system';

interface Parts {
  readonly client?: Settings;
  readonly writer?: Settings;
  readonly service?: Settings;
  readonly redis?: Settings;
  readonly database?: Settings;
  readonly cache: Settings;
  readonly faults?: readonly ScheduledFault[];
}

/** Reads take 200 ms in the database, writes 50 ms; everything else is instant. */
function system({ client, writer, service, redis, database, cache, faults = [] }: Parts): Simulation {
  const times = { readMedianMs: 200, readP99Ms: 200, writeMedianMs: 50, writeP99Ms: 50, cores: 128, poolSize: 200 };
  return assemble(
    smallSystem({
      components: {
        client: ['client', { arrivals: 'constant', ratePerSec: 10, readPercent: 100, keyCount: 1, ...client }],
        ...(writer && {
          writer: ['client', { arrivals: 'constant', readPercent: 0, keyCount: 1, ...writer }] as const,
        }),
        service: ['service', { concurrency: 'event-loop', serviceTime: 'constant', meanMs: 0.001, ...service }],
        redis: ['redis', redis],
        database: ['sql-database', { ...times, ...database }],
      },
      connections: {
        'client>service': INSTANT,
        ...(writer && { 'writer>service': INSTANT }),
        'service>redis': { ...INSTANT, ...cache },
        'service>database': INSTANT,
      },
      faults,
    }),
  );
}

const ofService = (simulation: Simulation, metric: string): number => metricOf(simulation, 'service', metric);
const completions = (simulation: Simulation, id: string): number =>
  simulation.component(id)!.stats.totals(simulation.now).completions;

describe('patterns', () => {
  const WRITES = { readPercent: 0, keys: 'sequential', keyCount: 20 };

  it.each([
    ['aside', { sets: 0, deletes: 40, items: 0 }],
    ['write-through', { sets: 40, deletes: 0, items: 20 }],
  ])('%s: 40 writes of 20 keys', (pattern, expected) => {
    const simulation = system({ client: WRITES, cache: { pattern } });
    simulation.advance(4.09 * SECOND);
    expect({
      sets: metricOf(simulation, 'redis', 'sets'),
      deletes: metricOf(simulation, 'redis', 'deletes'),
      items: faceOf(simulation, 'redis')[2],
    }).toEqual(expected);
    expect(metricOf(simulation, 'database', 'writes')).toBe(40);
  });

  it('write-behind answers at once, stores later, and several writes of a key as one', () => {
    const simulation = system({
      client: { ...WRITES, keyCount: 5 },
      cache: { pattern: 'write-behind', flushMs: 1000 },
    });
    simulation.advance(4.05 * SECOND);
    expect(completions(simulation, 'service')).toBe(40);
    // Little's law: with 10 writes a second, the 50 ms of the database would mean 0.5 inside.
    expect(simulation.component('service')!.stats.totals(simulation.now).meanInSystem).toBeLessThan(0.01);
    // Batches of 5 keys at 1.1, 2.1 and 3.1 s, for 10 writes each.
    expect(metricOf(simulation, 'database', 'writes')).toBe(15);
    expect(metricOf(simulation, 'redis', 'sets')).toBe(40);
  });

  it('write-behind loses in a crash what it has not stored', () => {
    const simulation = system({
      client: { ...WRITES, keyCount: 1000 },
      cache: { pattern: 'write-behind', flushMs: 1000 },
      faults: [faultAt('service', 'crash', 2050, 1000)],
    });
    simulation.advance(10.55 * SECOND);
    // Written at 0.1 … 2.0 s; the batch at 1.1 s took the first 10 or 11.
    const lost = ofService(simulation, 'lostWrites');
    expect([9, 10]).toContain(lost);
    simulation.intervene({
      type: 'edit',
      edit: { type: 'configure-component', id: 'client', config: { ratePerSec: 0 } },
    });
    simulation.advance(20 * SECOND);
    expect(metricOf(simulation, 'database', 'writes') + lost).toBe(completions(simulation, 'service'));
  });

  it('write-behind keeps trying while the database is down, and goes on', () => {
    const simulation = system({
      client: WRITES,
      cache: { pattern: 'write-behind', flushMs: 100 },
      faults: [faultAt('database', 'crash', 1000, 3000)],
    });
    simulation.advance(3.95 * SECOND);
    expect(completions(simulation, 'service')).toBe(39);
    expect(Object.keys(deathsAt(simulation, 'client'))).toEqual([]);
    simulation.resetTotals();
    simulation.advance(10 * SECOND);
    expect(ofService(simulation, 'unstoredWrites')).toBeLessThan(6);
  });

  it('write-behind writes to the store at once when its queue is full, or the cache is away', () => {
    const full = system({ client: WRITES, cache: { pattern: 'write-behind', flushLimit: 0 } });
    full.advance(2.09 * SECOND);
    expect(metricOf(full, 'database', 'writes')).toBe(20);
    const away = system({
      client: WRITES,
      cache: { pattern: 'write-behind', flushMs: 60_000 },
      faults: [faultAt('redis', 'crash', 0, 60_000)],
    });
    away.advance(2.09 * SECOND);
    expect(metricOf(away, 'database', 'writes')).toBe(20);
  });

  it('read-through fails without the cache; cache-aside asks the database', () => {
    const answered = ['read-through', 'aside'].map((pattern) => {
      const simulation = system({ cache: { pattern }, faults: [faultAt('redis', 'crash', 0, 60_000)] });
      simulation.advance(5.05 * SECOND);
      return completions(simulation, 'service');
    });
    expect(answered).toEqual([0, 48]);
  });
});

describe('a write while a load is under way', () => {
  // The read at 1 s misses and loads until 1.2 s; the write at 1.05 s is stored at 1.1 s, and drops the copy.
  const RACE = { client: { ratePerSec: 1 }, writer: { ratePerSec: 1 / 1.05 } };

  it.each([
    ['none', false, 0, 1],
    ['none', true, 1, 0],
    ['single-flight', false, 0, 1],
    ['single-flight', true, 1, 0],
    ['stale', true, 1, 0],
    ['lock', false, 1, 0],
  ])('with protection %s and leases %s refuses %i fills and leaves %i copies', (stampede, leases, refused, copies) => {
    const simulation = system({ ...RACE, cache: { stampede, leases } });
    simulation.advance(1.5 * SECOND);
    expect(metricOf(simulation, 'redis', 'refusedFills')).toBe(refused);
    expect(faceOf(simulation, 'redis')[2]).toBe(copies);
    expect(completions(simulation, 'service')).toBe(2);
  });

  it('a load whose lease was taken back does not use that of a later one', () => {
    // Reads every 120 ms: the second one misses again after the write, and gets a new lease.
    const simulation = system({
      client: { ratePerSec: 1 / 0.12 },
      writer: { ratePerSec: 1 / 0.15, keyCount: 1 },
      cache: { leases: true },
    });
    simulation.advance(0.35 * SECOND);
    // Load 1 from 0.12 to 0.32 s; the write ends at 0.2 s; load 2 begins at 0.24 s and is the one that may fill.
    expect(faceOf(simulation, 'redis')[2]).toBe(0);
    expect(metricOf(simulation, 'redis', 'sets')).toBe(0);
  });
});

describe('loads that fail', () => {
  it.each(['none', 'single-flight', 'lock', 'stale', 'early'])('cache nothing (%s)', (stampede) => {
    const simulation = system({
      cache: { stampede, pollMs: 5 },
      faults: [faultAt('database', 'crash', 0, 3000)],
    });
    simulation.advance(2.95 * SECOND);
    expect(metricOf(simulation, 'redis', 'sets')).toBe(0);
    expect(deathsAt(simulation, 'database')['refused']).toBe(29);
    expect(completions(simulation, 'service')).toBe(0);
    simulation.advance(4 * SECOND);
    expect(metricOf(simulation, 'redis', 'sets')).toBeGreaterThan(0);
    expect(completions(simulation, 'service')).toBeGreaterThan(8);
  });

  it('fail everyone who waits for them', () => {
    const simulation = system({
      cache: { stampede: 'single-flight' },
      database: { readMedianMs: 5000, readP99Ms: 5000 },
    });
    // The load begins at 0.1 s, times out after 1 s, and ten have joined by then.
    simulation.advance(1.15 * SECOND);
    expect(ofService(simulation, 'cacheLoads')).toBe(1);
    expect(simulation.component('service')!.stats.totals(simulation.now).failures).toBeGreaterThanOrEqual(10);
  });

  it('a crash of the service forgets them', () => {
    const simulation = system({
      service: { instances: 3 },
      cache: { stampede: 'single-flight' },
      faults: [faultAt('service', 'crash', 150, 100)],
    });
    simulation.advance(2.05 * SECOND);
    // One load before the crash and one after it, for all three instances; then hits.
    expect(ofService(simulation, 'cacheLoads')).toBe(2);
    expect(completions(simulation, 'service')).toBe(18);
  });
});

describe('faults of Redis', () => {
  it('all items expire together: with stale while revalidate nobody waits', () => {
    const load = { ratePerSec: 100, keyCount: 50, keys: 'sequential' };
    const run = (stampede: string): [number, number] => {
      const simulation = system({
        client: load,
        redis: { ttlSeconds: 600 },
        cache: { stampede, staleSeconds: 5 },
        faults: [{ atMs: 3000, durationMs: 1, target: 'redis', fault: 'expire', params: { inSeconds: 1 } }],
      });
      simulation.advance(3.9 * SECOND);
      simulation.resetTotals();
      simulation.advance(6 * SECOND);
      return [metricOf(simulation, 'redis', 'misses'), ofService(simulation, 'cacheLoads')];
    };
    expect(run('none')).toEqual([50, 50]);
    expect(run('stale')).toEqual([0, 50]);
  });

  it('a replacement resets what waits, starts empty and answers at once', () => {
    const simulation = assemble(
      smallSystem({
        components: {
          client: ['client', { arrivals: 'constant', ratePerSec: 100, readPercent: 0, keys: 'sequential' }],
          redis: ['redis', { operationMicros: 20_000 }],
        },
        connections: { 'client>redis': INSTANT },
        faults: [faultAt('redis', 'replace', 995, 1)],
      }),
    );
    simulation.advance(0.994 * SECOND);
    const [, , items] = faceOf(simulation, 'redis');
    expect(items).toBe(49);
    simulation.advance(0.996 * SECOND);
    // 99 had come: one was at work and 49 waited.
    expect(deathsAt(simulation, 'redis')).toEqual({ reset: 50 });
    simulation.advance(1.021 * SECOND);
    expect(faceOf(simulation, 'redis')[2]).toBe(1);
  });
});

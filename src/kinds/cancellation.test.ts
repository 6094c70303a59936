/**
 * A caller gives up and says so: what was made for it alone is withdrawn, through every kind that passes requests on; what
 * others wait for goes on.
 */
import { describe, expect, it } from 'vitest';
import type { Simulation } from '../engine/simulation';
import type { Settings } from '../model/fields';
import { fromMs } from '../model/units';
import { assemble } from './assemble';
import { deathsAt, eventLog, INSTANT, metricOf, smallSystem } from './small-system';

const STEADY = { arrivals: 'constant', readPercent: 100, keyCount: 1 };
/** Nobody asks twice for the same. */
const DISTINCT = { ...STEADY, keyCount: 10_000, keys: 'sequential' };
const TELLS: Settings = { ...INSTANT, timeoutMs: 100, cancel: true };
const PASSES_ON: Settings = { ...INSTANT, timeoutMs: 0, cancel: true };
const SLOW: Settings = { serviceTime: 'constant', meanMs: 1000, workers: 1, queueLimit: 1000 };
const QUICK: Settings = { serviceTime: 'constant', meanMs: 1, workers: 512 };

type Components = Parameters<typeof smallSystem>[0]['components'];

/** Reads at 10/s that give up after 100 ms, through what is between them and a server of one a second. */
function through(between: Components, connections: Record<string, Settings>, client: Settings = {}): Simulation {
  return assemble(
    smallSystem({
      components: {
        client: ['client', { ...DISTINCT, ratePerSec: 10, ...client }],
        server: ['service', SLOW],
        ...between,
      },
      connections,
    }),
  );
}

/** Requests that the last server of the chain still holds after 20 s: with cancellation, what it works on now. */
function leftOver(simulation: Simulation): number {
  simulation.advance(fromMs(20_050));
  return simulation.component('server')!.stats.inSystem;
}

describe('a cancelled request', () => {
  it.each([
    ['dns', {}],
    ['load-balancer', {}],
    ['api-gateway', { limiter: 'none' }],
    ['cdn', { collapse: false }],
    ['cdn', { pops: 1, ttlSeconds: 0, swrSeconds: 0 }],
    ['cdn', { collapse: false, shield: true, shieldMs: 20 }],
    ['service', QUICK],
  ])('reaches through a %s %j to whoever works for it', (kind, settings) => {
    const run = (incoming: Settings): number =>
      leftOver(
        through(
          { middle: [kind, settings] },
          { 'client>middle': { ...TELLS, ...incoming }, 'middle>server': PASSES_ON },
        ),
      );
    // Two hundred came, twenty could be served.
    expect(run({ cancel: false })).toBeGreaterThan(150);
    expect(run({})).toBeLessThanOrEqual(2);
  });

  it('leaves no trace behind: every record is free again', () => {
    const simulation = through(
      { middle: ['service', QUICK] },
      { 'client>middle': TELLS, 'middle>server': PASSES_ON },
      { ratePerSec: 2 },
    );
    simulation.advance(fromMs(20_450));
    // What the server works on now, and nothing else.
    expect(simulation.calls.live).toBe(1);
  });

  it('stops the retries that were planned for it', () => {
    const simulation = through(
      { middle: ['service', QUICK], broken: ['service', QUICK] },
      {
        'client>middle': TELLS,
        'middle>broken': {
          ...INSTANT,
          timeoutMs: 0,
          retry: 'fixed',
          maxAttempts: 20,
          backoffMs: 40,
          jitterKind: 'none',
        },
      },
    );
    simulation.intervene({ type: 'fault', target: 'broken', fault: 'errors', on: true, params: { percent: 100 } });
    simulation.advance(fromMs(10_050));
    const { policy } = simulation.connection('middle>broken')!;
    // At 1, 41 and 81 ms, and no more: the caller has gone at 100.
    expect(policy!.retries / policy!.firstAttempts).toBeCloseTo(2, 1);
  });

  it('tells every server that works on a stage of its plan', () => {
    const simulation = assemble(
      smallSystem({
        components: {
          client: ['client', { ...STEADY, ratePerSec: 1 }],
          middle: ['service', QUICK],
          a: ['service', { ...SLOW, workers: 1 }],
          b: ['service', { ...SLOW, workers: 1 }],
        },
        connections: {
          'client>middle': TELLS,
          'middle>a': { ...PASSES_ON, parallel: true },
          'middle>b': { ...PASSES_ON, parallel: true },
        },
      }),
    );
    simulation.advance(fromMs(20_050));
    // They cannot stop what they have begun; the second request finds the first one's work done.
    expect(deathsAt(simulation, 'middle')['cancelled']).toBeGreaterThanOrEqual(19);
    expect(deathsAt(simulation, 'a')['cancelled']).toBe(deathsAt(simulation, 'b')['cancelled']);
    expect(deathsAt(simulation, 'a')['cancelled']).toBeGreaterThanOrEqual(18);
  });
});

describe('what others wait for', () => {
  it('goes on: a single-flight load outlives the request that began it', () => {
    const run = (stampede: string): Simulation => {
      const simulation = assemble(
        smallSystem({
          components: {
            client: ['client', { ...STEADY, ratePerSec: 10 }],
            middle: ['service', QUICK],
            cache: ['redis', {}],
            db: ['sql-database', { readMedianMs: 350, readP99Ms: 350, cores: 8 }],
          },
          connections: {
            'client>middle': TELLS,
            'middle>cache': { ...INSTANT, stampede, timeoutMs: 0, cancel: true },
            'middle>db': PASSES_ON,
          },
        }),
      );
      simulation.advance(fromMs(5_000));
      return simulation;
    };
    const shared = run('single-flight');
    const alone = run('none');
    // The first load takes 350 ms: three requests give up on it, and those after it find the answer in the cache.
    expect(metricOf(shared, 'middle', 'cacheLoads')).toBe(1);
    expect(shared.system.totals(shared.now).completions).toBeGreaterThan(40);
    // Each on its own never fills the cache: its load dies with it.
    expect(metricOf(alone, 'middle', 'cacheLoads')).toBeGreaterThan(40);
    expect(alone.system.totals(alone.now).completions).toBe(0);
  });

  it('goes on: a lookup of an address, and a fetch that fills a place of a CDN', () => {
    const dns = through(
      { middle: ['dns', { caches: 1, lookupMs: 250 }], quick: ['service', QUICK] },
      { 'client>middle': TELLS, 'middle>quick': PASSES_ON },
    );
    dns.advance(fromMs(5_000));
    // The lookup of the first was answered after it had gone.
    expect(metricOf(dns, 'middle', 'lookups')).toBe(1);
    expect(deathsAt(dns, 'middle')).toEqual({ cancelled: 2 });

    const cdn = through(
      { middle: ['cdn', { pops: 1 }], server: ['service', { ...SLOW, meanMs: 450 }] },
      { 'client>middle': TELLS, 'middle>server': PASSES_ON },
      STEADY,
    );
    cdn.advance(fromMs(6_000));
    expect(metricOf(cdn, 'middle', 'originRequests')).toBe(1);
    expect(deathsAt(cdn, 'middle')).toEqual({ cancelled: 4 });
    expect(metricOf(cdn, 'middle', 'hits')).toBeGreaterThan(40);
  });
});

describe('servers that stop', () => {
  it('an object store ends the transfer', () => {
    const simulation = assemble(
      smallSystem({
        components: {
          client: ['client', { ...STEADY, ratePerSec: 1 }],
          store: ['object-store', { firstByteMedianMs: 500, firstByteP99Ms: 500 }],
        },
        connections: { 'client>store': TELLS },
      }),
    );
    expect(eventLog(simulation, 1_999)).toEqual([
      '1000 timer client',
      '1000 arrival client>store',
      '1100 timeout client>store timeout',
      // The word arrives, and what was to be sent half a second later is not.
      expect.stringMatching(/^150\d.* timer store$/),
    ]);
    expect(deathsAt(simulation, 'store')).toEqual({ cancelled: 1 });
    expect(metricOf(simulation, 'store', 'kilobytes')).toBe(0);
    expect(simulation.calls.live).toBe(0);
  });

  it('a search index drops the parts that wait', () => {
    const index: Settings = { shards: 2, replicas: 0, cores: 1, queryTime: 'constant', meanMs: 400, queueLimit: 50 };
    const run = (cancel: boolean): Simulation => {
      const simulation = assemble(
        smallSystem({
          components: { client: ['client', { ...STEADY, ratePerSec: 10 }], index: ['search-index', index] },
          connections: { 'client>index': { ...TELLS, cancel } },
        }),
      );
      simulation.advance(fromMs(20_050));
      return simulation;
    };
    const told = run(true);
    expect(run(false).component('index')!.stats.inSystem).toBeGreaterThan(45);
    expect(told.component('index')!.stats.inSystem).toBeLessThanOrEqual(3);
    // The queue is full only without cancellation.
    expect(metricOf(told, 'index', 'rejected')).toBe(0);
    expect(metricOf(run(false), 'index', 'rejected')).toBeGreaterThan(50);
  });
});

import { describe, expect, it } from 'vitest';
import type { Simulation } from '../../engine/simulation';
import type { Settings } from '../../model/fields';
import type { ScheduledFault } from '../../model/scenario';
import { MICROS_PER_SECOND as SECOND } from '../../model/units';
import { assemble } from '../assemble';
import { deathsAt, eventLog, faceOf, INSTANT, metricOf, smallSystem } from '../small-system';

interface Setup {
  readonly load?: Settings;
  readonly cdn?: Settings;
  /** The origin takes this long for each request. */
  readonly originMs?: number;
  /** Settings of the connection to the origin; null leaves it out. */
  readonly way?: Settings | null;
  readonly faults?: readonly ScheduledFault[];
}

const ONE_THING: Settings = { keys: 'uniform', keyCount: 1 };

function run({ load = {}, cdn = {}, originMs = 1, way = {}, faults = [] }: Setup): Simulation {
  return assemble(
    smallSystem({
      components: {
        client: ['client', { arrivals: 'constant', ratePerSec: 100, readPercent: 100, ...load }],
        cdn: ['cdn', { hitMicros: 0, ...cdn }],
        origin: ['service', { serviceTime: 'constant', meanMs: originMs, workers: 2000 }],
      },
      connections: {
        'client>cdn': { ...INSTANT, timeoutMs: 0 },
        ...(way && { 'cdn>origin': { ...INSTANT, timeoutMs: 0, ...way } }),
      },
      faults,
    }),
  );
}

function metrics(simulation: Simulation, ...ids: string[]): number[] {
  return ids.map((id) => metricOf(simulation, 'cdn', id));
}

function configure(simulation: Simulation, config: Settings): void {
  const edit = { type: 'configure-component', id: 'cdn', config: { hitMicros: 0, ...config } } as const;
  simulation.intervene({ type: 'edit', edit });
  simulation.advance(simulation.now + 2);
}

function fault(id: string, atMs: number, durationMs?: number, target = 'cdn'): ScheduledFault {
  return { target, fault: id, atMs, params: {}, ...(durationMs === undefined ? {} : { durationMs }) };
}

describe('the hit ratio', () => {
  // Che's approximation (V13). Without a time to live it is the same for every place, however much
  // of the traffic it sees: each has the same popularity and a cache of its own.
  it.each([
    [1, 10_000, 0.9, 1000, 0.5565],
    [4, 1000, 0.99, 100, 0.5665],
    [4, 10_000, 1, 100, 0.3905],
  ])(
    'of %i places, LRU with %i keys, skew %f and room for %i items',
    (pops, keyCount, zipfExponent, room, expected) => {
      const load = { ratePerSec: 10_000, keyCount, zipfExponent };
      const simulation = run({ load, cdn: { pops, capacityItems: room }, originMs: 0.001 });
      simulation.advance(SECOND);
      simulation.resetTotals();
      simulation.advance(5 * SECOND);
      expect(metricOf(simulation, 'cdn', 'items')).toBeCloseTo(pops * room, 6);
      expect(Math.abs(metricOf(simulation, 'cdn', 'hitRatio') - expected)).toBeLessThan(0.01);
      expect(Math.abs(faceOf(simulation, 'cdn')[2]! - expected)).toBeLessThan(0.02);
    },
  );

  // λT/n / (1 + λT/n) with λ = 1/s for each key and T = 2 s: a place sees its share of the traffic only.
  it.each([
    [1, 2 / 3],
    [4, 1 / 3],
  ])('of %i places with a time to live falls with the share of each', (pops, expected) => {
    const load = { ratePerSec: 1000, arrivals: 'poisson', keys: 'uniform', keyCount: 1000 };
    const simulation = run({ load, cdn: { pops, ttlSeconds: 2 }, originMs: 0.001 });
    simulation.advance(5 * SECOND);
    simulation.resetTotals();
    simulation.advance(45 * SECOND);
    expect(Math.abs(metricOf(simulation, 'cdn', 'hitRatio') / expected - 1)).toBeLessThan(0.02);
    expect(metricOf(simulation, 'cdn', 'originRequests')).toBe(metricOf(simulation, 'cdn', 'misses'));
  });
});

describe('requests for the same item', () => {
  const load = { ...ONE_THING, ratePerSec: 1000 };

  it('make one fetch for each expiry when they are collapsed', () => {
    // Each round: 100 ms until the copy is here, 1 s until its time is over, then the next request.
    const simulation = run({ load, cdn: { pops: 1, ttlSeconds: 1 }, originMs: 100 });
    simulation.advance(10.9 * SECOND);
    expect(metrics(simulation, 'originRequests', 'hits', 'misses')).toEqual([10, 9899, 1000]);
    expect(metrics(simulation, 'collapsed')).toEqual([990]);
    const { arrivals } = simulation.component('origin')!.stats.totals(simulation.now);
    expect(arrivals).toBe(10);
  });

  it('all go to the origin when they are not', () => {
    const simulation = run({ load, cdn: { pops: 1, ttlSeconds: 1, collapse: false }, originMs: 100 });
    simulation.advance(10.9 * SECOND);
    const [fetched, misses, collapsed] = metrics(simulation, 'originRequests', 'misses', 'collapsed');
    // About 1 + λd for each expiry.
    expect(fetched! / 10).toBeGreaterThan(99);
    expect([misses, collapsed]).toEqual([fetched, 0]);
  });

  it('make one fetch in each place, and one in all with a shield', () => {
    const without = run({ load, cdn: { pops: 8 }, originMs: 50 });
    without.advance(SECOND);
    expect(metrics(without, 'originRequests')).toEqual([8]);
    const shielded = run({ load, cdn: { pops: 8, shield: true }, originMs: 50 });
    shielded.advance(SECOND);
    expect(metrics(shielded, 'originRequests')).toEqual([1]);
    expect(shielded.component('cdn')!.stats.inSystem).toBe(0);
  });
});

describe('the shield', () => {
  it('answers what another place has fetched, after a detour', () => {
    const simulation = run({ load: ONE_THING, cdn: { pops: 2, shield: true, shieldMs: 20 }, originMs: 2 });
    simulation.advance(SECOND);
    expect(metrics(simulation, 'originRequests', 'shieldHits')).toEqual([1, 1]);
    const log = eventLog(run({ load: ONE_THING, cdn: { pops: 1, shield: true, shieldMs: 20 }, originMs: 2 }), 35);
    expect(log.filter((line) => !line.endsWith('timer client'))).toEqual([
      '10 arrival client>cdn',
      '10 timer cdn',
      '20 arrival client>cdn',
      '20 timer cdn',
      '30 timer cdn',
      '30 arrival cdn>origin',
      '30 arrival client>cdn',
      '30 timer cdn',
      '32 timer origin',
      '32 answer cdn>origin',
      '32 answer client>cdn',
      '32 answer client>cdn',
      '32 answer client>cdn',
    ]);
  });

  it('forgets everything when it is taken away', () => {
    const settings = { pops: 2, ttlSeconds: 3600, shield: true };
    const simulation = run({ load: { keyCount: 50 }, cdn: settings });
    simulation.advance(20 * SECOND);
    configure(simulation, { ...settings, shield: false, pops: 1 });
    configure(simulation, settings);
    const before = metricOf(simulation, 'cdn', 'shieldHits');
    simulation.advance(simulation.now + SECOND / 20);
    expect(metricOf(simulation, 'cdn', 'shieldHits')).toBe(before);
  });
});

it('without its shield every place fetches for itself, and the shield comes back empty', () => {
  const lost = { atMs: 0, durationMs: 5000, target: 'cdn', fault: 'lose-shield', params: {} };
  const load = { arrivals: 'constant', ratePerSec: 1000, keyCount: 1 };
  const simulation = run({ load, cdn: { pops: 8, shield: true }, originMs: 50, faults: [lost] });
  simulation.advance(4 * SECOND);
  expect(metrics(simulation, 'originRequests', 'shieldHits')).toEqual([8, 0]);
  expect(faceOf(simulation, 'cdn').at(-1)).toBe(2);
  // All forget what they have: the shield is asked again, and has to ask the origin once.
  simulation.advance(5.1 * SECOND);
  expect(faceOf(simulation, 'cdn').at(-1)).toBe(0);
  simulation.intervene({
    type: 'fault',
    target: 'cdn',
    fault: 'purge',
    on: true,
    params: {},
  });
  simulation.advance(7 * SECOND);
  expect(metrics(simulation, 'originRequests')).toEqual([9]);
});

describe('an item whose time is over', () => {
  it('is served at once and fetched in the background, within its grace', () => {
    const simulation = run({ load: ONE_THING, cdn: { pops: 1, ttlSeconds: 1, swrSeconds: 5 }, originMs: 55 });
    simulation.advance(2 * SECOND);
    simulation.resetTotals();
    simulation.advance(20 * SECOND);
    const [hits, misses, stale, fetched] = metrics(simulation, 'hits', 'misses', 'staleServed', 'originRequests');
    expect([hits, misses]).toEqual([1800, 0]);
    // Six requests come while it is fetched: 60 of 1060 ms, 17 times.
    expect(fetched).toBe(17);
    expect(stale).toBe(17 * 6);
  });

  it('goes on being served when the origin is down, and no longer', () => {
    const simulation = run({
      load: ONE_THING,
      cdn: { pops: 1, ttlSeconds: 1, swrSeconds: 5 },
      faults: [fault('crash', 3000, undefined, 'origin')],
    });
    simulation.advance(6.9 * SECOND);
    expect(simulation.component('cdn')!.stats.totals(simulation.now).failures).toBe(0);
    simulation.advance(12 * SECOND);
    expect(simulation.component('cdn')!.stats.totals(simulation.now).failures).toBeGreaterThan(300);
    expect(deathsAt(simulation, 'cdn')).toEqual({});
  });
});

describe('a write', () => {
  it('passes through and purges its item everywhere, a little later', () => {
    const simulation = run({ load: { ...ONE_THING, readPercent: 50 }, cdn: { pops: 2, purgeMs: 30 } });
    simulation.advance(20 * SECOND);
    const { arrivals } = simulation.component('origin')!.stats.totals(simulation.now);
    const [purges, fetched, hits] = metrics(simulation, 'purges', 'originRequests', 'hits');
    expect(Math.abs(purges! / 1999 - 0.5)).toBeLessThanOrEqual(4 * Math.sqrt(0.25 / 1999));
    expect(Math.abs(arrivals - purges! - fetched!)).toBeLessThanOrEqual(4);
    expect(hits).toBeGreaterThan(0);
  });

  it('that fails purges nothing', () => {
    const simulation = run({
      load: { ...ONE_THING, readPercent: 50 },
      cdn: { pops: 1 },
      faults: [fault('crash', 0, undefined, 'origin')],
    });
    simulation.advance(5 * SECOND);
    expect(metrics(simulation, 'purges', 'hits')).toEqual([0, 0]);
  });
});

describe('faults', () => {
  it('a purge empties everything, and a lost place comes back cold', () => {
    const load = { keys: 'sequential', keyCount: 100, ratePerSec: 1000 };
    const simulation = run({ load, faults: [fault('purge', 5005), fault('lose-pop', 10_000, 5000)] });
    simulation.advance(5 * SECOND);
    expect(faceOf(simulation, 'cdn').slice(4)).toEqual([400, 20_000, 0]);
    simulation.advance(5.006 * SECOND);
    expect(faceOf(simulation, 'cdn')[4]).toBeLessThan(4);
    simulation.advance(10.5 * SECOND);
    expect(faceOf(simulation, 'cdn').slice(4)).toEqual([300, 20_000, 1]);
    const before = metricOf(simulation, 'cdn', 'misses');
    simulation.advance(14 * SECOND);
    // The others know everything already, and take its users.
    expect(metricOf(simulation, 'cdn', 'misses')).toBe(before);
    simulation.advance(20 * SECOND);
    expect(metricOf(simulation, 'cdn', 'misses')).toBe(before + 100);
  });

  it('a crash loses every item; with its only place lost nobody is served', () => {
    const simulation = run({
      load: ONE_THING,
      cdn: { pops: 1 },
      faults: [fault('crash', 1000, 1000), fault('lose-pop', 3000)],
    });
    simulation.advance(3 * SECOND);
    expect(metrics(simulation, 'originRequests')).toEqual([2]);
    expect(deathsAt(simulation, 'cdn')).toEqual({ refused: 100 });
    simulation.advance(4 * SECOND);
    expect(deathsAt(simulation, 'cdn')).toEqual({ refused: 200 });
  });

  it('without an origin, everybody who waits is told so', () => {
    for (const shield of [true, false]) {
      const simulation = run({ way: null, load: { readPercent: 50 }, cdn: { shield, shieldMs: 30 } });
      simulation.advance(SECOND);
      expect(Object.keys(deathsAt(simulation, 'cdn'))).toEqual(['no-route']);
      expect(simulation.component('cdn')!.stats.inSystem).toBeLessThanOrEqual(3);
    }
  });

  it('an origin that fails takes everybody with it who waits, and nothing is kept', () => {
    const load = { ...ONE_THING, ratePerSec: 1000 };
    const simulation = run({ load, cdn: { pops: 1, ttlSeconds: 1 }, originMs: 100, way: { timeoutMs: 50 } });
    simulation.advance(SECOND);
    const { failures, completions } = simulation.component('cdn')!.stats.totals(simulation.now);
    expect(completions).toBe(0);
    expect(failures).toBeGreaterThan(900);
    // One death for each fetch, however many waited for it.
    expect(deathsAt(simulation, 'cdn')['timeout']).toBeLessThan(21);
  });
});

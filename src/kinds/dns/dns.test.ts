import { describe, expect, it } from 'vitest';
import type { Simulation } from '../../engine/simulation';
import type { Settings } from '../../model/fields';
import type { ScheduledFault } from '../../model/scenario';
import { MICROS_PER_SECOND as SECOND } from '../../model/units';
import { assemble } from '../assemble';
import { deathsAt, eventLog, faceOf, INSTANT, metricOf, smallSystem } from '../small-system';

interface Setup {
  readonly load?: Settings;
  readonly dns?: Settings;
  /** Settings of the connections to a and b. */
  readonly a?: Settings;
  readonly b?: Settings;
  readonly faults?: readonly ScheduledFault[];
}

/** One cache, so that what it does can be followed. */
function run({ load = {}, dns = {}, a = {}, b = {}, faults = [] }: Setup): Simulation {
  const target = ['service', { serviceTime: 'constant', meanMs: 1, workers: 100 }] as const;
  return assemble(
    smallSystem({
      components: {
        client: ['client', { arrivals: 'constant', ratePerSec: 100, readPercent: 100, ...load }],
        dns: ['dns', { caches: 1, ttlSeconds: 2, ...dns }],
        a: target,
        b: target,
      },
      connections: {
        'client>dns': { ...INSTANT, timeoutMs: 0 },
        'dns>a': { ...INSTANT, ...a },
        'dns>b': { ...INSTANT, ...b },
      },
      faults,
    }),
  );
}

function fault(id: string, atMs: number, durationMs?: number): ScheduledFault {
  return { target: 'dns', fault: id, atMs, params: {}, ...(durationMs === undefined ? {} : { durationMs }) };
}

function share(simulation: Simulation, connection: string, weight: number): void {
  const config = { ...INSTANT, weight };
  simulation.intervene({ type: 'edit', edit: { type: 'configure-connection', id: connection, config } });
}

function arrivals(simulation: Simulation, component: string): number {
  return simulation.component(component)!.stats.totals(simulation.now).arrivals;
}

/** Advances in steps of 10 ms until a counter has changed; returns the time in milliseconds. */
function nextChange(simulation: Simulation, metric: string): number {
  const before = metricOf(simulation, 'dns', metric);
  while (metricOf(simulation, 'dns', metric) === before) simulation.advance(simulation.now + SECOND / 100);
  return simulation.now / 1000;
}

describe('an answer', () => {
  it('is looked up once, and who comes meanwhile waits for it', () => {
    expect(eventLog(run({}), 42).filter((line) => !line.endsWith('timer client'))).toEqual([
      '10 arrival client>dns',
      '20 arrival client>dns',
      '30 timer dns',
      '30 arrival dns>a',
      '30 arrival dns>a',
      '30 arrival client>dns',
      '30 arrival dns>a',
      '31 timer a',
      '31 timer a',
      '31 timer a',
      '31 answer dns>a',
      '31 answer dns>a',
      '31 answer dns>a',
      '31 answer client>dns',
      '31 answer client>dns',
      '31 answer client>dns',
      '40 arrival client>dns',
      '40 arrival dns>a',
      '41 timer a',
      '41 answer dns>a',
      '41 answer client>dns',
    ]);
  });

  it('is used for its time to live, then the next one is taken in turn', () => {
    const simulation = run({ b: { weight: 2 } });
    nextChange(simulation, 'lookups');
    const times: number[] = [];
    for (let i = 0; i < 4; i++) times.push(nextChange(simulation, 'lookups'));
    // The first answer was of any age. From then on: 2 s, and 20 ms for each lookup.
    const gaps = times.slice(1).map((time, i) => time - times[i]!);
    for (const gap of gaps) expect(Math.abs(gap - 2030)).toBeLessThanOrEqual(10);
    simulation.advance(60 * SECOND);
    expect(Math.abs(arrivals(simulation, 'b') / arrivals(simulation, 'a') - 2)).toBeLessThan(0.35);
    expect(metricOf(simulation, 'dns', 'cached')).toBeGreaterThan(0.99);
  });

  it('is asked for every time without a time to live', () => {
    const simulation = run({ dns: { ttlSeconds: 0, lookupMs: 0 } });
    simulation.advance(SECOND);
    expect(metricOf(simulation, 'dns', 'hits')).toBe(0);
    expect([arrivals(simulation, 'a'), arrivals(simulation, 'b')]).toEqual([50, 49]);
  });

  it('is another for reads and for writes', () => {
    const simulation = run({ load: { readPercent: 50 }, a: { on: 'read' }, b: { on: 'write' } });
    simulation.advance(10 * SECOND);
    const reads = arrivals(simulation, 'a') / 999;
    expect(Math.abs(reads - 0.5)).toBeLessThanOrEqual(4 * Math.sqrt(0.25 / 999));
    expect(arrivals(simulation, 'a') + arrivals(simulation, 'b')).toBe(999);
  });
});

describe('a change of addresses', () => {
  it('leaves the fraction 1 − t / TTL on the old one', () => {
    const ttl = 10;
    const simulation = run({
      load: { ratePerSec: 4000, arrivals: 'poisson' },
      dns: { ttlSeconds: ttl, caches: 400, lookupMs: 0 },
      b: { weight: 0 },
    });
    simulation.advance(20 * SECOND);
    expect(arrivals(simulation, 'b')).toBe(0);
    share(simulation, 'dns>a', 0);
    share(simulation, 'dns>b', 1);
    let [a, b] = [arrivals(simulation, 'a'), 0];
    for (let second = 0; second < 12; second++) {
      simulation.advance((21 + second) * SECOND);
      const [oldOnes, newOnes] = [arrivals(simulation, 'a') - a, arrivals(simulation, 'b') - b];
      [a, b] = [a + oldOnes, b + newOnes];
      const expected = Math.max(0, 1 - (second + 0.5) / ttl);
      // 400 caches, each with a tenth of a second between its requests: 1 % of the time it has no answer.
      const deviation = Math.sqrt((expected * (1 - expected)) / 400);
      expect(Math.abs(oldOnes / (oldOnes + newOnes) - expected)).toBeLessThanOrEqual(4 * deviation + 0.01);
    }
  });

  it('does not reach callers while the answers are frozen', () => {
    const simulation = run({ b: { weight: 0 }, faults: [fault('stale-answer', 3000, 20_000)] });
    simulation.advance(4 * SECOND);
    share(simulation, 'dns>a', 0);
    share(simulation, 'dns>b', 1);
    simulation.advance(23 * SECOND);
    expect(arrivals(simulation, 'b')).toBe(0);
    simulation.advance(25.1 * SECOND);
    expect(arrivals(simulation, 'b')).toBeGreaterThan(0);
  });

  it('finds nobody at an address that was taken away', () => {
    const simulation = run({ b: { weight: 0 } });
    nextChange(simulation, 'lookups');
    nextChange(simulation, 'lookups');
    simulation.advance(simulation.now + SECOND / 10);
    simulation.intervene({ type: 'edit', edit: { type: 'remove-connection', id: 'dns>a' } });
    simulation.advance(simulation.now + SECOND);
    expect(deathsAt(simulation, 'a')).toEqual({ refused: 99 });
    simulation.advance(simulation.now + 2 * SECOND);
    // Nothing is left: the name has no address.
    expect(deathsAt(simulation, 'dns')['no-address']).toBeGreaterThan(50);
  });
});

describe('name servers that are down', () => {
  it('are not missed until the time of the cached answers is over', () => {
    const simulation = run({});
    nextChange(simulation, 'lookups');
    const since = nextChange(simulation, 'lookups');
    const down = { target: 'dns', fault: 'servers-down', params: {} };
    simulation.intervene({ type: 'fault', ...down, on: true });
    simulation.advance((since + 1900) * 1000);
    expect(deathsAt(simulation, 'dns')).toEqual({});
    expect(metricOf(simulation, 'dns', 'failedLookups')).toBe(0);
    // Then lookups wait for their timeout, and the cache remembers that there was nothing.
    simulation.advance((since + 9000) * 1000);
    expect(metricOf(simulation, 'dns', 'failedLookups')).toBeGreaterThanOrEqual(1);
    expect(Object.keys(deathsAt(simulation, 'dns'))).toEqual(['no-address']);
    simulation.intervene({ type: 'fault', ...down, on: false });
    simulation.advance((since + 12_500) * 1000);
    const dead = deathsAt(simulation, 'dns');
    simulation.advance((since + 20_000) * 1000);
    expect(deathsAt(simulation, 'dns')).toEqual(dead);
  });

  it('kill nobody when old answers may be used', () => {
    const simulation = run({ dns: { staleIfError: true }, faults: [fault('servers-down', 3000, 60_000)] });
    simulation.advance(70 * SECOND);
    expect(deathsAt(simulation, 'dns')).toEqual({});
    expect(metricOf(simulation, 'dns', 'staleAnswers')).toBe(2);
    expect(arrivals(simulation, 'a') + arrivals(simulation, 'b')).toBe(6999);
  });
});

describe('an empty record', () => {
  it('is remembered, so the failures outlast it', () => {
    const simulation = run({ faults: [fault('empty-answer', 3000, 3000)] });
    simulation.advance(6 * SECOND);
    expect(deathsAt(simulation, 'dns')['no-address']).toBeGreaterThan(50);
    const before = deathsAt(simulation, 'dns')['no-address']!;
    simulation.advance(7 * SECOND);
    expect(deathsAt(simulation, 'dns')['no-address']).toBe(before + 100);
    simulation.advance(12 * SECOND);
    const after = deathsAt(simulation, 'dns')['no-address']!;
    expect(after).toBeLessThanOrEqual(503);
    simulation.advance(20 * SECOND);
    expect(deathsAt(simulation, 'dns')['no-address']).toBe(after);
  });

  it('kills nobody when old answers may be used', () => {
    const simulation = run({ dns: { staleIfError: true }, faults: [fault('empty-answer', 3000, 3000)] });
    simulation.advance(20 * SECOND);
    expect(deathsAt(simulation, 'dns')).toEqual({});
  });
});

it('looks up more slowly while it is slow, and uses cached answers as fast as ever', () => {
  const simulation = run({
    dns: { ttlSeconds: 600 },
    load: { ratePerSec: 10 },
    faults: [{ target: 'dns', fault: 'slow', atMs: 0, params: { factor: 4 } }],
  });
  expect(eventLog(simulation, 300).filter((line) => line.includes('answer client'))).toEqual([
    '181 answer client>dns',
    '201 answer client>dns',
  ]);
});

it('shows its addresses and what is wrong with it', () => {
  const simulation = run({ b: { weight: 0 }, faults: [fault('empty-answer', 2000), fault('servers-down', 4000)] });
  simulation.advance(0.015 * SECOND);
  expect(faceOf(simulation, 'dns')).toEqual([0, 2, 2, 1, 1, 2, 0, 0, 0, 0, 1]);
  simulation.advance(3 * SECOND);
  expect(faceOf(simulation, 'dns').at(-1)).toBe(1);
  simulation.advance(5 * SECOND);
  expect(faceOf(simulation, 'dns').at(-1)).toBe(3);
});

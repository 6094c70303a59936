// A balancer, two shops and a registry: who is called when, by second.
import { describe, expect, it } from 'vitest';
import type { Simulation } from '../../engine/simulation';
import type { Settings } from '../../model/fields';
import type { ScheduledFault } from '../../model/scenario';
import { assemble } from '../assemble';
import { deathsAt, INSTANT, metricOf, smallSystem } from '../small-system';

const S = 1_000_000;

interface Changes {
  readonly registry?: Settings;
  readonly balancer?: Settings;
  readonly shop?: Settings;
  /** Heartbeats and lookups. */
  readonly heartbeatS?: number;
  readonly refreshS?: number;
  readonly faults?: readonly ScheduledFault[];
}

/** Leases of 9 s swept every 6 s, copied every 3 s, with heartbeats and lookups every 3 s: Eureka, ten times as fast. */
const FAST = { leaseS: 9, sweepS: 6, cacheS: 3, preservePercent: 0, silentS: 10 };
const READY = { rule: 'readiness', misses: 3, probeTimeoutS: 0, propagationMs: 500 };

function system({
  registry = FAST,
  balancer = {},
  shop = {},
  heartbeatS = 3,
  refreshS = 3,
  faults = [],
}: Changes): Simulation {
  return assemble(
    smallSystem({
      components: {
        users: ['client', { arrivals: 'constant', ratePerSec: 20 }],
        balancer: ['load-balancer', { healthChecks: false, panicPercent: 0, ...balancer }],
        one: ['service', shop],
        two: ['service', shop],
        registry: ['service-registry', registry],
      },
      connections: {
        'users>balancer': INSTANT,
        'balancer>one': INSTANT,
        'balancer>two': INSTANT,
        'balancer>registry': { ...INSTANT, refreshS },
        'one>registry': { ...INSTANT, heartbeatS },
        'two>registry': { ...INSTANT, heartbeatS },
      },
      faults,
    }),
  );
}

const crash = (target: string, atMs: number, durationMs = 600_000): ScheduledFault => ({
  atMs,
  durationMs,
  target,
  fault: 'crash',
  params: {},
});

/** Requests per second that reach a component between two seconds. */
function rate(simulation: Simulation, id: string, from: number, to: number): number {
  simulation.advance(from * S);
  simulation.resetTotals();
  simulation.advance(to * S);
  // Who is down counts what it refuses.
  const { arrivals } = simulation.component(id)!.stats.totals(simulation.now);
  return arrivals / (to - from);
}

/** The second of the last refusal. */
function lastRefusal(changes: Changes, until: number): number {
  const simulation = system(changes);
  let last = 0;
  let before = 0;
  for (let tenth = 1; tenth <= until * 10; tenth++) {
    simulation.advance((tenth * S) / 10);
    const { refused = 0 } = deathsAt(simulation, 'one');
    if (refused > before) last = tenth / 10;
    before = refused;
  }
  return last;
}

describe('leases', () => {
  it('all are listed from the beginning', () => {
    const simulation = system({});
    expect(rate(simulation, 'one', 0, 30)).toBeCloseTo(10, 0);
    expect(metricOf(simulation, 'registry', 'listed')).toBeCloseTo(2, 1);
  });

  it('notice a crash after lease, sweep, copy and lookup, at worst all of each', () => {
    // At 20 s; the last heartbeat was up to 3 s before. 9 s + at most 6 + 3 + 3 s.
    const last = lastRefusal({ faults: [crash('one', 20_000)] }, 60);
    expect(last).toBeGreaterThan(20 + 9 - 3);
    expect(last).toBeLessThanOrEqual(20 + 9 + 6 + 3 + 3);
  });

  it('of an instance that is back, calls it again at the next lookup', () => {
    const simulation = system({ faults: [crash('one', 20_000, 40_000)] });
    expect(rate(simulation, 'one', 45, 59)).toBe(0);
    expect(rate(simulation, 'one', 67, 80)).toBeCloseTo(10, 0);
  });

  it('are kept when too many heartbeats are missing at once: errors never end', () => {
    // Heartbeats are counted by the minute: a lease has to be longer than that for the missing ones to be seen in time.
    const registry = { ...FAST, leaseS: 70, preservePercent: 85 };
    const simulation = system({ registry, faults: [crash('one', 70_000)] });
    simulation.advance(180 * S);
    simulation.resetTotals();
    simulation.advance(200 * S);
    expect(metricOf(simulation, 'registry', 'preserving')).toBe(1);
    expect(metricOf(simulation, 'registry', 'overdue')).toBe(1);
    expect(simulation.system.totals(simulation.now).failures / 20).toBeCloseTo(10, 0);
  });

  it('are lost by a frozen instance, and back with its first heartbeat', () => {
    const freeze = { atMs: 20_000, durationMs: 30_000, target: 'one', fault: 'pause', params: {} };
    const simulation = system({ faults: [freeze] });
    simulation.advance(45 * S);
    expect(simulation.component('registry')!.stats.totals(simulation.now).metrics[4]).toBe(1);
    expect(rate(simulation, 'one', 57, 70)).toBeCloseTo(10, 0);
  });

  it('end at once when an instance is taken away in good order', () => {
    const simulation = system({ shop: { instances: 2 }, registry: { ...FAST, cacheS: 0 } });
    simulation.advance(20 * S);
    const config = { instances: 1 };
    simulation.intervene({ type: 'edit', edit: { type: 'configure-component', id: 'one', config } });
    simulation.advance(21 * S);
    simulation.resetTotals();
    simulation.advance(25 * S);
    expect(metricOf(simulation, 'registry', 'listed')).toBe(3);
    expect(metricOf(simulation, 'registry', 'expired')).toBe(0);
  });
});

describe('readiness', () => {
  it('notices a crash after the missed probes, the propagation and a lookup', () => {
    const changes = { registry: READY, heartbeatS: 1, refreshS: 0.5, faults: [crash('one', 20_000)] };
    const last = lastRefusal(changes, 40);
    expect(last).toBeGreaterThan(20 + 2);
    // 3 s, looked at every second, 0.5 s and 0.5 s.
    expect(last).toBeLessThanOrEqual(20 + 3 + 1 + 0.5 + 0.5 + 0.1);
  });
});

describe('a registry in trouble', () => {
  it('that is down changes nothing for callers, until something changes', () => {
    const simulation = system({ faults: [crash('registry', 20_000), crash('one', 60_000)] });
    expect(rate(simulation, 'one', 30, 60)).toBeCloseTo(10, 0);
    simulation.advance(100 * S);
    simulation.resetTotals();
    simulation.advance(120 * S);
    expect(simulation.system.totals(simulation.now).failures / 20).toBeCloseTo(10, 0);
  });

  it('that comes back empty is silent until all have registered again', () => {
    const back = [crash('registry', 20_000, 1000)];
    const lost = (silentS: number): number => {
      const simulation = system({
        registry: { ...FAST, leaseS: 60, silentS, cacheS: 0 },
        heartbeatS: 20,
        refreshS: 1,
        faults: back,
      });
      simulation.advance(60 * S);
      return simulation.system.totals(simulation.now).failures;
    };
    expect(lost(21)).toBe(0);
    expect(lost(0)).toBeGreaterThan(20);
  });

  it('with a list that survives needs no silence', () => {
    const registry = { ...READY, silentS: 0 };
    const simulation = system({ registry, heartbeatS: 5, refreshS: 1, faults: [crash('registry', 20_000, 1000)] });
    simulation.advance(60 * S);
    expect(simulation.system.totals(simulation.now).failures).toBe(0);
  });

  it('with frozen answers sends callers to the dead', () => {
    const stale = { atMs: 15_000, durationMs: 60_000, target: 'registry', fault: 'stale', params: {} };
    const simulation = system({ faults: [stale, crash('one', 20_000)] });
    expect(rate(simulation, 'two', 50, 75)).toBeCloseTo(10, 0);
    expect(rate(simulation, 'two', 85, 95)).toBeCloseTo(20, 0);
  });

  it('with an empty list leaves callers with nobody', () => {
    const empty = { atMs: 20_000, durationMs: 10_000, target: 'registry', fault: 'empty-list', params: {} };
    const simulation = system({ faults: [empty] });
    simulation.advance(29 * S);
    expect(deathsAt(simulation, 'balancer')['no-backend']).toBeGreaterThan(100);
    expect(rate(simulation, 'one', 34, 44)).toBeCloseTo(10, 0);
  });
});

describe('a caller', () => {
  it('with health checks leaves out who is listed and dead', () => {
    const last = lastRefusal({ balancer: { healthChecks: true }, faults: [crash('one', 20_000)] }, 40);
    expect(last).toBeLessThanOrEqual(27);
  });

  it('that restarts knows nobody before its first lookup', () => {
    const simulation = system({ faults: [crash('registry', 10_000), crash('balancer', 20_000, 1000)] });
    simulation.advance(30 * S);
    expect(deathsAt(simulation, 'balancer')['no-backend']).toBeGreaterThan(100);
  });

  it('of a gateway finds no address for what is not listed', () => {
    const simulation = assemble(
      smallSystem({
        components: {
          users: ['client', { arrivals: 'constant', ratePerSec: 20 }],
          gateway: ['api-gateway', { limiter: 'none' }],
          one: ['service', {}],
          registry: ['service-registry', FAST],
        },
        connections: {
          'users>gateway': INSTANT,
          'gateway>one': INSTANT,
          'gateway>registry': { ...INSTANT, refreshS: 3 },
          'one>registry': { ...INSTANT, heartbeatS: 3 },
        },
        faults: [crash('one', 20_000)],
      }),
    );
    simulation.advance(60 * S);
    expect(deathsAt(simulation, 'one')['refused']).toBeGreaterThan(100);
    expect(deathsAt(simulation, 'gateway')['no-address']).toBeGreaterThan(100);
  });
});

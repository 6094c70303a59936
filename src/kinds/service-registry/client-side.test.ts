// A service that calls a pool of others: which of them get its requests, and for how long a dead one stays on its list.
import { describe, expect, it } from 'vitest';
import type { Simulation } from '../../engine/simulation';
import type { Settings } from '../../model/fields';
import type { ScheduledFault } from '../../model/scenario';
import { assemble } from '../assemble';
import { deathsAt, INSTANT, smallSystem } from '../small-system';

const S = 1_000_000;

/** Leases of 9 s swept every 6 s, copied every 3 s, with heartbeats and lookups every 3 s: Eureka, ten times as fast. */
const LEASES: Settings = { leaseS: 9, sweepS: 6, cacheS: 3, preservePercent: 0, silentS: 10 };
const READINESS: Settings = { rule: 'readiness', misses: 3, probeTimeoutS: 0, propagationMs: 500 };

interface Changes {
  readonly caller?: 'service' | 'worker';
  readonly registry?: Settings;
  readonly fetches?: boolean;
  readonly heartbeatS?: number;
  readonly refreshS?: number;
  readonly faults?: readonly ScheduledFault[];
}

function system({
  caller = 'service',
  registry = LEASES,
  fetches = true,
  heartbeatS = 3,
  refreshS = 3,
  faults = [],
}: Changes): Simulation {
  const member: Settings = { ...INSTANT, pool: 1 };
  const beats: Settings = { ...INSTANT, heartbeatS };
  return assemble(
    smallSystem({
      components: {
        users: ['client', { arrivals: 'constant', ratePerSec: 30 }],
        shop: [caller],
        one: ['service'],
        two: ['service'],
        three: ['service'],
        registry: ['service-registry', registry],
      },
      connections: {
        'users>shop': INSTANT,
        'shop>one': member,
        'shop>two': member,
        'shop>three': member,
        'shop>registry': { ...beats, fetches, refreshS },
        'one>registry': beats,
        'two>registry': beats,
        'three>registry': beats,
      },
      faults,
    }),
  );
}

const crash = (target: string, atS: number, durationS = 600): ScheduledFault => ({
  atMs: 1000 * atS,
  durationMs: 1000 * durationS,
  target,
  fault: 'crash',
  params: {},
});

/** Calls that reach each of the three, and what dies at the first, a second, between two seconds. */
function between(simulation: Simulation, from: number, to: number): { calls: number[]; refused: number } {
  simulation.advance(from * S);
  simulation.resetTotals();
  const before = refusals(simulation);
  simulation.advance(to * S);
  const calls = ['one', 'two', 'three'].map(
    (id) => simulation.component(id)!.stats.totals(simulation.now).arrivals / (to - from),
  );
  return { calls, refused: (refusals(simulation) - before) / (to - from) };
}

function refusals(simulation: Simulation): number {
  return deathsAt(simulation, 'one')['refused'] ?? 0;
}

it.each(['service', 'worker'] as const)('a %s calls one of a pool for each request, in turn', (caller) => {
  const { calls } = between(system({ caller }), 5, 15);
  for (const each of calls) expect(each).toBeCloseTo(10, 0);
});

describe('one of three that has crashed', () => {
  const faults = [crash('one', 20)];

  it('gets its share as long as it is listed, and nothing after', () => {
    const simulation = system({ faults });
    expect(between(simulation, 20, 28).refused).toBeCloseTo(10, 0);
    // Lease, sweep, copy and look: 21 s at most.
    const { calls, refused } = between(simulation, 42, 60);
    expect([calls[0], refused]).toEqual([0, 0]);
    for (const each of calls.slice(1)) expect(each).toBeCloseTo(15, 0);
  });
  it('is found out sooner by readiness, probed and looked up every second', () => {
    const simulation = system({ faults, registry: READINESS, heartbeatS: 1, refreshS: 1 });
    expect(between(simulation, 26, 40).refused).toBe(0);
  });
  it('is called for ever by one who does not look it up', () => {
    expect(between(system({ faults, fetches: false }), 60, 80).refused).toBeCloseTo(10, 0);
  });
  it('is called again some time after it is back', () => {
    const simulation = system({ faults: [crash('one', 20, 30)] });
    expect(between(simulation, 45, 50).calls[0]).toBe(0);
    expect(between(simulation, 60, 80).calls[0]).toBeCloseTo(10, 0);
  });
});

it('while the registry is down, it goes by the last list it has', () => {
  const simulation = system({ faults: [crash('registry', 20, 200), crash('one', 30)] });
  expect(between(simulation, 100, 120).refused).toBeCloseTo(10, 0);
});

it('with nobody on the list, its requests die for want of an address', () => {
  const push: ScheduledFault = {
    atMs: 20_000,
    durationMs: 10_000,
    target: 'registry',
    fault: 'empty-list',
    params: {},
  };
  const simulation = system({ faults: [push] });
  simulation.advance(24 * S);
  const before = deathsAt(simulation, 'shop')['no-address'] ?? 0;
  simulation.advance(30 * S);
  expect(deathsAt(simulation, 'shop')['no-address']! - before).toBeGreaterThan(150);
  expect(between(simulation, 35, 45).calls[1]).toBeCloseTo(10, 0);
});

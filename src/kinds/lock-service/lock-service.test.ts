// Workers, a lock service and a store.
import { describe, expect, it } from 'vitest';
import type { Simulation } from '../../engine/simulation';
import type { Settings } from '../../model/fields';
import type { ScheduledFault } from '../../model/scenario';
import { assemble } from '../assemble';
import { deathsAt, INSTANT, metricOf, smallSystem } from '../small-system';

const S = 1_000_000;

interface Changes {
  readonly locks?: Settings;
  readonly lock?: Settings;
  readonly store?: Settings;
  readonly load?: Settings;
  readonly faults?: readonly ScheduledFault[];
  readonly seed?: number;
}

/** Two workers take a lock, think for 100 ms at somebody else's, and write. */
function system({ locks = {}, lock = {}, store = {}, load = {}, faults = [], seed = 7 }: Changes): Simulation {
  const worker: readonly [string, Settings] = ['service', { serviceTime: 'constant', meanMs: 1, workers: 100 }];
  const connections: Record<string, Settings> = { 'users>balancer': { ...INSTANT, timeoutMs: 0 } };
  for (const id of ['one', 'two']) {
    connections[`balancer>${id}`] = { ...INSTANT, timeoutMs: 0 };
    connections[`${id}>locks`] = { ...INSTANT, timeoutMs: 0, lockScope: 'one', leaseMs: 1000, ...lock };
    connections[`${id}>thinker`] = { ...INSTANT, timeoutMs: 0 };
    connections[`${id}>store`] = { ...INSTANT, timeoutMs: 0 };
  }
  return assemble(
    smallSystem({
      components: {
        users: ['client', { arrivals: 'constant', ratePerSec: 5, readPercent: 0, keyCount: 1, ...load }],
        balancer: ['load-balancer', { healthChecks: false }],
        one: worker,
        two: worker,
        locks: ['lock-service', { cpuMicros: 0, ...locks }],
        thinker: ['service', { serviceTime: 'constant', meanMs: 100, workers: 100 }],
        store: ['object-store', store],
      },
      connections,
      faults,
      seed,
    }),
  );
}

const freeze = (target: string, atMs: number, durationMs: number): ScheduledFault => ({
  atMs,
  durationMs,
  target,
  fault: 'pause',
  params: {},
});

const answered = (simulation: Simulation): number => simulation.system.totals(simulation.now).completions;

describe('a lock', () => {
  it('lets one request at a time through: no more than one in 100 ms and a write', () => {
    const simulation = system({ load: { ratePerSec: 50 } });
    simulation.advance(10 * S);
    expect(answered(simulation)).toBeLessThan(100);
    expect(answered(simulation)).toBeGreaterThan(50);
    expect(metricOf(simulation, 'locks', 'held')).toBeGreaterThan(0.9);
    expect(metricOf(simulation, 'locks', 'expired')).toBe(0);
  });

  it('of its own for each key lets different ones through', () => {
    const load = { ratePerSec: 50, keyCount: 1000, zipf: 0 };
    const simulation = system({ load, lock: { lockScope: 'key' } });
    simulation.advance(10 * S);
    expect(answered(simulation)).toBeGreaterThan(450);
  });

  it('that is held fails those who do not wait', () => {
    const simulation = system({ load: { ratePerSec: 50 }, locks: { busy: 'fail' } });
    simulation.advance(10 * S);
    expect(deathsAt(simulation, 'locks')['lock-held']).toBeGreaterThan(300);
    expect(metricOf(simulation, 'locks', 'lockWaiting')).toBe(0);
  });

  it('is waited for only so long', () => {
    const simulation = system({ load: { ratePerSec: 50 }, locks: { waitMs: 500 } });
    simulation.advance(10 * S);
    // About five are served in half a second, and the line is no longer than what comes in that time.
    expect(deathsAt(simulation, 'locks')['lock-held']).toBeGreaterThan(300);
    expect(metricOf(simulation, 'locks', 'lockWaiting')).toBeLessThan(26);
  });

  it('is renewed by a holder that needs longer than the lease', () => {
    const expired = (renews: boolean): number => {
      const simulation = system({ lock: { leaseMs: 50, renews } });
      simulation.advance(10 * S);
      return metricOf(simulation, 'locks', 'expired');
    };
    expect(expired(true)).toBe(0);
    expect(expired(false)).toBeGreaterThan(40);
  });

  it('of a holder that crashed goes to the next when the lease is over', () => {
    const simulation = system({ faults: [{ atMs: 2050, target: 'one', fault: 'crash', params: {} }] });
    simulation.advance(2400_000);
    const before = answered(simulation);
    simulation.advance(6 * S);
    expect(metricOf(simulation, 'locks', 'expired')).toBeLessThanOrEqual(1);
    expect(answered(simulation)).toBeGreaterThan(before + 5);
  });
});

describe('a holder that stands still', () => {
  // The lock is held most of the time; both are frozen for longer than a lease, one after the other.
  const faults = [freeze('one', 2000, 3000), freeze('two', 8000, 3000), freeze('one', 14_000, 3000)];
  const load = { ratePerSec: 9 };
  const run = (changes: Changes): Simulation => {
    const simulation = system({ faults, load, ...changes });
    simulation.advance(20 * S);
    return simulation;
  };

  it('writes after its lease is over, which nobody notices but the count', () => {
    const simulation = run({});
    expect(metricOf(simulation, 'store', 'zombieWrites')).toBeGreaterThanOrEqual(1);
    expect(metricOf(simulation, 'locks', 'zombies')).toBeGreaterThanOrEqual(1);
    expect(metricOf(simulation, 'locks', 'expired')).toBeGreaterThanOrEqual(1);
  });

  it.each(['reject-row', 'reject-all'])('is fenced off by a store with %s', (oldTokens) => {
    const simulation = run({ store: { oldTokens } });
    expect(metricOf(simulation, 'store', 'zombieWrites')).toBe(0);
    expect(deathsAt(simulation, 'store')['fenced']).toBeGreaterThanOrEqual(1);
  });

  it('is no harm while its lease lasts', () => {
    const simulation = run({ lock: { leaseMs: 10_000 } });
    expect(metricOf(simulation, 'store', 'zombieWrites')).toBe(0);
    expect(metricOf(simulation, 'locks', 'expired')).toBe(0);
  });
});

describe('a lock service in trouble', () => {
  it('keeps leases over a restart, or forgets them', () => {
    const faults = [
      { atMs: 2000, durationMs: 300, target: 'locks', fault: 'crash', params: {} },
      freeze('one', 1900, 5000),
    ];
    const held = (durable: boolean): number => {
      const simulation = system({ locks: { durable }, lock: { leaseMs: 3000 }, load: { ratePerSec: 9 }, faults });
      simulation.advance(2350_000);
      return metricOf(simulation, 'locks', 'granted');
    };
    expect(held(true)).toBeGreaterThan(0);
    expect(held(false)).toBeGreaterThanOrEqual(held(true));
  });

  it.each(['forget-leases', 'clock-jump'])('has two holders at once after %s', (fault) => {
    const faults = Array.from({ length: 20 }, (_, i) => ({ atMs: 1030 + 170 * i, target: 'locks', fault, params: {} }));
    const simulation = system({ load: { ratePerSec: 50 }, faults });
    simulation.advance(10 * S);
    expect(metricOf(simulation, 'locks', 'zombies')).toBeGreaterThan(5);
  });
});

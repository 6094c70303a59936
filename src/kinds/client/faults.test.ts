import { describe, expect, it } from 'vitest';
import { FLAG } from '../../engine/calls';
import type { Simulation } from '../../engine/simulation';
import type { Settings } from '../../model/fields';
import type { ScheduledFault } from '../../model/scenario';
import { MICROS_PER_SECOND as SECOND } from '../../model/units';
import { assemble } from '../assemble';
import { faceOf, INSTANT, metricOf, smallSystem } from '../small-system';

type Fault = Omit<ScheduledFault, 'target'>;

/** Nobody answers when `silent`; else everybody at once. */
function run(client: Settings, faults: readonly Fault[], silent = false): Simulation {
  const frozen: ScheduledFault[] = silent ? [{ target: 's', fault: 'pause', atMs: 0, params: {} }] : [];
  return assemble(
    smallSystem({
      components: {
        users: ['client', client],
        s: ['service', { serviceTime: 'constant', meanMs: 1, workers: 1000, queueLimit: 100_000 }],
      },
      connections: { 'users>s': { ...INSTANT, timeoutMs: 0 } },
      faults: [...frozen, ...faults.map((fault) => ({ ...fault, target: 'users' }))],
    }),
  );
}

function plannedIn(simulation: Simulation, fromS: number, toS: number): number {
  simulation.advance(fromS * SECOND);
  const before = metricOf(simulation, 'users', 'planned');
  simulation.advance(toS * SECOND);
  return metricOf(simulation, 'users', 'planned') - before;
}

const STEP: Fault = { fault: 'load-step', atMs: 10_000, durationMs: 10_000, params: { factor: 4 } };

describe('load step', () => {
  it('multiplies open load while it lasts', () => {
    const simulation = run({ arrivals: 'constant', ratePerSec: 100 }, [STEP]);
    expect(plannedIn(simulation, 1, 9)).toBe(800);
    expect(plannedIn(simulation, 11, 19)).toBe(3200);
    expect(faceOf(simulation, 'users')).toEqual([1, 400]);
    expect(plannedIn(simulation, 21, 29)).toBe(800);
  });

  it.each(['poisson', 'bursty', 'diurnal', 'steps', 'spike'])('multiplies %s load', (arrivals) => {
    const settings = {
      arrivals,
      ratePerSec: 500,
      burstRatePerSec: 500,
      swingPercent: 0,
      stepPerSec: 0,
      spikeFactor: 1,
    };
    const simulation = run(settings, [STEP]);
    for (const [from, mean] of [
      [0, 5000],
      [10, 20_000],
      [20, 5000],
    ] as const) {
      expect(Math.abs(plannedIn(simulation, from, from + 10) - mean)).toBeLessThanOrEqual(4 * Math.sqrt(mean));
    }
  });

  it('brings more users, who leave again', () => {
    const simulation = run({ workload: 'closed', users: 10, thinkTime: 'constant', thinkMs: 99 }, [STEP]);
    // Each user asks every 100 ms.
    expect(plannedIn(simulation, 1, 9)).toBe(800);
    expect(plannedIn(simulation, 11, 19)).toBe(3200);
    expect(faceOf(simulation, 'users')).toEqual([2, 40]);
    expect(plannedIn(simulation, 21, 29)).toBe(800);
    expect(faceOf(simulation, 'users')).toEqual([2, 10]);
  });

  it('brings more visits', () => {
    const simulation = run({ workload: 'partly-open', sessionsPerSec: 200, stayPercent: 0 }, [STEP]);
    const mean = 200 * 4 * 10;
    expect(Math.abs(plannedIn(simulation, 10, 20) - mean)).toBeLessThanOrEqual(4 * Math.sqrt(mean));
  });

  it('can be no load at all, and it comes back', () => {
    const none = { ...STEP, params: { factor: 0 } };
    const simulation = run({ arrivals: 'constant', ratePerSec: 100 }, [none]);
    expect(plannedIn(simulation, 11, 19)).toBe(0);
    expect(plannedIn(simulation, 21, 29)).toBe(800);
  });
});

describe('load spike', () => {
  it('ends by itself, and multiplies with a step', () => {
    const spike: Fault = { fault: 'load-spike', atMs: 14_000, params: { factor: 2, forS: 4 } };
    const simulation = run({ arrivals: 'constant', ratePerSec: 100 }, [STEP, spike]);
    expect(plannedIn(simulation, 11, 13)).toBe(800);
    expect(plannedIn(simulation, 15, 17)).toBe(1600);
    expect(plannedIn(simulation, 18.5, 19.5)).toBe(400);
    expect(plannedIn(simulation, 21, 23)).toBe(200);
  });

  it('gives way to a new one', () => {
    const spikes = [10_000, 12_000].map((atMs, i): Fault => ({
      fault: 'load-spike',
      atMs,
      params: { factor: 2 + i, forS: 4 },
    }));
    const simulation = run({ arrivals: 'constant', ratePerSec: 100 }, spikes);
    expect(plannedIn(simulation, 10.5, 11.5)).toBe(200);
    expect(plannedIn(simulation, 14.5, 15.5)).toBe(300);
    expect(plannedIn(simulation, 16.5, 17.5)).toBe(100);
  });
});

describe('reconnect storm', () => {
  const storm: Fault = { fault: 'reconnect-storm', atMs: 1000, params: { percent: 30 } };

  it.each<[string, Settings, number]>([
    ['a share of the addresses', { ratePerSec: 0, addresses: 2000 }, 600],
    ['a share of the users', { workload: 'closed', users: 40, thinkTime: 'constant', thinkMs: 600_000 }, 12],
    ['visitors', { workload: 'partly-open', sessionsPerSec: 0, addresses: 10 }, 3],
  ])('%s ask at the same moment, once', (_, settings, comers) => {
    const simulation = run(settings, [storm]);
    simulation.advance(SECOND);
    expect(metricOf(simulation, 'users', 'planned')).toBe(0);
    simulation.advance(SECOND + 1);
    expect(metricOf(simulation, 'users', 'planned')).toBe(comers);
    expect(simulation.system.inSystem).toBe(comers);
    simulation.advance(20 * SECOND);
    expect(simulation.system.totals(simulation.now)).toMatchObject({ arrivals: comers, completions: comers });
  });

  it('comes from different addresses', () => {
    const simulation = run({ ratePerSec: 0, addresses: 2000 }, [storm], true);
    simulation.advance(2 * SECOND);
    const { calls } = simulation;
    const users = Array.from({ length: calls.used }, (_, call) => calls.user(call));
    expect(users).toHaveLength(600);
    expect(new Set(users).size).toBe(600);
  });

  it('stays within the limit of the generator', () => {
    const simulation = run({ ratePerSec: 0, limit: 'drop', maxInFlight: 50, addresses: 1000 }, [storm], true);
    simulation.advance(2 * SECOND);
    expect(simulation.system.inSystem).toBe(50);
    expect(metricOf(simulation, 'users', 'dropped')).toBe(250);
  });
});

describe('hot key', () => {
  function keys(faults: readonly Fault[]): number[] {
    const client = { arrivals: 'constant', ratePerSec: 1000, keys: 'uniform', keyCount: 1_000_000 };
    const simulation = run(client, faults, true);
    simulation.advance(10 * SECOND);
    const { calls } = simulation;
    return Array.from({ length: calls.used }, (_, call) => call)
      .filter((call) => calls.flags(call) & FLAG.live)
      .sort((a, b) => calls.serial(a) - calls.serial(b))
      .map((call) => calls.key(call));
  }

  it('takes its share, and leaves the others as they were', () => {
    const usual = keys([]);
    const hot = keys([{ fault: 'hot-key', atMs: 2000, durationMs: 4000, params: { percent: 40, key: 77 } }]);
    const during = hot.slice(2000, 5999);
    const share = during.filter((key) => key === 77).length / during.length;
    expect(Math.abs(share - 0.4)).toBeLessThanOrEqual(4 * Math.sqrt((0.4 * 0.6) / during.length));
    expect(hot.map((key, i) => (key === 77 ? usual[i] : key))).toEqual(usual);
    expect(hot.slice(0, 1998)).toEqual(usual.slice(0, 1998));
    expect(hot.slice(6001)).toEqual(usual.slice(6001));
  });
});

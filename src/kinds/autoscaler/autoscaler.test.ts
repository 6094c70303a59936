// An autoscaler and its service, second by second.
import { describe, expect, it } from 'vitest';
import type { Simulation } from '../../engine/simulation';
import type { Settings } from '../../model/fields';
import { causeCode } from '../../model/outcome';
import type { ScheduledFault } from '../../model/scenario';
import { assemble } from '../assemble';
import { INSTANT, metricOf, smallSystem } from '../small-system';

const S = 1_000_000;

/** 100 requests a second of 20 ms: 3.3 instances of one core at 60 %. */
function system(
  scaler: Settings = {},
  service: Settings = {},
  load: Settings = {},
  faults: readonly ScheduledFault[] = [],
): Simulation {
  return assemble(
    smallSystem({
      components: {
        users: ['client', { arrivals: 'constant', ratePerSec: 100, ...load }],
        service: ['service', { serviceTime: 'constant', meanMs: 20, workers: 1, queueLimit: 20, ...service }],
        scaler: ['autoscaler', { minInstances: 1, provisionS: 0, ...scaler }],
      },
      connections: { 'users>service': { ...INSTANT, timeoutMs: 0 }, 'scaler>service': INSTANT },
      faults,
    }),
  );
}

/** Instances wanted by the service just after each of these seconds. */
function instances(simulation: Simulation, seconds: readonly number[]): number[] {
  return seconds.map((second) => {
    simulation.advance(second * S + 100);
    const { behaviour } = simulation.component('service')!;
    return behaviour.measure!(4);
  });
}

const every15 = (to: number): number[] => Array.from({ length: to / 15 }, (_, i) => (i + 1) * 15);

describe('the usual rule', () => {
  it('grows step by step, because a saturated processor shows 100 %, and comes to rest at λ·S/0.6', () => {
    // Measured from 0 to 15 s, used at 30 s: 1 → ⌈1/0.6⌉ = 2 → 4, where each is busy half of the time.
    expect(instances(system(), every15(120))).toEqual([1, 2, 2, 4, 4, 4, 4, 4]);
  });

  it('does not believe what it measured before the last change', () => {
    // At 45 s the new instance has not been measured for a whole interval: it counts as idle, which is no reason for more.
    expect(instances(system(), [44, 45, 59, 60])).toEqual([2, 2, 2, 4]);
  });

  it('by rate needs one step: rates have no ceiling', () => {
    expect(instances(system({ metric: 'requests', targetEach: 30 }), every15(60))).toEqual([1, 4, 4, 4]);
  });

  it('takes away only when five minutes have wished for less', () => {
    const drop = { atMs: 120_000, target: 'users', fault: 'load-step', params: { factor: 0.25 } };
    const simulation = system({}, {}, {}, [drop]);
    // The interval until 120 s is used at 135 s: that is the last high wish.
    expect(instances(simulation, [134, 434, 435])).toEqual([4, 4, 1]);
  });

  it('keeps to its borders at once', () => {
    expect(instances(system({ minInstances: 3 }), [14, 15])).toEqual([1, 3]);
    expect(instances(system({ maxInstances: 3 }), every15(90))).toEqual([1, 2, 2, 3, 3, 3]);
    expect(instances(system({ minInstances: 1, maxInstances: 5 }, { instances: 9 }), [14, 15])).toEqual([9, 5]);
  });

  it('changes nothing without metrics, and catches up when they are back', () => {
    const lost = { atMs: 0, durationMs: 100_000, target: 'scaler', fault: 'metrics-missing', params: {} };
    const simulation = system({}, {}, {}, [lost]);
    expect(instances(simulation, [100, 134, 135])).toEqual([1, 1, 2]);
    expect(metricOf(simulation, 'scaler', 'blind')).toBe(8);
  });

  it('changes nothing while it stands still', () => {
    const frozen = { atMs: 0, durationMs: 200_000, target: 'scaler', fault: 'pause', params: {} };
    expect(instances(system({}, {}, {}, [frozen]), [199])).toEqual([1]);
  });
});

describe('machines', () => {
  it('take their time', () => {
    // Decided at 30 s, there between 10 s and 30 s later.
    const simulation = system({ provisionS: 20 });
    expect(instances(simulation, [39, 61])).toEqual([1, 2]);
    expect(metricOf(simulation, 'scaler', 'provisioning')).toBeGreaterThan(0);
  });

  it('come one by one when only so many can be prepared', () => {
    const limit = { atMs: 0, target: 'scaler', fault: 'provisioning-limit', params: { atOnce: 1 } };
    const settings = { metric: 'requests', targetEach: 10, provisionS: 10, upPercent: 1000 };
    expect(instances(system(settings), [46])).toEqual([10]);
    const slow = instances(system(settings, {}, {}, [limit]), [46, 76])!;
    expect(slow[0]).toBeGreaterThanOrEqual(2);
    expect(slow[0]).toBeLessThanOrEqual(4);
    expect(slow[1]).toBeLessThan(10);
  });
});

describe('a service that is scaled', () => {
  const ready = (simulation: Simulation, second: number): number => {
    simulation.advance(second * S);
    simulation.resetTotals();
    simulation.advance(second * S + S / 2);
    return metricOf(simulation, 'service', 'ready');
  };

  it('starts new instances up before they get requests', () => {
    const simulation = system({ minInstances: 3 }, { startupS: 5 });
    expect([14, 16, 19, 21].map((second) => ready(simulation, second))).toEqual([1, 1, 1, 3]);
  });

  it('lets those taken away finish, and resets what is left after their time', () => {
    const slow = { meanMs: 8000, workers: 100, instances: 2 };
    const lost = (drainS: number): Readonly<Record<string, number>> => {
      const simulation = system({ maxInstances: 1 }, { ...slow, drainS }, { ratePerSec: 10 });
      simulation.advance(30 * S);
      const { failures, deathsByCause } = simulation.component('service')!.stats.totals(simulation.now);
      return { failures, reset: deathsByCause[causeCode('reset')]! };
    };
    expect(lost(10)).toEqual({ failures: 0, reset: 0 });
    // Taken away at 15 s: of its 5 requests a second those of the last 8 s are inside, and after 5 s those of the last 3 s.
    expect(lost(5)).toEqual({ failures: 15, reset: 15 });
    expect(lost(0)).toEqual({ failures: 40, reset: 40 });
  });

  it('has more or fewer instances than ordered while capacity is added or missing', () => {
    const faults = [
      { atMs: 1000, durationMs: 1000, target: 'service', fault: 'capacity-add', params: { count: 3 } },
      { atMs: 3000, durationMs: 1000, target: 'service', fault: 'capacity-remove', params: { count: 1 } },
    ];
    const simulation = system({ minInstances: 2 }, { instances: 2 }, {}, faults);
    expect(instances(simulation, [0.5, 1.5, 2.5, 3.5, 4.5])).toEqual([2, 5, 2, 1, 2]);
  });

  it('without any instance refuses', () => {
    const fault = { atMs: 1000, durationMs: 1000, target: 'service', fault: 'capacity-remove', params: {} };
    const simulation = system({}, {}, { ratePerSec: 20 }, [fault]);
    simulation.advance(3 * S);
    const { failures, arrivals } = simulation.component('service')!.stats.totals(simulation.now);
    expect(failures).toBe(20);
    expect(arrivals).toBe(59);
  });
});

// What becomes of requests: what callers see, other tries, queues before backends, and callers that give up.
import { describe, expect, it } from 'vitest';
import type { Settings } from '../../model/fields';
import { MICROS_PER_SECOND as SECOND } from '../../model/units';
import { deathsAt, faultAt, metricOf } from '../small-system';
import { balancerSystem, type Setup } from './testing/balancer-system';

describe('what callers see', () => {
  it('is 502 when a backend refuses or breaks off, and 504 when it does not answer', () => {
    const simulation = balancerSystem({
      outgoing: { timeoutMs: 500 },
      faults: [faultAt('s0', 'crash', 1000), faultAt('s1', 'pause', 1000)],
    });
    simulation.advance(2 * SECOND);
    const refused = simulation.component('s0')!.stats.deaths(1);
    expect(metricOf(simulation, 'lb', 'status502')).toBeGreaterThanOrEqual(refused);
    expect(metricOf(simulation, 'lb', 'status502')).toBeLessThanOrEqual(refused + 1);
    expect(metricOf(simulation, 'lb', 'status504')).toBe(deathsAt(simulation, 'lb')['timeout']);
    expect(metricOf(simulation, 'lb', 'status503')).toBe(0);
  });

  it('is the error of the backend when that answers', () => {
    const simulation = balancerSystem({ backends: [{ workers: 1, queueLimit: 0, meanMs: 100 }] });
    simulation.advance(2 * SECOND);
    expect(deathsAt(simulation, 's0')['queue-full']).toBeGreaterThan(100);
    for (const status of ['status502', 'status503', 'status504']) expect(metricOf(simulation, 'lb', status)).toBe(0);
  });
});

describe('trying another backend', () => {
  it('hides a crash from reads and writes, since nothing was begun', () => {
    const simulation = balancerSystem({
      load: { readPercent: 50 },
      balancer: { tries: 2 },
      faults: [faultAt('s0', 'crash', 1000)],
    });
    simulation.advance(5 * SECOND);
    // Only what was inside when it crashed: a write that may have happened is not done twice.
    expect(simulation.system.totals(simulation.now).failures).toBeLessThanOrEqual(2);
    expect(metricOf(simulation, 'lb', 'triedElsewhere')).toBeGreaterThan(395);
    expect(deathsAt(simulation, 's0')['refused']).toBeGreaterThan(395);
  });

  it('goes on to a third when the second refuses too, and gives up after the last', () => {
    const faults = [faultAt('s0', 'crash', 0), faultAt('s1', 'crash', 0)];
    const failures = (tries: number): number => {
      const simulation = balancerSystem({ balancer: { policy: 'random', tries }, faults });
      simulation.advance(10 * SECOND);
      return simulation.system.totals(simulation.now).failures;
    };
    expect(failures(3)).toBe(0);
    // Two of three are dead, then one of the other two.
    expect(Math.abs(failures(2) / 2999 - 1 / 3)).toBeLessThan(4 * Math.sqrt(2 / 9 / 2999));
  });

  it('takes a read that is not answered elsewhere, and leaves a write alone', () => {
    const failed = (readPercent: number): number => {
      const simulation = balancerSystem({
        load: { readPercent },
        balancer: { tries: 2 },
        outgoing: { timeoutMs: 200 },
        faults: [faultAt('s0', 'pause', 1000)],
      });
      simulation.advance(5 * SECOND);
      return simulation.system.totals(simulation.now).failures;
    };
    expect(failed(100)).toBe(0);
    expect(failed(0)).toBeGreaterThan(350);
  });
});

describe('a limit for each backend', () => {
  it('lets requests wait here instead of there, in their order', () => {
    const simulation = balancerSystem({
      load: { ratePerSec: 100 },
      balancer: { maxConnections: 1, cpuMicros: 0 },
      backends: [{ meanMs: 15 }],
    });
    simulation.advance(SECOND);
    // From 10 ms on, one every 15 ms: 65 are through.
    expect(simulation.component('s0')!.stats.inSystem).toBe(1);
    expect(simulation.component('lb')!.stats.inSystem).toBe(99 - 65);
    expect(metricOf(simulation, 'lb', 'queued')).toBeGreaterThan(14);
    expect(simulation.system.totals(simulation.now).failures).toBe(0);
  });

  it('turns away who has waited too long, and who finds the queue full', () => {
    const base: Settings = { maxConnections: 1, cpuMicros: 0 };
    const slow = { load: { ratePerSec: 100 }, backends: [{ meanMs: 100 }] };
    const patient = balancerSystem({ ...slow, balancer: { ...base, queueTimeoutMs: 500 } });
    patient.advance(10 * SECOND);
    expect(Object.keys(deathsAt(patient, 'lb'))).toEqual(['queue-timeout']);
    // Nine of ten leave, after half a second: Little.
    expect(metricOf(patient, 'lb', 'queued')).toBeGreaterThan(45);
    expect(metricOf(patient, 'lb', 'queued')).toBeLessThanOrEqual(50);
    const short = balancerSystem({ ...slow, balancer: { ...base, queueLimit: 3 } });
    short.advance(10 * SECOND);
    expect(Object.keys(deathsAt(short, 'lb'))).toEqual(['queue-full']);
    expect(metricOf(short, 'lb', 'status503')).toBe(deathsAt(short, 'lb')['queue-full']);
    expect(short.component('lb')!.stats.inSystem).toBe(4);
  });

  it('tells who waits when the last backend is gone, and sends them on when a limit is lifted', () => {
    const simulation = balancerSystem({ balancer: { maxConnections: 1 }, backends: [{ meanMs: 1000 }] });
    simulation.advance(SECOND / 2);
    const waiting = simulation.component('lb')!.stats.inSystem - 1;
    expect(waiting).toBeGreaterThan(100);
    simulation.intervene({ type: 'edit', edit: { type: 'remove-connection', id: 'lb>s0' } });
    simulation.advance(SECOND / 2 + 2);
    expect(deathsAt(simulation, 'lb')).toEqual({ 'no-backend': waiting });
    const plain: Settings = { healthChecks: false, cpuMicros: 0 };
    const lifted = balancerSystem({
      balancer: { ...plain, maxConnections: 1 },
      backends: [{ meanMs: 1000, workers: 500 }],
    });
    lifted.advance(SECOND / 2);
    lifted.intervene({ type: 'edit', edit: { type: 'configure-component', id: 'lb', config: plain } });
    lifted.advance(SECOND / 2 + 2);
    expect(lifted.component('s0')!.stats.inSystem).toBe(lifted.component('lb')!.stats.inSystem);
  });
});

describe('a caller that gives up and says so', () => {
  it('leaves the queue here, and the one of the backend if that is told too', () => {
    const impatient: Settings = { timeoutMs: 100, cancel: true };
    const setup: Setup = { load: { ratePerSec: 100 }, backends: [{ meanMs: 200, workers: 1 }], incoming: impatient };
    const inQueue = balancerSystem({
      ...setup,
      backends: [{ meanMs: 10_000, workers: 1000 }],
      balancer: { maxConnections: 1 },
    });
    inQueue.advance(5 * SECOND);
    // Those of the last 100 ms: one at the backend, the others in the queue.
    expect(inQueue.component('lb')!.stats.inSystem).toBeLessThanOrEqual(11);
    expect(deathsAt(inQueue, 'lb')['cancelled']).toBeGreaterThan(480);
    const told = balancerSystem({ ...setup, outgoing: { cancel: true } });
    told.advance(5 * SECOND);
    expect(told.component('s0')!.stats.inSystem).toBeLessThanOrEqual(12);
    const untold = balancerSystem(setup);
    untold.advance(5 * SECOND);
    expect(untold.component('s0')!.stats.inSystem).toBe(65);
    expect(untold.component('lb')!.stats.inSystem).toBeLessThanOrEqual(11);
  });
});

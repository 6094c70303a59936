// What a balancer does about backends that fail or come back.
import { describe, expect, it } from 'vitest';
import type { Simulation } from '../../engine/simulation';
import type { Settings } from '../../model/fields';
import { MICROS_PER_SECOND as SECOND } from '../../model/units';
import { deathsAt, faceOf, faultAt, metricOf } from '../small-system';
import { BACKEND_STATE } from './backend';
import { balancerSystem, lastSecond, states } from './testing/balancer-system';

describe('passive checks', () => {
  const ejection: Settings = { ejection: true, ejectAfter: 5, ejectionS: 2 };

  it('eject after five errors in a row, for longer each time', () => {
    const simulation = balancerSystem({
      balancer: ejection,
      faults: [faultAt('s1', 'errors', 1000, undefined, { percent: 100 })],
    });
    const log: [string, number][] = [];
    let last = '';
    while (simulation.step(12 * SECOND)) {
      const now = states(simulation).join('');
      if (now !== last) log.push([(last = now), simulation.now]);
    }
    expect(log.map(([state]) => state)).toEqual(['111', '121', '111', '121', '111', '121']);
    const times = log.map(([, time]) => time);
    // Every third of 300 requests a second, so every 10 ms.
    expect(times[1]! - SECOND).toBeGreaterThan(40_000);
    expect(times[1]! - SECOND).toBeLessThan(60_000);
    expect(times[2]! - times[1]!).toBe(2 * SECOND);
    expect(times[4]! - times[3]!).toBe(4 * SECOND);
    expect(metricOf(simulation, 'lb', 'ejected')).toBe(3);
    // The errors are those of the backend.
    expect(deathsAt(simulation, 's1')).toEqual({ error: 15 });
    expect(deathsAt(simulation, 'lb')).toEqual({});
  });

  it('need errors in a row: every other one good is enough to stay', () => {
    const simulation = balancerSystem({
      balancer: ejection,
      faults: [faultAt('s1', 'errors', 0, undefined, { percent: 20 })],
    });
    simulation.advance(5 * SECOND);
    expect(metricOf(simulation, 'lb', 'ejected')).toBe(0);
  });

  it.each([
    [10, 1],
    [50, 2],
    [100, 4],
  ])('eject at most %d %% of four, but always one', (maxEjectedPercent, out) => {
    const simulation = balancerSystem({
      balancer: { ...ejection, maxEjectedPercent, ejectionS: 100 },
      backends: [{}, {}, {}, {}],
      faults: [0, 1, 2, 3].map((i) => faultAt(`s${i}`, 'errors', 0, undefined, { percent: 100 })),
    });
    simulation.advance(5 * SECOND);
    expect(states(simulation).filter((state) => state === BACKEND_STATE.ejected)).toHaveLength(out);
    expect(deathsAt(simulation, 'lb')['no-backend'] ?? 0).toBe(out === 4 ? metricOf(simulation, 'lb', 'status503') : 0);
  });

  it('take everybody back when they are switched off', () => {
    const simulation = balancerSystem({
      balancer: { ...ejection, ejectionS: 100 },
      faults: [faultAt('s1', 'errors', 0, 1000, { percent: 100 })],
    });
    simulation.advance(2 * SECOND);
    expect(states(simulation)).toEqual([1, 2, 1]);
    simulation.intervene({
      type: 'edit',
      edit: { type: 'configure-component', id: 'lb', config: { healthChecks: false } },
    });
    simulation.advance(3 * SECOND);
    expect(states(simulation)).toEqual([1, 1, 1]);
  });

  it('cure the sinkhole: least connections loves a backend that fails fast', () => {
    const failed = (balancer: Settings): number => {
      const simulation = balancerSystem({
        load: { ratePerSec: 300, arrivals: 'poisson' },
        balancer: { policy: 'least-connections', ...balancer },
        backends: [0, 1, 2].map(() => ({ meanMs: 50, workers: 8 })),
        faults: [faultAt('s1', 'errors', 0, undefined, { percent: 100 })],
      });
      simulation.advance(20 * SECOND);
      const { failures, arrivals: all } = simulation.system.totals(simulation.now);
      return failures / all;
    };
    const fair = failed({ policy: 'round-robin' });
    expect(fair).toBeGreaterThan(0.32);
    expect(fair).toBeLessThan(0.34);
    expect(failed({})).toBeGreaterThan(0.85);
    expect(failed({ ejection: true })).toBeLessThan(0.01);
  });
});

describe('active checks', () => {
  it('notice a crash after four to six seconds, five on average (V27)', () => {
    const delays: number[] = [];
    for (let seed = 1; seed <= 8; seed++) {
      const count = 60;
      const simulation = balancerSystem({
        load: { ratePerSec: 0 },
        balancer: { healthChecks: true, checkIntervalMs: 2000, fall: 3 },
        backends: Array.from({ length: count }, () => ({})),
        faults: Array.from({ length: count }, (_, i) => faultAt(`s${i}`, 'crash', 5000)),
        seed,
      });
      simulation.advance(5 * SECOND);
      let down = 0;
      while (simulation.step(12 * SECOND)) {
        const now = states(simulation).filter((state) => state === BACKEND_STATE.down).length;
        for (; down < now; down++) delays.push((simulation.now - 5 * SECOND) / SECOND);
      }
    }
    expect(delays).toHaveLength(480);
    expect(Math.min(...delays)).toBeGreaterThanOrEqual(4);
    expect(Math.max(...delays)).toBeLessThanOrEqual(6);
    const mean = delays.reduce((sum, delay) => sum + delay, 0) / delays.length;
    // Uniform over two seconds: a standard deviation of 0.577 s each.
    expect(Math.abs(mean - 5)).toBeLessThan(4 * (0.577 / Math.sqrt(480)));
  });

  it('lead to a slow start, from a tenth to the whole share', () => {
    const simulation = balancerSystem({
      balancer: { healthChecks: true, checkIntervalMs: 100, rise: 1, fall: 1, slowStartS: 10 },
      faults: [faultAt('s1', 'crash', 1000, 1000)],
    });
    const ids = ['s0', 's1', 's2'];
    simulation.advance(1.5 * SECOND);
    expect(states(simulation)).toEqual([1, 0, 1]);
    simulation.advance(2.2 * SECOND);
    expect(states(simulation)).toEqual([1, 4, 1]);
    // A share of 0.1 to 0.2 beside 1 and 1, then of about a half, then all of it.
    expect(lastSecond(simulation, ids)[1]).toBeLessThan(300 * (0.2 / 2.2));
    simulation.advance(6.6 * SECOND);
    const half = lastSecond(simulation, ids)[1]! / 300;
    expect(half).toBeGreaterThan(0.45 / 2.45);
    expect(half).toBeLessThan(0.6 / 2.6);
    simulation.advance(13 * SECOND);
    expect(states(simulation)).toEqual([1, 1, 1]);
    expect(lastSecond(simulation, ids)).toEqual([100, 100, 100]);
  });

  it('end in a panic below the threshold: everybody gets requests', () => {
    const faults = [faultAt('s0', 'crash', 1000), faultAt('s1', 'crash', 1000)];
    const settled = (panicPercent: number): Simulation => {
      const simulation = balancerSystem({
        balancer: { healthChecks: true, checkIntervalMs: 100, fall: 1, panicPercent },
        faults,
      });
      simulation.advance(2 * SECOND);
      return simulation;
    };
    expect(lastSecond(settled(33), ['s2'])).toEqual([300]);
    const panicking = settled(50);
    expect(lastSecond(panicking, ['s2'])).toEqual([100]);
    expect(faceOf(panicking, 'lb').slice(-3)).toEqual([2, 1, 3]);
    expect(states(panicking)).toEqual([0, 0, 1]);
  });
});

// Partly open load, and users who would ask for ever in no time.
import { describe, expect, it } from 'vitest';
import type { Simulation } from '../../engine/simulation';
import type { Settings } from '../../model/fields';
import { MICROS_PER_SECOND as SECOND } from '../../model/units';
import { assemble } from '../assemble';
import { faceOf, INSTANT, metricOf, smallSystem } from '../small-system';

function run(client: Settings, meanMs: number): Simulation {
  return assemble(
    smallSystem({
      components: {
        users: ['client', client],
        s: ['service', { serviceTime: 'constant', meanMs, workers: 1000 }],
      },
      connections: { 'users>s': INSTANT },
    }),
  );
}

describe('partly open load', () => {
  const visits = {
    workload: 'partly-open',
    sessionsPerSec: 20,
    stayPercent: 75,
    thinkTime: 'constant',
    thinkMs: 100,
  };

  it('asks 1 / (1 − p) times a visit', () => {
    const simulation = run(visits, 5);
    simulation.advance(1000 * SECOND);
    const [sessions, perVisit] = [20 * 1000, 1 / (1 - 0.75)];
    // A geometric number of requests for each of a Poisson number of visits: variance sessions × (mean² + p/(1−p)²).
    const deviation = Math.sqrt(sessions * (perVisit ** 2 + 0.75 / 0.25 ** 2));
    const { arrivals } = simulation.system.totals(simulation.now);
    expect(Math.abs(arrivals - sessions * perVisit)).toBeLessThanOrEqual(4 * deviation);
    expect(metricOf(simulation, 'users', 'planned')).toBe(arrivals);
  });

  it("has as many visitors as Little's law says", () => {
    const simulation = run(visits, 5);
    let all = 0;
    const looks = 1000;
    for (let i = 1; i <= looks; i++) {
      simulation.advance(10 * SECOND + i * SECOND);
      const [phrase, rate, here] = faceOf(simulation, 'users');
      expect([phrase, rate]).toEqual([8, 20]);
      all += here!;
    }
    // Four requests of 5 ms and three pauses of 100 ms. The number is Poisson (M/G/∞), and hardly correlated over 1 s.
    const mean = 20 * (4 * 0.005 + 3 * 0.1);
    expect(Math.abs(all / looks - mean)).toBeLessThanOrEqual(6 * Math.sqrt(mean / looks));
  });

  it('is one request a visit when nobody stays, and comes at the same times whoever stays', () => {
    const simulation = run({ ...visits, stayPercent: 0 }, 5);
    simulation.advance(100 * SECOND);
    const open = run({ ratePerSec: 20 }, 5);
    open.advance(100 * SECOND);
    expect(simulation.system.totals(simulation.now)).toEqual(open.system.totals(open.now));
  });

  it('goes on when nobody is there to answer', () => {
    const simulation = assemble(
      smallSystem({ components: { users: ['client', { ...visits, stayPercent: 99, thinkMs: 0 }] }, connections: {} }),
    );
    simulation.advance(SECOND);
    expect(faceOf(simulation, 'users')[2]).toBeGreaterThan(0);
    expect(simulation.system.totals(simulation.now).inSystem).toBe(0);
  });
});

it.each<[string, Settings]>([
  ['closed', { users: 2 }],
  ['partly-open', { sessionsPerSec: 1000, stayPercent: 99 }],
])('%s: a microsecond passes between an answer in no time and the next request', (workload, settings) => {
  const simulation = run({ workload, thinkMs: 0, ...settings }, 0);
  simulation.advance(SECOND / 100);
  expect(simulation.now).toBe(SECOND / 100);
  if (workload === 'closed') expect(simulation.system.totals(simulation.now).arrivals).toBe(2 * 10_000);
});

import { describe, expect, it } from 'vitest';
import type { Settings } from '../../model/fields';
import { MICROS_PER_SECOND as SECOND } from '../../model/units';
import { assemble } from '../assemble';
import { eventLog, faceOf, smallSystem } from '../small-system';
import { asked, configure, run, unanswered } from './testing/client-system';

describe('closed load', () => {
  const two: Settings = { workload: 'closed', users: 2, thinkTime: 'constant', thinkMs: 10 };

  it('thinks, asks, waits for the answer, and thinks again', () => {
    expect(eventLog(run(two, {}, { workers: 1 }), 31)).toEqual([
      '10 timer users',
      '10 timer users',
      '10 arrival users>s',
      '10 arrival users>s',
      '15 timer s',
      '15 answer users>s',
      '20 timer s',
      '20 answer users>s',
      '25 timer users',
      '25 arrival users>s',
      '30 timer s',
      '30 answer users>s',
      '30 timer users',
      '30 arrival users>s',
    ]);
  });

  it('keeps to the law of response time: throughput × (response + think time) = users', () => {
    const simulation = run({ ...two, users: 10, thinkMs: 90 }, {}, { meanMs: 10 });
    // Every user asks once each 100 ms, first at 90 ms.
    simulation.advance(10 * SECOND);
    expect(simulation.system.totals(simulation.now).completions).toBe(990);
    simulation.advance(10 * SECOND + 1);
    expect(simulation.system.totals(simulation.now).completions).toBe(1000);
  });

  it('takes users in at once and lets them go after their answer', () => {
    const always = { ...two, users: 5, thinkMs: 0 };
    const simulation = run(always, {}, { meanMs: 10 });
    const open = (): number => simulation.system.inSystem;
    simulation.advance(SECOND);
    expect(open()).toBe(5);
    configure(simulation, { ...always, users: 2 });
    simulation.advance(simulation.now + 2);
    expect(open()).toBe(5);
    simulation.advance(2 * SECOND);
    expect(open()).toBe(2);
    expect(faceOf(simulation, 'users')).toEqual([2, 2]);
    configure(simulation, { ...always, users: 4 });
    simulation.advance(simulation.now + 2);
    expect(open()).toBe(4);
  });

  it('asks no more often than it thinks when every request is refused', () => {
    const simulation = run(two, {}, { workers: 1, queueLimit: 0 });
    simulation.advance(SECOND);
    // One works 5 ms and thinks 10 ms; the other is turned away and thinks 10 ms.
    expect(asked(simulation)).toBeLessThanOrEqual(200);
    expect(asked(simulation)).toBeGreaterThanOrEqual(2 * 66);
  });

  it('lets time pass when there is nobody to ask and no time to think', () => {
    const simulation = assemble(
      smallSystem({ components: { users: ['client', { ...two, thinkMs: 0 }] }, connections: {} }),
    );
    simulation.advance(SECOND);
    expect(asked(simulation)).toBe(2 * 1000);
  });

  it.each([
    ['lognormal', 0.5],
    ['exponential', 1 - Math.exp(-1)],
  ])('%s pauses: the right share is over after the typical time', (thinkTime, share) => {
    const users = 4000;
    const simulation = unanswered({ ...two, users, thinkTime, thinkMs: 1000 });
    simulation.advance(SECOND);
    expect(Math.abs(asked(simulation) / users - share)).toBeLessThanOrEqual(
      4 * Math.sqrt((share * (1 - share)) / users),
    );
  });

  it('takes over from open load, and back, without keeping any of the other', () => {
    const open = { arrivals: 'constant', ratePerSec: 1000 };
    const simulation = run(open, {}, { meanMs: 100, workers: 200 });
    simulation.advance(SECOND);
    expect(simulation.system.inSystem).toBe(100);
    configure(simulation, { ...two, thinkMs: 0 });
    simulation.advance(2 * SECOND);
    expect(simulation.system.inSystem).toBe(2);
    configure(simulation, open);
    simulation.advance(3 * SECOND);
    expect(simulation.system.inSystem).toBe(100);
  });
});

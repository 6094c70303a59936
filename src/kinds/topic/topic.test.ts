import { describe, expect, it } from 'vitest';
import type { Simulation } from '../../engine/simulation';
import type { Settings } from '../../model/fields';
import type { ScheduledFault } from '../../model/scenario';
import { MICROS_PER_SECOND as SECOND } from '../../model/units';
import { assemble } from '../assemble';
import { INSTANT, metricOf, smallSystem } from '../small-system';

const LOAD = { arrivals: 'constant', ratePerSec: 10, keys: 'sequential', keyCount: 1000 };
const QUICK: Settings = { serviceTime: 'constant', meanMs: 1 };

function system(topic: Settings, faults: readonly ScheduledFault[], subscription: Settings = {}): Simulation {
  return assemble(
    smallSystem({
      components: {
        client: ['client', LOAD],
        topic: ['topic', topic],
        mail: ['worker', QUICK],
        stock: ['worker', QUICK],
        later: ['queue', { type: 'classic' }],
        letters: ['queue', { type: 'classic' }],
      },
      connections: {
        'client>topic': INSTANT,
        'topic>mail': { ...INSTANT, ...subscription },
        'topic>stock': INSTANT,
        'topic>later': INSTANT,
        'topic>letters': { ...INSTANT, deadLetters: true },
      },
      faults,
    }),
  );
}

const crash = (target: string, from: number, to: number): ScheduledFault => ({
  target,
  fault: 'crash',
  atMs: from * 1000,
  durationMs: (to - from) * 1000,
  params: {},
});

describe('a topic', () => {
  it('gives every subscription a copy', () => {
    const simulation = system({}, []);
    simulation.advance(10.05 * SECOND);
    for (const id of ['mail', 'stock']) expect(metricOf(simulation, id, 'effects')).toBe(100);
    expect(metricOf(simulation, 'later', 'published')).toBe(100);
    expect(metricOf(simulation, 'letters', 'published')).toBe(0);
    expect(metricOf(simulation, 'topic', 'delivered')).toBe(300);
  });

  it('tries again with doubling pauses, then sends the copy to the dead letters; the others notice nothing', () => {
    const simulation = system({ storeMs: 0 }, [crash('mail', 2.05, 4.05)], { attempts: 3, backoffMs: 100 });
    simulation.advance(10.05 * SECOND);
    // Copies of 2.1 … 3.7 s fail at 0, 100 and 300 ms; later ones live to see the restart.
    expect(metricOf(simulation, 'topic', 'failed')).toBe(17);
    expect(metricOf(simulation, 'letters', 'published')).toBe(17);
    expect(metricOf(simulation, 'mail', 'effects')).toBe(83);
    expect(metricOf(simulation, 'stock', 'effects')).toBe(100);
    expect(metricOf(simulation, 'mail', 'duplicates')).toBe(0);
  });

  it('gives an operation only to those who want it', () => {
    const simulation = system({}, [], { operation: 'checkout' });
    simulation.advance(5 * SECOND);
    expect(metricOf(simulation, 'mail', 'effects')).toBe(0);
    expect(metricOf(simulation, 'stock', 'effects')).toBe(49);
  });

  it.each([
    [true, 0],
    [false, 1],
  ])('durable %s: a crash takes copies under way', (durable, least) => {
    // The subscriber is down as well, so copies are under way when the topic crashes.
    const faults = [crash('mail', 2.05, 4), crash('topic', 3.05, 3.5)];
    const simulation = system({ durable }, faults, { attempts: 10, backoffMs: 1000 });
    simulation.advance(60 * SECOND);
    expect(metricOf(simulation, 'topic', 'lost')).toBeGreaterThanOrEqual(least);
    if (durable) {
      expect(metricOf(simulation, 'topic', 'lost')).toBe(0);
      // One more may be under way at the end.
      expect(metricOf(simulation, 'topic', 'published') - metricOf(simulation, 'mail', 'effects')).toBeLessThanOrEqual(
        1,
      );
    }
  });
});

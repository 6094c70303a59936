// Who gets in, who is next, and who is dropped.
import { describe, expect, it } from 'vitest';
import type { Simulation } from '../../engine/simulation';
import type { Settings } from '../../model/fields';
import { assemble } from '../assemble';
import { deathsAt, eventLog, INSTANT, smallSystem } from '../small-system';

/** One request each 10 ms: at 10 ms, 20 ms, …, to one worker that takes 25 ms. */
function run(a: Settings, connection: Settings = {}, load: Settings = {}): Simulation {
  return assemble(
    smallSystem({
      components: {
        users: ['client', { arrivals: 'constant', ratePerSec: 100, readPercent: 100, ...load }],
        a: ['service', { serviceTime: 'constant', meanMs: 25, workers: 1, ...a }],
      },
      connections: { 'users>a': { ...INSTANT, timeoutMs: 0, ...connection } },
    }),
  );
}

function answers(simulation: Simulation, untilMs: number): string[] {
  return eventLog(simulation, untilMs)
    .filter((line) => line.includes('answer'))
    .map((line) => line.replace(' answer users>a', ''));
}

describe('who is next', () => {
  it('the newest, with lifo: answered fresh or very late', () => {
    const simulation = run({ discipline: 'lifo' });
    simulation.advance(1_000_001);
    const { latency } = simulation.component('a')!.stats;
    // Begun in time: 25 ms of work after at most 10 ms of waiting; with fifo the median is above 200 ms.
    expect(latency.percentile(90)).toBeLessThan(36_000);
  });

  it('nobody who has waited too long, with deadline-drop', () => {
    const simulation = run({ discipline: 'deadline-drop', dropAfterMs: 20 });
    // At 35 ms the one of 20 ms has waited 15 ms; at 60 ms 30 ms and 40 ms are 30 and 20 ms old.
    expect(answers(simulation, 86)).toEqual(['35', '60 shed', '60', '85 shed', '85 shed', '85']);
  });

  it('whose propagated deadline is over is dropped whatever the discipline', () => {
    const simulation = run({}, { timeoutMs: 40, propagateDeadline: true });
    simulation.advance(300_000);
    const deaths = deathsAt(simulation, 'a');
    expect(deaths['deadline-passed']).toBeGreaterThan(5);
  });

  it('can be changed while they wait', () => {
    const simulation = run({ discipline: 'priority', meanMs: 200 });
    simulation.advance(195_000);
    const config = { serviceTime: 'constant', meanMs: 1, workers: 1, discipline: 'fifo' };
    simulation.intervene({ type: 'edit', edit: { type: 'configure-component', id: 'a', config } });
    simulation.advance(400_000);
    const { arrivals, completions } = simulation.component('a')!.stats.totals(simulation.now);
    expect([arrivals, completions]).toEqual([39, 39]);
  });
});

describe('who gets in', () => {
  it('as many as there are connections, then as many as the backlog holds', () => {
    const simulation = run({ maxConnections: 2, backlog: 1 });
    expect(answers(simulation, 66)).toEqual(['35', '50 refused', '60']);
    expect(simulation.component('a')!.stats.inSystem).toBe(3);
  });

  it.each([
    [0, 'queue-full', 20],
    [1, 'shed', 18],
    [2, 'shed', 15],
    [3, 'shed', 10],
  ])('priority %d is turned away by %s when %d wait', (priority, cause, most) => {
    const simulation = run({ shedding: true, queueLimit: 20, meanMs: 60_000 }, {}, { priority });
    simulation.advance(1_000_000);
    expect(Object.keys(deathsAt(simulation, 'a'))).toEqual([cause]);
    // One is in work.
    expect(simulation.component('a')!.stats.inSystem).toBe(most + 1);
  });
});

describe('a caller who gives up and says so', () => {
  it('leaves the queue at once, and its work is not done', () => {
    const simulation = run({}, { timeoutMs: 30, cancel: true });
    simulation.advance(1_000_000);
    const { completions } = simulation.component('a')!.stats.totals(simulation.now);
    const deaths = deathsAt(simulation, 'a');
    // Nobody waits for longer than 30 ms: at most three are in the queue, and hardly any work is in vain.
    expect(deaths['cancelled']).toBeGreaterThan(50);
    expect(simulation.component('a')!.stats.inSystem).toBeLessThanOrEqual(4);
    expect(completions + deaths['cancelled']!).toBeGreaterThan(94);
  });

  it('leaves the backlog too', () => {
    const simulation = run({ maxConnections: 1, backlog: 100, meanMs: 10_000 }, { timeoutMs: 30, cancel: true });
    simulation.advance(1_000_000);
    // The one in work goes on to its end.
    expect(simulation.component('a')!.stats.inSystem).toBeLessThanOrEqual(4);
  });
});

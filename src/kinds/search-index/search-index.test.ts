import { describe, expect, it } from 'vitest';
import type { Simulation } from '../../engine/simulation';
import type { Settings } from '../../model/fields';
import type { ScheduledFault } from '../../model/scenario';
import { MICROS_PER_SECOND as SECOND } from '../../model/units';
import { assemble } from '../assemble';
import { deathsAt, eventLog, faceOf, INSTANT, metricOf, smallSystem } from '../small-system';

const STEADY: Settings = { queryTime: 'constant', meanMs: 5, indexMs: 4 };

function run(index: Settings, load: Settings = {}, faults: readonly ScheduledFault[] = []): Simulation {
  return assemble(
    smallSystem({
      components: {
        client: ['client', { arrivals: 'constant', ratePerSec: 100, readPercent: 100, ...load }],
        index: ['search-index', { ...STEADY, ...index }],
      },
      connections: { 'client>index': { ...INSTANT, timeoutMs: 0 } },
      faults,
    }),
  );
}

function configure(simulation: Simulation, settings: Settings): void {
  const config = { ...STEADY, ...settings };
  simulation.intervene({ type: 'edit', edit: { type: 'configure-component', id: 'index', config } });
  simulation.advance(simulation.now + 2);
}

function totals(simulation: Simulation) {
  return simulation.component('index')!.stats.totals(simulation.now);
}

/** Mean response time in milliseconds, by Little's law. */
function meanResponse(simulation: Simulation): number {
  const { meanInSystem, completions, span } = totals(simulation);
  return (meanInSystem * span) / completions / 1000;
}

function answers(simulation: Simulation, untilMs: number): string[] {
  return eventLog(simulation, untilMs).filter((line) => line.includes('answer'));
}

describe('a query', () => {
  it('waits for the slowest of its shards', () => {
    const simulation = run({ shards: 3, replicas: 0 });
    expect(eventLog(simulation, 20).filter((line) => !line.endsWith('timer client'))).toEqual([
      '10 arrival client>index',
      '15 timer index',
      '15 timer index',
      '15 timer index',
      '15 answer client>index',
    ]);
    expect(faceOf(simulation, 'index')).toEqual([0, 3, 1, 0, 3, 0, 3000, 0, 0]);
  });

  it.each([
    [1, 1],
    [10, 2.928968],
    [50, 4.499205],
  ])('of %i shards takes the maximum of as many exponentials when they are idle (V18)', (shards, factor) => {
    const index = { shards, replicas: 0, queryTime: 'exponential', meanMs: 1 };
    const simulation = run(index, { ratePerSec: 4, arrivals: 'poisson' });
    simulation.advance(1000 * SECOND);
    // The standard deviation of the maximum is below 1.29 for any number, and queues make it 0.4 % longer at most.
    const deviation = 1.29 / Math.sqrt(totals(simulation).completions);
    expect(Math.abs(meanResponse(simulation) - factor)).toBeLessThanOrEqual(4 * deviation + 0.004 * factor);
  });

  // Two queues with the same arrivals: (12 − ρ) / 8 times the response time of M/M/1, which is exact. The bounds are four
  // deviations of a mean over so many requests (M/M/1: Whitt, Management Science 35, 1989).
  it.each([
    [50, 20, 0.035],
    [80, 50, 0.09],
  ])('of two shards at %i per second is a fork and join (V19)', (ratePerSec, alone, bound) => {
    const index = { shards: 2, replicas: 0, queryTime: 'exponential', meanMs: 10 };
    const simulation = run(index, { ratePerSec, arrivals: 'poisson' });
    simulation.advance(20 * SECOND);
    simulation.resetTotals();
    simulation.advance(1800 * SECOND);
    const expected = ((12 - ratePerSec / 100) / 8) * alone;
    expect(Math.abs(meanResponse(simulation) / expected - 1)).toBeLessThan(bound);
    expect(Math.abs(totals(simulation).utilisation! - ratePerSec / 100)).toBeLessThan(0.02);
  });

  it('asks one copy of each shard, in turn', () => {
    // 7 ms for a query every 5 ms: too much for one copy, enough for two.
    const settings = { shards: 2, meanMs: 7, choice: 'in-turn' };
    const simulation = run({ ...settings, replicas: 1 }, { ratePerSec: 200 });
    simulation.advance(SECOND);
    expect(totals(simulation).inSystem).toBeLessThanOrEqual(2);
    expect(totals(simulation).meanWaiting).toBe(0);
    expect(totals(simulation).utilisation).toBeCloseTo(0.7, 1);
    configure(simulation, { ...settings, replicas: 0 });
    simulation.advance(2 * SECOND);
    expect(totals(simulation).inSystem).toBeGreaterThan(50);
  });

  it('avoids a copy that is slow when it asks the one with the least to do', () => {
    const slow = [{ target: 'index', fault: 'slow-copy', atMs: 0, params: { factor: 10 } }];
    const [inTurn, leastBusy] = ['in-turn', 'least-busy'].map((choice) => {
      const simulation = run({ shards: 2, choice }, {}, slow);
      simulation.advance(10 * SECOND);
      return meanResponse(simulation);
    });
    expect(inTurn).toBeGreaterThan(1000);
    expect(leastBusy).toBeLessThan(20);
  });

  it('is turned away as a whole when one of its copies has no room', () => {
    const slow = [{ target: 'index', fault: 'slow-copy', atMs: 0, params: { factor: 10 } }];
    const simulation = run({ shards: 3, replicas: 0, queueLimit: 2 }, {}, slow);
    simulation.advance(10 * SECOND);
    // 20 a second get through.
    expect(Math.abs(metricOf(simulation, 'index', 'queries') - 203)).toBeLessThanOrEqual(1);
    const { arrivals } = totals(simulation);
    expect(deathsAt(simulation, 'index')).toEqual({
      'queue-full': arrivals - metricOf(simulation, 'index', 'queries'),
    });
    expect(metricOf(simulation, 'index', 'rejected')).toBe(deathsAt(simulation, 'index')['queue-full']);
  });
});

it('keeps the books: those who wait are those on whom nobody works yet, and cores are busy with parts', () => {
  const simulation = run(
    { queryTime: 'exponential', meanMs: 5, shards: 2, replicas: 1, indexMs: 2 },
    { arrivals: 'poisson', ratePerSec: 200, readPercent: 90 },
  );
  simulation.advance(20 * SECOND);
  simulation.resetTotals();
  simulation.advance(320 * SECOND);
  const { meanWaiting, meanWait, waits, span, utilisation } = totals(simulation);
  expect(meanWaiting).toBeGreaterThan(0.1);
  expect(Math.abs(meanWaiting / ((meanWait * waits) / span) - 1)).toBeLessThan(0.01);
  // 180 queries, half of them at each copy, and 20 writes to one of two shards: 0.45 + 0.02 of a core.
  expect(Math.abs(utilisation! / 0.47 - 1)).toBeLessThan(0.03);
});

describe('a write', () => {
  it('goes to the primary, then to the replicas together', () => {
    expect(answers(run({ shards: 3, replicas: 2 }, { readPercent: 0 }), 29)).toEqual([
      '18 answer client>index',
      '28 answer client>index',
    ]);
    expect(answers(run({ shards: 3, replicas: 0 }, { readPercent: 0 }), 19)).toEqual(['14 answer client>index']);
  });

  it('takes time from the queries, on all copies of its shard and on no other', () => {
    // 50 writes of 4 ms: 0.2 of each copy of the one shard; 50 queries of 5 ms on two copies: 0.125 of each.
    const load = { ratePerSec: 100, readPercent: 50, keys: 'uniform', keyCount: 1 };
    const simulation = run({ shards: 2, replicas: 1 }, load);
    simulation.advance(60 * SECOND);
    expect(Math.abs(totals(simulation).utilisation! - 0.325)).toBeLessThan(0.03);
    expect(metricOf(simulation, 'index', 'indexed') + metricOf(simulation, 'index', 'queries')).toBe(
      totals(simulation).completions,
    );
  });

  it('can be found after the next refresh', () => {
    const load = { ratePerSec: 100, readPercent: 50, keys: 'uniform', keyCount: 1 };
    const visible = run({ refreshMs: 1 }, load);
    visible.advance(20 * SECOND);
    const simulation = run({ refreshMs: 1000 }, load);
    simulation.advance(20 * SECOND);
    const share = (of: Simulation): number => metricOf(of, 'index', 'notYetVisible') / metricOf(of, 'index', 'queries');
    // After each refresh it takes two requests until somebody writes it again: 0.02 of the time.
    expect(share(simulation)).toBeGreaterThan(0.94);
    expect(share(visible)).toBeLessThan(0.2);
    expect(faceOf(simulation, 'index').at(-1)).toBe(1);
  });

  it('can be found half a refresh later on average', () => {
    const load = { ratePerSec: 10, readPercent: 0, keys: 'sequential', keyCount: 1_000_000, arrivals: 'poisson' };
    const simulation = run({ refreshMs: 1000 }, load);
    simulation.advance(400 * SECOND);
    // Little: 10 a second, each invisible for half a second.
    expect(Math.abs(metricOf(simulation, 'index', 'invisible') - 5)).toBeLessThanOrEqual(4 * Math.sqrt(10 / 3 / 400));
    configure(simulation, { refreshMs: 1 });
    simulation.advance(simulation.now + 3000);
    expect(faceOf(simulation, 'index').at(-1)).toBe(0);
  });
});

describe('changes and faults', () => {
  it('shards that are taken away finish what they have', () => {
    const simulation = run({ shards: 8, replicas: 0, meanMs: 50 });
    simulation.advance(0.5 * SECOND);
    configure(simulation, { shards: 1, replicas: 0, meanMs: 1 });
    simulation.advance(5 * SECOND);
    expect(totals(simulation).inSystem).toBeLessThanOrEqual(1);
    expect(totals(simulation).failures).toBe(0);
  });

  it('more cores begin at once', () => {
    const simulation = run({ shards: 1, replicas: 0, meanMs: 100 });
    simulation.advance(0.065 * SECOND);
    expect(faceOf(simulation, 'index').slice(3, 6)).toEqual([1, 1, 5]);
    configure(simulation, { shards: 1, replicas: 0, meanMs: 100, cores: 4 });
    expect(faceOf(simulation, 'index').slice(3, 6)).toEqual([4, 4, 2]);
  });

  it('a crash drops everything, and it begins anew', () => {
    const crash = [{ target: 'index', fault: 'crash', atMs: 105, durationMs: 100, params: {} }];
    const simulation = run({ shards: 2, replicas: 0, meanMs: 20 }, { readPercent: 50 }, crash);
    simulation.advance(0.15 * SECOND);
    expect(totals(simulation).inSystem).toBe(0);
    expect(faceOf(simulation, 'index').slice(3, 6)).toEqual([0, 2, 0]);
    simulation.advance(SECOND);
    expect(deathsAt(simulation, 'index')['refused']).toBe(10);
    expect(totals(simulation).completions).toBeGreaterThan(30);
  });
});

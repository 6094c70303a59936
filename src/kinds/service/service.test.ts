import { describe, expect, it } from 'vitest';
import type { Simulation } from '../../engine/simulation';
import type { Settings } from '../../model/fields';
import type { ScheduledFault } from '../../model/scenario';
import { MICROS_PER_SECOND as SECOND } from '../../model/units';
import { assemble } from '../assemble';
import { change, deathsAt, eventLog, faceOf, faultAt, INSTANT, smallSystem } from '../small-system';

/** One request each 10 ms: at 10 ms, 20 ms, … */
const EVENLY: Settings = { arrivals: 'constant', ratePerSec: 100, readPercent: 100 };

function constant(meanMs: number, more: Settings = {}): Settings {
  return { serviceTime: 'constant', meanMs, workers: 1, ...more };
}

/** users → a, or users → a → b. */
function run(
  a: Settings,
  b: Settings | null = null,
  faults: ScheduledFault[] = [],
  between: Settings = {},
): Simulation {
  return assemble(
    smallSystem({
      components: { users: ['client', EVENLY], a: ['service', a], ...(b && { b: ['service', b] }) },
      connections: { 'users>a': INSTANT, ...(b && { 'a>b': { ...INSTANT, ...between } }) },
      faults,
    }),
  );
}

/** The log without the ticks of the client. */
function logOf(simulation: Simulation, untilMs: number): string[] {
  return eventLog(simulation, untilMs).filter((line) => !line.endsWith('timer users'));
}

function totals(simulation: Simulation, id: string) {
  return simulation.component(id)!.stats.totals(simulation.now);
}

describe('the queue', () => {
  it('is served in the order of arrival', () => {
    const simulation = run(constant(25));
    expect(logOf(simulation, 86)).toEqual([
      '10 arrival users>a',
      '20 arrival users>a',
      '30 arrival users>a',
      '35 timer a',
      '35 answer users>a',
      '40 arrival users>a',
      '50 arrival users>a',
      '60 timer a',
      '60 answer users>a',
      '60 arrival users>a',
      '70 arrival users>a',
      '80 arrival users>a',
      '85 timer a',
      '85 answer users>a',
    ]);
    // Response times 25, 40 and 55 ms; one in work and four in the queue.
    expect(totals(simulation, 'a')).toMatchObject({ arrivals: 8, completions: 3, inSystem: 5, utilisation: 76 / 86 });
    expect(totals(simulation, 'a').meanWaiting * 86).toBeCloseTo(15 + 30 + 45 + 36 + 26 + 16 + 6, 9);
    // Until now the first four have waited 0, 15, 30 and 45 ms.
    expect(totals(simulation, 'a').meanWait).toBe(22_500);
    expect(faceOf(simulation, 'a')).toEqual([0, 1, 1, 1, 4, 64, 0]);
  });

  it('turns away what is too much', () => {
    const simulation = run(constant(25, { queueLimit: 1 }));
    expect(logOf(simulation, 61)).toEqual([
      '10 arrival users>a',
      '20 arrival users>a',
      '30 arrival users>a',
      '30 answer users>a queue-full',
      '35 timer a',
      '35 answer users>a',
      '40 arrival users>a',
      '50 arrival users>a',
      '50 answer users>a queue-full',
      '60 timer a',
      '60 answer users>a',
      '60 arrival users>a',
    ]);
    expect(deathsAt(simulation, 'a')).toEqual({ 'queue-full': 2 });
  });

  it('may have no place at all', () => {
    const simulation = run(constant(15, { queueLimit: 0 }));
    simulation.advance(SECOND);
    expect(deathsAt(simulation, 'a')).toEqual({ 'queue-full': 49 });
    expect(totals(simulation, 'a').meanWaiting).toBe(0);
  });

  it('is one for each instance, and requests are dealt out in turn', () => {
    const simulation = run(constant(25, { instances: 2 }));
    expect(logOf(simulation, 56)).toEqual([
      '10 arrival users>a',
      '20 arrival users>a',
      '30 arrival users>a',
      '35 timer a',
      '35 answer users>a',
      '40 arrival users>a',
      '45 timer a',
      '45 answer users>a',
      '50 arrival users>a',
    ]);
    expect(faceOf(simulation, 'a')).toEqual([2, 2, 1, 2, 2, 1, 128, 0]);
  });
});

describe('workers', () => {
  it('of threads wait along with their request, so a second one does not get in', () => {
    expect(logOf(run(constant(5), constant(20)), 41)).toEqual([
      '10 arrival users>a',
      '15 timer a',
      '15 arrival a>b',
      '20 arrival users>a',
      '30 arrival users>a',
      '35 timer b',
      '35 answer a>b',
      '35 answer users>a',
      '40 timer a',
      '40 arrival a>b',
      '40 arrival users>a',
    ]);
  });

  it('of an event loop are free while a request waits for others', () => {
    const simulation = run(constant(5, { concurrency: 'event-loop' }), constant(20, { workers: 2 }));
    expect(logOf(simulation, 46)).toEqual([
      '10 arrival users>a',
      '15 timer a',
      '15 arrival a>b',
      '20 arrival users>a',
      '25 timer a',
      '25 arrival a>b',
      '30 arrival users>a',
      '35 timer b',
      '35 timer a',
      '35 answer a>b',
      '35 answer users>a',
      '35 arrival a>b',
      '40 arrival users>a',
      '45 timer b',
      '45 timer a',
      '45 answer a>b',
      '45 answer users>a',
      '45 arrival a>b',
    ]);
    // One is free, yet two are inside, waiting for b.
    expect(faceOf(simulation, 'a')).toEqual([1, 1, 0, 1, 0, 64, 0]);
    expect(totals(simulation, 'a').inSystem).toBe(2);
  });

  it('of an event loop hold everybody up while they compute', () => {
    const simulation = run(constant(25, { concurrency: 'event-loop' }), constant(1));
    simulation.advance(SECOND);
    expect(totals(simulation, 'b').arrivals).toBe(39);
  });

  it('that are added begin at once, and those taken away finish', () => {
    const simulation = run(constant(100));
    simulation.advance(35_000);
    change(simulation, 'a', constant(100, { workers: 3 }));
    simulation.advance(35_002);
    expect(faceOf(simulation, 'a').slice(2)).toEqual([3, 3, 0, 192 / 3, 0]);
    change(simulation, 'a', constant(100, { workers: 1, queueLimit: 2 }));
    simulation.advance(36_000);
    expect(faceOf(simulation, 'a').slice(2)).toEqual([3, 1, 0, 2, 0]);
    simulation.advance(61_000);
    expect(deathsAt(simulation, 'a')).toEqual({ 'queue-full': 1 });
    // At 110 ms one of three ends and nobody follows; at 135 ms the others do, and one of the two waiting begins.
    simulation.advance(109_000);
    expect(faceOf(simulation, 'a').slice(2)).toEqual([3, 1, 2, 2, 0]);
    simulation.advance(111_000);
    expect(faceOf(simulation, 'a').slice(2)).toEqual([2, 1, 2, 2, 0]);
    simulation.advance(136_000);
    expect(faceOf(simulation, 'a').slice(2)).toEqual([1, 1, 1, 2, 0]);
  });

  it('of an instance that is taken away finish what they have', () => {
    const simulation = run(constant(25, { instances: 2 }));
    simulation.advance(45_500);
    change(simulation, 'a', constant(25));
    simulation.advance(SECOND);
    const { arrivals, completions, failures, inSystem } = totals(simulation, 'a');
    expect(arrivals).toBe(completions + failures + inSystem);
    // Of 99, the one that went has answered 2, the last at 70 ms, and the one that stays 39, one each 25 ms until 985 ms.
    expect(faceOf(simulation, 'a')).toEqual([0, 1, 1, 1, 57, 64, 0]);
    expect(inSystem).toBe(58);
  });
});

describe('the service time', () => {
  it.each([
    ['exponential', { serviceTime: 'exponential', meanMs: 5 }, 5, 1 - Math.exp(-1)],
    ['lognormal, at the median', { medianMs: 5, p99Ms: 20 }, 5, 0.5],
    ['lognormal, at the p99', { medianMs: 5, p99Ms: 20 }, 20, 0.99],
    ['without a tail when the p99 is below the median', { medianMs: 5, p99Ms: 1 }, 5, 1],
    ['never shorter then', { medianMs: 5, p99Ms: 1 }, 4.999, 0],
  ])('is %s', (_, settings: Settings, timeoutMs, share) => {
    const simulation = assemble(
      smallSystem({
        components: { users: ['client', EVENLY], a: ['service', { workers: 200, ...settings }] },
        connections: { 'users>a': { ...INSTANT, timeoutMs } },
      }),
    );
    simulation.advance(40 * SECOND);
    const { completions, failures } = simulation.system.totals(simulation.now);
    const deviation = Math.sqrt((share * (1 - share)) / (completions + failures));
    expect(Math.abs(completions / (completions + failures) - share)).toBeLessThanOrEqual(4 * deviation);
  });

  it('is longer for what begins while the service is slow', () => {
    const simulation = run(constant(4), null, [faultAt('a', 'slow', 22, 10, { factor: 3 })]);
    expect(logOf(simulation, 45)).toEqual([
      '10 arrival users>a',
      '14 timer a',
      '14 answer users>a',
      '20 arrival users>a',
      '24 timer a',
      '24 answer users>a',
      '30 arrival users>a',
      '40 arrival users>a',
      '42 timer a',
      '42 answer users>a',
    ]);
  });
});

describe('a caller that gives up', () => {
  it('fails its own request, and the work goes on for nobody', () => {
    const simulation = run(constant(5), constant(20), [], { timeoutMs: 10 });
    expect(logOf(simulation, 46)).toEqual([
      '10 arrival users>a',
      '15 timer a',
      '15 arrival a>b',
      '20 arrival users>a',
      '25 timeout a>b timeout',
      '25 answer users>a timeout',
      '30 timer a',
      '30 arrival a>b',
      '30 arrival users>a',
      '35 timer b',
      '35 late answer a>b',
      '40 timeout a>b timeout',
      '40 answer users>a timeout',
      '40 arrival users>a',
      '45 timer a',
      '45 arrival a>b',
    ]);
    expect(deathsAt(simulation, 'a')).toEqual({ timeout: 2 });
    expect(deathsAt(simulation, 'b')).toEqual({});
    expect(totals(simulation, 'b')).toMatchObject({ completions: 1, inSystem: 2 });
  });
});

describe('faults', () => {
  it('a crash resets what is inside, refuses what comes, and forgets the queue', () => {
    const simulation = run(constant(25), null, [faultAt('a', 'crash', 45, 30)]);
    expect(logOf(simulation, 106)).toEqual([
      '10 arrival users>a',
      '20 arrival users>a',
      '30 arrival users>a',
      '35 timer a',
      '35 answer users>a',
      '40 arrival users>a',
      '45 answer users>a reset',
      '45 answer users>a reset',
      '45 answer users>a reset',
      '50 arrival users>a',
      '50 answer users>a refused',
      '60 arrival users>a',
      '60 answer users>a refused',
      '70 arrival users>a',
      '70 answer users>a refused',
      '80 arrival users>a',
      '90 arrival users>a',
      '100 arrival users>a',
      '105 timer a',
      '105 answer users>a',
    ]);
    expect(deathsAt(simulation, 'a')).toEqual({ reset: 3, refused: 3 });
    expect(totals(simulation, 'a')).toMatchObject({ arrivals: 7, completions: 2, failures: 3, inSystem: 2 });
  });

  it('a crashed service has no capacity, even when it is changed, until it restarts', () => {
    const simulation = run(constant(5), null, [faultAt('a', 'crash', 100, 2000)]);
    simulation.advance(SECOND);
    change(simulation, 'a', constant(5, { workers: 2 }));
    simulation.advance(SECOND + 2);
    simulation.resetTotals();
    simulation.advance(2 * SECOND);
    expect(totals(simulation, 'a').utilisation).toBeNull();
    simulation.advance(2_100_001);
    simulation.resetTotals();
    simulation.advance(3_100_001);
    expect(totals(simulation, 'a').utilisation).toBe(0.25);
  });

  it('a crash of the caller leaves the callee working for nobody', () => {
    const simulation = run(constant(5), constant(20), [faultAt('a', 'crash', 18, 5)]);
    expect(logOf(simulation, 51)).toEqual([
      '10 arrival users>a',
      '15 timer a',
      '15 arrival a>b',
      '18 answer users>a reset',
      '20 arrival users>a',
      '20 answer users>a refused',
      '30 arrival users>a',
      '35 timer b',
      '35 timer a',
      '35 late answer a>b',
      '35 arrival a>b',
      '40 arrival users>a',
      '50 arrival users>a',
    ]);
  });

  it('a freeze lets requests in and answers nobody; what fell due happens when it ends', () => {
    const simulation = run(constant(5), null, [faultAt('a', 'pause', 12, 20)]);
    expect(logOf(simulation, 46)).toEqual([
      '10 arrival users>a',
      // Due at 15 ms, carried out at 32 ms.
      '15 timer a',
      '20 arrival users>a',
      '30 arrival users>a',
      '32 answer users>a',
      '37 timer a',
      '37 answer users>a',
      '40 arrival users>a',
      '42 timer a',
      '42 answer users>a',
    ]);
    expect(totals(simulation, 'a')).toMatchObject({ completions: 3, failures: 0, inSystem: 1 });
  });

  it('an answer that reaches a frozen service in time counts, and a timeout that falls due is carried out at the end', () => {
    const waiting = { timeoutMs: 30 };
    const [late, early] = [40, 8].map((addMs) => {
      const simulation = run(constant(5), constant(addMs), [faultAt('a', 'pause', 18, 40)], waiting);
      simulation.advance(58_500);
      return [totals(simulation, 'a').completions, deathsAt(simulation, 'a')];
    });
    expect(early).toEqual([1, {}]);
    expect(late).toEqual([0, { timeout: 1 }]);
  });

  it.each([0, 30, 100])('errors hit %d %% of the requests', (percent) => {
    const simulation = run(constant(1), null, [faultAt('a', 'errors', 0, 60_000, { percent })]);
    simulation.advance(40 * SECOND);
    const share = (deathsAt(simulation, 'a')['error'] ?? 0) / 3999;
    const expected = percent / 100;
    expect(Math.abs(share - expected)).toBeLessThanOrEqual(4 * Math.sqrt((expected * (1 - expected)) / 3999));
    simulation.advance(70 * SECOND);
    const after = deathsAt(simulation, 'a');
    simulation.advance(80 * SECOND);
    expect(deathsAt(simulation, 'a')).toEqual(after);
  });
});

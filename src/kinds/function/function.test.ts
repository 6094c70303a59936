import { describe, expect, it } from 'vitest';
import type { Simulation } from '../../engine/simulation';
import type { Settings } from '../../model/fields';
import type { ScheduledFault } from '../../model/scenario';
import { MICROS_PER_SECOND as SECOND } from '../../model/units';
import { assemble } from '../assemble';
import { deathsAt, eventLog, faceOf, INSTANT, metricOf, smallSystem } from '../small-system';

/** Every cold start takes 20 ms and every request 5 ms. */
const STEADY: Settings = { workTime: 'constant', meanMs: 5, coldMedianMs: 20, coldP99Ms: 20 };

interface Setup {
  readonly load?: Settings;
  readonly settings?: Settings;
  /** A service behind the function. */
  readonly behind?: Settings;
  readonly faults?: readonly ScheduledFault[];
}

function run({ load = {}, settings = {}, behind, faults = [] }: Setup): Simulation {
  return assemble(
    smallSystem({
      components: {
        client: ['client', { arrivals: 'constant', ratePerSec: 100, readPercent: 100, ...load }],
        f: ['function', { ...STEADY, ...settings }],
        ...(behind && { behind: ['service', { serviceTime: 'constant', ...behind }] as const }),
      },
      connections: {
        'client>f': { ...INSTANT, timeoutMs: 0 },
        ...(behind && { 'f>behind': { ...INSTANT, timeoutMs: 0 } }),
      },
      faults,
    }),
  );
}

function fault(id: string, atMs: number, durationMs: number, params: Settings = {}): ScheduledFault {
  return { target: 'f', fault: id, atMs, durationMs, params };
}

function logOf(simulation: Simulation, untilMs: number): string[] {
  return eventLog(simulation, untilMs).filter((line) => !line.endsWith('timer client'));
}

function metrics(simulation: Simulation, ...ids: string[]): number[] {
  return ids.map((id) => metricOf(simulation, 'f', id));
}

function configure(simulation: Simulation, settings: Settings): void {
  const config = { ...STEADY, ...settings };
  simulation.intervene({ type: 'edit', edit: { type: 'configure-component', id: 'f', config } });
  simulation.advance(simulation.now + 2);
}

describe('environments', () => {
  it('start cold one after the other until there are enough', () => {
    const simulation = run({});
    expect(logOf(simulation, 66)).toEqual([
      '10 arrival client>f',
      '20 arrival client>f',
      '30 timer f',
      '30 arrival client>f',
      '35 timer f',
      '35 answer client>f',
      '40 timer f',
      '40 arrival client>f',
      '45 timer f',
      '45 timer f',
      '45 answer client>f',
      '45 answer client>f',
      '50 timer f',
      '50 arrival client>f',
      '55 timer f',
      '55 timer f',
      '55 answer client>f',
      '55 answer client>f',
      '60 arrival client>f',
      '65 timer f',
      '65 answer client>f',
    ]);
    expect(metrics(simulation, 'coldStarts', 'warmStarts')).toEqual([3, 3]);
    // Three times 25 ms with a cold start, three times 5 ms.
    expect(metrics(simulation, 'billedMs')).toEqual([90]);
    expect(faceOf(simulation, 'f')).toEqual([0, 3, 0, 1000, 0, 0, 3]);
  });

  it('that are idle for the keep-alive time are gone', () => {
    const simulation = run({ settings: { keepAliveSeconds: 0.1 } });
    // The one used last serves alone: the other two are idle from 55 ms and from 45 ms on.
    simulation.advance(0.1449 * SECOND);
    expect(faceOf(simulation, 'f')[1]).toBe(3);
    simulation.advance(0.19 * SECOND);
    expect(faceOf(simulation, 'f')[1]).toBe(1);
    simulation.advance(2 * SECOND);
    expect(metrics(simulation, 'coldStarts')).toEqual([3]);
    configure(simulation, { keepAliveSeconds: 0 });
    simulation.advance(3 * SECOND);
    // From then on nobody finds one.
    expect(metrics(simulation, 'coldStarts')[0]).toBeGreaterThan(100);
  });

  it('are too late with the probability e^−λK when requests are rare (V34)', () => {
    // λ = 10/s and K = 0.2 s: as λ = 1/300 s and K = 600 s, with less waiting.
    const share = Math.exp(-2);
    const simulation = run({
      load: { arrivals: 'poisson', ratePerSec: 10 },
      settings: { meanMs: 0.001, coldMedianMs: 0.001, coldP99Ms: 0.001, keepAliveSeconds: 0.2 },
    });
    simulation.advance(1500 * SECOND);
    const [cold, warm] = metrics(simulation, 'coldStarts', 'warmStarts') as [number, number];
    const deviation = Math.sqrt((share * (1 - share)) / (cold + warm));
    expect(Math.abs(metricOf(simulation, 'f', 'coldShare') - share)).toBeLessThanOrEqual(4 * deviation);
  });

  it('at work are as many as the rate times the duration (V34)', () => {
    const simulation = run({
      load: { arrivals: 'poisson', ratePerSec: 50 },
      settings: { workTime: 'exponential', meanMs: 100 },
    });
    simulation.advance(10 * SECOND);
    simulation.resetTotals();
    simulation.advance(130 * SECOND);
    const { meanInSystem, utilisation } = simulation.component('f')!.stats.totals(simulation.now);
    // M/G/∞ with a = 5: the variance of its mean over T is 2aS / T.
    expect(Math.abs(meanInSystem - 5)).toBeLessThanOrEqual(4 * Math.sqrt((2 * 5 * 0.1) / 120));
    expect(utilisation).toBeCloseTo(meanInSystem / 1000, 9);
    expect(metricOf(simulation, 'f', 'environments')).toBeGreaterThan(meanInSystem);
  });

  it('of an old version serve nobody new', () => {
    const simulation = run({ faults: [{ target: 'f', fault: 'deploy', atMs: 502, params: {} }] });
    simulation.advance(0.5 * SECOND);
    expect(metrics(simulation, 'coldStarts')).toEqual([3]);
    simulation.advance(0.506 * SECOND);
    // The one at work has finished, and is not kept.
    expect(faceOf(simulation, 'f')[1]).toBe(0);
    simulation.advance(SECOND);
    expect(metrics(simulation, 'coldStarts')).toEqual([6]);
  });

  it('are all lost in a crash', () => {
    const simulation = run({ faults: [fault('crash', 502, 100)] });
    simulation.advance(0.55 * SECOND);
    expect(faceOf(simulation, 'f').slice(1, 3)).toEqual([0, 0]);
    simulation.advance(SECOND);
    expect(metrics(simulation, 'coldStarts')).toEqual([6]);
    expect(deathsAt(simulation, 'f')).toEqual({ reset: 1, refused: 10 });
  });
});

describe('limits', () => {
  it('turn away what is beyond the concurrency', () => {
    const simulation = run({ settings: { concurrency: 2, meanMs: 35 } });
    simulation.advance(SECOND);
    // Two environments, one request each 40 ms in each of them, after two cold starts.
    const { arrivals, inSystem } = simulation.component('f')!.stats.totals(simulation.now);
    expect(inSystem).toBeLessThanOrEqual(2);
    const [throttled, cold, warm] = metrics(simulation, 'throttles', 'coldStarts', 'warmStarts');
    expect(cold).toBe(2);
    expect(throttled).toBe(arrivals - 2 - warm!);
    expect(deathsAt(simulation, 'f')).toEqual({ 'rate-limited': throttled });
    configure(simulation, { meanMs: 35 });
    simulation.advance(2 * SECOND);
    expect(metrics(simulation, 'throttles')[0]! - throttled!).toBeLessThanOrEqual(1);
  });

  it('turn away what needs more new environments than may start', () => {
    // Every request takes a second and needs its own: 10 at once, then one a second.
    const simulation = run({ settings: { scalePer10s: 10, meanMs: 100_000, coldMedianMs: 1, coldP99Ms: 1 } });
    simulation.advance(10.5 * SECOND);
    expect(metrics(simulation, 'coldStarts')).toEqual([10 + 10]);
    expect(Object.keys(deathsAt(simulation, 'f'))).toEqual(['rate-limited']);
  });

  it('end a request that takes too long, and throw its environment away', () => {
    const simulation = run({
      load: { ratePerSec: 5 },
      settings: { timeoutSeconds: 0.1 },
      behind: { meanMs: 150, workers: 10 },
    });
    expect(logOf(simulation, 460)).toEqual([
      '200 arrival client>f',
      '220 timer f',
      '225 timer f',
      '225 arrival f>behind',
      '320 timer f',
      '320 answer client>f timeout',
      '375 timer behind',
      '375 answer f>behind',
      '400 arrival client>f',
      '420 timer f',
      '425 timer f',
      '425 arrival f>behind',
    ]);
    simulation.advance(2.35 * SECOND);
    expect(metrics(simulation, 'timeouts', 'coldStarts', 'billedMs')).toEqual([11, 11, 11 * 120]);
    expect(deathsAt(simulation, 'f')).toEqual({ timeout: 11 });
    expect(faceOf(simulation, 'f')[1]).toBe(0);
  });

  it('of time hold for those at work, too, when they are changed', () => {
    const simulation = run({ settings: { meanMs: 100_000 } });
    simulation.advance(SECOND);
    expect(deathsAt(simulation, 'f')).toEqual({});
    configure(simulation, { meanMs: 100_000, timeoutSeconds: 0.5 });
    // Those that began at 30, 40, … 500 ms have had their time.
    expect(deathsAt(simulation, 'f')).toEqual({ timeout: 48 });
  });
});

describe('the plan', () => {
  it('runs inside the environment, which is held and billed until its end', () => {
    const simulation = run({ load: { ratePerSec: 5 }, behind: { meanMs: 50 } });
    expect(logOf(simulation, 500)).toEqual([
      '200 arrival client>f',
      '220 timer f',
      '225 timer f',
      '225 arrival f>behind',
      '275 timer behind',
      '275 answer f>behind',
      '275 answer client>f',
      '400 arrival client>f',
      '405 timer f',
      '405 arrival f>behind',
      '455 timer behind',
      '455 answer f>behind',
      '455 answer client>f',
    ]);
    expect(metrics(simulation, 'billedMs')).toEqual([75 + 55]);
  });

  it('hands on how it failed', () => {
    const simulation = run({ behind: { meanMs: 50, workers: 1, queueLimit: 0 } });
    simulation.advance(SECOND);
    expect(deathsAt(simulation, 'f')).toEqual({});
    expect(simulation.component('f')!.stats.totals(simulation.now).failures).toBe(
      deathsAt(simulation, 'behind')['queue-full'],
    );
  });
});

it('keeps to its times after it was frozen', () => {
  const simulation = run({
    load: { ratePerSec: 5 },
    settings: { timeoutSeconds: 0.1, keepAliveSeconds: 0.15, meanMs: 20 },
    faults: [fault('pause', 230, 300)],
  });
  simulation.advance(3 * SECOND);
  // The first was at work when it froze, and its work ended before its time was over.
  expect(deathsAt(simulation, 'f')).toEqual({});
  expect(simulation.component('f')!.stats.inSystem).toBeLessThanOrEqual(1);
  expect(metrics(simulation, 'warmStarts')[0]).toBeLessThan(3);
});

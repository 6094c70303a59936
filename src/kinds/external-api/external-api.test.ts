import { describe, expect, it } from 'vitest';
import { FLAG } from '../../engine/calls';
import type { Simulation } from '../../engine/simulation';
import type { Settings } from '../../model/fields';
import type { ScheduledFault } from '../../model/scenario';
import { MICROS_PER_SECOND as SECOND } from '../../model/units';
import { assemble } from '../assemble';
import { deathsAt, eventLog, faceOf, INSTANT, metricOf, smallSystem } from '../small-system';

function run(api: Settings, load: Settings = {}, faults: readonly ScheduledFault[] = [], seed = 7): Simulation {
  return assemble(
    smallSystem({
      components: {
        client: ['client', { arrivals: 'constant', ratePerSec: 100, readPercent: 100, ...load }],
        api: ['external-api', { latency: 'constant', meanMs: 15, ...api }],
      },
      connections: { 'client>api': { ...INSTANT, timeoutMs: 0 } },
      faults,
      seed,
    }),
  );
}

function configure(simulation: Simulation, config: Settings): void {
  simulation.intervene({ type: 'edit', edit: { type: 'configure-component', id: 'api', config } });
  simulation.advance(simulation.now + 2);
}

it('answers each request after its time, however many there are', () => {
  expect(eventLog(run({}), 36).filter((line) => !line.endsWith('timer client'))).toEqual([
    '10 arrival client>api',
    '20 arrival client>api',
    '25 timer api',
    '25 answer client>api',
    '30 arrival client>api',
    '35 timer api',
    '35 answer client>api',
  ]);
});

describe('the rate limit', () => {
  it('accepts at most the burst and the rate in any window (V21)', () => {
    // 200 a second offered, 100 accepted, and 50 at once: the bucket is empty after about half a second.
    const simulation = run({ ratePerSec: 100, burst: 50 }, { arrivals: 'poisson', ratePerSec: 200 });
    const acceptedAt = [0];
    for (let at = 1; at <= 200; at++) {
      simulation.advance((at * SECOND) / 10);
      acceptedAt.push(metricOf(simulation, 'api', 'accepted'));
    }
    let mostBeyondTheRate = 0;
    for (let from = 0; from < acceptedAt.length; from++) {
      for (let to = from + 1; to < acceptedAt.length; to++) {
        const beyond = acceptedAt[to]! - acceptedAt[from]! - 10 * (to - from);
        mostBeyondTheRate = Math.max(mostBeyondTheRate, beyond);
      }
    }
    expect(mostBeyondTheRate).toBeLessThanOrEqual(50);
    expect(acceptedAt.at(-1)).toBeGreaterThanOrEqual(50 + 100 * 20 - 10);
    expect(deathsAt(simulation, 'api')).toEqual({ 'rate-limited': metricOf(simulation, 'api', 'limited') });
  });

  it('says when the next request will be allowed', () => {
    const simulation = run({ ratePerSec: 4, burst: 1 });
    // The token is taken at 10 ms and back at 260 ms.
    const told: number[] = [];
    while (simulation.step(SECOND / 25)) {
      for (let call = 0; call < simulation.calls.used; call++) {
        const { calls, lastEvent } = simulation;
        if (lastEvent.type === 'arrival' && calls.flags(call) & FLAG.answering) told.push(calls.result(call));
      }
    }
    expect(told).toEqual([240, 230]);
  });

  it('can be taken away', () => {
    const simulation = run({ ratePerSec: 1, burst: 1 });
    simulation.advance(SECOND);
    expect(metricOf(simulation, 'api', 'limited')).toBe(98);
    expect(faceOf(simulation, 'api')).toEqual([0, 1, 0, 1, 0]);
    configure(simulation, { latency: 'constant', meanMs: 15, limit: false });
    simulation.advance(3 * SECOND);
    // The request of 1 s came a microsecond before the change.
    expect(metricOf(simulation, 'api', 'limited')).toBe(99);
    expect(faceOf(simulation, 'api')).toEqual([1, 0, 0, 0]);
  });
});

it('fails the share it is told, after the usual time', () => {
  const simulation = run({ limit: false, errorPercent: 20 }, { ratePerSec: 1000 });
  simulation.advance(10 * SECOND);
  const { completions, failures } = simulation.component('api')!.stats.totals(simulation.now);
  expect(deathsAt(simulation, 'api')).toEqual({ error: failures });
  const share = failures / (failures + completions);
  expect(Math.abs(share - 0.2)).toBeLessThanOrEqual(4 * Math.sqrt((0.2 * 0.8) / (failures + completions)));
});

describe('outages', () => {
  const MTBF = 8;
  const MTTR = 2;
  const outages = { outages: true, mtbfSeconds: MTBF, mttrSeconds: MTTR };

  it('leave it available MTBF / (MTBF + MTTR) of the time', () => {
    const simulation = run(outages, { ratePerSec: 5 });
    simulation.advance(4000 * SECOND);
    const available = metricOf(simulation, 'api', 'available');
    // An alternating process of exponential times: the variance of its mean over T is 2λμ / ((λ + μ)³ T).
    const [failing, repairing] = [1 / MTBF, 1 / MTTR];
    const deviation = Math.sqrt((2 * failing * repairing) / (failing + repairing) ** 3 / 4000);
    expect(Math.abs(available - MTBF / (MTBF + MTTR))).toBeLessThanOrEqual(4 * deviation);
    // As often as MTBF and MTTR together fit in.
    expect(Math.abs(metricOf(simulation, 'api', 'outages') / 400 - 1)).toBeLessThan(0.2);
    const { arrivals } = simulation.component('api')!.stats.totals(simulation.now);
    expect(Math.abs(deathsAt(simulation, 'api')['refused']! / arrivals - (1 - available))).toBeLessThan(0.015);
  });

  it('are off by default, end when they are switched off, and are not felt by who is inside already', () => {
    const quiet = run({});
    quiet.advance(300 * SECOND);
    expect(metricOf(quiet, 'api', 'available')).toBe(1);

    const simulation = run({ ...outages, meanMs: 50 });
    const api = simulation.component('api')!;
    while (faceOf(simulation, 'api').at(-1) === 0) simulation.advance(simulation.now + SECOND / 100);
    expect(api.stats.inSystem).toBeGreaterThan(0);
    const before = api.stats.totals(simulation.now).completions;
    simulation.advance(simulation.now + SECOND / 20);
    expect(api.stats.totals(simulation.now).completions).toBeGreaterThan(before);
    configure(simulation, { latency: 'constant', meanMs: 15 });
    expect(faceOf(simulation, 'api').at(-1)).toBe(0);
    const refused = deathsAt(simulation, 'api')['refused'];
    simulation.advance(simulation.now + 100 * SECOND);
    expect(deathsAt(simulation, 'api')['refused']).toBe(refused);
  });

  it('begin anew after a restart', () => {
    const simulation = run(outages, {}, [{ target: 'api', fault: 'crash', atMs: 1000, durationMs: 1000, params: {} }]);
    simulation.advance(1.5 * SECOND);
    simulation.resetTotals();
    simulation.advance(1.9 * SECOND);
    expect(metricOf(simulation, 'api', 'available')).toBe(0);
    simulation.advance(60 * SECOND);
    expect(metricOf(simulation, 'api', 'available')).toBeGreaterThan(0.3);
    expect(metricOf(simulation, 'api', 'outages')).toBeGreaterThan(0);
  });
});

it('is slower while it is slow', () => {
  const simulation = run({}, {}, [{ target: 'api', fault: 'slow', atMs: 5, durationMs: 20, params: { factor: 3 } }]);
  expect(eventLog(simulation, 70).filter((line) => line.includes('answer'))).toEqual([
    '45 answer client>api',
    '55 answer client>api',
    '55 answer client>api',
    '65 answer client>api',
    '65 answer client>api',
  ]);
});

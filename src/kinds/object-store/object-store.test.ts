import { describe, expect, it } from 'vitest';
import type { Simulation } from '../../engine/simulation';
import type { Settings } from '../../model/fields';
import type { ScheduledFault } from '../../model/scenario';
import { MICROS_PER_SECOND as SECOND } from '../../model/units';
import { assemble } from '../assemble';
import { deathsAt, eventLog, faceOf, INSTANT, metricOf, smallSystem } from '../small-system';

/** Every first byte takes 20 ms and every object has 1 MB, at 100 MB a second: 30 ms. */
const STEADY: Settings = {
  firstByteMedianMs: 20,
  firstByteP99Ms: 20,
  sizeMedianKb: 1000,
  sizeP99Kb: 1000,
  streamMbPerSec: 100,
};

function run(store: Settings, load: Settings = {}, faults: readonly ScheduledFault[] = [], way: Settings = {}) {
  return assemble(
    smallSystem({
      components: {
        client: ['client', { arrivals: 'constant', ratePerSec: 100, readPercent: 100, ...load }],
        store: ['object-store', { ...STEADY, ...store }],
      },
      connections: { 'client>store': { ...INSTANT, timeoutMs: 0, ...way } },
      faults,
    }),
  );
}

function metrics(simulation: Simulation, ...ids: string[]): number[] {
  return ids.map((id) => metricOf(simulation, 'store', id));
}

it('takes the time of the first byte and of the bytes, however many ask', () => {
  const simulation = run({});
  expect(eventLog(simulation, 55).filter((line) => !line.endsWith('timer client'))).toEqual([
    '10 arrival client>store',
    '20 arrival client>store',
    '30 arrival client>store',
    '40 timer store',
    '40 answer client>store',
    '40 arrival client>store',
    '50 timer store',
    '50 answer client>store',
    '50 arrival client>store',
  ]);
  expect(metrics(simulation, 'gets', 'puts', 'kilobytes')).toEqual([5, 0, 2000]);
  expect(faceOf(simulation, 'store')).toEqual([0, 3, 0]);
});

it.each([
  [
    'first byte, median',
    { sizeMedianKb: 0.001, sizeP99Kb: 0.001, firstByteMedianMs: 25, firstByteP99Ms: 150 },
    25,
    0.5,
  ],
  ['first byte, p99', { sizeMedianKb: 0.001, sizeP99Kb: 0.001, firstByteMedianMs: 25, firstByteP99Ms: 150 }, 150, 0.99],
  // 2 MB at 100 MB a second.
  ['size, p99', { firstByteMedianMs: 0.001, firstByteP99Ms: 0.001, sizeMedianKb: 200, sizeP99Kb: 2000 }, 20, 0.99],
])('%s: that share is answered in time', (_, settings: Settings, timeoutMs, share) => {
  const simulation = run(settings, { ratePerSec: 200 }, [], { timeoutMs });
  simulation.advance(25 * SECOND);
  const { completions, failures } = simulation.system.totals(simulation.now);
  const deviation = Math.sqrt((share * (1 - share)) / (completions + failures));
  expect(Math.abs(completions / (completions + failures) - share)).toBeLessThanOrEqual(4 * deviation);
});

describe('the limits', () => {
  it('hold for reads and writes apart', () => {
    const simulation = run({ getLimit: 30, putLimit: 20 }, { ratePerSec: 200, readPercent: 50, arrivals: 'poisson' });
    simulation.advance(20 * SECOND);
    const [gets, puts, slowDowns] = metrics(simulation, 'gets', 'puts', 'slowDowns') as [number, number, number];
    // Burst and rate: the bucket was full at the beginning.
    expect(gets).toBeLessThanOrEqual(30 + 30 * 20);
    expect(gets).toBeGreaterThanOrEqual(30 + 30 * 20 - 5);
    expect(puts).toBeLessThanOrEqual(20 + 20 * 20);
    expect(puts).toBeGreaterThanOrEqual(20 + 20 * 20 - 5);
    expect(deathsAt(simulation, 'store')).toEqual({ 'rate-limited': slowDowns });
  });

  it('hold for each prefix', () => {
    const load = { ratePerSec: 200, keys: 'sequential', keyCount: 100 };
    const simulation = run({ getLimit: 60 }, load);
    simulation.advance(20 * SECOND);
    expect(metrics(simulation, 'slowDowns')[0]).toBeGreaterThan(2600);
    const edit = {
      type: 'configure-component',
      id: 'store',
      config: { ...STEADY, getLimit: 60, prefixes: 4 },
    } as const;
    simulation.intervene({ type: 'edit', edit });
    simulation.advance(21 * SECOND);
    const before = metrics(simulation, 'slowDowns');
    simulation.advance(40 * SECOND);
    expect(metrics(simulation, 'slowDowns')).toEqual(before);
    expect(faceOf(simulation, 'store').slice(0, 2)).toEqual([1, 4]);
  });

  it('are met by one prefix when one key is asked for all the time', () => {
    const simulation = run({ getLimit: 60, prefixes: 64 }, { ratePerSec: 200, keyCount: 1 });
    simulation.advance(20 * SECOND);
    expect(metrics(simulation, 'slowDowns')[0]).toBeGreaterThan(2600);
  });
});

it('loses what was under way in a crash, and begins anew', () => {
  const simulation = run({}, {}, [{ target: 'store', fault: 'crash', atMs: 105, durationMs: 100, params: {} }]);
  simulation.advance(0.15 * SECOND);
  expect(faceOf(simulation, 'store')).toEqual([0, 0, 0]);
  simulation.advance(SECOND);
  expect(deathsAt(simulation, 'store')).toEqual({ reset: 3, refused: 10 });
  expect(faceOf(simulation, 'store')).toEqual([0, 3, 0]);
});

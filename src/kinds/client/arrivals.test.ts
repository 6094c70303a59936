// What open load does over time, against theory. Rates of the same process are tested as numbers of arrivals; tolerances
// are four standard deviations of the count.
import { describe, expect, it } from 'vitest';
import type { Simulation } from '../../engine/simulation';
import type { Settings } from '../../model/fields';
import { MICROS_PER_SECOND as SECOND } from '../../model/units';
import { assemble } from '../assemble';
import { faceOf, metricOf, smallSystem } from '../small-system';

function load(client: Settings, seed = 7): Simulation {
  return assemble(smallSystem({ components: { users: ['client', client] }, connections: {}, seed }));
}

/** Arrivals in each of the spans that end at these seconds. */
function countsUntil(simulation: Simulation, seconds: readonly number[]): number[] {
  let before = 0;
  return seconds.map((second) => {
    simulation.advance(second * SECOND);
    const all = metricOf(simulation, 'users', 'planned');
    const count = all - before;
    before = all;
    return count;
  });
}

function expectPoisson(count: number, mean: number): void {
  expect(Math.abs(count - mean)).toBeLessThanOrEqual(4 * Math.sqrt(mean));
}

describe('bursty (MMPP)', () => {
  const bursty = { arrivals: 'bursty', ratePerSec: 20, burstRatePerSec: 200, quietS: 3, burstS: 1 };

  it('has the mean rate (λ0 q10 + λ1 q01) / (q01 + q10), and more variance than Poisson', () => {
    const spans = Array.from({ length: 8000 }, (_, i) => (i + 1) / 2);
    const counts = countsUntil(load(bursty), spans);
    const [q01, q10, seconds] = [1 / 3, 1, spans.length / 2];
    const mean = (20 * q10 + 200 * q01) / (q01 + q10);
    // The count's variance, asymptotically: λt + 2 (λ1 − λ0)² q01 q10 t / (q01 + q10)³ (Fischer and Meier-Hellstern 1993).
    const variance = mean * seconds + (2 * 180 ** 2 * q01 * q10 * seconds) / (q01 + q10) ** 3;
    const all = counts.reduce((sum, count) => sum + count, 0);
    expect(mean).toBe(65);
    expect(Math.abs(all - mean * seconds)).toBeLessThanOrEqual(4 * Math.sqrt(variance));
    const average = all / counts.length;
    const spread = counts.reduce((sum, count) => sum + (count - average) ** 2, 0) / counts.length;
    expect(spread / average).toBeGreaterThan(20);
  });

  it('says whether it is in a burst', () => {
    const simulation = load(bursty);
    const seen = new Set<string>();
    for (let i = 1; i <= 200; i++) {
      simulation.advance(i * SECOND);
      seen.add(faceOf(simulation, 'users').join());
    }
    expect([...seen].sort()).toEqual(['3,20', '4,200']);
  });
});

describe('day and night', () => {
  const day = { arrivals: 'diurnal', ratePerSec: 100, swingPercent: 80, periodS: 100 };

  it('has its mean over whole days, and swings as the sine says', () => {
    const counts = countsUntil(
      load(day),
      Array.from({ length: 40 }, (_, i) => (i + 1) * 50),
    );
    const halves = [0, 1].map((half) => counts.filter((_, i) => i % 2 === half).reduce((sum, count) => sum + count, 0));
    expectPoisson(halves[0]! + halves[1]!, 100 * 2000);
    // The mean of the sine over its upper half is 2/π.
    expectPoisson(halves[0]!, 100 * 1000 * (1 + (0.8 * 2) / Math.PI));
    expectPoisson(halves[1]!, 100 * 1000 * (1 - (0.8 * 2) / Math.PI));
  });

  it('may stand still at night', () => {
    const [, trough] = countsUntil(load({ ...day, swingPercent: 100 }), [74.5, 75.5]);
    // 100 × ∫ (1 − cos(2πt/100)) dt over half a second to each side: 0.016 requests.
    expect(trough).toBeLessThanOrEqual(1);
  });

  it('shows the rate of the moment', () => {
    const simulation = load(day);
    simulation.advance(25 * SECOND);
    expect(faceOf(simulation, 'users')).toEqual([5, 180]);
  });
});

describe('steps', () => {
  const stairs = { arrivals: 'steps', ratePerSec: 100, stepPerSec: 200, stepS: 10, steps: 3 };

  it('climbs at each step and then stays', () => {
    const counts = countsUntil(load(stairs), [10, 20, 30, 40, 50]);
    [1000, 3000, 5000, 7000, 7000].forEach((mean, i) => expectPoisson(counts[i]!, mean));
  });

  it('begins at nothing', () => {
    const simulation = load({ ...stairs, ratePerSec: 0 });
    const counts = countsUntil(simulation, [10, 20]);
    expect(counts[0]).toBe(0);
    expectPoisson(counts[1]!, 2000);
    expect(faceOf(simulation, 'users')).toEqual([6, 400]);
  });
});

it('a spike is a trapezoid', () => {
  const simulation = load({
    arrivals: 'spike',
    ratePerSec: 100,
    spikeAtS: 100,
    spikeRampS: 10,
    spikeForS: 20,
    spikeFactor: 11,
  });
  const counts = countsUntil(simulation, [100, 105, 110, 130, 135, 140, 240]);
  // Halfway up, the rate is 6 × 100: 3.5 × on average before, 8.5 × after.
  [10_000, 1750, 4250, 22_000, 4250, 1750, 10_000].forEach((mean, i) => expectPoisson(counts[i]!, mean));
  expect(faceOf(simulation, 'users')).toEqual([7, 100]);
});

it.each<Settings>([
  { arrivals: 'bursty', burstRatePerSec: 0 },
  { arrivals: 'diurnal' },
  { arrivals: 'spike', spikeAtS: 1 },
])('nothing comes at rate zero: %o', (settings) => {
  expect(countsUntil(load({ ratePerSec: 0, ...settings }), [100])).toEqual([0]);
});

it('is the same load whatever happens to it', () => {
  const settings = { arrivals: 'diurnal', periodS: 10 };
  const alone = countsUntil(load(settings), [1, 2, 3]);
  expect(countsUntil(load({ ...settings, readPercent: 0, addresses: 3, mix: 'operations' }), [1, 2, 3])).toEqual(alone);
});

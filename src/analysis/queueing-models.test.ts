/** The formulas against numbers that were computed independently. */
import { expect, it } from 'vitest';
import { cacheHitRatio, ttlHitRatio, zipfShares } from './caching-theory';
import { erlangB } from './queueing';
import { dm1, erlangArrivals, mg1Wait, priorityWaits, psResponse, renegingQueue } from './queueing-general';
import {
  exponentialOrderStatistic,
  forkJoin2,
  harmonic,
  meanValueAnalysis,
  twoChoices,
  usl,
} from './queueing-networks';

const close = (value: number, expected: number, digits: number): void =>
  expect(Math.abs(value - expected)).toBeLessThan(0.6 * 10 ** -digits);

it('Erlang B (V4)', () => {
  close(erlangB(10, 8), 0.12166, 5);
  close(erlangB(10, 10), 0.21458, 5);
  close(erlangB(100, 100), 0.0757, 5);
});

it('Pollaczek and Khinchine (V2, V7) and processor sharing (V9)', () => {
  expect([0, 1, 4, 25].map((scv) => Math.round(mg1Wait(80, 0.01, scv) * 1e6))).toEqual([20e3, 40e3, 100e3, 520e3]);
  close(psResponse(80, 0.01), 0.05, 9);
});

it('D/M/1 (V8) and E10/M/1 (V12)', () => {
  close(dm1(80, 100).sigma, 0.62863, 5);
  close(dm1(80, 100).meanResponse, 0.02693, 5);
  // The reference has a Monte Carlo estimate, 5.54, which is 2 % below the exact value.
  expect(Math.abs(erlangArrivals(0.9, 10, 1).meanResponse / 5.54 - 1)).toBeLessThan(0.03);
  close(erlangArrivals(0.8, 1, 1).meanResponse, 5, 9);
});

it('priorities (V44) and impatience (V42)', () => {
  const service = { mean: 0.01, meanSquare: 2e-4 };
  const [first, second] = priorityWaits([
    { arrivalRate: 30, ...service },
    { arrivalRate: 50, ...service },
  ]);
  close(first! * 1000, 11.43, 2);
  close(second! * 1000, 57.14, 2);
  const { abandoned, utilisation } = renegingQueue(120, 100, 1);
  close(abandoned, 0.1715, 5);
  close(utilisation, 0.9942, 5);
});

it('closed networks (V11)', () => {
  const demands = [0.01, 0.02, 0.005];
  const { throughput, meanResponse, queues } = meanValueAnalysis(50, 1, demands);
  close(throughput, 44.089, 3);
  close(meanResponse, 0.13406, 5);
  queues.forEach((queue, i) => close(queue, [0.773, 4.856, 0.281][i]!, 3));
  close(meanValueAnalysis(1, 1, demands).throughput, 0.9662, 4);
  close(meanValueAnalysis(10, 1, demands).throughput, 9.613, 3);
  close(meanValueAnalysis(100, 1, demands).meanResponse, 1, 3);
});

it('order statistics, fork and join, two choices, scalability (V12, V18, V19, V38)', () => {
  close(exponentialOrderStatistic(2, 3), 0.8333, 4);
  close(exponentialOrderStatistic(3, 5), 0.7833, 4);
  close(harmonic(10), 2.929, 3);
  close(harmonic(100), 5.187, 3);
  close(forkJoin2(0.5, 1) * 0.5, 1.4375, 9);
  close(forkJoin2(0.8, 1) * 0.2, 1.4, 9);
  [
    [0.5, 1.266],
    [0.7, 1.614],
    [0.9, 2.614],
    [0.95, 3.383],
    [0.99, 5.432],
  ].forEach(([load, mean]) => close(twoChoices(load!), mean!, 3));
  close(usl(44, 0.03, 0.0005), 13.6, 1);
});

it('caches (V13, V14)', () => {
  const shares = zipfShares(10_000, 0.9);
  close(cacheHitRatio('lru', shares, 1000), 0.5565, 4);
  close(cacheHitRatio('random', shares, 1000), 0.5101, 4);
  close(ttlHitRatio(10, 60), 0.99834, 5);
  close(ttlHitRatio(0.01, 60), 0.375, 9);
});

import { describe, expect, it } from 'vitest';
import { erlangC, mm1, mmc, mmck } from './queueing';

describe('formulas of queueing theory', () => {
  // λ = 0.8, μ = 1: L = ρ/(1 − ρ) = 4, W = 1/(μ − λ) = 5, worked by hand.
  it('M/M/1 at 80 %', () => {
    const { utilisation, meanInSystem, meanResponse, meanWait, meanWaiting } = mm1(0.8, 1);
    expect([utilisation, meanInSystem, meanResponse, meanWait, meanWaiting].map((x) => Number(x.toFixed(9)))).toEqual([
      0.8, 4, 5, 4, 3.2,
    ]);
  });

  // Gross et al., example 2.2 (the eye clinic): λ = 6/h, μ = 3/h, c = 3 gives Lq = 8/9, L = 26/9.
  it('M/M/3: the eye clinic of the textbook', () => {
    const clinic = mmc(6, 3, 3);
    expect(clinic.meanWaiting).toBeCloseTo(8 / 9, 12);
    expect(clinic.meanInSystem).toBeCloseTo(26 / 9, 12);
    expect(clinic.meanWait * 60).toBeCloseTo(8.889, 3);
  });

  // Published table of Erlang C: 10 servers, 8 Erlang: 0.409.
  it('Erlang C', () => {
    expect(erlangC(10, 8)).toBeCloseTo(0.409, 3);
    expect(erlangC(1, 0.3)).toBeCloseTo(0.3, 12);
    expect(erlangC(500, 450)).toBeGreaterThan(0);
    expect(erlangC(2, 2)).toBe(1);
  });

  // λ = μ, K = 4: all five states are equally likely.
  it('M/M/1/4 at the rate of its server', () => {
    const queue = mmck(1, 1, 1, 4);
    expect(queue.blocked).toBeCloseTo(0.2, 12);
    expect(queue.meanInSystem).toBeCloseTo(2, 12);
    expect(queue.utilisation).toBeCloseTo(0.8, 12);
    expect(queue.meanResponse).toBeCloseTo(2.5, 12);
  });

  it('much room is no limit', () => {
    const [limited, unlimited] = [mmck(3, 1, 4, 400), mmc(3, 1, 4)];
    expect(limited.meanWait).toBeCloseTo(unlimited.meanWait, 9);
    expect(limited.probabilityOfWaiting).toBeCloseTo(unlimited.probabilityOfWaiting, 9);
  });

  it('full load without a limit has no equilibrium', () => {
    expect(mm1(2, 1)).toMatchObject({ utilisation: 1, meanWait: Infinity, meanInSystem: Infinity });
  });
});

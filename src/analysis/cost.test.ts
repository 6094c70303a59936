import { describe, expect, it } from 'vitest';
import { KINDS } from '../kinds/registry';
import { KIND_PRICES } from '../model/cost';
import { type CostInput, costOf, retryShares } from './cost';

const input = (kind: string, more: Partial<CostInput> = {}): CostInput => ({
  id: kind,
  kind,
  config: {},
  requestsPerSec: 0,
  inSystem: 0,
  metrics: {},
  utilisation: null,
  retryShare: 0,
  ...more,
});

describe('prices', () => {
  it.each(KINDS.map(({ id }) => id))('%s says how it is priced', (id) => {
    expect(KIND_PRICES[id]?.basis).toMatch(/\.$/);
  });
});

describe('the cost of a system', () => {
  it('adds capacity and use, and divides by the good requests', () => {
    const report = costOf(
      [
        input('load-balancer', { requestsPerSec: 500 }),
        input('service', { config: { instances: 2 }, utilisation: 0.25 }),
        input('sql-database', { config: { replicas: 1, cores: 2 }, utilisation: 0.5 }),
      ],
      500,
    );
    // 0.0225 + 0.004; two instances of two vCPUs; a primary and a replica.
    expect(report.components.map(({ perHour }) => perHour)).toEqual([
      expect.closeTo(0.0265, 9),
      expect.closeTo(0.1632, 9),
      expect.closeTo(0.32, 9),
    ]);
    expect(report.perHour).toBeCloseTo(0.5097, 9);
    // 500 a second are 1.8 million an hour.
    expect(report.perMillionGood).toBeCloseTo(0.5097 / 1.8, 9);
    expect(report.idlePerHour).toBeCloseTo(0.75 * 0.1632 + 0.16, 9);
    expect(report.retriesPerHour).toBe(0);
  });

  it('counts what retries kept busy, and what they used', () => {
    const { retriesPerHour } = costOf(
      [
        input('service', { utilisation: 0.5, retryShare: 0.4 }),
        input('api-gateway', { requestsPerSec: 1000, retryShare: 0.25 }),
      ],
      100,
    );
    expect(retriesPerHour).toBeCloseTo(0.4 * 0.5 * 0.0816 + 0.25 * 3.6, 9);
  });

  it('prices functions by calls and by running time', () => {
    // 100 a second for 50 ms each: five run at a time.
    const { perHour } = costOf([input('function', { requestsPerSec: 100, inSystem: 5 })], 100);
    expect(perHour).toBeCloseTo(0.072 + 5 * 3600 * 0.5 * 0.0000166667, 9);
  });

  it('has no price per request when nothing was answered', () => {
    expect(costOf([input('redis')], 0)).toMatchObject({ perHour: 0.15, perMillionGood: null });
    expect(costOf([], null)).toMatchObject({ perHour: 0, perMillionGood: null });
  });
});

describe('the share of retries', () => {
  it('is that of all calls to a component', () => {
    const shares = retryShares([
      { to: 'api', sent: 175, policy: { retries: 70, hedges: 5 } },
      { to: 'api', sent: 125, policy: null },
      { to: 'db', sent: 0, policy: null },
    ]);
    expect([...shares]).toEqual([
      ['api', 0.25],
      ['db', 0],
    ]);
  });
});

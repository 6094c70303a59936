/** A zone that goes dark: what the shipped scenario claims, and that it vanishes with its cause. */
import { describe, expect, it } from 'vitest';
import { type Changes, measured, part } from './testing/measured';

const failed = (from: number, to: number, changes?: Changes): number =>
  measured('two-zones', from, to, changes).endToEnd.errorRatio!;

describe('two zones, one goes dark (from second 20 to second 40)', () => {
  it('costs the requests of a few seconds, until the health checks have noticed', () => {
    const report = measured('two-zones', 0, 60);
    // Three checks a second apart, and their timeout: 3 to 4 s of half of 120 requests a second.
    const { errors } = part(report, 'users');
    expect(Object.keys(errors)).toEqual(['timeout']);
    expect(errors['timeout']).toBeGreaterThan(140);
    expect(errors['timeout']).toBeLessThan(280);
    expect(failed(0, 20)).toBe(0);
    expect(failed(20, 25)).toBeGreaterThan(0.25);
    expect(failed(25, 40)).toBe(0);
    expect(failed(45, 60)).toBe(0);
  });

  it.each([
    ['nothing fails without the outage', { faults: [] }, 0, 0],
    ['health checks four times as often save most of it', { set: ['load-balancer.checkIntervalMs=250'] }, 0.001, 0.03],
    ['without health checks half is lost all the time', { set: ['load-balancer.healthChecks=false'] }, 0.45, 0.55],
    ['with the database in the dark zone everything is lost', { places: { database: 'zone-a' } }, 0.95, 1],
    ['a load that needs both zones is too much for one', { set: ['users.ratePerSec=320'] }, 0.15, 0.4],
  ] as const)('%s', (_what, changes, least, most) => {
    const ratio = failed(20, 40, changes);
    expect(ratio).toBeGreaterThanOrEqual(least);
    expect(ratio).toBeLessThanOrEqual(most);
  });

  it('and both zones together are enough for that load', () => {
    expect(failed(5, 20, { set: ['users.ratePerSec=320'] })).toBeLessThan(0.001);
  });
});

import { describe, expect, it } from 'vitest';
import { Leases } from './leases';

describe('leases', () => {
  it('go to one holder at a time, until they run out', () => {
    const leases = new Leases();
    expect([leases.grant(1, 10, 0, 100), leases.grant(1, 11, 99, 200), leases.grant(2, 11, 99, 200)]).toEqual([
      true,
      false,
      true,
    ]);
    expect([leases.grant(1, 11, 100, 200), leases.redeem(1, 10, 150), leases.redeem(1, 11, 150)]).toEqual([
      true,
      false,
      true,
    ]);
  });

  it('are used once, and not after their time', () => {
    const leases = new Leases();
    leases.grant(1, 10, 0, 100);
    expect([leases.redeem(1, 10, 50), leases.redeem(1, 10, 50)]).toEqual([true, false]);
    leases.grant(1, 10, 50, 100);
    expect(leases.redeem(1, 10, 100)).toBe(false);
  });

  it('are taken back by a write', () => {
    const leases = new Leases();
    leases.grant(1, 10, 0, 100);
    leases.revoke(1);
    leases.revoke(2);
    expect([leases.redeem(1, 10, 1), leases.grant(1, 11, 1, 100)]).toEqual([false, true]);
  });

  it('keep their holders apart when there are many, and forget those that ran out', () => {
    const leases = new Leases();
    for (let key = 0; key < 200; key++) leases.grant(key, key * 3, 0, 1000);
    for (let key = 0; key < 100; key++) expect(leases.redeem(key, key * 3, 1)).toBe(true);
    expect(leases.size).toBe(100);
    for (let i = 0; i < 200; i++) leases.grant(1000, 1, 2000, 3000);
    expect(leases.size).toBe(1);
    leases.clear();
    expect(leases.size).toBe(0);
  });
});

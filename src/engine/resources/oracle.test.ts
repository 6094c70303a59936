import { describe, expect, it } from 'vitest';
import { Oracle } from './oracle';

describe('oracle', () => {
  it('calls a read stale when it missed what was acknowledged before it began', () => {
    const oracle = new Oracle();
    const [first, second] = [oracle.next(), oracle.next()];
    oracle.acknowledged(7, first, 100);
    oracle.acknowledged(7, second, 200);
    const stale = (serial: number, startedAt: number): boolean => oracle.isStale(7, serial, startedAt);
    expect([stale(0, 99), stale(0, 100), stale(first, 199), stale(first, 200), stale(second, 300)]).toEqual([
      false,
      true,
      false,
      true,
      false,
    ]);
    expect(oracle.isStale(8, 0, 300)).toBe(false);
  });

  it('an older write acknowledged later promises nothing new', () => {
    const oracle = new Oracle();
    const [first, second] = [oracle.next(), oracle.next()];
    oracle.acknowledged(7, second, 100);
    oracle.acknowledged(7, first, 200);
    expect(oracle.promised(7, 300)).toBe(second);
  });

  it('remembers, after a long time, only what a read under way may need', () => {
    const oracle = new Oracle();
    for (let i = 1; i <= 1000; i++) oracle.acknowledged(7, oracle.next(), i * 1_000_000);
    expect(oracle.promised(7, 1_000_000_000)).toBe(1000);
    expect(oracle.promised(7, 900_000_000)).toBe(900);
  });
});

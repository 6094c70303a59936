import fc from 'fast-check';
import { describe, expect, inject, it } from 'vitest';
import { MICROS_PER_SECOND as SECOND } from '../../model/units';
import { TokenBucket } from './token-bucket';

fc.configureGlobal({ seed: inject('seed') });

/** Gaps between requests: none, short and long ones. */
const gaps = fc.array(
  fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 50_000 }), fc.integer({ min: 1, max: 10 * SECOND })),
  { minLength: 1, maxLength: 150 },
);
const rate = fc.integer({ min: 1, max: 100_000 });
const burst = fc.oneof(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 1_000_000 }));

/** Times of the requests let through and of those refused. */
function sort(bucket: TokenBucket, steps: readonly number[], start: number): { taken: number[]; refused: number[] } {
  const taken: number[] = [];
  const refused: number[] = [];
  let now = start;
  for (const gap of steps) {
    now += gap;
    (bucket.take(now) ? taken : refused).push(now);
  }
  return { taken, refused };
}

/** Whether `count` requests fit into a window of `micros`: count ≤ burst + rate × window, in whole numbers. */
function fits(count: number, micros: number, perSecond: number, size: number): boolean {
  return BigInt(count - size) * BigInt(SECOND) <= BigInt(perSecond) * BigInt(micros);
}

describe('a token bucket', () => {
  it('lets no more through in any window than burst + rate × window', () => {
    fc.assert(
      fc.property(rate, burst, gaps, fc.integer({ min: 0, max: 1e9 }), (perSecond, size, steps, start) => {
        const { taken } = sort(new TokenBucket(perSecond, size, start), steps, start);
        for (let from = 0; from < taken.length; from++) {
          for (let to = from; to < taken.length; to++) {
            if (!fits(to - from + 1, taken[to]! - taken[from]!, perSecond, size)) return false;
          }
        }
        return true;
      }),
    );
  });

  it('refuses only what would break this bound', () => {
    fc.assert(
      fc.property(rate, fc.integer({ min: 1, max: 20 }), gaps, (perSecond, size, steps) => {
        const { taken, refused } = sort(new TokenBucket(perSecond, size, 0), steps, 0);
        return refused.every((time) => {
          const before = taken.filter((at) => at <= time);
          return before.some((from, i) => !fits(before.length - i + 1, time - from, perSecond, size));
        });
      }),
    );
  });

  it('does not notice how often it is looked at', () => {
    fc.assert(
      fc.property(rate, burst, gaps, (perSecond, size, steps) => {
        const seen = new TokenBucket(perSecond, size, 0);
        const unseen = new TokenBucket(perSecond, size, 0);
        let now = 0;
        for (const gap of steps) {
          seen.tokens(now + Math.floor(gap / 3));
          seen.configure(perSecond, size, now + Math.floor(gap / 2));
          now += gap;
          if (seen.take(now) !== unseen.take(now) || seen.tokens(now) !== unseen.tokens(now)) return false;
        }
        return true;
      }),
    );
  });
});

describe('the tokens', () => {
  it('come back one by one', () => {
    const bucket = new TokenBucket(4, 2, 0);
    expect([bucket.take(0), bucket.take(0), bucket.take(0)]).toEqual([true, true, false]);
    expect([bucket.tokens(125_000), bucket.tokens(250_000), bucket.tokens(10 * SECOND)]).toEqual([0.5, 1, 2]);
    expect([bucket.take(249_999), bucket.take(250_000), bucket.take(250_000)]).toEqual([false, true, false]);
  });

  it('are kept when the rate changes, and spill over when the bucket shrinks', () => {
    const bucket = new TokenBucket(10, 100, 0);
    for (let i = 0; i < 100; i++) bucket.take(0);
    bucket.configure(1, 100, 5 * SECOND);
    expect(bucket.tokens(6 * SECOND)).toBe(51);
    bucket.configure(1, 20, 6 * SECOND);
    expect(bucket.tokens(6 * SECOND)).toBe(20);
    bucket.configure(1, 40, 6 * SECOND);
    expect(bucket.tokens(6 * SECOND)).toBe(20);
    bucket.fill(6 * SECOND);
    expect(bucket.tokens(6 * SECOND)).toBe(40);
  });
});

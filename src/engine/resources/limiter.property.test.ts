// What every limiter promises, whatever comes when. fast-check prints the seed of a failure.
import fc from 'fast-check';
import { describe, expect, inject, it } from 'vitest';
import { MICROS_PER_SECOND as SECOND } from '../../model/units';
import { ConcurrencyLimit } from './concurrency-limit';
import { LeakyBucket } from './leaky-bucket';
import { type Limiter, type LimiterSettings, TokenLimiter } from './limiter';
import { FixedWindow, SlidingWindow } from './window-limiters';

fc.configureGlobal({ seed: inject('seed') });

const gaps = fc.array(
  fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 50_000 }), fc.integer({ min: 1, max: 3 * SECOND })),
  { minLength: 1, maxLength: 150 },
);
const settings = fc.record({
  ratePerSec: fc.oneof(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 100_000 })),
  burst: fc.integer({ min: 1, max: 30 }),
  window: fc.integer({ min: 1, max: 5 }).map((seconds) => seconds * SECOND),
});
const start = fc.integer({ min: 0, max: 1e9 });

const LIMITERS: Readonly<Record<string, new (of: LimiterSettings, now: number) => Limiter>> = {
  'token bucket': TokenLimiter,
  'leaky bucket': LeakyBucket,
  'fixed window': FixedWindow,
  'sliding window': SlidingWindow,
};

interface Ran {
  /** When each request that was let in came, and when it goes on. */
  readonly came: number[];
  readonly left: number[];
  readonly refused: number[];
}

function run(limiter: Limiter, steps: readonly number[], from: number): Ran {
  const ran: Ran = { came: [], left: [], refused: [] };
  let now = from;
  for (const gap of steps) {
    now += gap;
    const wait = limiter.admit(now);
    if (wait < 0) ran.refused.push(now);
    else {
      ran.came.push(now);
      ran.left.push(now + wait);
    }
  }
  return ran;
}

/** Whether every run of the times fits a bound on how many may lie within so many microseconds. */
function within(times: readonly number[], bound: (micros: number) => number): boolean {
  return times.every((from, i) => times.slice(i).every((to, more) => more + 1 <= bound(to - from) + 1e-9));
}

describe.each(Object.entries(LIMITERS))('%s', (_, Made) => {
  it('says truly when to come again', () => {
    fc.assert(
      fc.property(settings, gaps, start, (of, steps, from) => {
        const limiter = new Made(of, from);
        let now = from;
        for (const gap of steps) {
          now += gap;
          const free = limiter.left(now);
          const again = limiter.retryAfter(now);
          expect(again === 0).toBe(free > 0);
          if (again > 0) {
            expect(limiter.left(now + again - 1)).toBe(0);
            expect(limiter.left(now + again)).toBeGreaterThan(0);
          }
          expect(limiter.admit(now) >= 0).toBe(free > 0);
        }
      }),
    );
  });

  it('lets in as many at once as it says, and no more', () => {
    fc.assert(
      fc.property(settings, gaps, start, (of, steps, from) => {
        const small = { ...of, ratePerSec: (of.ratePerSec % 20) + 1 };
        const limiter = new Made(small, from);
        const now = from + steps.reduce((sum, gap) => sum + gap, 0);
        run(limiter, steps, from);
        const free = limiter.left(now);
        for (let i = 0; i < free; i++) expect(limiter.admit(now)).toBeGreaterThanOrEqual(0);
        expect(limiter.admit(now)).toBe(-1);
        expect(limiter.left(now)).toBe(0);
        limiter.reset(now);
        expect(limiter.retryAfter(now)).toBe(0);
      }),
    );
  });

  it('does not notice that it is set to the same again', () => {
    fc.assert(
      fc.property(settings, gaps, start, (of, steps, from) => {
        const [seen, unseen] = [new Made(of, from), new Made(of, from)];
        let now = from;
        for (const gap of steps) {
          seen.configure(of, now + Math.floor(gap / 2));
          now += gap;
          expect(seen.admit(now)).toBe(unseen.admit(now));
        }
      }),
    );
  });
});

describe('hard limits', () => {
  it('token bucket: in any window at most burst + rate × window (V21)', () => {
    fc.assert(
      fc.property(settings, gaps, start, (of, steps, from) =>
        within(run(new TokenLimiter(of, from), steps, from).left, (w) => of.burst + (of.ratePerSec * w) / SECOND),
      ),
    );
  });

  it('leaky bucket: in any window 1 + rate × window leave, in order, and none waits longer than burst / rate', () => {
    fc.assert(
      fc.property(settings, gaps, start, (of, steps, from) => {
        const { came, left } = run(new LeakyBucket(of, from), steps, from);
        // Times are whole microseconds, rounded up.
        const longest = Math.ceil((of.burst * SECOND) / of.ratePerSec);
        expect(left.every((time, i) => time - came[i]! <= longest && time >= (left[i - 1] ?? 0))).toBe(true);
        return within(left, (w) => 1 + (of.ratePerSec * (w + 1)) / SECOND);
      }),
    );
  });

  it('fixed window: the limit in each window, twice as many at most in any span of that length', () => {
    fc.assert(
      fc.property(settings, gaps, start, (of, steps, from) => {
        const { left } = run(new FixedWindow(of, from), steps, from);
        const limit = (of.ratePerSec * of.window) / SECOND;
        const each = new Map<number, number>();
        for (const time of left)
          each.set(Math.floor(time / of.window), (each.get(Math.floor(time / of.window)) ?? 0) + 1);
        expect(Math.max(0, ...each.values())).toBeLessThanOrEqual(limit);
        return within(left, (w) => (w < of.window ? 2 * limit : Infinity));
      }),
    );
  });

  it('sliding window: limit × (1 + w / window) + 1 in any w below the window', () => {
    fc.assert(
      fc.property(settings, gaps, start, (of, steps, from) => {
        const { left } = run(new SlidingWindow(of, from), steps, from);
        const limit = (of.ratePerSec * of.window) / SECOND;
        return within(left, (w) => (w < of.window ? limit * (1 + w / of.window) + 1 : Infinity));
      }),
    );
  });

  it('requests at once: never more than the limit, for each client or for all', () => {
    const step = fc.record({ client: fc.integer({ min: -1, max: 3 }), ends: fc.boolean() });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5 }), fc.array(step, { maxLength: 200 }), (limit, steps) => {
        const permits = new ConcurrencyLimit(limit);
        const open = new Map<number, number>();
        for (const { client, ends } of steps) {
          const had = open.get(client) ?? 0;
          if (ends && had > 0) {
            permits.release(client);
            open.set(client, had - 1);
          } else if (!ends) {
            expect(permits.admit(client)).toBe(had < limit);
            open.set(client, Math.min(limit, had + 1));
          }
          expect(permits.inFlight(client)).toBe(open.get(client) ?? 0);
        }
      }),
    );
  });
});

describe('around the border of two windows', () => {
  // 10 a second: nine tenths of a second of silence, then as many as come.
  const of = { ratePerSec: 10, burst: 10, window: SECOND };
  const rush = Array.from({ length: 40 }, (_, i) => (i === 0 ? 900_000 : 5_000));

  it('a fixed window lets twice its limit in', () => {
    expect(run(new FixedWindow(of, 0), rush, 0).left).toHaveLength(20);
  });

  it('a sliding window does not', () => {
    expect(run(new SlidingWindow(of, 0), rush, 0).left).toHaveLength(11);
  });
});

it('a leaky bucket spaces a burst evenly', () => {
  const bucket = new LeakyBucket({ ratePerSec: 10, burst: 3, window: SECOND }, 0);
  expect([0, 0, 0, 0, 0, 100_000, 100_000].map((now) => bucket.admit(now))).toEqual([
    0, 100_000, 200_000, 300_000, -1, 300_000, -1,
  ]);
  expect(bucket.retryAfter(100_000)).toBe(100_000);
});

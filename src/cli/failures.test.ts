/**
 * Failures that emerge: nothing in the simulation knows their names. For each, the shipped scenario shows it, and the
 * same scenario without its cause does not.
 */
import { describe, expect, it } from 'vitest';
import { type Changes, measured, part } from './testing/measured';

/** Good answers per second from second `from` to second `to`. */
const goodput = (name: string, from: number, to: number, changes?: Changes): number =>
  measured(name, from, to, changes).endToEnd.goodputPerSec!;

const errorRatio = (name: string, from: number, to: number, changes?: Changes): number =>
  measured(name, from, to, changes).endToEnd.errorRatio!;

const set = (...texts: string[]): Changes => ({ set: texts });

describe('retry storm (metastable collapse: n·λ > C and Q/C > T)', () => {
  it('works before the trigger and stays collapsed long after it', () => {
    expect(goodput('retry-storm', 0, 10)).toBeGreaterThan(50);
    expect(goodput('retry-storm', 40, 120)).toBeLessThan(1);
  });
  it.each([
    ['without retries', 'users-service.retry=none'],
    ['with a retry budget', 'users-service.budget=ratio', 'users-service.budgetReserve=0'],
    ['with a short queue', 'service.queueLimit=50'],
    ['without the trigger', 'users.ratePerSec=60', 'NO FAULTS'],
    // Its full queue of 1000 is worked off in Q / (C − nλ) = 25 s.
    ['below C/n', 'users.ratePerSec=20'],
  ])('recovers %s', (_what, ...texts) => {
    const changes = set(...texts.filter((text) => text !== 'NO FAULTS'));
    const without = texts.includes('NO FAULTS') ? { ...changes, faults: [] } : changes;
    const offered = texts.includes('users.ratePerSec=20') ? 20 : 60;
    expect(goodput('retry-storm', 60, 120, without)).toBeGreaterThan(0.9 * offered);
  });
  it('with a faster service only when that is faster than all attempts together: 180 a second', () => {
    expect(goodput('retry-storm', 60, 120, set('service.meanMs=6.5'))).toBeLessThan(1);
    expect(goodput('retry-storm', 60, 120, set('service.meanMs=4.5'))).toBeGreaterThan(54);
  });
});

describe('retries multiply', () => {
  const calls = (changes?: Changes) => part(measured('retry-amplification', 20, 30, changes), 'back').arrivalsPerSec!;

  it('through two layers of three attempts, a failing service gets six times the calls', () => {
    const before = part(measured('retry-amplification', 5, 20), 'back').arrivalsPerSec!;
    // (1 − p³)/(1 − p) = 2.71 for p = 0.9, and for the layer above with p³ = 0.729 another 2.26.
    expect(calls() / before).toBeGreaterThan(0.9 * 2.71 * 2.26);
    expect(calls() / before).toBeLessThan(1.1 * 2.71 * 2.26);
  });
  it('not when only one layer retries', () => {
    expect(calls(set('middle-back.retry=none'))).toBeLessThan(3 * 105);
  });
  it('not when nobody fails', () => {
    expect(calls({ faults: [] })).toBeLessThan(110);
  });
});

describe('a full queue and no use', () => {
  it('keeps the service busy for nothing, long after the peak', () => {
    // With some luck the queue is worked off after 50 s.
    const report = measured('goodput-collapse', 32, 48);
    expect(part(report, 'service').utilisation).toBeGreaterThan(0.99);
    expect(report.endToEnd.goodputPerSec).toBeLessThan(1);
  });
  it.each([
    ['with a queue that is worked off within the timeout', 'service.queueLimit=50'],
    ['with callers that wait long enough', 'users-service.timeoutMs=5000'],
    ['with the newest request first', 'service.discipline=lifo'],
  ])('answers again after the peak %s', (_what, text) => {
    expect(goodput('goodput-collapse', 32, 55, set(text))).toBeGreaterThan(75);
  });
  it('does not happen without the peak', () => {
    expect(goodput('goodput-collapse', 32, 55, { faults: [] })).toBeGreaterThan(80);
  });
});

describe('a flush the database never survives', () => {
  it('serves everybody before, and goes on failing long after', () => {
    expect(errorRatio('cache-flush-collapse', 31, 40)).toBeLessThan(0.01);
    expect(errorRatio('cache-flush-collapse', 80, 130)).toBeGreaterThan(0.4);
  });
  it('is over soon when queries that cannot be used any more are turned away', () => {
    expect(errorRatio('cache-flush-collapse', 80, 130, set('database.poolTimeoutMs=500'))).toBeLessThan(0.001);
  });
  it('does not happen without the flush, under the same load', () => {
    const step = { atMs: 30_000, target: 'users', fault: 'load-step', params: { factor: 2 } };
    expect(errorRatio('cache-flush-collapse', 80, 130, { faults: [step] })).toBeLessThan(0.001);
  });
});

describe('a cache stampede', () => {
  // The item expires ten seconds after it was stored.
  const loads = (changes?: Changes) =>
    part(measured('cache-stampede', 5, 65, changes), 'database').arrivalsPerSec! * 60;

  it('asks the database about λ·d = 40 times for one item, at each of some six expiries', () => {
    expect(loads()).toBeGreaterThan(150);
  });
  it.each(['single-flight', 'lock', 'stale'])('asks once each time with %s', (stampede) => {
    expect(loads(set(`service-redis.stampede=${stampede}`))).toBeLessThan(8);
  });
  it('asks a few times with early renewal', () => {
    expect(loads(set('service-redis.stampede=early'))).toBeLessThan(30);
  });
});

describe('all items expire together', () => {
  /** The busiest second of the database between 15 s and 35 s, in queries. */
  const peak = (changes?: Changes): number => {
    let highest = 0;
    for (let second = 18; second < 30; second++) {
      const report = measured('synchronised-expiry', second, second + 1, changes);
      highest = Math.max(highest, part(report, 'database').arrivalsPerSec!);
    }
    return highest;
  };

  it('gives the database a second of many times its usual load', () => {
    // 1000 items in 20.7 s are 48 a second on average.
    expect(peak()).toBeGreaterThan(5 * 48);
  });
  it('is gone when their lives differ', () => {
    expect(peak(set('redis.ttlJitterPercent=50'))).toBeLessThan(120);
  });
});

describe('collecting garbage all the time', () => {
  it('works before the peak, and does not recover after it', () => {
    expect(goodput('gc-death-spiral', 5, 15)).toBeGreaterThan(105);
    expect(goodput('gc-death-spiral', 40, 90)).toBeLessThan(1);
  });
  it.each([
    ['twice the memory', 'service.limitMb=1024'],
    ['a short queue', 'service.queueLimit=20'],
    ['memory that needs no collecting', 'service.memory=unlimited'],
  ])('recovers with %s', (_what, text) => {
    expect(goodput('gc-death-spiral', 60, 90, set(text))).toBeGreaterThan(105);
  });
  it('does not happen without the peak', () => {
    expect(goodput('gc-death-spiral', 40, 90, { faults: [] })).toBeGreaterThan(105);
  });
});

describe('a reconnect herd (B < 2·C·T = 40 recovers)', () => {
  const answered = (percent: number, ...texts: string[]): number => {
    const seconds = 110;
    const storm = { atMs: 10_000, target: 'users', fault: 'reconnect-storm', params: { percent } };
    return (
      measured('reconnect-herd', 10, 10 + seconds, { set: texts, faults: [storm] }).endToEnd.goodputPerSec! * seconds
    );
  };

  it.each([
    ['38 of them recover', 1, 38, 38],
    ['of 42, only the first 20 are ever answered', 1, 42, 20],
    ['of 60 as well', 1, 60, 20],
  ])('%s', (_what, _seed, herd, served) => {
    expect(answered(100, `users.addresses=${herd}`)).toBeCloseTo(served, 6);
  });
  it('full jitter rescues 60', () => {
    const jitter = ['users-service.retry=exponential', 'users-service.backoffMs=500', 'users-service.jitterKind=full'];
    expect(answered(100, ...jitter)).toBeCloseTo(60, 6);
  });
});

describe('gRPC behind a balancer that sees connections only', () => {
  const shares = (...texts: string[]): number[] => {
    const report = measured('grpc-pinned', 5, 65, set(...texts));
    return [1, 2, 3].map((i) => part(report, `server-${i}`).arrivalsPerSec! / part(report, 'balancer').arrivalsPerSec!);
  };

  it('sends everything to one server', () => {
    const [first, ...others] = shares();
    expect(first).toBeCloseTo(1, 3);
    expect(others).toEqual([0, 0]);
  });
  it.each([
    ['requests are balanced', 'balancer.layer=7'],
    ['the callers use REST', 'users-balancer.protocol=rest'],
    ['the connection is renewed every second', 'users-balancer.maxConnectionAgeS=1'],
  ])('gives each a third when %s', (_what, text) => {
    for (const share of shares(text)) expect(share).toBeCloseTo(1 / 3, 1);
  });
});

describe('a slow database empties the pool', () => {
  const waiting = (from: number, to: number, changes?: Changes) =>
    part(measured('pool-exhaustion', from, to, changes), 'database').metrics['connectionsWaiting']!;

  it('makes requests wait for a connection while it is slow, and not before or after', () => {
    expect(waiting(5, 15)).toBeLessThan(0.1);
    expect(waiting(20, 30)).toBeGreaterThan(50);
    expect(waiting(35, 45)).toBeLessThan(1);
    expect(errorRatio('pool-exhaustion', 20, 30)).toBeGreaterThan(0.05);
  });
  it('does not happen without the slow database, or with one that has cores to spare', () => {
    expect(waiting(20, 30, { faults: [] })).toBeLessThan(0.1);
    expect(errorRatio('pool-exhaustion', 20, 30, set('database.poolSize=60', 'database.cores=12'))).toBe(0);
  });
});

describe('one slow neighbour takes all threads', () => {
  it('stops requests that do not need it', () => {
    expect(goodput('thread-exhaustion', 5, 15)).toBeGreaterThan(190);
    expect(goodput('thread-exhaustion', 20, 30)).toBeLessThan(1);
  });
  it.each([
    ['a bulkhead', 'shop-recommendations.concurrency=bulkhead', 'shop-recommendations.concurrencyLimit=5'],
    ['a short timeout', 'shop-recommendations.timeoutMs=100'],
    ['an event loop', 'shop.concurrency=event-loop', 'shop.workers=2000'],
  ])('but not with %s: the nine in ten go on', (_what, ...texts) => {
    expect(goodput('thread-exhaustion', 20, 30, set(...texts))).toBeGreaterThan(0.88 * 195);
  });
  it('and with a default answer besides, hardly anybody notices', () => {
    const changes = set('shop-recommendations.timeoutMs=100', 'shop-recommendations.fallback=default');
    expect(errorRatio('thread-exhaustion', 20, 30, changes)).toBe(0);
  });
});

describe('timeouts the wrong way round', () => {
  it('let a slow end stop the whole chain', () => {
    expect(goodput('timeout-cascade', 5, 15)).toBeGreaterThan(140);
    expect(goodput('timeout-cascade', 22, 35)).toBeLessThan(1);
  });
  it.each([
    ['timeouts that shrink along the chain', 'front-middle.timeoutMs=600', 'middle-back.timeoutMs=300'],
    [
      'a deadline passed on',
      'users-front.propagateDeadline=true',
      'front-middle.propagateDeadline=true',
      'middle-back.propagateDeadline=true',
      'users-front.timeoutMs=400',
    ],
  ])('not with %s', (_what, ...texts) => {
    expect(goodput('timeout-cascade', 22, 35, set(...texts))).toBeGreaterThan(95);
  });
});

describe('timeouts the wrong way round, without a slow end', () => {
  it('harm nobody', () => {
    expect(goodput('timeout-cascade', 22, 35, { faults: [] })).toBeGreaterThan(140);
  });
});

describe('the broken server that looks idle', () => {
  const share = (changes?: Changes) => {
    const report = measured('balancer-sinkhole', 18, 30, changes);
    return part(report, 'server-2').arrivalsPerSec! / part(report, 'balancer').arrivalsPerSec!;
  };

  it('draws four fifths of the requests, although it is one of four', () => {
    expect(share()).toBeGreaterThan(0.75);
    expect(errorRatio('balancer-sinkhole', 18, 30)).toBeGreaterThan(0.75);
  });
  it('gets its quarter from a balancer that does not look at open requests', () => {
    expect(share(set('balancer.policy=round-robin'))).toBeCloseTo(0.25, 2);
  });
  it('is left out by a balancer that looks at the answers', () => {
    expect(share(set('balancer.ejection=true'))).toBeLessThan(0.02);
  });
  it('is no sinkhole without the fault', () => {
    expect(share({ faults: [] })).toBeCloseTo(0.25, 1);
  });
});

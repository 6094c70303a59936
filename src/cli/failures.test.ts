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
    ['below C/n', 'users.ratePerSec=30'],
  ])('recovers %s', (_what, ...texts) => {
    const changes = set(...texts.filter((text) => text !== 'NO FAULTS'));
    const without = texts.includes('NO FAULTS') ? { ...changes, faults: [] } : changes;
    const offered = texts.includes('users.ratePerSec=30') ? 30 : 60;
    expect(goodput('retry-storm', 60, 120, without)).toBeGreaterThan(0.9 * offered);
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
  it('keeps the service busy for nothing', () => {
    const report = measured('goodput-collapse', 20, 60);
    expect(part(report, 'service').utilisation).toBeGreaterThan(0.99);
    expect(report.endToEnd.goodputPerSec).toBeLessThan(1);
  });
  it.each([
    ['a queue that is worked off within the timeout', 'service.queueLimit=50'],
    ['a load it can carry', 'users.ratePerSec=90'],
    ['callers that wait long enough', 'users-service.timeoutMs=5000'],
  ])('is gone with %s', (_what, text) => {
    expect(goodput('goodput-collapse', 20, 60, set(text))).toBeGreaterThan(80);
  });
});

describe('a slow database empties the pool', () => {
  const waiting = (from: number, to: number, changes?: Changes) =>
    part(measured('pool-exhaustion', from, to, changes), 'database').metrics['connectionsWaiting']!;

  it('makes requests wait for a connection while it is slow, and not before or after', () => {
    expect(waiting(5, 15)).toBeLessThan(0.1);
    expect(waiting(20, 30)).toBeGreaterThan(50);
    expect(waiting(35, 45)).toBeLessThan(1);
    expect(errorRatio('pool-exhaustion', 20, 30)).toBeGreaterThan(0.15);
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

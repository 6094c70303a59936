/** Failures of queues that emerge: shown by a shipped scenario, and gone without their cause. */
import { describe, expect, it } from 'vitest';
import { type Changes, measured, part, stretches } from './testing/measured';

const set = (...texts: string[]): Changes => ({ set: texts });

describe('poison messages that come round for ever', () => {
  const done = (changes?: Changes) => part(measured('poison-message', 60, 120, changes), 'worker').metrics['effects']!;

  it('take nearly all attempts of the workers', () => {
    const { metrics } = part(measured('poison-message', 60, 120), 'worker');
    expect(metrics['poisoned']).toBeGreaterThan(190);
    expect(metrics['effects']).toBeLessThan(2);
  });
  it.each([
    ['with a delivery limit', 'orders.type=quorum'],
    ['when failed messages are rejected', 'orders.failed=reject'],
    ['without poison', 'worker.poisonEvery=0'],
  ])('do no harm %s', (_what, text) => {
    expect(done(set(text))).toBeGreaterThan(47);
  });
});

describe('a visibility timeout shorter than the work', () => {
  const ledger = (changes?: Changes) => part(measured('duplicate-work', 60, 180, changes), 'worker');
  // How many are busy follows the luck of the arrivals: only the same luck can be compared.
  const busy = (changes?: Changes) => ledger(changes).metrics['busyWorkers']!;

  it('has one payment in five or more made again, and no call fails', () => {
    const report = measured('duplicate-work', 60, 180);
    const { metrics, failuresPerSec } = part(report, 'worker');
    expect(metrics['duplicates']! / metrics['effects']!).toBeGreaterThan(0.2);
    expect(part(report, 'orders').metrics['lateDeletes']).toBeGreaterThan(2);
    expect([failuresPerSec, part(report, 'shop').failuresPerSec]).toEqual([0, 0]);
  });
  // What the queue duplicates by itself is left.
  it.each([
    ['with a longer one', 'orders.visibilitySeconds=20'],
    ['when it is extended', 'orders.extend=true'],
  ])('does no harm %s', (_what, text) => {
    const { metrics } = ledger(set(text));
    expect(metrics['duplicates']! / metrics['effects']!).toBeLessThan(0.005);
    expect(metrics['busyWorkers']).toBeLessThan(busy() / 1.1);
  });
  it('has no second effect when the worker knows what it has done, but costs as much work', () => {
    const { metrics } = ledger(set('worker.idempotency=store'));
    expect(metrics['duplicates']).toBe(0);
    expect(metrics['effects']).toBeGreaterThan(9);
    expect(metrics['suppressed']).toBeGreaterThan(2);
    expect(metrics['busyWorkers']).toBeGreaterThan(1.1 * busy(set('orders.extend=true')));
  });
});

describe('a queue without a limit', () => {
  const limited = (...more: string[]) => set('orders.maxLength=1000', ...more);
  const minute = (changes?: Changes) => measured('queue-without-limit', 60, 120, changes);

  it('grows and grows, and the publisher notices nothing', () => {
    const [first, second] = stretches('queue-without-limit', [59, 60, 119, 120]).filter((_, i) => i !== 1);
    const before = part(first!, 'orders').metrics;
    const after = part(second!, 'orders').metrics;
    // (250 − 200) × 59.5, and four times the square root of (250 + 200) × 59.5.
    expect(Math.abs(before['ready']! - 2975)).toBeLessThan(4 * 164);
    expect(Math.abs(after['ready']! - before['ready']! - 3000)).toBeLessThan(4 * 164);
    expect(after['oldestMessageAgeMs']! - before['oldestMessageAgeMs']!).toBeGreaterThan(9000);
    for (const report of [first!, second!]) {
      const shop = part(report, 'shop');
      expect(shop.failuresPerSec).toBe(0);
      expect(shop.latencyMs!.max).toBeLessThan(2);
    }
  });
  it('stays short with a limit, and the publisher is told', () => {
    const report = minute(limited('orders.overflow=reject-publish'));
    const { metrics, errors } = part(report, 'orders');
    expect(metrics['ready']).toBeLessThanOrEqual(1000);
    expect(metrics['oldestMessageAgeMs']).toBeLessThan(5500);
    // 50 a second, give or take four times the square root of (250 + 200) ÷ 60.
    expect(errors['queue-full']).toBeGreaterThan(39);
    expect(part(report, 'shop').failuresPerSec).toBeGreaterThan(39);
  });
  it('stays short when the oldest go, and the publisher is not told', () => {
    const report = minute(limited('orders.overflow=drop-head'));
    const { metrics } = part(report, 'orders');
    expect(metrics['oldestMessageAgeMs']).toBeLessThan(4500);
    expect(metrics['discarded']).toBeGreaterThan(39);
    expect(part(report, 'shop').failuresPerSec).toBe(0);
  });
  it('needs none with workers enough', () => {
    const { metrics } = part(minute(set('worker.workers=6')), 'orders');
    expect(metrics['ready']).toBeLessThan(1);
    expect(metrics['oldestMessageAgeMs']).toBeLessThan(10);
  });
});

describe('a large prefetch', () => {
  it('lets a slow worker hoard what an idle one could do, and the queue looks empty', () => {
    const report = measured('prefetch-hoarding', 60, 180);
    const old = part(report, 'old');
    expect(old.meanInSystem).toBeGreaterThan(49);
    expect(old.meanResponseMs).toBeGreaterThan(9000);
    expect(part(report, 'new').utilisation).toBeLessThan(0.5);
    expect(part(report, 'orders').metrics['ready']).toBeLessThan(0.1);
  });
  it('does no harm when it is small', () => {
    const report = measured('prefetch-hoarding', 60, 180, set('orders-old.prefetch=1', 'orders-new.prefetch=1'));
    expect(part(report, 'old').meanResponseMs).toBeLessThan(250);
    expect(part(report, 'new').meanResponseMs).toBeLessThan(11);
    expect(part(report, 'orders').metrics['oldestMessageAgeMs']).toBeLessThan(10);
  });
  it('does no harm when nobody is slow', () => {
    const report = measured('prefetch-hoarding', 60, 180, set('old.meanMs=10'));
    expect(part(report, 'old').meanResponseMs).toBeLessThan(20);
  });
});

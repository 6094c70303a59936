/** What the stories of the starters claim, measured. Each is run for as long as the claim needs. */
import { describe, expect, it } from 'vitest';
import type { RunReport } from '../analysis/report';
import type { ScheduledFault } from '../model/scenario';
import { measured, part } from './testing/measured';

const fault = (atMs: number, target: string, id: string, durationMs?: number): ScheduledFault => ({
  atMs,
  ...(durationMs === undefined ? {} : { durationMs }),
  target,
  fault: id,
  params: {},
});

const errors = ({ endToEnd }: RunReport): number =>
  Object.values(endToEnd.errors).reduce((sum, count) => sum + count, 0);

describe('monolith', () => {
  it('answers quickly up to 200 a second, and bends soon after', () => {
    const p95 = (rate: number) =>
      measured('monolith', 5, 25, { set: [`users.ratePerSec=${rate}`] }).endToEnd.latencyMs.p95!;
    const calm = p95(100);
    expect(p95(200)).toBeLessThan(1.5 * calm);
    expect(p95(260)).toBeGreaterThan(3 * calm);
  });

  it('is gone when it crashes', () => {
    const report = measured('monolith', 5, 8, { faults: [fault(4000, 'application', 'crash')] });
    expect(report.endToEnd.errorRatio).toBe(1);
  });
});

describe('horizontal scaling', () => {
  it('turns requests away at one server and keeps waiting short at three', () => {
    const report = measured('horizontal-scaling', 5, 35);
    expect(part(report, 'single-server').errors['queue-full']).toBeGreaterThan(100);
    expect(part(report, 'single-server').utilisation).toBeGreaterThan(0.99);
    expect(part(report, 'users-of-three').failuresPerSec).toBe(0);
    expect(part(report, 'users-of-three').meanResponseMs!).toBeLessThan(
      part(report, 'users-of-one').meanResponseMs! / 5,
    );
  });
});

describe('distributed architecture', () => {
  it('survives a crash of the notifications, not of the database', () => {
    const quiet = measured('distributed-architecture', 5, 20, { faults: [fault(4000, 'notifications', 'crash')] });
    expect(errors(quiet)).toBe(0);
    expect(part(quiet, 'kafka').metrics['lag']).toBeGreaterThan(50);
    const loud = measured('distributed-architecture', 5, 10, { faults: [fault(4000, 'database', 'crash')] });
    expect(loud.endToEnd.errorRatio).toBeGreaterThan(0.3);
  });

  it('loses a third of the requests until the checks notice a dead copy', () => {
    const during = measured('distributed-architecture', 5, 7, { faults: [fault(4900, 'shop-2', 'crash')] });
    expect(during.endToEnd.errorRatio).toBeGreaterThan(0.25);
    expect(during.endToEnd.errorRatio).toBeLessThan(0.42);
    expect(errors(measured('distributed-architecture', 12, 16, { faults: [fault(4900, 'shop-2', 'crash')] }))).toBe(0);
  });
});

describe('core components', () => {
  it('sends reads to the catalogue, writes to the orders, and every order to shipping', () => {
    const report = measured('core-components', 5, 35);
    const rate = (id: string): number => part(report, id).arrivalsPerSec!;
    expect(rate('catalogue') / rate('gateway')).toBeCloseTo(0.8, 1);
    expect(rate('orders') + rate('catalogue')).toBeCloseTo(rate('gateway'), 0);
    expect(rate('shipping')).toBeCloseTo(rate('orders'), 0);
    expect(part(report, 'redis').metrics['hitRatio']).toBeGreaterThan(0.5);
    expect(errors(report)).toBe(0);
  });

  it('turns users away when the gateway allows less than they ask for', () => {
    const report = measured('core-components', 10, 20, { set: ['gateway.ratePerSec=50'] });
    expect(report.endToEnd.goodputPerSec).toBeCloseTo(50, -1);
    expect(report.endToEnd.errors['rate-limited']).toBeGreaterThan(500);
  });
});

describe('high availability', () => {
  it('fails for some seconds, then two servers carry everything, then three', () => {
    const noticing = measured('high-availability', 10, 13);
    expect(noticing.endToEnd.errorRatio).toBeGreaterThan(0.25);
    expect(noticing.endToEnd.errorRatio).toBeLessThan(0.42);
    const two = measured('high-availability', 17, 25);
    expect(errors(two)).toBe(0);
    expect(part(two, 'server-2').arrivalsPerSec).toBe(0);
    const three = measured('high-availability', 32, 40);
    expect(errors(three)).toBe(0);
    expect(part(three, 'server-2').arrivalsPerSec).toBeGreaterThan(20);
  });

  it('has fewer errors with more frequent checks', () => {
    const often = measured('high-availability', 0, 20, { set: ['load-balancer.checkIntervalMs=500'] });
    expect(errors(often)).toBeLessThan(errors(measured('high-availability', 0, 20)) / 2);
  });
});

describe('message queue', () => {
  it('hands every order to both groups', () => {
    const { metrics } = part(measured('message-queue', 5, 35), 'kafka');
    expect(metrics['delivered']! / metrics['published']!).toBeCloseTo(2, 1);
  });

  it('hides a dead consumer from the customers; the lag tells', () => {
    const report = measured('message-queue', 5, 20, { faults: [fault(4000, 'notifications', 'crash')] });
    expect(errors(report)).toBe(0);
    expect(part(report, 'kafka').metrics['lag']).toBeGreaterThan(150);
  });

  it('falls behind at 60 orders a second, and not with six consumers', () => {
    const lag = (...more: string[]): number => {
      const report = measured('message-queue', 40, 60, { set: ['customers.ratePerSec=60', ...more] });
      return part(report, 'kafka').metrics['lag']!;
    };
    expect(lag()).toBeGreaterThan(250);
    expect(lag('kafka-notifications.consumers=6')).toBeLessThan(50);
  });
});

describe('read replicas', () => {
  it('carry what the primary alone cannot, at the price of stale reads', () => {
    const both = measured('read-replicas', 5, 25);
    expect(errors(both)).toBe(0);
    expect(part(both, 'database').metrics['staleReads']).toBeGreaterThan(1);
    expect(part(both, 'database').metrics['replicationLagMs']).toBeGreaterThan(1);
    expect(
      measured('read-replicas', 5, 25, { set: ['database.readFrom=primary'] }).endToEnd.errorRatio,
    ).toBeGreaterThan(0.2);
  });

  it('fall behind without end when a third of the requests writes', () => {
    const lag = (from: number, to: number): number =>
      part(measured('read-replicas', from, to, { set: ['users.readPercent=70'] }), 'database').metrics[
        'replicationLagMs'
      ]!;
    expect(lag(20, 30)).toBeGreaterThan(2 * lag(5, 10));
  });
});

describe('cache-aside', () => {
  it('warms up, and a flush brings the database back to its knees', () => {
    const cold = measured('cache-aside', 0, 4);
    const warm = measured('cache-aside', 15, 25);
    const flushed = measured('cache-aside', 25, 28, { faults: [fault(25_000, 'redis', 'flush')] });
    expect(part(warm, 'redis').metrics['hitRatio']).toBeGreaterThan(0.65);
    expect(part(warm, 'database').utilisation).toBeLessThan(0.9);
    expect(warm.endToEnd.errorRatio).toBeLessThan(0.005);
    for (const bad of [cold, flushed]) {
      expect(part(bad, 'database').utilisation).toBeGreaterThan(0.95);
      expect(bad.endToEnd.latencyMs.mean!).toBeGreaterThan(5 * warm.endToEnd.latencyMs.mean!);
    }
  });

  it('cannot do without the cache', () => {
    const report = measured('cache-aside', 15, 20, { faults: [fault(10_000, 'redis', 'crash')] });
    expect(report.endToEnd.errorRatio).toBeGreaterThan(0.2);
  });
});

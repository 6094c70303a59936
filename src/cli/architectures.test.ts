/** The shapes of real systems: what their stories claim is measured. */
import { describe, expect, it } from 'vitest';
import type { ScheduledFault } from '../model/scenario';
import { measured, part } from './testing/measured';

const fault = (target: string, id: string, fromS: number, forS: number, params = {}): ScheduledFault => ({
  atMs: fromS * 1000,
  durationMs: forS * 1000,
  target,
  fault: id,
  params,
});

describe('a shop', () => {
  const frozen = [fault('provider', 'pause', 10, 20)];
  const unguarded = ['payments-provider.breaker=none', 'payments-provider.timeoutMs=0', 'orders-payments.timeoutMs=0'];

  it('browses and searches on while the payment provider is frozen, and the breaker spares the orders the wait', () => {
    const report = measured('shop', 18, 29, { faults: frozen });
    expect(report.endToEnd.goodputPerSec).toBeGreaterThan(175);
    expect(report.endToEnd.errors['breaker-open']).toBeGreaterThan(50);
    expect(part(report, 'orders').utilisation).toBeLessThan(0.2);
  });
  it('is well again after the provider is, with timeouts', () => {
    expect(measured('shop', 60, 80, { faults: frozen }).endToEnd.errorRatio).toBeLessThan(0.01);
  });
  it('without breaker and timeouts, every worker of orders and payments waits', () => {
    const report = measured('shop', 18, 29, { faults: frozen, set: unguarded });
    expect([part(report, 'orders').utilisation, part(report, 'payments').utilisation]).toEqual([1, 1]);
    expect(report.endToEnd.errors['queue-full']).toBeGreaterThan(100);
  });
  it('does not notice that mails are down, but Kafka does', () => {
    const report = measured('shop', 25, 39, { faults: [fault('mails', 'crash', 10, 30)] });
    expect(report.endToEnd.errorRatio).toBeLessThan(0.005);
    expect(part(report, 'events').metrics['lag']).toBeGreaterThan(200);
  });
});

describe('web search', () => {
  const toLeaves = ['root-1', 'root-2'].flatMap((root) => [1, 2, 3, 4].map((i) => `${root}-leaves-${i}`));
  const median = (changes = {}): number => measured('web-search', 5, 30, changes).endToEnd.latencyMs.p50!;

  it('waits for the slowest of 256 leaves: 19 ms, and 9 ms for the slowest of four', () => {
    expect(median()).toBeGreaterThan(19);
    expect(median()).toBeLessThan(20);
    expect(median({ set: [1, 2, 3, 4].map((i) => `leaves-${i}.shards=1`) })).toBeLessThan(9.5);
  });
  it('answers in time when it does not wait for the last leaf', () => {
    const set = toLeaves.flatMap((connection) => [`${connection}.timeoutMs=15`, `${connection}.fallback=default`]);
    const report = measured('web-search', 5, 30, { set });
    expect(report.endToEnd.latencyMs.p99).toBeLessThan(23);
    expect(report.endToEnd.errorRatio).toBe(0);
  });
  it('is slow as a whole when a quarter of its leaves is', () => {
    expect(median({ faults: [fault('leaves-3', 'slow', 0, 100, { factor: 4 })] })).toBeGreaterThan(2 * median());
  });
  it('does without ads', () => {
    const report = measured('web-search', 12, 30, { faults: [fault('ads', 'pause', 10, 60)] });
    expect(report.endToEnd.errorRatio).toBe(0);
  });
});

describe('video streaming', () => {
  const frozen = [fault('recommendations', 'pause', 10, 60)];

  it('does without recommendations', () => {
    expect(measured('streaming', 15, 40, { faults: frozen }).endToEnd.errorRatio).toBeLessThan(0.002);
  });
  it('not without the breaker: 16 workers that wait 200 ms serve 80 a second, and 96 arrive', () => {
    const report = measured('streaming', 15, 40, { faults: frozen, set: ['home-recommendations.breaker=none'] });
    expect(part(report, 'home').utilisation).toBeGreaterThan(0.99);
    expect(part(report, 'home').completionsPerSec).toBeLessThan(81);
    expect(part(report, 'home').errors['queue-full']).toBeGreaterThan(100);
  });
  it('a purge of the CDN reaches the object store', () => {
    const reads = (report: ReturnType<typeof measured>): number => part(report, 'segments').arrivalsPerSec!;
    const calm = reads(measured('streaming', 40, 45));
    expect(reads(measured('streaming', 40, 45, { faults: [fault('cdn', 'purge', 40, 0)] }))).toBeGreaterThan(
      1.5 * calm,
    );
  });
});

describe('ride hailing', () => {
  it('keeps up with a thousand positions a second, not with ten thousand', () => {
    expect(part(measured('ride-hailing', 4, 10), 'positions-log').metrics['lag']).toBeLessThan(20);
    const report = measured('ride-hailing', 4, 10, { set: ['drivers.ratePerSec=10000'] });
    expect(part(report, 'positions-log').metrics['lag']).toBeGreaterThan(20_000);
    // 340 a second by each of 12 consumers.
    expect(part(report, 'writer').completionsPerSec! / 12).toBeGreaterThan(335);
    expect(part(report, 'writer').completionsPerSec! / 12).toBeLessThan(355);
    expect(part(report, 'ingest').utilisation).toBeLessThan(0.3);
  });
  it('more partitions and consumers keep up, consumers alone do not', () => {
    const lag = (...set: string[]): number =>
      part(measured('ride-hailing', 4, 10, { set: ['drivers.ratePerSec=10000', ...set] }), 'positions-log').metrics[
        'lag'
      ]!;
    expect(lag('positions-log-writer.consumers=48')).toBeGreaterThan(20_000);
    expect(lag('positions-log-writer.consumers=48', 'positions-log.partitions=48', 'writer.workers=64')).toBeLessThan(
      1_000,
    );
  });
  it('no driver notices that the writer is down', () => {
    const report = measured('ride-hailing', 15, 39, { faults: [fault('writer', 'crash', 10, 30)] });
    expect(report.endToEnd.errorRatio).toBeLessThan(0.001);
  });
});

describe('a bank', () => {
  const crash = [fault('north', 'crash-server', 10, 100)];
  const careless = ['north.replication=nobody', 'north.replicationDelayMs=500'];
  const lost = (set: readonly string[] = []): number =>
    part(measured('bank', 0, 50, { faults: crash, set }), 'north').metrics['lostWrites']! * 50;

  it('refuses for as long as a ledger has no primary, and then goes on', () => {
    expect(part(measured('bank', 12, 30, { faults: crash }), 'payments').completionsPerSec).toBe(0);
    // The lease runs out 20 to 30 s after the crash, and the promotion takes 3 s.
    expect(measured('bank', 46, 56, { faults: crash }).endToEnd.errorRatio).toBeLessThan(0.01);
  });
  it('loses no payment that was acknowledged, unless nobody else had it', () => {
    expect(lost()).toBe(0);
    expect(lost(careless)).toBeGreaterThan(5);
  });
  it('shows accounts while the fraud check is frozen', () => {
    const report = measured('bank', 12, 30, { faults: [fault('fraud', 'pause', 10, 60)] });
    expect(part(report, 'payments').completionsPerSec).toBe(0);
    expect(part(report, 'accounts').completionsPerSec).toBeGreaterThan(50);
    expect(part(report, 'accounts').errors).toEqual({});
  });
  it('turns nobody away when notifications stand still', () => {
    const report = measured('bank', 12, 30, { faults: [fault('notifications', 'pause', 10, 60)] });
    expect(part(report, 'payments').completionsPerSec).toBeGreaterThan(18);
  });
});

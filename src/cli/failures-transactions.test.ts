/**
 * What goes wrong with transactions over several places: each is shown by a shipped scenario, and gone when its cause is.
 */
import { describe, expect, it } from 'vitest';
import { type Changes, measured, part } from './testing/measured';

const set = (...texts: string[]): Changes => ({ set: texts });

describe('a coordinator that dies after the votes', () => {
  /** Writes a second of people who have nothing to do with it: they only share a database with a participant. */
  const office = (from: number, to: number, changes?: Changes) =>
    part(measured('two-phase-commit', from, to, changes), 'office').completionsPerSec!;

  it('stops everybody who writes to a participant until it is back', () => {
    // 40 a second, give or take four times the square root of 40 ÷ 15.
    expect(office(5, 20)).toBeGreaterThan(33);
    expect(office(35, 60)).toBe(0);
    const report = measured('two-phase-commit', 25, 60);
    for (const id of ['stock', 'orders']) expect(part(report, id).metrics['inDoubt']).toBeGreaterThanOrEqual(1);
    expect(office(62, 80)).toBeGreaterThan(33);
  });
  it.each([
    ['the coordinator is back after a second', { faults: crash(1) }],
    ['the database rolls back alone after five seconds', set('stock.inDoubtLimitS=5')],
    ['nothing crashes', { faults: [] }],
  ])('does not when %s', (_what, changes: Changes) => {
    expect(office(30, 60, changes)).toBeGreaterThan(30);
  });
  it('stops only the rows in doubt when nobody waits for a lock for longer than 100 ms', () => {
    expect(office(30, 60, set('stock.lockTimeoutMs=100'))).toBeGreaterThan(10);
  });
});

function crash(restartAfterS: number): Changes['faults'] {
  return [{ atMs: 20_000, target: 'coordinator', fault: 'crash-after-votes', params: { restartAfterS } }];
}

describe('one hot key under two-phase commit', () => {
  const committed = (...texts: string[]) => {
    const changes = { faults: [], set: ['users.ratePerSec=100', 'office.keyCount=100000', ...texts] };
    return part(measured('two-phase-commit', 10, 40, changes), 'coordinator').metrics['committed']!;
  };

  it('cannot do more than one transaction in the time for which its locks are held', () => {
    expect(committed('users.keyCount=1')).toBeLessThan(50);
  });
  it('does as many as are asked for when they want different keys', () => {
    expect(committed('users.keyCount=10000')).toBeGreaterThan(95);
  });
});

describe('a saga that others can see half done', () => {
  const saga = (from: number, to: number, changes?: Changes) =>
    part(measured('order-saga', from, to, changes), 'saga').metrics;

  it('is undone after others have used what it did, while a step fails', () => {
    expect(saga(5, 20)['dirtyReads']).toBe(0);
    const troubled = saga(20, 40);
    expect(troubled['compensated']).toBeGreaterThan(9);
    expect(troubled['dirtyReads']).toBeGreaterThan(1);
    expect(troubled['torn']).toBe(0);
    expect(saga(45, 60)['dirtyReads']).toBe(0);
  });
  it.each([
    ['two-phase commit', set('saga.protocol=two-phase')],
    ['steps beyond the pivot that are tried until they work', set('saga.pivot=2')],
    ['steps that do not fail', { faults: [] }],
  ])('not with %s', (_what, changes: Changes) => {
    expect(saga(20, 40, changes)['dirtyReads']).toBe(0);
    expect(saga(20, 40, changes)['committed']).toBeGreaterThan(20);
  });
  it('seldom when a step is tried three times', () => {
    expect(saga(20, 40, set('saga.stepAttempts=3'))['compensated']).toBeLessThan(2);
  });
});

describe('a saga that nobody conducts', () => {
  const order = (from: number, to: number, changes?: Changes) =>
    part(measured('order-saga-choreographed', from, to, changes), 'order').metrics;
  const refunds = (texts: string[] = []) => order(75, 80, set('order.stuckAfterS=20', ...texts));

  it('is undone when stock is sold out, after others have used what it did', () => {
    const troubled = order(5, 20);
    expect(troubled['sagasCompensated']).toBeGreaterThan(10);
    expect(troubled['sagasDone']).toBeGreaterThan(25);
    expect(troubled['dirtyReads']).toBeGreaterThan(2);
  });
  it('loses no money, although refunds come again, and late', () => {
    const report = measured('order-saga-choreographed', 20, 80);
    expect(part(report, 'payment').metrics['suppressed']).toBeGreaterThan(1);
    expect(refunds()).toMatchObject({ sagasStuck: 0, moneyOff: 0 });
  });
  it('refunds twice without an inbox', () => {
    const metrics = refunds(['payment.idempotency=none']);
    expect(metrics['moneyOff']).toBeGreaterThan(1000);
    expect(order(20, 30, set('payment.idempotency=none'))['afterEnd']).toBeGreaterThan(5);
  });
  it('is stuck when a refund is lost', () => {
    const metrics = refunds(['refused-payment.attempts=1']);
    expect(metrics['sagasStuck']).toBeGreaterThan(20);
    expect(metrics['moneyOff']).toBeGreaterThan(1000);
  });
  it.each([
    ['an inbox', ['payment.idempotency=none']],
    ['deliveries that are repeated', ['refused-payment.attempts=1']],
  ])('needs no %s when nothing is refused', (_what, texts) => {
    const metrics = refunds(['stock.refusePercent=0', ...texts]);
    expect(metrics).toMatchObject({ sagasStuck: 0, sagasCompensated: 0, dirtyReads: 0 });
    expect(metrics['moneyOff']).toBeLessThan(100);
  });
});

describe('payments whose answers get lost', () => {
  const payments = (changes?: Changes) => part(measured('paid-twice', 19, 29, changes), 'payments').metrics;

  it('are made two times and three times by whoever asks again', () => {
    // Five seconds of forty, most of them twice more.
    expect(payments()['duplicates']! * 10).toBeGreaterThan(300);
  });
  it('are made once with idempotency keys', () => {
    const metrics = payments(set('payments.idempotency=keys'));
    expect(metrics['duplicates']).toBe(0);
    expect(metrics['suppressed']! * 10).toBeGreaterThan(300);
  });
  it.each([
    ['nobody asks again', set('app-payments.retryWrites=false')],
    ['no answer is lost', { faults: [] }],
  ])('are made once when %s', (_what, changes: Changes) => {
    expect(payments(changes)['duplicates']).toBe(0);
  });
  it('are made again when the keys are forgotten too soon', () => {
    const forgotten = set('payments.idempotency=keys', 'payments.dedupWindowS=1', 'app-payments.backoffMs=2000');
    expect(payments(forgotten)['duplicates']).toBeGreaterThan(1);
  });
});

describe('a service that crashes between its two writes', () => {
  /** Long after the last crash. */
  const orders = (...texts: string[]) => part(measured('dual-write', 40, 60, set(...texts)), 'orders').metrics;

  it('has committed orders that nobody hears of', () => {
    expect(orders()['eventsMissing']).toBeGreaterThan(2);
  });
  it('loses none with an outbox', () => {
    const metrics = orders('orders-events.through=outbox');
    expect(metrics['eventsMissing']).toBeLessThan(0.1);
    expect(metrics['outboxWaiting']).toBeLessThan(20);
  });
  it('loses none when it does not crash', () => {
    const metrics = part(measured('dual-write', 40, 60, { faults: [] }), 'orders').metrics;
    expect(metrics['eventsMissing']).toBeLessThan(1);
  });
});

describe('an outbox while the broker is away', () => {
  const orders = (from: number, to: number, changes?: Changes) => part(measured('outbox', from, to, changes), 'orders');

  it('keeps the messages, and everybody who orders is served', () => {
    const away = orders(20, 25);
    // 100 a second, give or take four times the square root of 100 ÷ 5.
    expect(away.completionsPerSec).toBeGreaterThan(82);
    expect(away.metrics['outboxWaiting']).toBeGreaterThan(500);
    const later = orders(40, 60);
    expect(later.metrics['outboxWaiting']).toBeLessThan(20);
    expect(later.metrics['eventsMissing']).toBeLessThan(0.1);
  });
  it('fails the requests without it, after their write has committed', () => {
    const away = orders(20, 25, set('orders-events.through=direct'));
    expect(away.completionsPerSec).toBeLessThan(5);
    expect(orders(40, 60, set('orders-events.through=direct')).metrics['eventsMissing']).toBeGreaterThan(500);
  });
});

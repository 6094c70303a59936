import { describe, expect, it } from 'vitest';
import { CONNECTION_FIELDS, type ConnectionConfig } from '../../model/connection-fields';
import { completeConfig, type Settings } from '../../model/fields';
import { causeCode, OK, TIMEOUT } from '../../model/outcome';
import { presetValues, RESILIENCE_PRESETS } from '../../model/resilience-presets';
import { RandomStream } from '../random';
import { backoff } from './backoff';
import { BREAKER, CircuitBreaker } from './circuit-breaker';
import { ClientThrottle } from './client-throttle';
import { Aimd, Gradient, Vegas } from './concurrency-limit';
import { ActiveBudget, BucketBudget, RatioBudget, retryBudget, ThrottleBudget } from './retry-budget';

const SECOND = 1_000_000;
const ERROR = causeCode('error');
const RATE_LIMITED = causeCode('rate-limited');
const config = (settings: Settings): ConnectionConfig =>
  completeConfig(CONNECTION_FIELDS, settings) as ConnectionConfig;

describe('backoff', () => {
  const stream = () => new RandomStream(7, 'c', 'retry');
  const pauses = (settings: Settings, count: number): number[] => {
    const random = stream();
    const list: number[] = [];
    for (let k = 1; k <= count; k++)
      list.push(backoff(config(settings), k, (list.at(-1) ?? 0) * 1000, false, random) / 1000);
    return list;
  };

  it('doubles up to the cap', () => {
    expect(pauses({ retry: 'exponential', backoffMs: 100, backoffCapMs: 1000, jitterKind: 'none' }, 6)).toEqual([
      100, 200, 400, 800, 1000, 1000,
    ]);
  });
  it('stays the same when it is fixed', () => {
    expect(pauses({ retry: 'fixed', backoffMs: 500, jitterKind: 'none' }, 3)).toEqual([500, 500, 500]);
  });
  it.each([
    ['full', 0, 400, 200],
    ['equal', 200, 400, 300],
  ])('with %s jitter lies between %i and %i ms, %i on average', (jitterKind, low, high, mean) => {
    const random = stream();
    const settings = config({ retry: 'exponential', backoffMs: 100, jitterKind });
    const list = Array.from({ length: 4000 }, () => backoff(settings, 3, 0, false, random) / 1000);
    expect(Math.min(...list)).toBeGreaterThanOrEqual(low);
    expect(Math.max(...list)).toBeLessThanOrEqual(high);
    expect(list.reduce((sum, pause) => sum + pause, 0) / list.length / mean).toBeCloseTo(1, 1);
  });
  it('decorrelated, lies between the base and three times the last one', () => {
    const list = pauses({ retry: 'exponential', backoffMs: 100, backoffCapMs: 2000, jitterKind: 'decorrelated' }, 200);
    list.forEach((pause, i) => {
      expect(pause).toBeGreaterThanOrEqual(100);
      expect(pause).toBeLessThanOrEqual(Math.min(2000, 3 * Math.max(100, list[i - 1] ?? 0)) + 0.001);
    });
    expect(Math.max(...list)).toBeGreaterThan(1500);
  });
});

describe('AWS SDK presets', () => {
  const preset = (id: string): ConnectionConfig => {
    const found = RESILIENCE_PRESETS.find((each) => each.id === id)!;
    return { ...config({}), ...Object.fromEntries(presetValues(found, config({}), config({}))), jitterKind: 'none' };
  };
  const random = new RandomStream(7, 'c', 'retry');
  const ms = (id: string, throttled: boolean): number[] =>
    [1, 2].map((failures) => backoff(preset(id), failures, 0, throttled, random) / 1000);

  it.each([
    ['aws-before', [100, 200], [500, 1000]],
    ['aws-2026', [50, 100], [1000, 2000]],
  ])('%s pauses %j ms, and %j when throttled', (id, transient, throttled) => {
    expect(ms(id, false)).toEqual(transient);
    expect(ms(id, true)).toEqual(throttled);
  });
  it.each([
    ['aws-before', 100, 50, 100],
    ['aws-2026', 35, 35, 100],
  ])(
    '%s retries %i errors, %i timeouts or %i throttled calls with a full bucket',
    (id, errors, timeouts, throttled) => {
      const retries = (cause: number): number => {
        const budget = retryBudget(preset(id), 0)!;
        let count = 0;
        while (budget.take(0, cause, 0)) count++;
        return count;
      };
      expect([ERROR, TIMEOUT, RATE_LIMITED].map(retries)).toEqual([errors, timeouts, throttled]);
    },
  );
});

describe('retry budgets', () => {
  it('a share: ten requests pay for one retry, and the reserve comes on top', () => {
    const budget = new RatioBudget(0.1, 2, 0);
    expect([budget.take(0), budget.take(0), budget.take(0)]).toEqual([true, true, false]);
    for (let i = 0; i < 10; i++) budget.deposit();
    expect([budget.take(0), budget.take(0)]).toEqual([true, false]);
    expect([budget.take(SECOND), budget.take(SECOND), budget.take(SECOND)]).toEqual([true, true, false]);
  });
  it('a bucket: 500 tokens at 5 are a hundred retries, and each success brings one back', () => {
    const budget = new BucketBudget(500, { usual: 5, timeout: 10, throttled: 2 }, 1);
    let retries = 0;
    while (budget.take(0, ERROR)) retries++;
    expect(retries).toBe(100);
    for (let i = 0; i < 4; i++) budget.succeeded(true, OK);
    expect(budget.take(0, ERROR)).toBe(false);
    budget.succeeded(true, OK);
    expect([budget.take(0, TIMEOUT), budget.take(0, ERROR)]).toEqual([false, true]);
    budget.succeeded(false, ERROR);
    expect(budget.level()).toBe(0.01);
    budget.succeeded(false, TIMEOUT);
    budget.succeeded(false, RATE_LIMITED);
    expect(budget.level()).toBe(0.034);
  });
  it('a share of the calls under way: a fifth of them, three at least, and what is returned may be taken again', () => {
    const budget = new ActiveBudget(20, 3);
    const take = (active: number): boolean => budget.take(0, ERROR, active);
    expect([take(0), take(0), take(14), take(14)]).toEqual([true, true, true, false]);
    expect([take(24), take(25), take(25)]).toEqual([true, true, false]);
    expect(budget.level(0, 50)).toBe(0.5);
    budget.returned();
    expect([take(25), take(25)]).toEqual([true, false]);
    for (let i = 0; i < 9; i++) budget.returned();
    expect(budget.level(0, 0)).toBe(1);
  });
  it('a throttle: stops at half, and needs ten successes for each failure', () => {
    const budget = new ThrottleBudget(10, 0.1);
    for (let i = 0; i < 4; i++) budget.failed();
    expect(budget.take()).toBe(true);
    budget.failed();
    expect(budget.take()).toBe(false);
    for (let i = 0; i < 2; i++) budget.succeeded();
    expect(budget.take()).toBe(true);
  });
});

describe('a circuit breaker', () => {
  const breaker = (settings: Settings) => new CircuitBreaker(config({ breaker: 'count', ...settings }));

  it('counts only the last calls', () => {
    const subject = breaker({ breakerWindow: 4, breakerMinCalls: 4 });
    const outcomes = [true, false, false, false, true, false];
    outcomes.forEach((failed) => subject.record(failed, 0, 0, 0));
    expect(subject.state).toBe(BREAKER.closed);
    subject.record(true, 0, 0, 0);
    // The last four are: false, true, false, true.
    expect(subject.state).toBe(BREAKER.open);
  });
  it('counts only the last seconds', () => {
    const subject = breaker({ breaker: 'time', breakerWindow: 10, breakerMinCalls: 3 });
    subject.record(true, 0, 0, 0);
    subject.record(true, 0, 9 * SECOND, 0);
    subject.record(false, 0, 10.5 * SECOND, 0);
    expect(subject.state).toBe(BREAKER.closed);
    subject.record(true, 0, 11 * SECOND, 0);
    expect(subject.state).toBe(BREAKER.open);
  });
  it('opens on slow calls', () => {
    const subject = breaker({ breakerWindow: 2, breakerMinCalls: 2, breakerSlowMs: 100, breakerSlowPercent: 50 });
    subject.record(false, 99_999, 0, 0);
    subject.record(false, 100_000, 0, 0);
    expect(subject.state).toBe(BREAKER.open);
  });
  it('lets exactly its probes through when half open, and takes no verdict from calls of before', () => {
    const subject = breaker({ breakerWindow: 1, breakerMinCalls: 1, breakerOpenMs: 1000, breakerProbes: 2 });
    subject.record(true, 0, 0, 0);
    expect(subject.admit(999_999)).toBe(false);
    expect([subject.admit(SECOND), subject.admit(SECOND), subject.admit(SECOND)]).toEqual([true, true, false]);
    subject.record(true, 0, SECOND, 0);
    expect(subject.state).toBe(BREAKER.halfOpen);
    const { epoch } = subject;
    subject.forget(epoch);
    expect(subject.admit(SECOND)).toBe(true);
    subject.record(false, 0, SECOND, epoch);
    subject.record(false, 0, SECOND, epoch);
    expect(subject.state).toBe(BREAKER.closed);
  });
  it('opens again when the probes fail', () => {
    const subject = breaker({ breakerWindow: 1, breakerMinCalls: 1, breakerOpenMs: 1000, breakerProbes: 1 });
    subject.record(true, 0, 0, 0);
    subject.admit(SECOND);
    subject.record(true, 0, SECOND, subject.epoch);
    expect(subject.state).toBe(BREAKER.open);
    expect(subject.opened).toBe(2);
    expect(subject.admit(2 * SECOND - 1)).toBe(false);
  });
});

describe('adaptive limits', () => {
  it('AIMD shrinks by a tenth and grows by one while half of it is used', () => {
    const limit = new Aimd(100);
    limit.record(0, 60, true);
    expect(limit.limit).toBe(90);
    limit.record(0, 45, false);
    expect(limit.limit).toBe(91);
    limit.record(0, 45, false);
    expect(limit.limit).toBe(91);
  });
  it('gradient falls to its floor while answers are slow, and grows while they are as usual', () => {
    const limit = new Gradient(20);
    for (let i = 0; i < 600; i++) limit.record(10_000, limit.limit);
    const grown = limit.limit;
    expect(grown).toBe(200);
    for (let i = 0; i < 100; i++) limit.record(100_000, limit.limit);
    expect(limit.limit).toBeLessThan(grown / 2);
  });
  it('Vegas grows while there is no queue, and shrinks when there is one', () => {
    const limit = new Vegas(20);
    for (let i = 0; i < 20; i++) limit.record(10_000, limit.limit, false);
    const grown = limit.limit;
    expect(grown).toBeGreaterThan(100);
    for (let i = 0; i < 20; i++) limit.record(20_000, limit.limit, false);
    expect(limit.limit).toBeLessThan(grown);
  });
});

describe('throttling at the caller', () => {
  it('drops nothing while half of the calls are accepted, and (requests − 2·accepts)/(requests + 1) beyond', () => {
    const throttle = new ClientThrottle(new RandomStream(7, 'c', 'throttle'));
    for (let i = 0; i < 100; i++) {
      throttle.admit(0);
      if (i % 2 === 0) throttle.accepted(0);
    }
    expect(throttle.dropShare).toBe(0);
    for (let i = 0; i < 100; i++) throttle.admit(0);
    expect(throttle.dropShare).toBeCloseTo(100 / 201, 10);
  });
  it('forgets after two minutes', () => {
    const throttle = new ClientThrottle(new RandomStream(7, 'c', 'throttle'));
    for (let i = 0; i < 100; i++) throttle.admit(0);
    throttle.admit(121 * SECOND);
    expect(throttle.dropShare).toBe(0.5);
  });
});

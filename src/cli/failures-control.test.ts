/** Failures of those who steer: autoscalers, registries and locks. Each arises in the shipped scenario and is gone without its cause. */
import { describe, expect, it } from 'vitest';
import type { RunReport } from '../analysis/report';
import type { Settings } from '../model/fields';
import type { ScheduledFault } from '../model/scenario';
import { part, stretches } from './testing/measured';

const errors = ({ endToEnd }: RunReport): number => endToEnd.errorRatio!;
const instances = (report: RunReport): number => part(report, 'shop').metrics['instances']!;
/** From one second to another, with some settings changed. */
const between = (name: string, from: number, to: number, ...set: string[]): RunReport =>
  stretches(name, [from, to], { set })[0]!;

describe('autoscaling on a spike', () => {
  it('is fine before and late after it', () => {
    const [before, during, , late, , after] = stretches('autoscaling-spike', [0, 60, 105, 215, 239, 290, 300]);
    expect(errors(before!)).toBe(0);
    expect(errors(during!)).toBeGreaterThan(0.4);
    expect(errors(late!)).toBeLessThan(0.05);
    // 12 are needed; a tenth more is within its tolerance.
    expect(instances(after!)).toBeGreaterThanOrEqual(12);
    expect(instances(after!)).toBeLessThanOrEqual(14);
  });
  it('is less late when instances are there sooner', () => {
    const fast = ['autoscaler.provisionS=2', 'shop.startupS=2', 'shop.warmUpS=0'];
    expect(errors(between('autoscaling-spike', 120, 180, ...fast))).toBeLessThan(0.04);
  });
  it('does not matter when they are there before', () => {
    expect(errors(between('autoscaling-spike', 60, 105, 'shop.instances=12'))).toBeLessThan(0.01);
  });
});

describe('an autoscaler that is always late', () => {
  it('is out of step with a wave of two minutes', () => {
    const report = between('autoscaler-flapping', 240, 480);
    expect(errors(report)).toBeGreaterThan(0.05);
    expect(part(report, 'autoscaler').metrics['scaledDown']! * 240).toBeGreaterThan(3);
  });
  it('is patient with a window of five minutes, and loses nothing', () => {
    const report = between('autoscaler-flapping', 240, 480, 'autoscaler.downStabilisationS=300');
    expect(errors(report)).toBeLessThan(0.001);
    // Hardly ever one, at a peak that happens to be low.
    expect(part(report, 'autoscaler').metrics['scaledDown']! * 240).toBeLessThan(1.5);
  });
  it('can follow a slow wave', () => {
    expect(errors(between('autoscaler-flapping', 240, 480, 'users.periodS=1200'))).toBeLessThan(0.02);
  });
});

describe('blind beyond 100 %', () => {
  it('finds the number in steps of 1 ÷ target, over minutes', () => {
    const [soon, later] = stretches('autoscaler-blind', [135, 149, 180]);
    // Twenty are needed.
    expect(instances(soon!)).toBeLessThan(10);
    expect(errors(later!)).toBeGreaterThan(0.15);
  });
  it('in one step by request rate', () => {
    const report = between('autoscaler-blind', 105, 120, 'autoscaler.metric=requests', 'autoscaler.targetEach=30');
    expect(errors(report)).toBeLessThan(0.001);
    expect(instances(report)).toBeGreaterThanOrEqual(20);
  });
});

describe('scaled down in an outage', () => {
  const AFTER = 'autoscaler-wrong-way';
  it('has too few instances when what it depends on is well again', () => {
    const [outage, , after] = stretches(AFTER, [225, 240, 250, 300]);
    expect(instances(outage!)).toBe(2);
    expect(errors(after!)).toBeGreaterThan(0.25);
  });
  it.each([
    ['by busy workers', 'autoscaler.metric=workers', 'autoscaler.targetPercent=40'],
    ['with five minutes of patience', 'autoscaler.downStabilisationS=300'],
    ['without the autoscaler', 'autoscaler.minInstances=5'],
  ])('is well with it %s', (_, ...set) => {
    expect(errors(between(AFTER, 250, 300, ...set))).toBeLessThan(0.01);
  });
  it('does not happen without the outage', () => {
    const [during, , after] = stretches(AFTER, [225, 240, 250, 300], { faults: [] });
    expect(instances(during!)).toBeGreaterThanOrEqual(4);
    expect(errors(after!)).toBeLessThan(0.01);
  });
});

describe('still in the phone book', () => {
  const NAME = 'discovery-staleness';
  it('is a dead shop for more than two minutes: a third of the requests fails', () => {
    const [before, late, , after] = stretches(NAME, [50, 60, 190, 270, 280]);
    expect(errors(before!)).toBe(0);
    expect(errors(late!)).toBeGreaterThan(0.3);
    // At worst 90 + 60 + 30 + 30 s after the crash at 60 s.
    expect(errors(after!)).toBe(0);
  });
  it('is noticed within half a minute by readiness', () => {
    const beats = [1, 2, 3].map((i) => `shop-${i}-registry.heartbeatS=10`);
    const report = between(NAME, 96, 110, 'registry.rule=readiness', 'balancer-registry.refreshS=1', ...beats);
    expect(errors(report)).toBe(0);
  });
  it('does not matter to active health checks', () => {
    expect(errors(between(NAME, 67, 100, 'balancer.healthChecks=true'))).toBe(0);
  });
  it('stays there for ever when the registry preserves itself', () => {
    const report = between(NAME, 300, 330, 'registry.preservePercent=85');
    expect(errors(report)).toBeGreaterThan(0.3);
    expect(part(report, 'registry').metrics['preserving']).toBe(1);
  });
  it('does not happen without the crash', () => {
    expect(errors(stretches(NAME, [60, 190], { faults: [] })[0]!)).toBe(0);
  });
});

describe('the registry is down', () => {
  const NAME = 'registry-down';
  it('hurts nobody until somebody else fails, and then until it is whole again', () => {
    const [alone, both, back, , after] = stretches(NAME, [31, 89, 149, 208, 217, 230]);
    expect(errors(alone!)).toBe(0);
    expect(errors(both!)).toBeGreaterThan(0.3);
    expect(errors(back!)).toBeGreaterThan(0.3);
    expect(errors(after!)).toBe(0);
  });
  it('answers with half a list when it is not silent', () => {
    expect(errors(between(NAME, 151, 159, 'registry.silentS=0'))).toBeGreaterThan(0.5);
  });
  it('tells of the dead shop when it is up', () => {
    const shopDies = { atMs: 90_000, target: 'shop-2', fault: 'crash', params: {} };
    expect(errors(stretches(NAME, [165, 175], { faults: [shopDies] })[0]!)).toBe(0);
  });
});

describe('leader pause and fencing', () => {
  const NAME = 'leader-pause-fencing';
  const LONG = ['worker-1-locks.leaseMs=20000', 'worker-2-locks.leaseMs=20000'];
  const count = (report: RunReport, id: string, metric: string): number =>
    Math.round(part(report, id).metrics[metric]! * 120);

  it('has two holders at once, and the old one writes last', () => {
    const report = between(NAME, 0, 120);
    const zombies = count(report, 'database', 'zombieWrites');
    expect(zombies).toBeGreaterThanOrEqual(2);
    // Each pause has at most one victim.
    expect(zombies).toBeLessThanOrEqual(6);
    expect(count(report, 'locks', 'expired')).toBeGreaterThanOrEqual(zombies);
  });
  it('refuses the same writes with tokens', () => {
    const report = between(NAME, 0, 120, 'database.oldTokens=reject-row');
    expect(count(report, 'database', 'zombieWrites')).toBe(0);
    // A refused writer asks again at another moment than an accepted one, so these need not be the same pauses.
    expect(part(report, 'database').errors['fenced']).toBeGreaterThanOrEqual(2);
  });
  it('has one holder, and a long wait for it, with leases longer than the pauses', () => {
    const report = between(NAME, 0, 120, ...LONG);
    // At most a lock granted to somebody who had just given up.
    expect(count(report, 'locks', 'expired')).toBeLessThanOrEqual(1);
    expect(count(report, 'database', 'zombieWrites')).toBe(0);
    expect(errors(report)).toBeGreaterThan(0.15);
  });
  it('does not happen without the pauses', () => {
    const report = stretches(NAME, [0, 120], { faults: [] })[0]!;
    expect(count(report, 'locks', 'expired')).toBe(0);
    expect(count(report, 'database', 'zombieWrites')).toBe(0);
    expect(errors(report)).toBe(0);
  });
});

describe('a bad configuration', () => {
  const NAME = 'bad-configuration';
  const push = (durationS: number, params: Settings): ScheduledFault[] => [
    { atMs: 20_000, durationMs: durationS * 1000, target: 'shop', fault: 'config-push', params },
  ];

  it('that reaches all at once leaves nobody, and its crashes outlast it', () => {
    const [before, during, takenBack, , after] = stretches(NAME, [5, 20, 53, 82, 85, 100]);
    expect(errors(before!)).toBe(0);
    expect(errors(during!)).toBeGreaterThan(0.99);
    expect(errors(takenBack!)).toBe(1);
    expect(errors(after!)).toBe(0);
  });
  it('that spreads slowly is taken back before anybody notices', () => {
    const faults = push(20, { spreadS: 120 });
    const [during, after] = stretches(NAME, [21, 60, 90], { faults });
    expect(errors(during!)).toBeLessThan(0.01);
    expect(errors(after!)).toBe(0);
  });
  it('that only makes errors is over when it is taken back', () => {
    const [during, after] = stretches(NAME, [20, 50, 60], { faults: push(30, { effect: 'errors' }) });
    expect(errors(during!)).toBeGreaterThan(0.99);
    expect(errors(after!)).toBe(0);
  });
  it('does not come by itself', () => {
    expect(errors(stretches(NAME, [5, 60], { faults: [] })[0]!)).toBe(0);
  });
});

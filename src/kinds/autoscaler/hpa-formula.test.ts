import { describe, expect, it } from 'vitest';
import { desiredForTotal, desiredInstances, NO_METRICS } from './hpa-formula';
import { ScalingPolicies } from './scaling-policies';
import { Stabilisation } from './stabilisation';
import { TargetTracking } from './target-tracking';

const S = 1_000_000;

describe('the formula', () => {
  // Numbers worked out by hand from the rules in the documentation of Kubernetes.
  it.each([
    ['on target', 4, 4, 60, 0, 0, 4],
    ['10 % above is still within the tolerance', 10, 10, 66, 0, 0, 10],
    ['11 % above is not: 10 × 1.11', 10, 10, 66.6, 0, 0, 12],
    ['10 % below is within it', 10, 10, 54, 0, 0, 10],
    ['15 % below is not: 8.5 up', 10, 10, 51, 0, 0, 9],
    ['saturated: 3 × 100/60 is exactly 5', 3, 3, 100, 0, 0, 5],
    ['idle: none, and the minimum is somebody else’s affair', 5, 5, 0, 0, 0, 0],
    ['nothing is known', 3, 0, 0, 0, 3, NO_METRICS],
    ['none has come up', 3, 0, 0, 3, 0, NO_METRICS],
    ['two not ready count as idle going up: 2 × 100 over 4 is 50, which is no reason', 4, 2, 100, 2, 0, 4],
    ['one not ready: 3 × 100 over 4 is 75, ratio 1.25', 4, 3, 100, 1, 0, 5],
    ['not ready ones do not matter going down: 2 × 0.5', 4, 2, 30, 2, 0, 1],
    ['a missing one counts as idle going up: 3 × 90 over 4 is 67.5', 4, 3, 90, 0, 1, 5],
    ['and stops it within the tolerance: 2 × 100 over 3 is 66.7, ratio 1.11', 3, 2, 100, 0, 1, 4],
    ['and turned round it stops altogether: 1 × 100 over 3', 3, 1, 100, 0, 2, 3],
    ['a missing one counts as on target going down: (2 × 30 + 60) over 3 is 40', 3, 2, 30, 0, 1, 2],
    ['many missing ones keep the number: (30 + 3 × 60) over 4 is 52.5', 4, 1, 30, 0, 3, 4],
    ['both: (2 × 100) over 5 is 40, turned round', 5, 2, 100, 2, 1, 5],
  ])('%s', (_, current, measured, mean, unready, missing, wanted) => {
    expect(desiredInstances({ current, measured, sum: measured * mean, unready, missing }, 60, 0.1)).toBe(wanted);
  });

  it.each([
    ['a queue of 100 at 10 each', 4, 100, 10],
    ['within the tolerance', 10, 108, 10],
    ['empty', 4, 0, 0],
    ['a little more than that of one', 1, 11.5, 2],
  ])('for one value of all: %s', (_, current, total, wanted) => {
    expect(desiredForTotal(current, total, 10, 0.1)).toBe(wanted);
  });
});

describe('stabilisation', () => {
  it('takes the highest wish of the window going down, which ends exactly when the window does', () => {
    const stabilisation = new Stabilisation();
    const seen = [8, 2, 4, 2, 2, 2, 2].map((wish, i) => stabilisation.follow(i * 15 * S, 8, wish, 0, 45 * S));
    // At 45 s the 8 of time 0 is out, and the 4 of 30 s counts until 75 s.
    expect(seen).toEqual([8, 8, 8, 4, 4, 2, 2]);
  });

  it('takes the lowest wish of the window going up', () => {
    const stabilisation = new Stabilisation();
    const seen = [4, 9, 7, 9, 9].map((wish, i) => stabilisation.follow(i * 15 * S, 4, wish, 30 * S, 0));
    expect(seen).toEqual([4, 4, 7, 7, 9]);
  });

  it('follows at once without windows', () => {
    const stabilisation = new Stabilisation();
    expect([9, 1, 5].map((wish, i) => stabilisation.follow(i * S, 4, wish, 0, 0))).toEqual([9, 1, 5]);
  });
});

describe('scaling policies', () => {
  const usual = { upPercent: 100, upInstances: 4, downPercent: 100, downInstances: 0 };

  it('double or add four, whichever is more, in each period', () => {
    const policies = new ScalingPolicies();
    const reached: number[] = [];
    let current = 1;
    for (let second = 0; second < 50; second += 5) {
      const next = policies.limit(second * S, current, 100, 15 * S, usual);
      policies.changed(second * S, next - current);
      current = next;
      reached.push(current);
    }
    // 1 + 4; then 5 doubles, 10 doubles, 20 doubles.
    expect(reached).toEqual([5, 5, 5, 10, 10, 10, 20, 20, 20, 40]);
  });

  it('go down by a share of what the period began with', () => {
    const policies = new ScalingPolicies();
    const slow = { ...usual, downPercent: 50 };
    expect(policies.limit(0, 20, 1, 60 * S, slow)).toBe(10);
    policies.changed(0, -10);
    expect(policies.limit(30 * S, 10, 1, 60 * S, slow)).toBe(10);
    expect(policies.limit(60 * S, 10, 1, 60 * S, slow)).toBe(5);
  });

  it('of nothing stop a direction', () => {
    const never = { upPercent: 0, upInstances: 0, downPercent: 0, downInstances: 0 };
    expect(new ScalingPolicies().limit(0, 5, 9, S, never)).toBe(5);
    expect(new ScalingPolicies().limit(0, 5, 1, S, never)).toBe(5);
  });
});

describe('target tracking', () => {
  const settings = { highPeriods: 3, lowPeriods: 4, warmUp: 150 * S };
  const follow = (values: readonly number[], current: number): number[] => {
    const tracking = new TargetTracking();
    let count = current;
    return values.map((value, minute) => (count = tracking.observe(minute * 60 * S, count, value, 50, settings)));
  };

  it('adds in proportion after three periods above the target', () => {
    expect(follow([70, 70, 70], 4)).toEqual([4, 4, 6]);
    expect(follow([70, 70, 50, 70, 70], 4)).toEqual([4, 4, 4, 4, 4]);
  });

  it('adds only what is lacking while new instances warm up', () => {
    // 4 × 100/50 is 8; a minute later the same value asks for the same 8.
    expect(follow([100, 100, 100, 100, 120], 4)).toEqual([4, 4, 8, 8, 10]);
  });

  it('takes away late, and one at least, but not while it warms up', () => {
    expect(follow([40, 40, 40, 40, 40], 8)).toEqual([8, 8, 8, 7, 7]);
    expect(follow([47, 47, 47, 47, 47, 47], 8)).toEqual([8, 8, 8, 8, 8, 8]);
    expect(follow([100, 100, 100, 10, 10, 10, 10, 10], 1)).toEqual([1, 1, 2, 2, 2, 2, 1, 1]);
  });
});

/** Failures of messaging that emerge: each shipped scenario shows one, and the same without its cause does not. */
import { describe, expect, it } from 'vitest';
import { type Changes, measured, part } from './testing/measured';

const set = (...texts: string[]): Changes => ({ set: texts });

const kafka = (name: string, metric: string, from: number, to: number, changes?: Changes): number =>
  part(measured(name, from, to, changes), 'kafka').metrics[metric]!;

/** All of a counter, from a rate. */
const total = (name: string, metric: string, to: number, changes?: Changes): number =>
  kafka(name, metric, 0, to, changes) * to;

describe('a rebalance stops the group', () => {
  const NAME = 'kafka-rebalance';
  const everyone = (...texts: string[]): Changes =>
    set(...[1, 2, 3].flatMap((i) => texts.map((text) => `kafka-consumer-${i}.${text}`)));
  /** Records done per second by those that did not restart. */
  const others = (changes?: Changes): number => {
    const report = measured(NAME, 30, 60, changes);
    return part(report, 'consumer-1').completionsPerSec! + part(report, 'consumer-2').completionsPerSec!;
  };

  it('that is eager: after the restart of one consumer, nobody works until its old members have timed out', () => {
    expect(others()).toBe(0);
    expect(kafka(NAME, 'lag', 55, 60)).toBeGreaterThan(3500);
    // It is over with the session timeout of 45 s, and worked off.
    expect(kafka(NAME, 'lag', 130, 140)).toBeLessThan(20);
  });
  it('not when it is cooperative: only the partitions of the one that restarted wait', () => {
    expect(others(everyone('assignor=cooperative'))).toBeGreaterThan(70);
    expect(kafka(NAME, 'lag', 55, 60, everyone('assignor=cooperative'))).toBeLessThan(1700);
  });
  it('not with static members: nobody waits at all', () => {
    expect(kafka(NAME, 'lag', 30, 60, everyone('staticMembers=true'))).toBeLessThan(20);
  });
  it('not without the restart', () => {
    expect(kafka(NAME, 'lag', 30, 60, { faults: [] })).toBeLessThan(20);
  });
});

describe('a follower that hangs', () => {
  const NAME = 'kafka-hung-follower';
  const errors = (from: number, to: number, changes?: Changes): number =>
    measured(NAME, from, to, changes).endToEnd.errorRatio!;

  it('fails publishing that waits for all in-sync replicas, until it is out of sync', () => {
    // Two thirds of the partitions have it as a follower. It is found out at the checks at 60 s and 75 s.
    expect(errors(22, 58)).toBeGreaterThan(0.6);
    expect(errors(80, 110)).toBe(0);
  });
  it.each([
    ['when the leader alone acknowledges', 'kafka.acks=1'],
    ['for long when followers are given up soon', 'kafka.replicaLagMaxMs=2000'],
  ])('not %s', (_what, text) => {
    expect(errors(25, 58, set(text))).toBe(0);
  });
  it('not without the fault', () => {
    expect(errors(22, 58, { faults: [] })).toBe(0);
  });
});

describe('acknowledged and gone', () => {
  const NAME = 'kafka-lost-writes';
  const lost = (changes?: Changes): number => total(NAME, 'lostAcknowledged', 40, changes);

  it('are the records that only a dead leader had', () => {
    expect(lost()).toBeGreaterThan(50);
  });
  it('none when all in-sync replicas acknowledge', () => {
    expect(lost(set('kafka.acks=all'))).toBe(0);
  });
  it('hardly any when the followers keep up', () => {
    const crash = { atMs: 20_000, durationMs: 40_000, target: 'kafka', fault: 'broker-crash', params: {} };
    expect(lost({ faults: [crash] })).toBeLessThan(3);
  });
});

describe('done twice after a crash', () => {
  const NAME = 'kafka-duplicates';
  const counts = (changes?: Changes): [twice: number, never: number] => [
    total(NAME, 'duplicates', 40, changes),
    total(NAME, 'droppedByConsumers', 40, changes),
  ];

  it('is what was done since the last automatic commit', () => {
    const [twice, never] = counts();
    expect(twice).toBeGreaterThan(100);
    // At most five seconds' worth.
    expect(twice).toBeLessThan(5 * 100 * 1.2);
    expect(never).toBe(0);
  });
  it('nothing when each record is committed', () => {
    expect(counts(set('kafka-billing.commit=each'))).toEqual([0, 0]);
  });
  it('nothing when commits come before the work: then some are never done', () => {
    const [twice, never] = counts(set('kafka-billing.commit=before'));
    expect(twice).toBe(0);
    expect(never).toBeGreaterThan(0);
  });
  it('nothing without the crash', () => {
    expect(counts({ faults: [] })).toEqual([0, 0]);
  });
});

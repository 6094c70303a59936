/** Failures of replicated state that emerge: each is shown, and is gone without its cause. */
import { describe, expect, it } from 'vitest';
import { type Changes, measured, part } from './testing/measured';

const set = (...texts: string[]): Changes => ({ set: texts });

/** How many of something there were in all. */
function total(name: string, metric: string, seconds: number, changes?: Changes, component = 'database'): number {
  return Math.round(part(measured(name, 0, seconds, changes), component).metrics[metric]! * seconds);
}

describe('acknowledged writes that are lost', () => {
  it('are those which were under way when the primary died: about 120 a second for 100 ms', () => {
    const lost = total('lost-writes', 'lostWrites', 60);
    expect(lost).toBeGreaterThan(4);
    expect(lost).toBeLessThan(24);
  });
  it.each([
    ['when commits wait for a standby', 'database.replication=standby'],
    ['when commits wait for a quorum', 'database.replication=quorum'],
    ['when nobody takes over', 'database.failover=none'],
  ])('are none %s', (_what, text) => {
    expect(total('lost-writes', 'lostWrites', 60, set(text))).toBe(0);
  });
  it('are none when nobody dies', () => {
    expect(total('lost-writes', 'lostWrites', 60, { faults: [] })).toBe(0);
  });
});

describe('split brain', () => {
  const both = (changes?: Changes) => [
    total('split-brain', 'divergedWrites', 100, changes),
    total('split-brain', 'lostWrites', 100, changes),
  ];
  it('has two primaries, and throws away what one of them promised', () => {
    const [diverged, lost] = both();
    expect(part(measured('split-brain', 60, 75), 'database').metrics['primaries']).toBe(2);
    // Some 30 writes a second for up to 40 s beside the other primary, and for the 60 s of the cut.
    expect(diverged).toBeGreaterThan(700);
    expect(lost! / (60 * 30)).toBeGreaterThan(0.9);
    expect(lost! / (60 * 30)).toBeLessThan(1.1);
  });
  it('is refused by fencing, at the price of what was promised before the lease was over', () => {
    const [diverged, lost] = both(set('database.fencing=true'));
    expect(diverged).toBe(0);
    expect(lost).toBeGreaterThan(200);
    expect(lost).toBeLessThan(20 * 30 * 1.2);
  });
  it('promises nothing when commits wait for the other side', () => {
    expect(both(set('database.replication=standby'))).toEqual([0, 0]);
  });
  it('needs the cut', () => {
    expect(both({ faults: [] })).toEqual([0, 0]);
  });
});

describe('own writes that are missed', () => {
  const missed = (changes?: Changes) => total('read-your-own-writes', 'ownWritesMissed', 60, changes);
  const stale = (changes?: Changes) => total('read-your-own-writes', 'staleReads', 60, changes);
  it('by users who read from replicas that lag', () => {
    expect(missed()).toBeGreaterThan(60);
    expect(stale()).toBeGreaterThan(10 * missed());
  });
  it('are found when users stay with the primary after a write, although others still read stale data', () => {
    expect(missed(set('database.readFrom=sticky'))).toBe(0);
    expect(stale(set('database.readFrom=sticky'))).toBeGreaterThan(30);
  });
  it('are missed again when they stay for less than the lag', () => {
    expect(missed(set('database.readFrom=sticky', 'database.stickySeconds=0.1'))).toBeGreaterThan(20);
  });
  it('are found on the primary', () => {
    expect([missed(set('database.readFrom=primary')), stale(set('database.readFrom=primary'))]).toEqual([0, 0]);
  });
});

describe('a standby that stops all writes', () => {
  const errors = (changes?: Changes) => measured('blocked-commits', 25, 50, changes).endToEnd.errorRatio!;
  it('takes the reads with it, which do not need it', () => {
    expect(errors()).toBeGreaterThan(0.9);
    expect(measured('blocked-commits', 60, 80).endToEnd.errorRatio).toBeLessThan(0.001);
  });
  it.each([
    ['any one of the replicas will do', 'database.replication=quorum'],
    ['commits wait for nobody', 'database.replication=nobody'],
  ])('stops none when %s', (_what, text) => {
    expect(errors(set(text))).toBeLessThan(0.001);
  });
  it('stops none while it lives', () => {
    expect(errors({ faults: [] })).toBeLessThan(0.001);
  });
});

describe('a failover', () => {
  it('refuses writes for 23 to 34 s, and reads go on', () => {
    const before = measured('database-failover', 5, 20).endToEnd.errorRatio!;
    expect(before).toBe(0);
    const refused = measured('database-failover', 21, 40);
    // A third of the requests write.
    expect(refused.endToEnd.errorRatio).toBeGreaterThan(0.27);
    expect(refused.endToEnd.errorRatio).toBeLessThan(0.33);
    expect(measured('database-failover', 55, 70).endToEnd.errorRatio).toBe(0);
  });
  it('is shorter with a shorter lease', () => {
    const short = set('database.leaseSeconds=6', 'database.renewSeconds=2', 'database.retrySeconds=2');
    expect(measured('database-failover', 31, 60, short).endToEnd.errorRatio).toBe(0);
  });
});

describe('a Redis failover that loses writes', () => {
  const lost = (changes?: Changes) => total('redis-failover', 'lostWrites', 70, changes, 'redis');
  it('throws away what the old master had acknowledged: 100 writes a second for 30 s', () => {
    expect(lost() / 3000).toBeGreaterThan(0.9);
    expect(lost() / 3000).toBeLessThan(1.1);
  });
  it('is bounded when the master must have heard from a replica', () => {
    const bounded = lost(set('redis.minReplicasToWrite=1', 'redis.minReplicasMaxLagSeconds=2'));
    expect(bounded).toBeGreaterThan(100);
    expect(bounded).toBeLessThan(300);
  });
  it('loses none when writes wait for a replica', () => {
    expect(lost(set('redis.waitReplicas=1'))).toBe(0);
  });
  it('loses what was under way when the master dies instead', () => {
    const crash = { atMs: 20_000, target: 'redis', fault: 'crash-node', params: {} };
    expect(lost({ faults: [crash] })).toBeLessThan(20);
  });
  it('loses none without the cut', () => {
    expect(lost({ faults: [] })).toBe(0);
  });
});

/**
 * Consistency and availability: each shipped scenario shows its failure, and the same scenario without the cause does
 * not. Nothing of it is scripted: it follows from messages, clocks and quorums.
 */
import { describe, expect, it } from 'vitest';
import { checkHistory, type HistoryCheck } from '../analysis/history-check';
import { assemble } from '../kinds/assemble';
import { applySet } from './apply-set';
import { type Changes, measured, part, starter } from './testing/measured';

const set = (...texts: string[]): Changes => ({ set: texts });

/** How often something happened at a component in the first minute. */
function counted(name: string, component: string, metric: string, changes?: Changes): number {
  return Math.round(part(measured(name, 0, 60, changes), component).metrics[metric]! * 60);
}

/** The history of a component after so many seconds. */
function checked(name: string, component: string, seconds: number, ...changes: string[]): HistoryCheck {
  let { scenario } = starter(name);
  for (const text of changes) {
    const next = applySet(scenario, text);
    if (!next.ok) throw new Error(text);
    scenario = next.value;
  }
  const simulation = assemble(scenario);
  simulation.advance(seconds * 1e6);
  const history = simulation.component(component)!.behaviour.history!();
  return checkHistory(history.operations(), history.first === 0);
}

describe('CAP, side by side', () => {
  const failures = (changes?: Changes) => {
    const report = measured('cap-side-by-side', 20, 40, changes);
    return ['cp-west', 'cp-east', 'ap-west', 'ap-east'].map((id) => Math.round(part(report, id).failuresPerSec! * 20));
  };

  it('the consistent store refuses the minority, the available one refuses nobody', () => {
    const [cpWest, cpEast, apWest, apEast] = failures();
    expect(cpWest).toBeGreaterThan(700);
    expect([cpEast, apWest, apEast]).toEqual([0, 0, 0]);
  });

  it('the available store diverges, loses updates and recovers; the consistent one does not', () => {
    expect(counted('cap-side-by-side', 'ap', 'staleReads')).toBeGreaterThan(200);
    // About a dozen, each by chance.
    expect(counted('cap-side-by-side', 'ap', 'lostUpdates')).toBeGreaterThan(2);
    expect(counted('cap-side-by-side', 'cp', 'staleReads')).toBe(0);
    const after = part(measured('cap-side-by-side', 50, 60), 'ap').metrics;
    expect(after['recoveryMs']).toBeGreaterThan(100);
    expect(after['owed']).toBe(0);
    expect(after['hints']).toBe(0);
  });

  it('their histories say so', () => {
    expect(checked('cap-side-by-side', 'cp', 60).verdict).toBe('linearizable');
    const available = checked('cap-side-by-side', 'ap', 60);
    expect(available.verdict).toBe('not linearizable');
    expect(available.worst!.counterexample.length).toBeLessThanOrEqual(4);
  });

  it('without the partition nobody pays', () => {
    expect(failures({ faults: [] })).toEqual([0, 0, 0, 0]);
    expect(counted('cap-side-by-side', 'ap', 'staleReads', { faults: [] })).toBe(0);
    expect(counted('cap-side-by-side', 'ap', 'lostUpdates', { faults: [] })).toBe(0);
  });

  it('the same store is the consistent one when it refuses without a quorum', () => {
    const refuses = set('ap.withoutQuorum=refuse');
    expect(failures(refuses)[2]).toBeGreaterThan(700);
    expect(counted('cap-side-by-side', 'ap', 'staleReads', refuses)).toBe(0);
    expect(counted('cap-side-by-side', 'ap', 'lostUpdates', refuses)).toBe(0);
  });
});

describe('reads that miss the last write', () => {
  const stale = (changes?: Changes): number => counted('stale-quorum', 'store', 'staleReads', changes);
  it('with R + W up to N, not beyond', () => {
    const one = stale();
    expect(one).toBeGreaterThan(300);
    const three = stale(set('store.readFrom=2'));
    expect(three).toBeGreaterThan(20);
    expect(three).toBeLessThan(one);
    expect(stale(set('store.readFrom=2', 'store.writeTo=2'))).toBe(0);
    expect(stale(set('store.readFrom=3'))).toBe(0);
  });
});

describe('a clock that runs ahead', () => {
  const lost = (changes?: Changes): number => counted('clock-lost-update', 'store', 'lostToClock', changes);
  it('throws acknowledged writes away, whatever the quorum; right clocks do not', () => {
    expect(lost()).toBeGreaterThan(200);
    expect(lost(set('store.readFrom=3', 'store.writeTo=3'))).toBeGreaterThan(200);
    expect(lost({ faults: [] })).toBe(0);
    expect(checked('clock-lost-update', 'store', 30).readYourWrites.violations).toBeGreaterThan(10);
  });
});

describe('an election', () => {
  const elected = (changes?: Changes): number => counted('raft-election', 'store', 'leaderChanges', changes);
  it('follows the crash of the leader; nothing acknowledged is lost', () => {
    expect(elected()).toBe(2);
    expect(counted('raft-election', 'store', 'staleReads')).toBe(0);
    expect(checked('raft-election', 'store', 60).verdict).toBe('linearizable');
    const { errors } = part(measured('raft-election', 15, 18), 'store');
    expect(errors['no-leader']).toBeGreaterThan(20);
    // The node that comes back knows no leader until the next heartbeat.
    for (const [from, to] of [
      [18, 30],
      [31, 60],
    ] as const) {
      expect(part(measured('raft-election', from, to), 'store').failuresPerSec).toBe(0);
    }
  });
  it('does not happen without it', () => {
    expect(elected({ faults: [] })).toBe(1);
  });
});

describe('a leader without a majority', () => {
  const west = (changes?: Changes) => part(measured('minority-leader', 22, 40, changes), 'west').errors;
  it('takes what it cannot commit, unless it checks its majority', () => {
    expect(west()['timeout']).toBeGreaterThan(600);
    const checks = set('store.checkQuorum=true');
    expect(west(checks)['timeout'] ?? 0).toBe(0);
    expect(counted('minority-leader', 'store', 'unknownWrites')).toBeGreaterThan(300);
    expect(counted('minority-leader', 'store', 'unknownWrites', checks)).toBeLessThan(40);
    for (const changes of [undefined, checks]) {
      expect(counted('minority-leader', 'store', 'staleReads', changes)).toBe(0);
    }
    expect(checked('minority-leader', 'store', 60).verdict).toBe('linearizable');
  });
});

describe('a leader that slept', () => {
  it('is deposed meanwhile and harms nobody; its users wait', () => {
    expect(counted('frozen-leader', 'store', 'leaderChanges')).toBe(2);
    expect(part(measured('frozen-leader', 20, 25), 'west').errors['timeout']).toBeGreaterThan(100);
    expect(checked('frozen-leader', 'store', 60).verdict).toBe('linearizable');
  });
  it('stays the leader when it sleeps less than an election timeout', () => {
    const faults = starter('frozen-leader').scenario.faults.map((fault) => ({ ...fault, durationMs: 800 }));
    expect(counted('frozen-leader', 'store', 'leaderChanges', { faults })).toBe(1);
  });
  it('answers stale reads when reads ask nobody', () => {
    expect(checked('frozen-leader', 'store', 60, 'store.reads=local').verdict).toBe('not linearizable');
  });
});

// What commits wait for, and how replicas fall behind.
import { describe, expect, it } from 'vitest';
import type { Simulation } from '../../engine/simulation';
import type { Settings } from '../../model/fields';
import type { ScheduledFault } from '../../model/scenario';
import { MICROS_PER_SECOND as SECOND } from '../../model/units';
import { deathsAt, faceOf } from '../small-system';
import { databaseSystem, fault, LEASE, metric, roles } from './testing/database-system';

describe('a commit waits for', () => {
  const meanMs = (database: Settings, clients: Settings = { ratePerSec: 10 }): number => {
    const simulation = databaseSystem({ database, clients: { writer: clients } });
    simulation.advance(20 * SECOND);
    const { meanInSystem, completions, span } = simulation.component('database')!.stats.totals(simulation.now);
    return (meanInSystem * span) / completions / 1000;
  };
  const times = { commitMedianMs: 3, commitP99Ms: 3, applyMs: 7, replicationDelayMs: 10 };

  it.each([
    ['nobody', {}, 3],
    ['a standby that has received it', { replication: 'standby', confirmedWhen: 'received' }, 3 + 20],
    ['a standby that has it on disk', { replication: 'standby', confirmedWhen: 'flushed' }, 3 + 20 + 3],
    ['a standby that shows it', { replication: 'standby', confirmedWhen: 'applied' }, 3 + 20 + 7],
    ['two of two', { replication: 'quorum', quorum: 2 }, 3 + 20 + 3],
  ])('%s', (_, settings, expected) => {
    expect(meanMs({ ...times, ...settings })).toBeCloseTo(expected, 1);
  });

  it('the bandwidth, too', () => {
    // 1000 bytes at 1 Mbit/s are 8 ms.
    const narrow = { ...times, replication: 'standby', confirmedWhen: 'received', replicationMbps: 1 };
    expect(meanMs(narrow)).toBeCloseTo(3 + 8 + 20, 1);
  });

  it('a standby that is gone, for as long as it is gone', () => {
    const simulation = databaseSystem({
      database: { replication: 'standby', poolSize: 20 },
      faults: [fault(20, 'crash-server', { server: 1 }, 20)],
    });
    simulation.advance(39.5 * SECOND);
    // Twenty hang on their connections, on disk or behind the lock of one that is; the others find none.
    expect(roles(simulation)).toEqual(['primary', 'down', 'replica']);
    expect(metric(simulation, 'writes')).toBeGreaterThan(2005);
    expect(metric(simulation, 'writes')).toBeLessThanOrEqual(2020);
    expect(deathsAt(simulation, 'database')['pool-timeout']).toBeGreaterThan(1800);
    simulation.advance(60 * SECOND);
    expect(metric(simulation, 'writes')).toBeGreaterThan(3950);
  });

  it('no replica in particular with a quorum', () => {
    const simulation = databaseSystem({
      database: { replication: 'quorum', quorum: 1 },
      faults: [fault(20, 'crash-server', { server: 1 }, 20)],
    });
    simulation.advance(60 * SECOND);
    expect(deathsAt(simulation, 'database')).toEqual({});
    expect(metric(simulation, 'writes')).toBeGreaterThanOrEqual(5997);
  });

  it('more than there are, for ever', () => {
    const simulation = databaseSystem({ database: { replication: 'quorum', quorum: 3 } });
    simulation.advance(20 * SECOND);
    expect(simulation.component('database')!.stats.totals(simulation.now).completions).toBe(0);
  });
});

describe('a standby that is gone, when a manager looks every ten seconds', () => {
  const NAMED: Settings = { ...LEASE, replication: 'standby' };
  /** Writes a second that are acknowledged between two seconds. */
  const rate = (simulation: Simulation, from: number, to: number): number => {
    const answered = (): number => simulation.component('database')!.stats.totals(simulation.now).completions;
    simulation.advance(from * SECOND);
    const before = answered();
    simulation.advance(to * SECOND);
    return (answered() - before) / (to - from);
  };
  const one = fault(22, 'crash-server', { server: 1 }, 60);
  const both = [one, fault(22, 'freeze-server', { server: 2 }, 60)];

  it.each(['strict', 'async'])('another takes its place: %s', (withoutStandby) => {
    const simulation = databaseSystem({ database: { ...NAMED, withoutStandby }, faults: [one] });
    simulation.advance(21 * SECOND);
    expect(roles(simulation)).toEqual(['primary', 'sync standby', 'replica']);
    expect(rate(simulation, 23, 29)).toBe(0);
    expect(rate(simulation, 31, 60)).toBeCloseTo(100, 0);
    expect(roles(simulation)).toEqual(['primary', 'down', 'sync standby']);
  });
  it.each([
    ['wait', 0],
    ['strict', 0],
    ['async', 100],
  ])('and there is no other: %s', (withoutStandby, expected) => {
    const simulation = databaseSystem({ database: { ...NAMED, withoutStandby }, faults: both });
    expect(rate(simulation, 31, 60)).toBeCloseTo(expected, 0);
  });
  it('commits wait again when it is back', () => {
    const simulation = databaseSystem({ database: { ...NAMED, withoutStandby: 'async' }, faults: both });
    simulation.advance(100 * SECOND);
    expect(roles(simulation)).toEqual(['primary', 'sync standby', 'replica']);
    expect(metric(simulation, 'waitingForReplicas')).toBeGreaterThan(0);
  });
  it('nobody takes over from a primary that went on alone, and nothing is lost', () => {
    const alone: readonly ScheduledFault[] = [
      fault(22, 'crash-server', { server: 1 }, 30),
      fault(22, 'freeze-server', { server: 2 }, 30),
      fault(51, 'crash-server', { server: 0 }, 100),
    ];
    const simulation = databaseSystem({ database: { ...NAMED, withoutStandby: 'async' }, faults: alone });
    simulation.advance(145 * SECOND);
    expect([metric(simulation, 'failovers'), roles(simulation)[0]]).toEqual([0, 'down']);
    expect(rate(simulation, 155, 175)).toBeCloseTo(100, 0);
    expect(metric(simulation, 'lostWrites')).toBe(0);
  });
});

it('what a standby has confirmed is not lost with the primary', () => {
  for (const replication of ['standby', 'quorum']) {
    const simulation = databaseSystem({
      database: { ...LEASE, replication },
      faults: [fault(50.0055, 'crash-server', {}, 60)],
    });
    simulation.advance(105 * SECOND);
    expect(roles(simulation)[0]).toBe('down');
    expect([metric(simulation, 'failovers'), metric(simulation, 'lostWrites')]).toEqual([1, 0]);
  }
});

it('a long read on a replica holds up what it applies, until it is cancelled', () => {
  const simulation = databaseSystem({
    database: { replicas: 1, standbyDelaySeconds: 30 },
    faults: [fault(20, 'long-read', {}, 1000)],
  });
  const lag = (): number => faceOf(simulation, 'database').at(-1)!;
  simulation.advance(49.9 * SECOND);
  expect(Math.abs(lag() - 29_900)).toBeLessThan(25);
  simulation.advance(50.5 * SECOND);
  expect(lag()).toBeLessThan(25);
});

it('a narrow link falls behind in bytes', () => {
  // 100 kB/s of log over 0.4 Mbit/s = 50 kB/s.
  const simulation = databaseSystem({ database: { replicas: 1, replicationMbps: 0.4 } });
  simulation.advance(40 * SECOND);
  // Half of it is left: 2000 kB, so 1000 kB on average.
  expect(Math.abs(metric(simulation, 'replicationLagBytes') / 1e6 - 1)).toBeLessThan(0.02);
});

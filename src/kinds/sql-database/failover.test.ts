// Who is the primary when servers die, freeze or are cut off, and what that costs.
import { describe, expect, it } from 'vitest';
import type { Settings } from '../../model/fields';
import { MICROS_PER_SECOND as SECOND } from '../../model/units';
import { assemble } from '../assemble';
import { deathsAt, faceOf, INSTANT, smallSystem } from '../small-system';
import { databaseSystem, fault, LEASE, metric, QUICK, roles, until, WRITER } from './testing/database-system';

describe('a lease', () => {
  it('of a primary that dies runs out 20 to 30 s later, and 3 s later there is a new one', () => {
    for (const seed of [1, 2, 3]) {
      const simulation = databaseSystem({ database: LEASE, faults: [fault(50, 'crash-server')], seed });
      simulation.advance(50.5 * SECOND);
      expect(roles(simulation)).toEqual(['down', 'replica', 'replica']);
      const detected = until(simulation, () => roles(simulation).includes('being promoted'));
      expect(detected).toBeGreaterThanOrEqual(70);
      expect(detected).toBeLessThanOrEqual(80.01);
      const promoted = until(simulation, () => roles(simulation).includes('primary'));
      expect(promoted - detected).toBeCloseTo(3, 1);
      expect(metric(simulation, 'failovers')).toBe(1);
    }
  });

  it('is kept by a primary that restarts in time', () => {
    const simulation = databaseSystem({ database: LEASE, faults: [fault(50, 'crash-server', {}, 15)] });
    simulation.advance(100 * SECOND);
    expect(roles(simulation)).toEqual(['primary', 'replica', 'replica']);
    expect([metric(simulation, 'failovers'), metric(simulation, 'lostWrites')]).toEqual([0, 0]);
    expect(deathsAt(simulation, 'database')).toEqual({ refused: 1500 });
  });

  it('goes to the server that has most of the log, and what that one lacks is lost', () => {
    // Server 2 hears nothing from second 40 on; server 3 is 10 ms behind: one write of 100 a second.
    const simulation = databaseSystem({
      database: LEASE,
      faults: [fault(40, 'stop-replication', { replica: 1 }), fault(50.0055, 'crash-server')],
    });
    simulation.advance(90 * SECOND);
    expect(roles(simulation)).toEqual(['down', 'replica', 'primary']);
    expect(metric(simulation, 'lostWrites')).toBe(1);
  });

  it('goes to nobody who lacks more than is allowed', () => {
    // The store knows where the log was at the last renewal, up to ten seconds before.
    const faults = [fault(40, 'stop-replication'), fault(70, 'crash-server', {}, 80)];
    const simulation = databaseSystem({ database: { ...LEASE, maxLagOnFailoverKb: 1900 }, faults });
    simulation.advance(149 * SECOND);
    expect(roles(simulation)).toEqual(['down', 'replica', 'replica']);
    // The old primary comes back and takes its lease again.
    simulation.advance(151 * SECOND);
    expect(roles(simulation)).toEqual(['primary', 'replica', 'replica']);
    expect(metric(simulation, 'lostWrites')).toBe(0);
    const generous = databaseSystem({ database: { ...LEASE, maxLagOnFailoverKb: 3000 }, faults });
    generous.advance(149 * SECOND);
    expect(roles(generous)[0]).toBe('down');
    // Thirty seconds of writes.
    expect(Math.abs(metric(generous, 'lostWrites') - 3000)).toBeLessThanOrEqual(2);
  });

  it('is not waited for by hand', () => {
    const simulation = databaseSystem({ faults: [fault(50, 'crash-server'), fault(55, 'promote', { replica: 2 })] });
    simulation.advance(54 * SECOND);
    expect(roles(simulation)).toEqual(['down', 'replica', 'replica']);
    simulation.advance(57.9 * SECOND);
    expect(roles(simulation)[2]).toBe('being promoted');
    simulation.advance(58.1 * SECOND);
    expect(roles(simulation)).toEqual(['down', 'replica', 'primary']);
    expect(metric(simulation, 'lostWrites')).toBe(1);
  });
});

it('a primary that is there hands over, and nothing is lost', () => {
  const simulation = databaseSystem({ faults: [fault(50, 'promote')] });
  simulation.advance(60 * SECOND);
  expect(roles(simulation)).toEqual(['replica', 'primary', 'replica']);
  expect([metric(simulation, 'failovers'), metric(simulation, 'lostWrites')]).toEqual([1, 0]);
  // For 3 s nobody takes writes; callers notice a second after that. The first and the last are both in it.
  expect(deathsAt(simulation, 'database')).toEqual({ 'read-only': 401 });
  simulation.advance(100 * SECOND);
  expect(metric(simulation, 'writes')).toBeGreaterThanOrEqual(9598);
});

it('callers go on asking a dead primary until they look around', () => {
  const simulation = databaseSystem({
    database: { reconnectMs: 5000 },
    faults: [fault(50, 'crash-server'), fault(50, 'promote')],
  });
  simulation.advance(100 * SECOND);
  expect(deathsAt(simulation, 'database')).toEqual({ refused: 501 });
});

it('a server promoted first applies what it has received', () => {
  // 100 writes a second, 15 ms each: half a second of them behind for each second.
  const simulation = databaseSystem({
    database: { applyMs: 15, replicas: 1 },
    faults: [fault(30, 'crash-server'), fault(30, 'promote')],
  });
  // 3000 writes of which 2000 are applied: the rest takes 15 s.
  const promoted = until(simulation, () => simulation.now > 31 * SECOND && roles(simulation).includes('primary'));
  expect(promoted).toBeGreaterThan(44.5);
  expect(promoted).toBeLessThan(45.5);
  expect(metric(simulation, 'lostWrites')).toBe(1);
});

describe('a primary cut off', () => {
  const cut = (callers: string, seconds = 100) => [fault(50, 'isolate-server', { callers }, seconds)];

  it('gives up before another takes over, and loses what it had taken meanwhile', () => {
    const simulation = databaseSystem({ database: LEASE, faults: cut('with-primary') });
    const fenced = until(simulation, () => roles(simulation)[0] === 'fenced');
    // Its next renewal fails, at most 10 s later, and 10 s later it gives up.
    expect(fenced).toBeGreaterThanOrEqual(60);
    expect(fenced).toBeLessThanOrEqual(70.01);
    simulation.advance(149 * SECOND);
    expect(roles(simulation)).toEqual(['fenced', 'primary', 'replica']);
    const lost = metric(simulation, 'lostWrites');
    expect(Math.abs(lost - (fenced - 50) * 100)).toBeLessThanOrEqual(3);
    expect(metric(simulation, 'divergedWrites')).toBe(0);
    expect(deathsAt(simulation, 'database')['read-only']).toBeGreaterThan(7000);
    // Rejoining takes 5 s.
    simulation.advance(154 * SECOND);
    expect(roles(simulation)[0]).toBe('rejoining');
    simulation.advance(156 * SECOND);
    expect(roles(simulation)).toEqual(['replica', 'primary', 'replica']);
    expect(metric(simulation, 'lostWrites')).toBe(lost);
    simulation.advance(158 * SECOND);
    const writes = metric(simulation, 'writes');
    simulation.advance(168 * SECOND);
    expect(metric(simulation, 'writes') - writes).toBe(1000);
  });

  it('goes on without fencing: two primaries, until the sides are joined', () => {
    const simulation = databaseSystem({
      database: { ...LEASE, fencing: false },
      clients: { near: {}, far: {} },
      faults: cut('divided'),
    });
    simulation.advance(100 * SECOND);
    expect(roles(simulation)).toEqual(['primary', 'primary', 'replica']);
    expect(faceOf(simulation, 'database').slice(0, 2)).toEqual([4, 2]);
    simulation.advance(149.9 * SECOND);
    const [lost, diverged] = [metric(simulation, 'lostWrites'), metric(simulation, 'divergedWrites')];
    // What was taken on the wrong side before the promotion is lost at once, what after it when the sides are joined.
    expect(lost).toBeGreaterThan(2000);
    expect(Math.abs(lost + diverged - 9990)).toBeLessThanOrEqual(3);
    simulation.advance(160 * SECOND);
    expect(roles(simulation)).toEqual(['replica', 'primary', 'replica']);
    expect(Math.abs(metric(simulation, 'lostWrites') - 10_000)).toBeLessThanOrEqual(3);
    expect(metric(simulation, 'divergedWrites')).toBe(metric(simulation, 'lostWrites') - lost);
  });

  it('is not heard, and callers wait in vain', () => {
    const simulation = databaseSystem({ database: { poolSize: 10 }, faults: cut('with-replicas', 20) });
    simulation.advance(69 * SECOND);
    // Ten hang on their connections, the others find none.
    const deaths = deathsAt(simulation, 'database');
    expect(deaths['pool-timeout']).toBeGreaterThan(1800);
    expect(metric(simulation, 'writes')).toBeLessThanOrEqual(5001);
    simulation.advance(80 * SECOND);
    expect(metric(simulation, 'writes')).toBeGreaterThan(5800);
    expect(deathsAt(simulation, 'database')['reset']).toBe(10);
  });

  it('with a slow clock gives up too late', () => {
    const faults = [fault(10, 'slow-clock', { seconds: 30 }), ...cut('with-primary')];
    const simulation = databaseSystem({ database: LEASE, faults });
    const two = until(simulation, () => roles(simulation).filter((role) => role === 'primary').length === 2);
    expect(two).toBeLessThan(84);
    simulation.advance(100.1 * SECOND);
    expect(roles(simulation)[0]).toBe('fenced');
    expect(metric(simulation, 'divergedWrites')).toBeGreaterThan(700);
  });
});

describe('a primary that was frozen', () => {
  const freeze = [fault(50, 'freeze-server', {}, 60)];

  it('finds that it has lost its lease before it does anything else', () => {
    const simulation = databaseSystem({ database: { ...LEASE, commitMedianMs: 30, commitP99Ms: 30 }, faults: freeze });
    simulation.advance(109 * SECOND);
    expect(roles(simulation)).toEqual(['frozen', 'primary', 'replica']);
    simulation.advance(125 * SECOND);
    expect(roles(simulation)).toEqual(['replica', 'primary', 'replica']);
    expect(metric(simulation, 'divergedWrites')).toBe(0);
  });

  it('without fencing goes on with what it was doing, as a second primary', () => {
    // Its callers wait for ever and do not hear of the other one in time.
    const simulation = assemble(
      smallSystem({
        components: {
          writer: ['client', WRITER],
          database: [
            'sql-database',
            { ...QUICK, ...LEASE, fencing: false, reconnectMs: 100_000, commitMedianMs: 30, commitP99Ms: 30 },
          ],
        },
        connections: { 'writer>database': { ...INSTANT, timeoutMs: 0 } },
        faults: freeze,
      }),
    );
    simulation.advance(111 * SECOND);
    expect(roles(simulation)).toEqual(['primary', 'primary', 'replica']);
    expect(metric(simulation, 'divergedWrites')).toBeGreaterThan(900);
    simulation.advance(122 * SECOND);
    // It has looked after its lease, 10 s later.
    expect(roles(simulation)[0]).toBe('rejoining');
    // What was acknowledged in the 10 ms before it froze was still under way to the others.
    const before = metric(simulation, 'lostWrites');
    expect(before).toBeLessThanOrEqual(3);
    simulation.advance(130 * SECOND);
    expect(metric(simulation, 'lostWrites') - before).toBe(metric(simulation, 'divergedWrites'));
  });

  it('finishes what it had, though it is taken away', () => {
    const database: Settings = { ...LEASE, replicas: 1, fencing: false, commitMedianMs: 50, commitP99Ms: 50 };
    const faults = [fault(20, 'crash-server', {}, 60), fault(120, 'freeze-server')];
    const simulation = databaseSystem({ database, faults });
    const { stats } = simulation.component('database')!;
    simulation.advance(170 * SECOND);
    expect(roles(simulation)).toEqual(['primary', 'frozen']);
    // Its pool is full of them, and a few are under way at the other one.
    expect(stats.inSystem).toBeGreaterThan(1000);
    const config = { ...QUICK, ...database, replicas: 0 };
    simulation.intervene({ type: 'edit', edit: { type: 'configure-component', id: 'database', config } });
    simulation.advance(180 * SECOND);
    expect(stats.inSystem).toBeLessThan(20);
  });
});

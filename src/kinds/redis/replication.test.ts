import { describe, expect, it } from 'vitest';
import type { Simulation } from '../../engine/simulation';
import { readFace } from '../../model/face';
import type { Settings } from '../../model/fields';
import type { ScheduledFault } from '../../model/scenario';
import { MICROS_PER_SECOND as SECOND } from '../../model/units';
import { assemble } from '../assemble';
import { deathsAt, faceOf, INSTANT, metricOf, smallSystem } from '../small-system';
import { crc16, shardOf, slotOf } from './hash-slots';
import { ROLES } from './redis';

const WRITER: Settings = { arrivals: 'constant', keys: 'uniform', keyCount: 100, ratePerSec: 100, readPercent: 0 };

const fault = (atS: number, id: string, params: Settings = {}, seconds?: number): ScheduledFault => ({
  atMs: atS * 1000,
  ...(seconds === undefined ? {} : { durationMs: seconds * 1000 }),
  target: 'redis',
  fault: id,
  params,
});

function system(redis: Settings, faults: readonly ScheduledFault[] = [], clients = ['writer'], load = {}): Simulation {
  return assemble(
    smallSystem({
      components: {
        ...Object.fromEntries(clients.map((id) => [id, ['client', { ...WRITER, ...load }] as const])),
        redis: ['redis', { mode: 'sentinel', replicationDelayMs: 30, ...redis }],
      },
      connections: Object.fromEntries(clients.map((id) => [`${id}>redis`, { ...INSTANT, timeoutMs: 1000 }])),
      faults,
    }),
  );
}

const metric = (simulation: Simulation, id: string): number => metricOf(simulation, 'redis', id);

function members(simulation: Simulation) {
  const face = readFace(simulation.component('redis')!.blueprint.face, faceOf(simulation, 'redis'));
  const { values } = face.find(({ element }) => element.type === 'members')!;
  return Array.from({ length: values[0]! }, (_, i) => ({
    role: ROLES[values[2 + 6 * i]!]!,
    perSecond: values[7 + 6 * i]!,
  }));
}
const roles = (simulation: Simulation): string[] => members(simulation).map(({ role }) => role);

describe('hash slots', () => {
  it('are CRC16 modulo 16 384', () => {
    // The check value of CRC-16/XMODEM, and examples of the cluster specification and tutorial.
    expect(crc16('123456789')).toBe(0x31c3);
    expect(crc16('foo') % 16_384).toBe(12_182);
    expect(crc16('hello') % 16_384).toBe(866);
  });
  it('of numbers are those of their digits', () => {
    for (const key of [0, 7, 10, 99, 100, 12_345, 999_999]) expect(slotOf(key)).toBe(crc16(String(key)) % 16_384);
  });
  it('come in equal ranges', () => {
    expect([0, 5461, 5462, 10_922, 10_923, 16_383].map((slot) => shardOf(slot, 3))).toEqual([0, 0, 1, 1, 2, 2]);
  });
});

describe('sentinels', () => {
  it('promote the replica half a minute after the master died, and what was under way is lost', () => {
    const simulation = system({}, [fault(40, 'crash-node')]);
    simulation.advance(69.9 * SECOND);
    expect(roles(simulation)[0]).toBe('down');
    simulation.advance(71.01 * SECOND);
    expect(roles(simulation)).toEqual(['down', 'master']);
    // 30 ms of 100 writes a second.
    expect(metric(simulation, 'lostWrites')).toBe(3);
    simulation.advance(80 * SECOND);
    // All keys but those that were under way for the first time are still there.
    expect(faceOf(simulation, 'redis')[2]).toBeGreaterThan(95);
    // Refused from the crash until callers know of the new master, half a second after it was promoted.
    const refused = deathsAt(simulation, 'redis')['refused']!;
    expect(refused).toBeGreaterThan(3040);
    expect(refused).toBeLessThan(3160);
  });

  it('notice nothing when the master is back in time, empty, and replicas copy that', () => {
    const simulation = system({}, [fault(40, 'crash-node', {}, 10)], ['writer'], { keyCount: 1_000_000 });
    simulation.advance(49.9 * SECOND);
    expect(faceOf(simulation, 'redis')[2]).toBe(0);
    simulation.advance(60 * SECOND);
    expect(roles(simulation)).toEqual(['master', 'replica']);
    expect(metric(simulation, 'failovers')).toBe(0);
    expect(Math.abs(faceOf(simulation, 'redis')[2]! - 1000)).toBeLessThan(5);
  });

  it('leave a shard without a replica alone', () => {
    const simulation = system({ replicas: 0 }, [fault(40, 'crash-node')]);
    simulation.advance(100 * SECOND);
    expect(roles(simulation)).toEqual(['down']);
    expect(metric(simulation, 'failovers')).toBe(0);
  });
});

describe('a master that is cut off', () => {
  const cut = (callers: string): ScheduledFault[] => [fault(40, 'isolate-master', { callers }, 60)];

  it('takes writes that nobody will keep, until it learns that it was replaced', () => {
    const simulation = system({}, cut('with-master'));
    simulation.advance(99 * SECOND);
    expect(roles(simulation)).toEqual(['old master', 'master']);
    const [lost, diverged] = [metric(simulation, 'lostWrites'), metric(simulation, 'divergedWrites')];
    expect(lost).toBeGreaterThan(2990);
    expect(lost).toBeLessThan(3110);
    expect(Math.abs(lost + diverged - 5900)).toBeLessThanOrEqual(4);
    // The network is back at 100 s; sentinels make it a replica 8 s later. Callers know the new one before.
    simulation.advance(107.9 * SECOND);
    expect(roles(simulation)[0]).toBe('old master');
    simulation.advance(108.1 * SECOND);
    expect(roles(simulation)).toEqual(['replica', 'master']);
    expect(Math.abs(metric(simulation, 'lostWrites') - 6050)).toBeLessThan(60);
  });

  it('takes them for ten seconds only, when it needs to hear from a replica', () => {
    const simulation = system({ minReplicasToWrite: 1 }, cut('with-master'));
    simulation.advance(115 * SECOND);
    expect(Math.abs(metric(simulation, 'lostWrites') - 1003)).toBeLessThanOrEqual(3);
    expect(deathsAt(simulation, 'redis')['not-enough-replicas']).toBeGreaterThan(4900);
  });

  it('promises nothing when writes wait for a replica', () => {
    const simulation = system({ waitReplicas: 1 }, cut('with-master'));
    simulation.advance(115 * SECOND);
    expect([metric(simulation, 'lostWrites'), metric(simulation, 'divergedWrites')]).toEqual([0, 0]);
  });

  it('is not heard by those on the other side', () => {
    const simulation = system({}, cut('with-replicas'));
    simulation.advance(60 * SECOND);
    expect(metric(simulation, 'sets')).toBeLessThanOrEqual(4001);
    simulation.advance(90 * SECOND);
    expect(metric(simulation, 'sets')).toBeGreaterThan(5700);
  });

  it('in a cluster stops by itself after the node timeout', () => {
    const simulation = system({ mode: 'cluster', shards: 1, nodeTimeoutMs: 5000 }, cut('with-master'));
    simulation.advance(115 * SECOND);
    expect(deathsAt(simulation, 'redis')['no-leader']).toBeGreaterThan(5400);
    expect(Math.abs(metric(simulation, 'lostWrites') - 503)).toBeLessThanOrEqual(3);
    expect(roles(simulation)).toEqual(['replica', 'master']);
  });
});

it('WAIT takes the way there and back', () => {
  const simulation = system({ waitReplicas: 1, operationMicros: 1 });
  simulation.advance(10 * SECOND);
  const { meanInSystem, completions, span } = simulation.component('redis')!.stats.totals(simulation.now);
  expect((meanInSystem * span) / completions / 1000).toBeCloseTo(60, 0);
});

it('a frozen master goes on with what it held, for the eight seconds until it is told', () => {
  const simulation = system({}, [fault(40, 'freeze-node', {}, 60)]);
  simulation.advance(99 * SECOND);
  expect(roles(simulation)).toEqual(['frozen', 'master']);
  simulation.advance(101 * SECOND);
  expect(roles(simulation)).toEqual(['old master', 'master']);
  simulation.advance(110 * SECOND);
  expect(roles(simulation)).toEqual(['replica', 'master']);
});

describe('a cluster', () => {
  const CLUSTER = { mode: 'cluster', shards: 3, replicas: 0, nodeTimeoutMs: 5000 };

  it('spreads keys over its shards, and one that is down fails its part of them', () => {
    const simulation = system(CLUSTER, [fault(10, 'crash-node', { shard: 2 })], ['writer'], { keyCount: 10_000 });
    simulation.advance(10 * SECOND - 1);
    for (const { perSecond } of members(simulation)) expect(Math.abs(perSecond - 33)).toBeLessThan(15);
    simulation.advance(40 * SECOND);
    const { refused } = deathsAt(simulation, 'redis');
    expect(Math.abs(refused! / 3000 - 1 / 3)).toBeLessThan(0.05);
  });

  it('may refuse everything while a shard is gone', () => {
    const simulation = system({ ...CLUSTER, fullCoverage: true }, [fault(10, 'crash-node', { shard: 2 }, 20)]);
    simulation.advance(30 * SECOND);
    // From 5 to 6 s after the crash on.
    expect(Math.abs(deathsAt(simulation, 'redis')['no-leader']! - 1450)).toBeLessThanOrEqual(50);
    const before = metric(simulation, 'sets');
    simulation.advance(40 * SECOND);
    expect(metric(simulation, 'sets') - before).toBeGreaterThan(940);
  });

  it('has a hot shard when one key is asked for all the time', () => {
    const simulation = system({ ...CLUSTER, shards: 4 }, [], ['writer'], { keyCount: 1 });
    simulation.advance(10 * SECOND);
    expect(
      members(simulation)
        .map(({ perSecond }) => Math.round(perSecond / 10) * 10)
        .sort((a, b) => b - a),
    ).toEqual([100, 0, 0, 0]);
  });

  it('replaces the master of a shard after the node timeout', () => {
    const simulation = system({ ...CLUSTER, replicas: 1 }, [fault(10, 'crash-node', { shard: 1 })]);
    // 5 s, up to one until the first ping, and half a second to one before the votes.
    simulation.advance(15.4 * SECOND);
    expect(roles(simulation)[1]).toBe('replica');
    simulation.advance(17.1 * SECOND);
    expect(roles(simulation).slice(0, 2)).toEqual(['down', 'master']);
  });

  it('may spread the same nodes over other shards while it runs', () => {
    const simulation = system({ ...CLUSTER, shards: 2, replicas: 2 });
    simulation.advance(5 * SECOND);
    const before = metric(simulation, 'sets');
    const config = { ...CLUSTER, shards: 3, replicas: 1 };
    simulation.intervene({ type: 'edit', edit: { type: 'configure-component', id: 'redis', config } });
    simulation.advance(15 * SECOND);
    expect(metric(simulation, 'sets') - before).toBeGreaterThan(990);
    expect(roles(simulation).filter((role) => role === 'master')).toHaveLength(3);
  });

  it('tells callers once that slots have moved', () => {
    const simulation = system({ ...CLUSTER, shards: 2 });
    simulation.advance(5 * SECOND);
    expect(metric(simulation, 'redirects')).toBe(0);
    simulation.intervene({
      type: 'edit',
      edit: { type: 'configure-component', id: 'redis', config: { ...CLUSTER, shards: 4 } },
    });
    simulation.advance(10 * SECOND);
    expect(metric(simulation, 'redirects')).toBe(1);
    expect(metric(simulation, 'sets')).toBeGreaterThan(990);
  });
});

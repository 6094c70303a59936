import { describe, expect, it } from 'vitest';
import { RandomStream } from '../../engine/random';
import type { Simulation } from '../../engine/simulation';
import { CONNECTION_DEFAULTS } from '../../model/connection-defaults';
import type { Settings } from '../../model/fields';
import { MICROS_PER_SECOND as SECOND } from '../../model/units';
import { assemble } from '../assemble';
import { change, fault, INSTANT, metricOf, smallSystem } from '../small-system';
import { rangeAssign, stickyAssign } from './assignors';
import { kafkaSystem, metric, partitionsOf, totalLag, watchKeys, work } from './kafka-system';
import { partitionOf } from './producers';

const RATE = { ratePerSec: 100 };
const done = (simulation: Simulation, id: string): number =>
  simulation.component(id)!.stats.totals(simulation.now).completions;

it('defaults are those of Kafka, but for the commit', () => {
  expect(CONNECTION_DEFAULTS).toMatchObject({
    commit: 'each',
    autoCommitMs: 5000,
    maxPollRecords: 500,
    maxPollIntervalMs: 300_000,
    sessionTimeoutMs: 45_000,
    heartbeatMs: 3000,
    assignor: 'cooperative',
    staticMembers: false,
    startAt: 'latest',
  });
});

describe('assignors', () => {
  it.each([
    [6, [0, 1, 2], [0, 0, 1, 1, 2, 2]],
    [7, [0, 1, 2], [0, 0, 0, 1, 1, 2, 2]],
    [2, [4, 5, 6], [4, 5]],
  ])('range deals %i partitions to %j in a row', (partitions, members, expected) => {
    expect(rangeAssign(partitions, members)).toEqual(expected);
  });

  it.each([
    ['deals in turn at first', [-1, -1, -1, -1, -1], [0, 1], [0, 1, 0, 1, 0]],
    ['moves no more than it must for a newcomer', [0, 1, 0, 1, 0, 1], [0, 1, 2], [0, 1, 0, 1, 2, 2]],
    ['gives what a member leaves to the others', [0, 1, 2, 0, 1, 2], [0, 1], [0, 1, 0, 0, 1, 1]],
  ])('sticky %s', (_what, owners, members, expected) => {
    expect(stickyAssign(owners, members)).toEqual(expected);
  });

  it.each([1, 2, 3, 4, 5])('sticky is fair, and keeps what is fair to keep (seed %i)', (seed) => {
    const luck = new RandomStream(seed, '', 'assign');
    for (let round = 0; round < 100; round++) {
      const members = Array.from({ length: 1 + luck.integer(8) }, (_, i) => i);
      const owners = Array.from({ length: luck.integer(40) }, () => luck.integer(10) - 1);
      const target = stickyAssign(owners, members);
      const counts = members.map((member) => target.filter((owner) => owner === member).length);
      expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
      const share = Math.floor(owners.length / members.length);
      for (const member of members) {
        const had = owners.filter((owner) => owner === member).length;
        const kept = target.filter((owner, p) => owner === member && owners[p] === member).length;
        expect(kept).toBeGreaterThanOrEqual(Math.min(had, share));
      }
    }
  });
});

/** Two consumers, one and two, in one group. */
function pair(connection: Settings, faults: Parameters<typeof kafkaSystem>[0]['faults'] = []): Simulation {
  const common = { consumers: 3, group: 1, ...connection };
  return kafkaSystem({ load: RATE, consumers: { one: [work(5), common], two: [work(5), common] }, faults });
}

describe('a group', () => {
  it('of two connections shares the records; two groups see them all', () => {
    const simulation = pair({});
    const other = kafkaSystem({ load: RATE, consumers: { one: [work(5)], two: [work(5)] } });
    simulation.advance(20 * SECOND);
    other.advance(20 * SECOND);
    expect(Math.abs(done(simulation, 'one') + done(simulation, 'two') - 2000)).toBeLessThan(4);
    expect(done(simulation, 'one')).toBeGreaterThan(900);
    expect(Math.abs(done(other, 'one') - 2000)).toBeLessThan(4);
    expect(Math.abs(done(other, 'two') - 2000)).toBeLessThan(4);
  });

  it('gives the partitions of a dead consumer to the others when its session has ended', () => {
    const simulation = pair({ sessionTimeoutMs: 10_000 }, [fault('two', 'crash', 20, 100)]);
    simulation.advance(29 * SECOND);
    expect(Math.abs(totalLag(simulation) - 450)).toBeLessThan(80);
    simulation.advance(50 * SECOND);
    expect(totalLag(simulation)).toBeLessThan(5);
    expect(Math.abs(done(simulation, 'one') + done(simulation, 'two') - 5000)).toBeLessThan(10);
  });

  it('evicts a member that takes too long over a poll, again and again', () => {
    // 100 records of 50 ms are 5 s; only 2 s are allowed.
    const slow = (maxPollRecords: number): number => {
      const connection = { consumers: 1, maxPollRecords, maxPollIntervalMs: 2000, commit: 'after' };
      const simulation = kafkaSystem({
        load: { ratePerSec: 15 },
        kafka: { partitions: 1 },
        consumers: { consumer: [work(50), connection] },
        faults: [fault('consumer', 'pause', 5, 15)],
      });
      simulation.advance(120 * SECOND);
      return metric(simulation, 'rebalances');
    };
    expect(slow(100)).toBeGreaterThan(5);
    expect(slow(10)).toBeLessThanOrEqual(2);
  });

  it.each([
    ['latest', 0],
    ['earliest', 1000],
  ])('that is new starts at the %s record', (startAt, more) => {
    const simulation = kafkaSystem({ load: RATE });
    simulation.advance(10 * SECOND);
    const late = { id: 'late', kind: 'service', label: 'late', x: 0, y: 0, config: work(1) };
    simulation.intervene({ type: 'edit', edit: { type: 'add-component', component: late } });
    const connection = { id: 'kafka>late', from: 'kafka', to: 'late', config: { ...INSTANT, startAt } };
    simulation.intervene({ type: 'edit', edit: { type: 'add-connection', connection } });
    simulation.advance(20 * SECOND);
    expect(Math.abs(done(simulation, 'late') - 1000 - more)).toBeLessThan(5);
  });
});

describe('the ledger', () => {
  const crash = (commit: string): { twice: number; never: number; seen: Set<number>; lag: number; keys: number[] } => {
    const simulation = kafkaSystem({
      load: { ratePerSec: 300 },
      consumers: { consumer: [work(15), { commit, consumers: 6, staticMembers: true }] },
      faults: [fault('consumer', 'crash', 13.3, 14), fault('consumer', 'crash', 20.1, 22)],
    });
    const watched = watchKeys(simulation);
    simulation.advance(60 * SECOND);
    change(simulation, 'client', { ratePerSec: 0 });
    simulation.advance(120 * SECOND);
    const keys = watched.done.get('consumer')!;
    const published = metric(simulation, 'published');
    const never = metric(simulation, 'droppedByConsumers');
    // What was published was done, for the first time or again, or never.
    expect(metric(simulation, 'delivered') + never).toBe(published);
    expect(metric(simulation, 'delivered') + metric(simulation, 'duplicates')).toBe(keys.length);
    return { twice: metric(simulation, 'duplicates'), never, seen: new Set(keys), lag: totalLag(simulation), keys };
  };

  it('at most once: commits before the work mean no duplicates, and losses', () => {
    const { twice, never, seen, keys } = crash('before');
    expect(twice).toBe(0);
    expect(never).toBeGreaterThan(0);
    expect(seen.size).toBe(keys.length);
  });

  it.each(['each', 'after', 'auto'])('at least once: commits "%s" lose nothing', (commit) => {
    const { never, lag, seen } = crash(commit);
    expect(never).toBe(0);
    expect(lag).toBeLessThan(commit === 'auto' ? 1501 : 1);
    expect(seen.size).toBe(18_000);
  });

  it('duplicates grow with what lies between commits', () => {
    expect(crash('each').twice).toBe(0);
    expect(crash('auto').twice).toBeGreaterThan(crash('after').twice);
  });
});

describe('order and safety under rebalances', () => {
  it.each([1, 2, 3, 4, 5, 6])('order is kept and nothing is lost (seed %i)', (seed) => {
    const luck = new RandomStream(seed, 'groups', 'faults');
    const commits = ['each', 'after', 'auto'];
    const connection = {
      consumers: 2,
      group: 1,
      commit: commits[luck.integer(3)]!,
      assignor: luck.chance(0.5) ? 'eager' : 'cooperative',
      staticMembers: luck.chance(0.5),
      sessionTimeoutMs: 4000,
      heartbeatMs: 1000,
      maxPollRecords: 1 + luck.integer(50),
    };
    const ids = ['a', 'b', 'c'];
    const faults = Array.from({ length: 8 }, (_, i) => {
      const from = 4 + i * 10;
      return fault(ids[luck.integer(3)]!, 'crash', from, from + 0.5 + luck.integer(9));
    });
    const consumers = Object.fromEntries(ids.map((id) => [id, [work(8), connection] as const]));
    const simulation = kafkaSystem({ load: RATE, kafka: { partitions: 7 }, consumers, faults, seed });
    const { acknowledged, done: byConsumer } = watchKeys(simulation);
    const all: number[] = [];
    for (const id of ids) byConsumer.set(id, all);
    simulation.advance(90 * SECOND);
    change(simulation, 'client', { ratePerSec: 0 });
    simulation.advance(150 * SECOND);
    const seen = new Set(all);
    expect([...acknowledged].filter((key) => !seen.has(key))).toEqual([]);
    expect(metric(simulation, 'droppedByConsumers')).toBe(0);
    for (let partition = 0; partition < 7; partition++) {
      // A record may come again, but the first time each comes in order.
      const first = [...new Set(all.filter((key) => partitionOf(key, 7) === partition))];
      expect(first).toEqual([...first].sort((a, b) => a - b));
    }
  });
});

describe('what is not read in time', () => {
  it('is deleted, and counted', () => {
    const simulation = kafkaSystem({
      load: RATE,
      kafka: { retentionS: 20 },
      // A member for each partition: they take all that is left in their first poll, before more of it expires.
      consumers: { consumer: [work(5), { consumers: 6, staticMembers: true, startAt: 'earliest' }] },
      faults: [fault('consumer', 'crash', 10, 50)],
    });
    simulation.advance(90 * SECOND);
    // 40 s away, 20 s kept. Any longer than the session, and the group would wait three seconds for others first.
    expect(Math.abs(metric(simulation, 'expired') - 2000)).toBeLessThan(30);
    expect(totalLag(simulation)).toBeLessThan(5);
    // At rest, nothing is between two counters.
    change(simulation, 'client', { ratePerSec: 0 });
    simulation.advance(95 * SECOND);
    expect(totalLag(simulation)).toBe(0);
    expect(metric(simulation, 'published')).toBe(metric(simulation, 'delivered') + metric(simulation, 'expired'));
  });
  it('goes by size too', () => {
    const simulation = kafkaSystem({
      load: RATE,
      kafka: { retentionKB: 100, partitions: 1 },
      consumers: { consumer: [work(5), { staticMembers: true, startAt: 'earliest' }] },
      faults: [fault('consumer', 'crash', 10, 30)],
    });
    simulation.advance(29 * SECOND);
    expect(partitionsOf(simulation)[0]![3]).toBe(102);
    expect(metric(simulation, 'expired')).toBeGreaterThan(1700);
  });
});

it('a message that always fails blocks its partition for its attempts, then goes to the dead letters', () => {
  const simulation = assemble(
    smallSystem({
      components: {
        client: ['client', { arrivals: 'constant', ratePerSec: 10, readPercent: 0 }],
        kafka: ['kafka', { partitions: 1, redeliveryMs: 50 }],
        consumer: ['service', work(1)],
        letters: ['kafka'],
      },
      connections: {
        'client>kafka': INSTANT,
        'kafka>consumer': { ...INSTANT, attempts: 3 },
        'kafka>letters': INSTANT,
      },
      faults: [fault('consumer', 'errors', 0, 5, { percent: 100 })],
    }),
  );
  simulation.advance(30 * SECOND);
  const dead = metricOf(simulation, 'kafka', 'deadLettered');
  expect(dead).toBeGreaterThan(30);
  expect(metricOf(simulation, 'letters', 'published')).toBe(dead);
  expect(metricOf(simulation, 'kafka', 'skipped')).toBe(0);
  expect(metricOf(simulation, 'kafka', 'redelivered')).toBeGreaterThanOrEqual(2 * dead);
  expect(metricOf(simulation, 'kafka', 'published')).toBe(dead + metricOf(simulation, 'kafka', 'delivered'));
});

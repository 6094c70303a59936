import { describe, expect, it } from 'vitest';
import { RandomStream } from '../../engine/random';
import { completeConfig, type Settings } from '../../model/fields';
import { MICROS_PER_SECOND as SECOND } from '../../model/units';
import { change, deathsAt, fault } from '../small-system';
import { effective, fields, type KafkaConfig } from './fields';
import { kafkaSystem, metric, partitionsOf, watchKeys, work } from './kafka-system';
import { partitionOf } from './producers';

const RATE = { ratePerSec: 200 };
const leaders = (simulation: Parameters<typeof partitionsOf>[0]): number[] =>
  partitionsOf(simulation).map(([leader]) => leader!);

describe('defaults', () => {
  it.each([
    ['brokers', 3],
    ['partitions', 6],
    ['replicationFactor', 3],
    ['minInsyncReplicas', 2],
    ['unclean', false],
    ['acks', 'all'],
    ['lingerMs', 0],
    ['batchBytes', 16_384],
    ['maxInFlight', 5],
    ['requestTimeoutMs', 30_000],
    ['deliveryTimeoutMs', 120_000],
    ['maxBlockMs', 60_000],
    ['bufferKB', 32_768],
    ['replicaLagMaxMs', 30_000],
    ['brokerSessionMs', 9000],
    ['leaderRebalanceS', 300],
    ['retentionS', 168 * 3600],
    ['ioThreads', 8],
    ['queueLimit', 500],
  ] as const)('%s is %s', (name, value) => {
    expect(fields[name].default).toBe(value);
  });

  it.each([
    ['2.4', '1', 0, false, 10_000],
    ['3.9', 'all', 0, true, 30_000],
    ['4.0', 'all', 5, true, 30_000],
  ])('of Kafka %s', (version, acks, lingerMs, idempotent, replicaLagMaxMs) => {
    const config = completeConfig(fields, { version, acks: '0', lingerMs: 77, replicaLagMaxMs: 77 }) as KafkaConfig;
    expect(effective(config)).toMatchObject({ acks, lingerMs, idempotent, replicaLagMaxMs });
  });
});

describe('a broker', () => {
  it('leads every third partition of three brokers, and all have a replica', () => {
    expect(partitionsOf(kafkaSystem({}))).toEqual([1, 2, 3, 1, 2, 3].map((leader) => [leader, 3, 3]));
    const two = kafkaSystem({ kafka: { brokers: 5, replicationFactor: 2, partitions: 5 } });
    expect(partitionsOf(two)).toEqual([1, 2, 3, 4, 5].map((leader) => [leader, 2, 2]));
  });

  it('that crashes is given up between seven and nine seconds later, and until then all wait for it', () => {
    const simulation = kafkaSystem({ load: RATE, faults: [fault('kafka', 'broker-crash', 10, 30, { broker: 2 })] });
    const { acknowledged } = watchKeys(simulation);
    simulation.advance(16.9 * SECOND);
    // With three replicas on three brokers every partition has one on the dead broker.
    const before = acknowledged.size;
    expect(before).toBeLessThan(2010);
    simulation.advance(17.1 * SECOND);
    expect(acknowledged.size).toBeLessThan(before + 10);
    simulation.advance(19.5 * SECOND);
    expect(leaders(simulation)).toEqual([1, 3, 3, 1, 3, 3]);
    expect(partitionsOf(simulation).map(([, inSync]) => inSync)).toEqual([2, 2, 2, 2, 2, 2]);
    simulation.advance(40 * SECOND);
    expect(partitionsOf(simulation).map(([, inSync]) => inSync)).toEqual([3, 3, 3, 3, 3, 3]);
    expect(acknowledged.size).toBeGreaterThan(7990);
    expect([metric(simulation, 'lostAcknowledged'), metric(simulation, 'storedTwice')]).toEqual([0, 0]);
    expect(deathsAt(simulation, 'kafka')).toEqual({});
    // Home again at the next check of the leaders.
    expect(leaders(simulation)).toEqual([1, 3, 3, 1, 3, 3]);
    simulation.advance(301 * SECOND);
    expect(leaders(simulation)).toEqual([1, 2, 3, 1, 2, 3]);
  });

  it('that is shut down in order is not missed', () => {
    const faults = [fault('kafka', 'broker-crash', 10, 30, { broker: 2, how: 'clean' })];
    const simulation = kafkaSystem({ load: RATE, faults });
    const { acknowledged } = watchKeys(simulation);
    simulation.advance(10.3 * SECOND);
    expect(acknowledged.size).toBeGreaterThan(2050);
    expect(metric(simulation, 'lostAcknowledged')).toBe(0);
  });

  it('that freezes is given up too, and learns of it when it thaws', () => {
    const simulation = kafkaSystem({ load: RATE, faults: [fault('kafka', 'broker-freeze', 10, 50, { broker: 1 })] });
    const { acknowledged } = watchKeys(simulation);
    simulation.advance(49 * SECOND);
    expect(leaders(simulation)).toEqual([2, 2, 3, 2, 2, 3]);
    simulation.advance(60 * SECOND);
    expect(acknowledged.size).toBeGreaterThan(11_990);
    expect(metric(simulation, 'lostAcknowledged')).toBe(0);
  });

  it.each(['broker-freeze', 'broker-crash', 'broker-cut'])(
    'that joins while %s reaches its number has it, too',
    (id) => {
      const hit = fault('kafka', id, 5, 20, { broker: 3, count: 3 });
      const simulation = kafkaSystem({ load: RATE, kafka: { replicaLagMaxMs: 2000 }, faults: [hit] });
      simulation.advance(10 * SECOND);
      change(simulation, 'kafka', { brokers: 5, replicaLagMaxMs: 2000 });
      simulation.advance(24 * SECOND);
      // The third partition has its three replicas on brokers 3 to 5; the others have one left elsewhere.
      expect(leaders(simulation)).toEqual([1, 2, 5, 1, 1, 1]);
      simulation.advance(60 * SECOND);
      change(simulation, 'client', { ratePerSec: 0 });
      simulation.advance(120 * SECOND);
      expect(metric(simulation, 'lostAcknowledged')).toBe(0);
      expect(partitionsOf(simulation).map(([, inSync, replicas]) => [inSync, replicas])).toEqual(
        Array.from({ length: 6 }, () => [3, 3]),
      );
    },
  );

  it('whose follower hangs stalls acknowledgement by all for one to one and a half times the limit', () => {
    const faults = [fault('kafka', 'stop-replication', 10, 100, { broker: 3 })];
    const stalled = (kafka: object): number => {
      const simulation = kafkaSystem({ load: RATE, kafka: { ...kafka }, faults });
      const { acknowledged } = watchKeys(simulation);
      let stalls = 0;
      for (let second = 10; second < 70; second++) {
        simulation.advance(second * SECOND);
        const before = acknowledged.size;
        simulation.advance((second + 1) * SECOND);
        if (acknowledged.size - before < 150) stalls++;
      }
      return stalls;
    };
    // Checked at 15 s, 30 s, 45 s: the first of them that is more than 30 s after 10 s. What broker 3 leads goes on.
    expect(stalled({})).toBe(35);
    expect(stalled({ acks: '1' })).toBe(0);
    expect(stalled({ replicaLagMaxMs: 2000 })).toBeLessThan(4);
  });

  it('is missing: with fewer in sync than asked for, records are refused', () => {
    const faults = [fault('kafka', 'broker-crash', 5, 60, { broker: 2, count: 2 })];
    const kafka = { deliveryTimeoutMs: 2000 };
    const simulation = kafkaSystem({ load: RATE, kafka, faults });
    simulation.advance(20 * SECOND);
    expect(Object.keys(deathsAt(simulation, 'kafka')).sort()).toContain('not-enough-replicas');
    const alone = kafkaSystem({ load: RATE, kafka: { ...kafka, minInsyncReplicas: 1 }, faults });
    alone.advance(16 * SECOND);
    const before = metric(alone, 'published');
    alone.advance(20 * SECOND);
    expect(metric(alone, 'published') - before).toBeGreaterThan(780);
  });
});

describe('what was acknowledged', () => {
  // The follower is half a second behind; then the leader dies.
  const lost = (kafka: object): number => {
    const simulation = kafkaSystem({
      load: RATE,
      kafka: { replicationMs: 500, ...kafka },
      faults: [fault('kafka', 'broker-crash', 10.2, 40, { broker: 1 })],
    });
    simulation.advance(39 * SECOND);
    return metric(simulation, 'lostAcknowledged');
  };

  it('by the leader alone is lost with it, about a round of replication', () => {
    expect(lost({ acks: '1' })).toBeGreaterThan(5);
    expect(lost({ acks: '1' })).toBeLessThan(2 * 0.5 * 200);
  });
  it('by all is not', () => {
    expect(lost({})).toBe(0);
  });
  it('by a leader that is cut off is lost when another one takes over', () => {
    const cut = (acks: string): number => {
      const faults = [fault('kafka', 'broker-cut', 10, 40, { broker: 1 })];
      const simulation = kafkaSystem({ load: RATE, kafka: { acks }, faults });
      simulation.advance(39 * SECOND);
      return metric(simulation, 'lostAcknowledged');
    };
    // A third of the records for seven to nine seconds.
    expect(cut('1')).toBeGreaterThan(400);
    expect(cut('all')).toBe(0);
  });
  it('is lost when a replica that was behind may lead', () => {
    const behind = (unclean: boolean): [lost: number, offline: number] => {
      const simulation = kafkaSystem({
        load: RATE,
        kafka: { brokers: 2, replicationFactor: 2, minInsyncReplicas: 1, replicaLagMaxMs: 2000, unclean },
        faults: [
          fault('kafka', 'stop-replication', 5, 30, { broker: 2 }),
          fault('kafka', 'broker-crash', 20, 60, { broker: 1 }),
        ],
      });
      simulation.advance(40 * SECOND);
      return [
        metric(simulation, 'lostAcknowledged'),
        partitionsOf(simulation).filter(([leader]) => leader === 0).length,
      ];
    };
    expect(behind(false)).toEqual([0, 3]);
    const [gone, offline] = behind(true);
    expect(gone).toBeGreaterThan(1000);
    expect(offline).toBe(0);
  });
});

describe('a batch that is sent again', () => {
  const twice = (idempotent: boolean): number => {
    const simulation = kafkaSystem({
      load: RATE,
      kafka: { idempotent, requestTimeoutMs: 2000 },
      faults: [fault('kafka', 'stop-replication', 5, 20, { broker: 2 })],
    });
    simulation.advance(30 * SECOND);
    return metric(simulation, 'storedTwice');
  };
  it('is stored twice without idempotence, and once with it', () => {
    expect(twice(false)).toBeGreaterThan(100);
    expect(twice(true)).toBe(0);
  });
});

describe('order and safety under failures of brokers', () => {
  const KINDS = ['broker-crash', 'broker-freeze', 'broker-cut', 'stop-replication', 'disk-slow'];
  it.each([1, 2, 3, 4, 5, 6])('with acknowledgement by all nothing is lost and order is kept (seed %i)', (seed) => {
    const luck = new RandomStream(seed, 'brokers', 'faults');
    // One broker at a time, so that two of three are always there.
    const faults = Array.from({ length: 4 }, (_, i) => {
      const kind = KINDS[luck.integer(KINDS.length)]!;
      const how = luck.chance(0.3) ? 'clean' : 'crash';
      const broker = 1 + luck.integer(3);
      const params: Settings = kind === 'broker-crash' ? { broker, how } : { broker };
      const from = 5 + i * 25;
      return fault('kafka', kind, from, from + 1 + luck.integer(12), params);
    });
    const simulation = kafkaSystem({
      load: { ratePerSec: 100 },
      kafka: { partitions: 5, replicaLagMaxMs: 4000, brokerSessionMs: 3000 },
      consumers: { consumer: [work(2), { consumers: 3, commit: 'after' }] },
      faults,
      seed,
    });
    const { acknowledged, done } = watchKeys(simulation);
    simulation.advance(110 * SECOND);
    change(simulation, 'client', { ratePerSec: 0 });
    simulation.advance(200 * SECOND);
    const keys = done.get('consumer')!;
    const seen = new Set(keys);
    expect([...acknowledged].filter((key) => !seen.has(key))).toEqual([]);
    expect(acknowledged.size).toBeGreaterThan(10_900);
    expect(metric(simulation, 'lostAcknowledged')).toBe(0);
    expect(metric(simulation, 'storedTwice')).toBe(0);
    for (let partition = 0; partition < 5; partition++) {
      const own = keys.filter((key) => partitionOf(key, 5) === partition);
      expect(own).toEqual([...own].sort((a, b) => a - b));
    }
  });
});

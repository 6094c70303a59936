import { choice, type ConfigOf } from '../../model/fields';

export const KAFKA_DOCS = 'https://kafka.apache.org/documentation/';
export const KIP_1030 = 'https://cwiki.apache.org/confluence/display/KAFKA/KIP-1030';
export const SPRING_DOCS = 'https://docs.spring.io/spring-kafka/reference/kafka/annotation-error-handling.html';

const OWN = { field: 'version', is: ['own'] } as const;

export const fields = {
  brokers: {
    type: 'number',
    integer: true,
    label: 'Brokers',
    unit: '',
    default: 3,
    min: 1,
    max: 9,
    help: 'Servers of the cluster. Partitions and their replicas are spread over them.',
  },
  partitions: {
    type: 'number',
    integer: true,
    label: 'Partitions',
    unit: '',
    default: 6,
    min: 1,
    max: 64,
    help: 'The topic is split by key. Order is kept within a partition, and each partition feeds one consumer of a group. Partitions taken away are drained first.',
    real: { value: '1', product: 'Kafka num.partitions', source: KAFKA_DOCS },
  },
  replicationFactor: {
    type: 'number',
    integer: true,
    label: 'Replicas of each partition',
    unit: '',
    default: 3,
    min: 1,
    max: 5,
    help: 'One leads, the others copy. Never more than there are brokers.',
    real: { value: '1', product: 'Kafka default.replication.factor', source: KAFKA_DOCS },
  },
  minInsyncReplicas: {
    type: 'number',
    integer: true,
    label: 'In-sync replicas at least',
    unit: '',
    default: 2,
    min: 1,
    max: 5,
    help: 'With acknowledgement by all, records are refused while fewer replicas are in sync. 1 lets the leader alone say that a record is safe.',
    real: { value: '1', product: 'Kafka min.insync.replicas', source: KAFKA_DOCS },
  },
  unclean: {
    type: 'toggle',
    label: 'Unclean leader election',
    default: false,
    help: 'When no replica in sync is left, one that is behind may lead. The partition works again, and what it lacks is lost.',
  },
  version: choice({
    label: 'Defaults of',
    default: 'own',
    options: [
      { value: 'own', label: 'your own choice', help: 'The settings below say what holds.' },
      {
        value: '2.4',
        label: 'Kafka 2.4',
        help: 'Acknowledged by the leader, no idempotence, no lingering, 10 s until a replica is out of sync.',
      },
      {
        value: '3.9',
        label: 'Kafka 3.9',
        help: 'Acknowledged by all, idempotent, no lingering, 30 s until a replica is out of sync.',
      },
      { value: '4.0', label: 'Kafka 4.0', help: 'As 3.9, but producers linger 5 ms to fill their batches.' },
    ],
    help: 'What producers and brokers do when nobody has configured them depends on the release.',
    real: { value: 'linger.ms 0 up to 3.9, 5 since 4.0', product: 'Kafka', source: KIP_1030 },
  }),
  acks: choice({
    label: 'Acknowledged',
    default: 'all',
    options: [
      {
        value: 'all',
        label: 'by all in-sync replicas (all)',
        help: 'The producer waits until all replicas in sync have the record.',
      },
      { value: '1', label: 'by the leader (1)', help: 'The producer waits until the leader has the record.' },
      {
        value: '0',
        label: 'not at all (0)',
        help: 'The producer does not wait. It never learns of a record that was lost.',
      },
    ],
    help: 'When the producer is told that its record is safe.',
    when: OWN,
  }),
  lingerMs: {
    type: 'number',
    label: 'Linger',
    unit: 'ms',
    default: 0,
    min: 0,
    max: 60_000,
    help: 'How long a producer waits for more records before it sends a batch that is not full. 0 sends as soon as it can.',
    when: OWN,
    real: { value: '5 ms since 4.0', product: 'Kafka linger.ms', source: KIP_1030 },
  },
  idempotent: {
    type: 'toggle',
    label: 'Idempotent producers',
    default: true,
    help: 'Brokers recognise a batch that is sent again, so that a retry neither doubles records nor swaps them.',
    when: OWN,
  },
  replicaLagMaxMs: {
    type: 'number',
    label: 'Out of sync after',
    unit: 'ms',
    default: 30_000,
    min: 2,
    max: 600_000,
    help: 'replica.lag.time.max.ms: a follower that has not caught up for this long leaves the in-sync replicas. It is checked every half of it, so it takes up to one and a half times as long.',
    when: OWN,
  },
  partitioner: choice({
    label: 'Partition chosen by',
    default: 'key',
    options: [
      { value: 'key', label: 'the key', help: 'Records with the same key stay in order.' },
      {
        value: 'sticky',
        label: 'nothing: records have no key',
        help: 'A producer fills one batch, then takes another partition. No order, but no hot partition either.',
      },
    ],
    help: 'How a producer chooses the partition of a record.',
  }),
  batchBytes: {
    type: 'number',
    integer: true,
    label: 'Batch size',
    unit: 'bytes',
    default: 16_384,
    min: 1,
    max: 10_000_000,
    help: 'batch.size: a batch that is this full is sent without lingering. A larger record travels alone.',
  },
  maxInFlight: {
    type: 'number',
    integer: true,
    label: 'Batches under way',
    unit: '',
    default: 5,
    min: 1,
    max: 1000,
    help: 'max.in.flight.requests.per.connection: how many batches a producer has sent to a broker and not yet heard of. Meanwhile records gather into larger batches.',
  },
  bufferKB: {
    type: 'number',
    integer: true,
    label: 'Buffer of a producer',
    unit: 'kB',
    default: 32_768,
    min: 1,
    max: 1_000_000,
    help: 'buffer.memory: records that are not acknowledged yet. When it is full, publishing waits.',
  },
  maxBlockMs: {
    type: 'number',
    label: 'Waits for the buffer',
    unit: 'ms',
    default: 60_000,
    min: 0,
    max: 600_000,
    help: 'max.block.ms: how long publishing waits for room in the buffer before it fails: queue full.',
  },
  requestTimeoutMs: {
    type: 'number',
    label: 'Request timeout',
    unit: 'ms',
    default: 30_000,
    min: 1,
    max: 600_000,
    help: 'request.timeout.ms: a producer that hears nothing of a batch for this long sends it again.',
  },
  deliveryTimeoutMs: {
    type: 'number',
    label: 'Gives a record up after',
    unit: 'ms',
    default: 120_000,
    min: 1,
    max: 3_600_000,
    help: 'delivery.timeout.ms: until then a producer tries again and again, ten times a second. Whoever waits for it may have given up long before.',
  },
  replicationMs: {
    type: 'number',
    label: 'Way to the replicas and back',
    unit: 'ms',
    default: 1,
    min: 0,
    max: 10_000,
    help: 'A follower fetches, stores and fetches again: this is how long one round takes.',
  },
  appendMicros: {
    type: 'number',
    integer: true,
    label: 'Time per batch',
    unit: 'µs',
    default: 50,
    min: 1,
    max: 1_000_000,
    help: 'How long one thread of a broker takes to append a batch, besides writing its bytes.',
  },
  diskMBps: {
    type: 'number',
    label: 'Disk',
    unit: 'MB/s',
    default: 200,
    min: 0.1,
    max: 100_000,
    help: 'How fast the bytes of a batch are written: a kilobyte takes 5 µs at 200 MB/s.',
  },
  ioThreads: {
    type: 'number',
    integer: true,
    label: 'Threads',
    unit: '',
    default: 8,
    min: 1,
    max: 256,
    help: 'How many batches each broker appends at the same time.',
    real: { value: '8', product: 'Kafka num.io.threads', source: KAFKA_DOCS },
  },
  queueLimit: {
    type: 'number',
    integer: true,
    label: 'Queue limit',
    unit: 'batches',
    default: 500,
    min: 0,
    max: 1_000_000,
    help: 'queued.max.requests: how many batches may wait for a thread of a broker. It turns nobody away: beyond that it reads no more from the network, and the buffers of the producers fill.',
  },
  brokerSessionMs: {
    type: 'number',
    label: 'Broker session',
    unit: 'ms',
    default: 9000,
    min: 1,
    max: 600_000,
    help: 'broker.session.timeout.ms: a broker without a heartbeat for this long is given up, and its partitions get other leaders. Brokers send one every 2 s.',
  },
  leaderRebalanceS: {
    type: 'number',
    label: 'Leaders go home every',
    unit: 's',
    default: 300,
    min: 0,
    max: 86_400,
    help: 'leader.imbalance.check.interval.seconds: how often partitions are given back to their preferred leaders. 0 never.',
  },
  retentionS: {
    type: 'number',
    label: 'Kept for',
    unit: 's',
    default: 604_800,
    min: 1,
    max: 31_536_000,
    help: 'log.retention: records older than this are deleted, whether everybody has read them or not. 604 800 s are 168 hours.',
  },
  retentionKB: {
    type: 'number',
    label: 'Kept per partition',
    unit: 'kB',
    default: 0,
    min: 0,
    max: 10_000_000,
    help: 'log.retention.bytes: the oldest records are deleted beyond this size. 0 is without a limit.',
  },
  redeliveryMs: {
    type: 'number',
    label: 'Pause before another attempt',
    unit: 'ms',
    default: 100,
    min: 1,
    max: 600_000,
    help: 'A consumer that failed takes the record again after this pause. Its other records wait.',
    real: { value: '0 ms', product: 'Spring Kafka DefaultErrorHandler', source: SPRING_DOCS },
  },
} as const;

export type KafkaConfig = ConfigOf<typeof fields>;

interface ReleaseDefaults {
  readonly acks: KafkaConfig['acks'];
  readonly lingerMs: number;
  readonly idempotent: boolean;
  readonly replicaLagMaxMs: number;
}

/** KIP-679 (acks and idempotence, 3.0), KIP-537 (replica lag, 2.5), KIP-1030 (linger, 4.0). */
const RELEASES: Readonly<Record<string, ReleaseDefaults>> = {
  '2.4': { acks: '1', lingerMs: 0, idempotent: false, replicaLagMaxMs: 10_000 },
  '3.9': { acks: 'all', lingerMs: 0, idempotent: true, replicaLagMaxMs: 30_000 },
  '4.0': { acks: 'all', lingerMs: 5, idempotent: true, replicaLagMaxMs: 30_000 },
};

/** The settings with those of a release in place of one's own. */
export function effective(config: KafkaConfig): KafkaConfig {
  return { ...config, ...RELEASES[config.version] };
}

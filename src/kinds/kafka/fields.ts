import { choice, type ConfigOf } from '../../model/fields';

export const KAFKA_DOCS = 'https://kafka.apache.org/documentation/';
export const SPRING_DOCS = 'https://docs.spring.io/spring-kafka/reference/kafka/annotation-error-handling.html';

export const fields = {
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
  acks: choice({
    label: 'Acknowledged',
    default: 'all',
    options: [
      {
        value: 'all',
        label: 'by all replicas (all)',
        help: 'The producer waits until the record has reached the replicas.',
      },
      { value: '1', label: 'by the leader (1)', help: 'The producer waits until the leader has the record.' },
      {
        value: '0',
        label: 'not at all (0)',
        help: 'The producer does not wait. It never learns of a record that was lost.',
      },
    ],
    help: 'When the producer is told that its record is safe.',
    real: { value: 'all', product: 'Kafka acks', source: KAFKA_DOCS },
  }),
  replicationMs: {
    type: 'number',
    label: 'Way to the replicas and back',
    unit: 'ms',
    default: 1,
    min: 0,
    max: 10_000,
    help: 'How long it takes until the replicas have a record and have said so.',
    when: { field: 'acks', is: ['all'] },
  },
  appendMicros: {
    type: 'number',
    integer: true,
    label: 'Time per record',
    unit: 'µs',
    default: 50,
    min: 1,
    max: 1_000_000,
    help: 'How long one thread of the broker takes to append a record.',
  },
  ioThreads: {
    type: 'number',
    integer: true,
    label: 'Threads',
    unit: '',
    default: 8,
    min: 1,
    max: 256,
    help: 'How many records the broker appends at the same time.',
    real: { value: '8', product: 'Kafka num.io.threads', source: KAFKA_DOCS },
  },
  queueLimit: {
    type: 'number',
    integer: true,
    label: 'Queue limit',
    unit: 'requests',
    default: 500,
    min: 0,
    max: 1_000_000,
    help: 'How many records may wait for a thread. Beyond that they are turned away: queue full.',
    real: { value: '500', product: 'Kafka queued.max.requests', source: KAFKA_DOCS },
  },
  redeliveryMs: {
    type: 'number',
    label: 'Pause before another attempt',
    unit: 'ms',
    default: 100,
    min: 1,
    max: 600_000,
    help: 'A consumer that failed, or that is down, gets the record again after this pause. Its other records wait.',
    real: { value: '0 ms', product: 'Spring Kafka DefaultErrorHandler', source: SPRING_DOCS },
  },
} as const;

export type KafkaConfig = ConfigOf<typeof fields>;

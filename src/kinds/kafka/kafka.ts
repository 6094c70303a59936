import { CRASH, PAUSE, SLOW } from '../../model/faults';
import { defineKind } from '../kind';
import { fields, KAFKA_DOCS, SPRING_DOCS } from './fields';
import { metrics } from './metrics';

const HEADLINES = ['no consumers', 'lag {}'];

export const kafka = defineKind({
  id: 'kafka',
  title: 'Kafka',
  summary: 'A topic: keeps messages in order until every group of consumers has them.',
  category: 'Messaging',
  icon: 'M3 6h18M3 12h18M3 18h18M7 4.5v3M11 4.5v3M15 10.5v3M7 10.5v3M9 16.5v3',
  docs: {
    models: [
      'One topic with partitions. The key decides the partition, and order is kept within each.',
      'A bounded queue before the threads of the broker, then the append, then the acknowledgement that producers asked for.',
      'Each connection to a consumer is a group of its own: it sees every record, at its own pace, from the moment it was connected.',
      'The partitions are dealt to the members of a group; a member works on one record at a time, and its offset is committed when the record is done.',
      'At least once: a record whose consumer fails is delivered again after a pause, up to a number of attempts, then skipped and counted. A consumer that is down or out of reach uses up no attempts.',
      'A crash keeps the log. Records in flight are delivered again after the restart.',
    ],
    leavesOut: [
      'Brokers and replicas: waiting for all replicas is one added delay, and there is no failover.',
      'Batches, on either side: every record travels alone, as soon as it can.',
      'Retention: records are kept until every group is done with them, five million at most; then publishing fails.',
      'Rebalances: partitions change hands at once when the number of consumers changes. Kafka itself cannot take partitions away.',
      'Dead letter topics, transactions and idempotent producers.',
    ],
    tryThis: [
      'Crash the consumer: producers do not notice, the lag grows. Restart it and watch the lag drain.',
      'Give a group more consumers than there are partitions: the additional ones stay idle.',
      'Connect a second, slow consumer: each group has a lag of its own.',
    ],
    sources: [
      { title: 'Apache Kafka: documentation', url: KAFKA_DOCS },
      { title: 'Spring Kafka: handling exceptions', url: SPRING_DOCS },
    ],
  },
  in: [
    { id: 'messages', label: 'Messages', accepts: 'publish' },
    { id: 'load', label: 'Load, from outside', accepts: 'measure' },
  ],
  out: [
    {
      id: 'groups',
      label: 'Consumer groups',
      sends: ['deliver'],
      use: 'deliver',
      // Slow work is no reason to deliver twice: Kafka itself gives a consumer five minutes (max.poll.interval.ms).
      defaults: { timeoutMs: 10_000 },
    },
  ],
  fields,
  metrics,
  face: [
    { type: 'words', place: 'headline', phrases: HEADLINES },
    { type: 'lanes', label: 'partitions' },
  ],
  faults: [CRASH, PAUSE, SLOW],
  version: 1,
  migrations: [],
});

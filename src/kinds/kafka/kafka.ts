import { CRASH, PAUSE, SLOW } from '../../model/faults';
import { defineKind } from '../kind';
import { docs } from './docs';
import { BROKER_CRASH, BROKER_CUT, BROKER_FREEZE, DISK_SLOW, STOP_REPLICATION } from './faults';
import { fields } from './fields';
import { metrics } from './metrics';

const HEADLINES = ['no consumers', 'lag {}', 'rebalancing, lag {}', '{} without leader'];
const BROKERS = ['', '{} of {} brokers'];

const CONSUMER_NAMES = [
  'group',
  'commit',
  'autoCommitMs',
  'maxPollRecords',
  'maxPollIntervalMs',
  'sessionTimeoutMs',
  'heartbeatMs',
  'assignor',
  'staticMembers',
  'startAt',
] as const;

export const kafka = defineKind({
  id: 'kafka',
  title: 'Kafka',
  summary:
    'A topic: a log of messages that stay when they are read, so every group of consumers reads at its own pace.',
  category: 'Messaging',
  icon: 'M3 6h18M3 12h18M3 18h18M7 4.5v3M11 4.5v3M15 10.5v3M7 10.5v3M9 16.5v3',
  docs,
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
      fields: CONSUMER_NAMES,
      // Slow work is no reason to deliver twice: Kafka itself gives a consumer five minutes (max.poll.interval.ms).
      defaults: { timeoutMs: 10_000 },
    },
    { id: 'dead-letters', label: 'Dead letters', sends: ['publish'], use: 'deliver', useFields: [] },
  ],
  fields,
  metrics,
  face: [
    { type: 'words', place: 'headline', phrases: HEADLINES },
    { type: 'partitions', label: 'partitions' },
    { type: 'words', place: 'footer', phrases: BROKERS },
  ],
  faults: [CRASH, PAUSE, SLOW, BROKER_CRASH, BROKER_FREEZE, BROKER_CUT, STOP_REPLICATION, DISK_SLOW],
  version: 1,
  migrations: [],
});

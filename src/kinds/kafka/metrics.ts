import type { MetricSpec } from '../../model/metrics';

type Words = readonly [label: string, unit: string, help: string, realName?: string];

const spec = (type: 'counter' | 'gauge', id: string, [label, unit, help, realName]: Words): MetricSpec => ({
  id,
  type,
  label,
  unit,
  help,
  ...(realName === undefined ? {} : { realName }),
});
const counter = (id: string, ...words: Words): MetricSpec => spec('counter', id, words);
const gauge = (id: string, ...words: Words): MetricSpec => spec('gauge', id, words);

export const metrics: readonly MetricSpec[] = [
  gauge(
    'lag',
    'Consumer lag',
    'messages',
    'Messages not committed yet, for the group that is furthest behind; all partitions together.',
    'kafka_consumergroup_lag_sum',
  ),
  gauge(
    'maxLag',
    'Lag of the worst partition',
    'messages',
    'The largest lag of any group in a single partition. Read 20 times a second.',
    'records-lag-max',
  ),
  gauge(
    'oldestMessageAgeMs',
    'Age of the oldest message',
    'ms',
    'How long ago the oldest message was published that some group has not committed. Read 20 times a second.',
    'queue_oldest_message_age_seconds',
  ),
  counter('published', 'Published', 'messages', 'Messages that all in-sync replicas have.', 'MessagesInPerSec'),
  counter('batches', 'Batches sent', 'batches', 'Produce requests, those sent again included.', 'request-rate'),
  counter(
    'produceRetries',
    'Batches to be sent again',
    'batches',
    'Batches that a broker did not store: no leader, too few replicas in sync, or no answer.',
    'record-retry-rate',
  ),
  counter(
    'storedTwice',
    'Stored twice',
    'messages',
    'Messages a producer without idempotence sent again although they were there.',
  ),
  counter('delivered', 'Delivered', 'messages', 'Messages a group has worked on successfully; each group counts.'),
  counter('redelivered', 'Delivered again', 'messages', 'Deliveries of a message that had been handed out before.'),
  counter(
    'duplicates',
    'Done twice',
    'messages',
    'Messages that were worked on successfully although they had been before.',
  ),
  counter('skipped', 'Skipped', 'messages', 'Messages given up after the last attempt.'),
  counter(
    'deadLettered',
    'Dead letters',
    'messages',
    'Messages put aside after the last attempt, where somebody can look at them.',
  ),
  counter(
    'lost',
    'Lost',
    'messages',
    'Messages turned away, or lost in a crash, whose producer did not wait to learn it: only without acknowledgements.',
  ),
  counter(
    'lostAcknowledged',
    'Lost after acknowledgement',
    'messages',
    'Messages whose producer was told that they are safe, and which no replica has any more.',
  ),
  counter(
    'droppedByConsumers',
    'Committed and never done',
    'messages',
    'Messages lost in a crash of a consumer that commits before the work.',
  ),
  counter('expired', 'Deleted unread', 'messages', 'Messages a group had not read when retention deleted them.'),
  counter(
    'rebalances',
    'Rebalances',
    'rebalances',
    'How often a group began to deal its partitions anew.',
    'rebalance-rate-per-hour',
  ),
  gauge(
    'underReplicated',
    'Under-replicated partitions',
    'partitions',
    'Partitions with fewer replicas in sync than they have.',
    'UnderReplicatedPartitions',
  ),
  gauge(
    'offline',
    'Partitions without a leader',
    'partitions',
    'Nothing can be written to them or read from them.',
    'OfflinePartitionsCount',
  ),
  counter(
    'isrShrinks',
    'Replicas fallen out of sync',
    'replicas',
    'Replicas that left the in-sync set.',
    'IsrShrinksPerSec',
  ),
  counter(
    'isrExpands',
    'Replicas back in sync',
    'replicas',
    'Replicas that joined the in-sync set.',
    'IsrExpandsPerSec',
  ),
  counter(
    'leaderElections',
    'Leader elections',
    'partitions',
    'Partitions that got another leader.',
    'LeaderElectionRateAndTimeMs',
  ),
  counter(
    'uncleanElections',
    'Unclean elections',
    'partitions',
    'Partitions led by a replica that was not in sync.',
    'UncleanLeaderElectionsPerSec',
  ),
];

import type { KindDocs } from '../kind';
import { KAFKA_DOCS, KIP_1030, SPRING_DOCS } from './fields';

export const docs: KindDocs = {
  models: [
    'One topic with partitions on a cluster of brokers. The key decides the partition, and order is kept within each. Every partition has a leader and followers that fetch from it; what all in-sync replicas have is below the high watermark, and only that is seen by consumers.',
    'The producer library of each publishing connection: batches for each partition that are sent when they are full or have lingered, a few of them under way to each broker, retries, a bounded buffer before which publishing waits. With idempotence, brokers recognise a batch that comes again.',
    'Acknowledgement by nobody, by the leader, or by all in-sync replicas; with the last, records are refused while too few replicas are in sync.',
    'Controllers that give up a broker whose heartbeats stop, elect a new leader from the in-sync replicas, or an unclean one if that is allowed, and later give partitions back to their preferred leaders. What only the old leader had is lost, and counted when it had been acknowledged.',
    'A follower that hangs stays in sync for up to one and a half times replica.lag.time.max.ms, since brokers check every half of it. Until then, acknowledgement by all waits for it.',
    'Consumer groups: each connection is a group of its own, or one of several with the same number. Members poll, work on one record after another, and commit each record, each poll, now and then, or before the work. A ledger counts what was done twice and what was never done.',
    'Heartbeats, session timeout, longest time between polls, eager and cooperative rebalances, static members. A run begins with groups that have long been formed.',
    'A record that fails is tried again after a pause, and holds up its partition meanwhile. After the last attempt it goes to the dead letters, if Kafka has a connection to something that takes messages, or is skipped.',
    'Retention by age and by size; a group that was too slow finds its records deleted.',
    'A crash of the whole component keeps the logs. Records in flight are delivered again after the restart.',
  ],
  leavesOut: [
    'Transactions: exactly once between topics, read_committed and the last stable offset.',
    'The way from a publishing component to its producer library: there is none in reality. Here records cross the connection first and are gathered on the other side of it, so the network comes before the batch instead of after it.',
    'A produce request carries one batch, and its connection is free again when the batch is appended; in Kafka it carries batches for several partitions, and the next request of a connection waits for the answer.',
    'Failing controllers and group coordinators, fetching from followers, quotas, compaction, compression, tiers of storage, and the new group protocol of KIP-848.',
    'Segments: retention deletes record by record, as soon as one is due. Kafka deletes whole segments and looks every five minutes.',
    'Clients find a new leader a tenth of a second after its election, even from a leader that is cut off and does not know that it has been replaced.',
    'Moving replicas: when the number of brokers or replicas is changed, the new ones have everything at once. Kafka itself cannot take partitions away.',
    'For groups that come later, at most half a million records that all groups have read are kept, even if the retention would keep more.',
  ],
  tryThis: [
    'Crash the consumer: producers do not notice, the lag grows. Restart it: the group first waits until the old members have timed out. Then try static membership.',
    'Stop a broker: its partitions have no leader for up to nine seconds. Shut it down in order instead and nobody notices.',
    'Hang a follower: with acknowledgement by all, its partitions stall until it is out of sync. Acknowledge by the leader, then crash a leader, and count what was lost.',
    'Give a group more consumers than there are partitions: the additional ones stay idle.',
    'Connect a second, slow consumer: each group has a lag of its own.',
  ],
  sources: [
    { title: 'Apache Kafka: documentation', url: KAFKA_DOCS },
    { title: 'KIP-1030: defaults of Kafka 4.0', url: KIP_1030 },
    {
      title: 'KIP-429: incremental cooperative rebalancing',
      url: 'https://cwiki.apache.org/confluence/display/KAFKA/KIP-429%3A+Kafka+Consumer+Incremental+Rebalance+Protocol',
    },
    { title: 'Spring Kafka: handling exceptions', url: SPRING_DOCS },
  ],
};

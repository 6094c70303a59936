import type { MetricSpec } from '../../model/metrics';

const MESSAGES = 'messages';

function counter(id: string, label: string, help: string, realName?: string): MetricSpec {
  return { id, type: 'counter', label, unit: MESSAGES, help, ...(realName && { realName }) };
}

export const metrics: readonly MetricSpec[] = [
  {
    id: 'ready',
    type: 'gauge',
    label: 'Ready',
    unit: MESSAGES,
    help: 'Messages that wait for a consumer.',
    realName: 'rabbitmq_queue_messages_ready',
  },
  {
    id: 'unacked',
    type: 'gauge',
    label: 'Unacknowledged',
    unit: MESSAGES,
    help: 'Messages that consumers hold and have not acknowledged.',
    realName: 'rabbitmq_queue_messages_unacked',
  },
  {
    id: 'oldestMessageAgeMs',
    type: 'gauge',
    label: 'Age of the oldest message',
    unit: 'ms',
    help: 'How long ago the first message in the queue was published. Read 20 times a second.',
    realName: 'rabbitmq_queue_head_message_timestamp',
  },
  {
    id: 'consumerCapacity',
    type: 'gauge',
    label: 'Consumer capacity',
    unit: '%',
    help: 'Share of the time in which a message would have been delivered at once. Below 100 %, consumers or prefetch are too few.',
    realName: 'rabbitmq_queue_consumer_capacity',
  },
  {
    id: 'blocked',
    type: 'gauge',
    label: 'Blocked publishers',
    unit: MESSAGES,
    help: 'Messages that wait outside until the memory alarm is over.',
  },
  {
    id: 'online',
    type: 'gauge',
    label: 'Replicas online',
    unit: 'nodes',
    help: 'Nodes of the queue that are up.',
  },
  counter('published', 'Published', 'Messages that the queue has accepted.', 'rabbitmq_queue_messages_published_total'),
  counter(
    'delivered',
    'Delivered',
    'Deliveries to consumers, also the repeated ones.',
    'rabbitmq_channel_messages_delivered_ack_total',
  ),
  counter(
    'redelivered',
    'Delivered again',
    'Deliveries of a message that a consumer had got before.',
    'rabbitmq_channel_messages_redelivered_total',
  ),
  counter(
    'acked',
    'Acknowledged',
    'Messages done with, or sent when that was enough.',
    'rabbitmq_channel_messages_acked_total',
  ),
  counter(
    'rejected',
    'Rejected',
    'Messages that a consumer could not work on.',
    'rabbitmq_global_messages_dead_lettered_rejected_total',
  ),
  counter(
    'expired',
    'Expired',
    'Messages that waited longer than their time to live.',
    'rabbitmq_global_messages_dead_lettered_expired_total',
  ),
  counter(
    'overflowed',
    'Pushed out',
    'Messages that had to make room for others.',
    'rabbitmq_global_messages_dead_lettered_maxlen_total',
  ),
  counter(
    'overLimit',
    'Over the delivery limit',
    'Messages that returned too often.',
    'rabbitmq_global_messages_dead_lettered_delivery_limit_total',
  ),
  counter(
    'deadLettered',
    'Dead letters sent',
    'Copies of dead letters that have arrived where they are kept.',
    'rabbitmq_global_messages_dead_lettered_confirmed_total',
  ),
  counter(
    'discarded',
    'Discarded',
    'Dead letters that nobody took, because there is nowhere to send them or it failed.',
  ),
  counter(
    'lost',
    'Lost',
    'Messages that came to nothing without anybody being told: published without confirms and not safe yet, not on disk in a crash, or acknowledged on delivery to a consumer that failed.',
  ),
  counter('elections', 'New leaders', 'How often another node became the leader.', 'rabbitmq_raft_term_total'),
];

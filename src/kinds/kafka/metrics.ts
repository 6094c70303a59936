import type { MetricSpec } from '../../model/metrics';

export const metrics: readonly MetricSpec[] = [
  {
    id: 'lag',
    type: 'gauge',
    label: 'Consumer lag',
    unit: 'messages',
    help: 'Messages that wait or are being worked on, for the group that is furthest behind; all partitions together.',
    realName: 'records-lag-max',
  },
  {
    id: 'oldestMessageAgeMs',
    type: 'gauge',
    label: 'Age of the oldest message',
    unit: 'ms',
    help: 'How long ago the oldest message was published that some group is not done with. Read 20 times a second.',
    realName: 'queue_oldest_message_age_seconds',
  },
  {
    id: 'published',
    type: 'counter',
    label: 'Published',
    unit: 'messages',
    help: 'Messages stored.',
    realName: 'MessagesInPerSec',
  },
  {
    id: 'delivered',
    type: 'counter',
    label: 'Delivered',
    unit: 'messages',
    help: 'Messages a group has worked on successfully; each group counts.',
  },
  {
    id: 'redelivered',
    type: 'counter',
    label: 'Delivered again',
    unit: 'messages',
    help: 'Deliveries of a message that had been handed out before.',
  },
  {
    id: 'skipped',
    type: 'counter',
    label: 'Skipped',
    unit: 'messages',
    help: 'Messages given up after the last attempt.',
  },
  {
    id: 'lost',
    type: 'counter',
    label: 'Lost',
    unit: 'messages',
    help: 'Messages turned away, or lost in a crash, whose producer did not wait to learn it: only without acknowledgements.',
  },
];

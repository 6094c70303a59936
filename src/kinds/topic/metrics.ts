import type { MetricSpec } from '../../model/metrics';

function counter(id: string, label: string, help: string, realName?: string): MetricSpec {
  return { id, type: 'counter', label, unit: 'messages', help, ...(realName && { realName }) };
}

export const metrics: readonly MetricSpec[] = [
  {
    id: 'underWay',
    type: 'gauge',
    label: 'Copies under way',
    unit: 'messages',
    help: 'Copies that a subscriber has not acknowledged, also those that wait for another attempt.',
  },
  counter('published', 'Published', 'Messages that the topic has accepted.', 'NumberOfMessagesPublished'),
  counter('delivered', 'Delivered', 'Copies that a subscriber has acknowledged.', 'NumberOfNotificationsDelivered'),
  counter('retried', 'Tried again', 'Deliveries after the first attempt.'),
  counter('failed', 'Given up', 'Copies that failed at every attempt.', 'NumberOfNotificationsFailed'),
  counter(
    'deadLettered',
    'Dead letters sent',
    'Copies of dead letters that have arrived where they are kept.',
    'NumberOfNotificationsRedrivenToDlq',
  ),
  counter(
    'discarded',
    'Discarded',
    'Copies given up with nowhere to send them, or whose dead letter failed.',
    'NumberOfNotificationsFailedToRedriveToDlq',
  ),
  counter('lost', 'Lost', 'Copies that a crash or the end of their subscription took.'),
];

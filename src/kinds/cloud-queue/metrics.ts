import type { MetricSpec } from '../../model/metrics';

const MESSAGES = 'messages';

function metric(
  type: 'counter' | 'gauge',
  id: string,
  label: string,
  help: string,
  realName = '',
  unit = MESSAGES,
): MetricSpec {
  return { id, type, label, unit, help, ...(realName !== '' && { realName }) };
}

export const metrics: readonly MetricSpec[] = [
  metric('gauge', 'visible', 'Visible', 'Messages that can be received.', 'ApproximateNumberOfMessagesVisible'),
  metric(
    'gauge',
    'inFlight',
    'In flight',
    'Messages received, hidden, and not deleted.',
    'ApproximateNumberOfMessagesNotVisible',
  ),
  metric('gauge', 'delayed', 'Delayed', 'New messages that are still hidden.', 'ApproximateNumberOfMessagesDelayed'),
  metric(
    'gauge',
    'oldestMessageAgeMs',
    'Age of the oldest message',
    'How long ago the oldest visible message was sent. Read 20 times a second.',
    'ApproximateAgeOfOldestMessage',
    'ms',
  ),
  metric('counter', 'sent', 'Sent', 'Messages stored.', 'NumberOfMessagesSent'),
  metric('counter', 'received', 'Received', 'Messages handed to consumers, also again.', 'NumberOfMessagesReceived'),
  metric('counter', 'redelivered', 'Received again', 'Receives of a message that had been received before.'),
  metric('counter', 'deleted', 'Deleted', 'Messages that consumers were done with.', 'NumberOfMessagesDeleted'),
  metric(
    'counter',
    'lateDeletes',
    'Late deletes',
    'Deletes with a receipt that was no longer valid: the work was done, and the message had been visible again.',
  ),
  metric(
    'counter',
    'emptyReceives',
    'Empty receives',
    'Receives that returned nothing, and are paid for all the same.',
    'NumberOfEmptyReceives',
    'receives',
  ),
  metric('counter', 'duplicated', 'Duplicated by itself', 'Messages that exist once more without anybody’s doing.'),
  metric('counter', 'deduplicated', 'Repeated sends', 'Sends that a queue with order recognised and did not store.'),
  metric('counter', 'expired', 'Expired', 'Messages deleted because they were older than the retention.'),
  metric('counter', 'overReceived', 'Received too often', 'Messages that became dead letters.'),
  metric(
    'counter',
    'deadLettered',
    'Dead letters sent',
    'Copies of dead letters that have arrived where they are kept.',
  ),
  metric(
    'counter',
    'lost',
    'Lost',
    'Messages deleted when they were received, whose work failed or was never answered.',
  ),
];

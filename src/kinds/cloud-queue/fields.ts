import { choice, type ConfigOf } from '../../model/fields';

const GUIDE = 'https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/';
const API = 'https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/';
export const VISIBILITY_DOCS = `${API}API_ChangeMessageVisibility.html`;
export const QUOTA_DOCS = `${GUIDE}quotas-messages.html`;
export const POLLING_DOCS = `${GUIDE}sqs-short-and-long-polling.html`;
export const DLQ_DOCS = `${GUIDE}sqs-dead-letter-queues.html`;
export const FIFO_DOCS = `${GUIDE}FIFO-queues-exactly-once-processing.html`;
export const DELIVERY_DOCS = `${GUIDE}standard-queues-at-least-once-delivery.html`;

const FIFO = { field: 'type', is: ['fifo'] } as const;
const STANDARD = { field: 'type', is: ['standard'] } as const;

export const fields = {
  type: choice({
    label: 'Type',
    default: 'standard',
    real: {
      value: 'Standard',
      product: 'Amazon SQS',
      source: 'https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-queue-types.html',
    },
    options: [
      {
        value: 'standard',
        label: 'standard',
        help: 'Any number of messages a second, at least once, nearly in order.',
      },
      {
        value: 'fifo',
        label: 'first in, first out',
        help: 'In order within a group, repeated sends are recognised, and throughput is limited.',
      },
    ],
    help: 'What it promises about order and duplicates.',
  }),
  visibilitySeconds: {
    type: 'number',
    label: 'Visibility timeout',
    unit: 's',
    default: 30,
    min: 0.001,
    max: 43_200,
    help: 'A message that was received is hidden for so long. If it is not deleted by then, somebody else gets it: shorter than the work means duplicates.',
    real: { value: '30 s', product: 'Amazon SQS VisibilityTimeout', source: VISIBILITY_DOCS },
  },
  extend: {
    type: 'toggle',
    label: 'Extended while it is worked on',
    default: false,
    ours: 'off',
    help: 'At half of the visibility timeout the queue hears from the consumer whether it is alive, and the time begins anew.',
  },
  onFailure: choice({
    label: 'A failed message',
    default: 'wait',
    ours: 'system',
    options: [
      {
        value: 'wait',
        label: 'waits for its timeout',
        help: 'It is visible again when the visibility timeout is over.',
      },
      { value: 'release', label: 'is released', help: 'The consumer makes it visible at once.' },
    ],
    help: 'What a consumer does with a message it could not work on.',
  }),
  maxReceiveCount: {
    type: 'number',
    integer: true,
    label: 'Receives before it is dead',
    unit: '',
    default: 5,
    min: 1,
    max: 1000,
    help: 'A message received so often and not deleted is a dead letter, if there is a connection for them. Otherwise it goes on for ever.',
    real: { value: 'none until set', product: 'Amazon SQS maxReceiveCount', source: DLQ_DOCS },
  },
  waitSeconds: {
    type: 'number',
    label: 'Wait for messages',
    unit: 's',
    default: 20,
    min: 0,
    max: 20,
    help: 'Long polling: a receive waits so long for a message to come. 0 is short polling: it returns at once, often with nothing.',
    real: { value: '0 s', product: 'Amazon SQS ReceiveMessageWaitTimeSeconds', source: POLLING_DOCS },
  },
  pollMs: {
    type: 'number',
    label: 'Pause after an empty receive',
    unit: 'ms',
    default: 100,
    ours: 'system',
    min: 1,
    max: 600_000,
    help: 'How long a consumer that got nothing waits before it asks again.',
  },
  delaySeconds: {
    type: 'number',
    label: 'Delay',
    unit: 's',
    default: 0,
    min: 0,
    max: 900,
    help: 'How long a new message is hidden before the first receive.',
    real: { value: '0 s, 15 min at most', product: 'Amazon SQS DelaySeconds', source: QUOTA_DOCS },
  },
  retentionSeconds: {
    type: 'number',
    label: 'Retention',
    unit: 's',
    default: 345_600,
    min: 1,
    max: 1_209_600,
    help: 'Messages older than this are deleted, whether or not anybody has worked on them.',
    real: { value: '4 days', product: 'Amazon SQS MessageRetentionPeriod', source: QUOTA_DOCS },
  },
  maxInFlight: {
    type: 'number',
    integer: true,
    label: 'In flight at most',
    unit: 'messages',
    default: 120_000,
    min: 1,
    max: 120_000,
    help: 'Messages received and not deleted. At the limit nothing more is handed out.',
    real: { value: '120 000', product: 'Amazon SQS', source: QUOTA_DOCS },
  },
  duplicatePercent: {
    type: 'number',
    label: 'Duplicates by itself',
    unit: '%',
    default: 0.01,
    min: 0,
    max: 100,
    help: 'At least once means that now and then a message is delivered again although it was deleted.',
    real: { value: 'rare, not stated', product: 'Amazon SQS standard queue', source: DELIVERY_DOCS },
    when: STANDARD,
  },
  groups: {
    type: 'number',
    integer: true,
    label: 'Message groups',
    unit: '',
    default: 100,
    ours: 'system',
    min: 1,
    max: 1024,
    help: 'The key decides the group. Of a group only one message is in flight at a time, so few groups mean few consumers at work.',
    when: FIFO,
  },
  dedupSeconds: {
    type: 'number',
    label: 'Recognises a repeated send for',
    unit: 's',
    default: 300,
    min: 0,
    max: 86_400,
    help: 'The same request sent again within this time is accepted and not stored a second time.',
    real: { value: '5 min', product: 'Amazon SQS FIFO', source: FIFO_DOCS },
    when: FIFO,
  },
  sendsPerSecond: {
    type: 'number',
    integer: true,
    label: 'Sends at most',
    unit: 'per second',
    default: 300,
    min: 1,
    max: 100_000,
    help: 'What comes beyond is throttled.',
    real: { value: '300 calls a second', product: 'Amazon SQS FIFO', source: QUOTA_DOCS },
    when: FIFO,
  },
  storeMs: {
    type: 'number',
    label: 'Time to store',
    unit: 'ms',
    default: 5,
    ours: 'work',
    min: 0,
    max: 10_000,
    help: 'How long it takes until a message is on several servers and the sender is told.',
  },
  reconnectMs: {
    type: 'number',
    label: 'Consumers are back after',
    unit: 'ms',
    default: 1000,
    ours: 'work',
    min: 10,
    max: 600_000,
    help: 'How soon a consumer that was down asks for messages again.',
  },
} as const;

export type CloudQueueConfig = ConfigOf<typeof fields>;

import { choice, type ConfigOf } from '../../model/fields';

export const QUORUM_DOCS = 'https://www.rabbitmq.com/docs/quorum-queues';
export const CONFIRM_DOCS = 'https://www.rabbitmq.com/docs/confirms';
export const LENGTH_DOCS = 'https://www.rabbitmq.com/docs/maxlength';
export const TTL_DOCS = 'https://www.rabbitmq.com/docs/ttl';
export const DLX_DOCS = 'https://www.rabbitmq.com/docs/dlx';
export const MEMORY_DOCS = 'https://www.rabbitmq.com/docs/memory';
export const CONSUMER_DOCS = 'https://www.rabbitmq.com/docs/consumers';
const RECOVERY_DOCS = 'https://www.rabbitmq.com/client-libraries/java-api-guide';

const QUORUM = { field: 'type', is: ['quorum'] } as const;
const CLASSIC = { field: 'type', is: ['classic'] } as const;

export const fields = {
  type: choice({
    label: 'Type',
    default: 'quorum',
    options: [
      {
        value: 'quorum',
        label: 'quorum queue',
        help: 'Replicated: a message is safe when most nodes have it, and another node takes over when the leader dies.',
      },
      { value: 'classic', label: 'classic queue', help: 'On one node: quicker, and away while the node is.' },
    ],
    help: 'Whether other nodes have what is in the queue.',
    real: { value: 'classic', product: 'RabbitMQ default_queue_type', source: QUORUM_DOCS },
  }),
  replicas: {
    type: 'number',
    integer: true,
    label: 'Replicas',
    unit: 'nodes',
    default: 3,
    real: { value: '3', product: 'RabbitMQ x-quorum-initial-group-size', source: QUORUM_DOCS },
    min: 1,
    max: 9,
    help: 'More than half of them must work. Four tolerate no more failures than three.',
    when: QUORUM,
  },
  replicaRttMs: {
    type: 'number',
    label: 'Round trip between nodes',
    unit: 'ms',
    default: 1,
    ours: 'work',
    min: 0,
    max: 1000,
    help: 'How long a message to another node and its answer take.',
    when: QUORUM,
  },
  electionMs: {
    type: 'number',
    label: 'Leader missed after',
    unit: 'ms',
    default: 1000,
    ours: 'work',
    min: 50,
    max: 60_000,
    help: 'Followers that hear nothing from the leader elect another after one to two times this long. Until then nothing is published or delivered.',
    when: QUORUM,
  },
  persistent: {
    type: 'toggle',
    label: 'Persistent messages',
    default: true,
    ours: 'system',
    help: 'On disk before they are confirmed. Others are lost when the node crashes.',
    when: CLASSIC,
  },
  persistMs: {
    type: 'number',
    label: 'Time to reach the disk',
    unit: 'ms',
    default: 1,
    ours: 'work',
    min: 0,
    max: 10_000,
    help: 'How long a node takes to have something on disk for good.',
  },
  messageMicros: {
    type: 'number',
    integer: true,
    label: 'Time per message',
    unit: 'µs',
    default: 100,
    ours: 'work',
    min: 1,
    max: 1_000_000,
    help: 'A queue is one process on one core: 100 µs allow 10 000 messages a second. A classic queue needs about half.',
  },
  confirms: {
    type: 'toggle',
    label: 'Publisher confirms',
    default: true,
    help: 'The publisher waits until its message is safe. Without, it goes on at once and never learns what was lost.',
    real: { value: 'off until asked for', product: 'RabbitMQ confirm.select', source: CONFIRM_DOCS },
  },
  failed: choice({
    label: 'A failed message',
    default: 'requeue',
    ours: 'system',
    options: [
      { value: 'requeue', label: 'returns to the queue', help: 'To its old place, so it is tried again soon.' },
      { value: 'reject', label: 'is rejected', help: 'It is a dead letter after its first failure.' },
    ],
    help: 'What happens when the consumer reports a failure.',
  }),
  requeueMs: {
    type: 'number',
    label: 'Pause before it returns',
    unit: 'ms',
    default: 10,
    min: 1,
    max: 600_000,
    help: 'How long a failed message waits before it may be delivered again.',
    real: { value: '0 ms', product: 'RabbitMQ basic.reject, basic.nack', source: CONFIRM_DOCS },
    when: { field: 'failed', is: ['requeue'] },
  },
  deliveryLimit: {
    type: 'number',
    integer: true,
    label: 'Delivery limit',
    unit: 'returns',
    default: 20,
    min: 0,
    max: 1_000_000,
    help: 'A message that returns more often is a dead letter. Classic queues have no limit.',
    real: { value: '20', product: 'RabbitMQ 4 delivery-limit', source: QUORUM_DOCS },
    when: QUORUM,
  },
  ttlMs: {
    type: 'number',
    label: 'Time to live',
    unit: 'ms',
    default: 0,
    min: 0,
    max: 86_400_000,
    help: 'A message that has waited longer is a dead letter instead of stale work. 0: it waits for ever.',
    real: { value: 'for ever', product: 'RabbitMQ message-ttl', source: TTL_DOCS },
  },
  maxLength: {
    type: 'number',
    integer: true,
    label: 'Length limit',
    unit: 'messages',
    default: 0,
    min: 0,
    max: 1_000_000,
    help: 'How many messages may wait. Those that consumers hold do not count. 0: no limit.',
    real: { value: 'no limit', product: 'RabbitMQ max-length', source: LENGTH_DOCS },
  },
  overflow: choice({
    label: 'When it is full',
    default: 'drop-head',
    options: [
      {
        value: 'drop-head',
        label: 'the oldest goes',
        help: 'The oldest message is a dead letter and makes room: consumers get what is fresh.',
      },
      {
        value: 'reject-publish',
        label: 'the publisher is told',
        help: 'What comes is turned away: queue full. The publisher can slow down or try again.',
      },
    ],
    help: 'Who pays when the length limit is reached.',
    real: { value: 'drop-head', product: 'RabbitMQ overflow', source: LENGTH_DOCS },
  }),
  deadLetterSafety: choice({
    label: 'Dead letters arrive',
    default: 'at-most-once',
    options: [
      { value: 'at-most-once', label: 'at most once', help: 'Sent once. If nobody takes it, it is gone.' },
      { value: 'at-least-once', label: 'at least once', help: 'Kept and sent again until somebody has it.' },
    ],
    help: 'Whether a dead letter can get lost on its way.',
    real: { value: 'at-most-once', product: 'RabbitMQ dead-letter-strategy', source: QUORUM_DOCS },
    when: QUORUM,
  }),
  memoryMb: {
    type: 'number',
    label: 'Memory for messages',
    unit: 'MB',
    default: 600,
    min: 0.1,
    max: 100_000,
    help: 'Above it the memory alarm goes off: publishers are blocked until consumers have made room.',
    real: { value: '0.6 of the memory', product: 'RabbitMQ vm_memory_high_watermark', source: MEMORY_DOCS },
  },
  reconnectMs: {
    type: 'number',
    label: 'Consumers reconnect after',
    unit: 'ms',
    default: 1000,
    min: 10,
    max: 600_000,
    help: 'A consumer that was down is looked for again after this long.',
    real: { value: '5 s', product: 'RabbitMQ Java client', source: RECOVERY_DOCS },
  },
} as const;

export type QueueConfig = ConfigOf<typeof fields>;

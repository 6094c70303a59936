import type { ConfigOf } from '../../model/fields';

export const RETRY_DOCS = 'https://docs.aws.amazon.com/sns/latest/dg/sns-message-delivery-retries.html';
export const SNS_DOCS = 'https://docs.aws.amazon.com/sns/latest/dg/sns-common-scenarios.html';

export const fields = {
  durable: {
    type: 'toggle',
    label: 'Durable',
    default: true,
    help: 'A message is stored before the publisher is told, and its copies survive a crash. Otherwise they are lost in one.',
    real: { value: 'stored in several zones', product: 'Amazon SNS', source: SNS_DOCS },
  },
  storeMs: {
    type: 'number',
    label: 'Time to store',
    unit: 'ms',
    default: 5,
    ours: 'work',
    min: 0,
    max: 10_000,
    help: 'How long it takes until a message is safe.',
    when: { field: 'durable', is: [true] },
  },
} as const;

export type TopicConfig = ConfigOf<typeof fields>;

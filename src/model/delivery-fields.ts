/** Fields of connections over which queues and topics hand out messages. Each kind picks the ones it knows. */
import { CONNECTION_DEFAULTS } from './connection-defaults';
import { choice, type Fields } from './fields';

const CONFIRMS = 'https://www.rabbitmq.com/docs/confirms';

export const DELIVERY_FIELDS = {
  prefetch: {
    type: 'number',
    integer: true,
    label: 'Prefetch',
    unit: 'per consumer',
    default: CONNECTION_DEFAULTS.prefetch,
    min: 0,
    max: 10_000,
    help: 'How many messages a consumer may hold that it has not acknowledged. Too few and it waits for the network; too many and it hoards what others could do. 0: no limit.',
    real: { value: 'unlimited', product: 'RabbitMQ basic.qos', source: CONFIRMS },
  },
  batch: {
    type: 'number',
    integer: true,
    label: 'Messages per receive',
    unit: '',
    default: CONNECTION_DEFAULTS.batch,
    min: 1,
    max: 10,
    help: 'How many messages a consumer takes at once. It asks again when it is done with all of them.',
    real: {
      value: '1',
      product: 'Amazon SQS MaxNumberOfMessages',
      source: 'https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ReceiveMessage.html',
    },
  },
  acknowledge: choice({
    label: 'Acknowledged',
    default: CONNECTION_DEFAULTS.acknowledge,
    options: [
      {
        value: 'after-work',
        label: 'when the work is done',
        help: 'At least once: what fails, or is never acknowledged, is delivered again.',
      },
      {
        value: 'on-delivery',
        label: 'as soon as it is sent',
        help: 'At most once: the message is forgotten when it is sent, whatever becomes of it. No prefetch holds it back.',
      },
    ],
    help: 'When the queue may forget a message.',
    real: { value: 'the consumer chooses', product: 'RabbitMQ', source: CONFIRMS },
  }),
  deadLetters: {
    type: 'toggle',
    label: 'For dead letters only',
    default: CONNECTION_DEFAULTS.deadLetters,
    ours: 'off',
    help: 'Gets no messages, only the copies that could not be delivered to the others. Only queues and topics can.',
  },
} as const satisfies Fields;

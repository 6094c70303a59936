/**
 * How a message is published that tells of a write to a database: fields of the connection that publishes, in a plan.
 */
import { CONNECTION_DEFAULTS } from './connection-defaults';
import { choice, type Fields } from './fields';

export const OUTBOX_FIELDS = {
  through: choice({
    label: 'Published',
    default: CONNECTION_DEFAULTS.through,
    ours: 'system',
    options: [
      {
        value: 'direct',
        label: 'directly',
        help: 'The request publishes by itself, after the write. What fails between the two loses the message.',
      },
      {
        value: 'outbox',
        label: 'through an outbox',
        help: 'The message is a row in the database, committed with the write. A relay publishes the rows in order, at least once.',
      },
    ],
    help: 'How the message of a write is published. An outbox needs a step before this one that writes to a database, for every request and not behind; without it, publishing is direct.',
  }),
  outboxPollMs: {
    type: 'number',
    label: 'Outbox read every',
    unit: 'ms',
    default: CONNECTION_DEFAULTS.outboxPollMs,
    min: 10,
    max: 600_000,
    help: 'How often the relay looks for new rows, and tries again after a failure. Its queries cost the database nothing here.',
    real: {
      value: '500 ms',
      product: 'Debezium poll.interval.ms',
      source: 'https://debezium.io/documentation/reference/stable/connectors/postgresql.html',
    },
    when: { field: 'through', is: ['outbox'] },
  },
} satisfies Fields;

export type OutboxFieldName = keyof typeof OUTBOX_FIELDS;
export const OUTBOX_NAMES = Object.keys(OUTBOX_FIELDS) as OutboxFieldName[];

import { CRASH, ERRORS, PAUSE, SLOW } from '../../model/faults';
import { defineKind } from '../kind';
import { DELIVERY_DOCS, DLQ_DOCS, fields, FIFO_DOCS, POLLING_DOCS, QUOTA_DOCS, VISIBILITY_DOCS } from './fields';
import { metrics } from './metrics';

export const cloudQueue = defineKind({
  id: 'cloud-queue',
  title: 'Cloud queue',
  summary:
    'Consumers ask for messages, which are hidden while they work and come back when they do not. Like Amazon SQS.',
  category: 'Messaging',
  icon: 'M7 17a4 4 0 0 1 0-8 5.5 5.5 0 0 1 10.5 1.5A3.3 3.3 0 0 1 17 17M9 13h6M9 17h6M9 21h6',
  docs: {
    models: [
      'Consumers ask for up to ten messages, work on them, and ask again when they are done with all of them. With long polling a receive waits for a message; with short polling it returns at once and is paid for all the same.',
      'A received message is hidden for the visibility timeout. When the work succeeds in time, it is deleted; otherwise it is visible again and somebody gets it a second time.',
      'A delete that comes after the message was visible again has an old receipt. It does nothing and is counted: the work was done, and is done again.',
      'A message received as often as allowed and never deleted is a dead letter and goes to the queues and topics connected for them.',
      'Delay before the first receive, retention, a limit on messages in flight, and now and then a duplicate by itself.',
      'In order: the key decides the group, of a group one message is in flight at a time, repeated sends of the same request are recognised for five minutes, and throughput is limited.',
    ],
    leavesOut: [
      'The servers behind it: a message that was accepted is never lost, and short polling finds whatever there is.',
      'The way of a receive to the queue: it travels with the answer before it.',
      'Several messages of one group in one receive; high-throughput mode; messages larger than the limit.',
      'Order in a standard queue is better than in the real one: only what was received before comes out of order.',
    ],
    tryThis: [
      'Make the visibility timeout shorter than the slowest work and count what is received again. With exponential work of ten seconds on average and 30 seconds it is 5 %.',
      'Then switch on the extension, or let the worker recognise what it has done.',
      'Switch to short polling with few messages and count the empty receives.',
      'In order, with five groups and twenty consumers: only five of them work.',
    ],
    sources: [
      { title: 'Amazon SQS: visibility timeout', url: VISIBILITY_DOCS },
      { title: 'Amazon SQS: message quotas', url: QUOTA_DOCS },
      { title: 'Amazon SQS: short and long polling', url: POLLING_DOCS },
      { title: 'Amazon SQS: dead-letter queues', url: DLQ_DOCS },
      { title: 'Amazon SQS: at-least-once delivery', url: DELIVERY_DOCS },
      { title: 'Amazon SQS: FIFO queues', url: FIFO_DOCS },
    ],
  },
  in: [{ id: 'messages', label: 'Messages', accepts: 'publish' }],
  out: [
    {
      id: 'consumers',
      label: 'Consumers',
      sends: ['deliver'],
      use: 'deliver',
      // The visibility timeout is what counts; this only ends calls that were lost on the way.
      defaults: { timeoutMs: 600_000, consumers: 1 },
      useFields: ['consumers', 'batch', 'acknowledge'],
    },
    { id: 'dead-letters', label: 'Dead letters', sends: ['publish'], use: 'deliver', useFields: [] },
  ],
  fields,
  metrics,
  face: [
    {
      type: 'words',
      place: 'headline',
      phrases: ['{} visible, {} in flight', 'no consumers, {} visible', 'consumers away, {} visible'],
    },
    { type: 'bar', label: 'visible', unit: 'messages' },
    { type: 'bar', label: 'in flight', unit: 'messages' },
    { type: 'words', place: 'footer', phrases: ['oldest {} s, {} again', 'oldest {} s, {} dead'] },
  ],
  faults: [CRASH, PAUSE, SLOW, ERRORS],
  version: 1,
  migrations: [],
});

import { CRASH, ERRORS, PAUSE, SLOW } from '../../model/faults';
import { defineKind } from '../kind';
import { fields, RETRY_DOCS, SNS_DOCS } from './fields';
import { metrics } from './metrics';

export const topic = defineKind({
  id: 'topic',
  title: 'Topic',
  summary: 'Publish and subscribe: every subscription gets a copy of each message at once. Like Amazon SNS.',
  category: 'Messaging',
  icon: 'M4 12h6M10 12l8-6M10 12h9M10 12l8 6M4 9v6M20 5v2M21 11v2M20 17v2',
  docs: {
    models: [
      'Each outgoing connection is a subscription and gets a copy of every message of its operation, pushed as soon as it comes. Nobody asks, and nothing waits for a slow subscriber.',
      'A delivery that fails is tried again after a pause that doubles, up to the attempts of the subscription. Then its copy is a dead letter, and goes over the connections for dead letters.',
      'A publisher is told as soon as the topic has the message, however the copies fare.',
      'Durable, copies under way survive a crash of the topic and are sent again: at least once. Otherwise they are lost.',
    ],
    leavesOut: [
      'A limit on deliveries at the same time: a subscriber gets as much as is published.',
      'Filters on anything but the operation, and order between messages.',
      'Messages are not kept for those who subscribe later. Kafka does that.',
    ],
    tryThis: [
      'Subscribe a slow service and a fast one: neither notices the other.',
      'Crash a subscriber for ten seconds and count what was tried again. Put a queue between: nothing has to be tried again.',
      'Give each subscription an operation of its own.',
    ],
    sources: [
      { title: 'Amazon SNS: message delivery retries', url: RETRY_DOCS },
      { title: 'Amazon SNS: fan-out', url: SNS_DOCS },
    ],
  },
  in: [{ id: 'messages', label: 'Messages', accepts: 'publish' }],
  out: [
    {
      id: 'subscriptions',
      label: 'Subscriptions',
      sends: ['deliver', 'publish'],
      use: 'deliver',
      defaults: { timeoutMs: 15_000, attempts: 3, backoffMs: 1000, backoffCapMs: 20_000 },
      useFields: ['operation', 'attempts', 'backoffMs', 'backoffCapMs', 'deadLetters'],
    },
  ],
  fields,
  metrics,
  face: [
    { type: 'words', place: 'headline', phrases: ['no subscriptions', '{} [subscription|subscriptions]'] },
    { type: 'bar', label: 'under way', unit: 'copies' },
    { type: 'words', place: 'footer', phrases: ['{} retried, {} dead'] },
  ],
  faults: [CRASH, PAUSE, SLOW, ERRORS],
  version: 1,
  migrations: [],
});

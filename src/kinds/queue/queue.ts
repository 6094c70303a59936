import { CRASH, PAUSE, SLOW } from '../../model/faults';
import { defineKind } from '../kind';
import { docs } from './docs';
import { HEADLINES } from './face';
import { NODE_CRASH, NODE_CUT } from './faults';
import { fields } from './fields';
import { metrics } from './metrics';

export const queue = defineKind({
  id: 'queue',
  title: 'Queue',
  summary: 'Hands each message to one consumer, and takes it back when the work fails. Like RabbitMQ.',
  category: 'Messaging',
  icon: 'M3 8h12M3 16h12M3 8v8M7 8v8M11 8v8M15 8v8M15 12h6M18 9l3 3-3 3',
  docs,
  in: [{ id: 'messages', label: 'Messages', accepts: 'publish' }],
  out: [
    {
      id: 'consumers',
      label: 'Consumers',
      sends: ['deliver'],
      use: 'deliver',
      // One channel, as one client library opens; its prefetch fills the workers of a service and some of its queue.
      defaults: { timeoutMs: 60_000, consumers: 1 },
      useFields: ['consumers', 'prefetch', 'acknowledge'],
    },
    { id: 'dead-letters', label: 'Dead letters', sends: ['publish'], use: 'deliver', useFields: [] },
  ],
  fields,
  metrics,
  face: [
    { type: 'words', place: 'headline', phrases: HEADLINES },
    { type: 'bar', label: 'ready', unit: 'messages' },
    { type: 'bar', label: 'unacked', unit: 'messages' },
    { type: 'words', place: 'footer', phrases: ['oldest {} s, {} dead', 'oldest {} s, {} dead, {} of {} nodes'] },
  ],
  faults: [CRASH, PAUSE, SLOW, NODE_CRASH, NODE_CUT],
  version: 1,
  migrations: [],
});

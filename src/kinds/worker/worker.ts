import { CRASH, ERRORS, type FaultSpec, PAUSE, SLOW } from '../../model/faults';
import { defineKind } from '../kind';
import { fields, STRIPE } from './fields';
import { metrics } from './metrics';

export const POISON: FaultSpec = {
  id: 'poison',
  label: 'Poison message',
  undo: 'Fix the code',
  done: 'got a poison message',
  undone: 'can work on every message again',
  help: 'The next messages that come for the first time contain something it cannot cope with: they fail every time, until the code is fixed.',
  params: {
    messages: {
      type: 'number',
      integer: true,
      label: 'How many',
      unit: 'messages',
      default: 1,
      min: 1,
      max: 1000,
      help: 'How many messages are poison.',
    },
  },
};

export const worker = defineKind({
  id: 'worker',
  title: 'Worker',
  summary: 'Works on messages, and knows what it did once, twice or never.',
  category: 'Messaging',
  icon: 'M4 6h10v12H4zM7 10h4M7 14h4M17 9l4 3-4 3',
  docs: {
    models: [
      'A buffer in memory before a fixed number of workers. A worker holds its message through its own work and the request plan: database, caches, services, publishing onwards.',
      'The answer acknowledges the message: success when all is done, failure when the work or a step of the plan failed.',
      'A ledger of effects: for every message, whether it was worked on to the end once or more often. A message is known by the request it came from, so a repeated delivery and a repeated request count as the same.',
      'Idempotent, it remembers the keys of what it has done, for a time: in memory, or in its database together with the effect. It looks when the work begins and again when it ends, so of two copies in work at the same time only one takes effect.',
      'Poison messages fail every time; other failures are by chance.',
    ],
    leavesOut: [
      'The store of the keys is part of the worker: it takes its time and never fails. What the plan does elsewhere is not undone when a copy turns out to be too late.',
      'A request that publishes two messages to the same worker over one connection: they count as one.',
      'Processors, memory and instances: use a service for those.',
      'Workers that take a message down with them: poison fails, it does not crash.',
    ],
    tryThis: [
      'Put it behind a queue and crash it: what it held is delivered again, and nothing is lost.',
      'Let deliveries time out while it works. Count the duplicates, then let it recognise them.',
      'Acknowledge on delivery instead and crash it: nothing happens twice, and some of it never.',
      'Send it a poison message from a queue with and without dead letters.',
    ],
    sources: [
      { title: 'Stripe: idempotent requests', url: STRIPE },
      {
        title: 'Microservices patterns: idempotent consumer',
        url: 'https://microservices.io/patterns/communication-style/idempotent-consumer.html',
      },
    ],
  },
  in: [
    { id: 'messages', label: 'Messages', accepts: 'deliver' },
    { id: 'requests', label: 'Requests', accepts: 'request' },
  ],
  out: [{ id: 'dependencies', label: 'Dependencies', sends: ['request', 'cache', 'query', 'publish'], use: 'plan' }],
  fields,
  metrics,
  face: [
    { type: 'words', place: 'headline', phrases: ['{} done', '{} done, {} twice', '{} done, {} twice, {} lost'] },
    { type: 'cells', label: 'workers' },
    { type: 'bar', label: 'buffer', unit: 'messages' },
    {
      type: 'words',
      place: 'footer',
      phrases: ['remembers nothing', 'remembers {}, {} suppressed', '{} poison messages at large'],
    },
  ],
  faults: [CRASH, PAUSE, SLOW, ERRORS, POISON],
  version: 1,
  migrations: [],
});

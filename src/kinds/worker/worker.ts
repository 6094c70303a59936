import { CRASH, ERRORS, type FaultSpec, PAUSE, SLOW } from '../../model/faults';
import { defineKind } from '../kind';
import { STRIPE } from '../dedup-fields';
import { fields } from './fields';
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
      'As a step of a choreographed saga it publishes what became of its work: done, refused, undone. A message that asks to undo brings the compensation about: own work and plan once more, then the step does not count any more. With a memory it undoes each step once, only what it has done, and never does what was undone before; without one it undoes whatever it is told.',
      'At the first step an outside observer follows the money of all sagas that begin there, as at a transaction coordinator: each moves an amount from the first step to the others. It counts those that end, are undone, or stand still. It measures and changes nothing.',
    ],
    leavesOut: [
      'The store of the keys is part of the worker: it takes its time and never fails. What the plan does elsewhere is not undone when a copy turns out to be too late.',
      'A request that publishes two messages to the same worker over one connection: they count as one.',
      'Processors, memory and instances: use a service for those.',
      'Workers that take a message down with them: poison fails, it does not crash.',
      'It publishes before it commits. If it dies between the two and the message does not come again, the next step works for nothing; put a queue before it.',
    ],
    tryThis: [
      'Put it behind a queue and crash it: what it held is delivered again, and nothing is lost.',
      'Let deliveries time out while it works. Count the duplicates, then let it recognise them.',
      'Acknowledge on delivery instead and crash it: nothing happens twice, and some of it never.',
      'Send it a poison message from a queue with and without dead letters.',
      'Make three of them a saga: topics between them, and one for refusals that leads back to those who have to undo. Then lose a message.',
    ],
    sources: [
      { title: 'Garcia-Molina, Salem (1987): Sagas', url: 'https://dl.acm.org/doi/10.1145/38713.38742' },
      { title: 'Microservices patterns: saga', url: 'https://microservices.io/patterns/data/saga.html' },
      { title: 'Stripe: idempotent requests', url: STRIPE },
      {
        title: 'Microservices patterns: idempotent consumer',
        url: 'https://microservices.io/patterns/communication-style/idempotent-consumer.html',
      },
    ],
  },
  in: [
    { id: 'messages', label: 'Messages', accepts: 'deliver', fields: ['asks'] },
    { id: 'requests', label: 'Requests', accepts: 'request' },
  ],
  out: [
    { id: 'dependencies', label: 'Dependencies', sends: ['request', 'cache', 'query'], use: 'plan' },
    { id: 'events', label: 'Events', sends: ['publish'], use: 'plan', fields: ['tells'] },
    {
      id: 'registry',
      label: 'Registry of services',
      sends: ['discover'],
      use: 'control',
      defaults: { fetches: true },
    },
  ],
  fields,
  metrics,
  face: [
    { type: 'words', place: 'headline', phrases: ['{} done', '{} done, {} twice', '{} done, {} twice, {} lost'] },
    { type: 'cells', label: 'workers' },
    { type: 'bar', label: 'buffer', unit: 'messages' },
    {
      type: 'words',
      place: 'footer',
      phrases: [
        'remembers nothing',
        'remembers {}, {} suppressed',
        '{} poison messages at large',
        '{} € in flight',
        '{} stuck, {} € off',
        '{} undone',
        '{} refused',
      ],
    },
  ],
  faults: [CRASH, PAUSE, SLOW, ERRORS, POISON],
  version: 1,
  migrations: [],
});

import { defineKind } from '../kind';
import { docs } from './docs';
import { HOT_KEY, LOAD_SPIKE, LOAD_STEP, RECONNECT_STORM } from './faults';
import { fields } from './fields';

/** In the order of `PHRASE` in client-behaviour.ts. */
const PHRASES = [
  '{} per second, at random',
  '{} per second, evenly',
  '{} [user|users], one request each',
  '{} per second, between bursts',
  '{} per second, in a burst',
  '{} per second, daily wave',
  '{} per second, in steps',
  '{} per second, one spike',
  '{} visits per second, {} here',
];

export const client = defineKind({
  id: 'client',
  title: 'Client',
  summary: 'Users or programs that send requests: where all load begins.',
  category: 'Clients',
  icon: 'M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8M4 21c0-4 4-6 8-6s8 2 8 6',
  source: true,
  docs,
  in: [],
  out: [{ id: 'out', label: 'Requests', sends: ['request', 'query', 'cache', 'publish'], use: 'route' }],
  fields,
  metrics: [
    {
      id: 'planned',
      type: 'counter',
      label: 'Due',
      unit: 'requests',
      help: 'Requests that the users wanted to send. More than were sent when the generator is at its limit.',
    },
    {
      id: 'dropped',
      type: 'counter',
      label: 'Never sent',
      unit: 'requests',
      help: 'Requests that were due and dropped because the generator was at its limit.',
      realName: 'dropped_iterations',
    },
    {
      id: 'uncorrectedMean',
      type: 'gauge',
      label: 'Response time uncorrected, mean',
      unit: 'ms',
      help: 'Of the last second with answers, counted from the sending: leaves out the wait for a free connection.',
    },
    {
      id: 'uncorrectedP99',
      type: 'gauge',
      label: 'Response time uncorrected, p99',
      unit: 'ms',
      help: 'As the mean beside it: what a generator with coordinated omission reports.',
    },
  ],
  face: [{ type: 'words', place: 'body', phrases: PHRASES }],
  faults: [LOAD_STEP, LOAD_SPIKE, RECONNECT_STORM, HOT_KEY],
  version: 1,
  migrations: [],
});

import { CRASH, PAUSE, SLOW } from '../../model/faults';
import { defineKind } from '../kind';
import { docs } from './docs';
import { fields } from './fields';
import { metrics } from './metrics';

const POLICY_WORDS = [
  'round robin',
  'random',
  'least connections',
  'power of two choices',
  'IP hash',
  'ring hash',
  'Maglev',
];
const HEALTH_WORDS = ['{} of {} healthy', '{} not checked', 'panic: {} of {} healthy, all used'];

export const loadBalancer = defineKind({
  id: 'load-balancer',
  title: 'Load balancer',
  summary: 'Spreads requests over several backends and leaves out those that fail their health checks.',
  category: 'Edge',
  icon: 'M12 3v7M5 15v-5h14v5M12 10v5M3 15h4v5H3zM10 15h4v5h-4zM17 15h4v5h-4z',
  docs,
  in: [
    { id: 'requests', label: 'Requests', accepts: 'request' },
    { id: 'load', label: 'Load, from outside', accepts: 'measure' },
  ],
  out: [
    {
      id: 'backends',
      label: 'Backends',
      sends: ['request', 'query', 'cache', 'publish'],
      use: 'route',
      defaults: { timeoutMs: 60_000 },
    },
    { id: 'registry', label: 'Registry of backends', sends: ['discover'], use: 'control', defaults: { fetches: true } },
  ],
  fields,
  metrics,
  face: [
    { type: 'words', place: 'headline', phrases: POLICY_WORDS },
    { type: 'targets', label: 'backends' },
    { type: 'words', place: 'footer', phrases: HEALTH_WORDS },
  ],
  faults: [CRASH, PAUSE, SLOW],
  version: 1,
  migrations: [],
});

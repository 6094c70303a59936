import { CRASH, ERRORS, PAUSE, SLOW } from '../../model/faults';
import { defineKind } from '../kind';
import { docs } from './docs';
import { fields } from './fields';
import { metrics } from './metrics';

const LIMITS = [
  'limit {} per second',
  'no limit',
  '{} per second for each caller',
  'at most {} at once',
  'at most {} at once for each caller',
];
const CHECKS = ['callers not checked', 'checks signed tokens', 'asks who is calling'];

export const apiGateway = defineKind({
  id: 'api-gateway',
  title: 'API gateway',
  summary: 'The front door: checks who is calling, limits how fast, and sends each request to the right place.',
  category: 'Edge',
  icon: 'M12 3l8 3v5c0 5-3.4 8.6-8 10c-4.6-1.4-8-5-8-10V6zM8 12h8M13 9l3 3-3 3',
  docs,
  in: [
    { id: 'requests', label: 'Requests', accepts: 'request' },
    { id: 'load', label: 'Load, from outside', accepts: 'measure' },
  ],
  out: [
    { id: 'routes', label: 'Routes', sends: ['request', 'query', 'cache', 'publish'], use: 'route' },
    { id: 'registry', label: 'Registry of routes', sends: ['discover'], use: 'control', defaults: { fetches: true } },
  ],
  fields,
  metrics,
  face: [
    { type: 'words', place: 'headline', phrases: LIMITS },
    { type: 'bar', label: 'left', unit: 'requests' },
    { type: 'words', place: 'footer', phrases: CHECKS },
  ],
  faults: [CRASH, PAUSE, SLOW, ERRORS],
  version: 2,
  migrations: [
    {
      from: 1,
      name: 'the switch of the limit became a choice of limits',
      apply: ({ limit, ...settings }) => (limit === false ? { ...settings, limiter: 'none' } : settings),
      example: { before: { limit: false, burst: 5 }, after: { burst: 5, limiter: 'none' } },
    },
  ],
});

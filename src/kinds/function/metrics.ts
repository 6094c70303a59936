import { CACHE_METRICS } from '../../model/cache-metrics';
import { OUTBOX_METRICS } from '../../model/outbox-metrics';
import type { MetricSpec } from '../../model/metrics';

export const metrics: readonly MetricSpec[] = [
  {
    id: 'coldShare',
    type: 'ratio',
    label: 'Cold starts, share',
    unit: '%',
    help: 'Share of the requests let in that had to wait for a new environment.',
    of: 'coldStarts',
    against: 'warmStarts',
  },
  {
    id: 'coldStarts',
    type: 'counter',
    label: 'Cold starts',
    unit: 'requests',
    help: 'Requests for which an environment had to start.',
    realName: 'Init Duration log entries',
  },
  {
    id: 'warmStarts',
    type: 'counter',
    label: 'Warm starts',
    unit: 'requests',
    help: 'Requests that found an idle environment.',
  },
  {
    id: 'throttles',
    type: 'counter',
    label: 'Throttled',
    unit: 'requests',
    help: 'Requests turned away because of the concurrency limit or the scaling rate.',
    realName: 'Throttles',
  },
  {
    id: 'timeouts',
    type: 'counter',
    label: 'Timed out',
    unit: 'requests',
    help: 'Requests that took longer than the timeout of the function.',
  },
  {
    id: 'billedMs',
    type: 'counter',
    label: 'Billed time',
    unit: 'ms',
    help: 'Time for which environments were held by requests, cold starts included, each rounded up to a millisecond.',
    realName: 'Billed Duration',
  },
  {
    id: 'environments',
    type: 'gauge',
    label: 'Environments',
    unit: 'environments',
    help: 'Environments that exist: at work, starting, or idle.',
  },
  ...CACHE_METRICS,
  ...OUTBOX_METRICS,
];

import { CACHE_METRICS } from '../../model/cache-metrics';
import { OUTBOX_METRICS } from '../../model/outbox-metrics';
import type { MetricSpec } from '../../model/metrics';
import { SAGA_METRICS } from './saga-metrics';

export const metrics: readonly MetricSpec[] = [
  {
    id: 'busyWorkers',
    type: 'gauge',
    label: 'Busy workers',
    unit: 'workers',
    help: 'Workers that have a message in hand, also while it waits for others.',
    realName: 'executor_active_threads',
  },
  {
    id: 'effects',
    type: 'counter',
    label: 'Effects',
    unit: 'messages',
    help: 'Messages worked on to the end for the first time.',
  },
  {
    id: 'duplicates',
    type: 'counter',
    label: 'Duplicate effects',
    unit: 'messages',
    help: 'Messages worked on to the end although that had been done before. No real worker can count them: the simulation remembers a million.',
  },
  {
    id: 'suppressed',
    type: 'counter',
    label: 'Duplicates suppressed',
    unit: 'messages',
    help: 'Messages recognised as done, and acknowledged without an effect.',
  },
  {
    id: 'lostEffects',
    type: 'counter',
    label: 'Lost effects',
    unit: 'messages',
    help: 'Messages acknowledged on delivery whose work failed or died here: nobody will send them again.',
  },
  {
    id: 'failed',
    type: 'counter',
    label: 'Failed attempts',
    unit: 'attempts',
    help: 'Work that failed here by chance.',
    realName: 'spring_rabbitmq_listener_seconds_count{result="failure"}',
  },
  {
    id: 'poisoned',
    type: 'counter',
    label: 'Poisoned attempts',
    unit: 'attempts',
    help: 'Work on a message that fails every time.',
  },
  {
    id: 'keysKept',
    type: 'gauge',
    label: 'Keys remembered',
    unit: 'messages',
    help: 'Messages it would recognise.',
  },
  ...SAGA_METRICS,
  ...CACHE_METRICS,
  ...OUTBOX_METRICS,
];

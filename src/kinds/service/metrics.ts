import { CACHE_METRICS } from '../../model/cache-metrics';
import { OUTBOX_METRICS } from '../../model/outbox-metrics';
import type { MetricSpec } from '../../model/metrics';

export const metrics: readonly MetricSpec[] = [
  {
    id: 'cpu',
    type: 'gauge',
    label: 'Processor',
    unit: '%',
    help: 'Share of the cores that compute for requests. Each worker has a core unless cores are set.',
    realName: 'process_cpu_seconds_total',
  },
  {
    id: 'busyWorkers',
    type: 'gauge',
    label: 'Busy workers',
    unit: 'workers',
    help: 'Workers that hold a request, also while it waits for others.',
    realName: 'tomcat_threads_busy_threads',
  },
  {
    id: 'memory',
    type: 'gauge',
    label: 'Memory',
    unit: 'MB',
    help: 'What all instances occupy after a collection: empty, for requests inside, and leaked. 0 when not modelled.',
    realName: 'jvm_memory_used_bytes',
  },
  {
    id: 'collecting',
    type: 'gauge',
    label: 'Collecting garbage',
    unit: '%',
    help: 'Share of the instances that stand still for a collection: averaged over time, the share of pauses.',
    realName: 'jvm_gc_pause_seconds_sum',
  },
  {
    id: 'ready',
    type: 'gauge',
    label: 'Instances ready',
    unit: 'instances',
    help: 'Instances that get requests: not starting up and not waiting for a restart.',
    realName: 'kube_deployment_status_replicas_ready',
  },
  {
    id: 'instances',
    type: 'gauge',
    label: 'Instances wanted',
    unit: 'instances',
    help: 'Instances there should be: as set or as ordered last.',
    realName: 'kube_deployment_spec_replicas',
  },
  {
    id: 'restarts',
    type: 'counter',
    label: 'Restarts',
    unit: 'restarts',
    help: 'Instances killed because they were above their memory limit.',
    realName: 'kube_pod_container_status_restarts_total',
  },
  ...CACHE_METRICS,
  ...OUTBOX_METRICS,
];

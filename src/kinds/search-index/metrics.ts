import type { MetricSpec } from '../../model/metrics';

export const metrics: readonly MetricSpec[] = [
  {
    id: 'queries',
    type: 'counter',
    label: 'Queries',
    unit: 'queries',
    help: 'Queries that were sent to the shards.',
    realName: 'indices.search.query_total',
  },
  {
    id: 'indexed',
    type: 'counter',
    label: 'Indexed',
    unit: 'documents',
    help: 'Documents written to all copies of their shard.',
    realName: 'indices.indexing.index_total',
  },
  {
    id: 'rejected',
    type: 'counter',
    label: 'Rejected',
    unit: 'requests',
    help: 'Queries and writes turned away because a copy had no room left in its queue.',
    realName: 'thread_pool.search.rejected',
  },
  {
    id: 'notYetVisible',
    type: 'counter',
    label: 'Not yet visible',
    unit: 'queries',
    help: 'Queries for a document whose last write could not be found yet when they were answered.',
  },
  {
    id: 'invisible',
    type: 'gauge',
    label: 'Waiting for a refresh',
    unit: 'documents',
    help: 'Documents that are written and cannot be found yet.',
  },
];

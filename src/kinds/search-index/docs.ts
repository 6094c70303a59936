import type { KindDocs } from '../kind';
import { INDEX_SETTINGS, SHARD_ROUTING, THREAD_POOLS } from './fields';

export const docs: KindDocs = {
  models: [
    'A query is sent to one copy of each shard at the same time and is answered when the last part is here. The more shards, the likelier one of them is slow.',
    'Each copy is a station of its own: a few cores with a queue before them, first come, first served, for queries and writes together.',
    'A write goes to the primary copy of its shard, then to all replicas together. It is answered when all have it.',
    'When a caller gives up, parts that wait are dropped and parts at work go on. A write that has begun is carried through.',
    'What was written can be found after the next refresh. Until then, queries for it are counted as not yet visible.',
  ],
  leavesOut: [
    'Machines: every copy has cores of its own, also when there are more copies than a real cluster has machines.',
    'The cost of refreshes and of merging segments, memory and its circuit breaker.',
    'Fetching the found documents in a second round, caches of results, and answers with only a part of the shards.',
    'Lost copies, promotion of replicas and moving shards.',
  ],
  tryThis: [
    'Raise the number of shards with everything else unchanged: the median of a query moves towards the p99 of its parts.',
    'Slow one copy down, then compare asking in turn with asking the one that has the least to do.',
    'Send many writes: they take time away from queries, on every copy of their shard.',
    'Lengthen the refresh and count the queries that miss what was just written.',
  ],
  sources: [
    { title: 'Elasticsearch: index settings (shards, replicas, refresh)', url: INDEX_SETTINGS },
    { title: 'Elasticsearch: thread pools and their queues', url: THREAD_POOLS },
    { title: 'Elasticsearch: search shard routing, adaptive replica selection', url: SHARD_ROUTING },
    { title: 'Dean, Barroso: The Tail at Scale', url: 'https://research.google/pubs/the-tail-at-scale/' },
    {
      title: 'Nelson, Tantawi: Approximate Analysis of Fork/Join Synchronization in Parallel Queues',
      url: 'https://doi.org/10.1109/12.2213',
    },
  ],
};

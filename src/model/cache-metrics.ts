import type { MetricSpec } from './metrics';

/** What a component that runs a plan counts about its caches. */
export const CACHE_METRICS = [
  {
    id: 'cacheLoads',
    type: 'counter',
    label: 'Cache loads',
    unit: 'loads',
    help: 'Values asked from a store because they were not in the cache, or to renew them.',
  },
  {
    id: 'duplicateLoads',
    type: 'counter',
    label: 'Loads of the same',
    unit: 'loads',
    help: 'Cache loads that began while another load of the same key was under way: a stampede.',
  },
  {
    id: 'cacheRefreshes',
    type: 'counter',
    label: 'Refreshes',
    unit: 'loads',
    help: 'Cache loads of values that were still there: early, or stale while revalidate.',
  },
  {
    id: 'loadsUnderWay',
    type: 'gauge',
    label: 'Cache loads under way',
    unit: 'loads',
    help: 'Cache loads that have not ended yet.',
  },
  {
    id: 'unstoredWrites',
    type: 'gauge',
    label: 'Writes not yet stored',
    unit: 'keys',
    help: 'Keys whose last write was answered and is not in the store yet: write-behind.',
  },
  {
    id: 'lostWrites',
    type: 'counter',
    label: 'Lost writes',
    unit: 'keys',
    help: 'Keys whose answered write never reached the store, because this component crashed first.',
  },
] as const satisfies readonly MetricSpec[];

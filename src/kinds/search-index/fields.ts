import { choice, type ConfigOf } from '../../model/fields';

export const INDEX_SETTINGS = 'https://www.elastic.co/docs/reference/elasticsearch/index-settings/index-modules';
export const THREAD_POOLS =
  'https://www.elastic.co/docs/reference/elasticsearch/configuration-reference/thread-pool-settings';
export const SHARD_ROUTING = 'https://www.elastic.co/docs/reference/elasticsearch/rest-apis/search-shard-routing';

export const fields = {
  shards: {
    type: 'number',
    integer: true,
    label: 'Shards',
    unit: '',
    default: 3,
    min: 1,
    max: 64,
    help: 'Into how many parts the index is split. A query asks all of them and waits for the slowest.',
    real: { value: '1', product: 'Elasticsearch index.number_of_shards', source: INDEX_SETTINGS },
  },
  replicas: {
    type: 'number',
    integer: true,
    label: 'Replicas',
    unit: 'per shard',
    default: 1,
    min: 0,
    max: 8,
    help: 'Further copies of each shard. A query asks one copy of each; a write goes to all copies of its shard.',
    real: { value: '1', product: 'Elasticsearch index.number_of_replicas', source: INDEX_SETTINGS },
  },
  choice: choice({
    label: 'Which copy is asked',
    default: 'least-busy',
    options: [
      {
        value: 'least-busy',
        label: 'The one with the least to do',
        help: 'The copy with the shortest queue; equals take turns. A slow copy gets less.',
      },
      { value: 'in-turn', label: 'In turn', help: 'One copy after the other, however busy they are.' },
    ],
    help: 'How the copy of a shard is chosen for a query.',
    real: { value: 'adaptive replica selection', product: 'Elasticsearch', source: SHARD_ROUTING },
  }),
  queryTime: choice({
    label: 'Query time',
    default: 'lognormal',
    options: [
      { value: 'lognormal', label: 'Typical and slowest', help: 'Lognormal, from the median and the p99.' },
      { value: 'exponential', label: 'Exponential', help: 'The service time of textbook models.' },
      { value: 'constant', label: 'Constant', help: 'Every shard takes the same time.' },
    ],
    help: 'How long one shard works on its part of a query. Each part is drawn on its own.',
  }),
  medianMs: {
    type: 'number',
    label: 'Query time, median',
    unit: 'ms',
    default: 5,
    min: 0.001,
    max: 60_000,
    help: 'Half of the parts need less.',
    when: { field: 'queryTime', is: ['lognormal'] },
  },
  p99Ms: {
    type: 'number',
    label: 'Query time, p99',
    unit: 'ms',
    default: 50,
    min: 0.001,
    max: 600_000,
    help: 'One part in a hundred needs more. Values below the median count as the median.',
    when: { field: 'queryTime', is: ['lognormal'] },
  },
  meanMs: {
    type: 'number',
    label: 'Query time, mean',
    unit: 'ms',
    default: 5,
    min: 0.001,
    max: 60_000,
    help: 'The average time of a part.',
    when: { field: 'queryTime', is: ['exponential', 'constant'] },
  },
  indexMs: {
    type: 'number',
    label: 'Indexing a document',
    unit: 'ms',
    default: 2,
    min: 0.001,
    max: 60_000,
    help: 'Processor time at each copy for one write. It is missing for queries.',
  },
  cores: {
    type: 'number',
    integer: true,
    label: 'Cores',
    unit: 'per copy',
    default: 1,
    min: 1,
    max: 64,
    help: 'On how many queries and writes each copy works at the same time. The others wait in the order of their arrival.',
  },
  queueLimit: {
    type: 'number',
    integer: true,
    label: 'Queue limit',
    unit: 'per copy',
    default: 1000,
    min: 0,
    max: 1_000_000,
    help: 'How much may wait at one copy. A query that finds one of its copies full is turned away: queue full.',
    real: { value: '1 000', product: 'Elasticsearch thread_pool.search.queue_size', source: THREAD_POOLS },
  },
  refreshMs: {
    type: 'number',
    label: 'Refresh every',
    unit: 'ms',
    default: 1000,
    min: 1,
    max: 600_000,
    help: 'A written document can be found only after the next refresh, half of this time later on average.',
    real: { value: '1 s', product: 'Elasticsearch index.refresh_interval', source: INDEX_SETTINGS },
  },
} as const;

export type SearchConfig = ConfigOf<typeof fields>;

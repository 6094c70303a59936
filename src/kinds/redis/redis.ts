import { CRASH, type FaultSpec, PAUSE, SLOW } from '../../model/faults';
import { choice, type ConfigOf } from '../../model/fields';
import { defineKind } from '../kind';

const EVICTION = 'https://redis.io/docs/latest/develop/reference/eviction/';
const BENCHMARKS = 'https://redis.io/docs/latest/operate/oss_and_stack/management/optimization/benchmarks/';

const fields = {
  capacityItems: {
    type: 'number',
    integer: true,
    label: 'Capacity',
    unit: 'items',
    // A fifth of the keys a client asks for by default: enough to be worth it, too few for all.
    default: 2000,
    min: 1,
    max: 1_000_000,
    help: 'How many items fit in. More room means more hits, but each item added helps less than the one before.',
    real: { value: 'no limit', product: 'Redis maxmemory', source: EVICTION },
  },
  eviction: choice({
    label: 'When full',
    default: 'allkeys-lru',
    options: [
      {
        value: 'allkeys-lru',
        label: 'Drop the least recently used (allkeys-lru)',
        help: 'A new item takes the place of the one that was not used for longest: what a cache wants.',
      },
      {
        value: 'noeviction',
        label: 'Refuse new items (noeviction)',
        help: 'A new item is answered with an out of memory error. Changing an item that is there still works.',
      },
    ],
    help: 'What happens to a new item when there is no room.',
    real: { value: 'noeviction', product: 'Redis maxmemory-policy', source: EVICTION },
  }),
  ttlSeconds: {
    type: 'number',
    label: 'Time to live',
    unit: 's',
    default: 0,
    min: 0,
    max: 86_400,
    help: 'An item disappears this long after it was stored. 0 keeps it until it is dropped or deleted.',
  },
  ttlJitterPercent: {
    type: 'number',
    label: 'Spread of the time to live',
    unit: '%',
    default: 0,
    min: 0,
    max: 100,
    help: 'Each item lives up to this much longer or shorter. Without it, items stored together disappear together.',
  },
  operationMicros: {
    type: 'number',
    integer: true,
    label: 'Time per operation',
    unit: 'µs',
    default: 8,
    min: 1,
    max: 1_000_000,
    help: 'How long one command takes. There is one thread: while it works on one command, all others wait.',
    real: {
      value: '6 to 14 µs: 72 000 to 180 000 commands per second',
      product: 'redis-benchmark',
      source: BENCHMARKS,
    },
  },
  queueLimit: {
    type: 'number',
    integer: true,
    label: 'Queue limit',
    unit: 'requests',
    default: 10_000,
    min: 0,
    max: 1_000_000,
    help: 'How many commands may wait for the thread. Beyond that they are turned away: queue full.',
  },
} as const;

export type RedisConfig = ConfigOf<typeof fields>;

export const FLUSH: FaultSpec = {
  id: 'flush',
  label: 'Flush the cache',
  done: 'was flushed',
  help: 'All items are gone at once. Until the cache is warm again, every read goes to what lies behind it.',
  params: {},
};

export const redis = defineKind({
  id: 'redis',
  title: 'Redis',
  summary: 'A store in memory: answers in microseconds, forgets what it has no room for.',
  category: 'Data',
  icon: 'M12 3l9 4.5-9 4.5-9-4.5zM3 12l9 4.5 9-4.5M3 16.5L12 21l9-4.5',
  docs: {
    models: [
      'One thread: commands are carried out one after the other, first come, first served.',
      'GET, SET and DEL on a limited number of items; when it is full, exact LRU eviction or an out of memory error.',
      'Time to live with a spread. Expired items go when they are asked for, or in the background, one looked at with each command.',
      'A crash or a flush loses all items: the cache starts cold.',
    ],
    leavesOut: [
      'Sizes of values and bytes of memory: every item takes one place, and every command the same time.',
      'Replicas, Sentinel, Cluster and saving to disk.',
      'The sampling by which Redis approximates LRU: with its default of 5 samples the hit ratio is within half a point of exact LRU.',
      'Pipelining, which makes real Redis about ten times as fast.',
    ],
    tryThis: [
      'Connect a service to Redis and to a database: the service asks the cache first. Watch the hit ratio rise.',
      'Flush the cache under load and watch what reaches the database.',
      'Give all items the same time to live, then spread it.',
    ],
    sources: [
      { title: 'Redis: key eviction', url: EVICTION },
      { title: 'Redis: benchmarks', url: BENCHMARKS },
      {
        title: 'Fricker, Robert, Roberts: A versatile and accurate approximation for LRU cache performance',
        url: 'https://arxiv.org/abs/1202.3974',
      },
    ],
  },
  in: [{ id: 'commands', label: 'Commands', accepts: 'cache' }],
  out: [],
  fields,
  metrics: [
    {
      id: 'hitRatio',
      type: 'ratio',
      label: 'Hit ratio',
      unit: '%',
      help: 'Share of the reads that found their item.',
      realName: 'keyspace_hits / (keyspace_hits + keyspace_misses)',
      of: 'hits',
      against: 'misses',
    },
    {
      id: 'hits',
      type: 'counter',
      label: 'Hits',
      unit: 'reads',
      help: 'Reads that found their item.',
      realName: 'keyspace_hits',
    },
    {
      id: 'misses',
      type: 'counter',
      label: 'Misses',
      unit: 'reads',
      help: 'Reads that did not find their item.',
      realName: 'keyspace_misses',
    },
    {
      id: 'sets',
      type: 'counter',
      label: 'Sets',
      unit: 'commands',
      help: 'Items stored or changed.',
      realName: 'cmdstat_set',
    },
    {
      id: 'deletes',
      type: 'counter',
      label: 'Deletes',
      unit: 'commands',
      help: 'Commands to delete an item, whether or not it was there.',
      realName: 'cmdstat_del',
    },
    {
      id: 'evictions',
      type: 'counter',
      label: 'Evictions',
      unit: 'items',
      help: 'Items dropped to make room for others.',
      realName: 'evicted_keys',
    },
    {
      id: 'expirations',
      type: 'counter',
      label: 'Expirations',
      unit: 'items',
      help: 'Items whose time to live was over.',
      realName: 'expired_keys',
    },
    { id: 'items', type: 'gauge', label: 'Items', unit: 'items', help: 'Items stored.', realName: 'DBSIZE' },
  ],
  face: [
    { type: 'ratio', label: 'hits' },
    { type: 'bar', label: 'items', unit: 'items' },
  ],
  faults: [CRASH, PAUSE, SLOW, FLUSH],
  version: 1,
  migrations: [],
});

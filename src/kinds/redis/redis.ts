import { CRASH, type FaultSpec, PAUSE, SLOW } from '../../model/faults';
import { CRASH_NODE, FREEZE_NODE, ISOLATE_MASTER, STOP_REPLICATION } from './faults';
import { CLUSTER, REPLICATION, replicatedFields, SENTINEL } from './replicated-fields';
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
      {
        value: 'allkeys-lfu',
        label: 'Drop the least often used (allkeys-lfu)',
        help: 'Uses are counted roughly, and forgotten slowly. Best when some items are always more popular.',
      },
      {
        value: 'allkeys-random',
        label: 'Drop any (allkeys-random)',
        help: 'Costs some hits, but no bookkeeping.',
      },
      {
        value: 'volatile-ttl',
        label: 'Drop the next to expire (volatile-ttl)',
        help: 'Items without a time to live stay: with nothing else there, new items are refused.',
      },
    ],
    help: 'What happens to a new item when there is no room.',
    real: { value: 'noeviction', product: 'Redis maxmemory-policy', source: EVICTION },
  }),
  exactLru: {
    type: 'toggle',
    label: 'Exact LRU',
    default: true,
    help: 'Off: it is found by samples, as in Redis.',
    real: { value: 'off', product: 'Redis', source: EVICTION },
    when: { field: 'eviction', is: ['allkeys-lru'] },
  },
  samples: {
    type: 'number',
    integer: true,
    label: 'Samples',
    unit: 'items',
    default: 5,
    real: { value: '5', product: 'Redis maxmemory-samples', source: EVICTION },
    min: 1,
    max: 64,
    help: 'How many items are drawn to choose the one to drop. The best of earlier draws are remembered.',
    when: { field: 'eviction', is: ['allkeys-lru', 'allkeys-lfu', 'volatile-ttl'] },
  },
  ttlSeconds: {
    type: 'number',
    label: 'Time to live',
    unit: 's',
    default: 0,
    real: { value: 'for ever', product: 'Redis SET without EX', source: 'https://redis.io/docs/latest/commands/set/' },
    min: 0,
    max: 86_400,
    help: 'An item disappears this long after it was stored. 0 keeps it until it is dropped or deleted.',
  },
  ttlJitterPercent: {
    type: 'number',
    label: 'Spread of the time to live',
    unit: '%',
    default: 0,
    ours: 'off',
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
    ours: 'system',
    min: 0,
    max: 1_000_000,
    help: 'How many commands may wait for the thread. Beyond that they are turned away: queue full.',
  },
  ...replicatedFields,
} as const;

export type RedisConfig = ConfigOf<typeof fields>;

export const FLUSH: FaultSpec = {
  id: 'flush',
  label: 'Flush the cache',
  done: 'was flushed',
  help: 'All items are gone at once. Until the cache is warm again, every read goes to what lies behind it.',
  params: {},
};

export const EXPIRE: FaultSpec = {
  id: 'expire',
  label: 'Expire all together',
  done: 'lets all items expire together',
  help: 'All items there end at the same moment, as after a bulk load with one time to live.',
  params: {
    inSeconds: {
      type: 'number',
      label: 'In',
      unit: 's',
      default: 2,
      min: 0,
      max: 86_400,
      help: 'How long from now. 0 is at once.',
    },
  },
};

export const REPLACE: FaultSpec = {
  id: 'replace',
  label: 'Replace by an empty one',
  done: 'was replaced by an empty one',
  help: 'Commands under way are reset, and a new process answers at once, with a cold cache.',
  params: {},
};

/** What a node is to the others. */
export const ROLES = ['master', 'replica', 'down', 'frozen', 'missed', 'old master'] as const;

export const redis = defineKind({
  id: 'redis',
  title: 'Redis',
  summary: 'A store in memory: answers in microseconds, forgets what it has no room for.',
  category: 'Data',
  icon: 'M12 3l9 4.5-9 4.5-9-4.5zM3 12l9 4.5 9-4.5M3 16.5L12 21l9-4.5',
  docs: {
    models: [
      'One thread: commands are carried out one after the other, first come, first served.',
      'GET, SET and DEL on a limited number of items; when it is full, an item is dropped by LRU (exact or sampled), LFU, at random or by time to live, or the new one is refused.',
      'LFU counts in 8 bits as Redis does: a logarithmic counter that begins at 5 and falls by one for each minute without use.',
      'Time to live with a spread. Expired items go when they are asked for, or in the background, one looked at with each command.',
      'A crash, a flush or a replacement loses all items: the cache starts cold.',
      'Replicas that do what their master has done, a little later. Three sentinels take a master for dead when enough of them have had no answer for long enough, and promote the replica that has most. What it lacked is lost, though it was acknowledged; so is what an old master takes until it learns that it was replaced.',
      'A cluster: 16 384 hash slots by CRC16 in equal ranges, a thread for each shard, callers that are told when a slot has moved. A shard without a master fails its part of the keys, or everything.',
      'WAIT, and the least number of replicas a master must have heard from to take writes.',
      'Patterns and stampede protection are settings of the connection from a service. A lease or lock belongs to the component that asks: instances of one service share it, and their loads under way.',
      'With stale while revalidate, expired items are kept as long as they may be served. Early expiration goes by the usual time of recent loads, not by that of each key.',
    ],
    leavesOut: [
      'Sizes of values and bytes of memory: every item takes one place, and every command the same time.',
      'Saving to disk: a master that comes back before it is missed comes back empty, and its replicas copy that. Copying everything takes no time.',
      'Sentinels and the masters of a cluster are always enough to agree, on the side of those who are not cut off. Reads from replicas; moving slots takes no time and loses the items moved.',
      'What is stored: values have no versions, so a stale copy is not told from a fresh one.',
      'Pipelining, which makes real Redis about ten times as fast.',
    ],
    tryThis: [
      'Connect a service to Redis and to a database: the service asks the cache first. Watch the hit ratio rise.',
      'Flush the cache under load and watch what reaches the database.',
      'Have a master and a replica, kill the master under load, and count the lost writes. Cut it off with its callers instead: it takes writes for half a minute that nobody will keep. Set the least number of replicas to 1.',
      'Spread the keys over three shards and look at the commands of each: popular keys make a hot shard, and more shards do not help it.',
      'Let all items expire together, with each stampede protection, then spread the time to live.',
    ],
    sources: [
      { title: 'Redis: key eviction', url: EVICTION },
      { title: 'Redis: benchmarks', url: BENCHMARKS },
      { title: 'Redis: replication', url: REPLICATION },
      { title: 'Redis Sentinel', url: SENTINEL },
      { title: 'Redis cluster specification', url: CLUSTER },
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
    {
      id: 'staleHits',
      type: 'counter',
      label: 'Stale hits',
      unit: 'reads',
      help: 'Hits on items that had expired: stale while revalidate.',
    },
    {
      id: 'refusedFills',
      type: 'counter',
      label: 'Refused fills',
      unit: 'commands',
      help: 'Loaded values that were not stored, because a write had taken the lease back, or it had run out.',
    },
    {
      id: 'replicationLagBytes',
      type: 'gauge',
      label: 'Replication lag',
      unit: 'bytes',
      help: 'How far the replica furthest behind is behind its master. Read 20 times a second.',
      realName: 'master_repl_offset less slave_repl_offset',
    },
    {
      id: 'failovers',
      type: 'counter',
      label: 'Failovers',
      unit: 'promotions',
      help: 'Times a replica became the master.',
      realName: '+switch-master',
    },
    {
      id: 'lostWrites',
      type: 'counter',
      label: 'Lost writes',
      unit: 'writes',
      help: 'Acknowledged writes that are gone: no replica had them, or an old master had to throw them away.',
    },
    {
      id: 'divergedWrites',
      type: 'counter',
      label: 'Diverged writes',
      unit: 'writes',
      help: 'Writes acknowledged by an old master after another had taken its place.',
    },
    {
      id: 'redirects',
      type: 'counter',
      label: 'Redirects',
      unit: 'commands',
      help: 'Commands that went to a node whose slots had moved, and were sent on.',
      realName: 'MOVED errors',
    },
    { id: 'items', type: 'gauge', label: 'Items', unit: 'items', help: 'Items stored.', realName: 'DBSIZE' },
  ],
  face: [
    { type: 'ratio', label: 'hits' },
    { type: 'bar', label: 'items', unit: 'items' },
    {
      type: 'members',
      label: 'nodes',
      many: ({ mode, shards, replicas }) =>
        mode === 'single' ? 0 : (mode === 'cluster' ? Number(shards) : 1) * (1 + Number(replicas)),
      roles: ROLES,
      shapes: ['filled', 'round', 'cross', 'pause', 'dashed', 'dashed'],
      lane: 'changes',
      number: 'commands/s',
    },
  ],
  faults: [CRASH, PAUSE, SLOW, FLUSH, EXPIRE, REPLACE, CRASH_NODE, FREEZE_NODE, ISOLATE_MASTER, STOP_REPLICATION],
  version: 1,
  migrations: [],
});

/**
 * How a component uses a cache in front of a store: fields of the connection to the cache.
 * The cache connection speaks for the pair. What each setting does is said in words by `planInWords`.
 */
import { CONNECTION_DEFAULTS } from './connection-defaults';
import { choice, type Fields } from './fields';

export const CACHE_FIELDS = {
  pattern: choice({
    label: 'Pattern',
    default: CONNECTION_DEFAULTS.pattern,
    ours: 'system',
    options: [
      {
        value: 'aside',
        label: 'cache-aside',
        help: 'A miss is loaded from the store and put in; a write drops the copy. Without the cache, the store is asked.',
      },
      {
        value: 'read-through',
        label: 'read-through',
        help: 'The same, but reads reach the store only through the cache: when the cache fails, they fail.',
      },
      {
        value: 'write-through',
        label: 'write-through',
        help: 'A write goes to the store, then puts the new value into the cache. Reads as in cache-aside.',
      },
      {
        value: 'write-behind',
        label: 'write-behind',
        help: 'A write is answered when it is in the cache, and stored later. A crash loses what is not stored yet.',
      },
    ],
    help: 'How reads and writes go to the cache and to the store behind it. To write around the cache, use it for reads only.',
  }),
  flushMs: {
    type: 'number',
    label: 'Store writes every',
    unit: 'ms',
    default: CONNECTION_DEFAULTS.flushMs,
    ours: 'system',
    min: 1,
    max: 600_000,
    help: 'Longer means fewer writes, as several to one key become one, and more to lose in a crash.',
    when: { field: 'pattern', is: ['write-behind'] },
  },
  flushBatch: {
    type: 'number',
    integer: true,
    label: 'Writes at once',
    unit: '',
    default: CONNECTION_DEFAULTS.flushBatch,
    ours: 'system',
    min: 1,
    max: 10_000,
    help: 'How many keys are stored each time. The rest waits for the next time.',
    when: { field: 'pattern', is: ['write-behind'] },
  },
  flushLimit: {
    type: 'number',
    integer: true,
    label: 'Writes not yet stored, at most',
    unit: '',
    default: CONNECTION_DEFAULTS.flushLimit,
    ours: 'system',
    min: 0,
    max: 1_000_000,
    help: 'When so many keys wait, further writes go to the store at once.',
    when: { field: 'pattern', is: ['write-behind'] },
  },
  stampede: choice({
    label: 'Stampede protection',
    default: CONNECTION_DEFAULTS.stampede,
    options: [
      { value: 'none', label: 'none', help: 'Everyone who misses loads the value.' },
      {
        value: 'single-flight',
        label: 'single-flight',
        help: 'One load for each key at a time in this component; the others wait for it and share its outcome.',
      },
      {
        value: 'lock',
        label: 'lock in the cache',
        help: 'One load for each key among all who share the cache; the others look again and again until it is there.',
      },
      {
        value: 'early',
        label: 'early expiration (XFetch)',
        help: 'A read may renew a value before it expires, the likelier the less time is left.',
      },
      {
        value: 'stale',
        label: 'stale while revalidate',
        help: 'For a while after it has expired, the old value is served and one load renews it in the background.',
      },
    ],
    help: 'What happens when many want a value that is not there. It takes a time to live to expire.',
    real: {
      value: 'off',
      product: 'nginx proxy_cache_lock',
      source: 'http://nginx.org/en/docs/http/ngx_http_proxy_module.html',
    },
  }),
  beta: {
    type: 'number',
    label: 'Eagerness β',
    unit: '',
    default: CONNECTION_DEFAULTS.beta,
    min: 0.1,
    max: 10,
    help: 'More renews earlier, with fewer loads at once: about e^(1/β) of them.',
    real: { value: '1', product: 'XFetch', source: 'https://www.vldb.org/pvldb/vol8/p886-vattani.pdf' },
    when: { field: 'stampede', is: ['early'] },
  },
  staleSeconds: {
    type: 'number',
    label: 'Stale at most',
    unit: 's',
    default: CONNECTION_DEFAULTS.staleSeconds,
    ours: 'system',
    min: 0,
    max: 86_400,
    help: 'How long an expired value may still be served.',
    when: { field: 'stampede', is: ['stale'] },
  },
  pollMs: {
    type: 'number',
    label: 'Looks again every',
    unit: 'ms',
    default: CONNECTION_DEFAULTS.pollMs,
    ours: 'system',
    min: 1,
    max: 60_000,
    help: 'How often those who wait ask the cache whether the value is there.',
    when: { field: 'stampede', is: ['lock'] },
  },
  leases: {
    type: 'toggle',
    label: 'Leases',
    default: CONNECTION_DEFAULTS.leases,
    ours: 'off',
    help: 'Who misses gets a lease for 10 s, and a write takes it back: a load that began before the write puts nothing in. A lock is always a lease.',
    when: { field: 'stampede', is: ['none', 'single-flight', 'stale'] },
  },
  lockMs: {
    type: 'number',
    label: 'Lock lasts',
    unit: 'ms',
    default: CONNECTION_DEFAULTS.lockMs,
    min: 1,
    max: 600_000,
    help: 'After this long another may load, even if the first one has not ended.',
    real: {
      value: '5 s',
      product: 'nginx proxy_cache_lock_age',
      source: 'http://nginx.org/en/docs/http/ngx_http_proxy_module.html',
    },
    when: { field: 'stampede', is: ['lock'] },
  },
} satisfies Fields;

export type CacheFieldName = keyof typeof CACHE_FIELDS;
export const CACHE_NAMES = Object.keys(CACHE_FIELDS) as CacheFieldName[];

/** Whether a fill over this connection needs a lease. */
export function usesLeases({ stampede, leases }: { readonly stampede: string; readonly leases: boolean }): boolean {
  return stampede === 'lock' || (leases && stampede !== 'early');
}

/** How long a lease lasts that is not a lock. */
export const LEASE_MS = 10_000;

/** What a lookup brings back. Over a connection with early expiration, a hit brings the time left instead. */
export const LOOKUP = {
  miss: 0,
  hit: 1,
  /** A miss, and the lease to fill it. */
  leased: 2,
  /** Expired but still served: to be renewed by whoever gets this. */
  stale: 3,
  /** Expired but still served, and somebody else holds the lease to renew it. */
  staleHeld: 4,
  /** From here on: microseconds left. */
  timeLeft: 16,
} as const;

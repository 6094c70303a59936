import type { ConfigOf } from '../../model/fields';

export const EXPIRATION = 'https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/Expiration.html';
export const SHIELD = 'https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/origin-shield.html';
export const COLLAPSING =
  'https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/RequestAndResponseBehaviorCustomOrigin.html';
export const PURGING = 'https://www.fastly.com/products/web-and-mobile-performance/caching-and-purging';
export const STALE = 'https://www.rfc-editor.org/rfc/rfc5861';

export const fields = {
  pops: {
    type: 'number',
    integer: true,
    label: 'Points of presence',
    unit: '',
    default: 4,
    min: 1,
    max: 64,
    help: 'Places near the users, each with a cache of its own. The more places share the traffic, the colder each cache is.',
    real: {
      value: 'hundreds',
      product: 'Amazon CloudFront',
      source: 'https://aws.amazon.com/cloudfront/features/',
    },
  },
  capacityItems: {
    type: 'number',
    integer: true,
    label: 'Capacity',
    unit: 'items per place',
    default: 5000,
    ours: 'system',
    min: 1,
    max: 1_000_000,
    help: 'How many items the cache of one place holds. When it is full, the item that was not used for longest goes.',
  },
  ttlSeconds: {
    type: 'number',
    label: 'Time to live',
    unit: 's',
    default: 86_400,
    min: 0,
    max: 31_536_000,
    help: 'How long an item may be served without asking the origin again. 0 asks every time.',
    real: { value: '86 400 s: one day', product: 'Amazon CloudFront default TTL', source: EXPIRATION },
  },
  swrSeconds: {
    type: 'number',
    label: 'Stale while revalidate',
    unit: 's',
    default: 0,
    min: 0,
    max: 86_400,
    help: 'For this long after its time an item is still served at once, and fetched anew in the background.',
    real: { value: 'off, unless the origin allows it', product: 'RFC 5861', source: STALE },
  },
  collapse: {
    type: 'toggle',
    label: 'Collapse requests',
    default: true,
    help: 'Requests of one place for the same item wait for one fetch. Without it, each of them goes to the origin.',
    real: { value: 'on', product: 'Amazon CloudFront', source: COLLAPSING },
  },
  shield: {
    type: 'toggle',
    label: 'Shield',
    default: false,
    help: 'A second cache between the places and the origin: what one place has fetched, the others find there.',
    real: { value: 'off', product: 'Amazon CloudFront Origin Shield', source: SHIELD },
  },
  shieldItems: {
    type: 'number',
    integer: true,
    label: 'Capacity of the shield',
    unit: 'items',
    default: 20_000,
    ours: 'system',
    min: 1,
    max: 1_000_000,
    help: 'How many items the shield holds.',
    when: { field: 'shield', is: [true] },
  },
  shieldMs: {
    type: 'number',
    label: 'Way to the shield',
    unit: 'ms',
    default: 20,
    ours: 'work',
    min: 0,
    max: 2000,
    help: 'What the detour over the shield costs each miss, there and back.',
    when: { field: 'shield', is: [true] },
  },
  hitMicros: {
    type: 'number',
    integer: true,
    label: 'Own work',
    unit: 'µs',
    default: 200,
    ours: 'work',
    min: 0,
    max: 1_000_000,
    help: 'How long a place takes to find an item, whether it is there or not. The way of the user belongs to the connection.',
  },
  purgeMs: {
    type: 'number',
    label: 'Purge takes',
    unit: 'ms',
    default: 150,
    min: 0,
    max: 600_000,
    help: 'After a write has succeeded, its item disappears everywhere this much later. Until then the old one is served.',
    real: { value: 'about 150 ms', product: 'Fastly', source: PURGING },
  },
} as const;

export type CdnConfig = ConfigOf<typeof fields>;

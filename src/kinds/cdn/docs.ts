import type { KindDocs } from '../kind';
import { COLLAPSING, EXPIRATION, PURGING, SHIELD, STALE } from './fields';

export const docs: KindDocs = {
  models: [
    'A cache in each place: exact LRU, with a time to live that begins when the copy arrives. Each request comes from a user near a place, by chance.',
    'A miss goes to the origin, or first to the shield. Requests of one place for the same item can wait for one fetch.',
    'Stale while revalidate: an item whose time is over is served at once and fetched in the background.',
    'Writes pass through; after a success their item is purged everywhere, a little later.',
    'Who gives up is let go. A fetch that fills a cache goes on for those to come; what was asked for one caller alone is cancelled.',
    'When the origin fails, everybody who waits for the fetch fails with it, and nothing is stored.',
  ],
  leavesOut: [
    'Sizes of items and bytes: every item takes one place.',
    'Where the users are: the connection to the CDN has one distance for all of them.',
    'Headers that allow or forbid caching: every read can be cached. Errors are not cached.',
    'A copy that was fetched before a write and arrives after its purge stays until its time is over, as in reality.',
    'Limits on what a place can serve: they are far beyond what is simulated here.',
  ],
  tryThis: [
    'Raise the number of places with a short time to live: each sees less of the traffic, and the hit ratio falls. Then switch on the shield.',
    'Give popular items a short time to live and switch collapsing off: the origin gets a burst at each expiry.',
    'Purge everything under load and watch what reaches the origin.',
    'Crash the origin with and without stale while revalidate.',
  ],
  sources: [
    { title: 'Amazon CloudFront: how long content stays', url: EXPIRATION },
    { title: 'Amazon CloudFront: Origin Shield', url: SHIELD },
    { title: 'Amazon CloudFront: requests for the same object at the same time', url: COLLAPSING },
    { title: 'RFC 5861: stale-while-revalidate', url: STALE },
    { title: 'Fastly: caching and purging', url: PURGING },
    {
      title: 'Fricker, Robert, Roberts: A versatile and accurate approximation for LRU cache performance',
      url: 'https://arxiv.org/abs/1202.3974',
    },
  ],
};

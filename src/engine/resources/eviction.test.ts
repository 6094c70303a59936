import { describe, expect, it } from 'vitest';
import { RandomStream } from '../random';
import { ZipfKeys } from '../zipf';
import { Eviction, type EvictionPolicy } from './eviction';
import { LruItems } from './lru';

const MINUTE = 60_000_000;

function cache(
  policy: EvictionPolicy,
  samples = 64,
): { items: LruItems; eviction: Eviction; add: (key: number, now: number, expiry?: number) => number } {
  const items = new LruItems();
  const eviction = new Eviction(items, new RandomStream(1, '', 'eviction'));
  eviction.policy = policy;
  eviction.samples = samples;
  return {
    items,
    eviction,
    add(key, now, expiry = Infinity) {
      const slot = items.insert(key, expiry);
      eviction.added(slot, now);
      return slot;
    },
  };
}

describe('eviction', () => {
  it('gives up none without a policy, and none of nothing', () => {
    const { eviction, add } = cache('noeviction');
    add(1, 0);
    expect(eviction.victim(0)).toBe(-1);
    expect(cache('allkeys-random').eviction.victim(0)).toBe(-1);
  });

  it.each([true, false])('LRU finds the one not used for longest (exact: %s)', (exact) => {
    const { items, eviction, add } = cache('allkeys-lru');
    eviction.exact = exact;
    for (let key = 0; key < 8; key++) add(key, key);
    eviction.used(items.find(0), 10);
    eviction.used(items.find(1), 11);
    expect(items.key(eviction.victim(12))).toBe(2);
  });

  it('LRU by 5 samples is right most of the time', () => {
    const { items, eviction, add } = cache('allkeys-lru', 5);
    eviction.exact = false;
    for (let key = 0; key < 1000; key++) add(key, key);
    let sum = 0;
    for (let i = 0; i < 500; i++) {
      const slot = eviction.victim(1000);
      sum += items.key(slot);
      items.remove(slot);
    }
    // Exact LRU would drop 0 … 499, on average 249.5; random eviction 499.5.
    expect(sum / 500).toBeLessThan(290);
    expect(items.size).toBe(500);
  });

  it('random gives each item the same chance', () => {
    const { items, eviction, add } = cache('allkeys-random');
    for (let key = 0; key < 10; key++) add(key, 0);
    items.remove(items.find(4));
    const counts = Array.from({ length: 10 }, () => 0);
    for (let i = 0; i < 9000; i++) counts[items.key(eviction.victim(0))]!++;
    expect(counts[4]).toBe(0);
    for (const count of counts.toSpliced(4, 1)) expect(Math.abs(count - 1000)).toBeLessThan(4 * Math.sqrt(1000));
  });

  it('by time to live drops what expires first, and never what does not expire', () => {
    const { items, eviction, add } = cache('volatile-ttl');
    add(1, 0);
    add(2, 0, 500);
    add(3, 0, 400);
    const victims = [0, 0].map(() => {
      const slot = eviction.victim(1);
      const key = items.key(slot);
      items.remove(slot);
      return key;
    });
    expect(victims).toEqual([3, 2]);
    expect(eviction.victim(1)).toBe(-1);
  });
});

describe('the counter of LFU', () => {
  it('begins at 5, rises ever more slowly, and falls by one for each minute without use', () => {
    const { eviction, add } = cache('allkeys-lfu');
    const slot = add(1, 0);
    expect(eviction.count(slot, 0)).toBe(5);
    eviction.used(slot, 0);
    expect(eviction.count(slot, 0)).toBe(6);
    for (let i = 0; i < 100; i++) eviction.used(slot, 0);
    const hundred = eviction.count(slot, 0);
    // redis.conf: with factor 10, 100 hits lead to 10, 1000 to 18 (from a start of 5), 100 000 to 142.
    expect(Math.abs(hundred - 10)).toBeLessThanOrEqual(3);
    for (let i = 0; i < 900; i++) eviction.used(slot, 0);
    expect(Math.abs(eviction.count(slot, 0) - 18)).toBeLessThanOrEqual(5);
    for (let i = 0; i < 99_000; i++) eviction.used(slot, 0);
    const most = eviction.count(slot, 0);
    expect(Math.abs(most - 142)).toBeLessThanOrEqual(10);
    expect(eviction.count(slot, 3 * MINUTE + 1)).toBe(most - 3);
    expect(eviction.count(slot, 1000 * MINUTE)).toBe(0);
  });

  it('keeps the popular: hits far above those of LRU, below those of the ideal', () => {
    const ratio = (policy: EvictionPolicy): number => {
      const { items, eviction, add } = cache(policy, 5);
      const random = new RandomStream(2, '', 'keys');
      const keys = new ZipfKeys(1000, 0.99);
      let hits = 0;
      for (let i = 0; i < 600_000; i++) {
        const key = keys.sample(random);
        const slot = items.find(key);
        if (slot >= 0) eviction.used(slot, i * 100);
        else {
          if (items.size === 100) items.remove(eviction.victim(i * 100));
          add(key, i * 100);
        }
        if (i >= 300_000 && slot >= 0) hits++;
      }
      return hits / 300_000;
    };
    const lfu = ratio('allkeys-lfu');
    // By theory: LRU 0.5665, ideal LFU 0.6850.
    expect(Math.abs(ratio('allkeys-lru') - 0.5665)).toBeLessThan(0.01);
    expect(lfu).toBeGreaterThan(0.64);
    expect(lfu).toBeLessThan(0.685);
  });
});

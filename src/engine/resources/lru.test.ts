import { describe, expect, it } from 'vitest';
import { RandomStream } from '../random';
import { LruItems } from './lru';

describe('LRU items', () => {
  it('gives up the one that was not used for longest', () => {
    const items = new LruItems();
    for (const key of [1, 2, 3]) items.insert(key, Infinity);
    items.touch(items.find(1));
    items.touch(items.find(1));
    items.touch(items.find(3));
    expect([items.evict(), items.evict(), items.evict(), items.evict()]).toEqual([2, 1, 3, -1]);
    expect(items.size).toBe(0);
  });

  it('the hand finds every expired item in one round', () => {
    const items = new LruItems();
    for (let key = 0; key < 100; key++) items.insert(key, key < 40 ? 5 : key < 50 ? 50 : Infinity);
    let swept = 0;
    for (let i = 0; i < 100; i++) if (items.sweep(5)) swept++;
    expect([swept, items.size, items.find(39), items.find(40) >= 0]).toEqual([40, 60, -1, true]);
  });

  it('an empty store has nothing to sweep or evict', () => {
    const items = new LruItems();
    items.insert(1, 0);
    items.clear();
    expect([items.sweep(10), items.evict(), items.find(1), items.size]).toEqual([false, -1, -1, 0]);
  });

  it.each([1, 2, 3])('does as a list that is searched from end to end would (seed %i)', (seed) => {
    const random = new RandomStream(seed, '', 'lru');
    const items = new LruItems();
    /** Most recently used last. */
    let list: { key: number; expiry: number }[] = [];
    for (let step = 0; step < 2000; step++) {
      const key = random.integer(150);
      const at = list.findIndex((item) => item.key === key);
      const slot = items.find(key);
      expect(slot >= 0).toBe(at >= 0);
      switch (random.integer(4)) {
        case 0:
        case 1:
          if (at < 0) {
            const expiry = random.chance(0.5) ? Infinity : step + random.integer(100);
            items.insert(key, expiry);
            list.push({ key, expiry });
          } else {
            items.touch(slot);
            list.push(...list.splice(at, 1));
          }
          break;
        case 2:
          if (at < 0) break;
          expect(items.expiry(slot)).toBe(list[at]!.expiry);
          items.remove(slot);
          list.splice(at, 1);
          break;
        case 3: {
          const before = items.size;
          const removed = items.sweep(step);
          if (removed) list = list.filter((item) => item.expiry > step || items.find(item.key) >= 0);
          expect(items.size).toBe(before - (removed ? 1 : 0));
        }
      }
      expect(items.size).toBe(list.length);
    }
    while (list.length > 0) expect(items.evict()).toBe(list.shift()!.key);
  });
});

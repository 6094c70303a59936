import { expect, it } from 'vitest';
import { RandomStream } from '../random';
import { RecentKeys } from './recent-keys';

it('knows what it has seen, until the window is over', () => {
  const keys = new RecentKeys();
  expect([keys.add(5, 10), keys.add(5, 20), keys.has(5), keys.has(6)]).toEqual([true, false, true, false]);
  // The first time counts.
  keys.forget(11);
  expect([keys.has(5), keys.size, keys.add(5, 30)]).toEqual([false, 0, true]);
});

it('forgets the oldest beyond a million', () => {
  const keys = new RecentKeys();
  const most = 1 << 20;
  for (let key = 1; key <= most + 3; key++) keys.add(key, key);
  expect([keys.size, keys.has(3), keys.has(4), keys.has(most + 3)]).toEqual([most, false, true, true]);
});

it.each([1, 2, 3])('agrees with a map under random use (seed %i)', (seed) => {
  const chance = new RandomStream(seed, '', 'keys');
  const keys = new RecentKeys();
  const known = new Map<number, number>();
  for (let now = 0; now < 20_000; now++) {
    // Few low bits, so that places collide; some above 32 bits.
    const key = 1 + 1024 * chance.integer(900) + (chance.chance(0.3) ? 2 ** 33 : 0);
    if (chance.chance(0.7)) {
      expect(keys.add(key, now)).toBe(!known.has(key));
      if (!known.has(key)) known.set(key, now);
    } else expect(keys.has(key)).toBe(known.has(key));
    if (chance.chance(0.05)) {
      const before = now - chance.integer(600);
      keys.forget(before);
      for (const [old, time] of known) if (time < before) known.delete(old);
    }
    expect(keys.size).toBe(known.size);
  }
});

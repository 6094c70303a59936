import { expect, it } from 'vitest';
import { RandomStream } from '../random';
import { LockTable } from './lock-table';

it('hands a row on in the order in which they came', () => {
  const locks = new LockTable();
  expect([1, 2, 3].map((owner) => locks.lock(owner, 7, 0))).toEqual(['granted', 'waits', 'waits']);
  expect(locks.lock(4, 8, 0)).toBe('granted');
  expect([locks.holder(7), locks.holder(8), locks.holder(9), locks.waiting, locks.locked]).toEqual([1, 4, -1, 2, 2]);
  expect([locks.unlock(7), locks.unlock(7), locks.unlock(7), locks.unlock(8)]).toEqual([2, 3, -1, -1]);
  expect([locks.waiting, locks.locked]).toEqual([0, 0]);
});

it('forgets one who gives up', () => {
  const locks = new LockTable();
  for (const owner of [1, 2, 3]) locks.lock(owner, 7, 0);
  expect([locks.leave(2), locks.leave(2), locks.leave(1), locks.waiting]).toEqual([true, false, false, 1]);
  expect([locks.unlock(7), locks.unlock(7)]).toEqual([3, -1]);
});

it('finds circles of any length, and only for those in them', () => {
  const locks = new LockTable();
  for (const owner of [1, 2, 3]) locks.lock(owner, owner, 0);
  locks.lock(1, 2, 0);
  locks.lock(2, 3, 0);
  expect([1, 2, 3].map((owner) => locks.deadlocked(owner))).toEqual([false, false, false]);
  locks.lock(3, 1, 0);
  // One who waits for a row of the circle, but whom nobody waits for.
  locks.lock(4, 1, 0);
  expect([1, 2, 3, 4].map((owner) => locks.deadlocked(owner))).toEqual([true, true, true, false]);
  locks.leave(3);
  expect(locks.unlock(3)).toBe(2);
  expect([1, 2, 4].map((owner) => locks.deadlocked(owner))).toEqual([false, false, false]);
});

it('a crash unlocks everything', () => {
  const locks = new LockTable();
  for (const owner of [1, 2]) locks.lock(owner, 7, 0);
  locks.clear();
  expect([locks.waiting, locks.locked, locks.leave(2), locks.lock(3, 7, 0), locks.unlock(7)]).toEqual([
    0,
    0,
    false,
    'granted',
    -1,
  ]);
});

it('agrees with a plain list of owners for each row', () => {
  const seed = 31;
  const chance = new RandomStream(seed, 'locks', 'test');
  const locks = new LockTable();
  const lines: number[][] = Array.from({ length: 5 }, () => []);
  let owners = 0;
  for (let step = 0; step < 20_000; step++) {
    const key = chance.integer(lines.length);
    const line = lines[key]!;
    const doing = chance.integer(3);
    if (doing === 0 && line.length > 0) {
      line.shift();
      expect(locks.unlock(key), `seed ${seed}, step ${step}`).toBe(line[0] ?? -1);
    } else if (doing === 1 && line.length > 1) {
      const [left] = line.splice(1 + chance.integer(line.length - 1), 1);
      expect(locks.leave(left!), `seed ${seed}, step ${step}`).toBe(true);
    } else if (line.length < 30) {
      owners = (owners + 1) % 1000;
      expect(locks.lock(owners, key, step)).toBe(line.length === 0 ? 'granted' : 'waits');
      line.push(owners);
    }
    expect(locks.waiting).toBe(lines.reduce((sum, { length }) => sum + Math.max(0, length - 1), 0));
    expect(locks.locked).toBe(lines.filter(({ length }) => length > 0).length);
  }
});

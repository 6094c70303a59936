import { describe, expect, it } from 'vitest';
import { WriteBehind } from './write-behind';

function queue(): { behind: WriteBehind; log: string[] } {
  const log: string[] = [];
  const behind = new WriteBehind({
    later: (micros) => void log.push(`in ${micros / 1000} ms`),
    write: (key) => void log.push(`write ${key}`),
  });
  behind.flushMs = 200;
  behind.batch = 2;
  return { behind, log };
}

describe('write-behind', () => {
  it('writes in batches, in the order of the first writes, and each key once', () => {
    const { behind, log } = queue();
    for (const key of [5, 3, 5, 4, 3]) behind.add(key);
    expect([behind.waiting, behind.has(5), behind.has(6)]).toEqual([3, true, false]);
    behind.due();
    expect([behind.waiting, behind.unstored]).toEqual([1, 3]);
    behind.due();
    expect(log).toEqual(['in 200 ms', 'write 5', 'write 3', 'in 200 ms', 'write 4']);
    for (const key of [5, 3, 4]) behind.landed(key, true);
    expect(behind.unstored).toBe(0);
  });

  it('tries again what failed', () => {
    const { behind, log } = queue();
    behind.add(1);
    behind.due();
    behind.landed(1, false);
    behind.due();
    behind.landed(1, true);
    expect(log).toEqual(['in 200 ms', 'write 1', 'in 200 ms', 'write 1']);
    expect(behind.unstored).toBe(0);
  });

  it('loses what waits when the process dies, and begins anew', () => {
    const { behind, log } = queue();
    for (const key of [1, 2, 3]) behind.add(key);
    behind.due();
    expect([behind.clear(), behind.unstored]).toEqual([1, 0]);
    behind.add(9);
    expect(log.at(-1)).toBe('in 200 ms');
  });
});

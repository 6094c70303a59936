// Whatever happens: within a lease nobody else gets the lock, tokens rise, and no store takes an older one after a newer.
import { expect, it } from 'vitest';
import { RandomStream } from '../../engine/random';
import { Fencing } from '../../engine/resources/fencing';
import { LockTable } from './lock-table';

it.each(Array.from({ length: 50 }, (_, seed) => seed))('one holder at a time, seed %d', (seed) => {
  const luck = new RandomStream(seed, 'locks', 'property');
  const table = new LockTable();
  const fencing = new Fencing();
  /** What an observer knows: who was promised a key until when. */
  const promised = new Map<number, { token: number; until: number }>();
  const written = new Map<number, number>();
  let newest = 0;
  for (let now = 0; now < 2000; now += 1 + luck.integer(5)) {
    const key = luck.integer(3);
    const before = promised.get(key);
    const token = luck.chance(0.7) ? (before?.token ?? 0) : luck.integer(newest + 1);
    switch (luck.integer(4)) {
      case 0: {
        const lease = table.find(key);
        if (lease && lease.until <= now) table.release(key, lease.token);
        if (table.find(key)) break;
        const given = table.grant(key, now, 10 + luck.integer(50));
        expect(before === undefined || before.until <= now).toBe(true);
        expect(given.token).toBeGreaterThan(newest);
        newest = given.token;
        promised.set(key, { token: given.token, until: given.until });
        break;
      }
      case 1:
        if (table.renew(key, token, now)) {
          expect(token).toBe(before!.token);
          promised.set(key, { token, until: table.find(key)!.until });
        }
        break;
      case 2:
        if (table.release(key, token)) {
          expect(token).toBe(before!.token);
          promised.delete(key);
        }
        break;
      default:
        if (token > 0 && !fencing.isLate(key, token)) {
          expect(token).toBeGreaterThanOrEqual(written.get(key) ?? 0);
          written.set(key, token);
        }
    }
  }
  expect(newest).toBeGreaterThan(20);
});

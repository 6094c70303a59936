import { expect, it } from 'vitest';
import { RandomStream } from '../../engine/random';
import { RecentRows } from './recent-rows';

it('knows the rows that were written most, of the last 1024 writes', () => {
  const rows = new RecentRows();
  expect([rows.hottest(3), rows.draw(new RandomStream(1, 'rows', 'test'))]).toEqual([[], -1]);
  for (let i = 0; i < 2000; i++) rows.add(9);
  for (let i = 0; i < 1024; i++) rows.add(i % 4 === 0 ? 5 : i % 8 === 1 ? 3 : 100 + i);
  expect(rows.hottest(2)).toEqual([5, 3]);
});

it('draws hot rows as often as they are written', () => {
  const seed = 3;
  const stream = new RandomStream(seed, 'rows', 'test');
  const rows = new RecentRows();
  for (const row of [1, 2, 1, 1]) rows.add(row);
  let ones = 0;
  for (let i = 0; i < 10_000; i++) if (rows.draw(stream) === 1) ones++;
  // Standard error 43.
  expect(Math.abs(ones - 7500), `seed ${seed}`).toBeLessThan(150);
});

import { expect, it } from 'vitest';
import { ClientTable } from './client-table';

it('remembers the clients seen last and forgets the others', () => {
  let made = 0;
  const table = new ClientTable<{ count: number }>(
    2,
    () => ({ count: ++made * 0 }),
    (item) => void (item.count = 0),
  );
  table.of(7).count++;
  table.of(8).count++;
  table.of(7).count++;
  table.of(9).count++;
  expect([table.size, made]).toEqual([2, 2]);
  expect([table.of(7).count, table.of(9).count, table.of(8).count]).toEqual([2, 1, 0]);
  // 8 took the place of 7.
  expect([table.of(7).count, made]).toEqual([0, 2]);
  table.clear();
  expect([table.size, table.of(9).count, made]).toEqual([0, 0, 3]);
});

import { expect, it } from 'vitest';
import { GroupCommit } from './group-commit';

function taken(commits: GroupCommit): number[] {
  const items: number[] = [];
  for (let item = commits.take(); item >= 0; item = commits.take()) items.push(item);
  return items;
}

it('what comes during a flush shares the next one', () => {
  const commits = new GroupCommit();
  expect([commits.join(1), commits.join(2), commits.join(3)]).toEqual([true, false, false]);
  expect([taken(commits), commits.end()]).toEqual([[1], true]);
  expect(commits.join(4)).toBe(false);
  expect([taken(commits), commits.end()]).toEqual([[2, 3], true]);
  expect([taken(commits), commits.end()]).toEqual([[4], false]);
  expect(commits.flushing).toBe(false);
  expect(commits.join(5)).toBe(true);
});

it('a crash loses what is not on disk', () => {
  const commits = new GroupCommit();
  commits.join(1);
  commits.join(2);
  commits.clear();
  expect([commits.join(3), taken(commits), commits.end()]).toEqual([true, [3], false]);
});

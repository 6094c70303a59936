import { expect, test } from 'vitest';
import { ENDED, type Operation } from '../../engine/resources/history';
import { layOut } from './history-timeline';

function operation(number: number, user: number, write: boolean, value: number, start: number, end: number): Operation {
  const outcome = Number.isFinite(end) ? ENDED.ok : ENDED.unknown;
  return { number, caller: 0, user, key: 1, write, value, start, end, outcome };
}

test('events stand evenly spaced in their order, however far apart they were', () => {
  const { rows, from, to } = layOut(
    [
      operation(1, 0, true, 7, 1_000, 2_000),
      operation(2, 1, true, 8, 5_000_000, 5_001_000),
      operation(3, 2, false, 7, 9_000_000, 9_000_300),
    ],
    3,
    ['West'],
    500,
  );
  expect(
    rows.map(({ name, bars }) => [name, ...bars.map(({ x, width, text, impossible }) => [x, width, text, impossible])]),
  ).toEqual([
    ['West, user 1', [0, 100, 'wrote value 7', false]],
    ['West, user 2', [200, 100, 'wrote value 8', false]],
    ['West, user 3', [400, 100, 'read value 7', true]],
  ]);
  expect([from, to]).toEqual([1_000, 9_000_300]);
});

test('operations at the same moment begin at the same place', () => {
  const { rows } = layOut([operation(1, 0, true, 7, 10, 30), operation(2, 1, false, 0, 10, 20)], -1, ['West'], 400);
  expect(rows.map(({ bars }) => [bars[0]!.x, bars[0]!.width])).toEqual([
    [0, 400],
    [0, 200],
  ]);
});

test('an operation without an answer is open and reaches the right edge, even if it began last', () => {
  const { rows } = layOut(
    [operation(1, 0, true, 7, 10, Infinity), operation(2, 1, false, 0, 20, 30), operation(3, 2, true, 9, 30, Infinity)],
    -1,
    ['West'],
    400,
  );
  const bars = rows.map((row) => row.bars[0]!);
  expect(bars.map(({ open }) => open)).toEqual([true, false, true]);
  expect([bars[0]!.x, bars[0]!.width]).toEqual([0, 400]);
  // Narrow, but to be seen, and not beyond the edge.
  expect([bars[2]!.x, bars[2]!.width]).toEqual([394, 6]);
});

test('words stand in the bar, else to its right, else to its left', () => {
  const operations = [1, 2, 3, 4, 5, 6].map((n) => operation(n, n, true, n, n * 100, n * 100 + 10));
  const wide = layOut(operations, -1, ['West'], 1_400).rows.map((row) => row.bars[0]!);
  for (const { x, textX } of wide) expect(textX).toBe(x + 8);
  const narrow = layOut(operations, -1, ['West'], 300).rows.map((row) => row.bars[0]!);
  const first = narrow[0]!;
  const last = narrow[5]!;
  expect(first.textX).toBe(first.x + first.width + 8);
  expect(last.textX).toBeLessThan(last.x - 8);
  for (const { textX } of narrow) expect(textX).toBeGreaterThanOrEqual(0);
});

test('a client whose bars or words would overlap gets a further row, without its name again', () => {
  const apart = [operation(1, 0, true, 7, 10, 20), operation(2, 0, false, 7, 30, 40)];
  expect(layOut(apart, -1, ['West'], 600).rows.map(({ name, bars }) => [name, bars.length])).toEqual([
    ['West, user 1', 2],
  ]);
  expect(layOut(apart, -1, ['West'], 120).rows.map(({ name, bars }) => [name, bars.length])).toEqual([
    ['West, user 1', 1],
    ['', 1],
  ]);
});

test('a caller that is gone is still called a client', () => {
  expect(layOut([operation(1, 0, true, 7, 10, 20)], -1, [], 400).rows[0]!.name).toBe('client, user 1');
});

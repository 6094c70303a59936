import { expect, it } from 'vitest';
import { Calls, DEFAULT_BYTES, DEFAULT_PRIORITY, NO_CALL } from './calls';

const open = (calls: Calls, parent = NO_CALL): number => calls.open(0, 0, 1, 0, 0, 5, 0, parent, 0);
const carried = (calls: Calls, call: number): number[] => [
  calls.operation(call),
  calls.priority(call),
  calls.bytes(call),
  calls.user(call),
  calls.fence(call),
];

it('a call without a parent uses up its traits, and those made for it carry them on', () => {
  const calls = new Calls();
  Object.assign(calls.traits, { operation: 3, priority: 2, bytes: 49_607, user: 9, root: 77, fence: 4 });
  const first = open(calls);
  const next = open(calls);
  expect(carried(calls, first)).toEqual([3, 2, 49_607, 9, 4]);
  expect(calls.rootSerial(first)).toBe(77);
  expect(carried(calls, next)).toEqual([0, DEFAULT_PRIORITY, DEFAULT_BYTES, 0, 0]);
  expect(calls.rootSerial(next)).toBe(calls.serial(next));
  expect(carried(calls, open(calls, first))).toEqual([3, 2, 49_607, 9, 4]);
  expect(calls.about(first)).toBe(3 * 4 + 2);
});

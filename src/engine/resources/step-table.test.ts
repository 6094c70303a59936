import { expect, it } from 'vitest';
import { VERB } from '../../model/meaning';
import { type CallId, Calls, NO_CALL } from '../calls';
import { STEP, StepTable } from './step-table';

const calls = new Calls();
const call = (connection: number, number: number): CallId =>
  calls.open(connection, 0, 1, VERB.perform, 1, 0, number, NO_CALL, 0);

it('knows a step by its coordinator and the number of the saga', () => {
  const table = new StepTable(calls);
  table.set(call(1, 7), STEP.done);
  expect([table.state(call(1, 7)), table.state(call(2, 7)), table.state(call(1, 8))]).toEqual([
    STEP.done,
    STEP.unknown,
    STEP.unknown,
  ]);
  table.set(call(1, 7), STEP.undone);
  expect(table.state(call(1, 7))).toBe(STEP.undone);
});

it('forgets the oldest', () => {
  const table = new StepTable(calls);
  const one = call(3, 0);
  for (let number = 0; number <= 100_000; number++) {
    const each = call(3, number);
    table.set(each, STEP.done);
    calls.close(each);
  }
  expect(table.state(one)).toBe(STEP.unknown);
  expect(table.state(call(3, 1))).toBe(STEP.done);
});

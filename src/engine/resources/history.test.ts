import { describe, expect, it } from 'vitest';
import { Calls, FLAG } from '../calls';
import { ENDED, OperationHistory } from './history';

function asks(calls: Calls, write: 0 | 1, key: number, at: number): number {
  const call = calls.open(0, 3, 4, 4, write, key, 0, -1, at);
  calls.setArrived(call, at + 10);
  return call;
}

describe('a history of operations', () => {
  it('keeps who did what, when, and how it ended', () => {
    const calls = new Calls();
    const history = new OperationHistory();
    calls.traits.user = 5;
    const write = asks(calls, 1, 7, 100);
    calls.traits.user = 5;
    const written = history.begin(calls, write, 1);
    const read = asks(calls, 0, 7, 200);
    const seen = history.begin(calls, read);
    history.end(seen, calls, read, 250, ENDED.ok, 1);
    const common = { caller: 3, user: 5, key: 7 };
    const open = { number: 0, ...common, write: true, value: 1, start: 100, end: Infinity, outcome: ENDED.unknown };
    const done = { number: 1, ...common, write: false, value: 1, start: 200, end: 250, outcome: ENDED.ok };
    expect(history.operations()).toEqual([open, done]);
    history.end(written, calls, write, 300, ENDED.unknown);
    expect(history.operations()[0]).toEqual(open);
    history.end(written, calls, write, 400, ENDED.failed);
    expect(history.operations()[0]).toEqual({ ...open, end: 400, outcome: ENDED.failed });
  });

  it('does not count as seen what nobody waited for any more', () => {
    const calls = new Calls();
    const history = new OperationHistory();
    const read = asks(calls, 0, 7, 200);
    const number = history.begin(calls, read);
    calls.setFlag(read, FLAG.sourceDone);
    history.end(number, calls, read, 250, ENDED.ok, 9);
    expect(history.operations()[0]).toMatchObject({ outcome: ENDED.unknown, value: 0 });
  });

  it('keeps the last so many, and an answer to a forgotten one changes nothing', () => {
    const calls = new Calls();
    const history = new OperationHistory(3);
    const call = asks(calls, 1, 0, 0);
    for (let value = 1; value <= 5; value++) history.begin(calls, call, value);
    history.end(1, calls, call, 50, ENDED.ok);
    expect(history.first).toBe(2);
    expect(history.operations().map(({ number, value, end }) => [number, value, end])).toEqual([
      [2, 3, Infinity],
      [3, 4, Infinity],
      [4, 5, Infinity],
    ]);
  });
});

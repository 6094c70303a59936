import fc from 'fast-check';
import { describe, expect, inject, it } from 'vitest';
import { CallLine, CallLinks } from './call-line';

fc.configureGlobal({ seed: inject('seed') });

function line(...entries: readonly [call: number, ofClass: number][]): CallLine {
  const calls = new CallLine(new CallLinks());
  for (const [call, ofClass] of entries) calls.push(call, ofClass);
  return calls;
}

describe('CallLine', () => {
  it('hands out the oldest of the first class, or the youngest', () => {
    const calls = line([5, 1], [6, 0], [7, 1], [8, 0]);
    expect([calls.shift(), calls.pop(), calls.pop(), calls.shift(), calls.shift()]).toEqual([6, 8, 7, 5, -1]);
  });

  it('sorts everybody into other classes, in the order of arrival', () => {
    const calls = line([1, 3], [2, 0], [300, 2]);
    calls.sort(
      (call) => call,
      () => 0,
    );
    expect([calls.length, calls.shift(), calls.shift(), calls.shift()]).toEqual([3, 1, 2, 300]);
  });

  it('does as a list does, whoever leaves', () => {
    const action = fc.tuple(fc.constantFrom('push', 'shift', 'pop', 'remove', 'clear'), fc.nat(200), fc.nat(3));
    fc.assert(
      fc.property(fc.array(action, { maxLength: 150 }), (actions) => {
        const links = new CallLinks();
        // Two lines share the links: what one does must not touch the other.
        const [calls, other] = [new CallLine(links), new CallLine(links)];
        for (const call of [201, 202, 203]) other.push(call, 1);
        const list: { call: number; ofClass: number }[] = [];
        const drop = (call: number): void =>
          void list.splice(
            list.findIndex((entry) => entry.call === call),
            1,
          );
        for (const [what, call, ofClass] of actions) {
          const inside = list.some((entry) => entry.call === call);
          const first = Math.min(...list.map((entry) => entry.ofClass));
          const ofFirst = list.filter((entry) => entry.ofClass === first);
          if (what === 'push' && !inside) {
            calls.push(call, ofClass);
            list.push({ call, ofClass });
          } else if (what === 'remove' && inside) {
            calls.remove(call);
            drop(call);
          } else if (what === 'shift' || what === 'pop') {
            const expected = (what === 'shift' ? ofFirst.at(0) : ofFirst.at(-1))?.call ?? -1;
            expect(what === 'shift' ? calls.shift() : calls.pop()).toBe(expected);
            if (expected >= 0) drop(expected);
          } else if (what === 'clear') {
            calls.clear();
            list.length = 0;
          }
          expect(calls.length).toBe(list.length);
        }
        expect([other.shift(), other.pop(), other.shift()]).toEqual([201, 203, 202]);
      }),
    );
  });
});

import fc from 'fast-check';
import { expect, inject, it } from 'vitest';
import { WaitingLine } from './waiting-line';

fc.configureGlobal({ seed: inject('seed') });

it('keeps the order, whoever leaves early', () => {
  const step = fc.oneof(
    fc.constant('push' as const),
    fc.constant('shift' as const),
    fc.nat({ max: 60 }).map((item) => ({ remove: item })),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 300 }), (steps) => {
      const line = new WaitingLine();
      let expected: { item: number; since: number }[] = [];
      steps.forEach((what, now) => {
        if (what === 'push') {
          const item = now;
          line.push(item, now);
          expected.push({ item, since: now });
        } else if (what === 'shift') {
          expect(line.shift()).toBe(expected.shift()?.item ?? -1);
        } else {
          const there = expected.some(({ item }) => item === what.remove);
          expect(line.remove(what.remove)).toBe(there);
          expected = expected.filter(({ item }) => item !== what.remove);
        }
        expect([line.length, line.first, line.firstSince]).toEqual([
          expected.length,
          expected[0]?.item ?? -1,
          expected[0]?.since ?? Infinity,
        ]);
      });
    }),
  );
});

it('is empty after it was cleared', () => {
  const line = new WaitingLine();
  line.push(3, 10);
  line.clear();
  expect([line.length, line.shift(), line.firstSince]).toEqual([0, -1, Infinity]);
});

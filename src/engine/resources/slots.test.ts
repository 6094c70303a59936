import fc from 'fast-check';
import { describe, expect, inject, it } from 'vitest';
import { Slots, SlotTally } from './slots';

fc.configureGlobal({ seed: inject('seed') });

describe('Slots', () => {
  it('starts while slots are free, queues up to the limit, then turns away', () => {
    const slots = new Slots(2, 1);
    expect([1, 2, 3, 4].map((item) => slots.offer(item))).toEqual(['starts', 'starts', 'waits', 'full']);
    expect(slots.release()).toBe(3);
    expect(slots.release()).toBe(-1);
    expect(slots.busy).toBe(1);
  });

  it('admits from the queue when it grows, and lets surplus slots go when it shrinks', () => {
    const slots = new Slots(1, 10);
    for (const item of [1, 2, 3]) slots.offer(item);
    slots.total = 3;
    expect([slots.admit(), slots.admit(), slots.admit()]).toEqual([2, 3, -1]);
    slots.offer(4);
    slots.total = 1;
    expect([slots.release(), slots.release(), slots.release()]).toEqual([-1, -1, 4]);
  });

  it('keeps the sums of several groups', () => {
    const action = fc.tuple(fc.nat(2), fc.constantFrom('offer', 'release', 'admit', 'clear', 'resize'), fc.nat(4));
    fc.assert(
      fc.property(fc.array(action, { maxLength: 120 }), (actions) => {
        const tally = new SlotTally();
        const groups = [0, 1, 2].map(() => new Slots(2, 3, tally));
        for (const [which, what, number] of actions) {
          const group = groups[which]!;
          if (what === 'offer') group.offer(number);
          else if (what === 'release' && group.busy > 0) group.release();
          else if (what === 'admit') group.admit();
          else if (what === 'clear') group.clear();
          else if (what === 'resize') group.total = number;
          expect(tally.busy).toBe(groups.reduce((sum, { busy }) => sum + busy, 0));
          expect(tally.waiting).toBe(groups.reduce((sum, { queue }) => sum + queue.length, 0));
        }
      }),
    );
  });
});

import fc from 'fast-check';
import { describe, expect, inject, it } from 'vitest';
import { type EventHandle, EventQueue } from './event-queue';

fc.configureGlobal({ seed: inject('seed') });

/** Adds an event at a time, and names it. */
function pushed(queue: EventQueue, time: number, priority = 1, type = 1): EventHandle {
  queue.push(time, priority, type, 0, 0, 0, 0);
  return queue.lastHandle;
}

/** Everything left in the queue, in order, as [time, type]. */
function drain(queue: EventQueue): [number, number][] {
  const log: [number, number][] = [];
  while (queue.size > 0) {
    queue.pop();
    log.push([queue.time, queue.type]);
  }
  return log;
}

describe('EventQueue', () => {
  it('orders by time, then priority, then insertion', () => {
    const queue = new EventQueue();
    const pushes: [time: number, priority: number, type: number][] = [
      [20, 1, 1],
      [10, 3, 2],
      [10, 1, 3],
      [10, 3, 4],
      [10, 2, 5],
      [0, 4, 6],
    ];
    for (const [time, priority, type] of pushes) queue.push(time, priority, type, 0, 0, 0, 0);
    expect(drain(queue)).toEqual([
      [0, 6],
      [10, 3],
      [10, 5],
      [10, 2],
      [10, 4],
      [20, 1],
    ]);
  });

  it('carries its payload', () => {
    const queue = new EventQueue();
    queue.push(5, 1, 17, 3, -4, 2_000_000_000, 9);
    queue.pop();
    expect([queue.time, queue.type, queue.target, queue.a, queue.b, queue.epoch]).toEqual([5, 17, 3, -4, 2e9, 9]);
  });

  it('forgets a cancelled event at once, and only once', () => {
    const queue = new EventQueue();
    const first = pushed(queue, 1);
    queue.push(2, 1, 2, 0, 0, 0, 0);
    expect(queue.cancel(first)).toBe(true);
    expect(queue.size).toBe(1);
    expect(queue.cancel(first)).toBe(false);
    expect(drain(queue)).toEqual([[2, 2]]);
  });

  it('does not cancel a later event that uses the same slot', () => {
    const queue = new EventQueue();
    const fired = pushed(queue, 1);
    queue.pop();
    queue.push(2, 1, 2, 0, 0, 0, 0);
    expect(queue.cancel(fired)).toBe(false);
    expect(queue.size).toBe(1);
  });

  it('agrees with a sorted list under random pushes, pops and cancellations', () => {
    const action = fc.oneof(
      fc.record({ do: fc.constant('push' as const), time: fc.nat(50), priority: fc.integer({ min: 1, max: 4 }) }),
      fc.record({ do: fc.constant('pop' as const) }),
      fc.record({ do: fc.constant('cancel' as const), which: fc.nat(400) }),
    );
    fc.assert(
      fc.property(fc.array(action, { maxLength: 400 }), (actions) => {
        const queue = new EventQueue();
        let model: { time: number; priority: number; number: number; handle: number }[] = [];
        const handles: number[] = [];
        let now = 0;
        let number = 0;
        for (const step of actions) {
          if (step.do === 'push') {
            const time = now + step.time;
            const handle = pushed(queue, time, step.priority, number);
            handles.push(handle);
            model.push({ time, priority: step.priority, number, handle });
            model.sort((a, b) => a.time - b.time || a.priority - b.priority || a.number - b.number);
            number++;
          } else if (step.do === 'cancel' && handles.length > 0) {
            const handle = handles[step.which % handles.length]!;
            const pending = model.some((entry) => entry.handle === handle);
            expect(queue.cancel(handle)).toBe(pending);
            model = model.filter((entry) => entry.handle !== handle);
          } else if (step.do === 'pop' && model.length > 0) {
            expect(queue.nextTime()).toBe(model[0]!.time);
            queue.pop();
            now = queue.time;
            expect(queue.type).toBe(model.shift()!.number);
          }
          expect(queue.size).toBe(model.length);
        }
        expect(drain(queue).map(([, type]) => type)).toEqual(model.map((entry) => entry.number));
      }),
      { numRuns: 300 },
    );
  });
});

import { expect, it } from 'vitest';
import { Heap, type HeapConfig } from './heap';

const CONFIG: HeapConfig = { baseMb: 100, requestMb: 2, limitMb: 400, garbageMb: 10, collectEveryMb: 50 };

it('collects after so much garbage, and takes longer the more is live', () => {
  const heap = new Heap();
  expect([1, 2, 3, 4, 5].map(() => heap.allocate(CONFIG, 10))).toEqual([false, false, false, false, true]);
  expect(heap.usedMb(CONFIG, 10)).toBe(170);
  expect(heap.collect(CONFIG, 10)).toBe(1.2);
  expect(heap.usedMb(CONFIG, 10)).toBe(120);
  heap.leakedMb = 80;
  expect(heap.collect(CONFIG, 10)).toBe(2);
});

it('collects earlier when the limit leaves less room, in the end at every request', () => {
  const heap = new Heap();
  // 100 + 2 × 140 = 380: room for 20 more.
  expect([heap.allocate(CONFIG, 140), heap.allocate(CONFIG, 140)]).toEqual([false, true]);
  heap.collect(CONFIG, 140);
  expect(heap.allocate(CONFIG, 150)).toBe(true);
  heap.clear();
  expect(heap.usedMb(CONFIG, 0)).toBe(100);
});

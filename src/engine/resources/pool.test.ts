import { expect, it } from 'vitest';
import { type Gate, Pool } from './pool';

function numbers(pool: Pool, gate: Gate): number[] {
  return [pool.open, pool.active, pool.waiters.length, gate.open];
}

it('opens connections when they are needed, keeps them, and lets the others wait their turn', () => {
  const gate = { open: 0, limit: 100 };
  const pool = new Pool(2, gate);
  expect([1, 2, 3, 4].map((item) => pool.acquire(item, 0))).toEqual(['granted', 'granted', 'waits', 'waits']);
  expect([pool.release(), pool.release(), pool.release(), pool.release()]).toEqual([3, 4, -1, -1]);
  expect(numbers(pool, gate)).toEqual([2, 0, 0, 2]);
  expect([pool.acquire(5, 0), gate.open]).toEqual(['granted', 2]);
});

it('is refused when the server accepts no more, but uses what it has', () => {
  const gate = { open: 0, limit: 3 };
  const [a, b] = [new Pool(2, gate), new Pool(2, gate)];
  expect([a.acquire(1, 0), a.acquire(2, 0), b.acquire(3, 0), b.acquire(4, 0)]).toEqual([
    'granted',
    'granted',
    'granted',
    'refused',
  ]);
  b.release();
  expect([b.acquire(5, 0), b.acquire(6, 0)]).toEqual(['granted', 'refused']);
});

it('grows: those who waited go first, as far as the server allows', () => {
  const gate = { open: 0, limit: 3 };
  const pool = new Pool(1, gate);
  for (const item of [1, 2, 3, 4]) pool.acquire(item, 0);
  pool.resize(10);
  expect([pool.admit(), pool.admit(), pool.admit()]).toEqual([2, 3, -1]);
  expect(numbers(pool, gate)).toEqual([3, 3, 1, 3]);
});

it('shrinks: idle connections close at once, the others when they come back', () => {
  const gate = { open: 0, limit: 100 };
  const pool = new Pool(5, gate);
  for (const item of [1, 2, 3, 4, 5]) pool.acquire(item, 0);
  pool.release();
  pool.resize(2);
  expect(numbers(pool, gate)).toEqual([4, 4, 0, 4]);
  expect(pool.acquire(6, 0)).toBe('waits');
  expect([pool.release(), pool.release(), pool.release()]).toEqual([-1, -1, 6]);
  expect(numbers(pool, gate)).toEqual([2, 2, 0, 2]);
});

it('runs dry: whoever waits or still comes is served, then nothing is left', () => {
  const gate = { open: 0, limit: 100 };
  const pool = new Pool(2, gate);
  for (const item of [1, 2, 3, 4]) pool.acquire(item, 0);
  pool.resize(0);
  expect([pool.release(), pool.release(), pool.release()]).toEqual([-1, 3, 4]);
  expect(pool.acquire(5, 0)).toBe('waits');
  expect([pool.release(), pool.release()]).toEqual([5, -1]);
  expect(numbers(pool, gate)).toEqual([0, 0, 0, 0]);
  expect([pool.acquire(6, 0), pool.release(), gate.open]).toEqual(['granted', -1, 0]);
});

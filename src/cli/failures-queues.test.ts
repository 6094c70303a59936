/** Failures of queues that emerge: shown by a shipped scenario, and gone without their cause. */
import { describe, expect, it } from 'vitest';
import { type Changes, measured, part } from './testing/measured';

const set = (...texts: string[]): Changes => ({ set: texts });

describe('poison messages that come round for ever', () => {
  const done = (changes?: Changes) => part(measured('poison-message', 30, 60, changes), 'worker').metrics['effects']!;

  it('take nearly all attempts of the workers', () => {
    const { metrics } = part(measured('poison-message', 30, 60), 'worker');
    expect(metrics['poisoned']).toBeGreaterThan(150);
    expect(metrics['effects']).toBeLessThan(20);
  });
  it.each([
    ['with a delivery limit', 'orders.type=quorum'],
    ['when failed messages are rejected', 'orders.failed=reject'],
    ['without poison', 'worker.poisonEvery=0'],
  ])('do no harm %s', (_what, text) => {
    expect(done(set(text))).toBeGreaterThan(47);
  });
});

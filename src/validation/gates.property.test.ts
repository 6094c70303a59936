/** A few of the systems that `npm run gates` tries by the thousand. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { checkLiveness } from './liveness';
import { checkSlicing } from './slicing';

/** Numbers that failed once. They stay. */
const ONCE_FAILED: { liveness: readonly number[]; slicing: readonly number[] } = { liveness: [], slicing: [] };

const number = fc.nat(1e9);

it('every request ends once the trouble is over', () => {
  const outcomes = { ended: 0, 'cut short': 0, refused: 0 };
  for (const once of ONCE_FAILED.liveness) checkLiveness(once);
  fc.assert(
    fc.property(number, (n) => void outcomes[checkLiveness(n)]++),
    { numRuns: 60, seed: 7 },
  );
  // Most of the systems must be such that the question is answered.
  expect(outcomes.ended).toBeGreaterThan(30);
}, 300_000);

it('slices, steps and watching change nothing', () => {
  for (const once of ONCE_FAILED.slicing) checkSlicing(once);
  fc.assert(
    fc.property(number, (n) => void checkSlicing(n)),
    { numRuns: 40, seed: 7 },
  );
}, 300_000);

/** A few of the systems that `npm run gates` tries by the thousand. */
import fc from 'fast-check';
import { expect, inject, it } from 'vitest';
import { decodeLink } from '../format/share-link';
import type { RunRecord } from '../model/scenario';
import { checkInvariants, runAndLook } from './invariants';
import { checkLiveness, checkMembership, runIntoCalm } from './liveness';
import { ONCE_BROKEN, ONCE_DIFFERENT, ONCE_RESTLESS } from './once-failed';
import { checkSlicing, runInSlices } from './slicing';

fc.configureGlobal({ seed: inject('seed') });

function record(link: string): RunRecord {
  const decoded = decodeLink(link);
  if (!decoded.ok) throw new Error(decoded.problems.map(({ message }) => message).join('\n'));
  return decoded.value;
}

const number = fc.nat(1e9);

it.each(ONCE_RESTLESS)('came not to rest once: $why', ({ link }) => {
  expect(runIntoCalm(record(link))).toBe('ended');
});

it.each(ONCE_DIFFERENT)('was different in slices once: $why', ({ link }) => {
  for (const rhythm of [1, 2, 3]) expect(runInSlices(record(link), rhythm)).toBe('same');
});

it.each(ONCE_BROKEN)('broke an invariant once: $why', ({ link }) => {
  expect(runAndLook(record(link))).toBe('held');
});

it('every request ends once the trouble is over', () => {
  const outcomes = { ended: 0, 'cut short': 0, refused: 0 };
  fc.assert(
    fc.property(number, (n) => void outcomes[checkLiveness(n)]++),
    { numRuns: 60 },
  );
  // Most of the systems must be such that the question is answered.
  expect(outcomes.ended).toBeGreaterThan(30);
}, 300_000);

it('clusters whose members come and go come to rest', () => {
  fc.assert(
    fc.property(number, (n) => void checkMembership(n)),
    { numRuns: 20 },
  );
}, 300_000);

it('no request is lost, and the books agree in every component', () => {
  fc.assert(
    fc.property(number, (n) => void checkInvariants(n)),
    { numRuns: 60 },
  );
});

it('the same holds with extreme settings', () => {
  fc.assert(
    fc.property(number, (n) => void checkInvariants(n, 'wild')),
    { numRuns: 25 },
  );
});

it('slices, steps and watching change nothing', () => {
  fc.assert(
    fc.property(number, (n) => void checkSlicing(n)),
    { numRuns: 40 },
  );
}, 300_000);

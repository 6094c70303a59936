import { expect, it } from 'vitest';
import { MEASURE, TOTALS_END, UNKNOWN } from '../../model/measures';
import { Scrapes } from './scrapes';

const S = 1_000_000;

/** One round: the answers of the instances in turn; null is lost. */
function round(scrapes: Scrapes, second: number, what: number, answers: readonly (number | null)[]): void {
  scrapes.begin(answers.length);
  answers.forEach((answer, i) => {
    if (answer !== null) scrapes.take(i, what, answer, second * S);
    scrapes.ended();
  });
}

it('has no value before it was read twice', () => {
  const scrapes = new Scrapes();
  round(scrapes, 0, MEASURE.cpu, [1000, 1000]);
  expect(scrapes.readings(2, -30 * S)).toMatchObject({ measured: 0, unready: 2, missing: 0 });
  round(scrapes, 10, MEASURE.cpu, [7000, 4000]);
  // 6 s and 3 s of 10 s.
  expect(scrapes.readings(2, 0)).toMatchObject({ measured: 2, sum: 90 });
});

it('counts rates across the end of the totals', () => {
  const scrapes = new Scrapes();
  round(scrapes, 0, MEASURE.requests, [TOTALS_END - 5]);
  round(scrapes, 10, MEASURE.requests, [15]);
  expect(scrapes.readings(1, 0).sum).toBe(2);
});

it('shows nothing of a round before it is whole', () => {
  const scrapes = new Scrapes();
  round(scrapes, 0, MEASURE.waiting, [5, 5]);
  scrapes.begin(2);
  scrapes.take(0, MEASURE.waiting, 9, 10 * S);
  scrapes.ended();
  expect(scrapes.readings(2, 0).sum).toBe(10);
  scrapes.ended();
  expect(scrapes.readings(2, 0).sum).toBe(14);
});

it('tells those not ready, those whose value is too old, and those never seen', () => {
  const scrapes = new Scrapes();
  round(scrapes, 0, MEASURE.waiting, [1, 2, 3]);
  round(scrapes, 10, MEASURE.waiting, [4, null, UNKNOWN]);
  expect(scrapes.readings(5, 5 * S)).toEqual({ current: 5, measured: 1, sum: 4, unready: 3, missing: 1 });
});

it('forgets an instance that was taken away', () => {
  const scrapes = new Scrapes();
  round(scrapes, 0, MEASURE.waiting, [1, 2]);
  round(scrapes, 10, MEASURE.waiting, [1]);
  round(scrapes, 20, MEASURE.waiting, [1, null]);
  expect(scrapes.readings(2, 0)).toMatchObject({ measured: 1, unready: 1, missing: 0 });
});

import { describe, expect, it } from 'vitest';
import { readValidation } from './validation-data';

const ROW = {
  setup: 'load 0.8',
  what: 'mean response time',
  unit: 'ms',
  theory: 50,
  measured: 50.1,
  low: 49.2,
  high: 51,
  tolerance: 0.02,
  judge: 'interval',
  verdict: 'pass',
};

describe('the validation table', () => {
  it('reads vectors and their rows', () => {
    const vectors = readValidation({
      vectors: [{ id: 'V1', title: 'M/M/1', shows: 'Waiting explodes.', missing: '', verdict: 'pass', rows: [ROW] }],
    });
    expect(vectors).toEqual([
      {
        id: 'V1',
        title: 'M/M/1',
        shows: 'Waiting explodes.',
        missing: '',
        passed: true,
        rows: [
          {
            setup: 'load 0.8',
            what: 'mean response time',
            unit: 'ms',
            theory: 50,
            measured: 50.1,
            interval: '49.2 … 51',
            tolerance: 0.02,
            passed: true,
          },
        ],
      },
    ]);
  });

  it('never calls a vector passed that has failed, or shows nothing', () => {
    const vectors = readValidation({
      vectors: [
        { id: 'a', rows: [ROW, { ...ROW, verdict: 'fail' }] },
        { id: 'b', rows: [] },
        { id: 'c', rows: [ROW], verdict: 'fail' },
      ],
    })!;
    expect(vectors.map(({ passed }) => passed)).toEqual([false, false, false]);
  });

  it.each([null, [], {}, { vectors: 3 }, 'text'])('refuses %j', (json) => {
    expect(readValidation(json)).toBeNull();
  });
});

import { describe, expect, it } from 'vitest';
import { RunHistory, SYSTEM } from '../../store/run-history';
import { chartData, piledUp, roundTop } from './chart-data';
import type { ChartSpec } from './chart-spec';

const QUARTER = 250_000;

function history(): RunHistory {
  const run = new RunHistory();
  const row = (value: number) => Float64Array.of(value);
  for (let i = 1; i <= 8; i++) {
    run.add([{ time: i * QUARTER, component: -1, row: row(i) }], () => undefined);
    // Added to the system after one second.
    if (i > 4) run.add([{ time: i * QUARTER, component: 0, row: row(i === 6 ? NaN : 10 * i) }], () => 'late');
  }
  return run;
}

const spec: ChartSpec = {
  title: '',
  unit: 'rate',
  lines: [
    { key: 'all', label: '', of: SYSTEM, column: 0, color: '--ink' },
    { key: 'late', label: '', of: 'late', column: 0, color: '--ink' },
    { key: 'gone', label: '', of: 'gone', column: 0, color: '--ink' },
  ],
};

describe('chartData', () => {
  it('lines up what began later and leaves gaps where nothing was measured', () => {
    expect(chartData(spec, history(), 0.75e6)).toEqual({
      times: [1, 1.25, 1.5, 1.75, 2],
      values: [
        [4, 5, 6, 7, 8],
        [null, 50, null, 70, 80],
        [null, null, null, null, null],
      ],
    });
  });
  it('is empty before the first window', () => {
    expect(chartData(spec, new RunHistory(), 0)).toEqual({ times: [], values: [[], [], []] });
  });
});

describe('piledUp', () => {
  it('adds up from below and starts with the uppermost', () => {
    expect(
      piledUp([
        [1, 2, 1],
        [10, null, 30],
      ]),
    ).toEqual([
      [11, 2, 31],
      [1, 2, 1],
    ]);
  });
  it('has no line where a part is nothing', () => {
    expect(
      piledUp([
        [5, 5, 5, 5],
        [0, 0, 0, 7],
      ]),
    ).toEqual([
      [null, null, 5, 12],
      [5, 5, 5, 5],
    ]);
  });
});

describe('roundTop', () => {
  it.each([
    [0, 1],
    [0.7, 0.8],
    [1, 1],
    [37, 40],
    [420, 600],
    [900, 1000],
    [1001, 2000],
  ])('%d: %d', (value, top) => {
    expect(roundTop(value)).toBeCloseTo(top, 10);
  });
});

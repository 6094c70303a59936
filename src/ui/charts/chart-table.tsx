import { memo } from 'react';
import { liveRun } from '../../store/live-run';
import { runStore } from '../../store/run-store';
import { chartData } from './chart-data';
import { type ChartSpec, formatValue } from './chart-spec';
import { TABLE_MS, usePulse } from './pulse';

/** The numbers behind a chart, newest first, each the value of one statistics window. */
export function ChartTable({ spec, seconds }: { spec: ChartSpec; seconds: number }) {
  usePulse(TABLE_MS);
  const { times, values } = chartData(spec, liveRun.history, runStore.getState().time - seconds * 1e6);
  const newestFirst = times.map((_, i) => times.length - 1 - i);
  return (
    <div className="chart-table" tabIndex={0} role="region" aria-label={`${spec.title}, table`}>
      <table>
        <caption className="visually-hidden">
          {spec.title}: one row for each quarter of a simulated second, newest first
        </caption>
        <thead>
          <tr>
            <th scope="col">Until</th>
            {spec.lines.map(({ key, label }) => (
              <th scope="col" key={key}>
                {label === '' ? spec.title : label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {newestFirst.map((i) => (
            <Row
              key={times[i]}
              time={`${times[i]!.toFixed(2)} s`}
              values={values.map((column) => formatValue(spec.unit, column[i] ?? NaN)).join('\t')}
            />
          ))}
        </tbody>
      </table>
      {times.length === 0 && <p className="chart-nothing">Nothing recorded yet</p>}
    </div>
  );
}

/** Values joined by tabs: rows that are shown already are not rendered again. */
const Row = memo(function Row({ time, values }: { time: string; values: string }) {
  return (
    <tr>
      <th scope="row">{time}</th>
      {values !== '' && values.split('\t').map((value, i) => <td key={i}>{value}</td>)}
    </tr>
  );
});

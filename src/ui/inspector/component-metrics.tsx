import { useMemo } from 'react';
import { CAUSES_AT } from '../../engine/component-stats';
import { kindOf } from '../shared/described-kinds';
import { BASE_SERIES } from '../../model/metrics';
import { CAUSE_COUNT, CAUSES } from '../../model/outcome';
import type { Component } from '../../model/scenario';
import { liveRun } from '../../store/live-run';
import { openHistory } from '../../store/view-store';
import { metricColumn } from '../../store/run-history';
import {
  baseColumn,
  type ChartUnit,
  formatValue,
  metricUnit,
  requests,
  responseTime,
  single,
} from '../charts/chart-spec';
import { LiveChart } from '../charts/live-chart';
import { FIGURE_MS, usePulse } from '../charts/pulse';
import { useRun } from '../hooks/use-stores';
import { formatNumber } from '../shared/format-number';
import { ComponentCost } from './cost-section';
import { type Figure, Figures } from './figures';

const SECONDS = 30;

/** Everything that is counted of a component: charts for what matters, figures for all of it. */
export function ComponentMetrics({ component }: { component: Component }) {
  const begun = useRun((state) => state.begun);
  const { id } = component;
  const kind = kindOf(component.kind);
  const charts = useMemo(
    () => [
      requests(id, 'in'),
      responseTime(id),
      ...(kind.face.some(({ type }) => type === 'cells' || type === 'bar')
        ? [
            single('Busy', 'percent', id, baseColumn('utilisation')),
            single('Waiting requests', 'requests', id, baseColumn('queue')),
          ]
        : []),
    ],
    [id, kind],
  );
  if (!begun) return <p className="quiet">Press play: what is counted here appears as it happens.</p>;
  return (
    <>
      <div className="metric-charts">
        {charts.map((spec) => (
          <LiveChart key={spec.title} spec={spec} seconds={SECONDS} sync="inspector" small />
        ))}
      </div>
      {kind.history && (
        <button type="button" className="button" onClick={() => openHistory(id)}>
          Check the history…
        </button>
      )}
      <AllFigures component={component} />
      <ComponentCost component={component} />
    </>
  );
}

function unitOf(series: (typeof BASE_SERIES)[number]): ChartUnit {
  if (series.id === 'arrivals' || series.id === 'completions' || series.id === 'failures') return 'rate';
  return series.unit === '%' ? 'percent' : series.unit;
}

function AllFigures({ component }: { component: Component }) {
  usePulse(FIGURE_MS);
  const { id } = component;
  const series = liveRun.history.of(id);
  const recent = (column: number): number => series?.recent(column) ?? NaN;
  const base: Figure[] = BASE_SERIES.map((each, column) => ({
    label: each.label,
    value: formatValue(unitOf(each), recent(column)),
    help: each.help,
  }));
  const own: Figure[] = kindOf(component.kind).metrics.map((metric, i) => {
    const unit = metricUnit(metric);
    const value = formatValue(unit, recent(metricColumn(i)));
    const plain = unit !== 'rate' && unit !== 'share' && unit !== 'ms' && unit !== 'µs' && unit !== '%';
    return {
      label: metric.label,
      value: plain ? `${value} ${unit}` : value,
      help: metric.help,
      realName: metric.realName,
    };
  });
  return (
    <>
      <h3 className="part-title">Last two seconds</h3>
      <Figures figures={[...base, ...own]} />
      <Deaths id={id} />
    </>
  );
}

/** Requests that died here since the start, by cause. */
function Deaths({ id }: { id: string }) {
  const counts = new Map(liveRun.face(id)?.deaths ?? []);
  const series = liveRun.history.of(id);
  const figures: Figure[] = [];
  for (let cause = 1; cause < CAUSE_COUNT; cause++) {
    const count = counts.get(cause) ?? 0;
    if (count === 0) continue;
    const now = series?.recent(CAUSES_AT + cause) ?? NaN;
    const { label, help, status } = CAUSES[cause]!;
    const value = now > 0 ? `${formatNumber(count)} (${formatValue('rate', now)})` : formatNumber(count);
    figures.push({ label, value, help: `${help} An HTTP client would usually see ${status}.`, bad: true });
  }
  if (figures.length === 0) return null;
  return (
    <>
      <h3 className="part-title">Requests that died here, since the start</h3>
      <Figures figures={figures} />
    </>
  );
}

/**
 * A live chart on a canvas, drawn by uPlot outside React. Loaded on demand: nothing of it is needed before the first run.
 */
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { liveRun } from '../../store/live-run';
import { runStore } from '../../store/run-store';
import { formatNumber } from '../shared/format-number';
import { chartData, type ChartData, piledUp, roundTop } from './chart-data';
import { type ChartLine, type ChartSpec, formatValue } from './chart-spec';
import { type ChartTheme, readTheme, watchTheme } from './chart-theme';
import { CHART_MS, pulse } from './pulse';

export interface PlotOptions {
  readonly spec: ChartSpec;
  /** Simulated seconds shown. */
  readonly seconds: number;
  /** Fewer labels. */
  readonly small?: boolean;
  /** Charts with the same key share their cursor. */
  readonly sync: string;
  /** The pointer is over a window (values of the lines, end of the window in seconds), or has left (null). */
  pointed(values: readonly (number | null)[] | null, at: number): void;
  /** New data: what the chart says, at most every two seconds. */
  summarised(text: string): void;
}

export interface Plot {
  destroy(): void;
}

const SUMMARY_MS = 2000;

export function createPlot(host: HTMLElement, options: PlotOptions): Plot {
  const { spec, seconds } = options;
  let theme = readTheme(host);
  let data: ChartData = { times: [], values: [] };
  let summarisedAt = -Infinity;
  const range = (): [number, number] => {
    const now = Math.max(runStore.getState().time / 1e6, data.times.at(-1) ?? 0);
    // A young run fills the chart too: its scale grows in steps until the whole span is there.
    const span = [15, 30, 60].find((each) => each >= now && each < seconds) ?? seconds;
    return [Math.max(0, now - span), Math.max(span, now)];
  };
  const point = ({ cursor }: uPlot): void => {
    const at = cursor.idx;
    if (at === null || at === undefined || data.times[at] === undefined) options.pointed(null, NaN);
    else
      options.pointed(
        data.values.map((column) => column[at] ?? null),
        data.times[at],
      );
  };
  const build = (): uPlot =>
    new uPlot(
      {
        width: Math.max(50, host.clientWidth),
        height: Math.max(40, host.clientHeight),
        ...plotOptions(options, theme, range),
        hooks: { draw: [(plot) => drawMarks(plot, theme)], setCursor: [point] },
      },
      [[], ...spec.lines.map(() => [])],
      host,
    );
  let chart = build();

  const draw = (): void => {
    const now = runStore.getState().time;
    data = chartData(spec, liveRun.history, now - (seconds + 1) * 1e6);
    chart.setData([data.times, ...(spec.stacked ? piledUp(data.values) : data.values)]);
    const wall = performance.now();
    if (wall - summarisedAt < SUMMARY_MS) return;
    summarisedAt = wall;
    options.summarised(summary(spec, seconds));
  };
  draw();
  const stopDrawing = pulse(CHART_MS).subscribe(draw);
  const stopWatching = watchTheme(() => {
    theme = readTheme(host);
    chart.destroy();
    chart = build();
    draw();
  });
  const observer = new ResizeObserver(() => {
    const { clientWidth: width, clientHeight: height } = host;
    if (width > 0 && height > 0 && (width !== chart.width || height !== chart.height)) chart.setSize({ width, height });
  });
  observer.observe(host);
  return {
    destroy: () => {
      observer.disconnect();
      stopDrawing();
      stopWatching();
      chart.destroy();
    },
  };
}

function plotOptions(
  { spec, small, sync }: PlotOptions,
  theme: ChartTheme,
  xRange: () => [number, number],
): Omit<uPlot.Options, 'width' | 'height'> {
  const label = theme.color('--ink-3');
  return {
    padding: [6, Math.round(theme.size * 1.3), 0, 0],
    legend: { show: false },
    cursor: { y: false, drag: { x: false, y: false, setScale: false }, points: { size: 6 }, sync: { key: sync } },
    scales: {
      x: { time: false, range: xRange },
      y: { range: (_, __, max) => [0, (spec.top ?? roundTop((max ?? 0) * 1.04)) * 1.02] },
    },
    axes: [
      {
        stroke: label,
        font: theme.font,
        grid: { show: false },
        ticks: { show: false },
        size: theme.size + 8,
        gap: 2,
        space: small ? 70 : 56,
        incrs: [0.25, 0.5, 1, 2, 5, 10, 20, 30, 60],
        values: (_, splits) => splits.map((split) => `${formatNumber(split)} s`),
      },
      {
        stroke: label,
        font: theme.font,
        grid: { stroke: theme.color('--line'), width: 1 },
        ticks: { show: false },
        size: Math.round(theme.size * 3.9),
        gap: 4,
        splits: (_, __, ___, max) => [0, max / 2.04, max / 1.02],
        values: (_, splits) => splits.map((split) => (split === 0 ? '' : formatValue(spec.unit, split))),
      },
    ],
    // Piles are drawn from the uppermost down, each over the one that reaches higher.
    series: [{}, ...(spec.stacked ? spec.lines.toReversed() : spec.lines).map((line) => seriesOf(line, spec, theme))],
  };
}

function seriesOf(line: ChartLine, spec: ChartSpec, theme: ChartTheme): uPlot.Series {
  return {
    stroke: theme.color(line.color),
    width: line.width ?? 1.5,
    ...(line.dash && line.dash.length > 0 ? { dash: [...line.dash] } : {}),
    ...(line.filled ? { fill: spec.stacked ? theme.tint(line.color) : theme.wash(line.color) } : {}),
    spanGaps: false,
    // A window between two empty ones would be invisible as a line.
    points: {
      show: true,
      size: 4,
      fill: theme.color(line.color),
      filter: (plot, index) => lonely(plot.data[index] as (number | null)[]),
    },
  };
}

function lonely(column: readonly (number | null | undefined)[]): number[] {
  const found: number[] = [];
  for (let i = 0; i < column.length; i++) {
    const empty = (at: number): boolean => (column[at] ?? null) === null;
    if (!empty(i) && empty(i - 1) && empty(i + 1)) found.push(i);
  }
  return found;
}

/** Moments of faults, their ends and edits, through every chart. */
function drawMarks(plot: uPlot, theme: ChartTheme): void {
  const { ctx, bbox } = plot;
  ctx.save();
  ctx.lineWidth = uPlot.pxRatio;
  for (const { intervention } of runStore.getState().marks) {
    const x = Math.round(plot.valToPos(intervention.atMicros / 1e6, 'x', true)) + 0.5;
    if (x < bbox.left || x > bbox.left + bbox.width) continue;
    const fault = intervention.type === 'fault';
    ctx.strokeStyle = theme.color(!fault ? '--ink-3' : intervention.on ? '--fail' : '--ok');
    ctx.setLineDash((fault ? [4, 3] : [1.5, 3]).map((length) => length * uPlot.pxRatio));
    ctx.beginPath();
    ctx.moveTo(x, bbox.top);
    ctx.lineTo(x, bbox.top + bbox.height);
    ctx.stroke();
  }
  ctx.restore();
}

function summary({ title, unit, lines }: ChartSpec, seconds: number): string {
  const figures = lines.map(({ label, of, column }) => {
    const value = formatValue(unit, liveRun.history.of(of)?.recent(column) ?? NaN);
    return label === '' ? value : `${label} ${value}`;
  });
  return `${title}, last ${seconds} s of simulated time. Now: ${figures.length > 0 ? figures.join(', ') : 'nothing'}.`;
}

/** What a live chart shows: lines over the run's history, in a unit. */
import { CAUSES_AT } from '../../engine/component-stats';
import { BASE_SERIES, type BaseSeriesId, type MetricSpec } from '../../model/metrics';
import { CAUSE_COUNT, CAUSES } from '../../model/outcome';
import { metricColumn, type RunHistory, SYSTEM } from '../../store/run-history';
import { formatMs, formatNumber, formatRate, formatShare } from '../shared/format-number';

export interface ChartLine {
  /** Distinct within the chart. */
  readonly key: string;
  readonly label: string;
  /** Whose history: a component id, or SYSTEM. */
  readonly of: string;
  readonly column: number;
  /** Name of a colour token. */
  readonly color: string;
  readonly width?: number;
  /** Lengths of strokes and gaps, so that lines differ without their colour. */
  readonly dash?: readonly number[];
  readonly filled?: boolean;
}

/** ms: a time; rate: per second; percent: 0 … 100; share: 0 … 1; anything else is a count of that. */
export type ChartUnit = string;

export interface ChartSpec {
  readonly title: string;
  readonly unit: ChartUnit;
  readonly lines: readonly ChartLine[];
  /** Lines are parts of a whole, one on top of the other. */
  readonly stacked?: boolean;
  /** Fixed top of the scale. */
  readonly top?: number;
  /** Said when there is no line. */
  readonly nothing?: string;
}

export function baseColumn(id: BaseSeriesId): number {
  return BASE_SERIES.findIndex((series) => series.id === id);
}

export function formatValue(unit: ChartUnit, value: number): string {
  switch (unit) {
    case 'ms':
      return formatMs(value);
    case 'µs':
      return formatMs(value / 1000);
    case 'rate':
      return formatRate(value);
    case 'percent':
    case '%':
      return formatShare(value / 100);
    case 'share':
      return formatShare(value);
    default:
      return formatNumber(value);
  }
}

export function responseTime(of: string): ChartSpec {
  return {
    title: 'Response time',
    unit: 'ms',
    lines: [
      { key: 'p50', label: 'p50', of, column: baseColumn('p50'), color: '--p50', width: 1.5 },
      { key: 'p95', label: 'p95', of, column: baseColumn('p95'), color: '--p95', width: 1.5 },
      { key: 'p99', label: 'p99', of, column: baseColumn('p99'), color: '--p99', width: 2 },
    ],
  };
}

export function requests(of: string, offered: string): ChartSpec {
  const lines: ChartLine[] = [
    { key: 'in', label: offered, of, column: baseColumn('arrivals'), color: '--ink-3', dash: [4, 3] },
    { key: 'ok', label: 'answered', of, column: baseColumn('completions'), color: '--ok', width: 2, filled: true },
  ];
  if (of !== SYSTEM) {
    lines.push({ key: 'bad', label: 'failed', of, column: baseColumn('failures'), color: '--fail', width: 1.5 });
  }
  return { title: 'Requests', unit: 'rate', lines };
}

/** Colours and strokes of causes, the same in every chart. */
const CAUSE_COLORS = ['--fail', '--busy', '--message', '--write', '--read', '--down'];
const CAUSE_DASHES: readonly (readonly number[])[] = [[], [5, 3], [1.5, 2.5]];

function causeLine(of: string, cause: number): ChartLine {
  const at = cause - 1;
  return {
    key: CAUSES[cause]!.id,
    label: CAUSES[cause]!.label,
    of,
    column: CAUSES_AT + cause,
    color: CAUSE_COLORS[at % CAUSE_COLORS.length]!,
    dash: CAUSE_DASHES[Math.floor(at / CAUSE_COLORS.length) % CAUSE_DASHES.length]!,
    filled: true,
  };
}

/** One layer for each of these causes. */
export function failures(of: string, causes: readonly number[], title = 'Failures by cause'): ChartSpec {
  return {
    title,
    unit: 'rate',
    stacked: true,
    lines: causes.map((cause) => causeLine(of, cause)),
    nothing: of === SYSTEM ? 'No request has failed for good' : 'No call has died here',
  };
}

/** Causes by which requests died in the recorded windows, in the order of their codes. */
export function causesSeen(history: RunHistory, of: string): number[] {
  const series = history.of(of);
  const seen: number[] = [];
  if (!series) return seen;
  for (let cause = 1; cause < CAUSE_COUNT; cause++) {
    for (let i = series.length - 1; i >= 0; i--) {
      if (series.row(i)[CAUSES_AT + cause]! > 0) {
        seen.push(cause);
        break;
      }
    }
  }
  return seen;
}

const RANKED: readonly Pick<ChartLine, 'color' | 'dash' | 'width'>[] = [
  { color: '--accent', width: 2 },
  { color: '--write', width: 1.5, dash: [6, 3] },
  { color: '--ok', width: 1.5, dash: [2, 2] },
  { color: '--ink-3', width: 1.5, dash: [8, 3, 2, 3] },
];

/** One measure of several components; their order says how strongly each is drawn. */
export function compared(
  title: string,
  unit: ChartUnit,
  column: number,
  components: readonly { readonly id: string; readonly label: string }[],
): ChartSpec {
  const lines = components.map(({ id, label }, i): ChartLine => {
    return { key: id, label, of: id, column, ...RANKED[i % RANKED.length]! };
  });
  return { title, unit, lines, ...(unit === 'percent' ? { top: 100 } : {}), nothing: 'Nothing here has a capacity' };
}

/** A single measure of one component. */
export function single(title: string, unit: ChartUnit, of: string, column: number): ChartSpec {
  const line: ChartLine = { key: 'value', label: '', of, column, color: '--accent', width: 2, filled: true };
  return {
    title,
    unit,
    lines: [line],
    ...(unit === 'percent' || unit === '%' ? { top: 100 } : {}),
    ...(unit === 'share' ? { top: 1 } : {}),
  };
}

/** A metric that a kind declares, by its place in the declaration. */
export function declared(metric: MetricSpec, index: number, of: string): ChartSpec {
  return single(metric.label, metricUnit(metric), of, metricColumn(index));
}

export function metricUnit(metric: MetricSpec): ChartUnit {
  return metric.type === 'counter' ? 'rate' : metric.type === 'ratio' ? 'share' : metric.unit;
}

/** The most loaded components by a column, strongest first; those already shown stay while they are close. */
export function leaders(
  history: RunHistory,
  ids: readonly string[],
  column: number,
  shown: readonly string[],
  most = 3,
): string[] {
  const scored = ids
    .map((id, place) => ({ id, place, value: history.of(id)?.recent(column) ?? NaN }))
    .filter(({ value }) => !Number.isNaN(value))
    .map(({ id, place, value }) => ({ id, place, value: shown.includes(id) ? value * 1.2 + 1e-9 : value }))
    .sort((a, b) => b.value - a.value || a.place - b.place)
    .slice(0, most);
  const chosen = new Set(scored.map(({ id }) => id));
  // Those that stay keep their colour.
  const staying = shown.filter((id) => chosen.has(id));
  return [...staying, ...scored.map(({ id }) => id).filter((id) => !staying.includes(id))];
}

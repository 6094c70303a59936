/** Metric declarations. Every component has the base metrics; a kind declares what only it knows. */
export interface MetricSpec {
  readonly id: string;
  /**
   * counter: events, shown as a rate. gauge: a level, shown as its time-weighted mean.
   * ratio: of two counters of the same component, `of` / (`of` + `against`).
   */
  readonly type: 'counter' | 'gauge' | 'ratio';
  readonly label: string;
  /** Unit of the value: "messages", "ms", "%"… A counter's rate is this per second. */
  readonly unit: string;
  readonly help: string;
  /** The name real tools use for it. */
  readonly realName?: string;
  readonly of?: string;
  readonly against?: string;
}

/** What every component has, in the order of the recorder's base columns. */
export const BASE_SERIES = [
  { id: 'arrivals', label: 'Requests in', unit: 'requests', help: 'Requests that arrived, per second.' },
  { id: 'completions', label: 'Answered', unit: 'requests', help: 'Requests answered without an error, per second.' },
  { id: 'failures', label: 'Failed', unit: 'requests', help: 'Requests answered with an error, per second.' },
  {
    id: 'p50',
    label: 'Response time, median',
    unit: 'ms',
    help: 'Half of the answers of the last one to two seconds came faster than this.',
  },
  {
    id: 'p95',
    label: 'Response time, p95',
    unit: 'ms',
    help: '95 of 100 answers of the last one to two seconds came faster than this.',
  },
  {
    id: 'p99',
    label: 'Response time, p99',
    unit: 'ms',
    help: '99 of 100 answers of the last one to two seconds came faster than this.',
  },
  {
    id: 'utilisation',
    label: 'Utilisation',
    unit: '%',
    help: 'Share of the capacity that was busy, averaged over time.',
  },
  {
    id: 'inSystem',
    label: 'In the component',
    unit: 'requests',
    help: 'Requests inside, waiting or in work, averaged.',
  },
  { id: 'queue', label: 'Waiting', unit: 'requests', help: 'Requests that waited for a worker, averaged over time.' },
] as const;

export type BaseSeriesId = (typeof BASE_SERIES)[number]['id'];

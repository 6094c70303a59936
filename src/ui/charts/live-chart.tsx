import { type ReactNode, useEffect, useRef, useState } from 'react';
import { liveRun } from '../../store/live-run';
import { type ChartLine, type ChartSpec, formatValue } from './chart-spec';
import { NOTHING } from '../shared/format-number';
import { ChartTable } from './chart-table';
import type { Plot } from './plot';
import { FIGURE_MS, pulse } from './pulse';
import './charts.css';

interface LiveChartProps {
  spec: ChartSpec;
  /** Simulated seconds shown. */
  seconds: number;
  /** Charts with the same key share their cursor. */
  sync: string;
  /** The data as a table in place of the picture. */
  asTable?: boolean;
  small?: boolean;
  /** In place of the title, such as a choice of what to show. */
  heading?: ReactNode;
  /** The pointer is over this moment (seconds), or has left (NaN). */
  onPointed?(seconds: number): void;
}

/**
 * One chart: its name, its lines with their present values (or those under the pointer), and the picture, which draws
 * itself from the run's history without React.
 */
export function LiveChart({ spec, seconds, sync, asTable, small, heading, onPointed }: LiveChartProps) {
  const legend = useRef<HTMLUListElement>(null);
  const pointed = useRef<readonly (number | null)[] | null>(null);

  useEffect(() => {
    const write = (): void => writeLegend(legend.current, spec, pointed.current);
    write();
    return pulse(FIGURE_MS).subscribe(write);
  }, [spec]);

  return (
    <section className={small ? 'chart is-small' : 'chart'} aria-label={spec.title}>
      <header className="chart-head">
        {heading ?? <h3 className="chart-title">{spec.title}</h3>}
        <ul className="chart-legend" ref={legend}>
          {spec.lines.map((line) => (
            <LegendItem key={line.key} line={line} />
          ))}
        </ul>
      </header>
      {asTable ? (
        <ChartTable spec={spec} seconds={seconds} />
      ) : (
        <PlotHost
          spec={spec}
          seconds={seconds}
          sync={sync}
          small={small ?? false}
          pointed={(values, at) => {
            pointed.current = values;
            writeLegend(legend.current, spec, values);
            onPointed?.(at);
          }}
        />
      )}
      {!asTable && spec.lines.length === 0 && <p className="chart-nothing">{spec.nothing ?? 'Nothing to show yet'}</p>}
    </section>
  );
}

interface PlotHostProps {
  spec: ChartSpec;
  seconds: number;
  sync: string;
  small: boolean;
  pointed(values: readonly (number | null)[] | null, at: number): void;
}

function PlotHost({ spec, seconds, sync, small, pointed }: PlotHostProps) {
  const host = useRef<HTMLDivElement>(null);
  const onPointed = useRef(pointed);
  const [failed, setFailed] = useState(false);

  useEffect(() => {
    onPointed.current = pointed;
  });
  useEffect(() => {
    const element = host.current;
    if (!element) return;
    let plot: Plot | null = null;
    let gone = false;
    const begin = async (): Promise<void> => {
      const { createPlot } = await import('./plot');
      if (gone) return;
      plot = createPlot(element, {
        spec,
        seconds,
        sync,
        small,
        pointed: (values, at) => onPointed.current(values, at),
        summarised: (text) => element.setAttribute('aria-label', text),
      });
    };
    begin().catch(() => setFailed(true));
    return () => {
      gone = true;
      plot?.destroy();
    };
  }, [spec, seconds, sync, small]);

  return (
    <div className="chart-plot" ref={host} role="img" aria-label={spec.title}>
      {failed && <p className="chart-nothing">The chart could not be loaded. The table shows the same numbers.</p>}
    </div>
  );
}

function LegendItem({ line }: { line: ChartLine }) {
  return (
    <li data-key={line.key}>
      {line.label !== '' && (
        <>
          <LineSwatch line={line} />
          <span className="chart-legend-label">{line.label}</span>
        </>
      )}
      <b />
    </li>
  );
}

/** A piece of the line as it is drawn. */
function LineSwatch({ line }: { line: ChartLine }) {
  return (
    <svg className="chart-swatch" width="12" height="8" viewBox="0 0 12 8" aria-hidden="true">
      <line
        x1="0"
        x2="12"
        y1="4"
        y2="4"
        stroke={`var(${line.color})`}
        strokeWidth={(line.width ?? 1.5) + 0.5}
        strokeDasharray={line.dash?.join(' ')}
      />
    </svg>
  );
}

/** Values under the pointer, or the means of the last two seconds. A unit that several share is written once. */
function writeLegend(legend: HTMLElement | null, spec: ChartSpec, values: readonly (number | null)[] | null): void {
  if (!legend) return;
  const texts = spec.lines.map(({ of, column }, i) => {
    const value = values ? (values[i] ?? NaN) : (liveRun.history.of(of)?.recent(column) ?? NaN);
    return formatValue(spec.unit, value);
  });
  const crowded = spec.stacked === true && texts.length > 2;
  texts.forEach((text, i) => {
    const item = legend.children[i];
    // Of many parts, those that are nothing now need no words.
    item?.toggleAttribute('hidden', crowded && isNothing(text));
    const cell = item?.querySelector('b');
    const unit = unitOf(text);
    const shown =
      unit !== '' && i < texts.length - 1 && unitOf(texts[i + 1]!) === unit ? text.slice(0, -unit.length) : text;
    if (cell && cell.textContent !== shown) cell.textContent = shown;
  });
}

function isNothing(text: string): boolean {
  return text === NOTHING || text.startsWith('0/');
}

function unitOf(text: string): string {
  return /( [^\s\d]+|\/s)$/.exec(text)?.[0] ?? '';
}

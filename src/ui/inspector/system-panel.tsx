import { lazy, Suspense } from 'react';
import { CAUSES_AT } from '../../engine/component-stats';
import { CAUSE_COUNT, CAUSES } from '../../model/outcome';
import { liveRun } from '../../store/live-run';
import { SYSTEM } from '../../store/run-history';
import { openDialog } from '../../store/view-store';
import { baseColumn, formatValue } from '../charts/chart-spec';
import { FIGURE_MS, usePulse } from '../charts/pulse';
import { useDocument, useRun } from '../hooks/use-stores';
import { SystemCost } from './cost-section';
import { type Figure, Figures } from './figures';
import { PlannedFaults } from './planned-faults';

const SystemAdvice = lazy(() => import('./advice-section').then((module) => ({ default: module.SystemAdvice })));

/** Nothing is selected: the system as a whole. */
export function SystemPanel() {
  const scenario = useDocument((state) => state.scenario);
  const begun = useRun((state) => state.begun);
  const { title, story, seed, components, connections } = scenario;
  const empty = components.length === 0;
  return (
    <div className="inspector-panel">
      <header className="inspector-head">
        <h2>{title}</h2>
        <p className="inspector-sentence">
          {empty
            ? 'Nothing here yet'
            : `${count(components.length, 'component')}, ${count(connections.length, 'connection')}, seed ${seed}`}
        </p>
      </header>
      <div className="tab-panel">
        {story !== '' && <p className="story">{keepUnits(story)}</p>}
        {empty && (
          <p className="quiet">Add components from the left, connect them, and press play. Select one to set it up.</p>
        )}
        {begun && <EndToEnd />}
        {begun && <SystemCost scenario={scenario} />}
        {!empty && <PlannedFaults scenario={scenario} />}
        <Suspense fallback={null}>
          <SystemAdvice />
        </Suspense>
      </div>
    </div>
  );
}

/** "15 s" and "57 %" stay on one line. */
function keepUnits(text: string): string {
  return text.replace(/(\d) (?=(?:s|ms|min|%)(?!\w))/g, '$1\u00a0');
}

function count(number: number, word: string): string {
  return `${number} ${word}${number === 1 ? '' : 's'}`;
}

/** What the clients get. */
function EndToEnd() {
  usePulse(FIGURE_MS);
  const series = liveRun.history.of(SYSTEM);
  const recent = (column: number): number => series?.recent(column) ?? NaN;
  const rate = (column: number): string => formatValue('rate', recent(column));
  const time = (id: 'p50' | 'p95' | 'p99'): string => formatValue('ms', recent(baseColumn(id)));
  const failed = recent(baseColumn('failures'));
  const figures: Figure[] = [
    { label: 'Offered', value: rate(baseColumn('arrivals')), help: 'Requests that the clients sent.' },
    { label: 'Answered', value: rate(baseColumn('completions')), help: 'Requests answered without an error.' },
    { label: 'Failed', value: formatValue('rate', failed), bad: failed > 0 },
    { label: 'Response time, median', value: time('p50') },
    { label: 'p95', value: time('p95') },
    { label: 'p99', value: time('p99') },
  ];
  for (let cause = 1; cause < CAUSE_COUNT; cause++) {
    const value = recent(CAUSES_AT + cause);
    if (!(value > 0)) continue;
    const { label, help } = CAUSES[cause]!;
    figures.push({ label: `Failed: ${label}`, value: formatValue('rate', value), help, bad: true });
  }
  return (
    <section aria-label="End to end">
      <h3 className="part-title">End to end, last two seconds</h3>
      <Figures figures={figures} />
      <button type="button" className="link-button" onClick={() => openDialog('honesty')}>
        How honest is this?
      </button>
    </section>
  );
}

import { ChartNoAxesCombined, ChevronDown } from 'lucide-react';
import { useRun } from '../hooks/use-stores';
import { formatShare } from '../shared/format-number';
import { Fingerprint } from './fingerprint';
import { NarratorLine } from './narrator-line';
import { TimeBar } from './time-bar';
import { useTimeline } from './use-timeline';

interface TimeStripProps {
  chartsOpen: boolean;
  onToggleCharts(): void;
}

/** The timeline, what happened in words, and the proof that it is the same run. */
export function TimeStrip({ chartsOpen, onToggleCharts }: TimeStripProps) {
  const timeline = useTimeline();
  return (
    <div className="time-strip">
      <button
        type="button"
        className="icon-button dock-toggle"
        aria-expanded={chartsOpen}
        aria-label={chartsOpen ? 'Hide the charts' : 'Show the charts'}
        data-tip={chartsOpen ? 'Hide the charts' : 'Show the charts'}
        onClick={onToggleCharts}
      >
        {chartsOpen ? (
          <ChevronDown size={17} aria-hidden="true" />
        ) : (
          <ChartNoAxesCombined size={17} aria-hidden="true" />
        )}
      </button>
      <TimeBar timeline={timeline} />
      <div className="time-side">
        <Progress />
        <NarratorLine happenings={timeline.happenings} />
        <Fingerprint />
      </div>
    </div>
  );
}

/** While a run is being rebuilt up to a moment. */
function Progress() {
  const seeking = useRun((state) => state.pace === 'seeking');
  const percent = useRun((state) => (state.pace === 'seeking' ? Math.floor(state.progress * 20) / 20 : 0));
  if (!seeking) return null;
  return (
    <p className="time-progress" role="status">
      rebuilding the run… {formatShare(percent)}
    </p>
  );
}

import { useEffect, useState } from 'react';
import { documentStore } from '../../store/document-store';
import { runStore } from '../../store/run-store';
import { useRun } from '../hooks/use-stores';
import { readSummary, summaryText } from './live-summary-text';

/** Real time between two sentences: as often as can be listened to. */
const EVERY_MS = 5_000;

/** A polite live region that tells how the run is doing while it plays. Silent when paused. */
export function LiveSummary() {
  const playing = useRun((run) => run.pace === 'playing');
  const [text, setText] = useState('');
  useEffect(() => {
    if (!playing) return;
    const timer = setInterval(() => {
      setText(summaryText(readSummary(documentStore.getState().scenario, runStore.getState().time)));
    }, EVERY_MS);
    return () => clearInterval(timer);
  }, [playing]);
  return (
    <p className="visually-hidden" role="status" aria-live="polite">
      {playing ? text : ''}
    </p>
  );
}

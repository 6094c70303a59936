import { type ReactNode, useCallback, useSyncExternalStore } from 'react';
import type { ConnectionConfig } from '../../model/connection-fields';
import { liveRun } from '../../store/live-run';
import { cardFeed } from './card-feed';
import { along, type Curve } from './curve';
import { type Glyph, type Mark, resilienceMarks } from './resilience-marks';
import './edge-badge.css';

/** About how wide a mark is, and each letter beside it. */
const MARK_WIDTH = 22;
const LETTER_WIDTH = 7.5;
const MARGIN = 16;

/** What a connection does when calls fail, drawn at its middle, with its state in the run. */
export function EdgeBadge({ id, config, curve }: { id: string; config: ConnectionConfig; curve: Curve }) {
  // As text: it changes only when something that is drawn does.
  const text = useSyncExternalStore(
    cardFeed.watch,
    useCallback(() => JSON.stringify(resilienceMarks(config, liveRun.link(id)?.policy ?? null)), [config, id]),
  );
  const marks = JSON.parse(text) as Mark[];
  if (marks.length === 0) return null;
  const x = along(curve, 0.5, 0);
  const y = along(curve, 0.5, 1);
  // Where the cards stand too close for marks side by side, they stand one under the other.
  const width = marks.reduce((sum, mark) => sum + MARK_WIDTH + LETTER_WIDTH * mark.text.length, MARGIN);
  const narrow = Math.abs(curve[6]! - curve[0]!) < width && marks.length > 1;
  return (
    <div
      className={narrow ? 'edge-badge is-narrow' : 'edge-badge'}
      style={{ transform: `${besideLine(curve)} translate(${x}px, ${y}px)` }}
      aria-hidden="true"
    >
      {marks.map(({ glyph, text: words, tone, level }) => (
        <span key={glyph} className={tone === '' ? 'edge-mark' : `edge-mark is-${tone}`}>
          {SHAPES[glyph] && (
            <svg width="14" height="14" viewBox="0 0 14 14">
              {SHAPES[glyph](level)}
            </svg>
          )}
          {words}
        </span>
      ))}
    </div>
  );
}

/** Answers that fail come back on the right of the line, seen from the source: the badge stands on its left. */
function besideLine(curve: Curve): string {
  const dx = along(curve, 0.55, 0) - along(curve, 0.45, 0);
  const dy = along(curve, 0.55, 1) - along(curve, 0.45, 1);
  if (Math.abs(dy) < Math.abs(dx)) return 'translate(-50%, calc(-100% - 6px))';
  return dy > 0 ? 'translate(9px, -50%)' : 'translate(calc(-100% - 9px), -50%)';
}

const SHAPES: Readonly<Partial<Record<Glyph, (level: number) => ReactNode>>> = {
  deadline: () => (
    <>
      <circle cx="7" cy="7" r="5.2" />
      <path d="M7 4v3.2l2 1.2" />
    </>
  ),
  retry: () => <path d="M11.6 5.2A5 5 0 1 0 12 7.8M12 2.4v3h-3" />,
  budget: (level) => (
    <>
      <rect x="3.8" y="1.6" width="6.4" height="10.8" rx="1.8" />
      <rect className="is-fill" x="5.2" y={3 + 8 * (1 - level)} width="3.6" height={8 * level} rx="0.6" />
    </>
  ),
  closed: () => (
    <path d="M0.8 7.5h2M11.2 7.5h2M5.6 7.5h2.8M2.8 7.5a1.4 1.4 0 1 0 2.8 0a1.4 1.4 0 1 0 -2.8 0M8.4 7.5a1.4 1.4 0 1 0 2.8 0a1.4 1.4 0 1 0 -2.8 0" />
  ),
  open: () => (
    <path d="M0.8 9h2M11.2 9h2M5.2 8L10 2.8M2.8 9a1.4 1.4 0 1 0 2.8 0a1.4 1.4 0 1 0 -2.8 0M8.4 9a1.4 1.4 0 1 0 2.8 0a1.4 1.4 0 1 0 -2.8 0" />
  ),
  'half-open': () => (
    <>
      <path d="M0.8 8.5h2M11.2 8.5h2M2.8 8.5a1.4 1.4 0 1 0 2.8 0a1.4 1.4 0 1 0 -2.8 0M8.4 8.5a1.4 1.4 0 1 0 2.8 0a1.4 1.4 0 1 0 -2.8 0" />
      <path d="M5.4 7.6l4.8-2.4" strokeDasharray="1.6 1.5" />
    </>
  ),
  limit: (level) => (
    <>
      <rect x="1" y="4" width="12" height="6" rx="1.6" />
      {level > 0 && <rect className="is-fill" x="2.4" y="5.4" width={9.2 * level} height="3.2" rx="0.5" />}
    </>
  ),
  hedge: () => <path d="M1.5 4.6h10M9 2.2l2.6 2.4L9 7M4.5 9.8h7M9 7.6l2.6 2.2L9 12" />,
  fallback: () => <path d="M2.5 2.5v4a3 3 0 0 0 3 3h6M9 6.8l2.7 2.7L9 12.2" />,
};

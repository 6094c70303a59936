import { useEffect, useRef, useState } from 'react';
import { plainText } from '../../analysis/narrator';
import type { TimelineMark } from '../../store/narrator';
import { formatClock } from '../shared/format-number';
import { fittingLabels } from './time-scale';
import type { Timeline } from './use-timeline';

/** About the width of a character, in widths of an em, and of a sign with its gap in pixels. */
const CHARACTER = 0.555;
const SIGN = 16;

interface TimeMarksProps {
  timeline: Timeline;
  onGo(seconds: number): void;
}

/** Faults, recoveries and edits at their times; small ticks for what came of them. */
export function TimeMarks({ timeline, onGo }: TimeMarksProps) {
  const { length, marks, upcoming, happenings } = timeline;
  const [bar, width, em] = useWidth();
  const all = [...marks.map((mark) => ({ mark, hollow: false })), ...upcoming.map((mark) => ({ mark, hollow: true }))];
  const places = all.map(({ mark }) => mark.atMicros / 1e6 / length);
  const labels = all.map(({ mark }) => plainText(mark.words));
  // Where one thing alone is broken and mended, its name can be left out.
  const alone = new Set(all.map(({ mark }) => mark.words[0]?.text)).size === 1;
  const shorter = all.map(({ mark }) => lengths(mark, alone));
  const fits = fittingLabels(
    shorter.map((texts, i) => ({ at: places[i]!, widths: texts.map((text) => SIGN + text.length * em * CHARACTER) })),
    width,
  );
  return (
    <div className="time-marks" ref={bar}>
      {happenings.map(({ atMicros, tone }, i) => (
        <i
          key={i}
          className={`time-tick is-${tone}`}
          ref={(element) => element?.style.setProperty('left', `${(atMicros / 1e4 / length).toFixed(3)}%`)}
        />
      ))}
      {all.map(({ mark, hollow }, i) => (
        <button
          key={`${mark.atMicros} ${labels[i]}`}
          type="button"
          className={`time-mark is-${mark.type}${hollow ? ' is-hollow' : ''}`}
          data-tip={`${formatClock(mark.atMicros)} ${labels[i]}${hollow ? ' (to come)' : ''}`}
          aria-label={`${labels[i]}, at ${formatClock(mark.atMicros)}${hollow ? ', to come' : ''}. Go there`}
          ref={(element) => element?.style.setProperty('left', `${places[i]! * 100}%`)}
          onClick={() => onGo(mark.atMicros / 1e6)}
        >
          <MarkSign type={mark.type} hollow={hollow} />
          {fits[i]! >= 0 && <span>{shorter[i]![fits[i]!]}</span>}
        </button>
      ))}
    </div>
  );
}

/** What a mark says, in full and with less and less: without how it was done, then without to whom. */
function lengths({ type, words }: TimelineMark, alone: boolean): string[] {
  const [name, what] = words;
  const full = plainText(words);
  if (type === 'edit' || !name || !what) return [full];
  return [full, name.text + what.text, ...(alone ? [what.text.trim()] : [])];
}

/** Cross for a fault, ring with a dot for its end, diamond for an edit; hollow while it is to come. */
function MarkSign({ type, hollow }: { type: TimelineMark['type']; hollow: boolean }) {
  return (
    <svg className="mark-sign" width="10" height="10" viewBox="0 0 10 10" fill="none" aria-hidden="true">
      {hollow ? (
        <circle cx="5" cy="5" r="3.6" stroke="currentColor" strokeWidth="1.5" strokeDasharray="2.2 1.6" />
      ) : type === 'fault' ? (
        <path d="M1.2 1.2 8.8 8.8M8.8 1.2 1.2 8.8" stroke="currentColor" strokeWidth="2" />
      ) : type === 'recovery' ? (
        <circle cx="5" cy="5" r="4" fill="currentColor" />
      ) : (
        <path d="M5 .8 9.2 5 5 9.2.8 5z" fill="currentColor" />
      )}
    </svg>
  );
}

/** Width of the bar and size of its text, which the projector enlarges; then the bar is another height as well. */
function useWidth() {
  const element = useRef<HTMLDivElement>(null);
  const [{ width, em }, setSize] = useState({ width: 0, em: 11 });
  useEffect(() => {
    const bar = element.current;
    if (!bar) return;
    const observer = new ResizeObserver(() =>
      setSize({ width: bar.clientWidth, em: Number.parseFloat(getComputedStyle(bar).fontSize) }),
    );
    observer.observe(bar);
    return () => observer.disconnect();
  }, []);
  return [element, width, em] as const;
}

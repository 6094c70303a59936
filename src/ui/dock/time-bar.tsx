import { type KeyboardEvent, useEffect, useRef, useState } from 'react';
import { runStore } from '../../store/run-store';
import { seek } from '../../store/session';
import { CHART_MS, pulse } from '../charts/pulse';
import { formatClock, formatNumber } from '../shared/format-number';
import { TimeMarks } from './time-marks';
import { barTicks } from './time-scale';
import type { Timeline } from './use-timeline';

/** Keys pressed in a row are one seek. */
const KEYS_REST_MS = 350;
const KEYS: Readonly<Record<string, number>> = {
  ArrowRight: 1,
  ArrowUp: 1,
  ArrowLeft: -1,
  ArrowDown: -1,
  PageUp: 5,
  PageDown: -5,
};

/** Simulated time as a slider: click or drag to go to a moment. Earlier moments rebuild the run. */
export function TimeBar({ timeline }: { timeline: Timeline }) {
  const { length, furthest } = timeline;
  const input = useRef<HTMLInputElement>(null);
  const done = useRef<HTMLDivElement>(null);
  /** Seconds that the user points at but has not chosen yet. */
  const [wanted, setWanted] = useState<number | null>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);

  useEffect(() => {
    const show = (): void => {
      const { time } = runStore.getState();
      const seconds = time / 1e6;
      if (done.current) done.current.style.transform = `scaleX(${Math.min(1, seconds / length)})`;
      if (!input.current || wanted !== null) return;
      input.current.value = String(seconds);
      input.current.setAttribute('aria-valuetext', formatClock(time));
    };
    show();
    return pulse(CHART_MS).subscribe(show);
  }, [length, wanted]);

  const go = (seconds: number): void => {
    clearTimeout(timer.current);
    setWanted(null);
    void seek(Math.round(seconds * 1e6));
  };
  const goRef = useRef(go);
  useEffect(() => {
    goRef.current = go;
  });
  // React's onChange is the input event; a seek begins when the pointer is let go.
  useEffect(() => {
    const element = input.current;
    const chosen = (): void => goRef.current(Number(element?.value));
    element?.addEventListener('change', chosen);
    return () => element?.removeEventListener('change', chosen);
  }, []);

  const aim = (seconds: number): void => {
    const to = Math.max(0, Math.min(length, seconds));
    setWanted(to);
    if (input.current) {
      input.current.value = String(to);
      input.current.setAttribute('aria-valuetext', `go to ${formatClock(to * 1e6)}`);
    }
    clearTimeout(timer.current);
    timer.current = setTimeout(() => go(to), KEYS_REST_MS);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const from = wanted ?? runStore.getState().time / 1e6;
    const by = KEYS[event.key];
    if (by !== undefined) aim(from + by * (event.shiftKey ? 0.1 : 1));
    else if (event.key === 'Home') aim(0);
    else if (event.key === 'End') aim(furthest);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  return (
    <div className="time-bar">
      <TimeMarks timeline={timeline} onGo={go} />
      <div className="time-track">
        <div className="time-known" ref={(element) => place(element, 'width', Math.min(1, furthest / length))} />
        <div className="time-done" ref={done} />
        <input
          ref={input}
          type="range"
          className="time-slider"
          aria-label="Simulated time"
          min={0}
          max={length}
          step={0.05}
          defaultValue={0}
          onInput={(event) => setWanted(Number(event.currentTarget.value))}
          onKeyDown={onKeyDown}
        />
        {wanted !== null && (
          <output className="time-wanted" ref={(element) => place(element, 'left', wanted / length)}>
            {formatClock(wanted * 1e6)}
          </output>
        )}
      </div>
      <div className="time-ticks" aria-hidden="true">
        {barTicks(length).map((tick) => (
          <span key={tick} ref={(element) => place(element, 'left', tick / length)}>
            {length > 600 && tick >= 60 ? `${formatNumber(tick / 60)} min` : `${formatNumber(tick)} s`}
          </span>
        ))}
      </div>
    </div>
  );
}

function place(element: HTMLElement | null, side: 'left' | 'width', share: number): void {
  if (element) element.style[side] = `${share * 100}%`;
}

import { type FormEvent, useState } from 'react';
import { runStore } from '../../store/run-store';
import { setSpeed } from '../../store/session';
import { useRun } from '../hooks/use-stores';
import type { PopupProps } from '../shared/lazy-popup';
import { AnchoredPopup } from './anchored-popup';
import { formatSpeed, parseSpeed, SPEED_STOPS } from './speed';

/** The stops with what each is for, and a field for any other speed. */
export function SpeedMenu(props: PopupProps) {
  const speed = useRun((run) => run.speed);
  const [draft, setDraft] = useState<string | null>(null);
  const choose = (value: number): void => {
    void setSpeed(value);
    setDraft(null);
    props.onOpenChange(false);
    props.anchor.current?.focus();
  };
  const typed = parseSpeed(draft ?? '');
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (typed !== null) choose(typed);
  };
  return (
    <AnchoredPopup title="Speed" className="speed-popup" {...props}>
      <ul className="speed-list">
        {SPEED_STOPS.map((stop) => (
          <li key={stop.speed}>
            <button
              type="button"
              aria-current={stop.speed === speed ? 'true' : undefined}
              onClick={() => choose(stop.speed)}
            >
              <b>{formatSpeed(stop.speed)}</b>
              <span>{stop.use}</span>
            </button>
          </li>
        ))}
      </ul>
      <form className="popup-row" onSubmit={submit}>
        <label htmlFor="typed-speed">Another</label>
        <input
          id="typed-speed"
          className="text-input"
          inputMode="decimal"
          placeholder="0.001 to 100"
          value={draft ?? String(runStore.getState().speed)}
          aria-invalid={draft !== null && typed === null}
          onFocus={(event) => event.currentTarget.select()}
          onChange={(event) => setDraft(event.currentTarget.value)}
        />
        <button type="submit" className="button" disabled={typed === null}>
          Set
        </button>
      </form>
    </AnchoredPopup>
  );
}

import { ChevronDown } from 'lucide-react';
import { type KeyboardEvent, lazy, useRef, useState } from 'react';
import { setSpeed } from '../../store/session';
import { useRun } from '../hooks/use-stores';
import { LazyPopup } from '../shared/lazy-popup';
import { BehindNote } from './run-controls';
import { FASTEST, formatSpeed, nextSpeed, positionOf, SLOWEST, SPEED_STOPS, speedNear } from './speed';

const SpeedMenu = lazy(async () => ({ default: (await import('./speed-menu')).SpeedMenu }));

const MOVES: Readonly<Record<string, 1 | -1>> = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1 };

/** A logarithmic slider with its stops. The arrows go 1, 2, 5, 10; Home and End to the ends. */
export function SpeedSlider() {
  const speed = useRun((run) => run.speed);
  const onKey = (event: KeyboardEvent): void => {
    const move = MOVES[event.key];
    if (move !== undefined) void setSpeed(nextSpeed(speed, move));
    else if (event.key === 'Home') void setSpeed(SLOWEST);
    else if (event.key === 'End') void setSpeed(FASTEST);
    else return;
    event.preventDefault();
  };
  return (
    <div className="speed-slider" data-tip="Simulated seconds per second of yours" data-tip-keys="+">
      <input
        type="range"
        min={0}
        max={1}
        step="any"
        value={positionOf(speed)}
        aria-label="Speed"
        aria-valuetext={`${formatSpeed(speed)} as fast as in real life`}
        onChange={(event) => void setSpeed(speedNear(event.currentTarget.valueAsNumber))}
        onKeyDown={onKey}
      />
      <div className="speed-stops" aria-hidden="true">
        {SPEED_STOPS.map((stop) => (
          <span
            key={stop.speed}
            className={stop.speed === speed ? 'is-now' : undefined}
            onClick={() => void setSpeed(stop.speed)}
          >
            {stop.speed}
          </span>
        ))}
      </div>
    </div>
  );
}

/** The speed as a button: opens the stops and a field to type another. */
export function SpeedValue() {
  const speed = useRun((run) => run.speed);
  const [open, setOpen] = useState(false);
  const [asked, setAsked] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  return (
    <>
      <button
        type="button"
        ref={button}
        className="speed-value"
        aria-label={`Speed ${formatSpeed(speed)}, choose another`}
        aria-haspopup="dialog"
        aria-expanded={open}
        onClick={() => {
          setAsked(true);
          setOpen(!open);
        }}
      >
        <span className="speed-number">
          {formatSpeed(speed)}
          <ChevronDown size={13} aria-hidden="true" />
        </span>
        <BehindNote />
      </button>
      {asked && (
        <LazyPopup>
          <SpeedMenu anchor={button} open={open} onOpenChange={setOpen} />
        </LazyPopup>
      )}
    </>
  );
}

import { Pause, Play, SkipBack, SkipForward, Square } from 'lucide-react';
import { pause, restart, step, togglePlay } from '../../store/session';
import { useDocument, useRun } from '../hooks/use-stores';
import { formatClock } from '../shared/format-number';
import { IconButton } from '../shared/icon-button';
import { formatSpeed, isBehind } from './speed';

/** Back to the start, play or pause, one event. */
export function RunButtons() {
  const pace = useRun((run) => run.pace);
  const begun = useRun((run) => run.begun);
  const empty = useDocument(({ scenario }) => scenario.components.length === 0);
  return (
    <div className="run-buttons" role="group" aria-label="Run">
      <IconButton
        icon={SkipBack}
        solid
        label="Back to the start"
        tip={begun ? 'Back to the start: a fresh run of the system as it is now' : 'The run is at its start'}
        aria-disabled={!begun}
        onClick={() => void restart()}
      />
      {pace === 'seeking' ? (
        <IconButton
          icon={Square}
          solid
          className="play-button"
          label="Stop here"
          tip="Stop where the run is now"
          onClick={() => void pause()}
        />
      ) : (
        <IconButton
          icon={pace === 'playing' ? Pause : Play}
          solid
          className="play-button"
          label={pace === 'playing' ? 'Pause' : 'Play'}
          tip={
            empty
              ? 'Nothing to run yet: add a client and connect it to a service'
              : pace === 'playing'
                ? 'Pause'
                : 'Play'
          }
          keys="P"
          aria-disabled={empty}
          onClick={() => {
            if (!empty) void togglePlay();
          }}
        />
      )}
      <IconButton
        icon={SkipForward}
        solid
        label="Step one event"
        tip="Let exactly one event happen"
        keys="."
        aria-disabled={empty}
        onClick={() => {
          if (!empty) void step();
        }}
      />
    </div>
  );
}

/** The microseconds stand back: read as one number, but only by those who want them. */
function ClockFace({ text }: { text: string }) {
  const [coarse = '', fine] = text.replace(' s', '').split('\u202f');
  return (
    <span>
      {coarse}
      {fine !== undefined && <small> {fine}</small>} s
    </span>
  );
}

/** Simulated time; to the microsecond while it stands still. */
export function Clock() {
  const time = useRun((run) => run.time);
  const seeking = useRun((run) => run.pace === 'seeking');
  const exact = useRun((run) => run.pace === 'paused' && run.begun);
  const progress = useRun((run) => (run.pace === 'seeking' ? Math.round(run.progress * 100) : 100));
  return (
    <div className="clock" role="timer" aria-live="off" data-tip="Simulated time since the start of the run">
      {seeking && <small>{progress} %</small>}
      <ClockFace text={formatClock(time, exact)} />
    </div>
  );
}

/** How far a seek has come: a thin line under the bar. */
export function SeekProgress() {
  const seeking = useRun((run) => run.pace === 'seeking');
  const progress = useRun((run) => (run.pace === 'seeking' ? Math.round(run.progress * 100) : 0));
  if (!seeking) return null;
  return (
    <div
      className="seek-progress"
      role="progressbar"
      aria-label="Simulating up to the moment asked for"
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={progress}
    >
      <i style={{ width: `${progress}%` }} />
    </div>
  );
}

/** Says when the machine cannot keep up with the speed asked for. */
export function BehindNote() {
  const behind = useRun(({ pace, speed, achieved }) => isBehind(pace, speed, achieved));
  // Two digits, so that the note does not flicker.
  const reached = useRun(({ achieved }) => Number(achieved.toPrecision(achieved >= 10 ? 2 : 1)));
  if (!behind) return null;
  return (
    <span
      className="behind-note"
      data-tip="There is more to simulate than this machine can do in the time. Nothing is left out: the clock of the run goes slower instead."
    >
      running at {formatSpeed(reached)}
    </span>
  );
}

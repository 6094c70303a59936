import { TriangleAlert, X } from 'lucide-react';
import { useState } from 'react';
import { dismissProblem, restart } from '../../store/session';
import { useRun } from '../hooks/use-stores';
import { IconButton } from '../shared/icon-button';

/** Why the run stopped, until it is dismissed or the run restarts. */
export function RunProblem() {
  const problem = useRun((run) => run.problem);
  return (
    <div role="alert" className="banner-slot">
      {problem && (
        <div className="run-problem">
          <TriangleAlert size={18} aria-hidden="true" />
          <p>
            <b>{problem.message}</b> {problem.detail} <small>BP{problem.number}</small>
          </p>
          <button type="button" className="button" onClick={() => void restart()}>
            Back to the start
          </button>
          <button type="button" className="button is-quiet" onClick={dismissProblem}>
            Dismiss
          </button>
        </div>
      )}
    </div>
  );
}

/** A kept or shared run that has not begun: what was done to it waits to be repeated. */
export function ReplayNote() {
  const waiting = useRun((run) => (run.begun ? 0 : run.replaying));
  const [dismissed, setDismissed] = useState(false);
  if (waiting === 0 || dismissed) return null;
  return (
    <div className="link-note">
      <p>
        {waiting === 1 ? 'Something was' : `${waiting} things were`} done to this run when it was kept or shared. Press
        play: {waiting === 1 ? 'it happens again at the same moment' : 'they happen again at the same moments'}.
      </p>
      <IconButton icon={X} label="Dismiss" size={15} onClick={() => setDismissed(true)} />
    </div>
  );
}

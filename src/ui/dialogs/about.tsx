import { KINDS } from '../../kinds/registry';
import { openDialog, openReference } from '../../store/view-store';
import { DialogFrame } from './dialog-frame';
import './about.css';

/** What this is, where the data is, and where to read on. Short, because it is meant to be read. */
export function About() {
  return (
    <DialogFrame title="About Backpressure" size="medium">
      <div className="prose">
        <p>
          Backpressure plays a discrete-event simulation of a distributed system: every request travels on its own,
          waits in real queues, and succeeds or dies for a reason. Every number you see was counted.
        </p>
        <div className="dialog-row about-pages">
          <button type="button" className="button" onClick={() => openDialog('honesty')}>
            How honest is this?
          </button>
          <button type="button" className="button" onClick={() => openReference('')}>
            Reference
          </button>
        </div>
        <h3>Your data</h3>
        <p>
          Everything happens in this browser. There is no account and no server, nothing is counted or sent. Documents
          are kept in the browser’s storage; links carry the whole system in themselves; files are plain JSON.
        </p>
        <p className="about-small">
          {KINDS.length} kinds of component · free software under the Apache License 2.0 · drawings and text are
          original
        </p>
      </div>
    </DialogFrame>
  );
}

import { KINDS } from '../../kinds/registry';
import { DialogFrame } from './dialog-frame';
import './about.css';

/** What is computed, what is left out, and where the data is. Short, because it is meant to be read. */
export function About() {
  return (
    <DialogFrame title="What is simulated, and what is not" size="medium">
      <div className="prose">
        <p>
          Backpressure plays a discrete-event simulation: every request travels on its own, waits in real queues, holds
          a worker while it is worked on, and succeeds or dies for a reason. Every number you see was counted, none is
          computed from a formula. Response times at the 99th percentile come from the requests of the run.
        </p>
        <h3>What is true to life</h3>
        <ul>
          <li>
            Queues, worker pools, timeouts, retries, caches and logs behave by the rules of the real products, with
            their real defaults shown beside ours.
          </li>
          <li>Overload, retry storms and cache stampedes are not scripted. They happen, or they do not.</li>
          <li>
            The same link gives the same run, to the last bit, on every machine: chance comes from the seed alone.
          </li>
        </ul>
        <h3>What is left out</h3>
        <ul>
          <li>Bytes, operating systems and CPU caches. Work is a time drawn from a distribution that you choose.</li>
          <li>
            Anything a component’s page does not name. Select a component and read About in the inspector: it says what
            its kind models and what it leaves out.
          </li>
          <li>Your real system. Use this to understand and to compare, and measure before you decide.</li>
        </ul>
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

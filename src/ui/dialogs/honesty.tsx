import { Printer } from 'lucide-react';
import { KINDS } from '../../kinds/registry';
import { openReference } from '../../store/view-store';
import { IconButton } from '../shared/icon-button';
import { DialogFrame } from './dialog-frame';
import { ValidationTable } from './validation-table';
import './reference.css';
import './honesty.css';

/** What stands in for what is not modelled. */
const SIMPLIFIED: readonly (readonly [what: string, instead: string])[] = [
  ['TCP congestion control, packet by packet', 'delay, jitter, loss as retransmission delay, and bandwidth as a queue'],
  ['Processor caches and memory banks', 'a time for the work, drawn from a distribution that you choose'],
  [
    'Threads and their scheduling in the kernel',
    'workers and cores that are shared fairly, or first come, first served',
  ],
  ['Disk heads and file systems', 'a distribution for the time a commit takes'],
  ['SQL planning', 'a cost for reads and one for writes'],
  ['Just-in-time compilation', 'a warm-up factor, where a kind has one'],
  ['The exact bytes of protocols', 'a size for requests and answers, where a kind has one'],
  ['Nodes that lie (Byzantine faults)', 'nothing: every node tells the truth or is silent'],
];

/** The one page for sceptics. */
export function Honesty() {
  return (
    <DialogFrame
      title="How honest is this?"
      size="large"
      aside={<IconButton icon={Printer} label="Print this page" onClick={() => print()} />}
    >
      <div className="honesty reference-page is-printable">
        <p className="reference-lead">
          Every number of a run was counted by a simulation of single requests. Nothing of it is computed from a
          queueing formula or played from a recording; costs are what was counted, times a price. Only the advice is
          worked out beforehand, from the settings alone.
        </p>
        <h3>What is simulated for real</h3>
        <ul>
          <li>
            Each request travels on its own, waits in real queues, holds a worker while it is worked on, and ends well
            or dies for a cause that is counted where it arose.
          </li>
          <li>
            Percentiles come from the response times of the requests of the run, timed from the moment a client meant to
            send: a slow answer does not hide the requests that should have followed.
          </li>
          <li>
            Timeouts, retries, budgets, breakers, hedges, caches, pools, health checks and logs are state machines with
            the rules, and mostly the defaults, of the products they are named after.
          </li>
          <li>
            Overload, retry storms, cache stampedes and collapses that outlast their cause are not scripted. They happen
            because queues, timeouts and retries make them happen, or they do not happen.
          </li>
          <li>
            Chance comes from the seed alone. The same link gives the same run, to the last bit, in every browser; its
            fingerprint stands under the charts.
          </li>
        </ul>
        <h3>What is simplified</h3>
        <table className="reference-table">
          <caption className="visually-hidden">What is not modelled, and what stands in for its effect</caption>
          <thead>
            <tr>
              <th scope="col">Not modelled</th>
              <th scope="col">Instead</th>
            </tr>
          </thead>
          <tbody>
            {SIMPLIFIED.map(([what, instead]) => (
              <tr key={what}>
                <td>{what}</td>
                <td>{instead}</td>
              </tr>
            ))}
          </tbody>
        </table>
        <ul className="honesty-more">
          <li>
            Machines are small on purpose: overload should begin at hundreds or thousands of requests a second, where
            every one of them can be simulated. The times of their work are realistic.
          </li>
          <li>
            Dots are real messages. When there are more than the eye can follow, only some are drawn, and the canvas
            says how many requests one dot stands for. A fast network is slowed down on screen so that messages can be
            seen.
          </li>
          <li>Figures that change quickly are averaged over two simulated seconds. Charts are not.</li>
          <li>
            Costs are illustrative.{' '}
            <button type="button" className="link-button" onClick={() => openReference('prices')}>
              How they are made
            </button>
          </li>
          <li>
            What a kind models and leaves out, and where its defaults differ from the real product’s, stands on its
            page.{' '}
            <button type="button" className="link-button" onClick={() => openReference('')}>
              Reference of all {KINDS.length} kinds
            </button>
          </li>
          <li>This is not your system. Use it to understand and to compare, and measure before you decide.</li>
        </ul>
        <h3>How it is checked</h3>
        <ul>
          <li>
            Against theory: systems that queueing theory can solve are built from the same components you use, and run
            with independent seeds. The interval of the measured means must contain what theory says; where theory is
            itself an approximation, the mean must come near it. A miss is measured once more with fresh seeds, and what
            fails then is reported as failing.
          </li>
          <li>
            Against itself: what goes in comes out or is still inside, in every component of every example; the law of
            Little holds; no request succeeds after its deadline; speed and pausing change nothing.
          </li>
          <li>Against time: systems made up by chance are run until every request has ended.</li>
        </ul>
        <h3>Theory and measurement</h3>
        <ValidationTable />
        <p className="reference-range">
          The same table, with the systems and seeds behind it, is in <code>docs/validation.md</code> of the repository;{' '}
          <code>npm run validate</code> measures it anew on your machine.
        </p>
      </div>
    </DialogFrame>
  );
}

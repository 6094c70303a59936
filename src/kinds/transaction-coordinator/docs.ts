import type { KindDocs } from '../kind';
import { ATOMIKOS, NARAYANA, TEMPORAL } from './fields';

export const docs: KindDocs = {
  models: [
    'A write is a transaction over all participants: the databases it is connected to, in the order of the plan. Those that stand together are asked at the same time.',
    'Two-phase commit with presumed abort. Every participant does its part, brings it to disk, keeps its locks and promises to commit. When all have promised, the decision is written to a log and then told to everybody, again and again until it is confirmed.',
    'One that does not promise within the timeout of its connection, or cannot, aborts the transaction for all.',
    'A crash loses what is not in the log. Participants that have promised cannot decide alone: they keep their locks until the coordinator is back. It then tells what it had decided, asks every participant for promises that it does not know, and aborts those.',
    'A caller that asks again for the same request while its transaction is under way waits for that one.',
    'An outside observer follows the money: each transaction moves an amount from the first participant to the others. It measures and changes nothing.',
    'A saga takes its steps in the order of the plan, each a local transaction that is final at once. Where it stands is written to the log before anybody is asked, so it goes on after a crash; participants know a step by its number, and do it once and undo it once, however often they are asked.',
    'A step that fails is tried again. When its attempts are used up, the saga turns back: the steps before it are undone by compensations, the last one first. One that got no answer may have been done, so it is compensated too, and must never be done later.',
    'The pivot is the step after which there is no way back: those behind it are tried until they are done. Put last what cannot be undone, such as a mail or a shipment.',
    'A compensation is tried for ever unless its attempts are limited. With a limit, the saga is stuck when they are used up: half done, money off, and somebody has to look at it.',
    'A saga isolates nothing. Between a step and the end of the saga anybody may read or change what the step has left: a dirty read if it is undone later. One saga for each key at a time keeps those away that come through here, readers too; who goes around it is not protected.',
    'Reads ask every participant in turn, without a transaction.',
  ],
  leavesOut: [
    'A coordinator made of replicas, which would stay up when one of them dies.',
    'The shortcut for a single participant, and for participants that only read.',
    'What a compensation means for the business: it always restores what was there. A mail that was sent cannot be unsent, and a refund leaves two lines on the bill.',
    'A time limit for a whole saga, and the operator who resolves a stuck one: it stays as it is.',
    'Sagas without a coordinator are made of workers and topics.',
    'Each participant does its work when it is asked to prepare; in reality that is a call of its own before.',
  ],
  tryThis: [
    'Crash it after the votes and watch the locks: writes to those rows wait, keep their connections, and soon nobody has one.',
    'Crash a database instead: transactions abort, and what it had promised is still there when it comes back.',
    'Let a database roll back alone after a few seconds: the locks go, and sometimes money does too.',
    'Switch to a saga, let its last step fail now and then, and read around it: count what was used and undone later. Put the pivot before that step.',
    'Limit the attempts at a compensation and let two participants fail at the same time: sagas get stuck.',
    'Make all transactions use one key and compare the rate with 1 ÷ the time that its locks are held.',
  ],
  sources: [
    {
      title: 'Mohan, Lindsay, Obermarck: Transaction management in the R* distributed database',
      url: 'https://dl.acm.org/doi/10.1145/7239.7266',
    },
    { title: 'Garcia-Molina, Salem (1987): Sagas', url: 'https://dl.acm.org/doi/10.1145/38713.38742' },
    {
      title: 'Microservices patterns: saga, pivot and countermeasures',
      url: 'https://microservices.io/patterns/data/saga.html',
    },
    { title: 'Temporal: retry policies', url: TEMPORAL },
    {
      title: 'The Open Group: Distributed TP, the XA specification',
      url: 'https://pubs.opengroup.org/onlinepubs/009680699/toc.pdf',
    },
    {
      title: 'PostgreSQL: PREPARE TRANSACTION',
      url: 'https://www.postgresql.org/docs/current/sql-prepare-transaction.html',
    },
    { title: 'Narayana: recovery of transactions', url: NARAYANA },
    { title: 'Atomikos: properties', url: ATOMIKOS },
  ],
};

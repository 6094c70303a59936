import type { KindDocs } from '../kind';
import { ATOMIKOS, NARAYANA } from './fields';

export const docs: KindDocs = {
  models: [
    'A write is a transaction over all participants: the databases it is connected to, in the order of the plan. Those that stand together are asked at the same time.',
    'Two-phase commit with presumed abort. Every participant does its part, brings it to disk, keeps its locks and promises to commit. When all have promised, the decision is written to a log and then told to everybody, again and again until it is confirmed.',
    'One that does not promise within the timeout of its connection, or cannot, aborts the transaction for all.',
    'A crash loses what is not in the log. Participants that have promised cannot decide alone: they keep their locks until the coordinator is back. It then tells what it had decided, asks every participant for promises that it does not know, and aborts those.',
    'A caller that asks again for the same request while its transaction is under way waits for that one.',
    'An outside observer follows the money: each transaction moves an amount from the first participant to the others. It measures and changes nothing.',
    'Reads ask every participant in turn, without a transaction.',
  ],
  leavesOut: [
    'A coordinator made of replicas, which would stay up when one of them dies.',
    'The shortcut for a single participant, and for participants that only read.',
    'Each participant does its work when it is asked to prepare; in reality that is a call of its own before.',
  ],
  tryThis: [
    'Crash it after the votes and watch the locks: writes to those rows wait, keep their connections, and soon nobody has one.',
    'Crash a database instead: transactions abort, and what it had promised is still there when it comes back.',
    'Let a database roll back alone after a few seconds: the locks go, and sometimes money does too.',
    'Make all transactions use one key and compare the rate with 1 ÷ the time that its locks are held.',
  ],
  sources: [
    {
      title: 'Mohan, Lindsay, Obermarck: Transaction management in the R* distributed database',
      url: 'https://dl.acm.org/doi/10.1145/7239.7266',
    },
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

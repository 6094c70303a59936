import { CRASH, ERRORS, type FaultSpec, PAUSE, SLOW } from '../../model/faults';
import { defineKind } from '../kind';
import { fields, POSTGRES_CONNECTIONS, POSTGRES_LOG } from './fields';
import { metrics } from './metrics';

export const STOP_REPLICATION: FaultSpec = {
  id: 'stop-replication',
  label: 'Stop replication',
  undo: 'Resume replication',
  done: 'stopped replicating',
  undone: 'replicates again',
  help: 'Nothing is shipped to the replicas any more: they answer with what they have, which gets older and older.',
  params: {},
};

const HEADLINES = ['primary', 'primary + {} replica', 'primary + {} replicas'];
const LAGS = ['', 'replicas caught up', 'replication lag {} ms', 'replication stopped, lag {} ms'];

export const sqlDatabase = defineKind({
  id: 'sql-database',
  title: 'SQL database',
  summary: 'Keeps what must not be lost: a primary for writes and, if you like, replicas for reads.',
  category: 'Data',
  icon: 'M4 6c0-1.7 3.6-3 8-3s8 1.3 8 3-3.6 3-8 3-8-1.3-8-3M4 6v12c0 1.7 3.6 3 8 3s8-1.3 8-3V6M4 12c0 1.7 3.6 3 8 3s8-1.3 8-3',
  docs: {
    models: [
      'For each caller and each server a pool of connections. A query holds its connection from beginning to end; those who find none wait their turn, for a limited time.',
      'A limit on the connections a server accepts. A pool opens connections when it first needs them and keeps them open.',
      'The queries on a server share its cores equally: twice as many queries, half the speed each.',
      'A write ends when the log is on disk; writes that come during one flush share the next (group commit).',
      'Asynchronous replication with one applier for each replica: when writes outrun it, the lag grows without end. Stale reads are counted by comparing with what was committed, which no real system can see.',
    ],
    leavesOut: [
      'Tables, SQL, locks and transactions of several statements: each query reads or writes one key.',
      'Failover: a crash takes the primary and its replicas. Committed writes survive it.',
      'Memory and disk reads: data come from memory. Opening a connection takes no time.',
      'The work of applying writes takes no core from the queries of a replica.',
      'Instances: all instances of a service share one pool.',
      'The primary keeps five million writes for a slow replica; then its disk is full and writes fail.',
    ],
    tryThis: [
      'Make reads slower until the pool is used up, and watch pool timeouts come before the cores are busy.',
      'Add replicas and see how far they help: with reads, with writes.',
      'Stop replication and count the stale reads. Resume it and watch the lag drain.',
    ],
    sources: [
      { title: 'PostgreSQL: connections and authentication', url: POSTGRES_CONNECTIONS },
      { title: 'PostgreSQL: write-ahead log', url: POSTGRES_LOG },
      {
        title: 'PostgreSQL benchmarks (indicative)',
        url: 'https://kb.ekarisky.com/databases/postgresql/benchmarks',
      },
    ],
  },
  in: [{ id: 'queries', label: 'Queries', accepts: 'query' }],
  out: [],
  fields,
  metrics,
  face: [
    { type: 'words', place: 'headline', phrases: HEADLINES },
    { type: 'cells', label: 'connections' },
    { type: 'bar', label: 'waiting', unit: 'queries' },
    { type: 'words', place: 'footer', phrases: LAGS },
  ],
  faults: [CRASH, PAUSE, SLOW, ERRORS, STOP_REPLICATION],
  version: 1,
  migrations: [],
});

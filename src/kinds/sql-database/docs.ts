import type { KindDocs } from '../kind';
import {
  HIKARI,
  INNODB,
  POSTGRES_CLIENT,
  POSTGRES_CONNECTIONS,
  POSTGRES_LOCKS,
  POSTGRES_LOG,
  POSTGRES_REPLICATION,
} from './fields';

export const docs: KindDocs = {
  models: [
    'For each caller and each server a pool of connections. A query holds its connection from beginning to end, also while it waits for a lock; those who find none wait their turn, for a limited time.',
    'A limit on the connections a server accepts. A pool opens connections when it first needs them and keeps them open.',
    'The queries on a server share its cores equally: twice as many queries, half the speed each.',
    'A write locks the row of its key before it does anything and until it is on disk; others wait for the row in turn. Reads lock nothing. A transaction may write a second row, one of those written of late; when two wait for each other, the one that notices is rolled back.',
    'A write ends when the log is on disk; writes that come during one flush share the next (group commit).',
    'Asynchronous replication with one applier for each replica: when writes outrun it, the lag grows without end. Stale reads are counted by comparing with what was committed, which no real system can see.',
  ],
  leavesOut: [
    'Tables, SQL and levels of isolation: each query reads one key, or writes one or two.',
    'Failover: a crash takes the primary and its replicas. Committed writes survive it, locks do not.',
    'Memory and disk reads: data come from memory. Opening a connection takes no time. Many connections alone slow nothing down.',
    'The work of applying writes takes no core from the queries of a replica.',
    'Instances: all instances of a service share one pool.',
    'The lag that routes reads is known exactly and at once; in reality it is measured now and then.',
    'The primary keeps five million writes for a slow replica; then its disk is full and writes fail.',
  ],
  tryThis: [
    'Make reads slower until the pool is used up, and watch pool timeouts come before the cores are busy.',
    'Start a long transaction on the hottest row: writes to it keep their connections while they wait, until the pool has none left for anybody.',
    'Let a transaction write two rows and use few keys: deadlocks come, each after a second of waiting. Then slow the disk down.',
    'Add replicas and see how far they help: with reads, with writes.',
    'Stop replication and count the stale reads. Resume it and watch the lag drain. Try the other ways to choose who answers reads.',
  ],
  sources: [
    { title: 'PostgreSQL: connections and authentication', url: POSTGRES_CONNECTIONS },
    { title: 'PostgreSQL: write-ahead log', url: POSTGRES_LOG },
    { title: 'PostgreSQL: lock management', url: POSTGRES_LOCKS },
    { title: 'PostgreSQL: statement behaviour, lock_timeout', url: POSTGRES_CLIENT },
    { title: 'PostgreSQL: replication and standby delay', url: POSTGRES_REPLICATION },
    { title: 'InnoDB: innodb_lock_wait_timeout', url: INNODB },
    { title: 'HikariCP: pool settings', url: HIKARI },
    { title: 'PostgreSQL benchmarks (indicative)', url: 'https://kb.ekarisky.com/databases/postgresql/benchmarks' },
  ],
};

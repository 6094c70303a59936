import type { KindDocs } from '../kind';
import { HIKARI, INNODB, POSTGRES_CLIENT, POSTGRES_CONNECTIONS, POSTGRES_LOCKS, POSTGRES_LOG } from './fields';
import { PATRONI, PATRONI_MODES, POSTGRES_REPLICATION } from './replication-fields';

export const docs: KindDocs = {
  models: [
    'For each caller and each server a pool of connections. A query holds its connection from beginning to end, also while it waits for a lock; those who find none wait their turn, for a limited time.',
    'A limit on the connections a server accepts. A pool opens connections when it first needs them and keeps them open.',
    'The queries on a server share its cores equally: twice as many queries, half the speed each.',
    'A write locks the row of its key before it does anything and until it is on disk; others wait for the row in turn. Reads lock nothing. A transaction may write a second row, one of those written of late; when two wait for each other, the one that notices is rolled back.',
    'A write ends when the log is on disk; writes that come during one flush share the next (group commit).',
    'Replication with one applier for each replica: when writes outrun it, or the link, the lag grows without end. A position in the log (LSN) for each server: what it has received, flushed and applied.',
    'Commits that wait for nobody, for one standby, or for any so many replicas: until they have the write in memory, on disk, or applied. Locks are kept while a commit waits. A standby that is gone holds up every commit that needs it, until a manager names another or, if it is not strict, nobody.',
    'A lease of the primary, kept elsewhere: it renews it, and gives up when it cannot. When it runs out, the replica with most of the log is promoted, if it lacks no more than is allowed; with synchronous commits only one that must have every acknowledged write. It first applies what it has received, and callers notice later.',
    'Without fencing an old primary goes on taking writes: split brain. When it meets the new one, it throws away what only it has, and follows.',
    'Lost, diverged and stale are measured by an observer who sees everything, which no real system can: what users were told is compared with what they find.',
  ],
  leavesOut: [
    'Prepared transactions: every server knows them at once, so a failover loses none, however far the new primary was behind; in PostgreSQL they are replicated like other writes, and may be lost like them. They hold back no vacuum.',
    'Tables, SQL and levels of isolation: each query reads one key, or writes one or two.',
    'The store that keeps the lease never fails, and is on the side of those who are not cut off. A dead primary is not first restarted in place.',
    'The fault “Crash” takes all servers at once; committed writes survive it, locks do not. Timelines: of two logs that parted, only the one of the primary by right is followed.',
    'What a long transaction holds back for vacuum. Cascading replicas, backups, and restoring from them.',
    'While servers are cut off from their callers, a connection hangs until its caller notices; there is no TCP timeout of its own.',
    'Memory and disk reads: data come from memory. Opening a connection takes no time. Many connections alone slow nothing down.',
    'The work of applying writes takes no core from the queries of a replica.',
    'Instances: all instances of a service share one pool, and are on the same side of a cut.',
    'The lag that routes reads is known exactly and at once; in reality it is measured now and then.',
    'The primary keeps five million writes for a slow replica; then its disk is full and writes fail.',
  ],
  tryThis: [
    'Make reads slower until the pool is used up, and watch pool timeouts come before the cores are busy.',
    'Start a long transaction on the hottest row: writes to it keep their connections while they wait, until the pool has none left for anybody.',
    'Let a transaction write two rows and use few keys: deadlocks come, each after a second of waiting. Then slow the disk down.',
    'Add replicas and see how far they help: with reads, with writes.',
    'Let a replica take over when the primary is gone, crash the primary under load, and count the lost writes. Then let commits wait for one standby: none is lost, and each write takes a round trip longer.',
    'Crash that standby instead, and watch every commit wait. With a quorum of one of two, nobody notices. Or let a manager name another standby, and crash that one, too.',
    'Cut off the primary with its callers on both sides, with and without fencing.',
    'Stop replication and count the stale reads. Resume it and watch the lag drain. Try the other ways to choose who answers reads.',
  ],
  sources: [
    { title: 'PostgreSQL: connections and authentication', url: POSTGRES_CONNECTIONS },
    { title: 'PostgreSQL: write-ahead log', url: POSTGRES_LOG },
    { title: 'PostgreSQL: lock management', url: POSTGRES_LOCKS },
    { title: 'PostgreSQL: statement behaviour, lock_timeout', url: POSTGRES_CLIENT },
    { title: 'PostgreSQL: replication and standby delay', url: POSTGRES_REPLICATION },
    { title: 'Patroni: dynamic configuration', url: PATRONI },
    {
      title: 'Patroni: replication modes',
      url: PATRONI_MODES,
    },
    {
      title: 'GitHub: October 21 post-incident analysis',
      url: 'https://github.blog/2018-10-30-oct21-post-incident-analysis/',
    },
    { title: 'InnoDB: innodb_lock_wait_timeout', url: INNODB },
    { title: 'HikariCP: pool settings', url: HIKARI },
    { title: 'PostgreSQL benchmarks (indicative)', url: 'https://kb.ekarisky.com/databases/postgresql/benchmarks' },
  ],
};

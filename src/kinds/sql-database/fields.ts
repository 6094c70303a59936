import { oldTokensField } from '../fencing-field';
import { choice, type ConfigOf } from '../../model/fields';
import { replicationFields } from './replication-fields';

export const POSTGRES_CONNECTIONS = 'https://www.postgresql.org/docs/current/runtime-config-connection.html';
export const POSTGRES_LOG = 'https://www.postgresql.org/docs/current/runtime-config-wal.html';
export const POSTGRES_LOCKS = 'https://www.postgresql.org/docs/current/runtime-config-locks.html';
export const POSTGRES_CLIENT = 'https://www.postgresql.org/docs/current/runtime-config-client.html';
export const POSTGRES_RESOURCES = 'https://www.postgresql.org/docs/current/runtime-config-resource.html';
export const POSTGRES_PREPARE = 'https://www.postgresql.org/docs/current/sql-prepare-transaction.html';
export const INNODB = 'https://dev.mysql.com/doc/refman/8.4/en/innodb-parameters.html';
export const HIKARI = 'https://github.com/brettwooldridge/HikariCP';
const BENCHMARKS = 'https://kb.ekarisky.com/databases/postgresql/benchmarks';

/** Queries take ten times as long as simple ones on real hardware, as the work of services does: so that people can see it. */
export const fields = {
  replicas: {
    type: 'number',
    integer: true,
    label: 'Read replicas',
    unit: '',
    default: 0,
    min: 0,
    max: 8,
    help: 'Copies that answer reads, and can take over. They follow the primary a little later. Writes always go to the primary.',
  },
  readFrom: choice({
    label: 'Reads go to',
    default: 'replicas',
    options: [
      {
        value: 'replicas',
        label: 'Replicas, in turn',
        help: 'Takes load from the primary, but a replica may not have the latest write yet. Without replicas, the primary.',
      },
      { value: 'primary', label: 'The primary', help: 'Always up to date. Replicas then only stand by.' },
      {
        value: 'least-lag',
        label: 'The replica least behind',
        help: 'The one that lacks the youngest writes; equals take turns.',
      },
      {
        value: 'bounded',
        label: 'Replicas not too far behind',
        help: 'In turn, but only those within a limit. When none is, the primary: all the load then comes back to it.',
      },
      {
        value: 'sticky',
        label: 'The primary after own writes',
        help: 'Who has just written reads from the primary for a while, and so finds the own write. Others read from replicas.',
      },
    ],
    help: 'Which servers answer reads.',
  }),
  maxLagMs: {
    type: 'number',
    label: 'Most a replica may lag',
    unit: 'ms',
    default: 100,
    min: 0,
    max: 600_000,
    help: 'A replica that lacks a write older than this answers no reads until it has caught up.',
    when: { field: 'readFrom', is: ['bounded'] },
  },
  stickySeconds: {
    type: 'number',
    label: 'Stay with the primary',
    unit: 's',
    default: 2,
    min: 0,
    max: 3600,
    help: 'For this long after a write its user reads from the primary. Shorter than the lag, it does not help.',
    when: { field: 'readFrom', is: ['sticky'] },
  },
  poolSize: {
    type: 'number',
    integer: true,
    label: 'Connections in a pool',
    unit: '',
    default: 10,
    min: 1,
    max: 1000,
    help: 'How many queries one caller runs at the same time on one server. Others wait in the caller.',
    real: {
      value: '10',
      product: 'HikariCP maximumPoolSize',
      source: HIKARI,
    },
  },
  poolTimeoutMs: {
    type: 'number',
    label: 'Wait for a connection',
    unit: 'ms',
    // Shorter than the usual timeout of a connection, so that the pool is seen to be the cause.
    default: 500,
    min: 1,
    max: 600_000,
    help: 'A query that has waited this long for a connection fails: pool timeout.',
    real: {
      value: '30 000 ms',
      product: 'HikariCP connectionTimeout',
      source: HIKARI,
    },
  },
  maxConnections: {
    type: 'number',
    integer: true,
    label: 'Connections a server accepts',
    unit: '',
    default: 100,
    min: 1,
    max: 10_000,
    help: 'All pools together cannot open more on one server. A query that would need one more fails: too many connections.',
    real: { value: '100', product: 'PostgreSQL max_connections', source: POSTGRES_CONNECTIONS },
  },
  cores: {
    type: 'number',
    integer: true,
    label: 'Cores of a server',
    unit: '',
    default: 4,
    min: 1,
    max: 128,
    help: 'The queries on a server share its cores equally. More queries than cores means each is slower.',
  },
  readMedianMs: {
    type: 'number',
    label: 'Read, median',
    unit: 'ms',
    default: 4,
    min: 0.001,
    max: 60_000,
    help: 'Computing time of a read: half of the reads need less.',
    real: {
      value: 'about 0.1 ms: 50 000 to 80 000 simple reads per second on 8 cores',
      product: 'PostgreSQL',
      source: BENCHMARKS,
    },
  },
  readP99Ms: {
    type: 'number',
    label: 'Read, p99',
    unit: 'ms',
    default: 40,
    min: 0.001,
    max: 600_000,
    help: 'One read in a hundred needs more. Values below the median count as the median.',
  },
  writeMedianMs: {
    type: 'number',
    label: 'Write, median',
    unit: 'ms',
    default: 6,
    min: 0.001,
    max: 60_000,
    help: 'Computing time of a write, before it is committed: half of the writes need less.',
    real: { value: '0.5 to 1 ms: 8 000 to 15 000 per second on 8 cores', product: 'PostgreSQL', source: BENCHMARKS },
  },
  writeP99Ms: {
    type: 'number',
    label: 'Write, p99',
    unit: 'ms',
    default: 60,
    min: 0.001,
    max: 600_000,
    help: 'One write in a hundred needs more. Values below the median count as the median.',
  },
  commitMedianMs: {
    type: 'number',
    label: 'Commit, median',
    unit: 'ms',
    default: 0.5,
    min: 0.001,
    max: 60_000,
    help: 'Time to bring the log to the disk, before a write is answered. Writes that come meanwhile share the next one.',
  },
  commitP99Ms: {
    type: 'number',
    label: 'Commit, p99',
    unit: 'ms',
    default: 5,
    min: 0.001,
    max: 600_000,
    help: 'One flush in a hundred takes longer. Values below the median count as the median.',
  },
  oldTokens: oldTokensField,
  locking: choice({
    label: 'A write locks',
    default: 'one',
    options: [
      {
        value: 'one',
        label: 'Its row',
        help: 'From before it begins until it is on disk: writes to one row go one by one.',
      },
      {
        value: 'two',
        label: 'Its row and another',
        help: 'A transaction of two steps: its own row, then one of those written of late. Two can wait for each other.',
      },
      { value: 'none', label: 'Nothing', help: 'No real database: writes to one row happen at the same time.' },
    ],
    help: 'Which rows a write keeps for itself until it is committed.',
    real: { value: 'every row it changes', product: 'PostgreSQL, InnoDB', source: POSTGRES_LOCKS },
  }),
  lockTimeoutMs: {
    type: 'number',
    label: 'Wait for a lock',
    unit: 'ms',
    default: 0,
    min: 0,
    max: 600_000,
    help: 'A query that has waited this long for a lock is rolled back: lock timeout. 0 waits without end.',
    real: { value: '50 s; PostgreSQL: 0, no limit', product: 'InnoDB innodb_lock_wait_timeout', source: INNODB },
  },
  deadlockTimeoutMs: {
    type: 'number',
    label: 'Look for a deadlock after',
    unit: 'ms',
    default: 1000,
    min: 1,
    max: 600_000,
    help: 'Who has waited this long for a second row looks whether it waits for itself, and is rolled back if so.',
    real: { value: '1 s', product: 'PostgreSQL deadlock_timeout', source: POSTGRES_LOCKS },
    when: { field: 'locking', is: ['two'] },
  },
  ...replicationFields,
  maxPrepared: {
    type: 'number',
    integer: true,
    label: 'Prepared transactions, at most',
    unit: '',
    default: 100,
    min: 0,
    max: 100_000,
    help: 'For two-phase commit: how many may wait for their decision at once. One more votes no. With 0 all do.',
    real: {
      value: '0: two-phase commit is off',
      product: 'PostgreSQL max_prepared_transactions',
      source: POSTGRES_RESOURCES,
    },
  },
  inDoubtLimitS: {
    type: 'number',
    label: 'Rolls back alone after',
    unit: 's',
    default: 0,
    min: 0,
    max: 86_400,
    help: 'A prepared transaction that has waited this long is rolled back by heuristics, which frees its locks and may be wrong. 0 waits without end.',
    real: {
      value: 'never; somebody has to decide',
      product: 'PostgreSQL PREPARE TRANSACTION',
      source: POSTGRES_PREPARE,
    },
  },
} as const;

export type SqlConfig = ConfigOf<typeof fields>;

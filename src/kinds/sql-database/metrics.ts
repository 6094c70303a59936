import type { MetricSpec } from '../../model/metrics';

export const metrics: readonly MetricSpec[] = [
  {
    id: 'connectionsActive',
    type: 'gauge',
    label: 'Connections in use',
    unit: 'connections',
    help: 'Connections that run a query, on all servers.',
    realName: 'hikaricp_connections_active',
  },
  {
    id: 'connectionsWaiting',
    type: 'gauge',
    label: 'Waiting for a connection',
    unit: 'queries',
    help: 'Queries that wait for a connection of their pool.',
    realName: 'hikaricp_connections_pending',
  },
  {
    id: 'replicationLagMs',
    type: 'gauge',
    label: 'Replication lag',
    unit: 'ms',
    help: 'Age of the oldest committed write that a replica still lacks, for the replica furthest behind. Read 20 times a second.',
    realName: 'pg_stat_replication replay_lag',
  },
  { id: 'reads', type: 'counter', label: 'Reads', unit: 'queries', help: 'Reads answered.' },
  { id: 'writes', type: 'counter', label: 'Writes', unit: 'queries', help: 'Writes committed.' },
  {
    id: 'staleReads',
    type: 'counter',
    label: 'Stale reads',
    unit: 'queries',
    help: 'Reads answered by a replica that lacked the latest committed write of the key.',
  },
  {
    id: 'poolTimeouts',
    type: 'counter',
    label: 'Pool timeouts',
    unit: 'queries',
    help: 'Queries that got no connection in time.',
    realName: 'hikaricp_connections_timeout_total',
  },
  {
    id: 'flushes',
    type: 'counter',
    label: 'Log flushes',
    unit: 'flushes',
    help: 'Times the log was brought to disk. Fewer than the writes means that writes shared a flush.',
  },
];

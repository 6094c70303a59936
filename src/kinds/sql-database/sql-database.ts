import { CRASH, ERRORS, PAUSE, SLOW } from '../../model/faults';
import { defineKind } from '../kind';
import { docs } from './docs';
import { HEADLINES, LAGS, ROLES, SHAPES } from './face';
import {
  CRASH_SERVER,
  DISK_SLOW,
  FREEZE_SERVER,
  ISOLATE,
  LOCK_TABLE,
  LONG_READ,
  LONG_TRANSACTION,
  PROMOTE_REPLICA,
  SLOW_CLOCK,
  STOP_REPLICATION,
} from './faults';
import { fields } from './fields';
import { metrics } from './metrics';

export const sqlDatabase = defineKind({
  id: 'sql-database',
  title: 'SQL database',
  summary: 'Keeps what must not be lost: a primary for writes and, if you like, replicas for reads.',
  category: 'Data',
  icon: 'M4 6c0-1.7 3.6-3 8-3s8 1.3 8 3-3.6 3-8 3-8-1.3-8-3M4 6v12c0 1.7 3.6 3 8 3s8-1.3 8-3V6M4 12c0 1.7 3.6 3 8 3s8-1.3 8-3',
  docs,
  in: [{ id: 'queries', label: 'Queries', accepts: 'query', transactions: true }],
  out: [],
  fields,
  metrics,
  face: [
    { type: 'words', place: 'headline', phrases: HEADLINES },
    { type: 'cells', label: 'connections' },
    { type: 'bar', label: 'waiting', unit: 'queries' },
    { type: 'bar', label: 'locked out', unit: 'queries' },
    { type: 'words', place: 'footer', phrases: LAGS },
    {
      type: 'members',
      label: 'servers',
      many: ({ replicas }) => (Number(replicas) > 0 ? 1 + Number(replicas) : 0),
      roles: ROLES,
      shapes: SHAPES,
      lane: 'log',
      number: 'ms behind',
    },
  ],
  faults: [
    CRASH,
    PAUSE,
    SLOW,
    ERRORS,
    CRASH_SERVER,
    FREEZE_SERVER,
    ISOLATE,
    PROMOTE_REPLICA,
    STOP_REPLICATION,
    LONG_READ,
    DISK_SLOW,
    LONG_TRANSACTION,
    LOCK_TABLE,
    SLOW_CLOCK,
  ],
  version: 1,
  migrations: [],
});

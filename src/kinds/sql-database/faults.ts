import type { FaultSpec } from '../../model/faults';

export const STOP_REPLICATION: FaultSpec = {
  id: 'stop-replication',
  label: 'Stop replication',
  undo: 'Resume replication',
  done: 'stopped replicating',
  undone: 'replicates again',
  help: 'Nothing is shipped to the replicas any more: they answer with what they have, which gets older and older.',
  params: {
    replica: {
      type: 'number',
      integer: true,
      label: 'Only replica number',
      unit: '',
      default: 0,
      min: 0,
      max: 8,
      help: '0 stops all of them.',
    },
  },
};

export const DISK_SLOW: FaultSpec = {
  id: 'disk-slow',
  label: 'Slow disk',
  undo: 'Normal disk',
  done: 'has a slow disk',
  undone: 'has a normal disk again',
  help: 'Every flush of the log that starts from now on takes this many times as long. Reads do not notice.',
  params: {
    factor: {
      type: 'number',
      label: 'Times slower',
      unit: '×',
      default: 20,
      min: 1,
      max: 10_000,
      help: 'How many times as long each flush takes.',
    },
  },
};

export const LONG_TRANSACTION: FaultSpec = {
  id: 'long-transaction',
  label: 'Long transaction',
  undo: 'End the transaction',
  done: 'has a long transaction',
  undone: 'is rid of the long transaction',
  help: 'Somebody locks the rows that were written most of late and forgets to commit. Writes to them wait, and keep their connections.',
  params: {
    rows: {
      type: 'number',
      integer: true,
      label: 'Rows',
      unit: '',
      default: 1,
      min: 1,
      max: 50,
      help: 'How many rows it holds, the hottest first.',
    },
  },
};

export const LOCK_TABLE: FaultSpec = {
  id: 'lock-table',
  label: 'Lock the table',
  undo: 'Unlock the table',
  done: 'has its table locked',
  undone: 'has its table unlocked',
  help: 'As a change of the schema does: on the primary every query that comes from now on waits, reads too. Those under way finish.',
  params: {},
};

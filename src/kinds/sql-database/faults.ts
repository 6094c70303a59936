import type { FaultSpec } from '../../model/faults';
import { choice, type Fields } from '../../model/fields';

const SERVER = {
  server: {
    type: 'number',
    integer: true,
    label: 'Server',
    unit: '',
    default: 0,
    min: 0,
    max: 8,
    help: '0 is whoever is the primary then; the other numbers are the replicas in their order.',
  },
} as const satisfies Fields;

const replica = (help: string): Fields => ({
  replica: { type: 'number', integer: true, label: 'Only replica', unit: '', default: 0, min: 0, max: 8, help },
});

export const STOP_REPLICATION: FaultSpec = {
  id: 'stop-replication',
  label: 'Stop replication',
  undo: 'Resume replication',
  done: 'stopped replicating',
  undone: 'replicates again',
  help: 'Nothing is shipped to the replicas any more: they answer with what they have, which gets older and older.',
  params: replica('0 stops all of them.'),
};

export const CRASH_SERVER: FaultSpec = {
  id: 'crash-server',
  label: 'Crash a server',
  undo: 'Restart the server',
  done: 'lost a server',
  undone: 'has its server back',
  help: 'One machine dies: its queries are reset, and new ones to it are refused. What is on its disk survives.',
  params: SERVER,
};

export const FREEZE_SERVER: FaultSpec = {
  id: 'freeze-server',
  label: 'Freeze a server',
  undo: 'Unfreeze the server',
  done: 'has a frozen server',
  undone: 'has its server moving again',
  help: 'One machine stands still, as a virtual machine does that is moved. It does not know how long it was away.',
  params: SERVER,
};

export const ISOLATE: FaultSpec = {
  id: 'isolate-server',
  label: 'Cut off a server',
  undo: 'Join it again',
  done: 'has a server cut off',
  undone: 'is whole again',
  help: 'The network between one server and all others is cut. The lease is kept on the side of the others.',
  params: {
    ...SERVER,
    callers: choice({
      label: 'Callers are',
      default: 'with-replicas',
      options: [
        { value: 'with-replicas', label: 'with the others', help: 'Nothing comes through to the server cut off.' },
        { value: 'with-primary', label: 'with the server cut off', help: 'They reach nobody else.' },
        {
          value: 'divided',
          label: 'on both sides',
          help: 'The first connection of the database is on the side of the server cut off, the others are not.',
        },
        { value: 'everywhere', label: 'everywhere', help: 'Only the servers do not reach each other.' },
      ],
      help: 'Whom the callers reach meanwhile.',
    }),
  },
};

export const LONG_READ: FaultSpec = {
  id: 'long-read',
  label: 'Long query on a replica',
  undo: 'End the query',
  done: 'has a long query on a replica',
  undone: 'is rid of the long query',
  help: 'It needs rows as they were, so the replica applies no writes until it ends, or until it is cancelled.',
  params: replica('0 is all of them.'),
};

export const SLOW_CLOCK: FaultSpec = {
  id: 'slow-clock',
  label: 'Slow clock',
  undo: 'Set the clock',
  done: 'has a slow clock',
  undone: 'has its clock set',
  help: 'The primary notices later than it should that it could not renew its lease.',
  params: {
    seconds: {
      type: 'number',
      label: 'Late by',
      unit: 's',
      default: 30,
      min: 0,
      max: 3600,
      help: 'The margin between giving up and being replaced is 0 to 10 s with the defaults. Beyond it there are two primaries.',
    },
  },
};

export const PROMOTE_REPLICA: FaultSpec = {
  id: 'promote',
  label: 'Promote a replica',
  done: 'had a replica promoted',
  help: 'By hand. If the primary can be reached, it hands over and nothing is lost.',
  params: replica('0 is the one that has most of the log.'),
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
      label: 'How many',
      unit: 'rows',
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

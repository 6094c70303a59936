import type { FaultSpec } from '../../model/faults';
import { choice, type Fields } from '../../model/fields';

const SHARD = {
  shard: {
    type: 'number',
    integer: true,
    label: 'Shard',
    unit: '',
    default: 1,
    min: 1,
    max: 8,
    help: 'Which one. Without a cluster there is only the first.',
  },
} as const satisfies Fields;

const WHICH = {
  ...SHARD,
  node: choice({
    label: 'Node',
    default: 'master',
    options: [
      { value: 'master', label: 'its master', help: 'Whoever that is then.' },
      { value: 'replica', label: 'a replica', help: 'The first of its replicas.' },
    ],
    help: 'Which node of the shard.',
  }),
};

export const CRASH_NODE: FaultSpec = {
  id: 'crash-node',
  label: 'Crash a node',
  undo: 'Restart the node',
  done: 'lost a node',
  undone: 'has its node back',
  help: 'One process dies with all it had in memory. It comes back empty, and copies from its master if there is one.',
  params: WHICH,
};

export const FREEZE_NODE: FaultSpec = {
  id: 'freeze-node',
  label: 'Freeze a node',
  undo: 'Unfreeze the node',
  done: 'has a frozen node',
  undone: 'has its node moving again',
  help: 'One process stands still, as in a slow command or when its machine is moved. It does not know that it was replaced.',
  params: WHICH,
};

export const ISOLATE_MASTER: FaultSpec = {
  id: 'isolate-master',
  label: 'Cut off a master',
  undo: 'Join it again',
  done: 'has a master cut off',
  undone: 'is whole again',
  help: 'The network between one master and all other nodes is cut. The sentinels are with the others.',
  params: {
    ...SHARD,
    callers: choice({
      label: 'Callers are',
      default: 'with-replicas',
      options: [
        { value: 'with-replicas', label: 'with the others', help: 'Nothing comes through to the master cut off.' },
        { value: 'with-master', label: 'with the master cut off', help: 'They reach nobody else.' },
        {
          value: 'divided',
          label: 'on both sides',
          help: 'The first connection is on the side of the master cut off, the others are not.',
        },
        { value: 'everywhere', label: 'everywhere', help: 'Only the nodes do not reach each other.' },
      ],
      help: 'Whom the callers reach meanwhile.',
    }),
  },
};

export const STOP_REPLICATION: FaultSpec = {
  id: 'stop-replication',
  label: 'Stop replication',
  undo: 'Resume replication',
  done: 'stopped replicating',
  undone: 'replicates again',
  help: 'Nothing reaches the replicas any more.',
  params: {},
};

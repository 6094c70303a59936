import type { FaultSpec } from '../../model/faults';
import { choice } from '../../model/fields';

const BROKER = {
  type: 'number',
  integer: true,
  label: 'Broker',
  unit: '',
  default: 1,
  min: 1,
  max: 9,
  help: 'Which broker, by its number. Broker 1 is the preferred leader of partition p0, broker 2 of p1, and so on.',
} as const;

const COUNT = {
  type: 'number',
  integer: true,
  label: 'How many',
  unit: 'brokers',
  default: 1,
  min: 1,
  max: 9,
  help: 'This broker and those after it.',
} as const;

export const BROKER_CRASH: FaultSpec = {
  id: 'broker-crash',
  label: 'Stop a broker',
  undo: 'Start the broker',
  done: 'lost a broker',
  undone: 'has its broker back',
  help: 'One broker dies. Its partitions have no leader until the controllers miss its heartbeats and choose others.',
  params: {
    broker: BROKER,
    count: COUNT,
    how: choice({
      label: 'How it ends',
      default: 'crash',
      options: [
        {
          value: 'crash',
          label: 'it crashes',
          help: 'Nobody is told. The controllers notice after the session timeout.',
        },
        {
          value: 'clean',
          label: 'it is shut down in order',
          help: 'It gives its partitions to other in-sync replicas first.',
        },
      ],
      help: 'Whether it has time to give its partitions away.',
    }),
  },
};

export const BROKER_FREEZE: FaultSpec = {
  id: 'broker-freeze',
  label: 'Freeze a broker',
  undo: 'Unfreeze the broker',
  done: 'has a frozen broker',
  undone: 'has its broker back from the frost',
  help: 'One broker stands still, as in a long garbage collection. Its connections stay open, and nobody answers.',
  params: { broker: BROKER, count: COUNT },
};

export const BROKER_CUT: FaultSpec = {
  id: 'broker-cut',
  label: 'Cut off a broker',
  undo: 'Join the broker again',
  done: 'has a broker that is cut off',
  undone: 'has all brokers on one network again',
  help: 'One broker reaches neither the other brokers nor the controllers. Clients still reach it, and it still believes that it leads.',
  params: { broker: BROKER, count: COUNT },
};

export const STOP_REPLICATION: FaultSpec = {
  id: 'stop-replication',
  label: 'Hang a follower',
  undo: 'Let the follower go on',
  done: 'has a hung follower',
  undone: 'has all followers fetching again',
  help: 'One broker copies nothing from leaders any more, and otherwise seems healthy: its heartbeats go on.',
  params: { broker: BROKER, count: COUNT },
};

export const DISK_SLOW: FaultSpec = {
  id: 'disk-slow',
  label: 'Slow disk',
  undo: 'Normal disk',
  done: 'has a slow disk',
  undone: 'has normal disks again',
  help: 'Everything that one broker writes from now on takes this many times as long: what it appends, and what it copies.',
  params: {
    broker: BROKER,
    count: COUNT,
    factor: {
      type: 'number',
      label: 'Times slower',
      unit: '×',
      default: 100,
      min: 1,
      max: 100_000,
      help: 'How many times as long each write takes.',
    },
  },
};

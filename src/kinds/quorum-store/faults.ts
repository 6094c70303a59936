import { clusterFaults } from '../../model/cluster-faults';
import type { FaultSpec } from '../../model/faults';

export const NODES = clusterFaults(false);

export const CLOCK_SKEW: FaultSpec = {
  id: 'clock-skew',
  label: 'Set a clock wrong',
  undo: 'Set the clock right',
  done: 'has a wrong clock',
  undone: 'has right clocks again',
  help: 'The clock of one node goes ahead of time, or behind. Writes that it takes look newer or older than they are.',
  params: {
    node: NODES.crash.params['node']!,
    skewMs: {
      type: 'number',
      label: 'Ahead by',
      unit: 'ms',
      default: 500,
      min: -86_400_000,
      max: 86_400_000,
      help: 'How far the clock is ahead; below 0 it is behind.',
    },
  },
};

import { clusterFaults } from '../../model/cluster-faults';
import type { FaultSpec } from '../../model/faults';

export const NODES = clusterFaults(true);

export const CLOCK_RATE: FaultSpec = {
  id: 'clock-rate',
  label: 'Detune a clock',
  undo: 'Right the clock',
  done: 'has a clock that runs wrong',
  undone: 'has right clocks again',
  help: 'The clock of one node runs slowly or fast. A slow leader believes in its lease for longer than the others wait.',
  params: {
    node: NODES.crash.params['node']!,
    percent: {
      type: 'number',
      label: 'Speed of the clock',
      unit: '%',
      default: 25,
      min: 1,
      max: 1000,
      help: '100 is right. At 25 the node takes four seconds for one.',
    },
  },
};

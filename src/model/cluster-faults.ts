/** Faults of single nodes and of the network between them, for kinds that are clusters. */
import type { FaultSpec } from './faults';
import { choice, type Fields, type NumberField } from './fields';

/** Most nodes a cluster can have. */
export const MOST_NODES = 9;

/** Which node; where nodes have a leader, 0 is the one that leads when the fault begins. */
function whichNode(leads: boolean): NumberField {
  return {
    type: 'number',
    integer: true,
    label: 'Node',
    unit: '',
    default: leads ? 0 : 1,
    min: leads ? 0 : 1,
    max: MOST_NODES,
    help: leads
      ? 'Which node, by its number. 0 is the leader of the moment; without one, the first node.'
      : 'Which node, by its number. Numbers beyond the last begin again with the first.',
  };
}

const factor: NumberField = {
  type: 'number',
  label: 'Times slower',
  unit: '×',
  default: 20,
  min: 1,
  max: 10_000,
  help: 'How many times as long the node takes for each piece of work and for its disk.',
};

function apart(leads: boolean): Fields {
  return {
    isolate: choice({
      label: 'Cut off',
      default: leads ? 'with-leader' : 'numbered',
      options: [
        ...(leads
          ? [
              { value: 'with-leader', label: 'the leader and others', help: 'The leader of the moment is among them.' },
              { value: 'without-leader', label: 'followers only', help: 'The leader stays with the rest.' },
            ]
          : []),
        { value: 'numbered', label: 'nodes by number', help: 'From a node on, in the order of their numbers.' },
      ],
      help: 'Which nodes are cut off from the rest. They still reach each other.',
    }),
    size: {
      type: 'number',
      integer: true,
      label: 'How many',
      unit: 'nodes',
      default: 0,
      min: 0,
      max: MOST_NODES,
      help: 'How many are cut off. 0 is the largest minority: one of three, two of five.',
    },
    first: {
      type: 'number',
      integer: true,
      label: 'From node',
      unit: '',
      default: 1,
      min: 1,
      max: MOST_NODES,
      help: 'The number of the first node that is cut off.',
      when: { field: 'isolate', is: ['numbered'] },
    },
    direction: choice({
      label: 'Direction',
      default: 'both',
      options: [
        { value: 'both', label: 'both ways', help: 'No message passes between them and the rest.' },
        { value: 'in', label: 'into them only', help: 'They are heard by the rest and hear nothing.' },
        { value: 'out', label: 'out of them only', help: 'They hear the rest and are not heard.' },
      ],
      help: 'Which messages are lost. Clients still reach every node.',
    }),
  };
}

export interface ClusterFaults {
  readonly crash: FaultSpec;
  readonly freeze: FaultSpec;
  readonly slow: FaultSpec;
  readonly partition: FaultSpec;
}

/** The faults of a cluster; `leads` when it has a leader, so that faults can aim at it. */
export function clusterFaults(leads: boolean): ClusterFaults {
  const node = whichNode(leads);
  return {
    crash: {
      id: 'node-crash',
      label: 'Crash a node',
      undo: 'Restart the node',
      done: 'lost a node',
      undone: 'has its node back',
      help: 'The process of one node dies. What is on its disk survives; requests it held are reset.',
      params: { node },
    },
    freeze: {
      id: 'node-freeze',
      label: 'Freeze a node',
      undo: 'Unfreeze the node',
      done: 'has a frozen node',
      undone: 'has no frozen node any more',
      help: 'One node stands still, as in a long garbage collection, and does not know it: afterwards it goes on as if nothing had happened.',
      params: { node },
    },
    slow: {
      id: 'node-slow',
      label: 'Slow a node down',
      undo: 'Full speed',
      done: 'has a slow node',
      undone: 'has no slow node any more',
      help: 'One node works slowly, and so does its disk. Work that has begun is not changed.',
      params: { node, factor },
    },
    partition: {
      id: 'node-partition',
      label: 'Partition the nodes',
      undo: 'Heal the partition',
      done: 'is partitioned',
      undone: 'is whole again',
      help: 'Some nodes cannot reach the rest any more, or cannot be reached. Clients of both sides still reach the nodes they talk to.',
      params: apart(leads),
    },
  };
}

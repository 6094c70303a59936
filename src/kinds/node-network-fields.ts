import type { NumberField } from '../model/fields';

/** The network between the nodes of a cluster. */
export const NODE_NETWORK_FIELDS = {
  rttMs: {
    type: 'number',
    label: 'Round trip between nodes',
    unit: 'ms',
    default: 1,
    ours: 'work',
    min: 0,
    max: 2000,
    help: 'Half of it passes before a message arrives. 1 ms across zones, 60 to 150 ms across continents.',
  },
  jitter: {
    type: 'number',
    label: 'Jitter between nodes',
    unit: '',
    default: 0.1,
    ours: 'work',
    min: 0,
    max: 1.5,
    help: 'How much these delays vary: the sigma of a lognormal factor.',
  },
} as const satisfies Record<string, NumberField>;

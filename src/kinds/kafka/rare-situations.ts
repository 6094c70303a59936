import { PROBED } from '../probing-system';
import type { SmallSystem } from '../small-system';

const LOAD = { ratePerSec: 200, readPercent: 0 };

/** For the contract test: what a short run by chance hardly ever comes to. */
export const rareSituations: readonly SmallSystem[] = [
  // The only follower hangs, the leader dies: who is behind leads, and what was acknowledged is gone.
  {
    components: {
      source: ['client', LOAD],
      [PROBED]: [
        'kafka',
        { acks: '1', brokers: 2, replicationFactor: 2, unclean: true, brokerSessionMs: 100, replicaLagMaxMs: 200 },
      ],
    },
    connections: { [`source>${PROBED}`]: {} },
    faults: [
      { atMs: 500, durationMs: 3000, target: PROBED, fault: 'stop-replication', params: { broker: 2 } },
      { atMs: 2000, durationMs: 1000, target: PROBED, fault: 'broker-crash', params: { broker: 1 } },
    ],
  },
  // Nobody asks whether a record was stored.
  {
    components: { source: ['client', LOAD], [PROBED]: ['kafka', { acks: '0', appendMicros: 20_000 }] },
    connections: { [`source>${PROBED}`]: {} },
    faults: [{ atMs: 1000, durationMs: 500, target: PROBED, fault: 'crash', params: {} }],
  },
  // A consumer that commits before it works, and dies; and one whose messages are poison.
  {
    components: {
      source: ['client', LOAD],
      [PROBED]: ['kafka'],
      slow: ['service', { serviceTime: 'constant', meanMs: 50 }],
      poisoned: ['service'],
      letters: ['kafka'],
    },
    connections: {
      [`source>${PROBED}`]: {},
      [`${PROBED}>slow`]: { commit: 'before' },
      [`${PROBED}>poisoned`]: { attempts: 2 },
      [`${PROBED}>letters`]: {},
    },
    faults: [
      { atMs: 2000, durationMs: 500, target: 'slow', fault: 'crash', params: {} },
      { atMs: 1000, durationMs: 500, target: 'poisoned', fault: 'errors', params: { percent: 100 } },
    ],
  },
  // Poison with nowhere to put it: given up after its attempts.
  {
    components: { source: ['client', LOAD], [PROBED]: ['kafka', { redeliveryMs: 1 }], poisoned: ['service'] },
    connections: { [`source>${PROBED}`]: {}, [`${PROBED}>poisoned`]: { attempts: 2 } },
    faults: [{ atMs: 500, durationMs: 2000, target: 'poisoned', fault: 'errors', params: { percent: 100 } }],
  },
];

import { PROBED } from '../probing-system';
import type { SmallSystem } from '../small-system';

const CALLER = { ratePerSec: 100, readPercent: 50, keyCount: 5, addresses: 2 };

/** For the contract test: what a short run by chance hardly ever comes to. */
export const rareSituations: readonly SmallSystem[] = [
  // Two primaries, callers of both, and replicas that are late.
  {
    components: {
      source: ['client', CALLER],
      others: ['client', CALLER],
      [PROBED]: [
        'sql-database',
        {
          replicas: 2,
          replicationDelayMs: 100,
          failover: 'lease',
          fencing: false,
          leaseSeconds: 1,
          renewSeconds: 0.3,
          retrySeconds: 0.3,
          reconnectMs: 10,
          promoteMs: 10,
        },
      ],
    },
    connections: { [`source>${PROBED}`]: {}, [`others>${PROBED}`]: {} },
    faults: [{ atMs: 1000, durationMs: 3000, target: PROBED, fault: 'isolate-server', params: { callers: 'divided' } }],
  },
  // A replica that is far behind answers those who have just written.
  {
    components: {
      source: ['client', { ratePerSec: 200, readPercent: 50, keyCount: 5 }],
      [PROBED]: ['sql-database', { replicas: 1, readFrom: 'replicas', replicationDelayMs: 1000 }],
    },
    connections: { [`source>${PROBED}`]: {} },
  },
  // The primary is alone with its callers, keeps no watch over its lease, and has to throw away what only it has.
  {
    components: {
      source: ['client', { ratePerSec: 100, readPercent: 0 }],
      far: ['client', { ratePerSec: 100, readPercent: 0 }],
      [PROBED]: [
        'sql-database',
        {
          replicas: 2,
          failover: 'lease',
          fencing: false,
          leaseSeconds: 1,
          renewSeconds: 0.2,
          retrySeconds: 0.2,
          promoteMs: 100,
        },
      ],
    },
    connections: { [`source>${PROBED}`]: {}, [`far>${PROBED}`]: {} },
    faults: [{ atMs: 1000, durationMs: 4000, target: PROBED, fault: 'isolate-server', params: { callers: 'divided' } }],
  },
  // A worker stands still for longer than its lease, and writes with the token of a lock that another one has by then.
  {
    components: {
      source: ['client', { ratePerSec: 20, readPercent: 0, keyCount: 1 }],
      balancer: ['load-balancer'],
      one: ['service', { workers: 50 }],
      other: ['service', { workers: 50 }],
      locks: ['lock-service'],
      work: ['service', { workers: 50, serviceTime: 'constant', meanMs: 50 }],
      [PROBED]: ['sql-database'],
    },
    connections: {
      'source>balancer': { timeoutMs: 5000 },
      'balancer>one': {},
      'balancer>other': {},
      'one>locks': { lockScope: 'one', leaseMs: 300 },
      'one>work': { timeoutMs: 5000 },
      [`one>${PROBED}`]: {},
      'other>locks': { lockScope: 'one', leaseMs: 300 },
      'other>work': { timeoutMs: 5000 },
      [`other>${PROBED}`]: {},
    },
    faults: [1000, 2500, 4000].map((atMs) => ({
      atMs,
      durationMs: 1000,
      target: 'one',
      fault: 'pause',
      params: {},
    })),
  },
];

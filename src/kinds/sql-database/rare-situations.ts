import { PROBED } from '../probing-system';
import type { SmallSystem } from '../small-system';

/** For the contract test: what a short run by chance hardly ever comes to. */
export const rareSituations: readonly SmallSystem[] = [
  // Leases that are over at once, and a network that loses packets: old holders write after newer ones.
  {
    components: {
      source: ['client', { ratePerSec: 100, readPercent: 30, keyCount: 1 }],
      writer: ['service'],
      locks: ['lock-service'],
      [PROBED]: ['sql-database'],
    },
    connections: {
      'source>writer': {},
      'writer>locks': { lockScope: 'one', leaseMs: 1, renews: false },
      [`writer>${PROBED}`]: { lossPercent: 20 },
    },
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
];

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
];

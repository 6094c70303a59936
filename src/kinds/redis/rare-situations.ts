import { PROBED } from '../probing-system';
import type { SmallSystem } from '../small-system';

const WRITER = { ratePerSec: 200, readPercent: 0, keyCount: 100 };

/** For the contract test: what a short run by chance hardly ever comes to. */
export const rareSituations: readonly SmallSystem[] = [
  // A master that is cut off with its callers takes writes that nobody will keep, while another is elected.
  {
    components: {
      source: ['client', WRITER],
      others: ['client', WRITER],
      [PROBED]: [
        'redis',
        { mode: 'sentinel', replicationDelayMs: 30, downAfterMs: 300, electionMs: 100, reconnectMs: 10 },
      ],
    },
    connections: { [`source>${PROBED}`]: {}, [`others>${PROBED}`]: {} },
    faults: [
      { atMs: 500, durationMs: 3000, target: PROBED, fault: 'isolate-master', params: { callers: 'with-master' } },
    ],
  },
];

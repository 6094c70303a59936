import { PROBED } from '../probing-system';
import type { SmallSystem } from '../small-system';

/** For the contract test: what a short run by chance hardly ever comes to. */
export const rareSituations: readonly SmallSystem[] = [
  // The second step fails for good, and soon the first cannot be undone any more.
  {
    components: {
      source: ['client', { readPercent: 0 }],
      [PROBED]: ['transaction-coordinator', { protocol: 'saga', stepAttempts: 1, undoAttempts: 1 }],
      first: ['service'],
      second: ['service'],
    },
    connections: { [`source>${PROBED}`]: {}, [`${PROBED}>first`]: {}, [`${PROBED}>second`]: {} },
    faults: [
      { atMs: 0, durationMs: 4000, target: 'second', fault: 'errors', params: { percent: 100 } },
      { atMs: 1000, durationMs: 3000, target: 'first', fault: 'errors', params: { percent: 50 } },
    ],
  },
];

import { outboxSituations } from '../outbox-situations';
import { PROBED } from '../probing-system';
import type { SmallSystem } from '../small-system';

/** A saga that begins here and is turned back by its next step. Both forget what they have done, and answers get lost. */
const saga: SmallSystem = {
  components: {
    source: ['client', { ratePerSec: 100, readPercent: 50, keyCount: 5 }],
    [PROBED]: ['worker', { saga: 'first', stuckAfterS: 1, refusePercent: 20 }],
    next: ['worker', { saga: 'later', refusePercent: 50 }],
    begun: ['topic'],
    refused: ['topic'],
  },
  connections: {
    [`source>${PROBED}`]: {},
    [`${PROBED}>begun`]: {},
    'begun>next': { attempts: 1 },
    'next>refused': { tells: 'refused' },
    [`refused>${PROBED}`]: { asks: 'undo', timeoutMs: 100, backoffMs: 100 },
  },
  faults: [
    { atMs: 1000, durationMs: 500, target: 'begun>next', fault: 'cut', params: {} },
    { atMs: 2000, durationMs: 500, target: `refused>${PROBED}`, fault: 'cut', params: { direction: 'back' } },
  ],
};

/** For the contract test: what a short run by chance hardly ever comes to. */
export const rareSituations = [...outboxSituations('worker', 'queue'), saga];

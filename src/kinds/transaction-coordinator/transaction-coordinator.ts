import { CRASH, ERRORS, PAUSE, SLOW } from '../../model/faults';
import { defineKind } from '../kind';
import { docs } from './docs';
import { CRASH_AFTER_VOTES } from './faults';
import { fields } from './fields';
import { metrics } from './metrics';

const HEADLINES = ['two-phase commit', 'saga'];
const MONEY = ['all the money is there', '{} € in flight', '{} € off'];

export const transactionCoordinator = defineKind({
  id: 'transaction-coordinator',
  title: 'Transaction coordinator',
  summary: 'Makes several databases or services change together or not at all.',
  category: 'Control',
  icon: 'M12 3v5M12 8 6 13M12 8l6 5M6 13v3M18 13v3M3 16h6v5H3zM15 16h6v5h-6zM4.5 18.5l1 1 2-2M16.5 18.5l1 1 2-2',
  docs,
  in: [{ id: 'requests', label: 'Requests', accepts: 'request' }],
  out: [
    {
      id: 'participants',
      label: 'Participants',
      sends: ['query', 'request'],
      use: 'transact',
      // A participant may wait for locks before it can promise.
      defaults: { timeoutMs: 5000 },
    },
  ],
  fields,
  metrics,
  face: [
    { type: 'words', place: 'headline', phrases: HEADLINES },
    { type: 'bar', label: 'going forward', unit: 'transactions' },
    { type: 'bar', label: 'in doubt', unit: 'promises' },
    { type: 'bar', label: 'ending', unit: 'transactions' },
    { type: 'steps', label: 'steps', unit: 'transactions' },
    { type: 'words', place: 'footer', phrases: MONEY },
  ],
  faults: [CRASH, PAUSE, SLOW, ERRORS, CRASH_AFTER_VOTES],
  version: 1,
  migrations: [],
});

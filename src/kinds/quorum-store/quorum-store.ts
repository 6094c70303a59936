import { CRASH, ERRORS, PAUSE, SLOW } from '../../model/faults';
import { defineKind } from '../kind';
import { docs } from './docs';
import { CLOCK_SKEW, NODES } from './faults';
import { fields } from './fields';
import { metrics } from './metrics';

export const quorumStore = defineKind({
  id: 'quorum-store',
  title: 'Quorum store',
  summary: 'Keeps each key on several equal nodes; a request waits for as many of them as you say.',
  category: 'Data',
  icon: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18M12 1.5v3M12 19.5v3M1.5 12h3M19.5 12h3M12 9.5a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5',
  docs,
  in: [{ id: 'queries', label: 'Queries', accepts: 'query', fields: ['node', 'consistency'] }],
  out: [],
  history: true,
  fields,
  metrics,
  face: [
    { type: 'words', place: 'headline', phrases: ['{} [copy|copies], reads ask {}, writes {}'] },
    {
      type: 'members',
      label: 'nodes',
      many: ({ nodes }) => Number(nodes),
      roles: ['up', 'down', 'frozen'],
      shapes: ['round', 'cross', 'pause'],
      lane: 'keys',
      number: 'hints waiting',
      about: 'Hints: writes that other nodes keep for one they could not reach, and hand over when it is back.',
    },
    { type: 'words', place: 'footer', phrases: ['all replicas agree', '{} [key differs|keys differ]'] },
  ],
  faults: [CRASH, PAUSE, SLOW, ERRORS, NODES.crash, NODES.freeze, NODES.slow, NODES.partition, CLOCK_SKEW],
  version: 1,
  migrations: [],
});

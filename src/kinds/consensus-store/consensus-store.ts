import { ERRORS, CRASH, PAUSE, SLOW } from '../../model/faults';
import { defineKind } from '../kind';
import { docs } from './docs';
import { CLOCK_RATE, NODES } from './faults';
import { fields } from './fields';
import { metrics } from './metrics';

export const consensusStore = defineKind({
  id: 'consensus-store',
  title: 'Consensus store',
  summary: 'Keeps few and important things on several nodes that agree on every write, by an elected leader.',
  category: 'Data',
  icon: 'M12 3a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5M5 16a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5M19 16a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5M11 8L6 16M13 8L18 16M7.5 18.5h9',
  docs,
  in: [{ id: 'queries', label: 'Queries', accepts: 'query', fields: ['node'] }],
  out: [],
  history: true,
  fields,
  metrics,
  face: [
    {
      type: 'words',
      place: 'headline',
      phrases: ['node {} leads in term {}', 'no leader, term {}', 'node {} leads in term {}, another believes it does'],
    },
    {
      type: 'members',
      label: 'nodes',
      many: ({ nodes }) => Number(nodes),
      roles: ['follower', 'asks for votes', 'leader', 'down', 'frozen'],
      shapes: ['round', 'dashed', 'filled', 'cross', 'pause'],
      lane: 'log',
      number: 'term',
      about: 'Each election begins a new term. Who knows of a newer one stops leading.',
    },
  ],
  faults: [CRASH, PAUSE, SLOW, ERRORS, NODES.crash, NODES.freeze, NODES.slow, NODES.partition, CLOCK_RATE],
  version: 1,
  migrations: [],
});

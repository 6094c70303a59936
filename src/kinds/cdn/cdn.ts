import { CRASH, ERRORS, type FaultSpec, PAUSE, SLOW } from '../../model/faults';
import { defineKind } from '../kind';
import { docs } from './docs';
import { fields } from './fields';
import { metrics } from './metrics';

export const PURGE: FaultSpec = {
  id: 'purge',
  label: 'Purge everything',
  done: 'was purged',
  help: 'All caches are empty at once, the shield too. Until they are warm again, the origin takes the whole load.',
  params: {},
};

export const LOSE_POP: FaultSpec = {
  id: 'lose-pop',
  label: 'Lose a place',
  undo: 'Bring it back',
  done: 'lost a place',
  undone: 'has all its places again',
  help: 'The first place is gone. Its users are led to the others, whose caches do not know them; it comes back empty.',
  params: {},
};

export const LOSE_SHIELD: FaultSpec = {
  id: 'lose-shield',
  label: 'Lose the shield',
  undo: 'Bring the shield back',
  done: 'lost its shield',
  undone: 'has its shield back',
  help: 'Every place fetches from the origin itself, once for each place. The shield comes back empty.',
  params: {},
};

const STATES = ['all places serve', 'one place is gone', 'the shield is gone', 'one place and the shield are gone'];

export const cdn = defineKind({
  id: 'cdn',
  title: 'CDN',
  summary: 'Caches near the users, in many places: answers what it has and fetches the rest from the origin.',
  category: 'Edge',
  icon: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18M3 12h18M12 3c3 2.5 3 15.5 0 18M12 3c-3 2.5-3 15.5 0 18',
  docs,
  in: [{ id: 'requests', label: 'Requests', accepts: 'request' }],
  out: [
    {
      id: 'origins',
      label: 'Origins',
      sends: ['request', 'query', 'cache', 'publish'],
      use: 'route',
      defaults: { timeoutMs: 30_000 },
    },
  ],
  fields,
  metrics,
  face: [
    { type: 'words', place: 'headline', phrases: ['{} [place|places]', '{} [place|places] and a shield'] },
    { type: 'ratio', label: 'hits' },
    { type: 'bar', label: 'items', unit: 'items' },
    { type: 'words', place: 'footer', phrases: STATES },
  ],
  faults: [CRASH, PAUSE, SLOW, ERRORS, PURGE, LOSE_POP, LOSE_SHIELD],
  version: 1,
  migrations: [],
});

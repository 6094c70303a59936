import { CRASH, ERRORS, type FaultSpec, PAUSE, SLOW } from '../../model/faults';
import { defineKind } from '../kind';
import { docs } from './docs';
import { fields } from './fields';
import { metrics } from './metrics';

export const SLOW_COPY: FaultSpec = {
  id: 'slow-copy',
  label: 'Slow one copy down',
  undo: 'Full speed',
  done: 'has one slow copy',
  undone: 'is equally fast everywhere again',
  help: 'The first copy of the first shard works slowly. Every query needs that shard, so it feels like the whole index.',
  params: {
    factor: {
      type: 'number',
      label: 'Times slower',
      unit: '×',
      default: 10,
      min: 1,
      max: 1000,
      help: 'How many times as long this copy takes for each piece of work.',
    },
  },
};

export const searchIndex = defineKind({
  id: 'search-index',
  title: 'Search index',
  summary: 'Text search in shards: a query asks all of them, and the slowest decides.',
  category: 'Data',
  icon: 'M10.5 4a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13M15.2 15.2L21 21M7.5 9h6M7.5 12h4',
  docs,
  in: [{ id: 'queries', label: 'Queries', accepts: 'query' }],
  out: [],
  fields,
  metrics,
  face: [
    { type: 'words', place: 'headline', phrases: ['{} [shard|shards] × {} [copy|copies]'] },
    { type: 'cells', label: 'cores' },
    { type: 'bar', label: 'queues', unit: 'parts' },
    { type: 'words', place: 'footer', phrases: ['{} not yet visible'] },
  ],
  faults: [CRASH, PAUSE, SLOW, ERRORS, SLOW_COPY],
  version: 1,
  migrations: [],
});

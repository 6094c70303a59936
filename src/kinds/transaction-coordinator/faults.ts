import type { FaultSpec } from '../../model/faults';

export const CRASH_AFTER_VOTES: FaultSpec = {
  id: 'crash-after-votes',
  label: 'Crash after the votes',
  done: 'will crash after the next votes',
  help: 'The worst moment: it dies when all participants of the next transaction have promised and before it has decided.',
  params: {
    restartAfterS: {
      type: 'number',
      label: 'Restarts by itself after',
      unit: 's',
      default: 3,
      min: 0.1,
      max: 86_400,
      help: 'Until then the participants keep their locks.',
    },
  },
};

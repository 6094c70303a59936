import type { FaultSpec } from '../../model/faults';

const TIMES = {
  type: 'number',
  label: 'Times the load',
  unit: '×',
  default: 3,
  min: 0,
  max: 100,
  help: 'Multiplies the rate, or the number of users.',
} as const;

export const LOAD_STEP: FaultSpec = {
  id: 'load-step',
  label: 'Change the load',
  undo: 'Usual load',
  done: 'has another load',
  undone: 'has its usual load again',
  help: 'The load is multiplied until this ends.',
  params: { factor: TIMES },
};

export const LOAD_SPIKE: FaultSpec = {
  id: 'load-spike',
  label: 'Load spike',
  done: 'has a load spike',
  help: 'The load is multiplied for a while and then as before. A new spike takes the place of one that lasts.',
  params: {
    factor: { ...TIMES, default: 5 },
    forS: { type: 'number', label: 'For', unit: 's', default: 5, min: 0.1, max: 3600, help: 'How long it lasts.' },
  },
};

export const RECONNECT_STORM: FaultSpec = {
  id: 'reconnect-storm',
  label: 'Reconnect storm',
  done: 'all came at once',
  help: 'Many users lost their connection and come back at the same moment: one more request from each.',
  params: {
    percent: {
      type: 'number',
      label: 'Share of users',
      unit: '%',
      default: 50,
      min: 0,
      max: 100,
      help: 'Of the users of closed load, else of the addresses.',
    },
  },
};

export const HOT_KEY: FaultSpec = {
  id: 'hot-key',
  label: 'Hot key',
  undo: 'No hot key',
  done: 'has a hot key',
  undone: 'has no hot key any more',
  help: 'A share of the requests is about one and the same thing.',
  params: {
    percent: {
      type: 'number',
      label: 'Share of requests',
      unit: '%',
      default: 50,
      min: 0,
      max: 100,
      help: 'How many of the requests are about it.',
    },
    key: {
      type: 'number',
      integer: true,
      label: 'Key',
      unit: '',
      default: 0,
      min: 0,
      max: 999_999,
      help: 'Which one.',
    },
  },
};

import { choice, type Fields } from './fields';

/** Something that can go wrong with a component, a connection or a place: by hand, by schedule, or at random. */
export interface FaultSpec {
  readonly id: string;
  /** Imperative, for buttons and menus: "Crash". */
  readonly label: string;
  /** What ends it, for buttons: "Restart". Absent for a fault that happens in a moment and has no end. */
  readonly undo?: string;
  /** Past tense, for logs and marks: "crashed". */
  readonly done: string;
  /** Past tense of its end. */
  readonly undone?: string;
  readonly help: string;
  readonly params: Fields;
}

/** How a dead process or host looks from outside. */
const SILENCE = choice({
  label: 'What callers notice',
  default: 'reset',
  options: [
    { value: 'reset', label: 'refused at once', help: 'Only the process is gone: its host resets and refuses.' },
    {
      value: 'black-hole',
      label: 'nothing at all',
      help: 'The host is gone too: nobody answers and nobody refuses, so callers wait for their timeouts.',
    },
  ],
  help: 'Whether somebody is left to refuse what comes.',
});

const CUT_MODE = choice({
  label: 'What senders notice',
  default: 'black-hole',
  options: [
    { value: 'black-hole', label: 'nothing at all', help: 'Messages vanish; callers learn it from their timeouts.' },
    { value: 'reject', label: 'refused', help: 'Requests are refused after half a round trip. Answers vanish.' },
  ],
  help: 'Whether the network refuses what it does not let through.',
});

/** Faults the engine knows for every component whose kind lists them. */
export const CRASH: FaultSpec = {
  id: 'crash',
  label: 'Crash',
  undo: 'Restart',
  done: 'crashed',
  undone: 'restarted',
  help: 'The process dies: what it held in memory is lost, open requests are reset, new ones are refused.',
  params: {
    mode: SILENCE,
    restartAfterS: {
      type: 'number',
      label: 'Restarts by itself after',
      unit: 's',
      default: 0,
      min: 0,
      max: 86_400,
      help: 'As a supervisor would restart it. 0 leaves it down until somebody ends the fault.',
    },
  },
};

export const PAUSE: FaultSpec = {
  id: 'pause',
  label: 'Freeze',
  undo: 'Unfreeze',
  done: 'froze',
  undone: 'unfroze',
  help: 'Alive but standing still, as in a long garbage collection: requests are accepted and nobody answers.',
  params: {},
};

export const SLOW: FaultSpec = {
  id: 'slow',
  label: 'Slow down',
  undo: 'Full speed',
  done: 'slowed down',
  undone: 'back to full speed',
  help: 'Every piece of work that starts from now on takes this many times as long.',
  params: {
    factor: {
      type: 'number',
      label: 'Times slower',
      unit: '×',
      default: 4,
      min: 1,
      max: 1000,
      help: 'How many times as long each piece of work takes.',
    },
  },
};

export const ERRORS: FaultSpec = {
  id: 'errors',
  label: 'Errors',
  undo: 'No errors',
  done: 'answers with errors',
  undone: 'stopped answering with errors',
  help: 'A share of the requests is answered with an internal error instead of being worked on.',
  params: {
    percent: {
      type: 'number',
      label: 'Share of requests',
      unit: '%',
      default: 10,
      min: 0,
      max: 100,
      help: 'How many of the requests fail.',
    },
  },
};

/** Faults of every connection. */
export const CUT: FaultSpec = {
  id: 'cut',
  label: 'Cut',
  undo: 'Reconnect',
  done: 'was cut',
  undone: 'was reconnected',
  help: 'Nothing gets through, and nobody is told: callers learn it from their timeouts.',
  params: {
    direction: choice({
      label: 'Direction',
      default: 'both',
      options: [
        { value: 'both', label: 'both ways', help: 'Neither requests nor answers get through.' },
        { value: 'there', label: 'requests only', help: 'Requests do not arrive; answers on their way do.' },
        { value: 'back', label: 'answers only', help: 'Requests arrive and are worked on; their answers do not.' },
      ],
      help: 'A one-way cut is the nastiest: one side believes that all is well.',
    }),
    mode: CUT_MODE,
  },
};

export const DELAY: FaultSpec = {
  id: 'delay',
  label: 'Delay',
  undo: 'No delay',
  done: 'was delayed',
  undone: 'is fast again',
  help: 'Every message in either direction takes longer.',
  params: {
    addMs: {
      type: 'number',
      label: 'Extra time each way',
      unit: 'ms',
      default: 100,
      min: 0,
      max: 60_000,
      help: 'Added to each message, there and back.',
    },
    factor: {
      type: 'number',
      label: 'Times the usual time',
      unit: '×',
      default: 1,
      min: 1,
      max: 1000,
      help: 'Multiplies the round-trip time of the connection; the extra time comes on top.',
    },
  },
};

export const LOSS: FaultSpec = {
  id: 'loss',
  label: 'Lose packets',
  undo: 'No loss',
  done: 'loses packets',
  undone: 'lost its last packet',
  help: 'TCP sends what is lost again after 200 ms, then 400 ms, and so on: loss shows as delay.',
  params: {
    percent: {
      type: 'number',
      label: 'Packets lost',
      unit: '%',
      default: 5,
      min: 0,
      max: 50,
      help: 'How many of the messages are lost, beside those the connection loses anyway.',
    },
  },
};

export const BANDWIDTH: FaultSpec = {
  id: 'bandwidth',
  label: 'Narrow',
  undo: 'Full bandwidth',
  done: 'was narrowed',
  undone: 'has its bandwidth back',
  help: 'Messages go out one after another at this rate, and queue for it.',
  params: {
    mbps: {
      type: 'number',
      label: 'Bandwidth left',
      unit: 'Mbit/s',
      default: 1,
      min: 0.1,
      max: 100_000,
      help: 'What is left in each direction. 1 Mbit/s carries a kilobyte in 8 ms.',
    },
  },
};

export const CONNECTION_FAULTS: readonly FaultSpec[] = [CUT, DELAY, LOSS, BANDWIDTH];

/** Faults of every zone and region. */
export const OUTAGE: FaultSpec = {
  id: 'outage',
  label: 'Outage',
  undo: 'Power on',
  done: 'lost its power',
  undone: 'has its power back',
  help: 'Everything inside that can crash does so at the same moment.',
  params: { mode: { ...SILENCE, default: 'black-hole' } },
};

export const PARTITION: FaultSpec = {
  id: 'partition',
  label: 'Isolate',
  undo: 'Rejoin',
  done: 'was cut off',
  undone: 'was joined again',
  help: 'All connections that cross its border are cut. Inside, everything goes on.',
  params: {
    direction: choice({
      label: 'Direction',
      default: 'both',
      options: [
        { value: 'both', label: 'both ways', help: 'Nothing gets in and nothing gets out.' },
        { value: 'in', label: 'into it only', help: 'Nothing gets in; what is sent from inside gets out.' },
        { value: 'out', label: 'out of it only', help: 'Nothing gets out; what is sent from outside gets in.' },
      ],
      help: 'In which direction messages are lost at the border.',
    }),
    mode: CUT_MODE,
  },
};

export const PLACE_FAULTS: readonly FaultSpec[] = [OUTAGE, PARTITION];

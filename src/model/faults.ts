import type { Fields } from './fields';

/** Something that can go wrong with a component or a connection, by hand, by schedule, or later at random. */
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

/** Faults the engine knows for every component whose kind lists them. */
export const CRASH: FaultSpec = {
  id: 'crash',
  label: 'Crash',
  undo: 'Restart',
  done: 'crashed',
  undone: 'restarted',
  help: 'The process dies: what it held in memory is lost, open requests are reset, new ones are refused.',
  params: {},
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
  help: 'Nothing gets through in either direction, and nobody is told: callers learn it from their timeouts.',
  params: {},
};

export const DELAY: FaultSpec = {
  id: 'delay',
  label: 'Delay',
  undo: 'No delay',
  done: 'was delayed',
  undone: 'is fast again',
  help: 'Every message in either direction takes this much longer.',
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
  },
};

export const CONNECTION_FAULTS: readonly FaultSpec[] = [CUT, DELAY];

import { type FaultSpec } from '../../model/faults';
import { choice, type ConfigOf } from '../../model/fields';

const capParams = {
  cores: {
    type: 'number',
    integer: true,
    label: 'Cores left',
    unit: 'per instance',
    default: 1,
    min: 1,
    max: 256,
    help: 'Requests that compute at the same time share them.',
  },
} as const;

export const CPU_CAP: FaultSpec = {
  id: 'cpu-cap',
  label: 'Take cores away',
  undo: 'Give cores back',
  done: 'lost cores',
  undone: 'has its cores back',
  help: 'Noisy neighbours or a quota: each instance has fewer cores, and work takes longer the more there is at once.',
  params: capParams,
};

const leakParams = {
  mbPerS: {
    type: 'number',
    label: 'Leak',
    unit: 'MB/s',
    default: 20,
    min: 0,
    max: 10_000,
    help: 'What each instance loses by and by.',
  },
  mbPerRequest: {
    type: 'number',
    label: 'Leak for each request',
    unit: 'MB',
    default: 0,
    min: 0,
    max: 1000,
    help: 'What each request leaves behind.',
  },
} as const;

export const MEMORY_LEAK: FaultSpec = {
  id: 'memory-leak',
  label: 'Leak memory',
  undo: 'Stop the leak',
  done: 'leaks memory',
  undone: 'stopped leaking',
  help: 'Memory is never given back until the instance is killed at its limit and restarts. It has a limit while it leaks.',
  params: leakParams,
};

const deployParams = {
  percent: {
    type: 'number',
    label: 'Share of instances',
    unit: '%',
    default: 50,
    min: 0,
    max: 100,
    help: 'Rounded up: with one instance, it is the bad one.',
  },
  defect: choice({
    label: 'Defect',
    default: 'errors',
    options: [
      { value: 'errors', label: 'answers with errors', help: 'At once, so it looks the least loaded.' },
      { value: 'slow', label: 'ten times slower', help: 'It still answers, late.' },
    ],
    help: 'What is wrong with the new version.',
  }),
} as const;

export const BAD_DEPLOY: FaultSpec = {
  id: 'bad-deploy',
  label: 'Deploy a bad version',
  undo: 'Roll back',
  done: 'got a bad version',
  undone: 'was rolled back',
  help: 'Some instances run a version with a defect. The others are well.',
  params: deployParams,
};

const pushParams = {
  effect: choice({
    label: 'What it does',
    default: 'crash',
    options: [
      {
        value: 'crash',
        label: 'crashes whoever reads it',
        help: 'And again after each restart, until it is taken back.',
      },
      {
        value: 'errors',
        label: 'answers with errors',
        help: 'Who has it answers every request with an error, at once.',
      },
      { value: 'slow', label: 'ten times slower', help: 'Who has it still answers, late.' },
    ],
    help: 'What happens to an instance that has it.',
  }),
  spreadS: {
    type: 'number',
    label: 'Spreads in',
    unit: 's',
    default: 0,
    min: 0,
    max: 3600,
    help: 'From the first instance to the last, evenly. 0 reaches all of them at once, which leaves no time to notice.',
  },
} as const;

export const CONFIG_PUSH: FaultSpec = {
  id: 'config-push',
  label: 'Push a bad configuration',
  undo: 'Push the old one',
  done: 'was sent a bad configuration',
  undone: 'was sent its old configuration',
  help: 'A setting that nobody tried goes to every instance. The way back takes as long as the way out.',
  params: pushParams,
};

const countParams = {
  count: {
    type: 'number',
    integer: true,
    label: 'Instances',
    unit: '',
    default: 1,
    min: 1,
    max: 64,
    help: 'How many.',
  },
} as const;

export const CAPACITY_ADD: FaultSpec = {
  id: 'capacity-add',
  label: 'Add instances',
  undo: 'Take them away again',
  done: 'got more instances',
  undone: 'lost the added instances',
  help: 'More instances than set. They start up and warm up like any other.',
  params: countParams,
};

export const CAPACITY_REMOVE: FaultSpec = {
  id: 'capacity-remove',
  label: 'Take instances away',
  undo: 'Give them back',
  done: 'lost instances',
  undone: 'has its instances back',
  help: 'Fewer instances than set: a shortage of machines that no order to scale makes up for. They finish what they have.',
  params: countParams,
};

export type CountParams = ConfigOf<typeof countParams>;
export type CapParams = ConfigOf<typeof capParams>;
export type LeakParams = ConfigOf<typeof leakParams>;
export type PushParams = ConfigOf<typeof pushParams>;
export type DeployParams = ConfigOf<typeof deployParams>;

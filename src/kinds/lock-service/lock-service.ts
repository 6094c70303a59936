import { CRASH, ERRORS, type FaultSpec, PAUSE, SLOW } from '../../model/faults';
import { choice, type ConfigOf } from '../../model/fields';
import { defineKind } from '../kind';

const KLEPPMANN = 'https://martin.kleppmann.com/2016/02/08/how-to-do-distributed-locking.html';
const CHUBBY = 'https://research.google/pubs/the-chubby-lock-service-for-loosely-coupled-distributed-systems/';
const ETCD = 'https://etcd.io/docs/v3.5/learning/why/#using-etcd-for-distributed-coordination';

export const FORGET: FaultSpec = {
  id: 'forget-leases',
  label: 'Forget all leases',
  done: 'forgot its leases',
  help: 'As a failover to a replica that had not heard of them: every lock is free, and its holders do not know.',
  params: {},
};

export const CLOCK_JUMP: FaultSpec = {
  id: 'clock-jump',
  label: 'Let its clock jump',
  done: 'had its clock set forward',
  help: 'Leases that would have lasted for less are over at once, as the service sees it. Their holders see another clock.',
  params: {
    seconds: {
      type: 'number',
      label: 'Forward by',
      unit: 's',
      default: 10,
      min: 0,
      max: 3600,
      help: 'How far the clock is set forward.',
    },
  },
};

const fields = {
  busy: choice({
    label: 'When a lock is held',
    default: 'wait',
    ours: 'system',
    options: [
      { value: 'wait', label: 'wait in line', help: 'First come, first served, up to the longest wait.' },
      { value: 'fail', label: 'fail at once', help: 'The caller learns that somebody else holds it: lock held.' },
    ],
    help: 'What happens to who wants a lock that somebody else holds.',
  }),
  waitMs: {
    type: 'number',
    label: 'Longest wait',
    unit: 'ms',
    default: 10_000,
    ours: 'system',
    min: 0,
    max: 600_000,
    help: 'Who has waited for so long is told that the lock is held.',
    when: { field: 'busy', is: ['wait'] },
  },
  waitingLimit: {
    type: 'number',
    integer: true,
    label: 'Waiting at most',
    unit: 'requests',
    default: 1000,
    ours: 'system',
    min: 1,
    max: 100_000,
    help: 'For all locks together. Beyond that requests are turned away.',
    when: { field: 'busy', is: ['wait'] },
  },
  durable: {
    type: 'toggle',
    label: 'Leases survive a restart',
    default: true,
    ours: 'system',
    help: 'As in etcd and ZooKeeper, which then give every lease its whole time again. A single Redis forgets them.',
  },
  cores: {
    type: 'number',
    integer: true,
    label: 'Cores',
    unit: '',
    default: 2,
    ours: 'work',
    min: 1,
    max: 64,
    help: 'How many questions it works on at the same time.',
  },
  cpuMicros: {
    type: 'number',
    label: 'Work for each question',
    unit: 'µs',
    default: 1000,
    min: 0,
    max: 1_000_000,
    help: 'To decide and to agree about it with its copies: about a millisecond in etcd.',
    real: { value: '1.6 ms', product: 'etcd, write', source: 'https://etcd.io/docs/v3.5/op-guide/performance/' },
  },
} as const;

export type LockConfig = ConfigOf<typeof fields>;

export const lockService = defineKind({
  id: 'lock-service',
  title: 'Lock service',
  summary: 'Gives a lock to one holder at a time, for a while, with a number that tells old holders from new ones.',
  category: 'Control',
  icon: 'M6 11h12v9H6zM8.5 11V7.5a3.5 3.5 0 0 1 7 0V11M12 14.5v2.5',
  docs: {
    models: [
      'A lock for each key or one for all. A holder has a lease: it renews it while it works and gives it back in the end. When it dies or stands still, the lease runs out and the next one gets the lock.',
      'Who wants a held lock waits in line or fails at once.',
      'Every holder gets a token higher than all before. It travels with all that the request does, and a store that checks tokens refuses writes with an older one: fencing.',
      'A holder that stood still does not know that its lease is over. It goes on as a second holder; the store counts what it writes then.',
      'Leases can be lost in a failover, and a clock that jumps ends them early.',
    ],
    leavesOut: [
      'How the copies of the service agree: it is one, that is up or down.',
      'Holders that watch the clock and stop before their lease is over: that makes the accident rarer, not impossible.',
      'Locks for readers and writers, and locks taken twice by the same request.',
    ],
    tryThis: [
      'Freeze a holder for longer than its lease, and look at the writes of old holders at the store.',
      'Let the store reject old tokens: the same write is refused.',
      'Crash the lock service: everybody who needs a lock stops.',
    ],
    sources: [
      { title: 'Kleppmann: How to do distributed locking', url: KLEPPMANN },
      { title: 'Burrows: The Chubby lock service', url: CHUBBY },
      { title: 'etcd: coordination', url: ETCD },
    ],
  },
  in: [
    { id: 'locks', label: 'Requests for locks', accepts: 'lock', fields: ['lockScope', 'leaseMs', 'renews'] },
    { id: 'load', label: 'Load, from outside', accepts: 'measure' },
  ],
  out: [],
  fields,
  metrics: [
    { id: 'held', type: 'gauge', label: 'Locks held', unit: 'locks', help: 'Locks that somebody holds.' },
    {
      id: 'lockWaiting',
      type: 'gauge',
      label: 'Waiting for locks',
      unit: 'requests',
      help: 'Requests in line for a lock.',
    },
    { id: 'granted', type: 'counter', label: 'Granted', unit: 'locks', help: 'Locks given to a holder.' },
    {
      id: 'expired',
      type: 'counter',
      label: 'Leases run out',
      unit: 'leases',
      help: 'Locks taken back because their holder was not heard of.',
    },
    {
      id: 'zombies',
      type: 'counter',
      label: 'Holders too late',
      unit: 'holders',
      help: 'Renewals and returns by somebody who no longer held the lock: until then there were two who believed it.',
    },
  ],
  face: [
    {
      type: 'words',
      place: 'headline',
      phrases: ['no lock held', '{} held, token {}'],
    },
    { type: 'bar', label: 'waiting', unit: 'requests' },
    {
      type: 'words',
      place: 'footer',
      phrases: ['no holder was too late', '{} [lease|leases] ran out', '{} [holder|holders] too late'],
    },
  ],
  faults: [CRASH, PAUSE, SLOW, ERRORS, FORGET, CLOCK_JUMP],
  version: 1,
  migrations: [],
});

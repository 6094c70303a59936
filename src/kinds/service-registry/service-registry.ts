import { CRASH, ERRORS, type FaultSpec, PAUSE, SLOW } from '../../model/faults';
import { defineKind } from '../kind';
import { fields, EUREKA, KUBERNETES } from './fields';

export const STALE: FaultSpec = {
  id: 'stale',
  label: 'Freeze its answers',
  undo: 'Fresh answers',
  done: 'answers from an old list',
  undone: 'answers from a fresh list',
  help: 'It takes heartbeats, but answers every lookup from the list as it was.',
  params: {},
};

export const EMPTY_LIST: FaultSpec = {
  id: 'empty-list',
  label: 'Push an empty list',
  undo: 'Push the right list',
  done: 'pushed an empty list',
  undone: 'pushed the right list',
  help: 'A bad push: it answers every lookup with nobody, although all are there.',
  params: {},
};

export const serviceRegistry = defineKind({
  id: 'service-registry',
  title: 'Service registry',
  summary: 'Knows which instances there are: they tell it that they live, and callers ask it whom to call.',
  category: 'Control',
  icon: 'M5 4h14v16H5zM9 8h7M9 12h7M9 16h7M2.5 8h4M2.5 16h4',
  docs: {
    models: [
      'Every instance that is ready sends heartbeats. A load balancer or gateway that is connected looks up all it is connected to now and then, and calls only what its last answers list. So do services and workers that are told to look up: of a pool they call, in turn, those that are listed.',
      'Leases, as in Eureka: an instance that has not been heard of for the length of its lease is removed by the next sweep, and callers are answered from a copy that is renewed now and then. So a crash is noticed after up to 90 + 60 + 30 + 30 s.',
      'Self-preservation: when too many heartbeats are missing at once, the network is suspected and nobody is removed.',
      'Readiness, as in Kubernetes: an instance that misses a few probes in a row is taken out, and what callers see follows after a short delay. The list survives a restart.',
      'While the registry is down, callers keep the last list they have. After a restart, leases are gone and instances register again.',
      'What does not report to the registry is called as it is drawn.',
      'An instance that is taken away says so and is removed at once. One that crashes cannot.',
    ],
    leavesOut: [
      'Copies of the registry, and how they agree.',
      'Who probes: a heartbeat stands for a successful probe of the kubelet.',
      'Weights and zones of instances: a component is called while one of its instances is listed.',
      'A slip of Eureka itself, where a lease in truth lasts twice its length.',
    ],
    tryThis: [
      'Crash a service behind a balancer and count the seconds until the errors end. Then switch to readiness, with heartbeats every 10 s and lookups every second.',
      'Let a service call a pool without a balancer, and crash one of the pool: the same seconds, in every caller for itself.',
      'Crash the registry: nothing happens, until something else changes.',
      'Let two of four services crash at once: self-preservation keeps them listed for ever.',
    ],
    sources: [
      { title: 'Netflix Eureka: self-preservation', url: EUREKA },
      { title: 'Kubernetes: probes', url: KUBERNETES },
      { title: 'Spring Cloud Netflix', url: 'https://cloud.spring.io/spring-cloud-netflix/' },
    ],
  },
  in: [
    {
      id: 'registrations',
      label: 'Heartbeats of instances',
      accepts: 'register',
      fields: ['heartbeatS', 'fetches', 'refreshS'],
    },
    { id: 'lookups', label: 'Lookups of addresses', accepts: 'discover', fields: ['refreshS'] },
    { id: 'load', label: 'Load, from outside', accepts: 'measure' },
  ],
  out: [],
  fields,
  metrics: [
    {
      id: 'listed',
      type: 'gauge',
      label: 'Instances listed',
      unit: 'instances',
      help: 'Instances in the list that callers are answered from.',
      realName: 'eurekaServer_registry_size',
    },
    {
      id: 'overdue',
      type: 'gauge',
      label: 'Listed and overdue',
      unit: 'instances',
      help: 'Instances that have missed a heartbeat and are still known: perhaps dead.',
    },
    {
      id: 'heartbeats',
      type: 'counter',
      label: 'Heartbeats',
      unit: 'heartbeats',
      help: 'Heartbeats taken, registrations included.',
      realName: 'numberOfRenewsInLastMin',
    },
    {
      id: 'lookups',
      type: 'counter',
      label: 'Lookups',
      unit: 'lookups',
      help: 'Questions of callers that were answered.',
    },
    {
      id: 'expired',
      type: 'counter',
      label: 'Removed',
      unit: 'instances',
      help: 'Instances removed because they were not heard of for too long.',
      realName: 'eureka.server.evictionCount',
    },
    {
      id: 'preserving',
      type: 'gauge',
      label: 'Self-preservation',
      unit: '',
      help: '1 while so many heartbeats are missing that nobody is removed.',
      realName: 'isBelowRenewThreshold',
    },
  ],
  face: [
    {
      type: 'words',
      place: 'headline',
      phrases: [
        '{} listed',
        '{} listed, of {} registered',
        'preserving itself: {} listed',
        'answers from an old list of {}',
        'answers with an empty list',
        'just started: no answers for {} s',
      ],
    },
    { type: 'bar', label: 'overdue', unit: 'instances' },
    { type: 'words', place: 'footer', phrases: ['leases of {} s', 'out after {} missed [probe|probes]'] },
  ],
  faults: [CRASH, PAUSE, SLOW, ERRORS, STALE, EMPTY_LIST],
  version: 1,
  migrations: [],
});

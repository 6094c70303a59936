import { CRASH, ERRORS, PAUSE, SLOW } from '../../model/faults';
import { choice, type ConfigOf } from '../../model/fields';
import { defineKind } from '../kind';

const fields = {
  instances: {
    type: 'number',
    integer: true,
    label: 'Instances',
    unit: '',
    default: 1,
    min: 1,
    max: 64,
    help: 'Identical copies inside this box; each has its own workers and queue, and requests are dealt out in turn.',
  },
  concurrency: choice({
    label: 'Concurrency',
    default: 'threads',
    options: [
      {
        value: 'threads',
        label: 'Thread per request',
        help: 'A worker is held until the answer is sent, also while it waits for a database: a slow dependency uses up the workers.',
      },
      {
        value: 'event-loop',
        label: 'Event loop',
        help: 'A worker is held only while it computes. Waiting costs nothing, but one long computation delays everybody.',
      },
    ],
    help: 'Whether a worker waits along with its request.',
  }),
  workers: {
    type: 'number',
    integer: true,
    label: 'Workers',
    unit: 'per instance',
    default: 16,
    min: 1,
    max: 2000,
    help: 'How many requests one instance works on at the same time. An event loop usually has one.',
    real: {
      value: '200',
      product: 'Tomcat maxThreads',
      source: 'https://tomcat.apache.org/tomcat-10.1-doc/config/http.html',
    },
  },
  queueLimit: {
    type: 'number',
    integer: true,
    label: 'Queue limit',
    unit: 'requests',
    default: 64,
    min: 0,
    max: 1_000_000,
    help: 'How many requests may wait at one instance. Beyond that they are turned away: queue full.',
    real: {
      value: 'unlimited (2 147 483 647)',
      product: 'Tomcat maxQueueSize',
      source: 'https://tomcat.apache.org/tomcat-10.1-doc/config/executor.html',
    },
  },
  serviceTime: choice({
    label: 'Service time',
    default: 'lognormal',
    options: [
      {
        value: 'lognormal',
        label: 'Typical and slowest',
        help: 'Lognormal, from the median and the p99: what real services look like.',
      },
      { value: 'exponential', label: 'Exponential', help: 'The service time of the textbook models M/M/1 and M/M/c.' },
      { value: 'constant', label: 'Constant', help: 'Every request takes the same time.' },
    ],
    help: 'How long the own work of a request takes, not counting what it waits for elsewhere.',
  }),
  medianMs: {
    type: 'number',
    label: 'Service time, median',
    unit: 'ms',
    default: 20,
    min: 0.001,
    max: 60_000,
    help: 'Half of the requests need less.',
    when: { field: 'serviceTime', is: ['lognormal'] },
  },
  p99Ms: {
    type: 'number',
    label: 'Service time, p99',
    unit: 'ms',
    default: 80,
    min: 0.001,
    max: 600_000,
    help: 'One request in a hundred needs more. Values below the median count as the median.',
    when: { field: 'serviceTime', is: ['lognormal'] },
  },
  meanMs: {
    type: 'number',
    label: 'Service time, mean',
    unit: 'ms',
    default: 10,
    min: 0.001,
    max: 60_000,
    help: 'The average time a request needs.',
    when: { field: 'serviceTime', is: ['exponential', 'constant'] },
  },
} as const;

export type ServiceConfig = ConfigOf<typeof fields>;

const HEADLINES = ['{} workers', '{} event loops', '{} instances × {} workers', '{} instances × {} loops'];

export const service = defineKind({
  id: 'service',
  title: 'Service',
  summary: 'A program of yours: waits for a worker, works, and calls what it depends on.',
  category: 'Compute',
  icon: 'M4 5h16v6H4zM4 13h16v6H4zM7 8h.01M7 16h.01',
  docs: {
    models: [
      'A bounded queue before a fixed number of workers, first come, first served, for each instance.',
      'Own work first, then the request plan: caches, databases, other services and topics, in order or together.',
      'Thread per request holds its worker while it waits for others; an event loop does not.',
      'Requests whose caller has given up are still worked on, as most servers do.',
    ],
    leavesOut: [
      'Cores and the operating system: each worker runs at full speed however many there are.',
      'Start-up time, warm-up, memory and garbage collection.',
    ],
    tryThis: [
      'Halve the workers and watch the queue fill, then requests turned away.',
      'Connect a slow database and switch between thread per request and event loop.',
    ],
    sources: [
      { title: 'Tomcat 10.1: HTTP connector', url: 'https://tomcat.apache.org/tomcat-10.1-doc/config/http.html' },
      {
        title: 'Node.js: the event loop',
        url: 'https://nodejs.org/en/learn/asynchronous-work/event-loop-timers-and-nexttick',
      },
    ],
  },
  in: [
    { id: 'requests', label: 'Requests', accepts: 'request' },
    { id: 'messages', label: 'Messages', accepts: 'deliver' },
  ],
  out: [{ id: 'dependencies', label: 'Dependencies', sends: ['request', 'cache', 'query', 'publish'], use: 'plan' }],
  fields,
  metrics: [],
  face: [
    { type: 'words', place: 'headline', phrases: HEADLINES },
    { type: 'cells', label: 'workers' },
    { type: 'bar', label: 'queue', unit: 'requests' },
  ],
  faults: [CRASH, PAUSE, SLOW, ERRORS],
  version: 1,
  migrations: [],
});

import { choice, type ConfigOf } from '../../model/fields';
import { defineKind } from '../kind';

const fields = {
  workload: choice({
    label: 'Kind of load',
    default: 'open',
    options: [
      {
        value: 'open',
        label: 'Open: requests keep coming',
        help: 'Arrivals do not wait for answers, as with many users.',
      },
      {
        value: 'closed',
        label: 'Closed: a fixed number of users',
        help: 'Each user waits for the answer, thinks, and asks again.',
      },
    ],
    help: 'Open load goes on when the system slows down, so queues can grow without bound. Closed load slows down with it and hides overload.',
  }),
  ratePerSec: {
    type: 'number',
    label: 'Request rate',
    unit: 'per second',
    default: 100,
    min: 0,
    max: 20_000,
    help: 'How many requests arrive each second, on average.',
    when: { field: 'workload', is: ['open'] },
  },
  arrivals: choice({
    label: 'Arrivals',
    default: 'poisson',
    options: [
      {
        value: 'poisson',
        label: 'Poisson',
        help: 'At random, independent of each other: what many independent users produce.',
      },
      { value: 'constant', label: 'Constant', help: 'Evenly spaced, as most load generators send them.' },
    ],
    help: 'How the requests are spread over time.',
    when: { field: 'workload', is: ['open'] },
  }),
  users: {
    type: 'number',
    integer: true,
    label: 'Users',
    unit: '',
    default: 50,
    min: 1,
    max: 20_000,
    help: 'How many users take part. Each has at most one request open.',
    when: { field: 'workload', is: ['closed'] },
  },
  thinkTime: choice({
    label: 'Think time',
    default: 'lognormal',
    options: [
      {
        value: 'lognormal',
        label: 'Like people',
        help: 'Lognormal: half of the pauses are shorter than the median, a few are five times as long.',
      },
      { value: 'exponential', label: 'Exponential', help: 'The pauses of textbook models.' },
      { value: 'constant', label: 'Constant', help: 'Always the same pause.' },
    ],
    help: 'How long a user pauses between an answer and the next request.',
    when: { field: 'workload', is: ['closed'] },
  }),
  thinkMs: {
    type: 'number',
    label: 'Think time, typical',
    unit: 'ms',
    default: 1000,
    min: 0,
    max: 600_000,
    help: 'The median for people, the mean for the other two.',
    when: { field: 'workload', is: ['closed'] },
  },
  readPercent: {
    type: 'number',
    label: 'Reads',
    unit: '%',
    default: 90,
    min: 0,
    max: 100,
    help: 'Share of the requests that only read. The others write.',
  },
  keys: choice({
    label: 'What is asked for',
    default: 'zipf',
    options: [
      {
        value: 'zipf',
        label: 'Popular and rare things',
        help: 'Zipf: a few keys are asked for all the time, most hardly ever. Caches live from it.',
      },
      { value: 'uniform', label: 'Everything alike', help: 'Every key is equally likely.' },
      {
        value: 'sequential',
        label: 'One after the other',
        help: 'Key 0, 1, 2, … and round again: the worst case for a cache.',
      },
    ],
    help: 'Which keys the requests are about. Caches and partitions go by the key.',
  }),
  keyCount: {
    type: 'number',
    integer: true,
    label: 'Different keys',
    unit: '',
    default: 10_000,
    min: 1,
    max: 1_000_000,
    help: 'How many different things can be asked for.',
  },
  zipfExponent: {
    type: 'number',
    label: 'Skew',
    unit: '',
    default: 0.99,
    min: 0,
    max: 2,
    help: 'Zipf exponent: 0 is no skew, 0.99 is usual for the web, 2 is extreme.',
    real: {
      value: '0.99',
      product: 'YCSB',
      source: 'https://github.com/brianfrankcooper/YCSB/wiki/Core-Properties',
    },
    when: { field: 'keys', is: ['zipf'] },
  },
} as const;

export type ClientConfig = ConfigOf<typeof fields>;

const PHRASES = ['{} per second, at random', '{} per second, evenly', '{} users, one request each'];

export const client = defineKind({
  id: 'client',
  title: 'Client',
  summary: 'Users or programs that send requests: where all load begins.',
  category: 'Clients',
  icon: 'M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8M4 21c0-4 4-6 8-6s8 2 8 6',
  source: true,
  docs: {
    models: [
      'Open load: requests arrive at random (Poisson) or evenly, whether or not earlier ones were answered.',
      'Closed load: a fixed number of users, each of whom asks, waits for the answer, thinks, and asks again.',
      'Response time as the user feels it: from sending to the answer, network included.',
      'Reads and writes in a given mix, about keys that are popular, uniform or sequential.',
    ],
    leavesOut: [
      'Sessions, log-ins and page flows: every request stands alone.',
      'Impatience other than the timeout of the connection, and retries.',
    ],
    tryThis: [
      'Raise the request rate in steps and watch the response time: it stays flat, then bends at the knee.',
      'Switch from open to closed load under overload: the queue stops growing, because the users wait.',
    ],
    sources: [
      {
        title: 'Schroeder, Wierman, Harchol-Balter: Open Versus Closed (NSDI 2006)',
        url: 'https://www.usenix.org/legacy/event/nsdi06/tech/full_papers/schroeder/schroeder_html/index.html',
      },
      {
        title: 'k6: open and closed models',
        url: 'https://grafana.com/docs/k6/latest/using-k6/scenarios/concepts/open-vs-closed/',
      },
    ],
  },
  in: [],
  out: [{ id: 'out', label: 'Requests', sends: ['request', 'query', 'cache', 'publish'], use: 'route' }],
  fields,
  metrics: [],
  face: [{ type: 'words', place: 'body', phrases: PHRASES }],
  faults: [],
  version: 1,
  migrations: [],
});

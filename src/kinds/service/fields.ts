import { choice, type ConfigOf } from '../../model/fields';
import { dedupFields } from '../dedup-fields';
import { serviceTimeFields } from '../service-time-fields';
import { machineFields } from './machine-fields';

export const TOMCAT = 'https://tomcat.apache.org/tomcat-10.1-doc/config/http.html';

const KEYED = { field: 'idempotency', is: ['keys'] } as const;

export const fields = {
  instances: {
    type: 'number',
    integer: true,
    label: 'Instances',
    unit: '',
    default: 1,
    ours: 'system',
    min: 1,
    max: 64,
    help: 'Identical copies inside this box; each has its own workers and queue, and requests are dealt out in turn.',
  },
  concurrency: choice({
    label: 'Concurrency',
    default: 'threads',
    ours: 'system',
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
    real: { value: '200', product: 'Tomcat maxThreads', source: TOMCAT },
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
  ...serviceTimeFields('serviceTime', {
    label: 'Service time',
    help: 'How long the own work of a request takes, not counting what it waits for elsewhere.',
    lognormal: 'Lognormal, from the median and the p99: what real services look like.',
    exponential: 'The service time of the textbook models M/M/1 and M/M/c.',
    constant: 'Every request takes the same time.',
    median: 'Half of the requests need less.',
    p99: 'One request in a hundred needs more.',
    mean: 'The average time a request needs.',
    medianMs: 20,
    p99Ms: 80,
    meanMs: 10,
  }),
  discipline: choice({
    label: 'Who is next',
    default: 'fifo',
    ours: 'system',
    options: [
      { value: 'fifo', label: 'Oldest first', help: 'Fair, but under overload everybody waits too long.' },
      {
        value: 'lifo',
        label: 'Newest first',
        help: 'Under overload some are served in time and the oldest, whose callers have given up, wait.',
      },
      {
        value: 'priority',
        label: 'By priority',
        help: 'Critical requests overtake the others in the queue. Work under way is not interrupted.',
      },
      {
        value: 'deadline-drop',
        label: 'Oldest first, late ones dropped',
        help: 'A request that has waited longer than the limit is shed instead of worked on: no work for nobody.',
      },
    ],
    help: 'Which waiting request a free worker takes. All of them drop a request whose propagated deadline is over.',
  }),
  dropAfterMs: {
    type: 'number',
    label: 'Longest wait',
    unit: 'ms',
    default: 200,
    min: 0,
    max: 60_000,
    help: 'Who has waited longer when a worker is free is shed. CoDel sheds only while even the shortest wait of 100 ms was above its target, and ever more often.',
    real: { value: '5 ms', product: 'CoDel target', source: 'https://www.rfc-editor.org/rfc/rfc8289' },
    when: { field: 'discipline', is: ['deadline-drop'] },
  },
  shedding: {
    type: 'toggle',
    label: 'Shed by priority',
    default: false,
    ours: 'off',
    help: 'As the queue fills, the least important go first: priority 3 from half full, 2 from 75 %, 1 from 90 %.',
  },
  patienceMs: {
    type: 'number',
    label: 'Patience in the queue',
    unit: 'ms',
    default: 0,
    ours: 'off',
    min: 0,
    max: 600_000,
    help: 'How long a request waits on average before it leaves the queue; exponential. 0: for ever.',
  },
  maxConnections: {
    type: 'number',
    integer: true,
    label: 'Connections',
    unit: 'per instance',
    default: 0,
    min: 0,
    max: 1_000_000,
    help: 'How many requests are let in at once, queue included. Others wait in the backlog. 0: no limit.',
    real: { value: '8192', product: 'Tomcat maxConnections', source: TOMCAT },
  },
  backlog: {
    type: 'number',
    integer: true,
    label: 'Backlog',
    unit: 'connections',
    default: 100,
    min: 0,
    max: 65_535,
    help: 'How many wait at the door when all connections are taken. Beyond that they are refused.',
    real: { value: '100', product: 'Tomcat acceptCount', source: TOMCAT },
  },
  idempotency: choice({
    label: 'A write that comes again',
    default: 'none',
    ours: 'off',
    options: [
      { value: 'none', label: 'is done again', help: 'A payment that is repeated is paid twice.' },
      {
        value: 'keys',
        label: 'is recognised by its key',
        help: 'Idempotency keys: what was done is stored with the key of the request, and a repetition gets the same answer. One that comes while the first is still in work is refused: conflict.',
      },
    ],
    help: 'Who got no answer does not know whether a write was done, and repeats it. The key says that it is the same.',
  }),
  ...dedupFields('write', KEYED, KEYED),
  ...machineFields,
} as const;

export type ServiceConfig = ConfigOf<typeof fields>;

import { choice, type ConfigOf } from '../../model/fields';
import { dedupFields } from '../dedup-fields';
import { serviceTimeFields } from '../service-time-fields';

const REMEMBERS = { field: 'idempotency', is: ['memory', 'store'] } as const;
const STEP = { field: 'saga', is: ['first', 'later'] } as const;

export const fields = {
  workers: {
    type: 'number',
    integer: true,
    label: 'Workers',
    unit: '',
    default: 4,
    ours: 'system',
    min: 1,
    max: 2000,
    help: 'How many messages it works on at the same time, from the first look to the last answer.',
  },
  queueLimit: {
    type: 'number',
    integer: true,
    label: 'Buffer',
    unit: 'messages',
    default: 1000,
    ours: 'system',
    min: 0,
    max: 1_000_000,
    help: 'How many messages may wait in its memory. Beyond that it turns them away, and they go back to where they came from.',
  },
  ...serviceTimeFields('serviceTime', {
    label: 'Work',
    help: 'How long the own work on a message takes, not counting what it waits for elsewhere.',
    lognormal: 'Lognormal, from the median and the p99: what real work looks like.',
    exponential: 'What the textbook models assume.',
    constant: 'Every message takes the same time.',
    median: 'Half of the messages need less.',
    p99: 'One message in a hundred needs more.',
    mean: 'The average time a message needs.',
    medianMs: 20,
    p99Ms: 80,
    meanMs: 20,
  }),
  failPercent: {
    type: 'number',
    label: 'Work that fails',
    unit: '%',
    default: 0,
    ours: 'off',
    min: 0,
    max: 100,
    help: 'By chance: the same message may succeed the next time.',
  },
  poisonEvery: {
    type: 'number',
    integer: true,
    label: 'Poison: one key in',
    unit: '',
    default: 0,
    ours: 'off',
    min: 0,
    max: 1_000_000,
    help: 'Messages with these keys fail every time, however often they are delivered. 0: none.',
  },
  idempotency: choice({
    label: 'A message that comes again',
    default: 'none',
    ours: 'off',
    options: [
      { value: 'none', label: 'is worked on again', help: 'Its effect happens twice: two mails, two payments.' },
      {
        value: 'memory',
        label: 'is recognised, in memory',
        help: 'Costs nothing, and forgets everything in a crash.',
      },
      {
        value: 'store',
        label: 'is recognised, in its database',
        help: 'The inbox: the key is stored in one transaction with the effect, and survives a crash.',
      },
    ],
    help: 'Whether it knows what it has done. Delivery at least once needs a worker that does.',
  }),
  ...dedupFields('message', { field: 'idempotency', is: ['store'] }, REMEMBERS),
  saga: choice({
    label: 'Step of a saga',
    default: 'none',
    ours: 'off',
    options: [
      { value: 'none', label: 'no', help: 'Each message is worked on for itself.' },
      {
        value: 'first',
        label: 'yes, the first',
        help: 'A write that it works on begins a saga. An observer follows all of them from here.',
      },
      { value: 'later', label: 'yes, a later one', help: 'Begins when the message of the step before comes.' },
    ],
    help: 'In a choreographed saga each step tells the next one by a message, and nobody keeps a list. Messages that ask to undo, and events of refusals, are set at its connections.',
  }),
  refusePercent: {
    type: 'number',
    label: 'Work that is refused',
    unit: '%',
    default: 0,
    ours: 'off',
    min: 0,
    max: 100,
    help: 'Sold out, no money: a final answer, not a failure. The message is acknowledged and the refusal is published; the same request is refused every time.',
    when: STEP,
  },
  stuckAfterS: {
    type: 'number',
    label: 'Counts as stuck after',
    unit: 's',
    default: 30,
    ours: 'system',
    min: 1,
    max: 86_400,
    help: 'A saga to which nothing has happened for so long, and which is neither done nor undone. Nobody finds it but an observer.',
    when: { field: 'saga', is: ['first'] },
  },
} as const;

export type WorkerConfig = ConfigOf<typeof fields>;

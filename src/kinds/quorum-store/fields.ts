import { MOST_NODES } from '../../model/cluster-faults';
import { choice, type ConfigOf, type NumberField } from '../../model/fields';
import { NODE_NETWORK_FIELDS } from '../node-network-fields';

export const CASSANDRA_YAML = 'https://github.com/apache/cassandra/blob/trunk/conf/cassandra.yaml';
export const CASSANDRA_DYNAMO = 'https://cassandra.apache.org/doc/latest/cassandra/architecture/dynamo.html';
export const CASSANDRA_REPAIR = 'https://cassandra.apache.org/doc/latest/cassandra/managing/operating/read_repair.html';
export const CASSANDRA_HINTS = 'https://cassandra.apache.org/doc/latest/cassandra/managing/operating/hints.html';
export const DYNAMO_PAPER = 'https://www.allthingsdistributed.com/files/amazon-dynamo-sosp2007.pdf';
export const PBS_PAPER = 'https://arxiv.org/abs/1204.6082';

function acks(label: string, help: string): NumberField {
  return { type: 'number', integer: true, label, unit: 'replicas', default: 2, min: 1, max: MOST_NODES, help };
}

export const fields = {
  nodes: {
    type: 'number',
    integer: true,
    label: 'Nodes',
    unit: '',
    default: 3,
    ours: 'system',
    min: 1,
    max: MOST_NODES,
    help: 'All are alike: each takes requests and keeps a share of the keys. One that joins begins with a copy of its share.',
  },
  replicas: {
    ...acks('Copies of a key (N)', 'On how many nodes each key is kept, as they follow each other on the ring.'),
    default: 3,
    real: { value: '3', product: 'Cassandra replication factor', source: CASSANDRA_DYNAMO },
  },
  readFrom: {
    ...acks(
      'Replicas a read waits for (R)',
      'The newest of their answers counts. With R + W above N at least one of them has the last acknowledged write, unless the store goes on without a quorum.',
    ),
    real: { value: 'QUORUM: 2 of 3', product: 'Cassandra', source: CASSANDRA_DYNAMO },
  },
  writeTo: {
    ...acks('Replicas a write waits for (W)', 'All copies are sent the write; this many must say that they have it.'),
    real: { value: 'QUORUM: 2 of 3', product: 'Cassandra', source: CASSANDRA_DYNAMO },
  },
  withoutQuorum: choice({
    label: 'Without enough replicas',
    default: 'refuse',
    options: [
      {
        value: 'refuse',
        label: 'Refuse: consistent',
        help: 'Too few replicas in reach: no quorum. The minority side of a partition serves nobody.',
      },
      {
        value: 'accept',
        label: 'Go on: available',
        help: 'A sloppy quorum: a write is kept for the missing replicas and counts, a read takes what there is. Both sides of a partition go on, apart.',
      },
    ],
    help: 'The choice of the CAP theorem, when not enough replicas can be reached.',
    real: { value: 'refuse; Dynamo goes on', product: 'Cassandra', source: CASSANDRA_DYNAMO },
  }),
  hints: {
    type: 'toggle',
    label: 'Keep hints for the missing',
    default: true,
    help: 'Writes that a replica has missed are kept by the node that took them, and handed over when it is back (hinted handoff).',
    real: { value: 'on', product: 'Cassandra hinted_handoff_enabled', source: CASSANDRA_YAML },
  },
  hintWindowS: {
    type: 'number',
    label: 'Keep hints for',
    unit: 's',
    default: 10_800,
    min: 0,
    max: 604_800,
    help: 'A replica that is away for longer gets no more hints: it has to be repaired otherwise.',
    real: { value: '3 h', product: 'Cassandra max_hint_window', source: CASSANDRA_YAML },
    when: { field: 'hints', is: [true] },
  },
  hintsPerS: {
    type: 'number',
    label: 'Hints handed over',
    unit: 'per second',
    default: 1000,
    min: 1,
    max: 100_000,
    help: 'How fast a node hands its hints over to one that is back.',
    real: { value: '1024 KiB/s', product: 'Cassandra hinted_handoff_throttle', source: CASSANDRA_YAML },
    when: { field: 'hints', is: [true] },
  },
  readRepair: choice({
    label: 'Read repair',
    default: 'blocking',
    options: [
      {
        value: 'blocking',
        label: 'Before the answer',
        help: 'When the replicas asked differ, those behind are brought up to date first: who reads after it sees it too.',
      },
      { value: 'async', label: 'After the answer', help: 'The answer does not wait for it.' },
      { value: 'none', label: 'None', help: 'Replicas that differ stay so.' },
    ],
    help: 'What happens when the replicas that a read asked do not agree.',
    real: { value: 'before the answer', product: 'Cassandra', source: CASSANDRA_REPAIR },
  }),
  repairEveryS: {
    type: 'number',
    label: 'Repair every',
    unit: 's',
    default: 0,
    min: 0,
    max: 604_800,
    help: 'Each node compares all its keys with its neighbours this often (anti-entropy). 0 is never.',
    real: { value: 'by hand or by schedule', product: 'Cassandra nodetool repair', source: CASSANDRA_REPAIR },
  },
  choice: choice({
    label: 'A read asks',
    default: 'nearest',
    ours: 'system',
    options: [
      {
        value: 'nearest',
        label: 'Its own copy first',
        help: 'If the node that was asked has one; then the next on the ring.',
      },
      { value: 'random', label: 'Replicas by chance', help: 'Every replica is asked equally often.' },
    ],
    help: 'Which replicas a read asks, when it need not ask all.',
  }),
  speculateMs: {
    type: 'number',
    label: 'Ask one more after',
    unit: 'ms',
    default: 0,
    min: 0,
    max: 60_000,
    help: 'When not enough replicas have answered by then, another one is asked too. 0 does not.',
    real: { value: 'the p99', product: 'Cassandra speculative_retry', source: CASSANDRA_DYNAMO },
  },
  requestTimeoutMs: {
    type: 'number',
    label: 'Wait for replicas',
    unit: 'ms',
    default: 500,
    min: 1,
    max: 600_000,
    help: 'When too few have answered after this long, the request fails with no quorum. A write may have happened all the same.',
    real: { value: '5 s for reads, 2 s for writes', product: 'Cassandra', source: CASSANDRA_YAML },
  },
  gossipMs: {
    type: 'number',
    label: 'Sign of life every',
    unit: 'ms',
    default: 1000,
    min: 10,
    max: 60_000,
    help: 'How often each node tells the others that it is there.',
    real: { value: '1 s', product: 'Cassandra gossip', source: CASSANDRA_DYNAMO },
  },
  convictMs: {
    type: 'number',
    label: 'Taken for dead after',
    unit: 'ms',
    default: 3000,
    min: 10,
    max: 600_000,
    help: 'A node that has not been heard for this long is not asked any more. Until then requests wait for it in vain.',
    real: {
      value: 'about 18 s at one sign of life a second: phi above 8',
      product: 'Cassandra phi_convict_threshold',
      source: CASSANDRA_YAML,
    },
  },
  ...NODE_NETWORK_FIELDS,
  cores: {
    type: 'number',
    integer: true,
    label: 'Cores of a node',
    unit: '',
    default: 4,
    ours: 'work',
    min: 1,
    max: 128,
    help: 'What replicas do on a node shares its cores equally.',
  },
  times: choice({
    label: 'Work of a replica',
    default: 'lognormal',
    ours: 'work',
    options: [
      {
        value: 'lognormal',
        label: 'Lognormal',
        help: 'Half of the times are below the typical one, one in a hundred is five times as long.',
      },
      { value: 'exponential', label: 'Exponential', help: 'As in textbook models; the typical time is the mean.' },
      { value: 'constant', label: 'Constant', help: 'Always the typical time.' },
    ],
    help: 'How the computing time of one replica for one request varies.',
  }),
  readMs: {
    type: 'number',
    label: 'Read, typical',
    unit: 'ms',
    default: 0.5,
    min: 0.001,
    max: 600_000,
    help: 'Computing time of a replica for a read.',
    real: { value: '0.5 ms', product: 'Cassandra (indicative)', source: CASSANDRA_DYNAMO },
  },
  writeMs: {
    type: 'number',
    label: 'Write, typical',
    unit: 'ms',
    default: 0.15,
    min: 0.001,
    max: 600_000,
    help: 'Computing time of a replica for a write.',
    real: { value: '0.15 ms', product: 'Cassandra (indicative)', source: CASSANDRA_DYNAMO },
  },
} as const;

export type QuorumConfig = ConfigOf<typeof fields>;

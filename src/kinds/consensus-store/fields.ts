import { MOST_NODES } from '../../model/cluster-faults';
import { choice, type ConfigOf } from '../../model/fields';
import { NODE_NETWORK_FIELDS } from '../node-network-fields';

export const ETCD_TUNING = 'https://etcd.io/docs/v3.5/tuning/';
export const ETCD_PERFORMANCE = 'https://etcd.io/docs/v3.5/op-guide/performance/';
export const ETCD_GUARANTEES = 'https://etcd.io/docs/v3.5/learning/api_guarantees/';
export const RAFT_PAPER = 'https://raft.github.io/raft.pdf';
export const RAFT_THESIS = 'https://github.com/ongardie/dissertation';

export const fields = {
  nodes: {
    type: 'number',
    integer: true,
    label: 'Nodes',
    unit: '',
    default: 3,
    min: 1,
    max: MOST_NODES,
    help: 'A majority must reach each other. An even number survives no more failures than one node fewer.',
    real: { value: '3, 5 or 7', product: 'etcd', source: 'https://etcd.io/docs/v3.5/faq/' },
  },
  firstLeader: {
    type: 'number',
    integer: true,
    label: 'First leader',
    unit: '',
    default: 0,
    ours: 'off',
    min: 0,
    max: MOST_NODES,
    help: 'The node whose election timeout ends first when the run begins, so that it leads. 0 leaves it to chance. Who leads later is never planned.',
  },
  reads: choice({
    label: 'Reads',
    default: 'confirmed',
    options: [
      {
        value: 'confirmed',
        label: 'Confirmed by a majority',
        help: 'The leader first asks whether it still leads: one round trip more, never stale (ReadIndex).',
      },
      {
        value: 'lease',
        label: 'From the leader, by lease',
        help: 'While a majority has just answered it, the leader reads without asking. Right as long as clocks run alike.',
      },
      {
        value: 'local',
        label: 'From the node that is asked',
        help: 'Fastest, and available without a leader; may be stale.',
      },
    ],
    help: 'What a read has to make sure before it is answered.',
    real: {
      value: 'confirmed; local for reads that etcd calls serializable',
      product: 'etcd',
      source: ETCD_GUARANTEES,
    },
  }),
  heartbeatMs: {
    type: 'number',
    label: 'Heartbeat every',
    unit: 'ms',
    default: 100,
    min: 1,
    max: 60_000,
    help: 'How often the leader says that it is there. About the round trip between the nodes.',
    real: { value: '100 ms', product: 'etcd heartbeat-interval', source: ETCD_TUNING },
  },
  electionMinMs: {
    type: 'number',
    label: 'Election timeout, shortest',
    unit: 'ms',
    default: 1000,
    min: 1,
    max: 60_000,
    help: 'A node that hears no leader for its timeout wants to lead. Ten round trips at least, or leaders change for nothing.',
    real: { value: '1000 ms; 150 ms in the paper', product: 'etcd election-timeout', source: ETCD_TUNING },
  },
  electionMaxMs: {
    type: 'number',
    label: 'Election timeout, longest',
    unit: 'ms',
    default: 2000,
    min: 1,
    max: 120_000,
    help: 'Each node draws its timeout at random up to this, so that two rarely begin at once. Below the shortest it counts as the shortest.',
    real: { value: 'twice the shortest', product: 'etcd', source: ETCD_TUNING },
  },
  preVote: {
    type: 'toggle',
    label: 'Ask before an election',
    default: true,
    help: 'A node that was cut off first asks whether it could win (pre-vote). Without it, its return deposes a healthy leader.',
    real: { value: 'on since 3.5', product: 'etcd', source: 'https://etcd.io/docs/v3.5/op-guide/configuration/' },
  },
  checkQuorum: {
    type: 'toggle',
    label: 'Leader checks its majority',
    default: true,
    help: 'A leader that hears no majority for an election timeout steps down. Without it, it goes on taking writes that it cannot commit.',
    real: { value: 'on', product: 'etcd', source: RAFT_THESIS },
  },
  waitForLeader: {
    type: 'toggle',
    label: 'Hold requests without a leader',
    default: false,
    ours: 'off',
    help: 'Requests wait until there is a leader or the limit below is over. Otherwise they are refused at once: no leader.',
  },
  requestTimeoutMs: {
    type: 'number',
    label: 'Longest a request takes',
    unit: 'ms',
    default: 7000,
    min: 10,
    max: 600_000,
    help: 'What is not committed after this is given up: no quorum. It may be committed later all the same.',
    real: { value: '5 s plus two election timeouts', product: 'etcd', source: ETCD_GUARANTEES },
  },
  ...NODE_NETWORK_FIELDS,
  flushMedianMs: {
    type: 'number',
    label: 'Disk flush, median',
    unit: 'ms',
    default: 0.5,
    min: 0.001,
    max: 60_000,
    help: 'Time to bring the log to the disk. What comes during one flush shares the next.',
    real: { value: 'p99 below 10 ms wanted', product: 'etcd wal_fsync', source: 'https://etcd.io/docs/v3.5/faq/' },
  },
  flushP99Ms: {
    type: 'number',
    label: 'Disk flush, p99',
    unit: 'ms',
    default: 5,
    ours: 'work',
    min: 0.001,
    max: 600_000,
    help: 'One flush in a hundred takes longer. Values below the median count as the median.',
  },
  cores: {
    type: 'number',
    integer: true,
    label: 'Cores of a node',
    unit: '',
    default: 4,
    ours: 'work',
    min: 1,
    max: 128,
    help: 'Requests on a node share its cores equally.',
  },
  workMs: {
    type: 'number',
    label: 'Work for a request',
    unit: 'ms',
    default: 0.1,
    min: 0.001,
    max: 60_000,
    help: 'Computing time on the node that is asked, and for a write or a confirmed read on the leader too.',
    real: { value: '0.02 ms: 44 000 writes per second on 8 cores', product: 'etcd', source: ETCD_PERFORMANCE },
  },
} as const;

export type ConsensusConfig = ConfigOf<typeof fields>;

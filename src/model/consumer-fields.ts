/**
 * What a consumer of a log is set to: fields of the connection from a topic to a consumer. All members on one connection
 * share them.
 */
import { CONNECTION_DEFAULTS } from './connection-defaults';
import { choice, type Fields } from './fields';

const CONSUMER_CONFIGS = 'https://kafka.apache.org/documentation/#consumerconfigs';

export const CONSUMER_FIELDS = {
  group: {
    type: 'number',
    integer: true,
    label: 'Group number',
    unit: '',
    default: CONNECTION_DEFAULTS.group,
    ours: 'system',
    min: 0,
    max: 9,
    help: 'Connections with the same number share one group: each record goes to one of them. 0 makes this connection a group of its own, which sees every record.',
  },
  commit: choice({
    label: 'Commits',
    default: CONNECTION_DEFAULTS.commit,
    options: [
      {
        value: 'each',
        label: 'after each record',
        help: 'The offset is stored as soon as a record is done. After a crash, at most the record in work is done again.',
      },
      {
        value: 'after',
        label: 'after each poll',
        help: 'The offset is stored when all records of a poll are done. After a crash, the records of the poll are done again.',
      },
      {
        value: 'auto',
        label: 'automatically',
        help: 'At a poll, when enough time has passed since the last commit. After a crash, what was done since then is done again.',
      },
      {
        value: 'before',
        label: 'before the work',
        help: 'At most once: the offset is stored when records are handed out. After a crash, those not yet done are lost.',
      },
    ],
    help: 'When the group remembers how far it has come. This decides whether a crash means duplicates or losses.',
    real: { value: 'automatically', product: 'Kafka enable.auto.commit', source: CONSUMER_CONFIGS },
  }),
  autoCommitMs: {
    type: 'number',
    label: 'Commits at most every',
    unit: 'ms',
    default: CONNECTION_DEFAULTS.autoCommitMs,
    real: { value: '5 s', product: 'Kafka auto.commit.interval.ms', source: CONSUMER_CONFIGS },
    min: 10,
    max: 600_000,
    help: 'auto.commit.interval.ms: how much time passes between automatic commits.',
    when: { field: 'commit', is: ['auto'] },
  },
  maxPollRecords: {
    type: 'number',
    integer: true,
    label: 'Records per poll',
    unit: 'records',
    default: CONNECTION_DEFAULTS.maxPollRecords,
    real: { value: '500', product: 'Kafka max.poll.records', source: CONSUMER_CONFIGS },
    min: 1,
    max: 100_000,
    help: 'max.poll.records: how many records a member takes at once. It joins a rebalance only when it is done with them.',
  },
  maxPollIntervalMs: {
    type: 'number',
    label: 'Longest time between polls',
    unit: 'ms',
    default: CONNECTION_DEFAULTS.maxPollIntervalMs,
    real: { value: '300 s', product: 'Kafka max.poll.interval.ms', source: CONSUMER_CONFIGS },
    min: 100,
    max: 3_600_000,
    help: 'max.poll.interval.ms: a member that takes longer over the records of one poll leaves the group, and they are done again by another.',
  },
  sessionTimeoutMs: {
    type: 'number',
    label: 'Session timeout',
    unit: 'ms',
    default: CONNECTION_DEFAULTS.sessionTimeoutMs,
    real: { value: '45 s', product: 'Kafka session.timeout.ms', source: CONSUMER_CONFIGS },
    min: 100,
    max: 1_800_000,
    help: 'session.timeout.ms: a member without a heartbeat for this long is taken for dead. Until then its partitions wait.',
  },
  heartbeatMs: {
    type: 'number',
    label: 'Heartbeat',
    unit: 'ms',
    default: CONNECTION_DEFAULTS.heartbeatMs,
    real: { value: '3 s', product: 'Kafka heartbeat.interval.ms', source: CONSUMER_CONFIGS },
    min: 100,
    max: 600_000,
    help: 'heartbeat.interval.ms: how often members show that they are alive. With its answer a member learns of a rebalance.',
  },
  assignor: choice({
    label: 'Rebalance',
    default: CONNECTION_DEFAULTS.assignor,
    options: [
      {
        value: 'cooperative',
        label: 'cooperative',
        help: 'Members keep working. Only partitions that move stop, and they move in a second round.',
      },
      {
        value: 'eager',
        label: 'eager',
        help: 'All members give up all partitions and wait until everybody has joined again: the whole group stops.',
      },
    ],
    help: 'How partitions change hands when members come and go. The first connection of a group decides.',
    real: {
      value: 'Range (eager) first, CooperativeSticky ready',
      product: 'Kafka partition.assignment.strategy',
      source: CONSUMER_CONFIGS,
    },
  }),
  staticMembers: {
    type: 'toggle',
    label: 'Static membership',
    default: CONNECTION_DEFAULTS.staticMembers,
    help: 'group.instance.id: a member that restarts within the session timeout gets its partitions back at once. Without it, the group waits until the old member has timed out.',
    real: { value: 'off', product: 'Kafka group.instance.id', source: CONSUMER_CONFIGS },
  },
  startAt: choice({
    label: 'A new group starts',
    default: CONNECTION_DEFAULTS.startAt,
    real: { value: 'latest', product: 'Kafka auto.offset.reset', source: CONSUMER_CONFIGS },
    options: [
      { value: 'latest', label: 'at the end', help: 'It sees what is published from now on.' },
      { value: 'earliest', label: 'at the beginning', help: 'It reads first what the log still has.' },
    ],
    help: 'auto.offset.reset: where a group begins that has no offset, or whose offset has been deleted.',
  }),
} satisfies Fields;

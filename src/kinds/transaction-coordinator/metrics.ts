import type { MetricSpec } from '../../model/metrics';

export const metrics: readonly MetricSpec[] = [
  {
    id: 'committed',
    type: 'counter',
    label: 'Committed',
    unit: 'transactions',
    help: 'Transactions that were decided to happen.',
    realName: 'transactions-committed',
  },
  {
    id: 'aborted',
    type: 'counter',
    label: 'Aborted',
    unit: 'transactions',
    help: 'Transactions that did not happen, those forgotten in a crash included.',
    realName: 'transactions-aborted',
  },
  {
    id: 'preparing',
    type: 'gauge',
    label: 'Preparing',
    unit: 'transactions',
    help: 'Transactions whose participants are still asked for their promise.',
  },
  {
    id: 'inDoubt',
    type: 'gauge',
    label: 'Promises in doubt',
    unit: 'promises',
    help: 'Promises that participants have given and whose outcome they do not know. They hold locks. Seen from outside, so also while the coordinator is down.',
  },
  {
    id: 'telling',
    type: 'gauge',
    label: 'Decided, not yet heard by all',
    unit: 'transactions',
    help: 'Transactions with a decision that some participant has not confirmed.',
  },
  {
    id: 'resent',
    type: 'counter',
    label: 'Decisions told again',
    unit: 'messages',
    help: 'Words to participants that had not confirmed the decision.',
  },
  {
    id: 'recovered',
    type: 'counter',
    label: 'Forgotten promises found',
    unit: 'promises',
    help: 'Promises of transactions that the coordinator did not know any more, and that were aborted.',
  },
  {
    id: 'moneyInFlight',
    type: 'gauge',
    label: 'Money in flight',
    unit: '€',
    help: 'Paid and not yet received, or the other way round, in transactions under way. Seen from outside.',
  },
  {
    id: 'logFlushes',
    type: 'counter',
    label: 'Log writes',
    unit: 'writes',
    help: 'Times decisions were brought to disk. Fewer than decisions means that they shared a write.',
  },
];

import type { MetricSpec } from './metrics';

/**
 * What a component that runs a plan shows of writes to a database and the messages that tell of them. Told from outside:
 * a component that crashed between the two does not know.
 */
export const OUTBOX_METRICS = [
  {
    id: 'eventsMissing',
    type: 'gauge',
    label: 'Messages missing',
    unit: 'messages',
    help: 'Committed writes whose message is neither published nor in an outbox: about to be sent, or lost for good.',
  },
  {
    id: 'eventsExtra',
    type: 'gauge',
    label: 'Messages too many',
    unit: 'messages',
    help: 'Messages published without a committed write of their own: published twice, or of a write that failed.',
  },
  {
    id: 'outboxWaiting',
    type: 'gauge',
    label: 'Rows in the outbox',
    unit: 'rows',
    help: 'Committed messages that the relay has not published yet.',
  },
] as const satisfies readonly MetricSpec[];

/** What the parts of a cloud queue have in common: timers, the states of a message, and what is counted. */
import type { Context, MetricHandle } from '../../engine/behaviour';
import { counters } from '../../engine/resources/counters';
import { type EventHandle, PRIORITY } from '../../engine/event-queue';
import { fromMs } from '../../model/units';

export const TIMER = {
  stored: 0,
  appears: 1,
  visible: 2,
  extend: 3,
  empty: 4,
  poll: 5,
  reconnect: 6,
  letter: 7,
  look: 8,
};

/** Where a message is. */
export const STATE = { coming: 1, delayed: 2, visible: 3, inFlight: 4, dead: 5 };

const COUNTERS = [
  'sent',
  'received',
  'redelivered',
  'deleted',
  'lateDeletes',
  'emptyReceives',
  'duplicated',
  'deduplicated',
  'expired',
  'overReceived',
  'lost',
] as const;

export type Counters = Readonly<Record<(typeof COUNTERS)[number], MetricHandle>>;

export function cloudQueueCounters(context: Context): Counters {
  return counters(context, COUNTERS);
}

export function afterSeconds(context: Context, seconds: number, type: number, a: number, b = 0): EventHandle {
  return context.alarm(fromMs(seconds * 1000), PRIORITY.timer, type, a, b);
}

/** What the parts of a queue have in common: timers, the states of a message, and what is counted. */
import type { Context, MetricHandle } from '../../engine/behaviour';
import { counters } from '../../engine/resources/counters';

/** Timer types. `cluster` takes two. */
export const TIMER = {
  accepted: 0,
  persisted: 1,
  returns: 2,
  expires: 3,
  reconnect: 4,
  letter: 5,
  age: 6,
  cluster: 7,
  outside: 9,
};

/** Where a message is. */
export const STATE = { coming: 1, ready: 2, unacked: 3, returning: 4, dead: 5 };

const COUNTERS = [
  'published',
  'delivered',
  'redelivered',
  'acked',
  'rejected',
  'expired',
  'overflowed',
  'overLimit',
  'lost',
  'elections',
] as const;

export type Counters = Readonly<Record<(typeof COUNTERS)[number], MetricHandle>>;

export function queueCounters(context: Context): Counters {
  return counters(context, COUNTERS);
}

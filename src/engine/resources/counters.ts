import type { Context, MetricHandle } from '../behaviour';

/** The handles of several counters, by their names. */
export function counters<Id extends string>(context: Context, ids: readonly Id[]): Readonly<Record<Id, MetricHandle>> {
  return Object.fromEntries(ids.map((id) => [id, context.counter(id)])) as Record<Id, MetricHandle>;
}

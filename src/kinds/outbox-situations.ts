import type { Settings } from '../model/fields';
import { PROBED } from './probing-system';
import type { SmallSystem } from './small-system';

/**
 * For the contract test of kinds that run a plan: what publishing after a write seldom comes to. One through an outbox
 * while it crashes and the broker is away, one that publishes before a write that fails. `from` is who hands the requests on, if not the source.
 */
export function outboxSituations(kind: string, from: string | null): readonly SmallSystem[] {
  const system = (publish: Settings, query: Settings, faults: readonly [string, number][]): SmallSystem => ({
    components: {
      source: ['client', { ratePerSec: 100, readPercent: 0 }],
      ...(from === null ? {} : { between: [from] as const }),
      [PROBED]: [kind],
      database: ['sql-database'],
      events: ['topic'],
    },
    connections: {
      ...(from === null ? { [`source>${PROBED}`]: {} } : { 'source>between': {}, [`between>${PROBED}`]: {} }),
      [`${PROBED}>database`]: query,
      [`${PROBED}>events`]: publish,
    },
    faults: faults.map(([target, atMs]) => ({ atMs, durationMs: 1000, target, fault: 'crash', params: {} })),
  });
  return [
    system({ through: 'outbox' }, {}, [
      ['events', 1000],
      ['events', 3500],
    ]),
    system({ order: 1 }, { order: 2 }, [['database', 1000]]),
  ];
}

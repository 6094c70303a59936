// Under crashes of the service and outages of its neighbours by chance, an outbox publishes every committed write and
// nothing else; publishing directly loses some, so that the property can fail.
import { expect, it } from 'vitest';
import { RandomStream } from '../engine/random';
import type { ScheduledFault } from '../model/scenario';
import { assemble } from './assemble';
import { metricOf, smallSystem } from './small-system';

const SEEDS = [1, 2, 3, 4, 5, 6, 7, 8];

/** Three seconds of trouble, then ten of peace, in which no more writes come. */
function run(seed: number, through: string) {
  const chance = new RandomStream(seed, 'outbox', 'trouble');
  const faults = ['service', 'service', 'database', 'events', 'events', 'service>events'].map(
    (target): ScheduledFault => {
      const [atMs, durationMs] = [200 + chance.integer(2300), 50 + chance.integer(400)];
      return { atMs, durationMs, target, fault: target.includes('>') ? 'cut' : 'crash', params: {} };
    },
  );
  const simulation = assemble(
    smallSystem({
      components: {
        source: ['client', { ratePerSec: 300, readPercent: 20 }],
        service: ['service', { workers: 50, meanMs: 1 }],
        database: ['sql-database'],
        events: ['topic'],
      },
      connections: {
        'source>service': { retry: 'exponential', retryWrites: true },
        'service>database': {},
        'service>events': { through },
      },
      faults,
      seed,
    }),
  );
  simulation.advance(3_000_000);
  simulation.intervene({ type: 'edit', edit: { type: 'remove-component', id: 'source' } });
  simulation.advance(13_000_000);
  simulation.resetTotals();
  simulation.advance(14_000_000);
  const metric = (id: string): number => metricOf(simulation, 'service', id);
  return {
    missing: metric('eventsMissing'),
    extra: metric('eventsExtra'),
    waiting: metric('outboxWaiting'),
    faults: faults.length,
  };
}

it.each(SEEDS)('publishes every committed write, and some again, but nothing else (seed %d)', (seed) => {
  const { missing, extra, waiting, faults } = run(seed, 'outbox');
  expect([missing, waiting]).toEqual([0, 0]);
  // One message at a time is on its way, so a failure makes one come twice at most.
  expect(extra).toBeLessThanOrEqual(faults);
});

it('loses some in the same trouble when it publishes directly', () => {
  const lost = SEEDS.filter((seed) => run(seed, 'direct').missing > 0);
  expect(lost.length).toBeGreaterThan(SEEDS.length / 2);
});

import { describe, expect, it } from 'vitest';
import type { Simulation } from '../../engine/simulation';
import type { Settings } from '../../model/fields';
import type { ScheduledFault } from '../../model/scenario';
import { MICROS_PER_SECOND as SECOND } from '../../model/units';
import { assemble } from '../assemble';
import { fault, INSTANT, metricOf, smallSystem } from '../small-system';
import { LOAD, metric } from './kafka-system';

/** A topic and a worker with a ledger behind it, which commits only after each poll. */
function ledgerSystem(worker: Settings, more: { kafka?: Settings; faults?: readonly ScheduledFault[] }): Simulation {
  return assemble(
    smallSystem({
      components: {
        // Few keys: what tells records apart is not their key.
        client: ['client', { ...LOAD, keyCount: 3, ratePerSec: 20 }],
        kafka: ['kafka', { partitions: 1, ...more.kafka }],
        worker: ['worker', { serviceTime: 'constant', meanMs: 45, ...worker }],
        kept: ['kafka', { partitions: 1 }],
        auditor: ['worker', { serviceTime: 'constant', meanMs: 1 }],
      },
      connections: {
        'client>kafka': { ...INSTANT, timeoutMs: 0 },
        'kafka>worker': { ...INSTANT, consumers: 1, commit: 'auto', autoCommitMs: 5000, staticMembers: true },
        'kafka>kept': INSTANT,
        'kept>auditor': INSTANT,
      },
      faults: more.faults ?? [],
    }),
  );
}

const ledger = (simulation: Simulation, id = 'worker') =>
  (['effects', 'duplicates', 'suppressed'] as const).map((name) => metricOf(simulation, id, name));

describe('a worker behind a topic', () => {
  const crash = { faults: [fault('worker', 'crash', 8, 9)] };
  const after = (worker: Settings): Simulation => {
    const simulation = ledgerSystem(worker, crash);
    simulation.advance(60 * SECOND);
    return simulation;
  };

  it('does again what was not committed before its crash', () => {
    const simulation = after({});
    const [effects, duplicates, suppressed] = ledger(simulation);
    expect(duplicates).toBeGreaterThan(20);
    expect(duplicates).toBe(metric(simulation, 'duplicates'));
    expect(effects).toBe(metric(simulation, 'delivered'));
    expect(suppressed).toBe(0);
  });

  it('recognises the same records, by their request and not by their key, when it keeps them in its database', () => {
    const [, again] = ledger(after({}));
    const [effects, duplicates, suppressed] = ledger(after({ idempotency: 'store', dedupMs: 0 }));
    expect(effects).toBeGreaterThan(1000);
    expect([duplicates, suppressed]).toEqual([0, again]);
  });

  it('keeps the request of a dead letter', () => {
    const simulation = ledgerSystem({ failPercent: 100 }, {});
    const roots = { worker: new Set<number>(), auditor: new Set<number>() };
    const { calls, traffic } = simulation;
    const answer = traffic.answer.bind(traffic);
    traffic.answer = (call, cause, origin) => {
      const { id } = simulation.components[calls.target(call)]!;
      if (!calls.isProbe(call) && (id === 'worker' || id === 'auditor')) roots[id].add(calls.rootSerial(call));
      answer(call, cause, origin);
    };
    simulation.advance(30 * SECOND);
    expect(roots.auditor.size).toBeGreaterThan(5);
    for (const root of roots.auditor) expect(roots.worker.has(root)).toBe(true);
  });
});

/**
 * The laws that hold at every node of every system, whatever it does: Little's law, the utilisation law, and that what
 * comes in goes out or is still inside. Source: J. Little (1961); P. Denning, J. Buzen (1978); model reference §0.5.
 */
import type { ComponentRuntime } from '../engine/component-runtime';
import type { Simulation } from '../engine/simulation';
import { assemble } from '../kinds/assemble';
import type { RunRecord } from '../model/scenario';

export interface NodeLaws {
  readonly id: string;
  /** |arrived − answered − failed − growth of what is inside|: a count, which must be 0. */
  readonly lost: number;
  /** |L − X·W| ÷ L; 0 for a node where nothing was. */
  readonly little: number;
  /** |U − X·S ÷ c|; null for kinds whose servers are not counted here, and for nodes that are down for some time. */
  readonly utilisation: number | null;
}

interface Sojourns {
  count: number;
  micros: number;
}

/** Times from arrival to the answer of every call, good or bad, measured call by call and not from the statistics. */
function watchAnswers(simulation: Simulation): Sojourns[] {
  const sojourns = simulation.components.map(() => ({ count: 0, micros: 0 }));
  const answer = simulation.answer.bind(simulation);
  simulation.answer = (call, cause, origin) => {
    const { calls } = simulation;
    if (!calls.isProbe(call)) {
      const at = sojourns[calls.target(call)]!;
      at.count++;
      at.micros += simulation.now - calls.arrivedAt(call);
    }
    answer(call, cause, origin);
  };
  return sojourns;
}

/** Capacity in parallel servers and what a call holds of them on average, for kinds where that is known. */
function serversOf({ kind, blueprint: { config } }: ComponentRuntime): number | null {
  switch (kind) {
    case 'service':
      return config['concurrency'] === 'threads' ? Number(config['instances']) * Number(config['workers']) : null;
    case 'redis':
      return 1;
    default:
      return null;
  }
}

/** Runs a scenario and measures the laws at every node from `fromS` to `toS`. */
export function measureLaws(record: RunRecord, fromS: number, toS: number): NodeLaws[] {
  const simulation = assemble(record.scenario, record.interventions);
  const from = fromS * 1_000_000;
  simulation.advance(from);
  simulation.resetTotals();
  const insideBefore = simulation.components.map(({ stats }) => stats.inSystem);
  const sojourns = watchAnswers(simulation);
  simulation.advance(toS * 1_000_000);
  simulation.settle();
  return simulation.components.map((component, i): NodeLaws => {
    const totals = component.stats.totals(simulation.now);
    const growth = totals.inSystem - insideBefore[i]!;
    const lost = Math.abs(totals.arrivals - totals.completions - totals.failures - growth);
    // A source has no call that arrives: its requests are timed by the statistics.
    const spent = component.source ? totals.completions * component.stats.latency.mean : sojourns[i]!.micros;
    const product = spent / totals.span;
    const comparable = totals.meanInSystem > 0 && (!component.source || totals.failures === 0);
    const little = comparable ? Math.abs(totals.meanInSystem - product) / totals.meanInSystem : 0;
    const troubled = record.scenario.faults.some(({ target }) => target === component.id);
    const servers = troubled ? null : serversOf(component);
    let utilisation: number | null = null;
    if (servers !== null && totals.utilisation !== null && sojourns[i]!.count > 0) {
      const held = sojourns[i]!.micros - totals.waits * totals.meanWait;
      utilisation = Math.abs(totals.utilisation - held / totals.span / servers);
    }
    return { id: component.id, lost, little, utilisation };
  });
}

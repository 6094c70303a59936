/**
 * The laws that hold at every node of every system, whatever it does: Little's law, the utilisation law, and that what
 * comes in goes out or is still inside. Source: J. Little (1961); P. Denning, J. Buzen (1978).
 */
import { FLAG } from '../engine/calls';
import type { ComponentRuntime } from '../engine/component-runtime';
import type { ComponentTotals } from '../engine/component-stats';
import type { Simulation } from '../engine/simulation';
import { assemble } from '../kinds/assemble';
import { standsIn } from '../model/places';
import type { RunRecord } from '../model/scenario';

export interface NodeLaws {
  readonly id: string;
  /** |arrived − answered − failed − growth of what is inside|: a count, which must be 0. */
  readonly lost: number;
  /** |L − X·W| ÷ L; 0 for a node where nothing was. */
  readonly little: number;
  /** |U − X·S ÷ c|; null for kinds whose servers are not counted here, and for nodes that are down for some time, alone or with their zone. */
  readonly utilisation: number | null;
}

interface Sojourns {
  /** Time between arrival and answer, as far as it lies within the measured time: of all calls, in microseconds. */
  within: number;
  /** The same from the beginning of work. */
  held: number;
  /** Calls in work and when that began. */
  readonly working: Map<number, number>;
}

/**
 * Times of every call, good or bad, measured call by call and not from the statistics. A source has requests instead,
 * of which only the answered ones tell how long they took.
 */
function watchCalls(simulation: Simulation, since: number): Sojourns[] {
  const sojourns = simulation.components.map((): Sojourns => ({
    within: 0,
    held: 0,
    working: new Map<number, number>(),
  }));
  const note = (self: number, began: number): void => {
    sojourns[self]!.within += Math.max(0, simulation.now - Math.max(began, since));
  };
  const answer = simulation.traffic.answer.bind(simulation.traffic);
  simulation.traffic.answer = (call, cause, origin) => {
    const { calls } = simulation;
    if (!calls.isAside(call)) note(calls.target(call), calls.arrivedAt(call));
    const at = sojourns[calls.target(call)]!;
    const began = at.working.get(call);
    if (began !== undefined) at.held += Math.max(0, simulation.now - Math.max(began, since));
    at.working.delete(call);
    answer(call, cause, origin);
  };
  for (const component of simulation.components) {
    const { source, stats, self } = component;
    const began = component.began.bind(component);
    component.began = (call) => {
      sojourns[self]!.working.set(call, simulation.now);
      began(call);
    };
    if (!source) continue;
    const complete = stats.complete.bind(stats);
    stats.complete = (now, micros) => {
      note(self, now - micros);
      complete(now, micros);
    };
  }
  return sojourns;
}

/** Adds what the calls that are still there have spent so far. */
function addUnanswered(simulation: Simulation, sojourns: readonly Sojourns[], since: number): void {
  const { calls, now, components } = simulation;
  for (const at of sojourns) for (const began of at.working.values()) at.held += now - Math.max(began, since);
  for (let call = 0; call < calls.used; call++) {
    const flags = calls.flags(call);
    if (!(flags & FLAG.live) || calls.isAside(call)) continue;
    const inside = (flags & FLAG.arrived) > 0 && !(flags & FLAG.targetDone);
    if (inside) sojourns[calls.target(call)]!.within += now - Math.max(calls.arrivedAt(call), since);
    const from = calls.source(call);
    const asked = components[from]!.source && !(flags & (FLAG.sourceDone | FLAG.attempt));
    if (asked) sojourns[from]!.within += now - Math.max(calls.sentAt(call), since);
  }
}

/** Capacity in parallel servers and what a call holds of them on average, for kinds where that is known. */
function serversOf({ kind, stats, blueprint: { config } }: ComponentRuntime, totals: ComponentTotals): number | null {
  switch (kind) {
    case 'worker':
      return Number(config['workers']);
    case 'service': {
      // An autoscaler changes their number: what counts is how many there were on average.
      const instances = totals.metrics[stats.metrics.findIndex(({ id }) => id === 'instances')]!;
      // With cores of their own number, the busier of workers and cores speaks for the service: not counted here.
      const plain = config['concurrency'] === 'threads' && config['cpu'] === 'worker';
      return plain ? instances * Number(config['workers']) : null;
    }
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
  const sojourns = watchCalls(simulation, from);
  simulation.advance(from);
  simulation.resetTotals();
  const insideBefore = simulation.components.map(({ stats }) => stats.inSystem);
  simulation.advance(toS * 1_000_000);
  addUnanswered(simulation, sojourns, from);
  return simulation.components.map((component, i): NodeLaws => {
    const totals = component.stats.totals(simulation.now);
    const growth = totals.inSystem - insideBefore[i]!;
    const lost = Math.abs(totals.arrivals - totals.completions - totals.failures - growth);
    // X·W is the time that all calls together spent here, over the time in which they did.
    const product = sojourns[i]!.within / totals.span;
    // How long a failed request took, a source does not say.
    const comparable = totals.meanInSystem > 0 && (!component.source || totals.failures === 0);
    const little = comparable ? Math.abs(totals.meanInSystem - product) / totals.meanInSystem : 0;
    const troubled = record.scenario.faults.some(
      ({ target }) => target === component.id || standsIn(record.scenario, component.id, target),
    );
    const servers = troubled ? null : serversOf(component, totals);
    let utilisation: number | null = null;
    if (servers !== null && totals.utilisation !== null) {
      // X·S is the time that all calls together were in work. The watch begins early enough to know all of them.
      utilisation = Math.abs(totals.utilisation - sojourns[i]!.held / totals.span / servers);
    }
    return { id: component.id, lost, little, utilisation };
  });
}

/** Systems in a few lines and their whole event log in words: for tests. */
import type { Simulation } from '../engine/simulation';
import type { Settings } from '../model/fields';
import { CAUSES } from '../model/outcome';
import { EMPTY_SCENARIO, type Scenario, type ScheduledFault } from '../model/scenario';
import { fromMs, toMs } from '../model/units';

export interface SmallSystem {
  /** Kind and settings by component id. */
  readonly components: Readonly<Record<string, readonly [kind: string, settings?: Settings]>>;
  /** Settings by connection, "from>to". */
  readonly connections: Readonly<Record<string, Settings>>;
  readonly faults?: readonly ScheduledFault[];
  readonly seed?: number;
}

/** The document. Labels are the ids. */
export function smallSystem({ components, connections, faults = [], seed = 7 }: SmallSystem): Scenario {
  return {
    ...EMPTY_SCENARIO,
    seed,
    components: Object.entries(components).map(([id, [kind, config = {}]]) => ({
      id,
      kind,
      label: id,
      x: 0,
      y: 0,
      config,
    })),
    connections: Object.entries(connections).map(([id, config]) => {
      const [from, to] = id.split('>') as [string, string];
      return { id, from, to, config };
    }),
    faults,
  };
}

/** A fault that is planned for so many seconds. */
export function fault(
  target: string,
  id: string,
  fromSecond: number,
  toSecond: number,
  params: Settings = {},
): ScheduledFault {
  return faultAt(target, id, fromSecond * 1000, (toSecond - fromSecond) * 1000, params);
}

/** A fault from a millisecond on, for so long or for good. */
export function faultAt(
  target: string,
  id: string,
  atMs: number,
  durationMs?: number,
  params: Settings = {},
): ScheduledFault {
  const begins = { target, fault: id, atMs, params };
  return durationMs === undefined ? begins : { ...begins, durationMs };
}

/** Gives a component other settings while it runs. */
export function change(simulation: Simulation, id: string, config: Settings): void {
  simulation.intervene({ type: 'edit', edit: { type: 'configure-component', id, config } });
}

/** A network without delay and without chance. */
export const INSTANT: Settings = { rttMs: 0, jitter: 0 };

/**
 * Runs to `untilMs` and tells every event that happens on the way: milliseconds, what, where, and the cause of a failure.
 * Timers are those of the components; what a thawing component catches up on is not an event of its own.
 */
export function eventLog(simulation: Simulation, untilMs: number): string[] {
  const log: string[] = [];
  const until = fromMs(untilMs);
  while (simulation.step(until)) {
    const { time, type, component, connection, cause } = simulation.lastEvent;
    if (type === 'none') continue;
    const where = connection < 0 ? simulation.components[component]!.id : simulation.connections[connection]!.id;
    log.push(`${toMs(time)} ${type} ${where}${cause === 0 ? '' : ` ${CAUSES[cause]!.id}`}`);
  }
  simulation.advance(until);
  return log;
}

/** Total of a counter, or mean of a gauge, of a component since the start. */
export function metricOf(simulation: Simulation, component: string, metric: string): number {
  const { stats } = simulation.component(component)!;
  return stats.totals(simulation.now).metrics[stats.metrics.findIndex(({ id }) => id === metric)]!;
}

/** How many requests died at a component, by cause. Causes that killed none are left out. */
export function deathsAt(simulation: Simulation, component: string): Record<string, number> {
  const { stats } = simulation.component(component)!;
  const deaths: Record<string, number> = {};
  CAUSES.forEach(({ id }, code) => {
    if (stats.deaths(code) > 0) deaths[id] = stats.deaths(code);
  });
  return deaths;
}

/** The numbers of a component's face. */
export function faceOf(simulation: Simulation, component: string): number[] {
  const numbers: number[] = [];
  simulation.component(component)!.behaviour.face({ put: (value) => void numbers.push(value) });
  return numbers;
}

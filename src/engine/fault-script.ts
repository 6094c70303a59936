/** Faults that begin or end: the standard ones act here, a kind's own go to its behaviour. */
import { CONNECTION_FAULTS, CRASH, ERRORS, PAUSE, PLACE_FAULTS, SLOW } from '../model/faults';
import { completeConfig, type Config } from '../model/fields';
import type { Intervention, Scenario } from '../model/scenario';
import { fromMs } from '../model/units';
import type { ComponentRuntime } from './component-runtime';
import { jointShare } from './fault-stack';
import type { Simulation } from './simulation';

export type FaultIntervention = Extract<Intervention, { type: 'fault' }>;

/** The planned faults of a scenario and their ends, by time; those that come by chance are not known in advance. */
export function scheduledFaults(scenario: Scenario): FaultIntervention[] {
  const list: FaultIntervention[] = [];
  for (const { atMs, durationMs, target, fault, params, random } of scenario.faults) {
    if (random) continue;
    const atMicros = fromMs(atMs);
    list.push({ type: 'fault', atMicros, target, fault, on: true, params });
    if (durationMs !== undefined) {
      list.push({ type: 'fault', atMicros: atMicros + fromMs(durationMs), target, fault, on: false, params });
    }
  }
  return list.sort((a, b) => a.atMicros - b.atMicros);
}

/**
 * Carries out a fault or its end. `number` tells faults that overlap apart: planned ones are above 0, one that is begun
 * by hand is below 0, and ALL ends every fault of the type. One whose target is gone, or does not know it, does nothing.
 */
export function applyFault(
  simulation: Simulation,
  { target, fault, on, params }: FaultIntervention,
  number: number,
): void {
  const component = simulation.component(target);
  if (component) {
    const spec = component.blueprint.faults.find(({ id }) => id === fault);
    if (!spec) return;
    const config = completeConfig(spec.params, params);
    if (spec.undo === undefined) {
      if (on && !component.down) component.behaviour.fault?.(fault, true, config);
    } else faultComponent(simulation, component, fault, on, config, number);
    return;
  }
  const connection = simulation.connection(target);
  const spec = (connection ? CONNECTION_FAULTS : PLACE_FAULTS).find(({ id }) => id === fault);
  if (!spec) return;
  const config = completeConfig(spec.params, params);
  if (!connection) simulation.placeFaults.fault(target, fault, on, config, number);
  else {
    if (on) connection.faults.put(fault, number, config);
    else connection.faults.end(fault, number);
    connection.settle();
  }
}

/** A fault of a component that lasts until it ends. */
export function faultComponent(
  simulation: Simulation,
  component: ComponentRuntime,
  fault: string,
  on: boolean,
  params: Config,
  number: number,
): void {
  const { faults } = component;
  // A dead process does not freeze.
  if (fault === PAUSE.id && on && component.down) return;
  if (OF_THE_ENGINE.has(fault)) {
    if (on) faults.put(fault, number, params);
    else faults.end(fault, number);
    if (fault === CRASH.id && on) planRestart(simulation, component, params, number);
    settle(simulation, component, fault);
    return;
  }
  // A dead process takes no new fault, but one that ends while it is down must not come back with it.
  if (on) {
    if (component.down) return;
    faults.put(fault, number, params);
    if (component.behaviour.faults) component.behaviour.faults(fault, faults.of(fault));
    else component.behaviour.fault?.(fault, true, params);
    return;
  }
  const last = faults.of(fault).at(-1);
  if (!faults.end(fault, number)) return;
  if (component.behaviour.faults) {
    component.behaviour.faults(fault, faults.of(fault));
    return;
  }
  const left = faults.of(fault).at(-1);
  if (!left) component.behaviour.fault?.(fault, false, params);
  else if (left !== last && !component.down) component.behaviour.fault?.(fault, true, left);
}

const OF_THE_ENGINE = new Set([CRASH.id, PAUSE.id, SLOW.id, ERRORS.id]);

/** The state of a component that follows from its faults of one type. */
function settle(simulation: Simulation, component: ComponentRuntime, fault: string): void {
  const active = component.faults.of(fault);
  switch (fault) {
    case CRASH.id:
      if (active.length === 0) simulation.life.restart(component);
      else
        simulation.life.crash(
          component,
          active.some(({ mode }) => mode === 'black-hole'),
        );
      break;
    case PAUSE.id:
      if (active.length > 0) simulation.life.pause(component);
      else simulation.life.resume(component);
      break;
    case SLOW.id:
      component.slowdown = active.reduce((product, { factor }) => product * Number(factor), 1);
      break;
    case ERRORS.id:
      component.errorShare = jointShare(active);
  }
}

function planRestart(simulation: Simulation, { id }: ComponentRuntime, params: Config, number: number): void {
  const seconds = Number(params['restartAfterS'] ?? 0);
  if (seconds === 0) return;
  const atMicros = simulation.now + Math.max(1, fromMs(seconds * 1000));
  // The number, never ALL: a later crash must not end with this one.
  simulation.plan({ type: 'fault', atMicros, target: id, fault: CRASH.id, on: false, params: {} }, number);
}

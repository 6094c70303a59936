/** Faults: from the plan of a scenario, or by hand. The standard ones act here; a kind's own go to its behaviour. */
import { CONNECTION_FAULTS, CRASH, CUT, DELAY, ERRORS, PAUSE, SLOW } from '../model/faults';
import { completeConfig, type Config } from '../model/fields';
import type { Intervention, Scenario } from '../model/scenario';
import { fromMs } from '../model/units';
import type { Simulation } from './simulation';

type FaultIntervention = Extract<Intervention, { type: 'fault' }>;

/** The planned faults of a scenario and their ends, by time; at one time in the order of the document. */
export function scheduledFaults(scenario: Scenario): FaultIntervention[] {
  const list: FaultIntervention[] = [];
  for (const { atMs, durationMs, target, fault, params } of scenario.faults) {
    const atMicros = fromMs(atMs);
    list.push({ type: 'fault', atMicros, target, fault, on: true, params });
    if (durationMs !== undefined) {
      list.push({ type: 'fault', atMicros: atMicros + fromMs(durationMs), target, fault, on: false, params });
    }
  }
  return list.sort((a, b) => a.atMicros - b.atMicros);
}

/** Carries out a fault or its end. One whose target is gone, or does not know it, does nothing. */
export function applyFault(simulation: Simulation, { target, fault, on, params }: FaultIntervention): void {
  const component = simulation.component(target);
  if (component) {
    const spec = component.blueprint.faults.find(({ id }) => id === fault);
    if (spec) faultComponent(simulation, target, fault, on, completeConfig(spec.params, params));
    return;
  }
  const connection = simulation.connection(target);
  const spec = CONNECTION_FAULTS.find(({ id }) => id === fault);
  if (!connection || !spec) return;
  const config = completeConfig(spec.params, params);
  if (fault === CUT.id) connection.cut = on;
  else if (fault === DELAY.id) connection.extraDelay = on ? fromMs(Number(config['addMs'])) : 0;
}

function faultComponent(simulation: Simulation, target: string, fault: string, on: boolean, params: Config): void {
  const component = simulation.component(target)!;
  switch (fault) {
    case CRASH.id:
      if (on) simulation.crash(component);
      else simulation.restart(component);
      break;
    case PAUSE.id:
      if (on) simulation.pause(component);
      else simulation.resume(component);
      break;
    case SLOW.id:
      component.slowdown = on ? Number(params['factor']) : 1;
      break;
    case ERRORS.id:
      component.errorShare = on ? Number(params['percent']) / 100 : 0;
      break;
    default:
      // A dead process takes no new fault, but one that ends while it is down must not come back with it.
      if (!component.down || !on) component.behaviour.fault?.(fault, on, params);
  }
}

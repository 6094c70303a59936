/** What can be done to a component, a connection or a place now, in words: for menus, panels and commands. */
import { faultsOf } from '../../analysis/target-faults';
import type { FaultSpec } from '../../model/faults';
import { completeConfig, type Settings } from '../../model/fields';
import { documentStore } from '../../store/document-store';
import { injectFault } from '../../store/session';
import * as described from '../shared/described-kinds';
import { activeFaults, isOn } from './active-faults';

export interface FaultAction {
  readonly fault: FaultSpec;
  /** It is on now: running the action ends it. */
  readonly on: boolean;
  /** What a button says: "Crash", or "Restart" while it is on. */
  readonly label: string;
  /** Injects the fault, with its default parameters unless others are given, or ends it. */
  run(params?: Settings): void;
}

/** Everything that can be done to this component or connection, in the order its kind declares. */
export function faultActions(id: string): FaultAction[] {
  return faultsOf(documentStore.getState().scenario, id, described).map((fault) => {
    const on = isOn(id, fault);
    return {
      fault,
      on,
      label: on ? (fault.undo ?? fault.label) : fault.label,
      run: (params = completeConfig(fault.params, {})) => void injectFault(id, fault.id, !on, params),
    };
  });
}

/** The faults that are on, with the parameters they were given and every word about them. */
export function describedFaults(id: string): ReturnType<typeof activeFaults> {
  return activeFaults(id, described);
}

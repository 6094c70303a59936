/**
 * What can be done to a component, a connection or a place now, and which faults are on. The engine tells the standard ones in
 * the state bits of its frames; those that only a kind knows follow from what was done to the run.
 */
import { findKind } from '../../kinds/registry';
import {
  BANDWIDTH,
  CONNECTION_FAULTS,
  CRASH,
  CUT,
  DELAY,
  ERRORS,
  type FaultSpec,
  LOSS,
  PAUSE,
  PLACE_FAULTS,
  SLOW,
} from '../../model/faults';
import { completeConfig, type Settings } from '../../model/fields';
import { documentStore } from '../../store/document-store';
import { liveRun } from '../../store/live-run';
import { type Mark, runStore } from '../../store/run-store';
import { injectFault } from '../../store/session';
import { LINK_STATE, STATE } from '../../worker/protocol';

export interface FaultAction {
  readonly fault: FaultSpec;
  /** It is on now: running the action ends it. */
  readonly on: boolean;
  /** What a button says: "Crash", or "Restart" while it is on. */
  readonly label: string;
  /** Injects the fault, with its default parameters unless others are given, or ends it. */
  run(params?: Settings): void;
}

const COMPONENT_BITS = new Map([
  [CRASH.id, STATE.down],
  [PAUSE.id, STATE.paused],
  [SLOW.id, STATE.slow],
  [ERRORS.id, STATE.errors],
]);
const LINK_BITS = new Map([
  [CUT.id, LINK_STATE.cut],
  [DELAY.id, LINK_STATE.delayed],
  [LOSS.id, LINK_STATE.lossy],
  [BANDWIDTH.id, LINK_STATE.narrowed],
]);

/** Everything that can be done to this component or connection, in the order its kind declares. */
export function faultActions(id: string): FaultAction[] {
  return faultsOf(id).map((fault) => {
    const on = isOn(id, fault);
    return {
      fault,
      on,
      label: on ? (fault.undo ?? fault.label) : fault.label,
      run: (params = completeConfig(fault.params, {})) => void injectFault(id, fault.id, !on, params),
    };
  });
}

/** The faults that are on, with the parameters they were given. */
export function activeFaults(id: string): { fault: FaultSpec; params: Settings }[] {
  return faultsOf(id)
    .filter((fault) => isOn(id, fault))
    .map((fault) => ({ fault, params: lastDeed(id, fault.id)?.params ?? {} }));
}

function faultsOf(id: string): readonly FaultSpec[] {
  const { components, connections, places = [] } = documentStore.getState().scenario;
  const component = components.find((other) => other.id === id);
  if (component) return findKind(component.kind)?.faults ?? [];
  if (connections.some((other) => other.id === id)) return CONNECTION_FAULTS;
  return places.some((other) => other.id === id) ? PLACE_FAULTS : [];
}

function isOn(id: string, fault: FaultSpec): boolean {
  if (fault.undo === undefined) return false;
  const face = liveRun.face(id);
  const bit = face ? COMPONENT_BITS.get(fault.id) : LINK_BITS.get(fault.id);
  if (bit !== undefined) return ((face ?? liveRun.link(id))?.state ?? 0) & bit ? true : false;
  return lastDeed(id, fault.id)?.on ?? false;
}

type FaultDeed = Extract<Mark['intervention'], { type: 'fault' }>;

/** The last deed of each fault to each target, found once for each list of marks. */
let indexed: readonly Mark[] | null = null;
const deeds = new Map<string, FaultDeed>();

function lastDeed(target: string, fault: string): FaultDeed | undefined {
  const { marks } = runStore.getState();
  if (marks !== indexed) {
    indexed = marks;
    deeds.clear();
    for (const { intervention } of marks) {
      if (intervention.type === 'fault') deeds.set(`${intervention.target} ${intervention.fault}`, intervention);
    }
  }
  return deeds.get(`${target} ${fault}`);
}

/**
 * Which faults of a component, a connection or a place are on. The engine tells the standard ones in the state bits of its
 * frames; those that only a kind knows follow from what was done to the run.
 */
import { type Declarations, faultsOf } from '../../analysis/target-faults';
import { BANDWIDTH, CRASH, CUT, DELAY, ERRORS, type FaultSpec, LOSS, PAUSE, SLOW } from '../../model/faults';
import type { Settings } from '../../model/fields';
import { documentStore } from '../../store/document-store';
import { liveRun } from '../../store/live-run';
import { type Mark, runStore } from '../../store/run-store';
import { LINK_STATE, STATE } from '../../worker/protocol';

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

/** The faults that are on, with the parameters they were given. */
export function activeFaults(id: string, declared?: Declarations): { fault: FaultSpec; params: Settings }[] {
  return faultsOf(documentStore.getState().scenario, id, declared)
    .filter((fault) => isOn(id, fault))
    .map((fault) => ({ fault, params: lastDeed(id, fault.id)?.params ?? {} }));
}

export function isOn(id: string, fault: FaultSpec): boolean {
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

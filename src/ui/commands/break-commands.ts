/** "Break it live" from the keyboard: every fault that a selected component knows, begun or ended. */
import type { FaultSpec } from '../../model/faults';
import { documentStore } from '../../store/document-store';
import { viewStore } from '../../store/view-store';
import { faultActions } from '../canvas/fault-actions';
import { findKind, KINDS } from '../shared/described-kinds';
import type { Command } from './command';
import { selectedComponents } from './edit-commands';

const KEYS: Readonly<Record<string, string>> = { crash: 'K' };

/** Every fault that some kind declares, once. */
function allFaults(): FaultSpec[] {
  const byId = new Map<string, FaultSpec>();
  for (const kind of KINDS) for (const fault of kind.faults) if (!byId.has(fault.id)) byId.set(fault.id, fault);
  return [...byId.values()];
}

function targets(fault: string): string[] {
  const kinds = new Map(documentStore.getState().scenario.components.map(({ id, kind }) => [id, kind]));
  return selectedComponents().filter((id) => findKind(kinds.get(id) ?? '')?.faults.some((other) => other.id === fault));
}

const isOn = (id: string, fault: string): boolean =>
  faultActions(id).some((action) => action.fault.id === fault && action.on);

/** Begins the fault where it is off; where it is on everywhere, ends it. */
function toggle(fault: string): void {
  const ids = targets(fault);
  const off = ids.filter((id) => !isOn(id, fault));
  for (const id of off.length > 0 ? off : ids) {
    faultActions(id)
      .find((action) => action.fault.id === fault)
      ?.run();
  }
}

function namesOf(ids: readonly string[]): string {
  if (ids.length !== 1) return `${ids.length} components`;
  return documentStore.getState().scenario.components.find(({ id }) => id === ids[0])?.label ?? '';
}

function breakCommand(fault: FaultSpec): Command {
  const keys = KEYS[fault.id];
  return {
    id: `break-${fault.id}`,
    title: () => {
      const ids = targets(fault.id);
      if (ids.length === 0)
        return fault.undo === undefined ? fault.label : `${fault.label}, or ${fault.undo.toLowerCase()}`;
      const ends = ids.every((id) => isOn(id, fault.id)) && fault.undo !== undefined;
      return `${ends ? fault.undo : fault.label}: ${namesOf(ids)}`;
    },
    group: 'Break it',
    ...(keys === undefined ? {} : { keys: [keys] }),
    words: `break fault ${fault.help}`,
    when: () => viewStore.getState().selection.size > 0 && targets(fault.id).length > 0,
    run: () => toggle(fault.id),
  };
}

export const BREAK_COMMANDS: readonly Command[] = allFaults().map(breakCommand);

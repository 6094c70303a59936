/** Which faults a part of a system can have. */
import { findKind } from '../kinds/registry';
import { CONNECTION_FAULTS, type FaultSpec, PLACE_FAULTS } from '../model/faults';
import { placesOf } from '../model/places';
import type { Scenario } from '../model/scenario';

/** Where kinds and faults are declared. The page has them twice: with their words, and without for its first load. */
export interface Declarations {
  readonly findKind: typeof findKind;
  readonly CONNECTION_FAULTS: readonly FaultSpec[];
  readonly PLACE_FAULTS: readonly FaultSpec[];
}

const OWN: Declarations = { findKind, CONNECTION_FAULTS, PLACE_FAULTS };

/** The faults that a component, a connection or a place of this scenario can have; none when it is gone. */
export function faultsOf(scenario: Scenario, target: string, declared = OWN): readonly FaultSpec[] {
  const component = scenario.components.find(({ id }) => id === target);
  if (component) return declared.findKind(component.kind)?.faults ?? [];
  if (scenario.connections.some(({ id }) => id === target)) return declared.CONNECTION_FAULTS;
  return placesOf(scenario).some(({ id }) => id === target) ? declared.PLACE_FAULTS : [];
}

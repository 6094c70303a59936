/** What was done to a run, in words: for the timeline and the narrator. */
import { findKind } from '../kinds/registry';
import { CONNECTION_FIELDS } from '../model/connection-fields';
import { CONNECTION_FAULTS, PLACE_FAULTS } from '../model/faults';
import { completeConfig, fieldApplies, type Field, type Fields, type FieldValue, type Settings } from '../model/fields';
import { placesOf } from '../model/places';
import type { Words } from '../model/plan';
import type { Edit, Intervention, Scenario } from '../model/scenario';
import { type Declarations, faultsOf } from './target-faults';

/** The page has kinds and faults twice; here they are whole, with the words of their options. */
const WHOLE: Declarations = { findKind, CONNECTION_FAULTS, PLACE_FAULTS };

/** A component's or place's label, a connection as "orders → redis", or the id of something that is gone. */
export function targetName(scenario: Scenario, id: string): string {
  const component = scenario.components.find((other) => other.id === id);
  if (component) return component.label;
  const place = placesOf(scenario).find((other) => other.id === id);
  if (place) return place.label;
  const connection = scenario.connections.find((other) => other.id === id);
  return connection ? `${targetName(scenario, connection.from)} → ${targetName(scenario, connection.to)}` : id;
}

/** Values of parameters as people read them, those that do something: "×4, 10 %", "broker 2". */
export function paramWords(fields: Fields, params: Settings): string {
  const values = completeConfig(fields, params);
  return Object.entries(fields)
    .filter(([name, field]) => fieldApplies(field, values) && matters(field, values[name]!))
    .map(([name, field]) => paramValue(field, values[name]!))
    .join(', ');
}

/** One of what is counted is what everybody expects: "lost a broker" needs no "1 broker". */
function matters(field: Field, value: FieldValue): boolean {
  if (field.type !== 'number') return value !== field.default;
  const countsOne = value === 1 && (field.unit === '×' || (field.integer && field.unit !== ''));
  return value !== 0 && !countsOne;
}

/** A bare number says nothing without its name; with a unit it does. */
function paramValue(field: Field, value: FieldValue): string {
  const words = valueWords(field, value);
  if (field.type !== 'number' || field.unit !== '') return words;
  return `${field.label.charAt(0).toLowerCase()}${field.label.slice(1)} ${words}`;
}

function valueWords(field: Field, value: FieldValue): string {
  switch (field.type) {
    case 'number':
      if (field.unit === '×') return `×${value}`;
      return field.unit === '' ? String(value) : `${value} ${field.unit}`;
    case 'choice':
      return field.options.find((option) => option.value === value)?.label ?? String(value);
    case 'toggle':
      return value === true ? 'on' : 'off';
  }
}

/**
 * An intervention as a sentence without a full stop, in parts: whom it was done to, what, and how. Where there is little
 * room the last parts can be left out. `scenario` is the system just before it.
 */
export function markWords(intervention: Intervention, scenario: Scenario): Words[] {
  if (intervention.type === 'edit') return editWords(intervention.edit, scenario);
  const { target, fault, on, params } = intervention;
  const name: Words = { text: targetName(scenario, target), strong: true };
  const spec = faultsOf(scenario, target, WHOLE).find(({ id }) => id === fault);
  if (!spec) return [name, { text: `: ${fault} ${on ? 'on' : 'off'}` }];
  if (!on) return [name, { text: ` ${spec.undone ?? `: ${spec.done}, over`}` }];
  const how = paramWords(spec.params, params);
  const done = [name, { text: ` ${spec.done}` }];
  return how === '' ? done : [...done, { text: ` (${how})` }];
}

function editWords(edit: Edit, scenario: Scenario): Words[] {
  switch (edit.type) {
    case 'add-component':
      return [{ text: edit.component.label, strong: true }, { text: ' was added' }];
    case 'remove-component':
      return [{ text: targetName(scenario, edit.id), strong: true }, { text: ' was removed' }];
    case 'configure-component': {
      const component = scenario.components.find(({ id }) => id === edit.id);
      const fields = findKind(component?.kind ?? '')?.fields ?? {};
      return changeWords(targetName(scenario, edit.id), fields, component?.config ?? {}, edit.config);
    }
    case 'add-connection': {
      const { from, to } = edit.connection;
      const name = `${targetName(scenario, from)} → ${targetName(scenario, to)}`;
      return [{ text: name, strong: true }, { text: ' was connected' }];
    }
    case 'remove-connection':
      return [{ text: targetName(scenario, edit.id), strong: true }, { text: ' was disconnected' }];
    case 'configure-connection': {
      const connection = scenario.connections.find(({ id }) => id === edit.id);
      return changeWords(targetName(scenario, edit.id), CONNECTION_FIELDS, connection?.config ?? {}, edit.config);
    }
    case 'set-places':
      return [{ text: 'Zones and regions', strong: true }, { text: ' were changed' }];
    case 'place-component': {
      const where = edit.place === undefined ? 'out of its place' : `to ${targetName(scenario, edit.place)}`;
      return [{ text: targetName(scenario, edit.id), strong: true }, { text: ` was moved ${where}` }];
    }
    case 'set-faults':
      return [{ text: 'Planned faults', strong: true }, { text: ' were changed' }];
  }
}

/** "orders-1: Workers is now 8". */
function changeWords(name: string, fields: Fields, before: Settings, after: Settings): Words[] {
  const changes = Object.entries(fields)
    .filter(([field]) => before[field] !== after[field])
    .map(([field, spec]) => {
      const value = after[field];
      return `${spec.label} is ${value === undefined ? 'back to its default' : `now ${valueWords(spec, value)}`}`;
    });
  return [{ text: name, strong: true }, { text: `: ${changes.length > 0 ? changes.join(', ') : 'unchanged'}` }];
}

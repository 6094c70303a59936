/** Run records as text: what is saved in a file, with the keys always in the same order. */
import type { Kind } from '../kinds/kind';
import { findKind, KINDS } from '../kinds/registry';
import { CONNECTION_FIELDS } from '../model/connection-fields';
import { CONNECTION_FAULTS, PLACE_FAULTS } from '../model/faults';
import type { Fields, FieldValue, Settings } from '../model/fields';
import { type Place, placesOf } from '../model/places';
import type { Result } from '../model/problems';
import type {
  Component,
  Connection,
  Edit,
  Intervention,
  RandomTimes,
  RunRecord,
  ScheduledFault,
} from '../model/scenario';
import { parseJson, parseJsonBytes } from './json-text';
import { FORMAT, FORMAT_VERSION } from './limits';
import { readDocument } from './read-document';

/**
 * Reads the text of a scenario file. Every problem found is reported, at most 20; it never throws. The record is
 * canonical: settings in the order of the fields, those equal to their default left out.
 */
export function readScenario(text: string): Result<RunRecord> {
  const json = parseJson(text);
  return json.ok ? readDocument(json.value) : json;
}

/** The same for the bytes of a file, which must be UTF-8. */
export function readScenarioBytes(bytes: Uint8Array): Result<RunRecord> {
  const json = parseJsonBytes(bytes);
  return json.ok ? readDocument(json.value) : json;
}

/** The text of a scenario file. Reading it gives an equal record, if the record is valid. */
export function writeScenario(record: RunRecord): string {
  return `${JSON.stringify(savedDocument(record), null, 2)}\n`;
}

/** The document as saved, before it becomes text. */
export function savedDocument({ scenario, interventions }: RunRecord): object {
  const kinds = new KindTable();
  const components = scenario.components.map((component) => writeComponent(component, kinds));
  const places = placesOf(scenario);
  kinds.notePlaces(places);
  const faults = scenario.faults.map((fault) => writeFault(fault, kinds));
  const log = interventions.map((entry) => writeIntervention(entry, kinds));
  const versions = kinds.versions();
  return {
    format: FORMAT,
    version: FORMAT_VERSION,
    ...(versions.length === 0 ? {} : { kindVersions: Object.fromEntries(versions) }),
    title: scenario.title,
    story: scenario.story,
    seed: scenario.seed,
    components,
    connections: scenario.connections.map(writeConnection),
    faults,
    ...(places.length === 0 ? {} : { places: places.map(writePlace) }),
    ...(log.length === 0 ? {} : { interventions: log }),
  };
}

function writeComponent(component: Component, kinds: KindTable): object {
  kinds.note(component);
  const { id, kind, label, x, y, config, place } = component;
  const settings = optional('config', config, kinds.of(id)?.fields);
  return { id, kind, label, x, y, ...settings, ...(place === undefined ? {} : { place }) };
}

function writePlace({ id, type, label, x, y, width, height, parent, region }: Place): object {
  const more = { ...(parent === undefined ? {} : { parent }), ...(region === undefined ? {} : { region }) };
  return { id, type, label, x, y, width, height, ...more };
}

function writeFault({ atMs, durationMs, target, fault, params, random }: ScheduledFault, kinds: KindTable): object {
  return {
    atMs,
    ...(durationMs === undefined ? {} : { durationMs }),
    target,
    fault,
    ...optional('params', params, kinds.faultFields(target, fault)),
    ...(random === undefined ? {} : { random: writeRandom(random) }),
  };
}

function writeRandom({ mtbfMs, mttrMs, sharedPercent }: RandomTimes): object {
  return { mtbfMs, mttrMs, ...(sharedPercent === undefined ? {} : { sharedPercent }) };
}

function writeConnection({ id, from, to, config }: Connection): object {
  return { id, from, to, ...optional('config', config, CONNECTION_FIELDS) };
}

function writeIntervention(entry: Intervention, kinds: KindTable): object {
  const { atMicros, type } = entry;
  if (type === 'edit') return { atMicros, type, edit: writeEdit(entry.edit, kinds) };
  const { target, fault, on, params } = entry;
  return { atMicros, type, target, fault, on, ...optional('params', params, kinds.faultFields(target, fault)) };
}

function writeEdit(edit: Edit, kinds: KindTable): object {
  const { type } = edit;
  switch (type) {
    case 'add-component':
      return { type, component: writeComponent(edit.component, kinds) };
    case 'configure-component':
      return { type, id: edit.id, ...optional('config', edit.config, kinds.of(edit.id)?.fields) };
    case 'add-connection':
      return { type, connection: writeConnection(edit.connection) };
    case 'configure-connection':
      return { type, id: edit.id, ...optional('config', edit.config, CONNECTION_FIELDS) };
    case 'set-places':
      kinds.notePlaces(edit.places);
      return { type, places: edit.places.map(writePlace) };
    case 'place-component':
      return { type, id: edit.id, ...(edit.place === undefined ? {} : { place: edit.place }) };
    case 'set-faults':
      return { type, faults: edit.faults.map((fault) => writeFault(fault, kinds)) };
    default:
      return { type, id: edit.id };
  }
}

/** The settings under this name, in the order of their fields; nothing when there are none. */
function optional(name: string, settings: Settings, fields: Fields = {}): object {
  const known = Object.keys(fields).filter((key) => Object.hasOwn(settings, key));
  const rest = Object.keys(settings).filter((key) => !Object.hasOwn(fields, key));
  const names = [...known, ...rest];
  if (names.length === 0) return {};
  return { [name]: Object.fromEntries(names.map((key): [string, FieldValue] => [key, settings[key]!])) };
}

/** The kinds of the components of a record, followed through its edits. */
class KindTable {
  readonly #byComponent = new Map<string, Kind | undefined>();
  readonly #used = new Set<Kind | undefined>();
  readonly #places = new Set<string>();

  notePlaces(places: readonly Place[]): void {
    for (const { id } of places) this.#places.add(id);
  }

  note({ id, kind }: Component): void {
    this.#byComponent.set(id, findKind(kind));
    this.#used.add(findKind(kind));
  }

  of(id: string): Kind | undefined {
    return this.#byComponent.get(id);
  }

  faultFields(target: string, fault: string): Fields | undefined {
    const others = this.#places.has(target) ? PLACE_FAULTS : CONNECTION_FAULTS;
    const faults = this.#byComponent.has(target) ? this.#byComponent.get(target)?.faults : others;
    return faults?.find(({ id }) => id === fault)?.params;
  }

  /** Versions of the kinds in use beyond the first, in the order of the registry. */
  versions(): [string, number][] {
    return KINDS.filter((kind) => kind.version > 1 && this.#used.has(kind)).map(({ id, version }) => [id, version]);
  }
}

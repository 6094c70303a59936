/**
 * The compact form of a document inside a link: columns instead of objects, indexes instead of ids, times as
 * differences. Ids themselves are kept exactly, because the luck of a component derives from its id. Positions in the
 * lists below are permanent for version 1 of links; a change needs a new version tag.
 *
 *   [title, story, seed, kind versions, kinds, components, connections, faults, interventions, places]
 *   kind versions  [kind id, version, …]                         kinds  [kind id, …] in the order of first use
 *   components     [ids in one text, kinds, labels (0: as the id says), xs, ys, settings]
 *   connections    [froms, tos, ids (0: "from-to"), settings]
 *   fault          [at, duration or −1, target, fault id, params, random]   random [mtbf, mttr, shared %], left out if none
 *   places         left out if none: [[type, id, label (0: as the id says), x, y, width, height, parent or 0, region or 0], …,
 *                  [place by number for each component, −1 for none]]
 *   intervention   [code, time since the one before, …]
 *   settings       0 or [name, value, name, value, …]
 *   target         number in the table of ids: components, connections, places, then what edits add
 */
import type { Settings } from '../model/fields';
import { type Place, placesOf } from '../model/places';
import type { Component, Connection, Edit, Intervention, RunRecord, ScheduledFault } from '../model/scenario';
import { savedDocument } from './scenario-codec';

/** Codes of interventions. Permanent. */
export const CODE = {
  faultOff: 0,
  faultOn: 1,
  addComponent: 2,
  removeComponent: 3,
  configureComponent: 4,
  addConnection: 5,
  removeConnection: 6,
  configureConnection: 7,
  setPlaces: 8,
  placeComponent: 9,
  setFaults: 10,
} as const;

/** The label that an id suggests: "order-service" → "Order service". */
export function labelOfId(id: string): string {
  const words = id.replaceAll('-', ' ');
  return words.slice(0, 1).toUpperCase() + words.slice(1);
}

/** The id that a connection has unless it says otherwise. */
export function connectionIdOf(from: string, to: string): string {
  return `${from}-${to}`;
}

/** Numbers for ids and kinds, in the order in which they are first named. */
class Numbering {
  readonly names: string[] = [];
  readonly #numbers = new Map<string, number>();

  of(name: string): number {
    let number = this.#numbers.get(name);
    if (number === undefined) {
      number = this.names.length;
      this.names.push(name);
      this.#numbers.set(name, number);
    }
    return number;
  }
}

export function packRecord(record: RunRecord): unknown {
  const { scenario } = record;
  const { kindVersions = {} } = savedDocument(record) as { kindVersions?: Record<string, number> };
  const kinds = new Numbering();
  const ids = new Numbering();
  const places = placesOf(scenario);
  for (const { id } of [...scenario.components, ...scenario.connections, ...places]) ids.of(id);

  const components = [
    scenario.components.map(({ id }) => id).join(' '),
    scenario.components.map(({ kind }) => kinds.of(kind)),
    scenario.components.map(packLabel),
    scenario.components.map(({ x }) => x),
    scenario.components.map(({ y }) => y),
    scenario.components.map(({ config }) => packSettings(config)),
  ];
  const connections = [
    scenario.connections.map(({ from }) => ids.of(from)),
    scenario.connections.map(({ to }) => ids.of(to)),
    scenario.connections.map(packConnectionId),
    scenario.connections.map(({ config }) => packSettings(config)),
  ];
  const faults = scenario.faults.map((fault) => packFault(fault, ids));
  let before = 0;
  const interventions = record.interventions.map((entry) => {
    const wait = entry.atMicros - before;
    before = entry.atMicros;
    return packIntervention(entry, wait, kinds, ids);
  });
  const { title, story, seed } = scenario;
  return [
    title,
    story,
    seed,
    Object.entries(kindVersions).flat(),
    kinds.names,
    components,
    connections,
    faults,
    interventions,
    ...(places.length === 0 ? [] : [[...places.map(packPlace), packMembers(scenario.components, places)]]),
  ];
}

function packPlace({ type, id, label, x, y, width, height, parent, region }: Place): unknown[] {
  const name = label === labelOfId(id) ? 0 : label;
  return [type === 'region' ? 0 : 1, id, name, x, y, width, height, parent ?? 0, region ?? 0];
}

function packMembers(components: readonly Component[], places: readonly Place[]): number[] {
  return components.map(({ place }) => places.findIndex(({ id }) => id === place));
}

function packFault(
  { atMs, durationMs = -1, target, fault, params, random }: ScheduledFault,
  ids: Numbering,
): unknown[] {
  const row = [atMs, durationMs, ids.of(target), fault, packSettings(params)];
  if (random === undefined) return row;
  const { mtbfMs, mttrMs, sharedPercent } = random;
  return [...row, [mtbfMs, mttrMs, ...(sharedPercent === undefined ? [] : [sharedPercent])]];
}

function packLabel({ id, label }: Component): string | 0 {
  return label === labelOfId(id) ? 0 : label;
}

function packConnectionId({ id, from, to }: Connection): string | 0 {
  return id === connectionIdOf(from, to) ? 0 : id;
}

function packSettings(settings: Settings): unknown {
  const entries = Object.entries(settings);
  return entries.length === 0 ? 0 : entries.flat();
}

function packIntervention(entry: Intervention, wait: number, kinds: Numbering, ids: Numbering): unknown[] {
  if (entry.type === 'edit') return packEdit(entry.edit, wait, kinds, ids);
  const { on, target, fault, params } = entry;
  return [on ? CODE.faultOn : CODE.faultOff, wait, ids.of(target), fault, packSettings(params)];
}

function packEdit(edit: Edit, wait: number, kinds: Numbering, ids: Numbering): unknown[] {
  switch (edit.type) {
    case 'add-component': {
      const { id, kind, x, y, config, place } = edit.component;
      ids.of(id);
      const row = [id, kinds.of(kind), packLabel(edit.component), x, y, packSettings(config)];
      return [CODE.addComponent, wait, ...row, ...(place === undefined ? [] : [place])];
    }
    case 'remove-component':
      return [CODE.removeComponent, wait, ids.of(edit.id)];
    case 'configure-component':
      return [CODE.configureComponent, wait, ids.of(edit.id), packSettings(edit.config)];
    case 'add-connection': {
      const { id, from, to, config } = edit.connection;
      const ends = [ids.of(from), ids.of(to)];
      ids.of(id);
      return [CODE.addConnection, wait, ...ends, packConnectionId(edit.connection), packSettings(config)];
    }
    case 'remove-connection':
      return [CODE.removeConnection, wait, ids.of(edit.id)];
    case 'configure-connection':
      return [CODE.configureConnection, wait, ids.of(edit.id), packSettings(edit.config)];
    case 'set-places':
      for (const { id } of edit.places) ids.of(id);
      return [CODE.setPlaces, wait, edit.places.map(packPlace)];
    case 'place-component':
      return [CODE.placeComponent, wait, ids.of(edit.id), edit.place ?? 0];
    case 'set-faults':
      return [CODE.setFaults, wait, edit.faults.map((fault) => packFault(fault, ids))];
  }
}

/**
 * The compact form of a document inside a link: columns instead of objects, indexes instead of ids, times as
 * differences. Ids themselves are kept exactly, because the luck of a component derives from its id. Positions in the
 * lists below are permanent for version 1 of links; a change needs a new version tag.
 *
 *   [title, story, seed, kind versions, kinds, components, connections, faults, interventions]
 *   kind versions  [kind id, version, …]                         kinds  [kind id, …] in the order of first use
 *   components     [ids in one text, kinds, labels (0: as the id says), xs, ys, settings]
 *   connections    [froms, tos, ids (0: "from-to"), settings]
 *   fault          [at, duration or −1, target, fault id, params]
 *   intervention   [code, time since the one before, …]
 *   settings       0 or [name, value, name, value, …]
 *   target         place in the table of ids: components, connections, then what edits add
 */
import type { Settings } from '../model/fields';
import type { Component, Connection, Edit, Intervention, RunRecord } from '../model/scenario';
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
  for (const { id } of [...scenario.components, ...scenario.connections]) ids.of(id);

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
  const faults = scenario.faults.map(({ atMs, durationMs = -1, target, fault, params }) => [
    atMs,
    durationMs,
    ids.of(target),
    fault,
    packSettings(params),
  ]);
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
  ];
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
      const { id, kind, x, y, config } = edit.component;
      ids.of(id);
      return [CODE.addComponent, wait, id, kinds.of(kind), packLabel(edit.component), x, y, packSettings(config)];
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
  }
}

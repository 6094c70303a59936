/**
 * From the compact form of a link back to the document that it stands for. Only what the compact form itself needs is
 * checked here; the document goes through the same schema and meaning as a file.
 */
import { FORMAT, LIMITS } from './limits';
import { CODE, connectionIdOf, labelOfId } from './link-form';

class Malformed extends Error {}

type Json = Readonly<Record<string, unknown>>;

/** The document, or null when the form is not ours. Links of version 1 hold documents of version 1. */
export function unpackDocument(form: unknown): Json | null {
  try {
    return unpack(form);
  } catch (error) {
    if (error instanceof Malformed) return null;
    throw error;
  }
}

function unpack(form: unknown): Json {
  const [title, story, seed, versions, kindList, components, connections, faults, interventions, placeForm] = listOf(
    form,
    9,
    10,
  );
  const kinds = list(kindList).map(text);
  const ids: string[] = [];
  const readComponents = unpackComponents(components, kinds, ids);
  const readConnections = unpackConnections(connections, ids);
  const { places, members } = unpackPlaces(placeForm, readComponents.length, ids);
  const readFaults = list(faults).map((row) => unpackFault(row, ids));
  const reader = new InterventionReader(kinds, ids);
  return {
    format: FORMAT,
    version: 1,
    kindVersions: unpackSettings(versions),
    title,
    story,
    seed,
    components: readComponents.map((component, i) => ({ ...component, ...withPlace(members[i]) })),
    connections: readConnections,
    faults: readFaults,
    ...(places.length === 0 ? {} : { places }),
    interventions: list(interventions).map((row) => reader.read(row)),
  };
}

function unpackComponents(form: unknown, kinds: readonly string[], ids: string[]): Json[] {
  const [names, ...columns] = listOf(form, 6);
  const joined = text(names);
  ids.push(...(joined === '' ? [] : joined.split(' ')));
  const [kindColumn, labels, xs, ys, configs] = columns.map((column) => listOf(column, ids.length));
  return ids.map((id, i) => ({
    id,
    kind: pick(kinds, kindColumn![i]),
    label: unpackLabel(labels![i], id),
    x: xs![i],
    y: ys![i],
    config: unpackSettings(configs![i]),
  }));
}

function unpackConnections(form: unknown, ids: string[]): Json[] {
  const [fromColumn, ...rest] = listOf(form, 4);
  const froms = list(fromColumn);
  const [tos, names, configs] = rest.map((column) => listOf(column, froms.length));
  const count = ids.length;
  return froms.map((fromIndex, i) => {
    const from = pick(ids, fromIndex, count);
    const to = pick(ids, tos![i], count);
    const id = unpackConnectionId(names![i], from, to);
    ids.push(id);
    return { id, from, to, config: unpackSettings(configs![i]) };
  });
}

/** Places, and the place of each component: an id or undefined. */
function unpackPlaces(
  form: unknown,
  count: number,
  ids: string[],
): { places: readonly Json[]; members: readonly unknown[] } {
  if (form === undefined) return { places: [], members: [] };
  const rows = list(form);
  const places = rows.slice(0, -1).map(unpackPlace);
  ids.push(...places.map(({ id }) => text(id)));
  const members = listOf(rows.at(-1), count).map((number) =>
    number === -1
      ? undefined
      : pick(
          places.map(({ id }) => text(id)),
          number,
        ),
  );
  return { places, members };
}

function unpackPlace(row: unknown): Json {
  const [type, id, label, x, y, width, height, parent, region] = listOf(row, 9);
  return {
    id,
    type: type === 0 ? 'region' : 'zone',
    label: unpackLabel(label, text(id)),
    x,
    y,
    width,
    height,
    ...(parent === 0 ? {} : { parent }),
    ...(region === 0 ? {} : { region }),
  };
}

function withPlace(place: unknown): Json {
  return place === undefined || place === 0 ? {} : { place };
}

function unpackRandom(form: unknown): Json {
  const [mtbfMs, mttrMs, sharedPercent] = listOf(form, 2, 3);
  return { mtbfMs, mttrMs, ...(sharedPercent === undefined ? {} : { sharedPercent }) };
}

function unpackFault(row: unknown, ids: readonly string[]): Json {
  const [atMs, durationMs, target, fault, params, random] = listOf(row, 5, 6);
  return {
    atMs,
    ...(durationMs === -1 ? {} : { durationMs }),
    target: pick(ids, target),
    fault,
    params: unpackSettings(params),
    ...(random === undefined ? {} : { random: unpackRandom(random) }),
  };
}

class InterventionReader {
  readonly #kinds: readonly string[];
  readonly #ids: string[];
  readonly #known: Set<string>;
  #time = 0;

  constructor(kinds: readonly string[], ids: string[]) {
    this.#kinds = kinds;
    this.#ids = ids;
    this.#known = new Set(ids);
  }

  read(row: unknown): Json {
    const [code, wait, ...rest] = list(row);
    if (typeof wait !== 'number') throw new Malformed();
    this.#time += wait;
    const atMicros = this.#time;
    if (code !== CODE.faultOff && code !== CODE.faultOn)
      return { atMicros, type: 'edit', edit: this.#edit(code, rest) };
    const [target, fault, params] = listOf(rest, 3);
    const on = code === CODE.faultOn;
    return { atMicros, type: 'fault', target: pick(this.#ids, target), fault, on, params: unpackSettings(params) };
  }

  #edit(code: unknown, rest: readonly unknown[]): Json {
    switch (code) {
      case CODE.addComponent: {
        const [name, kind, label, x, y, config, place] = listOf(rest, 6, 7);
        const id = this.#note(text(name));
        const component = {
          id,
          kind: pick(this.#kinds, kind),
          label: unpackLabel(label, id),
          x,
          y,
          config: unpackSettings(config),
          ...withPlace(place),
        };
        return { type: 'add-component', component };
      }
      case CODE.addConnection: {
        const [fromIndex, toIndex, name, config] = listOf(rest, 4);
        const from = pick(this.#ids, fromIndex);
        const to = pick(this.#ids, toIndex);
        const id = this.#note(unpackConnectionId(name, from, to));
        return { type: 'add-connection', connection: { id, from, to, config: unpackSettings(config) } };
      }
      case CODE.removeComponent:
        return { type: 'remove-component', id: this.#only(rest) };
      case CODE.removeConnection:
        return { type: 'remove-connection', id: this.#only(rest) };
      case CODE.configureComponent:
        return { type: 'configure-component', ...this.#configured(rest) };
      case CODE.configureConnection:
        return { type: 'configure-connection', ...this.#configured(rest) };
      case CODE.setPlaces: {
        const places = list(listOf(rest, 1)[0]).map(unpackPlace);
        for (const { id } of places) this.#note(text(id));
        return { type: 'set-places', places };
      }
      case CODE.placeComponent: {
        const [target, place] = listOf(rest, 2);
        return { type: 'place-component', id: pick(this.#ids, target), ...withPlace(place) };
      }
      case CODE.setFaults: {
        const [faults] = listOf(rest, 1);
        return { type: 'set-faults', faults: list(faults).map((row) => unpackFault(row, this.#ids)) };
      }
      default:
        throw new Malformed();
    }
  }

  #note(id: string): string {
    if (!this.#known.has(id)) this.#ids.push(id);
    this.#known.add(id);
    return id;
  }

  #only(rest: readonly unknown[]): string {
    const [target] = listOf(rest, 1);
    return pick(this.#ids, target);
  }

  #configured(rest: readonly unknown[]): Json {
    const [target, config] = listOf(rest, 2);
    return { id: pick(this.#ids, target), config: unpackSettings(config) };
  }
}

function unpackLabel(label: unknown, id: string): unknown {
  return label === 0 ? labelOfId(id) : label;
}

function unpackConnectionId(name: unknown, from: string, to: string): string {
  return name === 0 ? connectionIdOf(from, to) : text(name);
}

/** [name, value, …] as an object; 0 as an empty one. A key named __proto__ stays a plain key, to be refused later. */
function unpackSettings(form: unknown): Json {
  if (form === 0) return {};
  const flat = list(form);
  if (flat.length % 2 !== 0 || flat.length > 2 * LIMITS.settings) throw new Malformed();
  const entries: [string, unknown][] = [];
  for (let i = 0; i < flat.length; i += 2) entries.push([text(flat[i]), flat[i + 1]]);
  return Object.fromEntries(entries);
}

function list(value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) throw new Malformed();
  return value;
}

function listOf(value: unknown, length: number, atMost = length): readonly unknown[] {
  const entries = list(value);
  if (entries.length < length || entries.length > atMost) throw new Malformed();
  return entries;
}

function text(value: unknown): string {
  if (typeof value !== 'string') throw new Malformed();
  return value;
}

function pick(table: readonly string[], index: unknown, length = table.length): string {
  if (typeof index !== 'number' || !Number.isInteger(index) || index < 0 || index >= length) throw new Malformed();
  return table[index]!;
}

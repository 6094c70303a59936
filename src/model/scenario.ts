import type { FieldValue, Settings } from './fields';
import type { Place } from './places';

/**
 * What a system IS: the saved document. Settings hold only what differs from the defaults, so a link stays short and a
 * better default reaches old documents only through a migration.
 */
export interface Scenario {
  readonly title: string;
  /** What it shows and what to try, in a few sentences. Markdown is not interpreted. */
  readonly story: string;
  /** All randomness of a run derives from it. 0 … 2^32 − 1. */
  readonly seed: number;
  readonly components: readonly Component[];
  readonly connections: readonly Connection[];
  /** Planned faults. */
  readonly faults: readonly ScheduledFault[];
  /** Zones and regions. Absent when there are none. */
  readonly places?: readonly Place[];
}

export interface Component {
  /** Permanent within the document: [a-z0-9-], at most 40 characters. Random streams derive from it. */
  readonly id: string;
  readonly kind: string;
  /** What people read. */
  readonly label: string;
  /** Upper left corner on the canvas, in canvas units. */
  readonly x: number;
  readonly y: number;
  readonly config: Settings;
  /** The zone or region it stands in. */
  readonly place?: string;
}

export interface Connection {
  readonly id: string;
  /** Component ids. One connection at most for an ordered pair. */
  readonly from: string;
  readonly to: string;
  readonly config: Settings;
}

export interface ScheduledFault {
  readonly atMs: number;
  /** Absent: until somebody ends it; of a random fault: to the end of the run. */
  readonly durationMs?: number;
  /** Id of a component, a connection or a place. */
  readonly target: string;
  readonly fault: string;
  readonly params: Settings;
  /** Present: it comes and goes by chance from `atMs` on. */
  readonly random?: RandomTimes;
}

/** Both times are exponential, so a target is in order mtbf / (mtbf + mttr) of the time. */
export interface RandomTimes {
  /** Mean time from a repair to the next failure. */
  readonly mtbfMs: number;
  /** Mean time from a failure to its repair. */
  readonly mttrMs: number;
  /**
   * Of the outage of a place (beta factor): this share of the failures hits everything inside at once, the others hit
   * each component by itself. Absent: all of them.
   */
  readonly sharedPercent?: number;
}

/** One change to what is simulated. Positions, labels and prose are not part of it. */
export type Edit =
  | { readonly type: 'add-component'; readonly component: Component }
  | { readonly type: 'remove-component'; readonly id: string }
  | { readonly type: 'configure-component'; readonly id: string; readonly config: Settings }
  | { readonly type: 'add-connection'; readonly connection: Connection }
  | { readonly type: 'remove-connection'; readonly id: string }
  | { readonly type: 'configure-connection'; readonly id: string; readonly config: Settings }
  /** Other zones and regions; components whose place is not among them stand nowhere from then on. */
  | { readonly type: 'set-places'; readonly places: readonly Place[] }
  /** Moves a component to another zone or region, or, without one, out of all. */
  | { readonly type: 'place-component'; readonly id: string; readonly place?: string }
  /** Other planned faults: what has happened stays, what lies ahead follows this plan. */
  | { readonly type: 'set-faults'; readonly faults: readonly ScheduledFault[] };

/** Something done to a run by hand. With the scenario at its start, the log of them reproduces the run. */
export type Intervention = { readonly atMicros: number } & (
  | {
      readonly type: 'fault';
      readonly target: string;
      readonly fault: string;
      readonly on: boolean;
      readonly params: Settings;
    }
  | { readonly type: 'edit'; readonly edit: Edit }
);

/** A scenario and what was done to its run: everything a link carries. */
export interface RunRecord {
  readonly scenario: Scenario;
  readonly interventions: readonly Intervention[];
}

export const EMPTY_SCENARIO: Scenario = {
  title: 'Untitled system',
  story: '',
  seed: 7,
  components: [],
  connections: [],
  faults: [],
};

/** A canonical form for comparing: the same plan gives the same text. */
export function faultKey({ atMs, durationMs, target, fault, params, random }: ScheduledFault): string {
  const settings = Object.entries(params).sort(([a], [b]) => (a < b ? -1 : 1));
  const times = random ? [random.mtbfMs, random.mttrMs, random.sharedPercent ?? 100] : null;
  return JSON.stringify([target, fault, atMs, durationMs ?? null, settings, times]);
}

function samePlaces(a: readonly Place[] = [], b: readonly Place[] = []): boolean {
  const key = ({ id, type, parent, region }: Place): string => `${id} ${type} ${parent ?? ''} ${region ?? ''}`;
  const keys = new Set(a.map(key));
  return a.length === b.length && b.every((place) => keys.has(key(place)));
}

function sameFaults(a: readonly ScheduledFault[], b: readonly ScheduledFault[]): boolean {
  return a === b || (a.length === b.length && a.every((fault, i) => faultKey(fault) === faultKey(b[i]!)));
}

function sameSettings(a: Settings, b: Settings): boolean {
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => a[key] === b[key]);
}

/**
 * What to do to a run of `before` so that it continues as `after`. A component whose kind changed is removed and added.
 * Connections whose ends changed are removed and added.
 */
export function diffScenario(before: Scenario, after: Scenario): Edit[] {
  const edits: Edit[] = [];
  const oldComponents = new Map(before.components.map((component) => [component.id, component]));
  const newComponents = new Map(after.components.map((component) => [component.id, component]));
  const replaced = new Set<string>();
  for (const component of before.components) {
    const next = newComponents.get(component.id);
    if (!next || next.kind !== component.kind) replaced.add(component.id);
  }
  const oldConnections = new Map(before.connections.map((connection) => [connection.id, connection]));
  const newConnections = new Map(after.connections.map((connection) => [connection.id, connection]));
  const stays = (a: Connection, b: Connection | undefined): boolean =>
    b !== undefined && a.from === b.from && a.to === b.to && !replaced.has(a.from) && !replaced.has(a.to);

  for (const connection of before.connections) {
    if (!stays(connection, newConnections.get(connection.id)))
      edits.push({ type: 'remove-connection', id: connection.id });
  }
  for (const id of replaced) edits.push({ type: 'remove-component', id });
  if (!samePlaces(before.places, after.places)) edits.push({ type: 'set-places', places: after.places ?? [] });
  const places = new Set((after.places ?? []).map(({ id }) => id));
  const placeNow = ({ place }: Component): string | undefined =>
    place !== undefined && places.has(place) ? place : undefined;
  for (const component of after.components) {
    const old = oldComponents.get(component.id);
    if (!old || replaced.has(component.id)) edits.push({ type: 'add-component', component });
    else if (!sameSettings(old.config, component.config)) {
      edits.push({ type: 'configure-component', id: component.id, config: component.config });
    }
    if (old && !replaced.has(component.id) && placeNow(old) !== component.place) {
      const { id, place } = component;
      edits.push({ type: 'place-component', id, ...(place === undefined ? {} : { place }) });
    }
  }
  for (const connection of after.connections) {
    const old = oldConnections.get(connection.id);
    if (!old || !stays(old, connection)) edits.push({ type: 'add-connection', connection });
    else if (!sameSettings(old.config, connection.config)) {
      edits.push({ type: 'configure-connection', id: connection.id, config: connection.config });
    }
  }
  if (!sameFaults(before.faults, after.faults)) edits.push({ type: 'set-faults', faults: after.faults });
  return edits;
}

/** The scenario after an edit. An edit that no longer fits (its target is gone, its id is taken) changes nothing. */
export function applyEdit(scenario: Scenario, edit: Edit): Scenario {
  const hasComponent = (id: string): boolean => scenario.components.some((component) => component.id === id);
  switch (edit.type) {
    case 'add-component':
      if (hasComponent(edit.component.id)) return scenario;
      return { ...scenario, components: [...scenario.components, edit.component] };
    case 'remove-component':
      if (!hasComponent(edit.id)) return scenario;
      return {
        ...scenario,
        components: scenario.components.filter((component) => component.id !== edit.id),
        connections: scenario.connections.filter(({ from, to }) => from !== edit.id && to !== edit.id),
      };
    case 'configure-component':
      return {
        ...scenario,
        components: scenario.components.map((component) =>
          component.id === edit.id ? { ...component, config: edit.config } : component,
        ),
      };
    case 'add-connection': {
      const { id, from, to } = edit.connection;
      const clashes = scenario.connections.some((other) => other.id === id || (other.from === from && other.to === to));
      if (clashes || !hasComponent(from) || !hasComponent(to)) return scenario;
      return { ...scenario, connections: [...scenario.connections, edit.connection] };
    }
    case 'remove-connection':
      return { ...scenario, connections: scenario.connections.filter((connection) => connection.id !== edit.id) };
    case 'configure-connection':
      return {
        ...scenario,
        connections: scenario.connections.map((connection) =>
          connection.id === edit.id ? { ...connection, config: edit.config } : connection,
        ),
      };
    case 'set-places': {
      const { places: _, ...rest } = scenario;
      const known = new Set(edit.places.map(({ id }) => id));
      const components = scenario.components.map((component) =>
        component.place === undefined || known.has(component.place) ? component : withPlace(component, undefined),
      );
      return { ...rest, components, ...(edit.places.length === 0 ? {} : { places: edit.places }) };
    }
    case 'place-component': {
      const { id, place } = edit;
      if (place !== undefined && !scenario.places?.some((other) => other.id === place)) return scenario;
      const components = scenario.components.map((component) =>
        component.id === id ? withPlace(component, place) : component,
      );
      return { ...scenario, components };
    }
    case 'set-faults':
      return { ...scenario, faults: edit.faults };
  }
}

/** The component in another place, or in none. */
export function withPlace(component: Component, place: string | undefined): Component {
  if (component.place === place) return component;
  const { place: _, ...rest } = component;
  return place === undefined ? rest : { ...rest, place };
}

/** Sets one field, dropping it from the settings when it returns to its default. */
export function withSetting(settings: Settings, name: string, value: FieldValue, defaultValue: FieldValue): Settings {
  const rest = Object.fromEntries(Object.entries(settings).filter(([key]) => key !== name));
  return value === defaultValue ? rest : { ...rest, [name]: value };
}

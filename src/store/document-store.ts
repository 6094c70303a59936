/**
 * The document on the canvas: undoable, saved in this browser, never touched by a run. Every change is a named edit.
 * React Flow's changes and the inspector's inputs both arrive here.
 */
import { createStore } from 'zustand/vanilla';
import { CONNECTION_DEFAULTS } from '../model/connection-defaults';
import type { ConnectionFieldName } from '../model/connection-fields';
import type { FieldValue } from '../model/fields';
import { distanceOf, placeAtPoint, placesOf } from '../model/places';
import {
  applyEdit,
  type Component,
  type Connection,
  type Edit,
  EMPTY_SCENARIO,
  type Scenario,
  type ScheduledFault,
  withPlace,
  withSetting,
} from '../model/scenario';
import { connectionConfig, connectionRule } from '../kinds/connect';
import { findKind, kindOf } from '../kinds/registry';
import { freshId, freshLabel } from './fresh-id';
import { fittedPlaces, resettled, withoutPlaces } from './place-geometry';

export interface DocumentState {
  readonly scenario: Scenario;
  /** Earlier and later documents, with the name of the edit between. */
  readonly past: readonly Step[];
  readonly future: readonly Step[];
  /** Grows when the document is replaced by another one: the canvas fits its view then. */
  readonly generation: number;
}

interface Step {
  readonly scenario: Scenario;
  /** What was done, for "Undo move". */
  readonly name: string;
}

/** Steps that can be undone. */
const MAX_STEPS = 200;

export const documentStore = createStore<DocumentState>(() => ({
  scenario: EMPTY_SCENARIO,
  past: [],
  future: [],
  generation: 0,
}));

/** Continuous edits with the same tag (dragging a slider, typing) merge into one step while they follow each other. */
let lastTag = '';

/** One named step. For the modules of this folder. */
export function commit(name: string, scenario: Scenario, tag = ''): void {
  const state = documentStore.getState();
  if (scenario === state.scenario) return;
  const merges = tag !== '' && tag === lastTag && state.past.length > 0;
  lastTag = tag;
  documentStore.setState({
    scenario,
    past: merges ? state.past : [...state.past, { scenario: state.scenario, name }].slice(-MAX_STEPS),
    future: [],
  });
}

/** Ends merging: the next edit is a step of its own. Call when a gesture or an input ends. */
export function endGesture(): void {
  lastTag = '';
}

export function undo(): void {
  const { scenario, past, future } = documentStore.getState();
  const step = past.at(-1);
  if (!step) return;
  lastTag = '';
  documentStore.setState({
    scenario: step.scenario,
    past: past.slice(0, -1),
    future: [{ scenario, name: step.name }, ...future],
  });
}

export function redo(): void {
  const { scenario, past, future } = documentStore.getState();
  const step = future[0];
  if (!step) return;
  lastTag = '';
  documentStore.setState({
    scenario: step.scenario,
    past: [...past, { scenario, name: step.name }],
    future: future.slice(1),
  });
}

/** Puts another document in place of this one. It starts with an empty history. */
export function replaceDocument(scenario: Scenario): void {
  lastTag = '';
  documentStore.setState(({ generation }) => ({ scenario, past: [], future: [], generation: generation + 1 }));
}

/** An edit that a replayed run makes to its own document: shown, but not the user's to undo. */
export function applyReplayedEdit(edit: Edit): void {
  documentStore.setState(({ scenario }) => ({ scenario: applyEdit(scenario, edit) }));
}

/** The gesture of a layout by the computer: it moves places with their components. */
const LAYOUT = 'auto layout';

// — components —

/** Adds a component of a kind with its upper left corner at this place. Returns its id. */
export function addComponent(kindId: string, x: number, y: number): string {
  const { scenario } = documentStore.getState();
  const kind = kindOf(kindId);
  const id = freshId(kindId, takenIds(scenario));
  const number = /-(\d+)$/.exec(id)?.[1];
  const label = number === undefined ? kind.title : `${kind.title} ${number}`;
  const bare: Component = { id, kind: kindId, label, x: Math.round(x), y: Math.round(y), config: {} };
  const component = withPlace(bare, placeAtPoint(placesOf(scenario), bare)?.id);
  commit(`add ${kind.title}`, { ...scenario, components: [...scenario.components, component] });
  return id;
}

/** Moves components; calls with the same `gesture` are one step. One that passes a border changes its place. */
export function moveComponents(moves: ReadonlyMap<string, { x: number; y: number }>, gesture: string): void {
  const { scenario } = documentStore.getState();
  const components = scenario.components.map((component) => {
    const to = moves.get(component.id);
    if (!to) return component;
    const moved = { ...component, x: Math.round(to.x), y: Math.round(to.y) };
    return gesture === LAYOUT ? moved : resettled(component, moved, placesOf(scenario));
  });
  const after = { ...scenario, components };
  commit('move', gesture === LAYOUT ? fittedPlaces(after) : after, `move ${gesture}`);
}

export function renameComponent(id: string, label: string): void {
  mapComponent('rename', id, (component) => ({ ...component, label: label.slice(0, 60) }), `rename ${id}`);
}

export function configureComponent(id: string, field: string, value: FieldValue): void {
  mapComponent(
    'change a setting',
    id,
    (component) => {
      const spec = kindOf(component.kind).fields[field];
      return spec ? { ...component, config: withSetting(component.config, field, value, spec.default) } : component;
    },
    `set ${id}.${field}`,
  );
}

function mapComponent(name: string, id: string, change: (component: Component) => Component, tag: string): void {
  const { scenario } = documentStore.getState();
  const components = scenario.components.map((component) => (component.id === id ? change(component) : component));
  commit(name, { ...scenario, components }, tag);
}

// — connections —

/** Connects two components. Returns the connection's id, or null when they cannot be connected or already are. */
export function connect(from: string, to: string): string | null {
  const { scenario } = documentStore.getState();
  if (!canConnect(scenario, from, to)) return null;
  const id = freshId(`${from}-${to}`.slice(0, 36), takenIds(scenario), true);
  const connection: Connection = { id, from, to, config: {} };
  commit('connect', { ...scenario, connections: [...scenario.connections, connection] });
  return id;
}

export function canConnect(scenario: Scenario, from: string, to: string): boolean {
  if (from === to) return false;
  if (scenario.connections.some((connection) => connection.from === from && connection.to === to)) return false;
  const kindAt = (id: string) => findKind(scenario.components.find((component) => component.id === id)?.kind ?? '');
  const source = kindAt(from);
  const target = kindAt(to);
  return source !== undefined && target !== undefined && connectionRule(source, target) !== null;
}

export function configureConnection(id: string, field: ConnectionFieldName, value: FieldValue): void {
  configureConnections('change a connection', [{ id, field, value }], `set ${id}.${field}`);
}

/** One setting of a connection. */
export interface ConnectionChange {
  readonly id: string;
  readonly field: ConnectionFieldName;
  readonly value: FieldValue;
}

/** Several settings of connections in one step, such as a new order of a plan. */
export function configureConnections(name: string, changes: readonly ConnectionChange[], tag = ''): void {
  const { scenario } = documentStore.getState();
  const connections = scenario.connections.map((connection) => {
    const own = changes.filter(({ id }) => id === connection.id);
    if (own.length === 0) return connection;
    const rule = connectionRuleOf(scenario, connection);
    const config = own.reduce((settings, { field, value }) => {
      const defaults = rule && connectionConfig(rule, {}, distanceOf(scenario, connection));
      const defaultValue = defaults ? defaults[field] : CONNECTION_DEFAULTS[field];
      return withSetting(settings, field, value, defaultValue);
    }, connection.config);
    return { ...connection, config };
  });
  commit(name, { ...scenario, connections }, tag);
}

/** The rule of a connection of a valid document. */
export function connectionRuleOf(scenario: Scenario, connection: Connection) {
  const kindAt = (id: string) => findKind(scenario.components.find((component) => component.id === id)?.kind ?? '');
  const from = kindAt(connection.from);
  const to = kindAt(connection.to);
  return from && to ? connectionRule(from, to) : null;
}

// — several at once —

/** Removes components with their connections and faults, connections, and places, but not what stands in them. */
export function removeParts(ids: ReadonlySet<string>): void {
  if (ids.size === 0) return;
  const before = documentStore.getState().scenario;
  const scenario = withoutPlaces(before, ids);
  const components = scenario.components.filter(({ id }) => !ids.has(id));
  const connections = scenario.connections.filter(({ id, from, to }) => !ids.has(id) && !ids.has(from) && !ids.has(to));
  const left = new Set([...components, ...connections, ...placesOf(scenario)].map(({ id }) => id));
  const faults = scenario.faults.filter(({ target }) => left.has(target));
  const same = components.length === before.components.length && connections.length === before.connections.length;
  if (same && scenario === before) return;
  commit('delete', { ...scenario, components, connections, faults });
}

/** A part of a document: components with the connections among them. */
export interface Clip {
  readonly components: readonly Component[];
  readonly connections: readonly Connection[];
}

export function copyParts(ids: ReadonlySet<string>): Clip {
  const { scenario } = documentStore.getState();
  return {
    components: scenario.components.filter(({ id }) => ids.has(id)),
    connections: scenario.connections.filter(({ from, to }) => ids.has(from) && ids.has(to)),
  };
}

/** Inserts a copy of the parts, shifted, under fresh ids. Returns the new component ids. */
export function pasteParts(clip: Clip, dx: number, dy: number, name = 'paste'): string[] {
  if (clip.components.length === 0) return [];
  const { scenario } = documentStore.getState();
  const taken = takenIds(scenario);
  const labels = new Set(scenario.components.map(({ label }) => label));
  const renamed = new Map<string, string>();
  const components = clip.components.map((component) => {
    const id = freshId(component.id.replace(/-\d+$/, ''), taken);
    taken.add(id);
    renamed.set(component.id, id);
    const label = freshLabel(component.label, labels);
    labels.add(label);
    const moved = { ...component, id, label, x: component.x + dx, y: component.y + dy };
    return withPlace(moved, placeAtPoint(placesOf(scenario), moved)?.id);
  });
  const connections = clip.connections.map((connection) => {
    const from = renamed.get(connection.from)!;
    const to = renamed.get(connection.to)!;
    const id = freshId(`${from}-${to}`.slice(0, 36), taken, true);
    taken.add(id);
    return { ...connection, id, from, to };
  });
  commit(name, {
    ...scenario,
    components: [...scenario.components, ...components],
    connections: [...scenario.connections, ...connections],
  });
  return components.map(({ id }) => id);
}

// — the document itself —

export function setTitle(title: string): void {
  commit('rename', { ...documentStore.getState().scenario, title: title.slice(0, 120) }, 'title');
}

export function setSeed(seed: number): void {
  commit('change the seed', { ...documentStore.getState().scenario, seed: seed >>> 0 }, 'seed');
}

export function setFaults(faults: readonly ScheduledFault[]): void {
  commit('plan faults', { ...documentStore.getState().scenario, faults });
}

function takenIds(scenario: Scenario): Set<string> {
  return new Set([...scenario.components, ...scenario.connections, ...placesOf(scenario)].map(({ id }) => id));
}

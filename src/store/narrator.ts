/**
 * The story of the run: what was done to it and what came of it, in words, for the timeline, the narrator line and
 * screen readers. Fed by every frame; begins anew with every run. Nothing here is saved.
 */
import { createStore } from 'zustand/vanilla';
import { CAUSES_AT } from '../engine/component-stats';
import { findKind } from '../kinds/registry';
import type { Kind } from '../kinds/kind';
import { readFace } from '../model/face';
import { BASE_SERIES } from '../model/metrics';
import { CAUSE_COUNT } from '../model/outcome';
import type { Words } from '../model/plan';
import { applyEdit, type Component, type Edit, type Scenario } from '../model/scenario';
import { markWords } from '../analysis/mark-words';
import { type Happening, Narrator, type Sight, type Window } from '../analysis/narrator';
import { STATE } from '../worker/protocol';
import { documentStore } from './document-store';
import { liveRun } from './live-run';
import { type Mark, runStore } from './run-store';

/** Something done to the run, on the timeline. */
export interface TimelineMark {
  readonly atMicros: number;
  readonly type: 'fault' | 'recovery' | 'edit';
  readonly planned: boolean;
  /** Component or connection. */
  readonly target: string;
  readonly words: readonly Words[];
}

export interface Story {
  /** In order of time. */
  readonly happenings: readonly Happening[];
  readonly marks: readonly TimelineMark[];
}

/** Happenings kept; the oldest go first. */
const MAX_HAPPENINGS = 300;
const UTILISATION = BASE_SERIES.findIndex(({ id }) => id === 'utilisation');
const EMPTY: Story = { happenings: [], marks: [] };

export const narratorStore = createStore<Story>(() => EMPTY);

let narrator = new Narrator();
/** The system as the run had it at the last mark. */
let known: Scenario = documentStore.getState().scenario;
let marksTold = 0;
/** End of the last window told, by component. */
let told = new Map<string, number>();

/** Begins to listen. Call once, before the first run. */
export function startNarrator(): void {
  runStore.subscribe((state, before) => {
    if (!state.begun || !before.begun || state.time < before.time || state.marks.length < marksTold) reset();
    if (state.begun && (state.time !== before.time || state.marks !== before.marks)) listen(state.time, state.marks);
  });
}

function reset(): void {
  known = documentStore.getState().scenario;
  if (marksTold === 0 && told.size === 0 && narratorStore.getState() === EMPTY) return;
  narrator = new Narrator();
  marksTold = 0;
  told = new Map();
  narratorStore.setState(EMPTY);
}

function listen(time: number, allMarks: readonly Mark[]): void {
  const marks = allMarks.slice(marksTold).map(takeMark);
  marksTold = allMarks.length;
  const scenario = documentStore.getState().scenario;
  const seen = narrator.observe(
    time,
    scenario.components.map((component) => sightOf(component, scenario)),
  );
  if (marks.length === 0 && seen.length === 0) return;
  const done = marks.map(({ atMicros, type, target, words }): Happening => ({
    atMicros,
    by: false,
    tone: type === 'fault' ? 'trouble' : type === 'recovery' ? 'relief' : 'plain',
    about: target,
    words,
  }));
  const story = narratorStore.getState();
  // A stable sort: what was done comes before what came of it at the same time.
  const happenings = [...story.happenings, ...done, ...seen].sort((a, b) => a.atMicros - b.atMicros);
  narratorStore.setState({
    happenings: happenings.slice(-MAX_HAPPENINGS),
    marks: marks.length > 0 ? [...story.marks, ...marks] : story.marks,
  });
}

function takeMark({ intervention, planned }: Mark): TimelineMark {
  const words = markWords(intervention, withPresentLabels(known));
  if (intervention.type === 'fault') {
    const { atMicros, target, on } = intervention;
    return { atMicros, type: on ? 'fault' : 'recovery', planned, target, words };
  }
  const { edit, atMicros } = intervention;
  known = applyEdit(known, edit);
  const target = targetOf(edit);
  return { atMicros, type: 'edit', planned, target, words };
}

function targetOf(edit: Edit): string {
  switch (edit.type) {
    case 'add-component':
      return edit.component.id;
    case 'add-connection':
      return edit.connection.id;
    case 'set-places':
    case 'set-faults':
      return '';
    default:
      return edit.id;
  }
}

/** Renaming is not an edit of the run, but people know the present names. */
function withPresentLabels(scenario: Scenario): Scenario {
  const labels = new Map(documentStore.getState().scenario.components.map(({ id, label }) => [id, label]));
  return {
    ...scenario,
    components: scenario.components.map((component) => ({
      ...component,
      label: labels.get(component.id) ?? component.label,
    })),
  };
}

function sightOf(component: Component, scenario: Scenario): Sight {
  const { id, label } = component;
  const kind = findKind(component.kind);
  const face = liveRun.face(id);
  return {
    id,
    label,
    down: face !== undefined && (face.state & STATE.down) !== 0,
    capacity: kind ? capacityWord(kind) : '',
    windows: newWindows(id),
    targets: kind && face ? targetsOf(kind, face.numbers, scenario) : [],
  };
}

/** What the capacity of a kind consists of: the label of its cells. */
export function capacityWord(kind: Kind): string {
  const cells = kind.face.find((element) => element.type === 'cells');
  return cells?.label ?? '';
}

function newWindows(id: string): Window[] {
  const series = liveRun.history.of(id);
  if (!series || series.length === 0) return [];
  const since = told.get(id) ?? 0;
  const last = series.times.at(-1)!;
  if (last <= since) return [];
  told.set(id, last);
  const windows: Window[] = [];
  for (let i = series.length - 1; i >= 0 && series.times[i]! > since; i--) {
    const row = series.row(i);
    windows.push({
      time: series.times[i]!,
      utilisation: row[UTILISATION]!,
      deaths: row.subarray(CAUSES_AT, CAUSES_AT + CAUSE_COUNT),
    });
  }
  return windows.reverse();
}

/** Targets of a component by the component at the other end. Empty for kinds that watch none. */
export function targetsOf(kind: Kind, numbers: Float64Array, scenario: Scenario): Sight['targets'] {
  if (!kind.face.some(({ type }) => type === 'targets')) return [];
  const { values } = readFace(kind.face, numbers).find(({ element }) => element.type === 'targets')!;
  const byIndex = new Map(
    scenario.connections.map((connection) => [liveRun.link(connection.id)?.index, connection.to] as const),
  );
  const targets: { id: string; label: string; healthy: boolean }[] = [];
  for (let at = 1; at + 1 < values.length; at += 2) {
    const id = byIndex.get(values[at]!);
    const label = scenario.components.find((component) => component.id === id)?.label;
    if (id !== undefined && label !== undefined)
      targets.push({ id, label, healthy: values[at + 1] === 1 || values[at + 1] === 4 });
  }
  return targets;
}

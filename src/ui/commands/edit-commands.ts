import { KINDS } from '../../kinds/registry';
import { documentStore, moveComponents, redo, removeParts, undo } from '../../store/document-store';
import { openSheet, select, setPanel, viewStore } from '../../store/view-store';
import { startConnecting } from '../canvas/connecting';
import { placeInCentre } from '../canvas/placing';
import { placeAround } from '../canvas/placing-places';
import { PALETTE_SEARCH_ID } from '../palette/palette-search-id';
import { viewportNow } from '../shared/viewport';
import { copySelection, cutSelection, duplicateSelection, hasClip, pasteClip } from './clipboard';
import type { Command } from './command';

export function selectedComponents(): string[] {
  const { selection } = viewStore.getState();
  return documentStore
    .getState()
    .scenario.components.map(({ id }) => id)
    .filter((id) => selection.has(id));
}

const hasSelection = (): boolean => viewStore.getState().selection.size > 0;
const hasSelectedComponent = (): boolean => selectedComponents().length > 0;

function showPalette(): void {
  if (viewportNow() === 'phone') openSheet('palette');
  else setPanel('palette', true);
  const field = (): HTMLElement | null => document.getElementById(PALETTE_SEARCH_ID);
  // At once where it can be, because people type on; else when the panel has come.
  if (field()) field()?.focus();
  else requestAnimationFrame(() => field()?.focus());
}

function selectAll(): void {
  const { components, connections } = documentStore.getState().scenario;
  select([...components, ...connections].map(({ id }) => id));
}

function cancel(): void {
  const { placing, connectingFrom, sheet } = viewStore.getState();
  if (placing !== null || connectingFrom !== null) viewStore.setState({ placing: null, connectingFrom: null });
  else if (sheet !== null) openSheet(null);
  else select([]);
}

/** The distance of the canvas's grid. */
const NUDGE = 20;

function nudge(title: string, key: string, dx: number, dy: number): Command {
  return {
    id: `nudge-${key}`,
    title: `Move ${title}`,
    group: 'Edit',
    keys: [`Arrow${key}`],
    when: hasSelectedComponent,
    run: () => {
      const { components } = documentStore.getState().scenario;
      const { selection } = viewStore.getState();
      const moved = components.filter(({ id }) => selection.has(id));
      moveComponents(new Map(moved.map(({ id, x, y }) => [id, { x: x + dx * NUDGE, y: y + dy * NUDGE }])), 'nudge');
    },
  };
}

export const EDIT_COMMANDS: readonly Command[] = [
  {
    id: 'undo',
    title: () => `Undo ${documentStore.getState().past.at(-1)?.name ?? ''}`.trim(),
    group: 'Edit',
    keys: ['Mod+Z'],
    when: () => documentStore.getState().past.length > 0,
    run: undo,
  },
  {
    id: 'redo',
    title: () => `Redo ${documentStore.getState().future[0]?.name ?? ''}`.trim(),
    group: 'Edit',
    keys: ['Mod+Shift+Z', 'Mod+Y'],
    when: () => documentStore.getState().future.length > 0,
    run: redo,
  },
  { id: 'cut', title: 'Cut', group: 'Edit', keys: ['Mod+X'], when: hasSelectedComponent, run: cutSelection },
  { id: 'copy', title: 'Copy', group: 'Edit', keys: ['Mod+C'], when: hasSelectedComponent, run: copySelection },
  // The browser's paste event brings the text without asking for permission.
  {
    id: 'paste',
    title: 'Paste',
    group: 'Edit',
    keys: ['Mod+V'],
    when: hasClip,
    run: pasteClip,
    handledElsewhere: true,
  },
  {
    id: 'duplicate',
    title: 'Duplicate',
    group: 'Edit',
    keys: ['Mod+D'],
    when: hasSelectedComponent,
    run: duplicateSelection,
  },
  {
    id: 'delete',
    title: 'Delete',
    group: 'Edit',
    keys: ['Delete', 'Backspace'],
    words: 'remove',
    when: hasSelection,
    run: () => {
      removeParts(viewStore.getState().selection);
      select([]);
    },
  },
  { id: 'select-all', title: 'Select all', group: 'Edit', keys: ['Mod+A'], run: selectAll },
  { id: 'cancel', title: 'Cancel, or select nothing', group: 'Edit', keys: ['Escape'], run: cancel },
  nudge('up', 'Up', 0, -1),
  nudge('down', 'Down', 0, 1),
  nudge('left', 'Left', -1, 0),
  nudge('right', 'Right', 1, 0),
  { id: 'add', title: 'Add a component…', group: 'Edit', keys: ['N'], words: 'new palette place', run: showPalette },
  {
    id: 'add-zone',
    title: 'Add a zone',
    group: 'Edit',
    words: 'availability place container group',
    run: () => void placeAround('zone'),
  },
  {
    id: 'add-region',
    title: 'Add a region',
    group: 'Edit',
    words: 'place container group distance',
    run: () => void placeAround('region'),
  },
  {
    id: 'connect',
    title: 'Connect the selected component to…',
    group: 'Edit',
    keys: ['C'],
    words: 'link wire arrow',
    when: () => selectedComponents().length === 1,
    run: () => {
      const [from] = selectedComponents();
      if (from !== undefined) startConnecting(from);
    },
  },
  ...KINDS.map((kind): Command => ({
    id: `add-${kind.id}`,
    title: `Add ${kind.title}`,
    group: 'Edit',
    words: `${kind.category} ${kind.summary}`,
    run: () => {
      placeInCentre(kind.id);
    },
  })),
];

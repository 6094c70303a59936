import type { EdgeChange, NodeChange } from '@xyflow/react';
import { useCallback, useMemo, useRef, useState } from 'react';
import { documentStore, endGesture, moveComponents } from '../../store/document-store';
import { select, viewStore } from '../../store/view-store';
import { useDocument, useView } from '../hooks/use-stores';
import { guidesFor } from './alignment';
import { guides, NO_GUIDES } from './canvas-state';
import { type ComponentNode, type ConnectionEdge, FlowElements, type Place, type Size } from './flow-elements';

const NO_SIZES: ReadonlyMap<string, Size> = new Map();

/**
 * React Flow as a skin: what it shows follows from the document, and what it wants to change becomes a named edit. Only
 * the sizes of cards, and where they are during a drag, live here; dropping them is one edit.
 */
export function useFlowChanges() {
  const scenario = useDocument((state) => state.scenario);
  const selection = useView((state) => state.selection);
  const [elements] = useState(() => new FlowElements());
  const [sizes, setSizes] = useState(NO_SIZES);
  const [draft, setDraft] = useState<ReadonlyMap<string, Place> | null>(null);

  const nodes = useMemo(
    () => elements.nodes(scenario.components, selection, sizes, draft),
    [elements, scenario.components, selection, sizes, draft],
  );
  const edges = useMemo(() => elements.edges(scenario, selection), [elements, scenario, selection]);

  const onNodesChange = useCallback((changes: NodeChange<ComponentNode>[]) => {
    const measured = changes.flatMap((change) =>
      change.type === 'dimensions' && change.dimensions ? [[change.id, change.dimensions] as const] : [],
    );
    if (measured.length > 0) setSizes((before) => new Map([...before, ...measured]));
    const moved = changes.flatMap((change) => (change.type === 'position' && change.position ? [change] : []));
    if (moved.length > 0) {
      const places = new Map(moved.map(({ id, position }) => [id, position!]));
      const dropped = !moved.some(({ dragging }) => dragging);
      setDraft(dropped ? null : places);
      guides.set(dropped || places.size > 1 ? NO_GUIDES : guidesFor(documentStore.getState().scenario, places));
      if (dropped) drop(places);
    }
    followSelection(changes);
  }, []);
  const boxing = useRef(false);
  const onEdgesChange = useCallback(
    (changes: EdgeChange<ConnectionEdge>[]) => followSelection(boxing.current ? changes.filter(hasBothEnds) : changes),
    [],
  );
  const onSelectionStart = useCallback(() => void (boxing.current = true), []);
  const onSelectionEnd = useCallback(() => void (boxing.current = false), []);
  return { nodes, edges, onNodesChange, onEdgesChange, onSelectionStart, onSelectionEnd };
}

function drop(places: ReadonlyMap<string, Place>): void {
  const { components } = documentStore.getState().scenario;
  const moves = components.some(({ id, x, y }) => {
    const to = places.get(id);
    return to && (Math.round(to.x) !== x || Math.round(to.y) !== y);
  });
  if (!moves) return;
  endGesture();
  moveComponents(places, 'drag');
  endGesture();
}

/** Drawing a box selects the connections between the cards in it, not those that lead out of it. */
function hasBothEnds(change: EdgeChange<ConnectionEdge>): boolean {
  if (change.type !== 'select' || !change.selected) return true;
  const { selection } = viewStore.getState();
  const connection = documentStore.getState().scenario.connections.find(({ id }) => id === change.id);
  return connection !== undefined && selection.has(connection.from) && selection.has(connection.to);
}

function followSelection(changes: readonly (NodeChange<ComponentNode> | EdgeChange<ConnectionEdge>)[]): void {
  const { selection } = viewStore.getState();
  const next = new Set(selection);
  for (const change of changes) {
    if (change.type !== 'select') continue;
    if (change.selected) next.add(change.id);
    else next.delete(change.id);
  }
  // A place is selected by itself.
  const places = documentStore.getState().scenario.places ?? [];
  if (changes.some((change) => change.type === 'select' && change.selected))
    for (const { id } of places) next.delete(id);
  if (next.size !== selection.size || [...next].some((id) => !selection.has(id))) select(next);
}

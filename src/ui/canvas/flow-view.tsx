import {
  Background,
  type FinalConnectionState,
  type OnConnectStartParams,
  ReactFlow,
  SelectionMode,
  useReactFlow,
  useStore,
} from '@xyflow/react';
import { lazy, type MouseEvent as ReactMouseEvent, Suspense, useEffect, useState } from 'react';
import { KINDS } from '../../kinds/registry';
import { placesOf } from '../../model/places';
import { canConnect, documentStore } from '../../store/document-store';
import { select, viewStore } from '../../store/view-store';
import { useDocument, useView } from '../hooks/use-stores';
import { DotLegend, ZoomControls } from './canvas-controls';
import { renaming } from './canvas-state';
import { cancelConnecting, finishConnecting, startConnecting } from './connecting';
import { ConnectingLine, DraggedLine } from './connecting-line';
import { ConnectionEdgeView } from './connection-edge';
import { DotOverlay } from './dot-overlay';
import type { ComponentNode, ConnectionEdge } from './flow-elements';
import { GRID } from './grid';
import { GuideLines } from './guide-lines';
import { MoreBeyond } from './more-beyond';
import { NodeCard } from './node-card';
import { PlaceLayer } from './place-layer';
import { partOf } from './tab-order';
import { useDots } from './use-dots';
import { useFlowChanges } from './use-flow-changes';
import { attachFlow, isProjected, showDocument } from './view-commands';
import '@xyflow/react/dist/base.css';

const SystemMap = lazy(async () => ({ default: (await import('./system-map')).SystemMap }));
/** A system that fits on one screen needs no map, which would only cover its corner. */
const MAPPED_FROM = 12;

const nodeTypes = Object.fromEntries(KINDS.map(({ id }) => [id, NodeCard]));
const edgeTypes = { connection: ConnectionEdgeView };
const SNAP_GRID: [number, number] = [GRID, GRID];
/** The middle button drags the view; the left one draws a selection, and with Space drags too. Touch always drags. */
const PAN_BUTTONS = [1];
/** Below this zoom small text cannot be read. */
const FAR = 0.66;
const FAR_PROJECTED = 0.9;
const LABELS = {
  'edge.a11yDescription.default': 'Enter selects, Delete removes, Shift and F10 opens the menu.',
  'node.a11yDescription.keyboardDisabled': '',
} as const;

/** React Flow with our cards, lines and overlays. */
export function FlowView() {
  const changes = useFlowChanges();
  const snap = useView((state) => state.snap);
  const dots = useDots();
  const wantsMap = useView((state) => state.minimap);
  const mapped = useDocument(({ scenario }) => scenario.components.length >= MAPPED_FROM) && wantsMap;
  const [dragging, setDragging] = useState(false);
  const far = useStore(({ transform }) => transform[2] < (isProjected() ? FAR_PROJECTED : FAR));
  useViewCommands();

  const onConnectStart = (_: unknown, { nodeId, handleType }: OnConnectStartParams): void => {
    if (nodeId === null || handleType !== 'source') return;
    setDragging(true);
    startConnecting(nodeId);
  };
  const onConnectEnd = (event: MouseEvent | TouchEvent, { fromNode }: FinalConnectionState): void => {
    setDragging(false);
    cancelConnecting();
    const to = partAt(event);
    if (fromNode && to !== null && to !== fromNode.id) finishConnecting(fromNode.id, to);
  };
  return (
    <ReactFlow<ComponentNode, ConnectionEdge>
      className={far ? 'is-far' : ''}
      {...changes}
      nodeTypes={nodeTypes}
      edgeTypes={edgeTypes}
      isValidConnection={({ source, target }) => canConnect(documentStore.getState().scenario, source, target)}
      onConnectStart={onConnectStart}
      onConnectEnd={onConnectEnd}
      onNodeClick={clickNode}
      onNodeDoubleClick={(_, { id }) => renaming.set(id)}
      onPaneClick={clickPane}
      onClickCapture={clickPort}
      connectionLineComponent={DraggedLine}
      connectOnClick={false}
      connectionDragThreshold={4}
      connectionRadius={30}
      nodeDragThreshold={2}
      selectNodesOnDrag
      elevateNodesOnSelect={false}
      zIndexMode="manual"
      selectionOnDrag
      selectionMode={SelectionMode.Partial}
      panOnDrag={PAN_BUTTONS}
      panOnScroll
      zoomOnDoubleClick={false}
      multiSelectionKeyCode={['Shift', 'Meta', 'Control']}
      selectionKeyCode={null}
      deleteKeyCode={null}
      disableKeyboardA11y
      snapToGrid={snap}
      snapGrid={SNAP_GRID}
      minZoom={0.15}
      maxZoom={3}
      ariaLabelConfig={LABELS}
      attributionPosition="bottom-center"
      aria-label="Drawing of the system"
    >
      <Background gap={GRID} size={1.6} color="var(--grid)" />
      <PlaceLayer />
      <GuideLines />
      <ConnectingLine dragging={dragging} />
      {dots && <DotOverlay />}
      <MoreBeyond />
      <DotLegend />
      <span className="canvas-end" tabIndex={-1} />
      <ZoomControls />
      {mapped && (
        <Suspense>
          <SystemMap />
        </Suspense>
      )}
    </ReactFlow>
  );
}

/** Gives the command registry its hold on the view, and shows a document that replaces another. */
function useViewCommands(): void {
  const flow = useReactFlow<ComponentNode, ConnectionEdge>();
  const generation = useDocument((state) => state.generation);
  useEffect(() => {
    attachFlow(flow);
    return () => attachFlow(null);
  }, [flow]);
  useEffect(showDocument, [flow, generation]);
}

/** A click on a card ends a connection that was begun without dragging. */
function clickNode(_: ReactMouseEvent, { id }: ComponentNode): void {
  const { connectingFrom } = viewStore.getState();
  if (connectingFrom !== null) finishConnecting(connectingFrom, id);
}

/** React Flow deselects what it knows; places are ours. */
function clickPane(): void {
  cancelConnecting();
  const { selection } = viewStore.getState();
  const places = placesOf(documentStore.getState().scenario);
  if (places.some(({ id }) => selection.has(id))) select([]);
}

/** A click on an outgoing port begins one; on the same port again gives it up. */
function clickPort(event: ReactMouseEvent): void {
  const port = (event.target as Element).closest<HTMLElement>('.card-port.source');
  const id = port?.dataset['port'];
  if (id === undefined) return;
  const { connectingFrom } = viewStore.getState();
  if (connectingFrom === null) startConnecting(id);
  else if (connectingFrom === id) cancelConnecting();
  else finishConnecting(connectingFrom, id);
  event.stopPropagation();
}

/** The component under the pointer at the end of a gesture: the whole card counts, not only its port. */
function partAt(event: MouseEvent | TouchEvent): string | null {
  const point = 'changedTouches' in event ? event.changedTouches[0] : event;
  if (!point) return null;
  // A tooltip may lie over the card.
  const card = document
    .elementsFromPoint(point.clientX, point.clientY)
    .find((element) => element.closest('.react-flow__node'));
  return partOf(card ?? null);
}

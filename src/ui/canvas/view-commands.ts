/** Moving the view, for the command registry: fit, zoom, tidy up. They do nothing until the canvas is there. */
import { getViewportForBounds, type ReactFlowInstance } from '@xyflow/react';
import { placesOf } from '../../model/places';
import { documentStore, endGesture, moveComponents } from '../../store/document-store';
import { viewStore } from '../../store/view-store';
import { moveDuration } from './use-dots';
import type { ComponentNode, ConnectionEdge } from './flow-elements';

type Flow = ReactFlowInstance<ComponentNode, ConnectionEdge>;

let flow: Flow | null = null;

/** Between what is shown and the edge of the window onto the flow. */
const MARGIN = 24;

export function attachFlow(instance: Flow | null): void {
  flow = instance;
}

export function theFlow(): Flow | null {
  return flow;
}

export function isProjected(): boolean {
  return document.documentElement.dataset['theme'] === 'projector';
}

/** Room for the legend above, with the badges of a card below it, and for the controls at the bottom. */
const LEGEND = 68;
const CONTROLS = matchMedia('(pointer: coarse)').matches ? 76 : 60;
const PADDING = { top: `${LEGEND}px`, bottom: `${CONTROLS}px`, x: 0.08 } as const;
const LEGEND_AND_CONTROLS = LEGEND + CONTROLS;

/** A projected system may fill the screen; elsewhere cards are not enlarged. */
function fitOptions() {
  return { padding: PADDING, maxZoom: isProjected() ? 2 : 1 };
}

export function fitAll(duration = moveDuration()): void {
  if (flow && hasPlaces()) void fitPlaces(flow, duration);
  else void flow?.fitView({ ...fitOptions(), duration });
}

function hasPlaces(): boolean {
  return placesOf(documentStore.getState().scenario).length > 0;
}

/** React Flow knows the cards only; zones and regions reach beyond them. */
async function fitPlaces(view: Flow, duration: number): Promise<void> {
  const frame = document.querySelector('.canvas')?.getBoundingClientRect();
  if (!frame) return;
  const cards = view.getNodes();
  const boxes = [
    ...placesOf(documentStore.getState().scenario),
    ...(cards.length > 0 ? [view.getNodesBounds(cards)] : []),
  ];
  const x = Math.min(...boxes.map((box) => box.x));
  const y = Math.min(...boxes.map((box) => box.y));
  const width = Math.max(...boxes.map((box) => box.x + box.width)) - x;
  const height = Math.max(...boxes.map((box) => box.y + box.height)) - y;
  const { maxZoom } = fitOptions();
  const to = getViewportForBounds(
    { x, y, width, height },
    frame.width,
    frame.height,
    LEAST_ZOOM,
    maxZoom,
    PLACE_PADDING,
  );
  await view.setViewport(to, { duration });
}

const LEAST_ZOOM = 0.15;
/** More than around cards: the legend of the dots must not cover the name of a place. */
const PLACE_PADDING = 0.16;

const MAP_HEIGHT = 104;

/** In a narrow, high window a whole system is too small to read: then it begins where the requests do. */
const NARROW_PX = 768;
const READABLE_ZOOM = 0.62;

/** Shows a document that has just been opened, as soon as its cards are measured. */
export function showDocument(): void {
  const view = flow;
  if (!view) return;
  void view.fitView({ ...fitOptions(), duration: 0 }).then(async () => {
    if (hasPlaces()) await fitPlaces(view, 0);
    const frame = document.querySelector('.canvas')?.getBoundingClientRect();
    const { zoom } = view.getViewport();
    if (!frame || frame.width >= NARROW_PX || zoom >= READABLE_ZOOM) return;
    const bounds = view.getNodesBounds(view.getNodes());
    // Between the panels of a projected page there is little height too: cards would be cut off above and below.
    const isLow = frame.width > frame.height;
    if (isLow && bounds.height * READABLE_ZOOM > frame.height - LEGEND_AND_CONTROLS) return;
    const y = frame.height / 2 - (bounds.y + bounds.height / 2) * READABLE_ZOOM;
    await view.setViewport({ x: MARGIN - bounds.x * READABLE_ZOOM, y, zoom: READABLE_ZOOM });
  });
}

export function fitSelection(): void {
  const { selection } = viewStore.getState();
  const { components, connections } = documentStore.getState().scenario;
  const ends = connections.filter(({ id }) => selection.has(id)).flatMap(({ from, to }) => [from, to]);
  const ids = new Set([...components.map(({ id }) => id).filter((id) => selection.has(id)), ...ends]);
  if (ids.size === 0) fitAll();
  else void flow?.fitView({ ...fitOptions(), nodes: [...ids].map((id) => ({ id })), duration: moveDuration() });
}

export function zoomIn(): void {
  void flow?.zoomIn({ duration: moveDuration() });
}

export function zoomOut(): void {
  void flow?.zoomOut({ duration: moveDuration() });
}

/** Moves the view just as far as needed to show a component. */
export function reveal(id: string): void {
  const node = flow?.getInternalNode(id);
  const frame = document.querySelector('.canvas')?.getBoundingClientRect();
  if (!flow || !node || !frame) return;
  const { x, y, zoom } = flow.getViewport();
  const { x: left, y: top } = node.internals.positionAbsolute;
  const width = node.measured.width ?? 0;
  const height = node.measured.height ?? 0;
  const dx = outside(left * zoom + x, width * zoom, frame.width);
  // The map lies over the lower right corner.
  const below = viewStore.getState().minimap && frame.width >= NARROW_PX ? MAP_HEIGHT : 0;
  const dy = outside(top * zoom + y, height * zoom, frame.height - below);
  if (dx !== 0 || dy !== 0) void flow.setViewport({ x: x + dx, y: y + dy, zoom }, { duration: moveDuration() });
}

/** The same for anything drawn on the canvas. */
export function revealBox(box: { x: number; y: number; width: number; height: number }): void {
  const frame = document.querySelector('.canvas')?.getBoundingClientRect();
  if (!flow || !frame) return;
  const { x, y, zoom } = flow.getViewport();
  const dx = outside(box.x * zoom + x, box.width * zoom, frame.width);
  const dy = outside(box.y * zoom + y, box.height * zoom, frame.height);
  if (dx !== 0 || dy !== 0) void flow.setViewport({ x: x + dx, y: y + dy, zoom }, { duration: moveDuration() });
}

/** How far a span has to move to lie within 0 … room. */
function outside(start: number, length: number, room: number): number {
  if (start < MARGIN || length + 2 * MARGIN > room) return start < MARGIN ? MARGIN - start : 0;
  return Math.min(0, room - MARGIN - (start + length));
}

/** Lays the system out from left to right, as one step, and shows all of it. */
export async function autoLayout(): Promise<void> {
  const { scenario } = documentStore.getState();
  if (scenario.components.length === 0) return;
  const { layOut } = await import('./auto-layout');
  const heights = new Map(scenario.components.map(({ id }) => [id, flow?.getInternalNode(id)?.measured.height ?? 110]));
  endGesture();
  moveComponents(layOut(scenario, heights), 'auto layout');
  endGesture();
  requestAnimationFrame(() => fitAll());
}

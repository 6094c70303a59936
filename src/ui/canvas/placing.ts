/** Putting a new component on the canvas: where the pointer is, or in the next free spot. */
import { addComponent, documentStore, endGesture } from '../../store/document-store';
import { select, viewStore } from '../../store/view-store';
import { CARD_WIDTH, PORT_Y } from './curve';
import { GRID, snapped } from './grid';
import { placeEntry } from '../shared/placeable';
import { placeAtPoint } from './placing-places';
import { reveal, theFlow } from './view-commands';

/** What a card takes at most, with room around it. */
const CELL_WIDTH = CARD_WIDTH + 56;
const CELL_HEIGHT = 140;

export function cancelPlacing(): void {
  if (viewStore.getState().placing !== null) viewStore.setState({ placing: null });
}

/**
 * Places what `viewStore.placing` names with its card, or the middle of its frame, under this point of the window. Returns the new id, or null when
 * nothing is being placed or the point is not on the canvas.
 */
export function placeAt(clientX: number, clientY: number): string | null {
  const { placing } = viewStore.getState();
  const flow = theFlow();
  if (placing === null || !flow || !isOnCanvas(clientX, clientY)) return null;
  const { x, y } = flow.screenToFlowPosition({ x: clientX, y: clientY }, { snapToGrid: false });
  viewStore.setState({ placing: null });
  const place = placeEntry(placing);
  if (place) return placeAtPoint(place.id, { x, y });
  return put(placing, snapped(x - CARD_WIDTH / 2), snapped(y - PORT_Y));
}

/** On the canvas itself rather than on its buttons or on a panel over it. A tooltip may lie in between. */
function isOnCanvas(clientX: number, clientY: number): boolean {
  const under = document.elementsFromPoint(clientX, clientY).find((element) => !element.closest('[role="tooltip"]'));
  return under !== undefined && under.closest('.canvas') !== null && under.closest('.canvas-control, button') === null;
}

/** Places a component where it covers no other: to the right of the selected or the last one, else in the middle. */
export function placeInCentre(kindId: string): string {
  viewStore.setState({ placing: null });
  const { components } = documentStore.getState().scenario;
  const { selection } = viewStore.getState();
  const anchor = components.findLast(({ id }) => selection.has(id)) ?? components.at(-1);
  const start = anchor ? { x: anchor.x + CELL_WIDTH, y: anchor.y } : middle();
  let { x, y } = start;
  // Down the column beside the anchor, and after a few places in the next column.
  for (let tries = 1; isTaken(x, y); tries++) {
    y = start.y + Math.ceil(tries / 2) * CELL_HEIGHT * (tries % 2 === 1 ? 1 : -1);
    if (tries % 6 === 0) {
      start.x += CELL_WIDTH;
      x = start.x;
      y = start.y;
    }
  }
  const id = put(kindId, snapped(x), snapped(y));
  // The card is measured first.
  requestAnimationFrame(() => requestAnimationFrame(() => reveal(id)));
  return id;
}

function put(kindId: string, x: number, y: number): string {
  endGesture();
  const id = addComponent(kindId, x, y);
  select([id]);
  return id;
}

function isTaken(x: number, y: number): boolean {
  return documentStore
    .getState()
    .scenario.components.some(
      (other) => Math.abs(other.x - x) < CELL_WIDTH - GRID && Math.abs(other.y - y) < CELL_HEIGHT - GRID,
    );
}

/** The upper left corner of a card in the middle of what is seen. */
function middle(): { x: number; y: number } {
  const flow = theFlow();
  const frame = document.querySelector('.canvas')?.getBoundingClientRect();
  if (!flow || !frame) return { x: 0, y: 0 };
  const point = { x: frame.left + frame.width / 2, y: frame.top + frame.height / 2 };
  const { x, y } = flow.screenToFlowPosition(point, { snapToGrid: false });
  return { x: x - CARD_WIDTH / 2, y: y - PORT_Y };
}

/** Putting a zone or a region on the canvas: around what is selected, else in the middle of what is seen. */
import type { PlaceType } from '../../model/places';
import { documentStore, endGesture } from '../../store/document-store';
import { addPlace } from '../../store/place-edits';
import { boxAround, type Rectangle } from '../../store/place-geometry';
import { select, viewStore } from '../../store/view-store';
import { snapped } from './grid';
import { theFlow } from './view-commands';

const SIZES = { zone: { width: 480, height: 320 }, region: { width: 800, height: 480 } } as const;
/** A region leaves room for zones around the same cards. */
const REGION_MARGIN = 40;

export function placeAround(type: PlaceType): void {
  const { components } = documentStore.getState().scenario;
  const { selection } = viewStore.getState();
  const box = boxAround(components.filter(({ id }) => selection.has(id))) ?? inTheMiddle(type);
  const margin = type === 'region' ? REGION_MARGIN : 0;
  endGesture();
  const id = addPlace(type, {
    x: snapped(box.x - margin),
    y: snapped(box.y - margin),
    width: box.width + 2 * margin,
    height: box.height + 2 * margin,
  });
  endGesture();
  select([id]);
}

function inTheMiddle(type: PlaceType): Rectangle {
  const { width, height } = SIZES[type];
  const flow = theFlow();
  const frame = document.querySelector('.canvas')?.getBoundingClientRect();
  if (!flow || !frame) return { x: 0, y: 0, width, height };
  const point = { x: frame.left + frame.width / 2, y: frame.top + frame.height / 2 };
  const { x, y } = flow.screenToFlowPosition(point, { snapToGrid: false });
  return { x: x - width / 2, y: y - height / 2, width, height };
}

/** Putting a zone or a region on the canvas: around what is selected, where a pointer is, or in the next free spot. */
import { placesOf, type PlaceType } from '../../model/places';
import { documentStore, endGesture } from '../../store/document-store';
import { addPlace } from '../../store/place-edits';
import { boxAround, type Rectangle } from '../../store/place-geometry';
import { select, viewStore } from '../../store/view-store';
import { PLACE_SIZES } from '../shared/placeable';
import { snapped } from './grid';
import { revealBox, theFlow } from './view-commands';

/** A region leaves room for zones around the same cards. */
const REGION_MARGIN = 40;

/** Between places that are put beside one another. */
const GAP = 40;

/** Around the selected components, or in a free spot. Returns the new id. */
export function placeAround(type: PlaceType): string {
  viewStore.setState({ placing: null });
  const { components } = documentStore.getState().scenario;
  const { selection } = viewStore.getState();
  const box = boxAround(components.filter(({ id }) => selection.has(id)));
  const margin = type === 'region' ? REGION_MARGIN : 0;
  const id = box
    ? put(type, {
        x: box.x - margin,
        y: box.y - margin,
        width: box.width + 2 * margin,
        height: box.height + 2 * margin,
      })
    : put(type, freeSpot(type));
  const place = placesOf(documentStore.getState().scenario).find((each) => each.id === id);
  if (place) revealBox(place);
  return id;
}

/** With its middle at a point of the canvas. */
export function placeAtPoint(type: PlaceType, { x, y }: { x: number; y: number }): string {
  const { width, height } = PLACE_SIZES[type];
  return put(type, { x: x - width / 2, y: y - height / 2, width, height });
}

function put(type: PlaceType, { x, y, width, height }: Rectangle): string {
  endGesture();
  const id = addPlace(type, { x: snapped(x), y: snapped(y), width, height });
  endGesture();
  select([id]);
  return id;
}

/** In the middle of what is seen, or to the right of the places of this sort that are there already. */
function freeSpot(type: PlaceType): Rectangle {
  const spot = { ...inTheMiddle(type) };
  const others = placesOf(documentStore.getState().scenario).filter((place) => place.type === type);
  const taken = (): Rectangle | undefined =>
    others.find(
      (other) =>
        other.x < spot.x + spot.width &&
        other.x + other.width > spot.x &&
        other.y < spot.y + spot.height &&
        other.y + other.height > spot.y,
    );
  for (let other = taken(); other; other = taken()) spot.x = other.x + other.width + GAP;
  return spot;
}

function inTheMiddle(type: PlaceType): Rectangle {
  const { width, height } = PLACE_SIZES[type];
  const flow = theFlow();
  const frame = document.querySelector('.canvas')?.getBoundingClientRect();
  if (!flow || !frame) return { x: 0, y: 0, width, height };
  const point = { x: frame.left + frame.width / 2, y: frame.top + frame.height / 2 };
  const { x, y } = flow.screenToFlowPosition(point, { snapToGrid: false });
  return { x: x - width / 2, y: y - height / 2, width, height };
}

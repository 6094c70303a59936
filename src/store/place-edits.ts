/** Zones and regions of the document: named, undoable edits, as in the document store. */
import { type Place, placeAtPoint, placesOf, type PlaceType } from '../model/places';
import { type Scenario, withPlace } from '../model/scenario';
import { commit, documentStore } from './document-store';
import { freshId } from './fresh-id';
import { type Rectangle, resettled } from './place-geometry';

/** The least a place can be: room for a card. */
export const LEAST_SIZE = { width: 220, height: 160 } as const;

/** Adds a zone or a region around what stands in the rectangle. A zone drawn inside a region belongs to it. */
export function addPlace(type: PlaceType, at: Rectangle): string {
  const { scenario } = documentStore.getState();
  const places = placesOf(scenario);
  const id = freshId(
    type,
    new Set([...scenario.components, ...scenario.connections, ...places].map((part) => part.id)),
  );
  const number = /-(\d+)$/.exec(id)?.[1];
  const parent = type === 'zone' ? regionAround(places, at) : undefined;
  const place: Place = {
    id,
    type,
    label: `${type === 'zone' ? 'Zone' : 'Region'} ${number ?? 1}`,
    ...rounded(at),
    ...(parent === undefined ? {} : { parent: parent.id }),
  };
  const after = joined({ ...scenario, places: [...places, place] });
  commit(`add a ${type}`, takenIn(after, place));
  return id;
}

/** Components that stand in the rectangle of a new place come to it, unless they are in a smaller one already. */
function takenIn(scenario: Scenario, place: Place): Scenario {
  const components = scenario.components.map((component) => {
    const here = placeAtPoint(placesOf(scenario), component);
    return here?.id === place.id ? withPlace(component, place.id) : component;
  });
  return { ...scenario, components };
}

/** Zones without a region that lie in one belong to it from now on. */
function joined(scenario: Scenario): Scenario {
  const places = placesOf(scenario);
  const next = places.map((place) => {
    if (place.type !== 'zone' || place.parent !== undefined) return place;
    const region = regionAround(places, place);
    return region ? { ...place, parent: region.id } : place;
  });
  return { ...scenario, places: next };
}

function regionAround(places: readonly Place[], { x, y, width, height }: Rectangle): Place | undefined {
  return places.find(
    (other) =>
      other.type === 'region' &&
      other.x <= x &&
      other.y <= y &&
      other.x + other.width >= x + width &&
      other.y + other.height >= y + height,
  );
}

export function renamePlace(id: string, label: string): void {
  mapPlace('rename', id, (place) => ({ ...place, label: label.slice(0, 60) }), `rename ${id}`);
}

/** Says where on Earth a region is; undefined: nowhere in particular. */
export function locateRegion(id: string, region: string | undefined): void {
  mapPlace('set the region', id, ({ region: _, ...place }) => ({
    ...place,
    ...(region === undefined ? {} : { region }),
  }));
}

/** Makes a zone of a region or the other way round. Zones of what is no region any more stand alone. */
export function setPlaceType(id: string, type: PlaceType): void {
  const { scenario } = documentStore.getState();
  const places = placesOf(scenario).map((place): Place => {
    if (place.id === id && place.type !== type) {
      const { parent: _, region: __, ...rest } = place;
      return { ...rest, type };
    }
    if (place.parent !== id || type === 'region') return place;
    const { parent: _, ...rest } = place;
    return rest;
  });
  commit('change a place', joined({ ...scenario, places }));
}

/** Moves a place with all that stands in it; calls with the same `gesture` are one step. */
export function movePlace(id: string, dx: number, dy: number, gesture: string): void {
  const { scenario } = documentStore.getState();
  const moved = new Set([id, ...placesOf(scenario).flatMap((place) => (place.parent === id ? [place.id] : []))]);
  const shifted = <T extends { readonly x: number; readonly y: number }>(part: T): T => ({
    ...part,
    x: Math.round(part.x + dx),
    y: Math.round(part.y + dy),
  });
  const places = placesOf(scenario).map((place) => (moved.has(place.id) ? shifted(place) : place));
  const components = scenario.components.map((component) =>
    component.place !== undefined && moved.has(component.place) ? shifted(component) : component,
  );
  commit('move', { ...scenario, places, components }, `move ${gesture}`);
}

/** Gives a place another size. Components that its border passes over come in or go out. */
export function resizePlace(id: string, size: { width: number; height: number }, gesture: string): void {
  const { scenario } = documentStore.getState();
  const before = placesOf(scenario);
  const places = before.map((place) =>
    place.id === id
      ? {
          ...place,
          width: Math.round(Math.max(LEAST_SIZE.width, size.width)),
          height: Math.round(Math.max(LEAST_SIZE.height, size.height)),
        }
      : place,
  );
  const components = scenario.components.map((component) => resettled(component, component, before, places));
  commit('resize', { ...scenario, places, components }, `resize ${gesture}`);
}

/**
 * Puts a component into a place, in the first free spot of it; the place grows when it has none. Undefined takes it out of
 * every place, below everything.
 */
export function moveToPlace(id: string, placeId: string | undefined): void {
  const { scenario } = documentStore.getState();
  const place = placesOf(scenario).find((other) => other.id === placeId);
  const spot = place ? freeSpotIn(scenario, place, id) : belowAll(scenario);
  const components = scenario.components.map((component) =>
    component.id === id ? withPlace({ ...component, ...spot }, place?.id) : component,
  );
  const bottom = spot.y + CELL.height;
  const places = placesOf(scenario).map((other) =>
    other.id === place?.id ? { ...other, height: Math.max(other.height, bottom - other.y) } : other,
  );
  commit('move to a place', { ...scenario, components, ...(scenario.places ? { places } : {}) });
}

/** What a card takes, with room around it. */
const CELL = { width: 220, height: 140 } as const;
/** Room for the name of a place. */
const TOP = 50;
const LEFT = 30;

function freeSpotIn({ components }: Scenario, place: Place, except: string): { x: number; y: number } {
  const columns = Math.max(1, Math.floor((place.width - LEFT) / CELL.width));
  for (let cell = 0; ; cell++) {
    const x = place.x + LEFT + (cell % columns) * CELL.width;
    const y = place.y + TOP + Math.floor(cell / columns) * CELL.height;
    const taken = components.some(
      (other) => other.id !== except && Math.abs(other.x - x) < CELL.width && Math.abs(other.y - y) < CELL.height,
    );
    if (!taken) return { x, y };
  }
}

function belowAll({ components, places = [] }: Scenario): { x: number; y: number } {
  const bottoms = [...components.map(({ y }) => y + CELL.height), ...places.map(({ y, height }) => y + height)];
  return { x: Math.min(...components.map(({ x }) => x)), y: Math.max(...bottoms) + LEFT };
}

function rounded({ x, y, width, height }: Rectangle): Rectangle {
  return { x: Math.round(x), y: Math.round(y), width: Math.round(width), height: Math.round(height) };
}

function mapPlace(name: string, id: string, change: (place: Place) => Place, tag = ''): void {
  const { scenario } = documentStore.getState();
  commit(
    name,
    { ...scenario, places: placesOf(scenario).map((place) => (place.id === id ? change(place) : place)) },
    tag,
  );
}

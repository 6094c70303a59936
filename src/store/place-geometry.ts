/** What stands where: components, zones and regions as rectangles on the canvas. Pure functions of a document. */
import { type Place, placeAtPoint, placesOf } from '../model/places';
import { type Component, type Scenario, withPlace } from '../model/scenario';

export interface Rectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** The component at its new position: in another place only if it has passed a border. */
export function resettled(
  before: Component,
  after: Component,
  placesBefore: readonly Place[],
  placesAfter: readonly Place[] = placesBefore,
): Component {
  const [from, to] = [placeAtPoint(placesBefore, before), placeAtPoint(placesAfter, after)];
  return from?.id === to?.id ? after : withPlace(after, to?.id);
}

/** Places drawn around their components again, after a layout has moved these. */
export function fittedPlaces(scenario: Scenario): Scenario {
  const places = placesOf(scenario);
  if (places.length === 0) return scenario;
  const fitted = new Map<string, Place>();
  // Zones first: regions lie around them.
  const order = [...places].sort((a, b) => (a.type === b.type ? 0 : a.type === 'zone' ? -1 : 1));
  for (const place of order) {
    const inside = [
      ...scenario.components.filter((component) => component.place === place.id).map(cardBox),
      ...[...fitted.values()].filter(({ parent }) => parent === place.id),
    ];
    fitted.set(place.id, inside.length === 0 ? place : { ...place, ...around(inside) });
  }
  return { ...scenario, places: places.map(({ id }) => fitted.get(id)!) };
}

const MARGIN = 30;
/** Room for the name. */
const TOP = 50;
const CARD = { width: 184, height: 120 } as const;

function cardBox({ x, y }: Component): Rectangle {
  return { x, y, ...CARD };
}

function around(boxes: readonly Rectangle[]): Rectangle {
  const left = Math.min(...boxes.map(({ x }) => x)) - MARGIN;
  const top = Math.min(...boxes.map(({ y }) => y)) - TOP;
  const right = Math.max(...boxes.map(({ x, width }) => x + width)) + MARGIN;
  const bottom = Math.max(...boxes.map(({ y, height }) => y + height)) + MARGIN;
  return { x: left, y: top, width: right - left, height: bottom - top };
}

/** A rectangle around components, for a new place; null without any. */
export function boxAround(components: readonly Component[]): Rectangle | null {
  return components.length === 0 ? null : around(components.map(cardBox));
}

/** The scenario without these places: what stood in them stays, in the region around where there is one. */
export function withoutPlaces(scenario: Scenario, ids: ReadonlySet<string>): Scenario {
  const before = placesOf(scenario);
  const left = before.filter(({ id }) => !ids.has(id));
  if (left.length === before.length) return scenario;
  const places = left.map((place) => {
    if (place.parent === undefined || !ids.has(place.parent)) return place;
    const { parent: _, ...rest } = place;
    return rest;
  });
  const heir = (id: string | undefined): string | undefined => {
    const parent = before.find((place) => place.id === id)?.parent;
    return parent !== undefined && !ids.has(parent) ? parent : undefined;
  };
  const components = scenario.components.map((component) =>
    component.place !== undefined && ids.has(component.place) ? withPlace(component, heir(component.place)) : component,
  );
  const { places: _, ...rest } = scenario;
  return { ...rest, components, ...(places.length === 0 ? {} : { places }) };
}

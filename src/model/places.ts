/**
 * Zones and regions: places on the canvas that components stand in. Where both ends of a connection stand decides its
 * round-trip time, unless the connection has one of its own; and what happens to a place happens to all inside.
 */
import type { Connection, Scenario } from './scenario';

export type PlaceType = 'region' | 'zone';

export interface Place {
  /** Permanent within the document, and different from the ids of components and connections. */
  readonly id: string;
  readonly type: PlaceType;
  readonly label: string;
  /** Upper left corner and size on the canvas. */
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /** Of a zone: the region it belongs to. */
  readonly parent?: string;
  /** Of a region: where on Earth it is, an id of REGIONS. Absent: nowhere in particular. */
  readonly region?: string;
}

/** Regions with measured distances. */
export const REGIONS = [
  { id: 'us-south', label: 'Dallas' },
  { id: 'ca-tor', label: 'Toronto' },
  { id: 'us-east', label: 'Washington DC' },
  { id: 'eu-de', label: 'Frankfurt' },
  { id: 'eu-gb', label: 'London' },
  { id: 'eu-es', label: 'Madrid' },
  { id: 'jp-osa', label: 'Osaka' },
  { id: 'au-syd', label: 'Sydney' },
  { id: 'jp-tok', label: 'Tokyo' },
  { id: 'br-sao', label: 'São Paulo' },
] as const;

export const REGION_TABLE_SOURCE = {
  product: 'IBM Cloud VPC, monthly averages',
  date: '27 July to 25 August 2024',
  source: 'https://cloud.ibm.com/docs/vpc?topic=vpc-network-latency-dashboard',
} as const;

/** Measured round trips in ms: row to column, in the order of REGIONS. The two directions differ by a millisecond or two. */
const MEASURED: readonly (readonly number[])[] = [
  [0, 34, 31, 123, 113, 119, 150, 186, 143, 146],
  [34, 0, 19, 93, 82, 108, 168, 215, 162, 129],
  [31, 19, 0, 91, 75, 87, 172, 214, 164, 118],
  [123, 93, 91, 0, 13, 29, 232, 250, 233, 198],
  [113, 83, 75, 13, 0, 27, 244, 261, 243, 188],
  [122, 106, 88, 29, 27, 0, 257, 275, 258, 209],
  [150, 169, 172, 231, 243, 257, 0, 122, 9, 293],
  [186, 214, 214, 249, 261, 275, 122, 0, 115, 328],
  [143, 162, 166, 233, 244, 256, 9, 115, 0, 284],
  [144, 128, 119, 196, 187, 208, 291, 328, 283, 0],
];

/** Within one zone, and between zones of one region (measured: 0.08 to 0.10 ms and 0.9 to 2.2 ms). */
export const SAME_ZONE_MS = 0.25;
export const SAME_REGION_MS = 1;

export function findRegion(id: string | undefined): (typeof REGIONS)[number] | undefined {
  return REGIONS.find((region) => region.id === id);
}

/** Round trip between two regions of the table: the mean of both directions. Null when one is not in it. */
export function regionRtt(a: string | undefined, b: string | undefined): number | null {
  const from = REGIONS.findIndex(({ id }) => id === a);
  const to = REGIONS.findIndex(({ id }) => id === b);
  if (from < 0 || to < 0) return null;
  return from === to ? SAME_REGION_MS : (MEASURED[from]![to]! + MEASURED[to]![from]!) / 2;
}

export function placesOf(scenario: Scenario): readonly Place[] {
  return scenario.places ?? [];
}

/** A place and the places around it, from the inside out. A chain that runs in a circle ends where it closes. */
export function placeChain(places: readonly Place[], id: string | undefined): Place[] {
  const chain: Place[] = [];
  let next = id;
  while (next !== undefined) {
    const place = places.find((other) => other.id === next);
    if (!place || chain.includes(place)) break;
    chain.push(place);
    next = place.parent;
  }
  return chain;
}

/** From the corner of a card to the point that decides where it stands. */
const CARD_POINT = { x: 92, y: 40 } as const;

/** The smallest place around the card of a component with its corner here. */
export function placeAtPoint(places: readonly Place[], { x, y }: { x: number; y: number }): Place | undefined {
  const [px, py] = [x + CARD_POINT.x, y + CARD_POINT.y];
  return places
    .filter((place) => px >= place.x && px < place.x + place.width && py >= place.y && py < place.y + place.height)
    .sort((a, b) => a.width * a.height - b.width * b.height)[0];
}

/** Whether a component stands in a place, or in a zone of it. */
export function standsIn(scenario: Scenario, component: string, place: string): boolean {
  const inner = scenario.components.find(({ id }) => id === component)?.place;
  return inner !== undefined && placeChain(placesOf(scenario), inner).some(({ id }) => id === place);
}

/** The components inside a place, those of its zones included. */
export function membersOf(scenario: Scenario, place: string): string[] {
  return scenario.components.filter(({ id }) => standsIn(scenario, id, place)).map(({ id }) => id);
}

/** A round-trip time that follows from where the two ends stand. */
export interface Distance {
  readonly rttMs: number;
  /** "in one zone", "between zones of a region", "Frankfurt to Dallas". */
  readonly words: string;
}

/** How far apart the ends of a connection are; null when their places do not say. */
export function distanceOf(scenario: Scenario, { from, to }: Pick<Connection, 'from' | 'to'>): Distance | null {
  const places = placesOf(scenario);
  if (places.length === 0) return null;
  const chainOf = (id: string): Place[] =>
    placeChain(places, scenario.components.find((component) => component.id === id)?.place);
  const [here, there] = [chainOf(from), chainOf(to)];
  if (here.length === 0 || there.length === 0) return null;
  if (here[0] === there[0]) {
    return here[0]!.type === 'zone' ? { rttMs: SAME_ZONE_MS, words: 'in one zone' } : null;
  }
  const [a, b] = [regionAround(here), regionAround(there)];
  const across: Distance = { rttMs: SAME_REGION_MS, words: 'across the zones of a region' };
  // Zones drawn without a region are zones of the same one.
  if (!a && !b) return across;
  if (!a || !b) return null;
  if (a === b) return across;
  const rttMs = regionRtt(a.region, b.region);
  if (rttMs === null) return null;
  if (a.region === b.region) return across;
  return { rttMs, words: `${findRegion(a.region)!.label} to ${findRegion(b.region)!.label}` };
}

function regionAround(chain: readonly Place[]): Place | undefined {
  return chain.find(({ type }) => type === 'region');
}

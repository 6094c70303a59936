/** What the palette offers besides kinds: zones and regions, which are drawn around components. */
import { findKind } from '../../kinds/registry';
import type { PlaceType } from '../../model/places';

export interface PlaceEntry {
  readonly id: PlaceType;
  readonly title: string;
  readonly summary: string;
  /** As the icon of a kind. */
  readonly icon: string;
}

/** Of a place with nothing in it yet. */
export const PLACE_SIZES = { zone: { width: 480, height: 320 }, region: { width: 800, height: 480 } } as const;

export const PLACE_GROUP = 'Places';

export const PLACE_ENTRIES: readonly PlaceEntry[] = [
  {
    id: 'zone',
    title: 'Zone',
    summary: 'One or a few data centres close together. It can go dark with all that stands in it.',
    icon: 'M4 8V4h4M11 4h2M16 4h4v4M20 11v2M20 16v4h-4M13 20h-2M8 20H4v-4M4 13v-2',
  },
  {
    id: 'region',
    title: 'Region',
    summary: 'Several zones of one area of the Earth. Other regions are far: distance costs time.',
    icon: 'M12 3a9 9 0 100 18 9 9 0 000-18zM3 12h18M12 3c3 3 3.6 6 3.6 9s-.6 6-3.6 9c-3-3-3.6-6-3.6-9s.6-6 3.6-9z',
  },
];

export function placeEntry(id: string): PlaceEntry | undefined {
  return PLACE_ENTRIES.find((entry) => entry.id === id);
}

/** Title of a kind or of a sort of place. */
export function placeableTitle(id: string): string {
  return findKind(id)?.title ?? placeEntry(id)?.title ?? 'Unknown kind';
}

/** Lines to draw while a card is dragged: where its left edge or its ports are level with those of another. */
import type { Scenario } from '../../model/scenario';
import type { Guides } from './canvas-state';
import { CARD_WIDTH, PORT_Y } from './curve';
import type { Place } from './flow-elements';

const CLOSE = 0.5;

export function guidesFor(scenario: Scenario, moved: ReadonlyMap<string, Place>): Guides {
  const x: number[] = [];
  const y: number[] = [];
  for (const place of moved.values()) {
    const others = scenario.components.filter(({ id }) => !moved.has(id));
    if (others.some((other) => Math.abs(other.x - place.x) < CLOSE)) x.push(place.x, place.x + CARD_WIDTH);
    if (others.some((other) => Math.abs(other.y - place.y) < CLOSE)) y.push(place.y + PORT_Y);
  }
  return { x, y };
}

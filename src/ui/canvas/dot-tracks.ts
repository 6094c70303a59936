/** Where dots run: the curve of each connection, and which parts of it lie behind a card. */
import { along, CARD_WIDTH, type Curve, curveBetween } from './curve';
import type { Place } from './flow-elements';

/** Parts of a curve that are looked at one by one. */
const PARTS = 48;

export interface Track {
  readonly curve: Curve;
  /** For each part of the way, 1 where a card other than its two ends covers it. */
  readonly covered: Uint8Array;
}

export interface Box extends Place {
  readonly id: string;
  readonly height: number;
}

export function isCovered(track: Track, t: number): boolean {
  return track.covered[Math.min(PARTS - 1, Math.floor(t * PARTS))] === 1;
}

export function trackBetween(from: Box, to: Box, boxes: readonly Box[]): Track {
  const curve = curveBetween(new Float64Array(8), from.x, from.y, to.x, to.y);
  const covered = new Uint8Array(PARTS);
  const left = Math.min(curve[0]!, curve[2]!, curve[4]!, curve[6]!);
  const right = Math.max(curve[0]!, curve[2]!, curve[4]!, curve[6]!);
  const top = Math.min(curve[1]!, curve[7]!);
  const bottom = Math.max(curve[1]!, curve[7]!);
  for (const { x, y, height } of boxes) {
    if (x > right || x + CARD_WIDTH < left || y > bottom || y + height < top) continue;
    for (let part = 0; part < PARTS; part++) {
      const t = (part + 0.5) / PARTS;
      const px = along(curve, t, 0);
      const py = along(curve, t, 1);
      if (px > x + 1 && px < x + CARD_WIDTH - 1 && py > y && py < y + height) covered[part] = 1;
    }
  }
  return { curve, covered };
}

/**
 * Where cards have their ports, and the curve of a connection between two of them. Edges and dots share it, so a dot
 * is always on its line. All cards carry their ports at the same height: cards in a row are joined by straight lines.
 */
export const CARD_WIDTH = 184;
export const PORT_Y = 52;

/** A cubic Bézier curve: x and y of its start, its two control points and its end. */
export type Curve = Float64Array;

/** Fills `curve` with the way from the upper left corner of one card to that of another. */
export function curveBetween(curve: Curve, fromX: number, fromY: number, toX: number, toY: number): Curve {
  return curveTo(curve, fromX + CARD_WIDTH, fromY + PORT_Y, toX, toY + PORT_Y);
}

/** A connection that leads back bends this far away from the two cards, instead of passing behind them. */
const BEND = 130;

/** Fills `curve` with the way from one port to another: it leaves to the right and arrives from the left. */
export function curveTo(curve: Curve, x1: number, y1: number, x2: number, y2: number): Curve {
  const ahead = x2 - x1;
  const reach = ahead >= 0 ? Math.max(Math.min(34, ahead), ahead / 2) : 34 + 7 * Math.sqrt(-ahead);
  const bend = Math.max(0, Math.min(BEND, -ahead / 4));
  const down = y2 - y1;
  curve[0] = x1;
  curve[1] = y1;
  curve[2] = x1 + reach;
  curve[3] = y1 + Math.max(-bend, bend + Math.min(0, down));
  curve[4] = x2 - reach;
  curve[5] = y2 + Math.max(-bend, bend - Math.max(0, down));
  curve[6] = x2;
  curve[7] = y2;
  return curve;
}

/** One coordinate (0 for x, 1 for y) at `t` from 0 to 1. */
export function along(curve: Curve, t: number, axis: 0 | 1): number {
  const u = 1 - t;
  return (
    u * u * u * curve[axis]! +
    3 * u * u * t * curve[2 + axis]! +
    3 * u * t * t * curve[4 + axis]! +
    t * t * t * curve[6 + axis]!
  );
}

/** SVG path data. */
export function pathOf(c: Curve): string {
  return `M${c[0]} ${c[1]}C${c[2]} ${c[3]} ${c[4]} ${c[5]} ${c[6]} ${c[7]}`;
}

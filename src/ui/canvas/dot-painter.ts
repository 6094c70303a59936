/**
 * Draws requests as dots, one batched path for each look: filled circle read, filled square write, ring message, cross
 * failure on its way back, grey and fading an answer too late, small and faint an answer in time; a lost message fades
 * half way beside a small cross. Another attempt, or a hedge, is a dashed ring. Positions are collected in typed arrays first, so that a dot costs no allocation.
 */
import type { Dot } from '../../store/live-run';
import { STYLE } from '../../worker/protocol';
import { along } from './curve';
import { isCovered, type Track } from './dot-tracks';

/** Looks: the styles of the worker, with steps of fading where a dot fades. */
const LOOK = {
  read: 0,
  write: 1,
  message: 2,
  answer: 3,
  failure: 4,
  late: 5,
  lost: 8,
  gone: 9,
  retry: 10,
  retryWrite: 11,
  count: 12,
} as const;
const FADES = [0.95, 0.65, 0.35];
/** A lost message is gone at this part of its way. */
const LOST_AT = 0.5;
const RADIUS = 4;
/** What comes back runs this far beside the line: in flow coordinates, and at least in pixels. */
const BESIDE = 8;
const BESIDE_PX = 6.5;

export interface DotColours {
  readonly canvas: string;
  readonly read: string;
  readonly write: string;
  readonly message: string;
  readonly fail: string;
  readonly late: string;
}

export interface View {
  readonly x: number;
  readonly y: number;
  readonly zoom: number;
}

class Points {
  xy = new Float32Array(512);
  length = 0;

  put(x: number, y: number): void {
    if (this.length + 2 > this.xy.length) {
      const xy = new Float32Array(this.xy.length * 2);
      xy.set(this.xy);
      this.xy = xy;
    }
    this.xy[this.length++] = x;
    this.xy[this.length++] = y;
  }
}

const looks = Array.from({ length: LOOK.count }, () => new Points());

/**
 * Draws the dots at a simulated time. Dots that have arrived, and those whose connection is gone, are dropped from
 * `dots`. `visible` is the least simulated time a dot is shown. Returns whether there is anything left.
 */
export function paintDots(
  context: CanvasRenderingContext2D,
  dots: Dot[],
  tracks: ReadonlyMap<string, Track>,
  view: View,
  time: number,
  visible: number,
  colours: DotColours,
): boolean {
  for (const points of looks) points.length = 0;
  let kept = 0;
  for (const dot of dots) {
    const track = tracks.get(dot.connection);
    const span = Math.max(dot.arrival === Infinity ? 0 : dot.arrival - dot.departure, visible);
    const progress = (time - dot.departure) / span;
    if (!track || progress >= 1) continue;
    dots[kept++] = dot;
    if (progress >= 0) place(dot.style, progress, track, view);
  }
  dots.length = kept;
  const radius = Math.min(6, Math.max(2.4, RADIUS * view.zoom));
  drawAll(context, radius, colours);
  return kept > 0;
}

function place(style: number, progress: number, track: Track, { x, y, zoom }: View): void {
  const { curve } = track;
  const back = style === STYLE.answer || style === STYLE.failure || style === STYLE.late;
  let look = style;
  let t = back ? 1 - progress : progress;
  if (style === STYLE.late) look = LOOK.late + Math.min(FADES.length - 1, Math.floor(progress * FADES.length));
  if (style === STYLE.lost) {
    look = progress < LOST_AT ? LOOK.lost : LOOK.gone;
    t = Math.min(t, LOST_AT);
  }
  if (style === STYLE.retry) look = LOOK.retry;
  if (style === STYLE.retryWrite) look = LOOK.retryWrite;
  if (isCovered(track, t)) return;
  let dotX = along(curve, t, 0);
  let dotY = along(curve, t, 1);
  if (back) {
    // Beside the line, so that the two directions do not hide each other.
    const dx = along(curve, Math.min(1, t + 0.01), 0) - along(curve, Math.max(0, t - 0.01), 0);
    const dy = along(curve, Math.min(1, t + 0.01), 1) - along(curve, Math.max(0, t - 0.01), 1);
    const length = Math.sqrt(dx * dx + dy * dy) || 1;
    const beside = Math.max(BESIDE, BESIDE_PX / zoom) / length;
    dotX -= dy * beside;
    dotY += dx * beside;
  }
  looks[look]!.put(dotX * zoom + x, dotY * zoom + y);
}

function drawAll(context: CanvasRenderingContext2D, r: number, colours: DotColours): void {
  context.lineCap = 'round';
  FADES.forEach((alpha, step) => {
    context.globalAlpha = alpha;
    discs(context, looks[LOOK.late + step]!, r * 0.85, colours.late, colours.canvas);
  });
  context.globalAlpha = 0.45;
  discs(context, looks[LOOK.answer]!, r * 0.6, colours.read, '');
  context.globalAlpha = 1;
  discs(context, looks[LOOK.read]!, r, colours.read, colours.canvas);
  squares(context, looks[LOOK.write]!, r * 0.95, colours.write, colours.canvas);
  rings(context, looks[LOOK.message]!, r * 0.95, colours.message, colours.canvas);
  dashedRings(context, looks[LOOK.retry]!, r, colours.read, colours.canvas);
  dashedRings(context, looks[LOOK.retryWrite]!, r, colours.write, colours.canvas);
  context.globalAlpha = 0.7;
  rings(context, looks[LOOK.lost]!, r * 0.8, colours.late, colours.canvas);
  crosses(context, looks[LOOK.gone]!, r * 0.75, colours.fail, r * 0.4);
  context.globalAlpha = 1;
  crosses(context, looks[LOOK.failure]!, r * 0.95, colours.canvas, r * 1.1);
  crosses(context, looks[LOOK.failure]!, r * 0.95, colours.fail, r * 0.6);
}

function discs(context: CanvasRenderingContext2D, points: Points, r: number, colour: string, halo: string): void {
  if (points.length === 0) return;
  context.beginPath();
  circles(context, points, r);
  if (halo !== '') {
    context.strokeStyle = halo;
    context.lineWidth = 1.5;
    context.stroke();
  }
  context.fillStyle = colour;
  context.fill();
}

function rings(context: CanvasRenderingContext2D, points: Points, r: number, colour: string, inside: string): void {
  if (points.length === 0) return;
  context.beginPath();
  circles(context, points, r);
  context.fillStyle = inside;
  context.fill();
  context.strokeStyle = colour;
  context.lineWidth = r * 0.5;
  context.stroke();
}

/** Five dashes around, whatever the radius. */
function dashedRings(context: CanvasRenderingContext2D, points: Points, r: number, colour: string, inside: string) {
  const part = (2 * Math.PI * r) / 5;
  context.lineCap = 'butt';
  context.setLineDash([part * 0.66, part * 0.34]);
  rings(context, points, r, colour, inside);
  context.setLineDash([]);
  context.lineCap = 'round';
}

function circles(context: CanvasRenderingContext2D, { xy, length }: Points, r: number): void {
  for (let i = 0; i < length; i += 2) {
    context.moveTo(xy[i]! + r, xy[i + 1]!);
    context.arc(xy[i]!, xy[i + 1]!, r, 0, 2 * Math.PI);
  }
}

function squares(
  context: CanvasRenderingContext2D,
  { xy, length }: Points,
  r: number,
  colour: string,
  halo: string,
): void {
  if (length === 0) return;
  context.beginPath();
  for (let i = 0; i < length; i += 2) context.rect(xy[i]! - r, xy[i + 1]! - r, 2 * r, 2 * r);
  context.strokeStyle = halo;
  context.lineWidth = 1.5;
  context.stroke();
  context.fillStyle = colour;
  context.fill();
}

function crosses(
  context: CanvasRenderingContext2D,
  { xy, length }: Points,
  r: number,
  colour: string,
  width: number,
): void {
  if (length === 0) return;
  context.beginPath();
  for (let i = 0; i < length; i += 2) {
    const x = xy[i]!;
    const y = xy[i + 1]!;
    context.moveTo(x - r, y - r);
    context.lineTo(x + r, y + r);
    context.moveTo(x + r, y - r);
    context.lineTo(x - r, y + r);
  }
  context.strokeStyle = colour;
  context.lineWidth = width;
  context.stroke();
}

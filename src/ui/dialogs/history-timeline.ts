/** Operations of a counterexample laid out on a timeline: rows for each client, bars from the sending to the answer. */
import { deedWords } from '../../analysis/history-words';
import type { Operation } from '../../engine/resources/history';

export interface TimelineBar {
  readonly number: number;
  readonly x: number;
  readonly width: number;
  /** Its answer never came: the bar is open to the right. */
  readonly open: boolean;
  readonly write: boolean;
  readonly impossible: boolean;
  readonly text: string;
  /** Left edge of the words: in the bar if they fit, else beside it. */
  readonly textX: number;
}

export interface TimelineRow {
  /** The client; empty on its further rows, which it needs when operations overlap. */
  readonly name: string;
  readonly bars: readonly TimelineBar[];
}

export interface Timeline {
  readonly rows: readonly TimelineRow[];
  /** Simulated microseconds at the left and the right edge. */
  readonly from: number;
  readonly to: number;
}

/** A bar is never narrower, so that short operations can be seen. */
const NARROWEST = 6;
/** Free space between words and the edge of a bar, and between neighbours in a row. */
const GAP = 8;
/** A generous width of a letter of the drawing, which is 12 high. */
const LETTER = 6.7;
/** Words of what is impossible begin with a cross. */
export const CROSS = 16;

/**
 * Times are spread evenly from event to event, because operations of a millisecond may be seconds apart: the order is
 * exact, the lengths are not. `width` is that of the drawing.
 */
export function layOut(
  operations: readonly Operation[],
  culprit: number,
  callers: readonly string[],
  width: number,
): Timeline {
  const times = [...new Set(operations.flatMap(({ start, end }) => [start, end]).filter(Number.isFinite))];
  times.sort((a, b) => a - b);
  const step = width / Math.max(1, times.length - 1);
  const at = (time: number): number => (Number.isFinite(time) ? times.indexOf(time) * step : width);
  const clients = new Map<string, TimelineBar[][]>();
  for (const operation of operations) {
    const { caller, user, start, end, write, number } = operation;
    const name = `${callers[caller] ?? 'client'}, user ${user + 1}`;
    const text = deedWords(operation);
    const impossible = number === culprit;
    const x = Math.min(at(start), width - NARROWEST);
    const length = Math.max(NARROWEST, at(end) - x);
    const bar: TimelineBar = {
      number,
      x,
      width: length,
      open: !Number.isFinite(end),
      write,
      impossible,
      text,
      textX: placeWords(x, length, wordsWidth(text, impossible), width),
    };
    const rows = clients.get(name) ?? [];
    clients.set(name, rows);
    const free = rows.find((bars) => bars.every((other) => !collide(bar, other)));
    if (free) free.push(bar);
    else rows.push([bar]);
  }
  return {
    rows: [...clients].flatMap(([name, rows]) => rows.map((bars, row) => ({ name: row === 0 ? name : '', bars }))),
    from: times[0] ?? 0,
    to: times.at(-1) ?? 0,
  };
}

function wordsWidth(text: string, impossible: boolean): number {
  return text.length * LETTER + (impossible ? CROSS : 0);
}

/** In the bar, else to its right, else to its left. */
function placeWords(x: number, length: number, words: number, width: number): number {
  if (words + 2 * GAP <= length) return x + GAP;
  if (x + length + GAP + words <= width) return x + length + GAP;
  return Math.max(0, x - GAP - words);
}

function collide(one: TimelineBar, other: TimelineBar): boolean {
  return leftOf(one) < rightOf(other) + GAP && leftOf(other) < rightOf(one) + GAP;
}

function leftOf({ x, textX }: TimelineBar): number {
  return Math.min(x, textX);
}

function rightOf({ x, width, textX, text, impossible }: TimelineBar): number {
  return Math.max(x + width, textX + wordsWidth(text, impossible));
}

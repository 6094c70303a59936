/** Lengths and places on the timeline. */

/** Ends of the bar in seconds. */
const LENGTHS = [30, 60, 90, 120, 180, 240, 300, 420, 600, 900, 1200, 1800, 2700, 3600];

/** Seconds from the left end of the bar to the right one: room for everything that is known, and a little more. */
export function barLength(latestSeconds: number): number {
  const wanted = latestSeconds * 1.04;
  const known = LENGTHS.find((length) => length >= wanted);
  return known ?? Math.ceil(wanted / 3600) * 3600;
}

/** Seconds at which the bar has a number, both ends included. */
export function barTicks(length: number): number[] {
  const step = [5, 10, 15, 20, 30, 60, 120, 300, 600, 1200, 3600].find((each) => length / each <= 7) ?? length / 6;
  const ticks: number[] = [];
  for (let at = 0; at <= length + 1e-9; at += step) ticks.push(at);
  return ticks;
}

export interface Labelled {
  /** Place from 0 to 1. */
  readonly at: number;
  /** Widths of its labels with the sign, in pixels: the longest first. */
  readonly widths: readonly number[];
}

/**
 * Which of its labels fits beside each sign without touching anything, in the order of place: labels stand to the right
 * of their sign and the later mark, which matters more, wins. Marks without a label (-1) keep their sign.
 */
export function fittingLabels(marks: readonly Labelled[], barWidth: number, signWidth = 18): number[] {
  const fits = marks.map(() => -1);
  let free = barWidth;
  for (let i = marks.length - 1; i >= 0; i--) {
    const { at, widths } = marks[i]!;
    const left = at * barWidth;
    fits[i] = widths.findIndex((width) => left + width <= free);
    free = Math.min(free, left - (fits[i]! >= 0 ? 6 : signWidth / 2));
  }
  return fits;
}

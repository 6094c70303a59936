/** Operations of a counterexample laid out on a timeline: one lane for each client, bars from the sending to the answer. */
import { deedWords } from '../../analysis/history-words';
import type { Operation } from '../../engine/resources/history';

export interface TimelineBar {
  readonly x: number;
  readonly width: number;
  /** Its answer never came: the bar is open to the right. */
  readonly open: boolean;
  readonly write: boolean;
  readonly impossible: boolean;
  readonly text: string;
}

export interface TimelineLane {
  readonly name: string;
  readonly bars: readonly TimelineBar[];
}

export interface Timeline {
  readonly lanes: readonly TimelineLane[];
  /** Simulated microseconds at the left and the right edge. */
  readonly from: number;
  readonly to: number;
}

/** A bar is never narrower, so that short operations can be seen. */
const NARROWEST = 6;

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
  const lanes = new Map<string, TimelineBar[]>();
  for (const operation of operations) {
    const { caller, user, start, end, write, number } = operation;
    const name = `${callers[caller] ?? 'client'}, user ${user + 1}`;
    const bar: TimelineBar = {
      x: at(start),
      width: Math.max(NARROWEST, at(end) - at(start)),
      open: !Number.isFinite(end),
      write,
      impossible: number === culprit,
      text: deedWords(operation),
    };
    const lane = lanes.get(name);
    if (lane) lane.push(bar);
    else lanes.set(name, [bar]);
  }
  return {
    lanes: [...lanes].map(([name, bars]) => ({ name, bars })),
    from: times[0] ?? 0,
    to: times.at(-1) ?? 0,
  };
}

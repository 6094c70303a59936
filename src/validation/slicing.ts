/** Speed, pausing, stepping and watching change nothing: a run is the same in whatever slices it happens. */
import type { MotionObserver, WindowObserver } from '../engine/observer';
import { RandomStream } from '../engine/random';
import type { Simulation } from '../engine/simulation';
import { encodeLink } from '../format/share-link';
import { arbitraryRecord } from '../format/testing/arbitrary-scenario';
import { assemble } from '../kinds/assemble';
import { ProblemError } from '../model/problems';
import type { RunRecord } from '../model/scenario';

const HORIZON_MS = 3_000;
const MAX_EVENTS = 20_000;

const MOTION: MotionObserver = { moved: () => {} };
const WINDOWS: WindowObserver = { windowClosed: () => {} };

/** What identifies a run up to its present moment. */
function identity(simulation: Simulation): string {
  return `fingerprint ${simulation.fingerprint}, ${simulation.events} events, ${simulation.now} µs`;
}

/** A moment ahead, often one where something else happens: a window, a planned fault, an intervention. */
function nextCut(random: RandomStream, { scenario, interventions }: RunRecord, from: number, end: number): number {
  const moments = [
    ...interventions.map(({ atMicros }) => atMicros),
    ...scenario.faults.map(({ atMs }) => atMs * 1000),
    Math.ceil((from + 1) / 250_000) * 250_000,
  ].filter((moment) => moment > from && moment <= end);
  const special = moments.length > 0 && random.chance(0.4);
  return special ? moments[random.integer(moments.length)]! : Math.min(end, from + 1 + random.integer(end / 8));
}

function advanceInSlices(simulation: Simulation, random: RandomStream, record: RunRecord, end: number): void {
  while (simulation.now < end) {
    simulation.motion = random.chance(0.5) ? MOTION : null;
    simulation.windows = random.chance(0.5) ? WINDOWS : null;
    const until = nextCut(random, record, simulation.now, end);
    const way = random.integer(4);
    if (way === 0) for (let steps = random.integer(20); steps > 0; steps--) simulation.step(until);
    else if (way === 1) while (simulation.advance(until, 1 + random.integer(50)) > 0 && simulation.now < until);
    else simulation.advance(until);
    if (random.chance(0.05)) simulation.resetTotals();
  }
  simulation.advance(end);
}

/**
 * Runs the system of a number twice, whole and in slices.
 * @throws Error with the number and a share link when the two differ
 */
export function checkSlicing(number: number): 'same' | 'refused' {
  const options = { horizonMs: HORIZON_MS, interventions: 6, size: 7, values: 'mild' } as const;
  const record = arbitraryRecord(number, options);
  try {
    return runInSlices(record, number);
  } catch (error) {
    throw new Error(`system ${number} (#${encodeLink(record)})`, { cause: error });
  }
}

/** @throws Error when the run in slices, whose cuts `rhythm` draws, differs from the run in one piece */
export function runInSlices(record: RunRecord, rhythm: number): 'same' | 'refused' {
  try {
    const whole = assemble(record.scenario, record.interventions);
    // Where the events become too many, the run ends at the last of them.
    const all = whole.advance(HORIZON_MS * 1000, MAX_EVENTS) < MAX_EVENTS;
    const end = all ? HORIZON_MS * 1000 : whole.now;
    const again = assemble(record.scenario, record.interventions);
    again.advance(end);
    const sliced = assemble(record.scenario, record.interventions);
    advanceInSlices(sliced, new RandomStream(rhythm, 'slices', 'test'), record, end);
    if (identity(sliced) === identity(again)) return 'same';
    throw new Error(`in one piece ${identity(again)}; in slices ${identity(sliced)}`);
  } catch (error) {
    if (error instanceof ProblemError) return 'refused';
    throw error;
  }
}

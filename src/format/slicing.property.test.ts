/**
 * The log of what was done to a run by hand repeats it, in whatever slices and however watched it ran. That slices alone
 * change nothing is shown by `validation/slicing.ts`.
 */
import fc from 'fast-check';
import { describe, expect, inject, it } from 'vitest';
import type { MotionObserver, WindowObserver } from '../engine/observer';
import { RandomStream } from '../engine/random';
import { type Simulation } from '../engine/simulation';
import { assemble } from '../kinds/assemble';
import type { Intervention, RunRecord } from '../model/scenario';
import { encodeLink } from './share-link';
import { arbitraryRecord } from './testing/arbitrary-scenario';

fc.configureGlobal({ seed: inject('seed') });

const HORIZON_MS = 3_000;
const END = HORIZON_MS * 1000;
const MAX_EVENTS = 30_000;

const motion: MotionObserver = { moved: () => {} };
const windows: WindowObserver = { windowClosed: () => {} };

/** What identifies a run up to its present moment. */
function identity(simulation: Simulation): string {
  return `${simulation.fingerprint} ${simulation.events} ${simulation.now}`;
}

/** Where the run ends: at the horizon, or a little before the events become too many. */
function endOf({ scenario, interventions }: RunRecord): number {
  const simulation = assemble(scenario, interventions);
  return simulation.advance(END, MAX_EVENTS) < MAX_EVENTS ? END : simulation.now;
}

/** A cut somewhere, often at a moment where something else happens: a window, a planned fault, an intervention. */
function cut(random: RandomStream, record: RunRecord, from: number, end: number): number {
  const moments = [
    ...record.interventions.map(({ atMicros }) => atMicros),
    ...record.scenario.faults.map(({ atMs }) => atMs * 1000),
    Math.ceil((from + 1) / 250_000) * 250_000,
  ].filter((moment) => moment > from && moment <= end);
  const special = moments.length > 0 && random.chance(0.4);
  return special ? moments[random.integer(moments.length)]! : Math.min(end, from + 1 + random.integer(END / 8));
}

/** Advances to the end in a random rhythm. `between` is called now and then. */
function advanceInSlices(
  simulation: Simulation,
  random: RandomStream,
  record: RunRecord,
  end: number,
  between = () => {},
): void {
  while (simulation.now < end) {
    simulation.motion = random.chance(0.5) ? motion : null;
    simulation.windows = random.chance(0.5) ? windows : null;
    const until = cut(random, record, simulation.now, end);
    switch (random.integer(4)) {
      case 0:
        for (let steps = random.integer(20); steps > 0; steps--) simulation.step(until);
        break;
      case 1:
        while (simulation.advance(until, 1 + random.integer(50)) > 0 && simulation.now < until)
          if (random.chance(0.05)) break;
        break;
      default:
        simulation.advance(until);
    }
    if (random.chance(0.05)) simulation.resetTotals();
    between();
  }
  simulation.advance(end);
}

function named(record: RunRecord, n: number, test: () => void): void {
  try {
    test();
  } catch (error) {
    throw new Error(`record ${n}: #${encodeLink(record)}`, { cause: error });
  }
}

const options = { horizonMs: HORIZON_MS, interventions: 6, size: 7, values: 'mild' } as const;

describe('a run', () => {
  it('is repeated by the log of what was done to it by hand', () => {
    fc.assert(
      fc.property(fc.nat(1e9), (n) => {
        const { scenario, interventions } = arbitraryRecord(n, options);
        const record = { scenario, interventions: [] };
        named({ scenario, interventions }, n, () => {
          const random = new RandomStream(n, 'hands', 'test');
          const end = Math.min(endOf(record), END);
          const live = assemble(scenario);
          const todo: Intervention[] = [...interventions];
          advanceInSlices(live, random, record, end, () => {
            const next = random.chance(0.3) ? todo.shift() : undefined;
            if (next) live.intervene(next);
          });
          // What was done at the very end has not taken effect, and is not in the log.
          const replayed = assemble(scenario, live.interventions);
          replayed.advance(end);
          expect(identity(replayed)).toBe(identity(live));
          expect(replayed.interventions).toEqual(live.interventions);
        });
      }),
      { numRuns: 30 },
    );
  });
});

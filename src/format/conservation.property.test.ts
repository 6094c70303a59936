/**
 * No request is lost, whatever the system and whatever is done to it. Every component says how many requests are inside
 * it; the calls in flight say where they really are. The two must agree, and nothing may throw. That every request ends
 * is shown by `validation/liveness.ts`.
 */
import fc from 'fast-check';
import { describe, expect, inject, it } from 'vitest';
import { FLAG } from '../engine/calls';
import type { ComponentRuntime } from '../engine/component-runtime';
import type { Simulation } from '../engine/simulation';
import { assemble } from '../kinds/assemble';
import { ProblemError } from '../model/problems';
import { encodeLink } from './share-link';
import { arbitraryRecord } from './testing/arbitrary-scenario';

fc.configureGlobal({ seed: inject('seed') });

const HORIZON_MS = 4_000;
/** Systems with cycles can multiply requests; a prefix of such a run is as good as its whole. */
const MAX_EVENTS = 40_000;

/**
 * Requests that a component holds, counted call by call. A source holds those whose outcome it does not know, each once:
 * the attempts of a connection with a policy are no requests of their own.
 */
function held(simulation: Simulation, component: ComponentRuntime): number {
  const { calls } = simulation;
  let count = 0;
  for (let call = 0; call < calls.used; call++) {
    const flags = calls.flags(call);
    if (!(flags & FLAG.live) || calls.isAside(call)) continue;
    const inside = component.source
      ? calls.source(call) === component.self && !(flags & (FLAG.sourceDone | FLAG.attempt))
      : calls.target(call) === component.self && (flags & FLAG.arrived) > 0 && !(flags & FLAG.targetDone);
    if (inside) count++;
  }
  return count;
}

function check(simulation: Simulation): void {
  let live = 0;
  for (let call = 0; call < simulation.calls.used; call++) if (simulation.calls.flags(call) & FLAG.live) live++;
  expect(live, 'calls in use').toBe(simulation.calls.live);
  for (const component of simulation.components) {
    // A removed client takes its open requests with it: nobody is left to learn how they end.
    if (component.removed && component.source) continue;
    const totals = component.stats.totals(simulation.now);
    const name = `${component.kind} ${component.id}`;
    expect(totals.inSystem, `inside ${name}`).toBe(held(simulation, component));
    expect(totals.arrivals, `through ${name}`).toBe(totals.completions + totals.failures + totals.inSystem);
    expect(totals.meanInSystem, `mean inside ${name}`).toBeGreaterThanOrEqual(0);
    const failed = totals.failuresByCause.reduce((sum, count) => sum + count, 0);
    expect(failed, `causes of ${name}`).toBe(totals.failures);
  }
}

function runAndCheck(number: number, size: number, values: 'mild' | 'wild'): void {
  const record = arbitraryRecord(number, { size, values, horizonMs: HORIZON_MS, interventions: 8 });
  try {
    const simulation = assemble(record.scenario, record.interventions);
    for (let part = 1; part <= 4; part++) {
      simulation.advance((HORIZON_MS * 1000 * part) / 4, MAX_EVENTS / 4);
      check(simulation);
    }
  } catch (error) {
    // Too much at once is an honest end of a run.
    if (error instanceof ProblemError) return;
    throw new Error(`record ${number} of size ${size}: #${encodeLink(record)}`, { cause: error });
  }
}

const number = fc.nat(1e9);
const size = fc.integer({ min: 1, max: 10 });

describe('random systems under random faults and edits', () => {
  it('lose no request', () => {
    fc.assert(
      fc.property(number, size, (n, s) => runAndCheck(n, s, 'mild')),
      { numRuns: 60 },
    );
  });

  it('lose no request with extreme settings either', () => {
    fc.assert(
      fc.property(number, size, (n, s) => runAndCheck(n, s, 'wild')),
      { numRuns: 25 },
    );
  });
});

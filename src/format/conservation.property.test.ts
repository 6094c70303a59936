/**
 * No request is lost, whatever the system and whatever is done to it. Every component says how many requests are inside
 * it; the calls in flight say where they really are. The two must agree, and nothing may throw.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FLAG } from '../engine/calls';
import type { ComponentRuntime } from '../engine/component-runtime';
import type { Simulation } from '../engine/simulation';
import { assemble } from '../kinds/assemble';
import { CONNECTION_FAULTS } from '../model/faults';
import { ProblemError } from '../model/problems';
import { encodeLink } from './share-link';
import { arbitraryRecord } from './testing/arbitrary-scenario';

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
    if (!(flags & FLAG.live) || calls.isProbe(call)) continue;
    const inside = component.source
      ? calls.source(call) === component.self && !(flags & (FLAG.sourceDone | FLAG.attempt))
      : calls.target(call) === component.self && (flags & FLAG.arrived) > 0 && !(flags & FLAG.targetDone);
    if (inside) count++;
  }
  return count;
}

function check(simulation: Simulation): void {
  simulation.settle();
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

/** Long after all faults have ended, every call in flight must be a young one: an older one would never end. */
const CALM_MICROS = 900_000_000;
const OLDEST_MICROS = 600_000_000;

function runAndCalm(number: number, size: number): void {
  const options = { size, values: 'mild', horizonMs: HORIZON_MS, interventions: 8 } as const;
  const { scenario, interventions } = arbitraryRecord(number, options);
  const simulation = assemble(scenario, interventions);
  if (simulation.advance(HORIZON_MS * 1000, MAX_EVENTS) === MAX_EVENTS) return;
  // Planned ends of faults may lie up to a horizon further.
  if (simulation.advance(2 * HORIZON_MS * 1000, MAX_EVENTS) === MAX_EVENTS) return;
  for (const { id, blueprint, source } of simulation.components) {
    for (const { id: fault, undo } of blueprint.faults) {
      if (undo) simulation.intervene({ type: 'fault', target: id, fault, on: false, params: {} });
    }
    if (source) {
      simulation.intervene({ type: 'edit', edit: { type: 'configure-component', id, config: { ratePerSec: 0 } } });
    }
  }
  for (const { id } of simulation.connections) {
    for (const { id: fault } of CONNECTION_FAULTS) {
      simulation.intervene({ type: 'fault', target: id, fault, on: false, params: {} });
    }
  }
  if (simulation.advance(simulation.now + CALM_MICROS, MAX_EVENTS) === MAX_EVENTS) return;
  const { calls } = simulation;
  for (let call = 0; call < calls.used; call++) {
    if (!(calls.flags(call) & FLAG.live)) continue;
    const age = simulation.now - calls.sentAt(call);
    const words = `a call to ${simulation.components[calls.target(call)]!.kind}, flags ${calls.flags(call)}`;
    expect(age, `${words}, record ${number} of size ${size}`).toBeLessThan(OLDEST_MICROS);
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

  it('let no call hang for ever', () => {
    fc.assert(fc.property(number, size, runAndCalm), { numRuns: 40 });
  });

  it('lose no request with extreme settings either', () => {
    fc.assert(
      fc.property(number, size, (n, s) => runAndCheck(n, s, 'wild')),
      { numRuns: 25 },
    );
  });
});

/**
 * Liveness: when the last fault has ended and nobody asks for anything new, every request under way ends within a bound,
 * whatever the system. A request that would wait for ever is a bug of the simulation: nobody would ever see it.
 */
import { FLAG } from '../engine/calls';
import type { ComponentRuntime } from '../engine/component-runtime';
import type { Simulation } from '../engine/simulation';
import { encodeLink } from '../format/share-link';
import { arbitraryRecord } from '../format/testing/arbitrary-scenario';
import { assemble } from '../kinds/assemble';
import { CONNECTION_FAULTS } from '../model/faults';
import { ProblemError } from '../model/problems';
import type { RunRecord } from '../model/scenario';
import { inspect, runAndLook } from './invariants';

const HORIZON_MS = 3_000;
/** Systems with cycles can multiply requests without end; such a run is cut short, and counted as such. */
const MAX_EVENTS = 60_000;
/** Simulated time that all requests have to end: more than a message that loses every packet takes (805 s) and its answer. */
const CALM_MICROS = 1_800_000_000;
const OLDEST_MICROS = 600_000_000;
/** Answers queue in their turn, and what waited for them asks again: so often the lines may fill afresh. */
const MOST_FILLINGS = 20;
const IDLE_MICROS = 1_000_000;

export type Outcome = 'ended' | 'cut short' | 'refused';

/** The system of a number: what `npm run gates` names when it fails. */
export function livenessRecord(number: number): RunRecord {
  const size = 1 + (number % 10);
  const options = { size, values: 'mild', horizonMs: HORIZON_MS, interventions: 8, waitsForEver: false } as const;
  return arbitraryRecord(number, options);
}

/** A few clusters that fail while they grow and shrink. */
function membershipRecord(number: number): RunRecord {
  const options = { size: 1 + (number % 4), values: 'mild', horizonMs: HORIZON_MS, waitsForEver: false } as const;
  return arbitraryRecord(number, { ...options, interventions: 24, membership: true });
}

/**
 * Runs the system of a number through its trouble and into calm.
 * @throws Error with the number, a share link and what still waits, when a request does not end
 */
export function checkLiveness(number: number): Outcome {
  return check(number, livenessRecord(number));
}

/** The same for clusters whose members come and go; on the way, no invariant is broken. */
export function checkMembership(number: number): Outcome {
  return check(number, membershipRecord(number), true);
}

function check(number: number, record: RunRecord, looking = false): Outcome {
  try {
    if (looking) runAndLook(record);
    return runIntoCalm(record);
  } catch (error) {
    throw new Error(`system ${number} (#${encodeLink(record)})`, { cause: error });
  }
}

/** @throws Error with what still waits, when a request does not end */
export function runIntoCalm({ scenario, interventions }: RunRecord): Outcome {
  try {
    const simulation = assemble(scenario, interventions);
    // Planned ends of faults may lie up to a horizon after its end.
    if (simulation.advance(2 * HORIZON_MS * 1000, MAX_EVENTS) === MAX_EVENTS) return 'cut short';
    inspect(simulation);
    calm(simulation);
    const calmFrom = simulation.now;
    // What beats for ever uses up the events. Then it counts whether all that was asked before has ended.
    const cut = (): Outcome => (oldest(simulation) >= calmFrom && waiting(simulation) === null ? 'ended' : 'cut short');
    if (simulation.advance(calmFrom + CALM_MICROS, MAX_EVENTS) === MAX_EVENTS) return cut();
    for (let i = 0; i < MOST_FILLINGS; i++) {
      const out = linesFree(simulation);
      if (out <= simulation.now + IDLE_MICROS) break;
      if (simulation.advance(out + CALM_MICROS, MAX_EVENTS) === MAX_EVENTS) return cut();
    }
    expectNothingWaits(simulation);
    inspect(simulation);
    return 'ended';
  } catch (error) {
    // Too much at once is an honest end of a run.
    if (error instanceof ProblemError) return 'refused';
    throw error;
  }
}

/** When the last message that queues for a narrow line is out: megabytes at 0.1 Mbit/s take hours, which is no bug. */
function linesFree({ connections, now }: Simulation): number {
  return connections.reduce((latest, { busyUntil }) => Math.max(latest, busyUntil), now);
}

/** Ends every fault and all load, by the same deeds that a user has. */
function calm(simulation: Simulation): void {
  for (const { id, blueprint, source } of simulation.components) {
    for (const { id: fault, undo } of blueprint.faults) {
      if (undo) simulation.intervene({ type: 'fault', target: id, fault, on: false, params: {} });
    }
    if (source) {
      const edit = { type: 'configure-component', id, config: { ratePerSec: 0 } } as const;
      simulation.intervene({ type: 'edit', edit });
    }
  }
  for (const { id } of simulation.connections) {
    for (const { id: fault } of CONNECTION_FAULTS) {
      simulation.intervene({ type: 'fault', target: id, fault, on: false, params: {} });
    }
  }
}

function expectNothingWaits(simulation: Simulation): void {
  const { calls, components, now } = simulation;
  for (let call = 0; call < calls.used; call++) {
    if (!(calls.flags(call) & FLAG.live)) continue;
    const age = now - calls.sentAt(call);
    // A young call is a health check, or a message from a backlog that is still being worked off.
    if (age <= OLDEST_MICROS) continue;
    const [from, to] = [components[calls.source(call)]!, components[calls.target(call)]!];
    const words = `a call from ${from.kind} “${from.id}” to ${to.kind} “${to.id}”`;
    throw new Error(`${words} has not ended after ${age / 1e6} s (flags ${calls.flags(call)})`);
  }
  const source = waiting(simulation);
  if (source) throw new Error(`${source.kind} “${source.id}” still waits for ${source.stats.inSystem} requests`);
}

/** When the oldest call under way was sent; Infinity when there is none. */
function oldest({ calls }: Simulation): number {
  let time = Infinity;
  for (let call = 0; call < calls.used; call++) {
    if (calls.flags(call) & FLAG.live) time = Math.min(time, calls.sentAt(call));
  }
  return time;
}

/** A client whose requests have not all ended, or null. */
function waiting({ components }: Simulation): ComponentRuntime | null {
  return components.find(({ source, removed, stats }) => source && !removed && stats.inSystem > 0) ?? null;
}

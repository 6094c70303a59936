/** Fingerprints of runs, to be computed in every browser and in Node, and compared by scripts/determinism.mjs. */
import { readScenario } from '../format/scenario-codec';
import { arbitraryRecord } from '../format/testing/arbitrary-scenario';
import { assemble } from '../kinds/assemble';
import { ProblemError } from '../model/problems';
import type { RunRecord } from '../model/scenario';

const MICROS = 30_000_000;
const MAX_EVENTS = 1_000_000;
/** Random systems beside the shipped scenarios: every kind, wild settings, faults and edits. */
const RANDOM_SYSTEMS = 60;

function run({ scenario, interventions }: RunRecord, maxEvents: number): string {
  try {
    const simulation = assemble(scenario, interventions);
    simulation.advance(MICROS, maxEvents);
    return `${simulation.fingerprint} after ${simulation.events} events`;
  } catch (error) {
    // That a system becomes too much for the engine must happen everywhere alike, too.
    if (error instanceof ProblemError) return `problem ${error.problems[0]!.number}`;
    throw error;
  }
}

/** By name: the fingerprint of each scenario, given as the text of its file, and of systems made from numbers. */
export function fingerprints(scenarios: readonly { name: string; text: string }[]): Record<string, string> {
  const all: Record<string, string> = {};
  for (const { name, text } of scenarios) {
    const read = readScenario(text);
    if (!read.ok) throw new Error(`${name} is not a valid scenario`);
    all[name] = run(read.value, MAX_EVENTS);
  }
  for (let number = 1; number <= RANDOM_SYSTEMS; number++) {
    const values = number % 2 === 0 ? 'wild' : 'mild';
    all[`random system ${number}`] = run(arbitraryRecord(number, { values, horizonMs: 4_000 }), 20_000);
  }
  return all;
}

/**
 * Shipped scenarios, changed and measured: for tests of what their stories claim.
 * With STORY_SEED=11 in the environment they run with another luck than in their files: what a story claims must hold then, too.
 */
import { readFileSync } from 'node:fs';
import { env } from 'node:process';
import { buildReport, type ComponentReport, type RunReport } from '../../analysis/report';
import { readScenario } from '../../format/scenario-codec';
import { assemble } from '../../kinds/assemble';
import { type RunRecord, type Scenario, type ScheduledFault, withPlace } from '../../model/scenario';
import { applySet } from '../apply-set';
import { runScenario } from '../run-scenario';

export function starter(name: string): RunRecord {
  const result = readScenario(readFileSync(`scenarios/starters/${name}.scenario.json`, 'utf8'));
  if (!result.ok) throw new Error(`${name} is not valid`);
  return result.value;
}

export interface Changes {
  readonly set?: readonly string[];
  readonly faults?: readonly ScheduledFault[];
  /** Components that stand in another place than the file says. */
  readonly places?: Readonly<Record<string, string>>;
}

/** A starter with some changes. */
function changed(name: string, { set = [], faults, places = {} }: Changes): Scenario {
  let { scenario } = starter(name);
  for (const text of set) {
    const result = applySet(scenario, text);
    if (!result.ok) throw new Error(result.problems[0]!.detail);
    scenario = result.value;
  }
  const components = scenario.components.map((each) => withPlace(each, places[each.id] ?? each.place));
  const seed = env['STORY_SEED'] === undefined ? scenario.seed : Number(env['STORY_SEED']);
  return { ...scenario, seed, components, ...(faults ? { faults } : {}) };
}

/** One run of a starter in stretches: a report for each, from one of these seconds to the next. */
export function stretches(name: string, seconds: readonly number[], changes: Changes = {}): RunReport[] {
  const simulation = assemble(changed(name, changes));
  simulation.advance(seconds[0]! * 1e6);
  return seconds.slice(1).map((second, i) => {
    simulation.resetTotals();
    simulation.advance(second * 1e6);
    return buildReport(simulation, { warmupMicros: seconds[i]! * 1e6 });
  });
}

/** The report of a starter from second `from` to second `to`. */
export function measured(name: string, from: number, to: number, changes: Changes = {}): RunReport {
  const scenario = changed(name, changes);
  const length = { duration: to * 1e6, warmup: from * 1e6, maxEvents: 5e6 };
  const report = runScenario({ scenario, interventions: [] }, length);
  if (!report.ok) throw new Error(report.problems[0]!.detail);
  return report.value;
}

export function part(report: RunReport, id: string): ComponentReport {
  return report.components.find((component) => component.id === id)!;
}

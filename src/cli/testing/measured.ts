/** Shipped scenarios, changed and measured: for tests of what their stories claim. */
import { readFileSync } from 'node:fs';
import type { ComponentReport, RunReport } from '../../analysis/report';
import { readScenario } from '../../format/scenario-codec';
import type { RunRecord, ScheduledFault } from '../../model/scenario';
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
}

/** The report of a starter from second `from` to second `to`. */
export function measured(name: string, from: number, to: number, { set = [], faults }: Changes = {}): RunReport {
  let { scenario } = starter(name);
  for (const text of set) {
    const changed = applySet(scenario, text);
    if (!changed.ok) throw new Error(changed.problems[0]!.detail);
    scenario = changed.value;
  }
  if (faults) scenario = { ...scenario, faults };
  const length = { duration: to * 1e6, warmup: from * 1e6, maxEvents: 5e6 };
  const report = runScenario({ scenario, interventions: [] }, length);
  if (!report.ok) throw new Error(report.problems[0]!.detail);
  return report.value;
}

export function part(report: RunReport, id: string): ComponentReport {
  return report.components.find((component) => component.id === id)!;
}

import { buildReport, type RunReport } from '../analysis/report';
import { assemble } from '../kinds/assemble';
import { failed, ok, problem, ProblemError, type Result } from '../model/problems';
import type { RunRecord } from '../model/scenario';
import { toSeconds } from '../model/units';

export interface RunLength {
  /** Simulated microseconds from the start to the end of the run, and the first part of them that does not count. */
  readonly duration: number;
  readonly warmup: number;
  /** How many events may happen. */
  readonly maxEvents: number;
}

/** Runs a valid record to its end. The fingerprint of the report covers everything before `duration`. */
export function runScenario({ scenario, interventions }: RunRecord, length: RunLength): Result<RunReport> {
  const { duration, warmup, maxEvents } = length;
  try {
    const simulation = assemble(scenario, interventions);
    let reached = simulation.advance(warmup, maxEvents) < maxEvents;
    if (warmup > 0 && reached) simulation.resetTotals();
    const left = maxEvents - simulation.events;
    if (reached) reached = left > 0 && simulation.advance(duration, left) < left;
    if (reached) return ok(buildReport(simulation, { warmupMicros: warmup }));
    const times = `${toSeconds(simulation.now)} s of ${toSeconds(duration)} s`;
    const advice = 'Raise --max-events or shorten --duration.';
    return failed(problem(211, `After ${simulation.events} events the run had come to ${times}. ${advice}`));
  } catch (error) {
    if (error instanceof ProblemError) return failed(...error.problems);
    return failed(problem(401, error instanceof Error ? error.message : ''));
  }
}

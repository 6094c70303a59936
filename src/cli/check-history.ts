/** `sim check`: runs a scenario and checks the histories that its components keep. */
import { checkHistory, type HistoryCheck } from '../analysis/history-check';
import { historyWords } from '../analysis/history-words';
import { assemble } from '../kinds/assemble';
import { failed, ok, problem, ProblemError, type Result } from '../model/problems';
import type { RunRecord } from '../model/scenario';
import { toSeconds } from '../model/units';
import { wrapped } from './text-table';

export interface CheckedComponent {
  readonly id: string;
  readonly label: string;
  readonly callers: readonly string[];
  readonly check: HistoryCheck;
}

/** Checks one component, or all that keep a history. */
export function checkHistories(
  { scenario, interventions }: RunRecord,
  duration: number,
  maxEvents: number,
  component?: string,
): Result<CheckedComponent[]> {
  try {
    const simulation = assemble(scenario, interventions);
    if (simulation.advance(duration, maxEvents) >= maxEvents) {
      const times = `${toSeconds(simulation.now)} s of ${toSeconds(duration)} s`;
      return failed(problem(211, `After ${simulation.events} events the run had come to ${times}.`));
    }
    const callers = simulation.components.map(({ label }) => label);
    const found = simulation.components.flatMap(({ id, label, behaviour }): CheckedComponent[] => {
      const history = behaviour.history?.();
      if (!history || (component !== undefined && component !== id)) return [];
      return [{ id, label, callers, check: checkHistory(history.operations(), history.first === 0) }];
    });
    if (found.length > 0) return ok(found);
    const what = component === undefined ? 'No component keeps a history.' : 'This component keeps no history.';
    return failed(problem(503, what, component ?? 'check'));
  } catch (error) {
    if (error instanceof ProblemError) return failed(...error.problems);
    return failed(problem(401, error instanceof Error ? error.message : ''));
  }
}

const WIDTH = 100;

export function checkText(checked: readonly CheckedComponent[]): string {
  return checked
    .map(({ label, id, callers, check }) => {
      const { verdict, sentences, example } = historyWords(check, callers);
      return [
        `${label} (${id}): ${verdict}`,
        ...sentences.flatMap((sentence) => wrapped(sentence, WIDTH, '  ')),
        ...(example.length > 0 ? ['', ...example.map((line, i) => `  ${i + 1}. ${line}`)] : []),
        '',
      ].join('\n');
    })
    .join('\n');
}

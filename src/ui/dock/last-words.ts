import type { LastEvent } from '../../engine/observer';
import { CAUSES } from '../../model/outcome';
import type { Words } from '../../model/plan';
import type { Scenario } from '../../model/scenario';
import { liveRun } from '../../store/live-run';

/** What a single step did, as a sentence. */
export function lastWords({ type, component, connection, cause }: LastEvent, scenario: Scenario): Words[] {
  const at = strong(scenario.components.find(({ id }) => liveRun.face(id)?.index === component)?.label);
  const over = scenario.connections.find(({ id }) => liveRun.link(id)?.index === connection);
  const label = (id: string | undefined) => strong(scenario.components.find((other) => other.id === id)?.label);
  const how = cause === 0 ? [] : [{ text: `: ${CAUSES[cause]?.label ?? 'failed'}` }];
  switch (type) {
    case 'arrival':
      return [{ text: 'request from ' }, label(over?.from), { text: ' arrives at ' }, at];
    case 'answer':
      return [{ text: 'answer from ' }, label(over?.to), { text: ' arrives at ' }, at, ...how];
    case 'late answer':
      return [{ text: 'answer from ' }, label(over?.to), { text: ' arrives too late at ' }, at, ...how];
    case 'timeout':
      return [at, { text: ' gives up waiting for ' }, label(over?.to)];
    case 'timer':
      return [at, { text: ' is ready with a piece of work, or its timer rings' }];
    case 'none':
      return [{ text: 'nothing' }];
  }
}

function strong(text: string | undefined): Words {
  return { text: text ?? 'a removed component', strong: true };
}

/**
 * What no system may break, whatever happens in it: every request is somewhere, queues are never shorter than empty, no
 * server is busier than it can be, and inside of every component the books agree (`Behaviour.audit`): logs of replicas,
 * messages and their states, connections, locks.
 */
import { FLAG } from '../engine/calls';
import type { ComponentRuntime } from '../engine/component-runtime';
import { must } from '../engine/must';
import type { Simulation } from '../engine/simulation';
import { encodeLink } from '../format/share-link';
import { arbitraryRecord, type RecordOptions } from '../format/testing/arbitrary-scenario';
import { assemble } from '../kinds/assemble';
import { ProblemError } from '../model/problems';
import type { RunRecord } from '../model/scenario';

const HORIZON_MS = 3_000;
/** How often in a run everything is looked at. */
const LOOKS = 30;
/** Systems with cycles can multiply requests; a prefix of such a run is as good as its whole. */
const MAX_EVENTS = 40_000;

export type Values = RecordOptions['values'];

/**
 * Runs the system of a number and looks at it again and again.
 * @throws Error with the number, a share link and what does not hold
 */
export function checkInvariants(number: number, values: Values = 'mild'): 'held' | 'refused' {
  const record = arbitraryRecord(number, { size: 1 + (number % 10), values, horizonMs: HORIZON_MS, interventions: 8 });
  try {
    return runAndLook(record);
  } catch (error) {
    throw new Error(`system ${number} (#${encodeLink(record)})`, { cause: error });
  }
}

/** @throws Error that says what does not hold */
export function runAndLook({ scenario, interventions }: RunRecord): 'held' | 'refused' {
  try {
    const simulation = assemble(scenario, interventions);
    for (let look = 1; look <= LOOKS; look++) {
      simulation.advance((HORIZON_MS * 1000 * look) / LOOKS, MAX_EVENTS / LOOKS);
      inspect(simulation);
    }
    return 'held';
  } catch (error) {
    // Too much at once is an honest end of a run.
    if (error instanceof ProblemError) return 'refused';
    throw error;
  }
}

/** @throws Error that says what does not hold at this moment */
export function inspect(simulation: Simulation): void {
  let live = 0;
  for (let call = 0; call < simulation.calls.used; call++) if (simulation.calls.flags(call) & FLAG.live) live++;
  must(live === simulation.calls.live, `${simulation.calls.live} calls are in use, of ${live}`);
  inspectConnections(simulation);
  for (const component of simulation.components) {
    try {
      inspectComponent(simulation, component);
    } catch (error) {
      throw new Error(`in ${component.kind} “${component.id}” at ${simulation.now} µs`, { cause: error });
    }
  }
}

/** What limits and budgets go by: attempts under way, as each connection counts them. */
function inspectConnections({ calls, connections }: Simulation): void {
  const underWay = connections.map(() => 0);
  for (let call = 0; call < calls.used; call++) {
    const flags = calls.flags(call) & (FLAG.live | FLAG.attempt | FLAG.sourceDone);
    if (flags === (FLAG.live | FLAG.attempt)) underWay[calls.connection(call)]!++;
  }
  connections.forEach(({ id, policy, removed }, index) => {
    // Nothing is sent any more over what was removed, so nobody goes by its count.
    if (!policy || removed) return;
    must(
      policy.inFlight === underWay[index],
      `${policy.inFlight} attempts of “${id}” are under way, of ${underWay[index]}`,
    );
  });
}

function inspectComponent(simulation: Simulation, component: ComponentRuntime): void {
  if (!component.removed) component.behaviour.audit?.();
  // A removed client takes its open requests with it: nobody is left to learn how they end.
  else if (component.source) return;
  const totals = component.stats.totals(simulation.now);
  const { arrivals, completions, failures, inSystem, failuresByCause, meanInSystem, meanWaiting, utilisation } = totals;
  const inside = held(simulation, component);
  must(inSystem === inside, `${inSystem} requests are inside, of ${inside}`);
  must(arrivals === completions + failures + inSystem, 'whoever came was answered, has failed or is inside');
  must(meanInSystem >= 0 && meanWaiting >= 0, 'no queue is shorter than empty');
  must(utilisation === null || utilisation <= 1 + 1e-9, `no server is busier than it can be (${utilisation})`);
  const failed = failuresByCause.reduce((sum, count) => sum + count, 0);
  must(failed === failures, `${failures} failures have causes, of ${failed}`);
}

/**
 * Requests that a component holds, counted call by call. A source holds those whose outcome it does not know, each once:
 * the attempts of a connection with a policy are no requests of their own.
 */
function held({ calls }: Simulation, component: ComponentRuntime): number {
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

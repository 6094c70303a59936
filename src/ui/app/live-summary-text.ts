/** The state of a run in one sentence, for people who listen rather than look. */
import { BASE_SERIES, type BaseSeriesId } from '../../model/metrics';
import type { Scenario } from '../../model/scenario';
import { liveRun } from '../../store/live-run';
import { SYSTEM } from '../../store/run-history';
import { STATE } from '../../worker/protocol';
import { formatMs, formatNumber } from '../shared/format-number';

const column = (id: BaseSeriesId): number => BASE_SERIES.findIndex((series) => series.id === id);

/** Numbers of the last two simulated seconds; NaN where nothing was measured. */
export interface Summary {
  readonly seconds: number;
  readonly requestsPerSec: number;
  readonly failuresPerSec: number;
  readonly p99Ms: number;
  readonly down: readonly string[];
  readonly frozen: readonly string[];
}

/** "12 s: 900 requests per second, 3 % failing, 99 of 100 answered within 412 ms, orders-2 is down." */
export function summaryText({ seconds, requestsPerSec, failuresPerSec, p99Ms, down, frozen }: Summary): string {
  const parts: string[] = [];
  if (!(requestsPerSec > 0)) parts.push('no requests');
  else {
    parts.push(`${formatNumber(Math.round(requestsPerSec))} requests per second`);
    const share = failuresPerSec / requestsPerSec;
    parts.push(share > 0 ? `${share < 0.01 ? 'less than 1' : Math.round(share * 100)} % failing` : 'none failing');
  }
  if (p99Ms >= 0) parts.push(`99 of 100 answered within ${formatMs(p99Ms)}`);
  if (down.length > 0) parts.push(isState(down, 'down'));
  if (frozen.length > 0) parts.push(isState(frozen, 'frozen'));
  return `${formatNumber(Math.floor(seconds))} s: ${parts.join(', ')}.`;
}

function isState(names: readonly string[], state: string): string {
  if (names.length > 3) return `${names.length} components are ${state}`;
  const last = names.at(-1)!;
  return names.length === 1 ? `${last} is ${state}` : `${names.slice(0, -1).join(', ')} and ${last} are ${state}`;
}

/** The run as it is now. */
export function readSummary(scenario: Scenario, timeMicros: number): Summary {
  const system = liveRun.history.of(SYSTEM);
  const recent = (id: BaseSeriesId): number => system?.recent(column(id)) ?? NaN;
  const inState = (bit: number): string[] =>
    scenario.components.filter(({ id }) => ((liveRun.face(id)?.state ?? 0) & bit) !== 0).map(({ label }) => label);
  return {
    seconds: timeMicros / 1e6,
    requestsPerSec: recent('arrivals'),
    failuresPerSec: recent('failures'),
    p99Ms: recent('p99'),
    down: inState(STATE.down),
    frozen: inState(STATE.paused),
  };
}

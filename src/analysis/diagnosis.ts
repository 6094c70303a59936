/** One sentence that says how a component is doing now, from what was counted. Every number in it is measured. */
import { CAUSES } from '../model/outcome';

/** What is known of a component at this moment. Rates are per second, smoothed; NaN where nothing was measured. */
export interface Condition {
  /** The run has begun. */
  readonly begun: boolean;
  /** Requests begin here. */
  readonly source: boolean;
  readonly down: boolean;
  readonly downSinceMicros: number;
  readonly frozen: boolean;
  readonly slowed: boolean;
  readonly erring: boolean;
  /** Percent of the capacity in use; NaN without a capacity. */
  readonly utilisation: number;
  /** When the present saturation began; NaN when not saturated. */
  readonly saturatedSinceMicros: number;
  /** What the capacity consists of: "workers"; empty when the kind has no word for it. */
  readonly capacity: string;
  readonly arrivals: number;
  readonly completions: number;
  readonly failures: number;
  readonly waiting: number;
  /** Requests that die here each second, by cause. */
  readonly deaths: ReadonlyMap<number, number>;
}

/** Utilisation in percent at which queues begin to grow visibly, and at which nothing is left. */
export const KNEE_PERCENT = 70;
export const FULL_PERCENT = 97;

/** The sentence, without the component's name. */
export function diagnose(condition: Condition): string {
  if (!condition.begun) return 'not running yet';
  if (condition.down) {
    const dying = worstDeath(condition.deaths);
    return `down since ${seconds(condition.downSinceMicros)}${dying ? `: ${dying}` : ': whoever calls is refused'}`;
  }
  if (condition.frozen) return 'frozen: it accepts requests and answers none';
  const sentence = condition.source ? senderSentence(condition) : workSentence(condition);
  const troubles = [condition.slowed ? 'slowed down' : '', condition.erring ? 'answering with errors' : ''].filter(
    (text) => text !== '',
  );
  return [...troubles, sentence].join(', ');
}

function senderSentence({ arrivals, completions, failures }: Condition): string {
  if (!(arrivals > 0)) return 'idle: it sends nothing';
  const failing = failures > 0 ? `, ${rate(failures)} fail` : '';
  return `sends ${rate(arrivals)}, ${rate(completions)} answered${failing}`;
}

function workSentence(condition: Condition): string {
  const { utilisation, saturatedSinceMicros, capacity, arrivals, waiting, deaths } = condition;
  const dying = worstDeath(deaths);
  if (saturatedSinceMicros >= 0) {
    const all = capacity === '' ? 'nothing is left of its capacity' : `all ${capacity} are busy`;
    const queue = dying ? `, ${dying}` : waiting >= 1 ? `, ${plain(waiting)} waiting` : '';
    return `saturated since ${seconds(saturatedSinceMicros)}: ${all}${queue}`;
  }
  const use = Number.isNaN(utilisation)
    ? ''
    : `${plain(utilisation)} % ${capacity === '' ? 'busy' : `of its ${capacity} busy`}`;
  if (dying) return use === '' ? dying : `${dying}; ${use}`;
  if (!(arrivals > 0) && !(utilisation > 0)) return 'idle: nothing arrives';
  if (utilisation >= KNEE_PERCENT) return `near the knee: ${use}${waiting >= 1 ? `, ${plain(waiting)} waiting` : ''}`;
  return use === '' ? `healthy: ${rate(arrivals)} pass` : `healthy: ${use}`;
}

/** "29/s die here: queue full" for the most frequent cause; empty when none does. */
function worstDeath(deaths: ReadonlyMap<number, number>): string {
  let total = 0;
  let worst = -1;
  for (const [cause, perSecond] of deaths) {
    total += perSecond;
    if (worst < 0 || perSecond > deaths.get(worst)!) worst = cause;
  }
  if (!(total > 0)) return '';
  return `${rate(total)} ${total === 1 ? 'dies' : 'die'} here: ${CAUSES[worst]!.label}`;
}

/**
 * When the present stretch of full windows began: the start of the first of them, in microseconds. NaN when the last
 * window is not full, or fewer than `atLeast` in a row are. Windows without a capacity are not full.
 */
export function saturatedSince(times: ArrayLike<number>, utilisation: ArrayLike<number>, atLeast = 4): number {
  let first = times.length;
  while (first > 0 && utilisation[first - 1]! >= FULL_PERCENT) first--;
  if (times.length - first < atLeast) return NaN;
  return first > 0 ? times[first - 1]! : 0;
}

function seconds(micros: number): string {
  return `${(micros / 1e6).toFixed(1)} s`;
}

function rate(perSecond: number): string {
  return `${plain(perSecond)}/s`;
}

function plain(value: number): string {
  if (!Number.isFinite(value)) return '–';
  if (value < 9.95) return value.toFixed(1).replace(/\.0$/, '');
  return value.toFixed(0).replace(/\B(?=(\d{3})+$)/g, '\u202f');
}

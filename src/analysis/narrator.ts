/**
 * Tells what happens in a run, in words, from what can be observed of it: closed statistics windows and the state of
 * targets. It tells only what was counted, once, at the simulated time of the observation; where frames were too far
 * apart to know the moment, it says "by" that time.
 */
import { CAUSES } from '../model/outcome';
import type { Words } from '../model/plan';
import { FULL_PERCENT, KNEE_PERCENT } from './diagnosis';

export interface Window {
  /** End of the window in microseconds. */
  readonly time: number;
  /** Percent; NaN without a capacity. */
  readonly utilisation: number;
  /** Requests that died here each second, by cause. */
  readonly deaths: ArrayLike<number>;
}

/** What is seen of one component. */
export interface Sight {
  readonly id: string;
  readonly label: string;
  readonly down: boolean;
  /** What its capacity consists of: "workers"; empty without a word for it. */
  readonly capacity: string;
  /** Windows closed since the last observation. */
  readonly windows: readonly Window[];
  /** Targets that it considers healthy or not. */
  readonly targets: readonly { readonly id: string; readonly label: string; readonly healthy: boolean }[];
}

export interface Happening {
  readonly atMicros: number;
  /** It happened at this time or a little before. */
  readonly by: boolean;
  readonly tone: 'trouble' | 'relief' | 'plain';
  /** Id of the component it is about, or empty. */
  readonly about: string;
  readonly words: readonly Words[];
}

/** Full windows in a row that count as saturation, and windows with room that end it. */
const STREAK = 4;
/**
 * Without a death by this cause for this long, and for twice the longest pause so far, a series is over: what fails every
 * few seconds has not stopped failing in between. One whose end was not worth telling goes on until nothing has died for
 * long.
 */
const QUIET_MICROS = 3_000_000;
const QUIET_PAUSES = 2;
const LONG_QUIET_MICROS = 20_000_000;
/** Observations farther apart than this say "by". */
const SHARP_MICROS = 300_000;

interface Memory {
  full: number;
  roomy: number;
  fullFrom: number;
  saturated: boolean;
  windowEnd: number;
  /** Series of deaths going on, and those that are over (count 0), by cause. */
  readonly dying: Map<number, { count: number; last: number; pause: number }>;
  readonly targets: Map<string, boolean>;
}

export class Narrator {
  readonly #memories = new Map<string, Memory>();
  #time = 0;

  observe(time: number, sights: readonly Sight[]): Happening[] {
    const happenings: Happening[] = [];
    const by = time - this.#time > SHARP_MICROS;
    for (const sight of sights) {
      const memory = this.#memory(sight.id);
      this.#watchTargets(memory, sight, time, by, happenings);
      for (const window of sight.windows) {
        watchSaturation(memory, sight, window, happenings);
        watchDeaths(memory, sight, window, happenings);
        memory.windowEnd = window.time;
      }
    }
    this.#time = time;
    return happenings.sort((a, b) => a.atMicros - b.atMicros);
  }

  #memory(id: string): Memory {
    let memory = this.#memories.get(id);
    if (!memory) {
      memory = {
        full: 0,
        roomy: 0,
        fullFrom: 0,
        saturated: false,
        windowEnd: this.#time,
        dying: new Map(),
        targets: new Map(),
      };
      this.#memories.set(id, memory);
    }
    return memory;
  }

  #watchTargets(memory: Memory, sight: Sight, time: number, by: boolean, out: Happening[]): void {
    for (const { id, label, healthy } of sight.targets) {
      const before = memory.targets.get(id);
      memory.targets.set(id, healthy);
      // A component that is down loses sight of its targets: that is its own crash, told already.
      if (before === undefined || before === healthy || sight.down) continue;
      out.push({
        atMicros: time,
        by,
        tone: healthy ? 'relief' : 'trouble',
        about: sight.id,
        words: [
          { text: sight.label, strong: true },
          { text: healthy ? ' sends requests to ' : ' took ' },
          { text: label, strong: true },
          { text: healthy ? ' again' : ' out' },
        ],
      });
    }
  }
}

function watchSaturation(memory: Memory, sight: Sight, window: Window, out: Happening[]): void {
  const { utilisation, time } = window;
  if (utilisation >= FULL_PERCENT) {
    if (memory.full === 0) memory.fullFrom = memory.windowEnd;
    memory.full++;
    memory.roomy = 0;
  } else {
    memory.full = 0;
    memory.roomy = utilisation < KNEE_PERCENT ? memory.roomy + 1 : 0;
  }
  const name: Words = { text: sight.label, strong: true };
  if (!memory.saturated && memory.full >= STREAK) {
    memory.saturated = true;
    const all = sight.capacity === '' ? 'its capacity is used up' : `all ${sight.capacity} are busy`;
    const words = [name, { text: ` is saturated: ${all}` }];
    out.push({ atMicros: memory.fullFrom, by: false, tone: 'trouble', about: sight.id, words });
  } else if (memory.saturated && memory.roomy >= STREAK) {
    memory.saturated = false;
    const words = [name, { text: ` has room again: ${utilisation.toFixed(0)} % busy` }];
    out.push({ atMicros: time, by: false, tone: 'relief', about: sight.id, words });
  } else if (memory.saturated && Number.isNaN(utilisation)) memory.saturated = false;
}

const WORTH_TELLING = 10;

function watchDeaths(memory: Memory, sight: Sight, window: Window, out: Happening[]): void {
  const seconds = (window.time - memory.windowEnd) / 1e6;
  const name: Words = { text: sight.label, strong: true };
  for (let cause = 1; cause < window.deaths.length; cause++) {
    const count = Math.round(window.deaths[cause]! * seconds);
    const series = memory.dying.get(cause);
    const label = CAUSES[cause]?.label ?? '';
    if (count > 0) {
      const goesOn = series !== undefined && series.count > 0 && window.time - series.last < LONG_QUIET_MICROS;
      if (!goesOn) {
        const words = [name, { text: `: ${series ? 'calls fail again' : 'the first call fails'} (${label})` }];
        out.push({ atMicros: window.time, by: true, tone: 'trouble', about: sight.id, words });
      }
      const before = goesOn ? series : { count: 0, last: window.time, pause: 0 };
      const pause = Math.max(before.pause, window.time - before.last);
      memory.dying.set(cause, { count: before.count + count, last: window.time, pause });
    } else if (series && series.count >= WORTH_TELLING) {
      // The end of a handful is no relief worth telling.
      const quiet = Math.min(LONG_QUIET_MICROS, Math.max(QUIET_MICROS, QUIET_PAUSES * series.pause));
      if (window.time - series.last < quiet) continue;
      const words = [name, { text: `: nothing fails any more (${label}), after ${grouped(series.count)} calls` }];
      out.push({ atMicros: series.last, by: false, tone: 'relief', about: sight.id, words });
      memory.dying.set(cause, { ...series, count: 0 });
    }
  }
}

/** Thin spaces between thousands. */
function grouped(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, '\u202f');
}

/** A happening's words as plain text. */
export function plainText(words: readonly Words[]): string {
  return words.map(({ text }) => text).join('');
}

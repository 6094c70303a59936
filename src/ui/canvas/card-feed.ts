/**
 * Tells cards, edges and fault buttons that a run has moved on, at most eight times a second: as fast as numbers
 * can be read. Dots do not come this way.
 */
import { liveRun } from '../../store/live-run';
import { MICROS_PER_SECOND } from '../../model/units';

const INTERVAL_MS = 125;

class CardFeed {
  /** Grows whenever the watchers are told. What is read for one version may be kept until the next. */
  version = 0;
  readonly #watchers = new Set<() => void>();
  #stop: (() => void) | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #told = -Infinity;

  readonly watch = (watcher: () => void): (() => void) => {
    this.#watchers.add(watcher);
    this.#stop ??= liveRun.watch(this.#hear);
    return () => {
      this.#watchers.delete(watcher);
      if (this.#watchers.size > 0) return;
      this.#stop?.();
      this.#stop = null;
      clearTimeout(this.#timer);
      this.#timer = undefined;
    };
  };

  /** The last frame is always shown: after a pause nothing else would follow. */
  readonly #hear = (): void => {
    this.#timer ??= setTimeout(this.#tell, Math.max(0, this.#told + INTERVAL_MS - performance.now()));
  };

  readonly #tell = (): void => {
    this.#timer = undefined;
    this.#told = performance.now();
    this.version++;
    for (const watcher of this.#watchers) watcher();
  };
}

export const cardFeed = new CardFeed();

const SAMPLE_MICROS = MICROS_PER_SECOND / 4;
/** Rates people read are over two simulated seconds, as everywhere. */
const SAMPLES = 9;

/** Requests per second over each connection, from the running totals of the frames. */
class LinkRates {
  readonly #samples = new Map<string, { time: number; sent: number }[]>();

  /** Takes a sample of these connections, if enough simulated time has passed since the last. */
  sample(ids: Iterable<string>): void {
    const time = liveRun.timeAt(performance.now());
    for (const id of ids) {
      const link = liveRun.link(id);
      const samples = this.#samples.get(id) ?? [];
      const last = samples.at(-1);
      if (!link || (last && (time < last.time || link.sent < last.sent))) {
        this.#samples.delete(id);
        continue;
      }
      if (last && time - last.time < SAMPLE_MICROS) continue;
      samples.push({ time, sent: link.sent });
      if (samples.length > SAMPLES) samples.shift();
      this.#samples.set(id, samples);
    }
  }

  /** NaN until it can be told. */
  of(id: string): number {
    const samples = this.#samples.get(id);
    const first = samples?.[0];
    const last = samples?.at(-1);
    if (!first || !last || last.time <= first.time) return NaN;
    return ((last.sent - first.sent) / (last.time - first.time)) * MICROS_PER_SECOND;
  }
}

export const linkRates = new LinkRates();

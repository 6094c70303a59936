/**
 * What changes with every frame of a run, outside React's state: components subscribe to the one node they show and
 * write to the DOM. Nothing here is saved.
 */
import type { ComponentFace, ConnectionFace, Frame, Roster } from '../worker/protocol';
import { MOTION, readFaces, readWindows } from '../worker/protocol';
import { RunHistory } from './run-history';

/** A message on its way, as a dot. Times in simulated microseconds; `arrival` is Infinity when it is lost. */
export interface Dot {
  readonly connection: string;
  /** One of `STYLE`. */
  readonly style: number;
  readonly departure: number;
  readonly arrival: number;
  readonly request: number;
}

/** Dots kept at most; the oldest go first. */
const MAX_DOTS = 8_000;

class LiveRun {
  readonly history = new RunHistory();
  /** Dots by departure; finished ones are dropped by whoever draws them, with `dropDots`. */
  dots: Dot[] = [];
  /** Requests one dot stands for. */
  perDot = 1;
  #roster: Roster = { components: [], connections: [] };
  #faces = new Map<string, ComponentFace>();
  #links = new Map<string, ConnectionFace>();
  readonly #watchers = new Set<() => void>();
  #time = 0;
  #heardAt = 0;
  #rate = 0;

  /** The face of a component by id; undefined before the first frame. */
  face(id: string): ComponentFace | undefined {
    return this.#faces.get(id);
  }

  link(id: string): ConnectionFace | undefined {
    return this.#links.get(id);
  }

  /** The id behind an index of the engine, as faces carry them. */
  connectionId(index: number): string | undefined {
    return this.#roster.connections[index]?.id;
  }

  /** Calls back after every frame. Returns how to stop. */
  watch(callback: () => void): () => void {
    this.#watchers.add(callback);
    return () => this.#watchers.delete(callback);
  }

  /** Simulated time at this moment of real time, continued from the last frame at the pace reached. */
  timeAt(wallMs: number): number {
    // Never far ahead of what has been simulated: when frames stop, so does the picture.
    const since = Math.min(200, Math.max(0, wallMs - this.#heardAt));
    return this.#time + since * 1000 * this.#rate;
  }

  take(frame: Frame, wallMs: number, speed: number): void {
    if (frame.roster) this.#roster = frame.roster;
    const { components, connections } = this.#roster;
    const faces = readFaces(frame.faces);
    this.#faces = new Map(faces.components.map((face) => [components[face.index]?.id ?? '', face]));
    this.#links = new Map(faces.connections.map((face) => [connections[face.index]?.id ?? '', face]));
    this.history.add(readWindows(frame.windows), (index) => components[index]?.id);
    const motion = frame.motion;
    for (let at = 0; at < motion.length; at += MOTION.stride) {
      this.dots.push({
        connection: connections[motion[at + MOTION.connection]!]?.id ?? '',
        style: motion[at + MOTION.style]!,
        departure: motion[at + MOTION.departure]!,
        arrival: motion[at + MOTION.arrival]!,
        request: motion[at + MOTION.request]!,
      });
    }
    if (this.dots.length > MAX_DOTS) this.dots.splice(0, this.dots.length - MAX_DOTS);
    this.perDot = frame.perDot;
    this.#time = frame.time;
    this.#heardAt = wallMs;
    this.#rate = frame.pace === 'playing' ? frame.achieved || speed : 0;
    for (const callback of this.#watchers) callback();
  }

  clear(): void {
    this.history.clear();
    this.dots = [];
    this.perDot = 1;
    this.#roster = { components: [], connections: [] };
    this.#faces = new Map();
    this.#links = new Map();
    this.#time = 0;
    this.#rate = 0;
    for (const callback of this.#watchers) callback();
  }
}

export const liveRun = new LiveRun();

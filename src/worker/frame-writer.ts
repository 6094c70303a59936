/** Writes what the page shows of a run: states, faces and closed windows. Reading a run never changes it. */
import type { Simulation } from '../engine/simulation';
import { CAUSE_COUNT } from '../model/outcome';
import { NumberBuffer } from './number-buffer';
import { LINK_STATE, POLICY_NUMBERS, type Roster, STATE } from './protocol';

/** Numbers of statistics kept for one frame at most: a seek over hours keeps only its end. */
const MAX_WINDOW_NUMBERS = 2_000_000;

export class FrameWriter {
  readonly windows = new NumberBuffer();
  readonly #faces = new NumberBuffer();
  readonly #simulation: Simulation;
  #rosterSize = -1;

  constructor(simulation: Simulation) {
    this.#simulation = simulation;
    simulation.windows = { windowClosed: (time) => this.#writeWindows(time) };
  }

  /** The roster when it has grown since the last call, else null. */
  takeRoster(): Roster | null {
    const { components, connections } = this.#simulation;
    const size = components.length + connections.length;
    if (size === this.#rosterSize) return null;
    this.#rosterSize = size;
    return {
      components: components.map(({ id, kind }) => ({ id, kind })),
      connections: connections.map(({ id }) => ({ id })),
    };
  }

  takeFaces(): Float64Array<ArrayBuffer> {
    const out = this.#faces;
    const { components, connections } = this.#simulation;
    out.put(components.filter(({ removed }) => !removed).length);
    for (const component of components) {
      if (component.removed) continue;
      out.put(component.self);
      out.put(
        (component.down ? STATE.down : 0) |
          (component.paused ? STATE.paused : 0) |
          (component.slowdown > 1 ? STATE.slow : 0) |
          (component.errorShare > 0 ? STATE.errors : 0),
      );
      out.put(component.downSince);
      out.put(component.stats.inSystem);
      const deathCountAt = out.length;
      out.put(0);
      out.put(0);
      let deaths = 0;
      for (let cause = 1; cause < CAUSE_COUNT; cause++) {
        const count = component.stats.deaths(cause);
        if (count === 0) continue;
        deaths++;
        out.put(cause);
        out.put(count);
      }
      const faceAt = out.length;
      component.behaviour.face(out);
      out.set(deathCountAt, deaths);
      out.set(deathCountAt + 1, out.length - faceAt);
    }
    for (const connection of connections) {
      if (connection.removed) continue;
      out.put(connection.index);
      out.put(
        (connection.cut ? LINK_STATE.cut : 0) |
          (connection.delayed ? LINK_STATE.delayed : 0) |
          (connection.lossy ? LINK_STATE.lossy : 0) |
          (connection.narrowed ? LINK_STATE.narrowed : 0),
      );
      out.put(connection.sent);
      out.put(connection.failed);
      const { policy } = connection;
      out.put(policy ? POLICY_NUMBERS.length : 0);
      if (policy) for (const name of POLICY_NUMBERS) out.put(policy[name]);
    }
    return out.take();
  }

  #writeWindows(time: number): void {
    if (this.windows.length > MAX_WINDOW_NUMBERS) this.windows.length = 0;
    this.#writeRow(time, -1, this.#simulation.system.row);
    for (const component of this.#simulation.components) {
      if (!component.removed) this.#writeRow(time, component.self, component.stats.row);
    }
  }

  #writeRow(time: number, component: number, row: Float64Array): void {
    const out = this.windows;
    out.put(time);
    out.put(component);
    out.put(row.length);
    out.putAll(row);
  }
}

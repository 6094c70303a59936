/**
 * Faults of zones and regions: an outage takes down every component inside, a partition cuts every connection across the
 * border. Whoever comes in or is connected while they last is hit too.
 */
import { CRASH, CUT, OUTAGE } from '../model/faults';
import type { Config } from '../model/fields';
import { placesOf, standsIn } from '../model/places';
import { faultComponent } from './fault-script';
import type { Simulation } from './simulation';

interface PlaceFault {
  readonly place: string;
  readonly fault: string;
  readonly params: Config;
  /** Number of the fault as planned or as begun by hand. */
  readonly number: number;
  /** Number under which it hits components and connections. */
  readonly hits: number;
  /** Indexes of what it has hit and not let go: what a hand has repaired since then stays repaired. */
  readonly hit: Set<number>;
}

/** Above the numbers of planned faults. */
const FIRST_NUMBER = 1_000_000_000_000;

export class PlaceFaults {
  readonly #simulation: Simulation;
  #active: PlaceFault[] = [];
  #numbers = FIRST_NUMBER;

  constructor(simulation: Simulation) {
    this.#simulation = simulation;
  }

  /** See `applyFault`. */
  fault(place: string, fault: string, on: boolean, params: Config, number: number): void {
    const ends = (other: PlaceFault): boolean => {
      if (other.place !== place || other.fault !== fault) return false;
      return number === 0 || (number < 0 ? other.number < 0 : other.number === number);
    };
    const known = placesOf(this.#simulation.scenario).some(({ id }) => id === place);
    const before = this.#active;
    this.#active = before.filter((other) => !ends(other));
    const begun = { place, fault, params, number, hits: ++this.#numbers, hit: new Set<number>() };
    if (on && known) this.#active.push(begun);
    for (const ended of before.filter(ends)) this.#hit(ended, true);
    if (on && known) this.#hit(begun, false);
  }

  /** The system has changed. */
  changed(): void {
    if (this.#active.length === 0) return;
    const places = placesOf(this.#simulation.scenario);
    const gone = this.#active.filter(({ place }) => !places.some(({ id }) => id === place));
    this.#active = this.#active.filter((fault) => !gone.includes(fault));
    for (const fault of gone) this.#hit(fault, true);
    for (const fault of this.#active) this.#hit(fault, false);
  }

  #hit(fault: PlaceFault, over: boolean): void {
    if (fault.fault === OUTAGE.id) this.#takeDown(fault, over);
    else this.#cutBorder(fault, over);
  }

  #takeDown({ place, params, hits, hit }: PlaceFault, over: boolean): void {
    const { scenario, components } = this.#simulation;
    for (const component of components) {
      if (component.removed || !component.blueprint.faults.some(({ id }) => id === CRASH.id)) continue;
      const on = !over && standsIn(scenario, component.id, place);
      if (on === hit.has(component.self)) continue;
      if (on) hit.add(component.self);
      else hit.delete(component.self);
      faultComponent(this.#simulation, component, CRASH.id, on, { mode: params['mode']!, restartAfterS: 0 }, hits);
    }
  }

  #cutBorder({ place, params, hits, hit }: PlaceFault, over: boolean): void {
    const { scenario, connections, components } = this.#simulation;
    for (const connection of connections) {
      if (connection.removed) continue;
      const from = standsIn(scenario, components[connection.source]!.id, place);
      const to = standsIn(scenario, components[connection.target]!.id, place);
      const crosses = !over && from !== to;
      if (crosses === hit.has(connection.index)) continue;
      if (crosses) {
        // Requests of a connection into the place go in, their answers out.
        const there = (params['direction'] === 'in') === to;
        const direction = params['direction'] === 'both' ? 'both' : there ? 'there' : 'back';
        connection.faults.put(CUT.id, hits, { direction, mode: params['mode']! });
        hit.add(connection.index);
      } else {
        connection.faults.end(CUT.id, hits);
        hit.delete(connection.index);
      }
      connection.settle();
    }
  }
}

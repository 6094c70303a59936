import type { ConnectionRule } from '../kinds/connect';
import type { Kind } from '../kinds/kind';
import type { Place } from '../model/places';
import type { OfferedLoad } from './offered-load';

interface LiveConnection {
  readonly from: string;
  readonly to: string;
}

const pair = (from: string, to: string): string => `${from} ${to}`;

/** The parts of a system while its document is read and its edits are followed. The kind of a part may be unknown. */
export class LiveSystem {
  readonly components = new Map<string, Kind | undefined>();
  readonly connections = new Map<string, LiveConnection>();
  /** Everything that ever existed, as it was last: interventions may aim at it. */
  readonly everComponents = new Map<string, Kind | undefined>();
  readonly everConnections = new Map<string, ConnectionRule | undefined>();
  /** Places as they are, and the ids of all that ever existed. */
  places: readonly Place[] = [];
  readonly everPlaces = new Set<string>();
  componentsEver = 0;
  connectionsEver = 0;
  perSec = 0;
  users = 0;
  readonly #pairs = new Set<string>();
  /** Connections by the components at their ends. */
  readonly #byEnd = new Map<string, Set<string>>();
  readonly #loads = new Map<string, OfferedLoad>();

  addComponent(id: string, kind: Kind | undefined): void {
    this.components.set(id, kind);
    this.everComponents.set(id, kind);
    this.componentsEver++;
  }

  removeComponent(id: string): void {
    this.setLoad(id, { perSec: 0, users: 0 });
    this.components.delete(id);
    for (const connection of this.#byEnd.get(id) ?? []) this.removeConnection(connection);
    this.#byEnd.delete(id);
  }

  setLoad(id: string, load: OfferedLoad): void {
    const before = this.#loads.get(id);
    this.perSec += load.perSec - (before?.perSec ?? 0);
    this.users += load.users - (before?.users ?? 0);
    this.#loads.set(id, load);
  }

  connected(from: string, to: string): boolean {
    return this.#pairs.has(pair(from, to));
  }

  addConnection(id: string, from: string, to: string, rule: ConnectionRule | undefined): void {
    this.connections.set(id, { from, to });
    this.everConnections.set(id, rule);
    this.#pairs.add(pair(from, to));
    this.connectionsEver++;
    for (const end of [from, to]) {
      const touching = this.#byEnd.get(end) ?? new Set();
      this.#byEnd.set(end, touching.add(id));
    }
  }

  removeConnection(id: string): void {
    const connection = this.connections.get(id);
    if (!connection) return;
    this.connections.delete(id);
    this.#byEnd.get(connection.from)?.delete(id);
    this.#byEnd.get(connection.to)?.delete(id);
    this.#pairs.delete(pair(connection.from, connection.to));
  }

  setPlaces(places: readonly Place[]): void {
    this.places = places;
    for (const { id } of places) this.everPlaces.add(id);
  }

  hasPlace(id: string): boolean {
    return this.places.some((place) => place.id === id);
  }

  has(id: string): boolean {
    return this.components.has(id) || this.connections.has(id) || this.everPlaces.has(id);
  }
}

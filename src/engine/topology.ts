/**
 * The components and connections of a run, and how edits change them while it goes on. Indexes are never reused: what
 * is removed stays as a stone, so that calls under way still find their ends.
 */
import { applyEdit, type Component, type Connection, type Edit, type Scenario } from '../model/scenario';
import type { Link } from './behaviour';
import type { Resolver } from './blueprint';
import { ComponentRuntime } from './component-runtime';
import { ConnectionRuntime } from './connection-runtime';
import type { Deadlines } from './deadlines';
import { needsPolicy, ResiliencePolicy } from './resilience/policy';
import type { Simulation } from './simulation';

export class Topology {
  readonly components: ComponentRuntime[] = [];
  readonly connections: ConnectionRuntime[] = [];
  /** The scenario as it is now, after the edits applied so far. */
  scenario: Scenario;
  readonly #simulation: Simulation;
  readonly #resolver: Resolver;
  readonly #deadlines: Deadlines;
  readonly #componentIndex = new Map<string, number>();
  readonly #connectionIndex = new Map<string, number>();

  constructor(simulation: Simulation, scenario: Scenario, resolver: Resolver, deadlines: Deadlines) {
    this.#simulation = simulation;
    this.scenario = scenario;
    this.#resolver = resolver;
    this.#deadlines = deadlines;
  }

  /** Builds everything in the scenario and starts it. */
  start(): void {
    for (const component of this.scenario.components) this.#addComponent(component);
    for (const connection of this.scenario.connections) this.#addConnection(connection);
    for (const component of this.components) component.behaviour.rewire?.();
    this.#findRepeats();
    for (const component of this.components) component.behaviour.start?.();
  }

  component(id: string): ComponentRuntime | undefined {
    const index = this.#componentIndex.get(id);
    return index === undefined ? undefined : this.components[index];
  }

  connection(id: string): ConnectionRuntime | undefined {
    const index = this.#connectionIndex.get(id);
    return index === undefined ? undefined : this.connections[index];
  }

  /** Changes the running system. An edit that no longer fits changes nothing. */
  edit(edit: Edit): void {
    const before = this.scenario;
    this.scenario = applyEdit(before, edit);
    if (this.scenario === before) return;
    switch (edit.type) {
      case 'add-component': {
        const { behaviour } = this.#addComponent(edit.component);
        behaviour.rewire?.();
        behaviour.start?.();
        break;
      }
      case 'remove-component':
        this.#removeComponent(edit.id);
        break;
      case 'configure-component': {
        const component = this.component(edit.id);
        const document = this.scenario.components.find(({ id }) => id === edit.id);
        if (component && document) component.behaviour.configure(this.#resolver.component(document).config);
        break;
      }
      case 'add-connection':
        this.#rewireEnds(this.#addConnection(edit.connection));
        break;
      case 'remove-connection':
        this.#removeConnection(edit.id);
        break;
      case 'configure-connection': {
        const connection = this.connection(edit.id);
        const document = this.scenario.connections.find(({ id }) => id === edit.id);
        if (!connection || !document) break;
        this.#configure(connection, document);
        this.#rewireEnds(connection);
        break;
      }
      case 'set-places':
      case 'place-component':
        this.#measureAnew();
    }
    this.#findRepeats();
  }

  /** Tells the ledger where the same write can arrive twice: repeated by a caller, or delivered as a message. */
  #findRepeats(): void {
    const repeat = this.connections.filter(
      ({ removed, meaning, config }) =>
        !removed && (meaning === 'deliver' || (config.retryWrites && config.retry !== 'none')),
    );
    this.#simulation.ledger.mayRepeat(repeat.map(({ target }) => target));
  }

  /** Connections whose ends now stand nearer or farther. */
  #measureAnew(): void {
    for (const document of this.scenario.connections) {
      const connection = this.connection(document.id);
      if (!connection) continue;
      const { rttMs } = this.#resolver.connection(document, this.scenario).config;
      if (rttMs === connection.config.rttMs) continue;
      this.#configure(connection, document);
      this.#rewireEnds(connection);
    }
  }

  #addComponent(document: Component): ComponentRuntime {
    const blueprint = this.#resolver.component(document);
    const index = this.components.length;
    const component = new ComponentRuntime(this.#simulation, index, document.id, document.label, blueprint);
    this.components.push(component);
    this.#componentIndex.set(document.id, index);
    component.behaviour = blueprint.create(component);
    return component;
  }

  #removeComponent(id: string): void {
    const component = this.component(id)!;
    for (const link of [...component.outgoing, ...component.incoming]) this.#removeConnection(link.id);
    this.#simulation.life.crash(component);
    component.removed = true;
    this.#componentIndex.delete(id);
  }

  #addConnection(document: Connection): ConnectionRuntime {
    const { meaning } = this.#resolver.connection(document, this.scenario);
    const source = this.#componentIndex.get(document.from)!;
    const target = this.#componentIndex.get(document.to)!;
    const index = this.connections.length;
    const connection = new ConnectionRuntime(document.id, index, source, target, meaning, this.#simulation.seed);
    this.connections.push(connection);
    this.#connectionIndex.set(document.id, index);
    this.#configure(connection, document);
    return connection;
  }

  #configure(connection: ConnectionRuntime, document: Connection): void {
    connection.configure(this.#resolver.connection(document, this.scenario).config);
    connection.deadlineList = this.#deadlines.list(connection.timeout);
    // One that was switched off stays and does nothing, for the calls it still has under way.
    if (needsPolicy(connection.config)) {
      connection.policy ??= new ResiliencePolicy(this.#simulation, connection, this.#deadlines);
    }
    connection.policy?.configure();
    this.#relink(connection);
  }

  #removeConnection(id: string): void {
    const connection = this.connection(id);
    if (!connection) return;
    connection.removed = true;
    this.#connectionIndex.delete(id);
    const source = this.components[connection.source]!;
    const target = this.components[connection.target]!;
    source.outgoing = source.outgoing.filter(({ index }) => index !== connection.index);
    target.incoming = target.incoming.filter(({ index }) => index !== connection.index);
    this.#rewireEnds(connection);
  }

  /** Refreshes what both ends see of a connection. */
  #relink(connection: ConnectionRuntime): void {
    const source = this.components[connection.source]!;
    const target = this.components[connection.target]!;
    const view = (peer: ComponentRuntime): Link => ({
      index: connection.index,
      id: connection.id,
      meaning: connection.meaning,
      config: connection.config,
      peer: { index: peer.self, id: peer.id, label: peer.label, kind: peer.kind },
    });
    const put = (links: Link[], link: Link): void => {
      const at = links.findIndex(({ index }) => index === link.index);
      if (at < 0) links.push(link);
      else links[at] = link;
    };
    put(source.outgoing, view(target));
    put(target.incoming, view(source));
  }

  #rewireEnds(connection: ConnectionRuntime): void {
    this.components[connection.source]!.behaviour.rewire?.();
    this.components[connection.target]!.behaviour.rewire?.();
  }
}

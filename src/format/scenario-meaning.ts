/**
 * What a document of the right form means: do its parts know each other, do the values fit their fields, can it be
 * simulated? Follows the edits of the interventions, because they change what later ones may aim at. Collects every
 * problem up to a bound; where a part is in doubt it stays, so that one mistake is reported once.
 */
import { connectionRule, type ConnectionRule } from '../kinds/connect';
import type { Kind } from '../kinds/kind';
import { findKind } from '../kinds/registry';
import { CONNECTION_FIELDS } from '../model/connection-fields';
import { CONNECTION_FAULTS, type FaultSpec, OUTAGE, PLACE_FAULTS } from '../model/faults';
import { fieldProblem, type Fields, type FieldValue, type Settings } from '../model/fields';
import type { Place } from '../model/places';
import { failed, ok, type Problem, problem, type ProblemNumber, type Result } from '../model/problems';
import type { Component, Connection, Edit, Intervention, RunRecord, ScheduledFault } from '../model/scenario';
import { LIMITS } from './limits';
import { LiveSystem } from './live-system';
import { offeredLoad } from './offered-load';
import { canonical, canonicalPlace, canonicalTimes, placeProblems } from './place-meaning';
import type {
  SavedComponent,
  SavedConnection,
  SavedEdit,
  SavedFault,
  SavedIntervention,
  SavedPlace,
  SavedScenario,
} from './saved-form';

/** The record that a saved form describes, in its canonical shape: settings equal to their defaults are left out. */
export function checkMeaning(saved: SavedScenario): Result<RunRecord> {
  const check = new MeaningCheck();
  const places = check.places(saved.places, 'places');
  const components = saved.components.map((part, i) => check.component(part, `components[${i}]`));
  const connections = saved.connections.map((part, i) => check.connection(part, `connections[${i}]`));
  const faults = saved.faults.map((part, i) => check.scheduledFault(part, `faults[${i}]`));
  check.demand('');
  const interventions = check.interventions(saved.interventions);
  if (check.problems.length > 0) return failed(...check.problems);
  const { title, story, seed } = saved;
  const more = places.length === 0 ? {} : { places };
  return ok({ scenario: { title, story, seed, components, connections, faults, ...more }, interventions });
}

class MeaningCheck {
  readonly problems: Problem[] = [];
  readonly #system = new LiveSystem();
  #tooMuchReported = false;

  component(saved: SavedComponent, where: string): Component {
    if (this.#system.has(saved.id)) this.#report(201, '', `${where}.id`);
    return this.#addComponent(saved, where);
  }

  connection(saved: SavedConnection, where: string): Connection {
    const { id, from, to } = saved;
    if (this.#system.has(id)) this.#report(201, '', `${where}.id`);
    for (const end of ['from', 'to'] as const) {
      if (!this.#system.components.has(saved[end])) this.#report(202, '', `${where}.${end}`);
    }
    if (from !== to && this.#system.connected(from, to)) {
      this.#report(207, 'One connection leads from a component to another; for more traffic raise its share.', where);
    }
    return this.#addConnection(saved, where);
  }

  places(saved: readonly SavedPlace[], where: string): Place[] {
    const system = this.#system;
    const problems = placeProblems(saved, where);
    for (const { number, detail, where: at } of problems) this.#report(number, detail, at);
    for (const [i, { id }] of saved.entries()) {
      if (system.everComponents.has(id) || system.everConnections.has(id)) this.#report(201, '', `${where}[${i}].id`);
    }
    const places = saved.map(canonicalPlace);
    system.setPlaces(places);
    return places;
  }

  scheduledFault(saved: SavedFault, where: string): ScheduledFault {
    const spec = this.#faultSpec(saved.target, saved.fault, where);
    if (spec && !spec.undo && saved.durationMs !== undefined) {
      this.#report(209, 'It happens in a moment, so it has no duration.', `${where}.durationMs`);
    }
    const { random } = saved;
    if (random && spec && !spec.undo) {
      this.#report(209, 'It happens in a moment, so it cannot come and go by chance.', `${where}.random`);
    }
    if (random?.sharedPercent !== undefined && saved.fault !== OUTAGE.id) {
      this.#report(209, 'Only the outage of a place can hit all or one by one.', `${where}.random`);
    }
    return {
      atMs: canonical(saved.atMs),
      ...(saved.durationMs === undefined ? {} : { durationMs: canonical(saved.durationMs) }),
      target: saved.target,
      fault: saved.fault,
      params: this.#params(saved.params, spec, `${where}.params`),
      ...(random ? { random: canonicalTimes(random) } : {}),
    };
  }

  /** Stops where there are problems enough, because what follows builds on what is wrong. */
  interventions(saved: readonly SavedIntervention[]): Intervention[] {
    const log: Intervention[] = [];
    let before = 0;
    for (const [i, entry] of saved.entries()) {
      if (this.#tooMuchReported || this.problems.length >= LIMITS.problems) break;
      const where = `interventions[${i}]`;
      if (entry.atMicros < before) {
        this.#report(105, 'Interventions must be in the order of their times.', `${where}.atMicros`);
      }
      before = entry.atMicros;
      log.push(this.#intervention(entry, where));
    }
    return log;
  }

  #intervention(entry: SavedIntervention, where: string): Intervention {
    const atMicros = canonical(entry.atMicros);
    if (entry.type === 'edit') {
      const edit = this.#edit(entry.edit, `${where}.edit`);
      this.demand(where);
      return { atMicros, type: 'edit', edit };
    }
    const { target, fault, on } = entry;
    const spec = this.#faultSpec(target, fault, where);
    if (spec && !spec.undo && !on) this.#report(209, 'It happens in a moment, so it has no end.', `${where}.on`);
    return { atMicros, type: 'fault', target, fault, on, params: this.#params(entry.params, spec, `${where}.params`) };
  }

  /** Whether the system as it is now can be simulated at all. */
  demand(where: string): void {
    if (this.#tooMuchReported) return;
    const { perSec, users, components, connections, componentsEver, connectionsEver } = this.#system;
    const before = this.problems.length;
    // Rates are decimal fractions whose sum may be off by a hair.
    if (perSec > LIMITS.offeredPerSec + 0.001) {
      this.#report(211, `All sources together may start at most ${LIMITS.offeredPerSec} requests a second.`, where);
    }
    if (users > LIMITS.users) this.#report(211, `All sources together may have at most ${LIMITS.users} users.`, where);
    if (components.size > LIMITS.components || connections.size > LIMITS.connections) {
      this.#report(212, `It may have ${LIMITS.components} components and ${LIMITS.connections} connections.`, where);
    }
    if (componentsEver > LIMITS.componentsEver || connectionsEver > LIMITS.connectionsEver) {
      this.#report(212, 'The edits of one run add too many parts.', where);
    }
    this.#tooMuchReported = this.problems.length > before;
  }

  // — edits of a run —

  /** An edit that no longer fits changes nothing, as in the engine, but its values must be acceptable all the same. */
  #edit(edit: SavedEdit, where: string): Edit {
    const system = this.#system;
    switch (edit.type) {
      case 'add-component': {
        const { id } = edit.component;
        if (system.connections.has(id) || system.everPlaces.has(id)) this.#report(201, '', `${where}.component.id`);
        const component = system.components.has(id)
          ? this.#readComponent(
              edit.component,
              this.#kind(edit.component.kind, `${where}.component`),
              `${where}.component`,
            )
          : this.#addComponent(edit.component, `${where}.component`);
        return { type: edit.type, component };
      }
      case 'remove-component':
        this.#known(system.everComponents, edit.id, where);
        system.removeComponent(edit.id);
        return { type: edit.type, id: edit.id };
      case 'configure-component': {
        const kind = this.#known(system.everComponents, edit.id, where);
        const config = this.#settings(edit.config, kind?.fields, {}, `${where}.config`, 'a component of this kind');
        if (kind && system.components.has(edit.id)) system.setLoad(edit.id, offeredLoad(kind, config));
        return { type: edit.type, id: edit.id, config };
      }
      case 'add-connection':
        return { type: edit.type, connection: this.#editedConnection(edit.connection, `${where}.connection`) };
      case 'remove-connection':
        this.#known(system.everConnections, edit.id, where);
        system.removeConnection(edit.id);
        return { type: edit.type, id: edit.id };
      case 'configure-connection': {
        const rule = this.#known(system.everConnections, edit.id, where);
        const config = this.#connectionSettings(edit.config, rule, `${where}.config`);
        return { type: edit.type, id: edit.id, config };
      }
      case 'set-places':
        return { type: edit.type, places: this.places(edit.places, `${where}.places`) };
      case 'place-component': {
        this.#known(system.everComponents, edit.id, where);
        const { id, place } = edit;
        if (place !== undefined && !system.everPlaces.has(place)) this.#report(213, '', `${where}.place`);
        return { type: edit.type, id, ...(place === undefined ? {} : { place }) };
      }
      case 'set-faults': {
        const faults = edit.faults.map((part, i) => this.scheduledFault(part, `${where}.faults[${i}]`));
        return { type: edit.type, faults };
      }
    }
  }

  #editedConnection(saved: SavedConnection, where: string): Connection {
    const system = this.#system;
    const { id, from, to } = saved;
    if (system.components.has(id) || system.everPlaces.has(id)) this.#report(201, '', `${where}.id`);
    for (const end of ['from', 'to'] as const) {
      if (!system.everComponents.has(saved[end])) this.#report(202, '', `${where}.${end}`);
    }
    const fits =
      !system.connections.has(id) &&
      !system.connected(from, to) &&
      system.components.has(from) &&
      system.components.has(to);
    return fits ? this.#addConnection(saved, where) : this.#readConnection(saved, this.#rule(from, to, where), where);
  }

  #known<T>(table: ReadonlyMap<string, T>, id: string, where: string): T | undefined {
    if (!table.has(id)) this.#report(208, 'The edit aims at nothing the run ever had.', `${where}.id`);
    return table.get(id);
  }

  // — parts —

  #addComponent(saved: SavedComponent, where: string): Component {
    const kind = this.#kind(saved.kind, where);
    const component = this.#readComponent(saved, kind, where);
    this.#system.addComponent(saved.id, kind);
    if (kind) this.#system.setLoad(saved.id, offeredLoad(kind, component.config));
    return component;
  }

  #readComponent(saved: SavedComponent, kind: Kind | undefined, where: string): Component {
    const { id, label, x, y, place } = saved;
    const config = this.#settings(saved.config, kind?.fields, {}, `${where}.config`, 'a component of this kind');
    if (place !== undefined && !this.#system.everPlaces.has(place)) this.#report(213, '', `${where}.place`);
    const more = place === undefined ? {} : { place };
    return { id, kind: saved.kind, label, x: canonical(x), y: canonical(y), config, ...more };
  }

  #addConnection(saved: SavedConnection, where: string): Connection {
    const rule = this.#rule(saved.from, saved.to, where);
    this.#system.addConnection(saved.id, saved.from, saved.to, rule);
    return this.#readConnection(saved, rule, where);
  }

  #readConnection(saved: SavedConnection, rule: ConnectionRule | undefined, where: string): Connection {
    const { id, from, to } = saved;
    return { id, from, to, config: this.#connectionSettings(saved.config, rule, `${where}.config`) };
  }

  #connectionSettings(saved: Settings | undefined, rule: ConnectionRule | undefined, where: string): Settings {
    const defaults = rule ? (rule.defaults as Settings) : null;
    const settings = this.#settings(saved, CONNECTION_FIELDS, defaults, where, 'a connection');
    // Between places another round trip is the default, so one that is given counts even where it is the usual one.
    const rttMs = saved?.['rttMs'];
    if (this.#system.everPlaces.size === 0 || typeof rttMs !== 'number' || 'rttMs' in settings) return settings;
    return fieldProblem(CONNECTION_FIELDS.rttMs, rttMs) === null ? { rttMs: canonical(rttMs), ...settings } : settings;
  }

  #kind(id: string, where: string): Kind | undefined {
    const kind = findKind(id);
    if (!kind) this.#report(203, '', `${where}.kind`);
    return kind;
  }

  #rule(from: string, to: string, where: string): ConnectionRule | undefined {
    if (from === to) {
      this.#report(210, '', where);
      return undefined;
    }
    const source = this.#system.everComponents.get(from);
    const target = this.#system.everComponents.get(to);
    if (!source || !target) return undefined;
    const rule = connectionRule(source, target);
    if (!rule) this.#report(206, `${target.title} accepts nothing that ${source.title} sends.`, where);
    return rule ?? undefined;
  }

  // — values —

  /** Settings in the order of the fields and without defaults. `defaults` null: the defaults are not known. */
  #settings(
    saved: Settings | undefined,
    fields: Fields | undefined,
    defaults: Settings | null,
    where: string,
    owner: string,
    numbers: readonly [unknownField: ProblemNumber, badValue: ProblemNumber] = [204, 205],
  ): Settings {
    if (!saved || !fields) return {};
    if (Object.keys(saved).some((name) => !Object.hasOwn(fields, name))) {
      this.#report(numbers[0], `It is not a setting of ${owner}.`, where);
    }
    const settings: Record<string, FieldValue> = {};
    for (const [name, field] of Object.entries(fields)) {
      if (!Object.hasOwn(saved, name)) continue;
      const value = canonical(saved[name]!);
      const wrong = fieldProblem(field, value);
      if (wrong !== null) this.#report(numbers[1], `${field.label} ${wrong}.`, `${where}.${name}`);
      else if (defaults === null || value !== (defaults[name] ?? field.default)) settings[name] = value;
    }
    return settings;
  }

  #params(saved: Settings | undefined, spec: FaultSpec | undefined, where: string): Settings {
    return this.#settings(saved, spec?.params, {}, where, 'this fault', [209, 209]);
  }

  #faultSpec(target: string, fault: string, where: string): FaultSpec | undefined {
    const system = this.#system;
    const isComponent = system.components.has(target) || system.everComponents.has(target);
    if (system.everPlaces.has(target)) {
      const placeFault = PLACE_FAULTS.find(({ id }) => id === fault);
      if (!placeFault) this.#report(209, 'A zone or region has no such fault.', `${where}.fault`);
      return placeFault;
    }
    if (!isComponent && !system.everConnections.has(target)) {
      this.#report(208, '', `${where}.target`);
      return undefined;
    }
    const kind = system.everComponents.get(target);
    if (isComponent && !kind) return undefined;
    const spec = (kind?.faults ?? CONNECTION_FAULTS).find(({ id }) => id === fault);
    if (!spec) this.#report(209, `${kind?.title ?? 'A connection'} has no such fault.`, `${where}.fault`);
    return spec;
  }

  #report(number: ProblemNumber, detail: string, where: string): void {
    if (this.problems.length < LIMITS.problems) this.problems.push(problem(number, detail, where));
  }
}

/**
 * Random valid run records, made from whatever the registry holds: for round trips of the formats and for property tests
 * of the engine. One number gives one record, so a failing one is named by its number.
 */
import { RandomStream } from '../../engine/random';
import { connectionRule, type ConnectionRule } from '../../kinds/connect';
import type { Kind } from '../../kinds/kind';
import { kindOf, KINDS } from '../../kinds/registry';
import { CONNECTION_FIELDS, connectionFieldNames } from '../../model/connection-fields';
import { CONNECTION_FAULTS, type FaultSpec, OUTAGE, PLACE_FAULTS } from '../../model/faults';
import type { Field, Fields, FieldValue, NumberField, Settings } from '../../model/fields';
import { type Place, REGIONS } from '../../model/places';
import {
  applyEdit,
  type Component,
  type Connection,
  type Edit,
  type Intervention,
  type RandomTimes,
  type RunRecord,
  type Scenario,
  type ScheduledFault,
} from '../../model/scenario';
import { LIMITS } from '../limits';
import { offeredLoad } from '../offered-load';
import { thatEnd } from './waits-for-ever';

export interface RecordOptions {
  /** At most this many components; at least 1. */
  readonly size: number;
  /** wild: every value the fields accept, bounds included. mild: near the defaults, so that a run costs little. */
  readonly values: 'wild' | 'mild';
  /** Faults and interventions happen before this time. */
  readonly horizonMs: number;
  readonly interventions: number;
  /** Whether settings may be drawn with which requests wait for ever by their own declaration. */
  readonly waitsForEver: boolean;
  /** Only clusters and their callers; most edits change how many members a cluster has. */
  readonly membership?: boolean;
}

/** Fields that say how many members a cluster has, or how many of them keep a copy. */
const MEMBER_FIELDS = ['nodes', 'replicas', 'brokers', 'shards', 'replicationFactor'];
const CLUSTERS = KINDS.filter(({ fields }) => MEMBER_FIELDS.some((name) => name in fields));

const WILD: RecordOptions = { size: 8, values: 'wild', horizonMs: 100_000, interventions: 6, waitsForEver: true };

/** The record of a number. The same number gives the same record as long as the registry stays the same. */
export function arbitraryRecord(number: number, options: Partial<RecordOptions> = {}): RunRecord {
  return new RecordMaker(number, { ...WILD, ...options }).make();
}

/** Who calls clusters, in systems about their members. */
const CALLERS = ['service', 'worker', 'transaction-coordinator'];

const TEXTS = [
  'Orders',
  'Zahlungen & Bestände',
  '在庫サービス',
  '🛒 cart',
  '<b>not bold</b>',
  'a "quoted" \\ name',
  '',
  '\n\ttab',
];
const ID_CHARACTERS = 'abcdefghijklmnopqrstuvwxyz0123456789';

class RecordMaker {
  readonly #random: RandomStream;
  readonly #options: RecordOptions;
  readonly #ids = new Set<string>();
  #scenario!: Scenario;
  /** What beside the first source there may be. */
  readonly #kinds: readonly Kind[];

  constructor(number: number, options: RecordOptions) {
    this.#random = new RandomStream(number, 'arbitrary', 'scenario');
    this.#options = options;
    this.#kinds = options.membership ? [...CLUSTERS, ...KINDS.filter(({ id }) => CALLERS.includes(id))] : KINDS;
  }

  make(): RunRecord {
    const { size } = this.#options;
    this.#scenario = {
      title: this.#text(),
      story: `${this.#text()} ${this.#text()}`,
      seed: this.#random.uint32(),
      components: [],
      connections: [],
      faults: [],
    };
    const sources = KINDS.filter(({ source }) => source);
    this.#put({ type: 'add-component', component: this.#component(this.#pick(sources)) });
    for (let i = this.#random.integer(size); i > 0; i--) {
      this.#put({ type: 'add-component', component: this.#component(this.#pick(this.#kinds)) });
    }
    for (let i = this.#random.integer(size * 3) + 1; i > 0; i--) {
      const connection = this.#connection();
      if (connection) this.#put({ type: 'add-connection', connection });
    }
    if (this.#random.chance(0.3)) this.#standInPlaces();
    const faults = Array.from({ length: this.#random.integer(4) }, () => this.#scheduledFault());
    this.#scenario = { ...this.#scenario, faults: faults.filter((fault) => fault !== null) };
    const scenario = this.#scenario;
    return { scenario, interventions: this.#interventions() };
  }

  #interventions(): Intervention[] {
    const list: Intervention[] = [];
    const count = this.#random.integer(this.#options.interventions + 1);
    const times = Array.from({ length: count }, () => this.#random.integer(this.#options.horizonMs * 1000) + 1);
    for (const atMicros of times.sort((a, b) => a - b)) {
      if (this.#random.chance(0.4)) {
        const aimed = this.#fault();
        if (!aimed) continue;
        const { target, spec, params } = aimed;
        const on = spec.undo === undefined || this.#random.chance(0.6);
        list.push({ atMicros, type: 'fault', target, fault: spec.id, on, params });
      } else {
        const edit = this.#edit();
        if (!edit || !this.#put(edit)) continue;
        list.push({ atMicros, type: 'edit', edit });
      }
    }
    return list;
  }

  /** Applies an edit, unless the system would then start more requests than a document may ask for. */
  #put(edit: Edit): boolean {
    const after = applyEdit(this.#scenario, edit);
    const load = { perSec: 0, users: 0 };
    for (const { kind, config } of after.components) {
      const own = offeredLoad(kindOf(kind), config);
      load.perSec += own.perSec;
      load.users += own.users;
    }
    if (load.perSec > LIMITS.offeredPerSec || load.users > LIMITS.users) return false;
    this.#scenario = after;
    return true;
  }

  #edit(): Edit | null {
    const { components, connections } = this.#scenario;
    if (this.#options.membership && this.#random.chance(0.6)) return this.#otherMembers();
    switch (this.#random.integer(9)) {
      case 6:
        return { type: 'set-places', places: this.#places() };
      case 7:
        return components.length === 0 ? null : this.#placing(this.#pick(components).id);
      case 8: {
        const faults = [this.#scheduledFault(), this.#scheduledFault()].filter((fault) => fault !== null);
        return { type: 'set-faults', faults: [...this.#scenario.faults.slice(1), ...faults] };
      }
      case 0:
        return { type: 'add-component', component: this.#component(this.#pick(this.#kinds)) };
      case 1:
        return components.length < 2 ? null : { type: 'remove-component', id: this.#pick(components).id };
      case 2: {
        if (components.length === 0) return null;
        const { id, kind } = this.#pick(components);
        return { type: 'configure-component', id, config: this.#config(kindOf(kind)) };
      }
      case 3: {
        const connection = this.#connection();
        return connection && { type: 'add-connection', connection };
      }
      case 4:
        return connections.length === 0 ? null : { type: 'remove-connection', id: this.#pick(connections).id };
      default: {
        if (connections.length === 0) return null;
        const { id, from, to } = this.#pick(connections);
        return { type: 'configure-connection', id, config: this.#connectionSettings(this.#rule(from, to)!) };
      }
    }
  }

  /** A cluster that grows or shrinks, and is otherwise as it was. */
  #otherMembers(): Edit | null {
    const clusters = this.#scenario.components.filter(({ kind }) => CLUSTERS.includes(kindOf(kind)));
    if (clusters.length === 0) return null;
    const { id, kind, config } = this.#pick(clusters);
    const after: Record<string, FieldValue> = { ...config };
    for (const name of MEMBER_FIELDS) {
      const field = kindOf(kind).fields[name];
      if (field?.type !== 'number' || this.#random.chance(0.4)) continue;
      const count = field.min + this.#random.integer(Math.min(field.max, 6) - field.min + 1);
      if (count === field.default) delete after[name];
      else after[name] = count;
    }
    return { type: 'configure-component', id, config: this.#allowed(kindOf(kind), after) };
  }

  #component(kind: Kind): Component {
    const id = this.#id(kind.id);
    return {
      id,
      kind: kind.id,
      label: this.#text(),
      x: this.#random.integer(100) * 20 - 1000,
      y: this.#random.chance(0.1) ? this.#random.uniform() * 1000 : this.#random.integer(40) * 20,
      config: this.#config(kind),
    };
  }

  #config(kind: Kind): Settings {
    return this.#allowed(kind, this.#settings(kind.fields));
  }

  #allowed(kind: Kind, settings: Settings): Settings {
    return this.#options.waitsForEver ? settings : thatEnd(kind, settings);
  }

  #connection(): Connection | null {
    const { components, connections } = this.#scenario;
    if (components.length === 0) return null;
    const from = this.#pick(components).id;
    const to = this.#pick(components).id;
    const rule = from === to ? null : this.#rule(from, to);
    if (!rule || connections.some((other) => other.from === from && other.to === to)) return null;
    const suggested = `${from}-${to}`;
    const plain = suggested.length <= 40 && !this.#ids.has(suggested) && this.#random.chance(0.7);
    if (plain) this.#ids.add(suggested);
    return { id: plain ? suggested : this.#id('link'), from, to, config: this.#connectionSettings(rule) };
  }

  #rule(from: string, to: string): ConnectionRule | null {
    const kindAt = (id: string): Kind => kindOf(this.#scenario.components.find((part) => part.id === id)!.kind);
    return connectionRule(kindAt(from), kindAt(to));
  }

  #standInPlaces(): void {
    this.#put({ type: 'set-places', places: this.#places() });
    for (const { id } of this.#scenario.components) {
      if (this.#random.chance(0.7)) this.#put(this.#placing(id));
    }
  }

  #placing(id: string): Edit {
    const places = this.#scenario.places ?? [];
    if (places.length === 0 || this.#random.chance(0.2)) return { type: 'place-component', id };
    return { type: 'place-component', id, place: this.#pick(places).id };
  }

  #places(): Place[] {
    const rectangle = () => ({
      label: this.#text(),
      x: this.#random.integer(100) * 20 - 1000,
      y: this.#random.integer(40) * 20,
      width: this.#random.integer(50) * 20 + 20,
      height: this.#random.uniform() * 1000 + 1,
    });
    const regions = Array.from({ length: this.#random.integer(3) }, (): Place => {
      const more = this.#random.chance(0.7) ? { region: this.#pick(REGIONS).id } : {};
      return { id: this.#id('region'), type: 'region', ...rectangle(), ...more };
    });
    const zones = Array.from({ length: this.#random.integer(3) }, (): Place => {
      const more = regions.length > 0 && this.#random.chance(0.7) ? { parent: this.#pick(regions).id } : {};
      return { id: this.#id('zone'), type: 'zone', ...rectangle(), ...more };
    });
    return [...regions, ...zones];
  }

  #chanceTimes(fault: string): RandomTimes {
    const mean = (): number => 10 + this.#random.integer(this.#options.horizonMs);
    const shared = fault === OUTAGE.id && this.#random.chance(0.5) ? { sharedPercent: this.#random.integer(101) } : {};
    return { mtbfMs: mean(), mttrMs: mean(), ...shared };
  }

  #scheduledFault(): ScheduledFault | null {
    const aimed = this.#fault();
    if (!aimed) return null;
    const { target, spec, params } = aimed;
    const timed = spec.undo !== undefined && this.#random.chance(0.7);
    return {
      atMs: this.#random.integer(this.#options.horizonMs),
      ...(timed ? { durationMs: this.#random.integer(this.#options.horizonMs) } : {}),
      target,
      fault: spec.id,
      params,
      ...(timed && this.#random.chance(0.2) ? { random: this.#chanceTimes(spec.id) } : {}),
    };
  }

  #fault(): { target: string; spec: FaultSpec; params: Settings } | null {
    const { components, connections, places = [] } = this.#scenario;
    if (places.length > 0 && this.#random.chance(0.3)) {
      const spec = this.#pick(PLACE_FAULTS);
      return { target: this.#pick(places).id, spec, params: this.#settings(spec.params) };
    }
    const onConnection = connections.length > 0 && this.#random.chance(0.4);
    const parts = onConnection ? connections : components;
    if (parts.length === 0) return null;
    const { id } = this.#pick<Component | Connection>(parts);
    const kind = components.find((component) => component.id === id)?.kind;
    const specs = onConnection || kind === undefined ? CONNECTION_FAULTS : kindOf(kind).faults;
    if (specs.length === 0) return null;
    const spec = this.#pick(specs);
    return { target: id, spec, params: this.#settings(spec.params) };
  }

  #connectionSettings(rule: ConnectionRule): Settings {
    const names = connectionFieldNames(rule.use, rule.meaning, rule.fields);
    const fields = Object.fromEntries(
      Object.entries(CONNECTION_FIELDS).filter(([name]) => names.some((n) => n === name)),
    );
    return this.#settings(fields, rule.defaults as Settings);
  }

  /** Some fields set, none of them to its default, in the order of the fields. */
  #settings(fields: Fields, defaults: Settings = {}): Settings {
    const settings: Record<string, FieldValue> = {};
    for (const [name, field] of Object.entries(fields)) {
      if (!this.#random.chance(0.3)) continue;
      const usual = defaults[name] ?? field.default;
      const value = this.#value(field, usual);
      if (value !== usual) settings[name] = value;
    }
    return settings;
  }

  #value(field: Field, usual: FieldValue): FieldValue {
    switch (field.type) {
      case 'toggle':
        return this.#random.chance(0.5);
      case 'choice':
        return this.#pick(field.options).value;
      case 'number':
        return this.#number(field, Number(usual));
    }
  }

  #number(field: NumberField, usual: number): number {
    const { min, max, integer } = field;
    const wild = this.#options.values === 'wild';
    if (wild && this.#random.chance(0.3)) return this.#random.chance(0.5) ? min : max;
    const low = wild ? min : Math.max(min, usual / 4);
    const high = wild ? max : Math.min(max, usual === 0 ? 2 : usual * 4);
    const value = low + (high - low) * this.#random.uniform();
    return integer ? Math.min(max, Math.max(min, Math.floor(value))) : value;
  }

  #id(stem: string): string {
    for (;;) {
      const length = this.#random.integer(40) + 1;
      const id = this.#random.chance(0.6)
        ? `${stem}-${this.#random.integer(90) + 1}`
        : Array.from({ length }, () => ID_CHARACTERS[this.#random.integer(36)]).join('');
      if (this.#ids.has(id)) continue;
      this.#ids.add(id);
      return id;
    }
  }

  #text(): string {
    return this.#pick(TEXTS);
  }

  #pick<T>(list: readonly T[]): T {
    return list[this.#random.integer(list.length)]!;
  }
}

// Everything at once: whatever is changed, broken and repaired while a system runs, no request is lost or answered twice,
// and the log of what was done repeats the run.
import { expect, inject, it } from 'vitest';
import { FLAG } from '../engine/calls';
import { RandomStream } from '../engine/random';
import type { Simulation } from '../engine/simulation';
import { readFace } from '../model/face';
import { CONNECTION_FAULTS } from '../model/faults';
import { completeConfig, type Field, type Fields, type FieldValue, type Settings } from '../model/fields';
import type { Edit, Intervention, Scenario } from '../model/scenario';
import { MICROS_PER_SECOND as SECOND } from '../model/units';
import { assemble } from './assemble';
import { connectionRule } from './connect';
import { kindOf } from './registry';
import { faceOf, smallSystem } from './small-system';

const LOAD: Settings = { ratePerSec: 150, readPercent: 60, keyCount: 300 };

const SYSTEM = smallSystem({
  components: {
    users: ['client', LOAD],
    jobs: ['client', LOAD],
    shop: ['service'],
    cache: ['redis'],
    database: ['sql-database', { replicas: 2 }],
    events: ['kafka'],
    mailer: ['service'],
    audit: ['service'],
  },
  connections: {
    'users>shop': {},
    'jobs>database': {},
    'shop>cache': {},
    'shop>database': {},
    'shop>events': {},
    'events>mailer': {},
    'jobs>events': {},
    'events>audit': {},
    'mailer>database': {},
  },
});

type Doing = Edit | { readonly type: 'fault'; readonly target: string; readonly fault: string; readonly on: boolean };

class Vandal {
  readonly #random: RandomStream;
  constructor(seed: number) {
    this.#random = new RandomStream(seed, '', 'vandal');
  }

  next(scenario: Scenario): Doing {
    switch (this.#random.integer(8)) {
      case 0:
      case 1: {
        const { id, kind } = this.#pick(SYSTEM.components.slice(2));
        return { type: 'configure-component', id, config: this.#settings(kindOf(kind).fields) };
      }
      case 2: {
        const { id } = this.#pick(SYSTEM.connections);
        const config = {
          consumers: 1 + this.#random.integer(9),
          // Never 0: who waits for ever on a connection that was cut, waits for ever.
          timeoutMs: this.#pick([1, 20, 1000]),
          lossPercent: this.#pick([0, 20]),
        };
        return { type: 'configure-connection', id, config };
      }
      case 3: {
        const { id } = this.#pick(SYSTEM.connections);
        return { type: 'remove-connection', id };
      }
      case 4: {
        const here = (id: string): boolean => scenario.components.some((component) => component.id === id);
        const connection = this.#pick(SYSTEM.connections);
        if (here(connection.from) && here(connection.to)) return { type: 'add-connection', connection };
        const component = this.#pick(SYSTEM.components);
        return { type: 'add-component', component };
      }
      case 5: {
        const component = this.#pick(SYSTEM.components);
        return this.#random.chance(0.2)
          ? { type: 'remove-component', id: component.id }
          : { type: 'add-component', component };
      }
      case 6: {
        const { id: target } = this.#pick(SYSTEM.connections);
        return { type: 'fault', target, fault: this.#pick(CONNECTION_FAULTS).id, on: this.#random.chance(0.4) };
      }
      default: {
        const { id: target, kind } = this.#pick(SYSTEM.components.slice(2));
        return { type: 'fault', target, fault: this.#pick(kindOf(kind).faults).id, on: this.#random.chance(0.5) };
      }
    }
  }

  pause(): number {
    return 1 + this.#random.integer(SECOND / 4);
  }

  /** Two fields, changed to something extreme or something near. */
  #settings(fields: Fields): Settings {
    const settings: Record<string, FieldValue> = {};
    for (let i = 0; i < 2; i++) {
      const [name, field] = this.#pick(Object.entries(fields));
      settings[name] = this.#value(field);
    }
    return settings;
  }

  #value(field: Field): FieldValue {
    switch (field.type) {
      case 'toggle':
        return this.#random.chance(0.5);
      case 'choice':
        return this.#pick(field.options).value;
      case 'number': {
        const near = field.default * this.#pick([0.5, 1, 3]);
        // A median of a microsecond and a p99 of a minute would now and then make a request that takes years.
        const value =
          field.unit === 'ms' ? near : this.#pick([field.min, 500, field.integer ? Math.round(near) : near]);
        return Math.min(field.max, Math.max(field.min, value));
      }
    }
  }

  #pick<T>(list: readonly T[]): T {
    return list[this.#random.integer(list.length)]!;
  }
}

function intervene(simulation: Simulation, doing: Doing): void {
  if (doing.type === 'fault') simulation.intervene({ ...doing, params: {} });
  else simulation.intervene({ type: 'edit', edit: doing });
}

function expectSound(simulation: Simulation): void {
  const { calls } = simulation;
  const held = simulation.components.map(() => 0);
  for (let call = 0; call < calls.used; call++) {
    const flags = calls.flags(call);
    if (calls.isAside(call)) continue;
    if (flags & FLAG.live && flags & FLAG.arrived && !(flags & FLAG.targetDone)) held[calls.target(call)]!++;
  }
  for (const { id, self, stats, source, blueprint } of simulation.components) {
    if (!source) expect(stats.inSystem, `inside ${id}`).toBe(held[self]);
    const component = simulation.component(id);
    if (component?.self === self) readFace(blueprint.face, faceOf(simulation, id));
  }
}

/** Calls whose records are still in use, but for heartbeats and other calls aside, which never end. */
function openRequests({ calls }: Simulation): number[] {
  return Array.from({ length: calls.used }, (_, call) => call).filter(
    (call) => calls.flags(call) & FLAG.live && !calls.isAside(call),
  );
}

/** Stops the load, repairs everything, and waits until all is answered. */
function recover(simulation: Simulation): void {
  for (const { id } of simulation.scenario.connections) {
    for (const fault of CONNECTION_FAULTS)
      intervene(simulation, { type: 'fault', target: id, fault: fault.id, on: false });
    intervene(simulation, { type: 'configure-connection', id, config: {} });
  }
  for (const { id, kind } of simulation.scenario.components) {
    const { source, faults, fields } = kindOf(kind);
    if (source) intervene(simulation, { type: 'remove-component', id });
    else intervene(simulation, { type: 'configure-component', id, config: completeConfig(fields, {}) });
    for (const fault of faults) intervene(simulation, { type: 'fault', target: id, fault: fault.id, on: false });
  }
  simulation.advance(simulation.now + 3600 * SECOND);
}

const SEEDS = Array.from({ length: 5 }, (_, i) => inject('seed') + i);

it.each(SEEDS)('a vandal at work (seed %i)', (seed) => {
  const vandal = new Vandal(seed);
  const simulation = assemble({ ...SYSTEM, seed });
  for (let step = 0; step < 120; step++) {
    simulation.advance(simulation.now + vandal.pause());
    intervene(simulation, vandal.next(simulation.scenario));
    simulation.advance(simulation.now + 2);
    expectSound(simulation);
  }
  const log: readonly Intervention[] = [...simulation.interventions];
  const again = assemble({ ...SYSTEM, seed }, log);
  again.advance(simulation.now);
  expect(again.fingerprint).toBe(simulation.fingerprint);

  recover(simulation);
  expectSound(simulation);
  const inside = simulation.components.filter(({ source, stats }) => !source && stats.inSystem > 0).map(({ id }) => id);
  expect(inside).toEqual([]);
  expect(openRequests(simulation)).toEqual([]);
});

it('every connection of the system is possible', () => {
  const kind = (id: string) => kindOf(SYSTEM.components.find((component) => component.id === id)!.kind);
  for (const { from, to } of SYSTEM.connections) expect(connectionRule(kind(from), kind(to))).not.toBeNull();
});

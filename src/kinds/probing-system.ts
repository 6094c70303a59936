/**
 * The smallest system around a kind in which everything it can do with others happens, and trouble for it by chance: for
 * the contract test, which knows no kind by name.
 */
import { RandomStream } from '../engine/random';
import { CONNECTION_FIELDS } from '../model/connection-fields';
import { DISCOVERY_FIELDS } from '../model/discovery-fields';
import { CONNECTION_FAULTS, CRASH } from '../model/faults';
import type { Field, FieldValue, Fields, Settings } from '../model/fields';
import type { Meaning } from '../model/meaning';
import { OUTBOX_FIELDS } from '../model/outbox-fields';
import { RESILIENCE_NAMES } from '../model/resilience-fields';
import { SAGA_FIELDS } from '../model/saga-fields';
import type { ScheduledFault } from '../model/scenario';
import { connectionRule } from './connect';
import type { Kind } from './kind';
import { kindOf, KINDS } from './registry';
import type { SmallSystem } from './small-system';

/** Component id of the kind that is probed. */
export const PROBED = 'probed';

const { pool } = CONNECTION_FIELDS;
const { fetches } = DISCOVERY_FIELDS;
/** Drawn by a chance of their own: the trouble that the other settings make stays what it was. */
const LATER_FIELDS: Fields = { ...OUTBOX_FIELDS, ...SAGA_FIELDS, pool, fetches };
const OTHER_FIELDS: Fields = Object.fromEntries(
  Object.entries(CONNECTION_FIELDS).filter(([name]) => !(name in LATER_FIELDS)),
);

/** A mix of reads and writes about a few things. */
const LOAD: Settings = { ratePerSec: 100, readPercent: 70, keyCount: 50 };

/**
 * A source reaches the probed kind through each of its ports, directly, through a kind that runs a plan, or else through
 * any other, and through one that coordinates transactions; and the probed kind reaches a kind of each meaning that it sends, two of a kind where it may choose or coordinates.
 */
export function probingSystem(kind: Kind, settings: Settings, seed: number): SmallSystem {
  const components: Record<string, readonly [string, Settings?]> = {};
  const connections: Record<string, Settings> = {};
  const source = KINDS.find((candidate) => candidate.source)!;
  const connectToAll = (from: string, fromKind: Kind, copies: number): void => {
    for (const meaning of fromKind.out.flatMap(({ sends }) => sends)) {
      // Kinds that answer without handing the request on, so that whoever calls them gets a good answer.
      const target = KINDS.find(
        (to) => to !== kind && meaningOf(fromKind, to) === meaning && to.out.every(({ use }) => use !== 'route'),
      );
      // A lock before everything would keep quiet what is to be probed.
      if (!target || (meaning === 'lock' && from !== PROBED)) continue;
      for (let copy = 1; copy <= copies; copy++) {
        components[`${target.id}-${copy}`] = [target.id];
        connections[`${from}>${target.id}-${copy}`] = {};
      }
    }
  };

  if (!kind.source) components['source'] = [source.id, LOAD];
  components[PROBED] = [kind.id, kind.source ? { ...LOAD, ...settings } : settings];
  const coordinators = new Set<string>();
  for (const { accepts } of kind.in) {
    const reaches = (from: Kind): boolean => meaningOf(from, kind) === accepts;
    const between = KINDS.filter((via) => via !== kind && meaningOf(source, via) !== null && reaches(via));
    const via =
      between.find(({ out }) => out.some(({ use }) => use === 'plan')) ?? (reaches(source) ? null : between[0]);
    if (reaches(source)) connections[`source>${PROBED}`] = {};
    if (via) {
      components[`via-${via.id}`] = [via.id];
      connections[`source>via-${via.id}`] = {};
      connections[`via-${via.id}>${PROBED}`] = {};
      if (accepts !== 'request') connectToAll(`via-${via.id}`, via, 1);
    }
    const coordinator = between.find(({ out }) => out.some(({ use }) => use === 'transact'));
    if (coordinator) coordinators.add(coordinator.id);
  }
  connectToAll(PROBED, kind, kind.out.some(({ use }) => use === 'route' || use === 'transact') && !kind.source ? 2 : 1);
  for (const id of coordinators) {
    components[`via-${id}`] = [id];
    connections[`source>via-${id}`] = {};
    connections[`via-${id}>${PROBED}`] = {};
  }
  // Nobody calls a kind that only steers: what it steers needs something to do.
  if (kind.in.length === 0 && !kind.source) {
    for (const [id, [steered]] of Object.entries(components)) {
      if (id !== PROBED && meaningOf(source, kindOf(steered)) !== null) connections[`source>${id}`] = {};
    }
  }
  return { components, connections, seed };
}

function meaningOf(from: Kind, to: Kind): Meaning | null {
  return connectionRule(from, to)?.meaning ?? null;
}

/**
 * The same system with settings, connections and faults by chance: values from the smallest to twice the default, and a
 * fault of every component and connection somewhere in the first two seconds, for at most two.
 */
export function troubledSystem(kind: Kind, seed: number): SmallSystem {
  const chance = new RandomStream(seed, kind.id, 'trouble');
  const ownChance = new RandomStream(seed, kind.id, 'publishing');
  const system = probingSystem(kind, kind.source ? {} : settingsByChance(kind.fields, chance), seed);
  const faults: ScheduledFault[] = [];
  const trouble = (target: string, choices: readonly { readonly id: string; readonly params: Fields }[]): void => {
    const fault = choices[chance.integer(choices.length)];
    if (!fault) return;
    const [atMs, durationMs] = [chance.integer(2000), 100 + chance.integer(1900)];
    faults.push({ atMs, durationMs, target, fault: fault.id, params: settingsByChance(fault.params, chance) });
  };
  const connections = Object.keys(system.connections).map((id): [string, Settings] => {
    trouble(id, CONNECTION_FAULTS);
    // A message lost on a cut connection is waited for until the timeout: it must have one.
    const later = settingsByChance(LATER_FIELDS, ownChance);
    const settings = { ...settingsByChance(OTHER_FIELDS, chance), ...later };
    const timeoutMs = 20 + chance.integer(2000);
    // A link of a few kilobits gets rid of everything in the end, but hours later.
    const bandwidthMbps = chance.chance(0.5) ? 0 : 10;
    // Attempts that end before any answer can be there never get through, and a cache written behind tries for ever.
    const perTryTimeoutMs = chance.chance(0.5) ? 0 : 500;
    const own: Settings = { operation: 'any', timeoutMs, bandwidthMbps, perTryTimeoutMs };
    // Most connections only have a timeout; policies on all of them would let hardly anything through.
    const plain = chance.chance(0.7) ? new Set<string>(RESILIENCE_NAMES) : new Set<string>();
    const rest = Object.entries(settings).filter(([name]) => !plain.has(name));
    return [id, { ...Object.fromEntries(rest), ...own }];
  });
  for (const [id, [kindId]] of Object.entries(system.components)) trouble(id, kindOf(kindId).faults);
  return { ...system, connections: Object.fromEntries(connections), faults };
}

/**
 * The same system with caches that are written behind and renewed before or after the end of a value: everything that
 * can expire does so after two seconds, and the probed kind crashes after three and a half.
 */
export function cachedSystem(kind: Kind, stampede: 'early' | 'stale'): SmallSystem {
  const system = probingSystem(kind, {}, 1);
  const settings: Settings = { pattern: 'write-behind', stampede, beta: 10 };
  const faults = Object.entries(system.components).flatMap(([target, [kindId]]): ScheduledFault[] =>
    kindOf(kindId)
      .faults.filter(({ params }) => 'inSeconds' in params)
      .map(({ id }) => ({ atMs: 1000, durationMs: 1, target, fault: id, params: { inSeconds: 1 } })),
  );
  if (kind.faults.includes(CRASH))
    faults.push({ atMs: 3500, durationMs: 100, target: PROBED, fault: CRASH.id, params: {} });
  return {
    ...system,
    connections: Object.fromEntries(Object.keys(system.connections).map((id) => [id, settings])),
    faults,
  };
}

function settingsByChance(fields: Fields, chance: RandomStream): Settings {
  const settings: Record<string, FieldValue> = {};
  for (const [name, field] of Object.entries(fields)) {
    if (chance.chance(0.7)) settings[name] = valueByChance(field, chance);
  }
  return settings;
}

function valueByChance(field: Field, chance: RandomStream): FieldValue {
  switch (field.type) {
    case 'toggle':
      return chance.chance(0.5);
    case 'choice':
      return field.options[chance.integer(field.options.length)]!.value;
    case 'number': {
      if (chance.chance(0.2)) return field.min;
      const highest = Math.min(field.max, Math.max(2 * field.default, field.min + 3));
      const draw = chance.uniform();
      const share = chance.chance(0.5) ? draw : draw * draw * draw;
      const value = field.min + share * (highest - field.min);
      return field.integer ? Math.floor(value + 0.5) : value;
    }
  }
}

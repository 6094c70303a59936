import type { Resolver } from '../engine/blueprint';
import { Simulation } from '../engine/simulation';
import { CONNECTION_DEFAULTS } from '../model/connection-defaults';
import type { ConnectionConfig } from '../model/connection-fields';
import { completeConfig } from '../model/fields';
import { distanceOf } from '../model/places';
import { RESILIENCE_NAMES } from '../model/resilience-fields';
import type { Intervention, Scenario } from '../model/scenario';
import { BEHAVIOURS } from './behaviours';
import { connectionConfig, connectionRule } from './connect';
import { kindOf } from './registry';

/** A coordinator repeats by the rules of its protocol, and nobody else does it for it. */
const NO_POLICY: Partial<ConnectionConfig> = Object.fromEntries(
  RESILIENCE_NAMES.map((name) => [name, CONNECTION_DEFAULTS[name]]),
);

/** Blueprints from the registry. The document must be valid. */
export const registryResolver: Resolver = {
  component({ kind: id, config: settings }) {
    const kind = kindOf(id);
    const config = completeConfig(kind.fields, settings);
    const BehaviourOfKind = BEHAVIOURS[id];
    if (!BehaviourOfKind) throw new Error(`no behaviour for kind ${id}`);
    return {
      kind: id,
      config,
      metrics: kind.metrics,
      face: kind.face,
      faults: kind.faults,
      source: kind.source ?? false,
      create: (context) => new BehaviourOfKind(config as never, context),
    };
  },
  connection({ from, to, config }, scenario) {
    const distance = distanceOf(scenario, { from, to });
    const kindAt = (id: string) => {
      const component = scenario.components.find((candidate) => candidate.id === id);
      if (!component) throw new Error('a connection leads to no component');
      return kindOf(component.kind);
    };
    const rule = connectionRule(kindAt(from), kindAt(to));
    if (!rule) throw new Error('a connection joins ports that do not fit');
    const full = connectionConfig(rule, config, distance);
    return { meaning: rule.meaning, config: rule.use === 'transact' ? { ...full, ...NO_POLICY } : full };
  },
};

/** A fresh run of a valid scenario, repeating the given interventions. */
export function assemble(scenario: Scenario, replay: readonly Intervention[] = []): Simulation {
  return new Simulation(scenario, registryResolver, replay);
}

/** The outgoing connections of a component, grouped by what their source does with them. */
import { connectionConfig } from '../../kinds/connect';
import { CACHE_NAMES } from '../../model/cache-fields';
import { OUTBOX_NAMES } from '../../model/outbox-fields';
import {
  CONNECTION_FIELDS,
  type ConnectionConfig,
  type ConnectionFieldName,
  connectionFieldNames,
  type ConnectionUse,
} from '../../model/connection-fields';
import { type Field, fieldApplies, type FieldValue } from '../../model/fields';
import { type Plan, type PlanStep, type PlanTarget, stepTarget } from '../../model/plan';
import { distanceOf } from '../../model/places';
import type { Scenario } from '../../model/scenario';
import { connectionRuleOf, type ConnectionChange } from '../../store/document-store';

export interface OutgoingTarget extends PlanTarget {
  /** Component at the other end. */
  readonly to: string;
  /** What its settings are while nobody has changed them. */
  readonly defaults: ConnectionConfig;
}

export function outgoing(scenario: Scenario, id: string, use: ConnectionUse): OutgoingTarget[] {
  const labels = new Map(scenario.components.map((component) => [component.id, component.label]));
  return scenario.connections.flatMap((connection) => {
    const rule = connection.from === id ? connectionRuleOf(scenario, connection) : null;
    if (rule?.use !== use) return [];
    const distance = distanceOf(scenario, connection);
    const config = connectionConfig(rule, connection.config, distance);
    const label = labels.get(connection.to) ?? connection.to;
    const defaults = connectionConfig(rule, {}, distance);
    return [{ connection: connection.id, to: connection.to, label, meaning: rule.meaning, config, defaults }];
  });
}

/**
 * A setting of a connection as it is shown. Publishing follows writes unless told otherwise (`stepOperations`), so there
 * "reads and writes" would be a lie: "writes only" is what it says and its way back.
 */
export function shownSetting(
  name: ConnectionFieldName,
  { meaning, config }: Pick<PlanTarget, 'meaning' | 'config'>,
  defaults: ConnectionConfig,
  use: ConnectionUse,
): { field: Field; value: FieldValue; defaultValue: FieldValue; toSetting(value: FieldValue): FieldValue } {
  const field = withUnit(name, config);
  if (name !== 'on' || meaning !== 'publish' || use !== 'plan') {
    return { field, value: config[name], defaultValue: defaults[name], toSetting: (value) => value };
  }
  const { on } = CONNECTION_FIELDS;
  const shown = (value: FieldValue): FieldValue => (value === 'all' ? 'write' : value);
  return {
    field: { ...on, options: on.options.filter(({ value }) => value !== 'all') },
    value: shown(config.on),
    defaultValue: shown(defaults.on),
    toSetting: (value) => (value === 'write' ? 'all' : value),
  };
}

/** A window over calls is counted in calls, one over time in seconds. */
function withUnit(name: ConnectionFieldName, { breaker }: ConnectionConfig): Field {
  if (name !== 'breakerWindow') return CONNECTION_FIELDS[name];
  return { ...CONNECTION_FIELDS.breakerWindow, unit: breaker === 'time' ? 's' : 'calls' };
}

/** The settings that make a step what it is; the order is set by moving it. */
const STEP_FIELDS: readonly ConnectionFieldName[] = [
  'on',
  'operation',
  'probabilityPercent',
  'mode',
  'parallel',
  'pool',
];

/** What can be set about a step where it stands: when it is taken, and how it uses its cache. */
export function stepFieldNames({ meaning, config }: PlanTarget, isFirst: boolean): readonly ConnectionFieldName[] {
  const fitting = new Set(connectionFieldNames('plan', meaning));
  return [...STEP_FIELDS, ...CACHE_NAMES, ...OUTBOX_NAMES].filter(
    (name) => fitting.has(name) && !(name === 'parallel' && isFirst) && fieldApplies(CONNECTION_FIELDS[name], config),
  );
}

/** The steps of a plan in their order. */
export function stepsInOrder<T extends PlanTarget>(plan: Plan<T>): PlanStep<T>[] {
  return plan.stages.flat();
}

/** What to set so that the step at `from` stands at `to`: every step gets its place. */
export function movedStep(plan: Plan, from: number, to: number): ConnectionChange[] {
  const steps = stepsInOrder(plan);
  const [step] = steps.splice(from, 1);
  if (!step) return [];
  steps.splice(to, 0, step);
  return steps.flatMap((each, i) =>
    (each.type === 'call' ? each.pool : [stepTarget(each)]).map(({ connection }): ConnectionChange => ({
      id: connection,
      field: 'order',
      value: i + 1,
    })),
  );
}

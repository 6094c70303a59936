import { connectionRule } from '../kinds/connect';
import { kindOf } from '../kinds/registry';
import { CONNECTION_FIELDS } from '../model/connection-fields';
import { type Fields, fieldProblem, parseFieldText, type Settings } from '../model/fields';
import { failed, ok, problem, type Result } from '../model/problems';
import { type Scenario, withSetting } from '../model/scenario';

interface Part {
  readonly id: string;
  readonly config: Settings;
}

/** The scenario with one setting of a component or connection changed: "api.workers=8". */
export function applySet(scenario: Scenario, text: string): Result<Scenario> {
  const match = /^([^.=]+)\.([^.=]+)=(.*)$/s.exec(text);
  if (!match) return failed(problem(503, 'It must look like api.workers=8.', '--set'));
  const [, id = '', name = '', value = ''] = match;
  const component = scenario.components.find((part) => part.id === id);
  if (component) {
    const config = changed(component, kindOf(component.kind).fields, {}, name, value);
    if (!config.ok) return config;
    return ok({ ...scenario, components: replace(scenario.components, component, config.value) });
  }
  const connection = scenario.connections.find((part) => part.id === id);
  if (!connection) return failed(problem(503, 'No component or connection has this id.', '--set'));
  const kindAt = (end: string) => kindOf(scenario.components.find((part) => part.id === end)!.kind);
  const rule = connectionRule(kindAt(connection.from), kindAt(connection.to));
  const config = changed(connection, CONNECTION_FIELDS, (rule?.defaults ?? {}) as Settings, name, value);
  if (!config.ok) return config;
  return ok({ ...scenario, connections: replace(scenario.connections, connection, config.value) });
}

function replace<P extends Part>(parts: readonly P[], part: P, config: Settings): P[] {
  return parts.map((other) => (other === part ? { ...part, config } : other));
}

function changed(part: Part, fields: Fields, defaults: Settings, name: string, text: string): Result<Settings> {
  const field = Object.hasOwn(fields, name) ? fields[name] : undefined;
  if (!field) return failed(problem(204, `The fields are ${Object.keys(fields).join(', ')}.`, '--set'));
  const value = parseFieldText(field, text);
  const wrong =
    value === undefined
      ? field.type === 'number'
        ? 'must be a number'
        : 'must be true or false'
      : fieldProblem(field, value);
  if (value === undefined || wrong !== null)
    return failed(problem(205, `${field.label} ${wrong}.`, `--set ${part.id}.${name}`));
  return ok(withSetting(part.config, name, value, defaults[name] ?? field.default));
}

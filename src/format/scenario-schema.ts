/**
 * A JSON Schema of scenario files, for editors: it completes kinds and settings and shows their help. Made from the
 * registry and the model, so it cannot go stale; `npm run -s schema` prints it. The reader does not use it: it checks
 * more than a schema can say.
 */
import type { Kind } from '../kinds/kind';
import { KINDS } from '../kinds/registry';
import { CONNECTION_FIELDS } from '../model/connection-fields';
import { CONNECTION_FAULTS, PLACE_FAULTS } from '../model/faults';
import type { Field, Fields } from '../model/fields';
import { REGIONS } from '../model/places';
import { FORMAT, FORMAT_VERSION, ID_PATTERN, LIMITS } from './limits';

type Schema = Readonly<Record<string, unknown>>;

const ref = (name: string): Schema => ({ $ref: `#/definitions/${name}` });
const text = (maxLength: number, description?: string): Schema => ({
  type: 'string',
  maxLength,
  ...(description === undefined ? {} : { description }),
});
const number = (minimum: number, maximum: number, description?: string): Schema => ({
  type: 'number',
  minimum,
  maximum,
  ...(description === undefined ? {} : { description }),
});
const integer = (minimum: number, maximum: number, description?: string): Schema => ({
  ...number(minimum, maximum, description),
  type: 'integer',
});
const list = (items: Schema, maxItems: number, description: string): Schema => ({
  type: 'array',
  maxItems,
  items,
  description,
});

/** An object with these keys and no others; those whose name ends with ? may be absent. */
function object(properties: Readonly<Record<string, Schema>>, more: Schema = {}): Schema {
  const names = Object.keys(properties);
  return {
    type: 'object',
    additionalProperties: false,
    required: names.filter((name) => !name.endsWith('?')),
    properties: Object.fromEntries(names.map((name) => [name.replace('?', ''), properties[name]!])),
    ...more,
  };
}

function fieldSchema(field: Field): Schema {
  const words = { title: field.label, description: field.help, default: field.default };
  switch (field.type) {
    case 'number': {
      const unit = field.unit === '' ? '' : ` [${field.unit}]`;
      const { min: minimum, max: maximum } = field;
      return { ...words, title: field.label + unit, type: field.integer ? 'integer' : 'number', minimum, maximum };
    }
    case 'choice':
      return { ...words, type: 'string', enum: field.options.map(({ value }) => value) };
    case 'toggle':
      return { ...words, type: 'boolean' };
  }
}

function settings(fields: Fields, description: string): Schema {
  const properties = Object.entries(fields).map(([name, field]): [string, Schema] => [`${name}?`, fieldSchema(field)]);
  return { ...object(Object.fromEntries(properties)), description };
}

/** The faults that anything in the registry knows, each once, with the parameters of all of their name. */
function faultRules(): { ids: string[]; rules: Schema[] } {
  const params = new Map<string, Fields>();
  for (const fault of [...KINDS.flatMap(({ faults }) => faults), ...CONNECTION_FAULTS, ...PLACE_FAULTS]) {
    params.set(fault.id, { ...params.get(fault.id), ...fault.params });
  }
  const ids = [...params.keys()];
  const rules = ids.map((id) => when('fault', id, { params: settings(params.get(id)!, 'Parameters of the fault.') }));
  return { ids, rules };
}

function when(name: string, value: string, properties: Readonly<Record<string, Schema>>): Schema {
  return { if: { properties: { [name]: { const: value } } }, then: { properties } };
}

function kindRule({ id, title, summary, fields }: Kind): Schema {
  return when('kind', id, { config: settings(fields, `${title}: ${summary} Only what differs from the defaults.`) });
}

/** JSON Schema, draft 7: the newest that all editors know. */
export function scenarioSchema(): Schema {
  const faults = faultRules();
  const faultId = { type: 'string', enum: faults.ids, description: 'What happens. Each kind knows some of them.' };
  const target = { ...ref('id'), description: 'Id of a component, a connection or a place.' };
  const params = { type: 'object' };
  const editTypes = {
    'add-component': { component: ref('component') },
    'remove-component': { id: ref('id') },
    'configure-component': { id: ref('id'), 'config?': { type: 'object' } },
    'add-connection': { connection: ref('connection') },
    'remove-connection': { id: ref('id') },
    'configure-connection': { id: ref('id'), 'config?': { type: 'object' } },
    'set-places': { places: list(ref('place'), LIMITS.places, 'All zones and regions from then on.') },
    'place-component': { id: ref('id'), 'place?': ref('id') },
    'set-faults': { faults: list(ref('fault'), LIMITS.faults, 'What is planned from then on.') },
  };
  const mean = (of: string): Schema => number(LIMITS.meanFaultMs, LIMITS.atMs, `Mean time to ${of}, in milliseconds.`);
  const length = number(1, LIMITS.placeSize, 'In canvas units.');
  const atMicros = integer(0, LIMITS.atMs * 1000, 'Simulated time in microseconds.');
  const position = number(-LIMITS.position, LIMITS.position, 'Upper left corner on the canvas.');
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'Backpressure scenario',
    ...object({
      '$schema?': text(500),
      format: { const: FORMAT },
      version: { const: FORMAT_VERSION },
      'kindVersions?': {
        type: 'object',
        additionalProperties: { type: 'integer', minimum: 1 },
        description: 'Versions of the kinds used, where they are beyond 1.',
      },
      title: text(LIMITS.title),
      story: text(LIMITS.story, 'What it shows and what to try. Markdown is not interpreted.'),
      seed: integer(0, LIMITS.seed, 'All randomness of a run derives from it.'),
      components: list(ref('component'), LIMITS.components, 'What the system is made of.'),
      connections: list(ref('connection'), LIMITS.connections, 'Who talks to whom.'),
      faults: list(ref('fault'), LIMITS.faults, 'What goes wrong, and when.'),
      'places?': list(ref('place'), LIMITS.places, 'Zones and regions that components stand in.'),
      'interventions?': list(ref('intervention'), LIMITS.interventions, 'What was done to the run by hand, in order.'),
    }),
    definitions: {
      id: { type: 'string', pattern: ID_PATTERN.source },
      component: object(
        {
          id: { ...ref('id'), description: 'Permanent: the luck of the component derives from it.' },
          kind: {
            type: 'string',
            enum: KINDS.map(({ id }) => id),
            description: KINDS.map(({ id, summary }) => `${id}: ${summary}`).join('\n'),
          },
          label: text(LIMITS.label, 'What people read.'),
          x: position,
          y: position,
          'config?': { type: 'object' },
          'place?': { ...ref('id'), description: 'Id of the zone or region it stands in.' },
        },
        { allOf: KINDS.map(kindRule) },
      ),
      connection: object({
        id: ref('id'),
        from: { ...ref('id'), description: 'Id of the component that sends.' },
        to: { ...ref('id'), description: 'Id of the component that receives.' },
        'config?': settings(CONNECTION_FIELDS, 'Only what differs from the defaults.'),
      }),
      fault: object(
        {
          atMs: number(0, LIMITS.atMs, 'Simulated time in milliseconds.'),
          'durationMs?': number(0, LIMITS.atMs, 'Absent: until somebody ends it.'),
          target,
          fault: faultId,
          'params?': params,
          'random?': object(
            {
              mtbfMs: mean('the next failure'),
              mttrMs: mean('the repair'),
              'sharedPercent?': number(
                0,
                100,
                'Of an outage: share of the failures that hit everything inside at once.',
              ),
            },
            { description: 'It comes and goes by chance; both times are exponential.' },
          ),
        },
        { allOf: faults.rules },
      ),
      place: object({
        id: ref('id'),
        type: { type: 'string', enum: ['region', 'zone'] },
        label: text(LIMITS.label, 'What people read.'),
        x: position,
        y: position,
        width: length,
        height: length,
        'parent?': { ...ref('id'), description: 'Of a zone: id of its region.' },
        'region?': {
          type: 'string',
          enum: REGIONS.map(({ id }) => id),
          description: 'Of a region: where on Earth it is. Decides the round trips to others.',
        },
      }),
      intervention: {
        oneOf: [
          object(
            { atMicros, type: { const: 'fault' }, target, fault: faultId, on: { type: 'boolean' }, 'params?': params },
            { allOf: faults.rules },
          ),
          object({ atMicros, type: { const: 'edit' }, edit: ref('edit') }),
        ],
      },
      edit: {
        oneOf: Object.entries(editTypes).map(([type, properties]) => object({ type: { const: type }, ...properties })),
      },
    },
  };
}

import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, inject, it } from 'vitest';
import { KINDS } from '../kinds/registry';
import { readScenario, savedDocument } from './scenario-codec';
import { scenarioSchema } from './scenario-schema';
import { arbitraryRecord } from './testing/arbitrary-scenario';

fc.configureGlobal({ seed: inject('seed') });

const schema = scenarioSchema() as Json;

type Json = { readonly [key: string]: unknown };

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Whether a value fits, for the keywords that our schema uses; anything else throws. */
function fits(value: unknown, rule: Json): boolean {
  return Object.entries(rule).every(([keyword, argument]) => {
    const arg = argument as never;
    switch (keyword) {
      case '$schema':
      case 'title':
      case 'description':
      case 'default':
      case 'definitions':
      case 'then':
        return true;
      case '$ref':
        return fits(value, (schema['definitions'] as Json)[(argument as string).split('/')[2]!] as Json);
      case 'const':
        return value === argument;
      case 'enum':
        return (argument as unknown[]).includes(value);
      case 'type':
        if (argument === 'object') return isObject(value);
        if (argument === 'array') return Array.isArray(value);
        return argument === 'integer' ? Number.isInteger(value) : typeof value === argument;
      case 'minimum':
        return (value as number) >= arg;
      case 'maximum':
        return (value as number) <= arg;
      case 'maxLength':
        return (value as string).length <= arg;
      case 'pattern':
        return new RegExp(argument as string).test(value as string);
      case 'maxItems':
        return (value as unknown[]).length <= arg;
      case 'items':
        return (value as unknown[]).every((entry) => fits(entry, arg));
      case 'required':
        return (argument as string[]).every((name) => Object.hasOwn(value as Json, name));
      case 'additionalProperties': {
        const known = rule['properties'] ?? {};
        const others = Object.entries(value as Json).filter(([name]) => !Object.hasOwn(known, name));
        return argument === false ? others.length === 0 : others.every(([, other]) => fits(other, arg));
      }
      case 'properties':
        return Object.entries(argument as Json).every(
          ([name, inner]) => !Object.hasOwn(value as Json, name) || fits((value as Json)[name], inner as Json),
        );
      case 'allOf':
        return (argument as Json[]).every((inner) => fits(value, inner));
      case 'oneOf':
        return (argument as Json[]).filter((inner) => fits(value, inner)).length === 1;
      case 'if':
        return !fits(value, arg) || fits(value, rule['then'] as Json);
      default:
        throw new Error(`the test does not know ${keyword}`);
    }
  });
}

const scenarios = readdirSync('scenarios', { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.scenario.json'))
  .map((path) => [path, readFileSync(`scenarios/${path}`, 'utf8')] as const);

describe('the published schema', () => {
  it('is the present one; otherwise: npm run -s schema > public/scenario.schema.json', () => {
    expect(JSON.parse(readFileSync('public/scenario.schema.json', 'utf8'))).toEqual(JSON.parse(JSON.stringify(schema)));
  });

  it('offers every setting of every kind, with its help', () => {
    const printed = JSON.stringify(schema);
    for (const { fields } of KINDS) {
      for (const field of Object.values(fields)) expect(printed).toContain(JSON.stringify(field.help));
    }
  });

  it('accepts what we write', () => {
    fc.assert(
      fc.property(fc.nat(1e9), (n) => {
        expect(fits(JSON.parse(JSON.stringify(savedDocument(arbitraryRecord(n)))), schema)).toBe(true);
      }),
      { numRuns: 100 },
    );
  });

  it.each<[name: string, spoil: (document: Record<string, unknown>) => void]>([
    ['an unknown key', (document) => (document['author'] = 'me')],
    [
      'an unknown setting',
      (document) =>
        (document['components'] = [{ id: 'a', kind: 'service', label: '', x: 0, y: 0, config: { wheels: 4 } }]),
    ],
    [
      'a value out of range',
      (document) =>
        (document['components'] = [{ id: 'a', kind: 'service', label: '', x: 0, y: 0, config: { workers: 0 } }]),
    ],
    ['another version', (document) => (document['version'] = 2)],
  ])('refuses %s', (_, spoil) => {
    const document = { ...savedDocument(arbitraryRecord(1)) } as Record<string, unknown>;
    spoil(document);
    expect(fits(document, schema)).toBe(false);
  });
});

describe.each(scenarios)('scenarios/%s', (_, text) => {
  it('is valid for the reader and for the schema', () => {
    expect(readScenario(text)).toMatchObject({ ok: true });
    expect(fits(JSON.parse(text), schema)).toBe(true);
  });
});

import fc from 'fast-check';
import { describe, expect, inject, it } from 'vitest';
import { KINDS } from '../kinds/registry';
import { EMPTY_SCENARIO } from '../model/scenario';
import { LIMITS } from './limits';
import { readScenario, readScenarioBytes, writeScenario } from './scenario-codec';
import { arbitraryRecord } from './testing/arbitrary-scenario';
import { encodeUtf8 } from './utf8';

fc.configureGlobal({ seed: inject('seed') });

/** A small valid document, to be spoilt in one place. */
function document(): Record<string, unknown> &
  Record<'components' | 'connections' | 'faults', Record<string, unknown>[]> {
  return {
    format: 'backpressure/scenario',
    version: 1,
    title: 'Two parts',
    story: '',
    seed: 7,
    components: [
      { id: 'users', kind: 'client', label: 'Users', x: 0, y: 0, config: { ratePerSec: 50 } },
      { id: 'api', kind: 'service', label: 'API', x: 300, y: 0 },
    ],
    connections: [{ id: 'users-api', from: 'users', to: 'api' }],
    faults: [{ atMs: 10, target: 'api', fault: 'slow', params: { factor: 2 } }],
  };
}

type Document = ReturnType<typeof document>;

function spoilt(spoil: (doc: Document) => void): string {
  const doc = document();
  spoil(doc);
  return JSON.stringify(doc);
}

/** The numbers of the problems of a text, with their places. */
function problemsOf(text: string): string[] {
  const result = readScenario(text);
  return result.ok ? [] : result.problems.map(({ number, where }) => `${number} ${where}`.trim());
}

const edit = (change: object) => ({ atMicros: 5, type: 'edit', edit: change });

describe('what is not a scenario', () => {
  it.each<[name: string, text: string, numbers: string[]]>([
    ['nothing', '', ['101']],
    ['white space', ' \n\t', ['101']],
    ['a truncated text', spoilt(() => {}).slice(0, 200), ['102']],
    ['noise', '\u0000\u0001{]', ['102']],
    ['JSON with a comment', '{} // no', ['102']],
    ['a number', '7', ['103']],
    ['null', 'null', ['103']],
    ['a list', '[]', ['103']],
    ['another format', '{"format":"other","version":1}', ['103']],
    ['no version', '{"format":"backpressure/scenario"}', ['109 version']],
    ['version 0', spoilt((doc) => (doc['version'] = 0)), ['109 version']],
    ['version 1.5', spoilt((doc) => (doc['version'] = 1.5)), ['109 version']],
    ['a version in words', spoilt((doc) => (doc['version'] = '1')), ['109 version']],
    ['a newer version', spoilt((doc) => (doc['version'] = 2)), ['104']],
    ['20 000 open brackets', '['.repeat(20_000), ['107']],
    ['20 000 nested objects', '{"a":'.repeat(20_000), ['107']],
    ['a text beyond the limit', ' '.repeat(LIMITS.textLength + 1), ['106']],
  ])('%s', (_, text, numbers) => {
    expect(problemsOf(text)).toEqual(numbers);
  });

  it.each<[name: string, bytes: number[]]>([
    ['a lone continuation byte', [0x80]],
    ['a cut-off character', [0x7b, 0xe2, 0x82]],
    ['an overlong slash', [0xc0, 0xaf]],
    ['a surrogate', [0xed, 0xa0, 0x80]],
    ['a code point beyond Unicode', [0xf4, 0x90, 0x80, 0x80]],
    ['Latin-1', [0x22, 0xfc, 0x22]],
  ])('bytes: %s', (_, bytes) => {
    const result = readScenarioBytes(Uint8Array.from(bytes));
    expect(result.ok ? [] : result.problems.map(({ number }) => number)).toEqual([108]);
  });
});

describe('the wrong form', () => {
  it.each<[name: string, text: string, numbers: string[]]>([
    ['a missing key', spoilt((doc) => delete doc['title']), ['105 title']],
    ['an unknown key', spoilt((doc) => (doc['author'] = 'me')), ['105']],
    ['an unknown key of a component', spoilt((doc) => (doc.components[1]!['z'] = 1)), ['105 components[1]']],
    ['a text for a number', spoilt((doc) => (doc.components[0]!['x'] = '0')), ['105 components[0].x']],
    ['1e999', spoilt(() => {}).replace('"x":300', '"x":1e999'), ['105 components[1].x']],
    ['a far away place', spoilt((doc) => (doc.components[0]!['x'] = 1e300)), ['105 components[0].x']],
    ['a seed with a fraction', spoilt((doc) => (doc['seed'] = 0.5)), ['105 seed']],
    ['a negative seed', spoilt((doc) => (doc['seed'] = -1)), ['105 seed']],
    ['a long title', spoilt((doc) => (doc['title'] = 'x'.repeat(201))), ['105 title']],
    ['an id with a space', spoilt((doc) => (doc.components[1]!['id'] = 'a b')), ['105 components[1].id']],
    ['an id of 41 characters', spoilt((doc) => (doc.components[1]!['id'] = 'a'.repeat(41))), ['105 components[1].id']],
    ['settings in a list', spoilt((doc) => (doc.components[1]!['config'] = [])), ['105 components[1].config']],
    [
      'a null setting',
      spoilt((doc) => (doc.components[1]!['config'] = { workers: null })),
      ['105 components[1].config'],
    ],
    [
      '1e999 in a setting',
      spoilt(() => {}).replace('"ratePerSec":50', '"ratePerSec":1e999'),
      ['105 components[0].config'],
    ],
    ['a key named __proto__', spoilt(() => {}).replace('"seed":7', '"seed":7,"__proto__":{"x":1}'), ['105']],
    ['__proto__ in settings', spoilt(() => {}).replace('"ratePerSec":50', '"__proto__":{"workers":1}'), ['105']],
    ['a fault before the start', spoilt((doc) => (doc.faults[0]!['atMs'] = -1)), ['105 faults[0].atMs']],
    [
      'an unknown intervention',
      spoilt((doc) => (doc['interventions'] = [{ type: 'x' }])),
      ['105 interventions[0].type'],
    ],
    ['501 components', spoilt((doc) => (doc.components = Array(501).fill(0))), ['212 components']],
  ])('%s', (_, text, numbers) => {
    expect(problemsOf(text)).toEqual(numbers);
  });
});

describe('the wrong meaning', () => {
  it.each<[name: string, text: string, numbers: string[]]>([
    [
      'two components with one id',
      spoilt((doc) => (doc.components[1]!['id'] = 'users')),
      ['201 components[1].id', '202 connections[0].to', '208 faults[0].target'],
    ],
    [
      'a connection named like a component',
      spoilt((doc) => (doc.connections[0]!['id'] = 'api')),
      ['201 connections[0].id'],
    ],
    ['a dangling end', spoilt((doc) => (doc.connections[0]!['to'] = 'gone')), ['202 connections[0].to']],
    ['an unknown kind', spoilt((doc) => (doc.components[1]!['kind'] = 'mainframe')), ['203 components[1].kind']],
    [
      'a kind named constructor',
      spoilt((doc) => (doc.components[1]!['kind'] = 'constructor')),
      ['203 components[1].kind'],
    ],
    ['an unknown field', spoilt((doc) => (doc.components[1]!['config'] = { wheels: 4 })), ['204 components[1].config']],
    [
      'a field named constructor',
      spoilt((doc) => (doc.components[1]!['config'] = { constructor: 4 })),
      ['204 components[1].config'],
    ],
    [
      'a value out of range',
      spoilt((doc) => (doc.components[1]!['config'] = { workers: 0 })),
      ['205 components[1].config.workers'],
    ],
    [
      'a fraction for a count',
      spoilt((doc) => (doc.components[1]!['config'] = { workers: 1.5 })),
      ['205 components[1].config.workers'],
    ],
    [
      'no such choice',
      spoilt((doc) => (doc.components[1]!['config'] = { concurrency: 'magic' })),
      ['205 components[1].config.concurrency'],
    ],
    [
      'an unknown field of a connection',
      spoilt((doc) => (doc.connections[0]!['config'] = { colour: 1 })),
      ['204 connections[0].config'],
    ],
    [
      'a bad value of a connection',
      spoilt((doc) => (doc.connections[0]!['config'] = { rttMs: -1 })),
      ['205 connections[0].config.rttMs'],
    ],
    [
      'a connection to a client',
      spoilt((doc) => doc.connections.push({ id: 'back', from: 'api', to: 'users' })),
      ['206 connections[1]'],
    ],
    [
      'the same connection twice',
      spoilt((doc) => doc.connections.push({ id: 'again', from: 'users', to: 'api' })),
      ['207 connections[1]'],
    ],
    [
      'a connection to itself',
      spoilt((doc) => doc.connections.push({ id: 'loop', from: 'api', to: 'api' })),
      ['210 connections[1]'],
    ],
    ['a fault on nothing', spoilt((doc) => (doc.faults[0]!['target'] = 'gone')), ['208 faults[0].target']],
    [
      'a fault that the kind does not know',
      spoilt((doc) => (doc.faults[0]!['fault'] = 'cut')),
      ['209 faults[0].fault'],
    ],
    ['an unknown parameter', spoilt((doc) => (doc.faults[0]!['params'] = { speed: 2 })), ['209 faults[0].params']],
    ['a bad parameter', spoilt((doc) => (doc.faults[0]!['params'] = { factor: 0 })), ['209 faults[0].params.factor']],
    [
      'too much load',
      spoilt((doc) => {
        for (let i = 0; i < 11; i++)
          doc.components.push({ ...doc.components[0]!, id: `u${i}`, config: { ratePerSec: 20_000 } });
      }),
      ['211'],
    ],
    [
      'interventions out of order',
      spoilt(
        (doc) =>
          (doc['interventions'] = [
            { atMicros: 9, type: 'fault', target: 'api', fault: 'crash', on: true },
            { atMicros: 8, type: 'fault', target: 'api', fault: 'crash', on: false },
          ]),
      ),
      ['105 interventions[1].atMicros'],
    ],
    [
      'an edit of nothing',
      spoilt((doc) => (doc['interventions'] = [edit({ type: 'remove-component', id: 'gone' })])),
      ['208 interventions[0].edit.id'],
    ],
    [
      'an edit with a bad value',
      spoilt(
        (doc) => (doc['interventions'] = [edit({ type: 'configure-component', id: 'api', config: { workers: -1 } })]),
      ),
      ['205 interventions[0].edit.config.workers'],
    ],
    ['a newer kind', spoilt((doc) => (doc['kindVersions'] = { service: 999 })), ['104 kindVersions']],
    ['a version of an unknown kind', spoilt((doc) => (doc['kindVersions'] = { mainframe: 2 })), ['203 kindVersions']],
  ])('%s', (_, text, numbers) => {
    expect(problemsOf(text)).toEqual(numbers);
  });

  it('reports every problem, at most 20', () => {
    const text = spoilt((doc) => {
      for (let i = 0; i < 30; i++) doc.components.push({ id: `x${i}`, kind: 'none', label: '', x: 0, y: 0 });
    });
    expect(problemsOf(text)).toHaveLength(20);
  });

  it('never repeats the input', () => {
    const marker = 'zqxmarker';
    for (const spoil of [
      (doc: Document) => (doc[marker] = marker),
      (doc: Document) => (doc.components[1]!['kind'] = marker),
      (doc: Document) => (doc.components[1]!['config'] = { [marker]: marker }),
      (doc: Document) => (doc.components[1]!['config'] = { [marker]: null }),
      (doc: Document) => (doc.faults[0]!['fault'] = marker),
      (doc: Document) => (doc['kindVersions'] = { [marker]: marker }),
    ]) {
      const result = readScenario(spoilt(spoil));
      expect(result.ok).toBe(false);
      expect(JSON.stringify(result)).not.toContain(marker);
    }
  });
});

describe('what is accepted', () => {
  it('follows edits: a fault may aim at what an earlier edit has added', () => {
    const added = { id: 'new', kind: 'service', label: '', x: 0, y: 0 };
    const text = spoilt((doc) => {
      doc['interventions'] = [
        edit({ type: 'add-component', component: added }),
        edit({ type: 'add-connection', connection: { id: 'link', from: 'users', to: 'new' } }),
        { atMicros: 6, type: 'fault', target: 'new', fault: 'crash', on: true },
        { atMicros: 7, type: 'fault', target: 'link', fault: 'cut', on: true },
        { ...edit({ type: 'remove-component', id: 'new' }), atMicros: 8 },
        // Adding what is there, or joining what is gone, changes nothing, and is no mistake.
        { ...edit({ type: 'add-connection', connection: { id: 'link', from: 'users', to: 'new' } }), atMicros: 9 },
      ];
    });
    expect(problemsOf(text)).toEqual([]);
  });

  it('leaves out settings that equal their default', () => {
    const text = spoilt((doc) => (doc.components[0]!['config'] = { readPercent: 90, ratePerSec: 100 }));
    const result = readScenario(text);
    expect(result.ok && result.value.scenario.components[0]!.config).toEqual({});
  });

  it('accepts the address of a schema and a byte order mark', () => {
    expect(problemsOf('\uFEFF' + spoilt((doc) => (doc['$schema'] = '../scenario.schema.json')))).toEqual([]);
  });

  it('reads an empty scenario', () => {
    const record = { scenario: EMPTY_SCENARIO, interventions: [] };
    expect(readScenario(writeScenario(record))).toEqual({ ok: true, value: record });
  });
});

describe('round trip', () => {
  it('writing and reading gives an equal record, and the same text again', () => {
    fc.assert(
      fc.property(fc.nat(1e9), (number) => {
        const record = arbitraryRecord(number);
        const text = writeScenario(record);
        const back = readScenarioBytes(encodeUtf8(text));
        expect(back).toEqual({ ok: true, value: record });
        expect(writeScenario(record)).toBe(text);
      }),
      { numRuns: 150 },
    );
  });

  it('writes settings in the order of the fields of their kind', () => {
    const kind = KINDS.find(({ fields }) => Object.keys(fields).length > 2)!;
    const names = Object.keys(kind.fields);
    const config = Object.fromEntries([...names].reverse().map((name) => [name, kind.fields[name]!.default]));
    const component = { id: 'a', kind: kind.id, label: '', x: 0, y: 0, config };
    const written = JSON.parse(
      writeScenario({ scenario: { ...EMPTY_SCENARIO, components: [component] }, interventions: [] }),
    ) as Document;
    expect(Object.keys(written.components[0]!['config'] as object)).toEqual(names);
  });
});

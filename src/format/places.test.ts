// Zones, regions and random faults in files and links: what is kept, and what is refused with which number.
import { describe, expect, it } from 'vitest';
import type { RunRecord } from '../model/scenario';
import { readScenario, savedDocument, writeScenario } from './scenario-codec';
import { decodeLink, encodeLink } from './share-link';

const RECTANGLE = { x: 0, y: 0, width: 400, height: 300 };
const RECORD: RunRecord = {
  scenario: {
    title: 'Two zones',
    story: '',
    seed: 1,
    components: [
      { id: 'users', kind: 'client', label: 'Users', x: 0, y: 0, config: {} },
      { id: 'shop', kind: 'service', label: 'Shop', x: 300, y: 0, config: {}, place: 'z-1' },
    ],
    connections: [{ id: 'users-shop', from: 'users', to: 'shop', config: { rttMs: 0.25 } }],
    faults: [
      {
        atMs: 5000,
        target: 'z-1',
        fault: 'outage',
        params: {},
        random: { mtbfMs: 60_000, mttrMs: 5000, sharedPercent: 20 },
      },
      { atMs: 1000, target: 'shop', fault: 'crash', params: {}, random: { mtbfMs: 99_000, mttrMs: 1000 } },
      { atMs: 2000, durationMs: 10, target: 'europe', fault: 'partition', params: { direction: 'in' } },
    ],
    places: [
      { id: 'europe', type: 'region', label: 'Europe', ...RECTANGLE, region: 'eu-de' },
      { id: 'z-1', type: 'zone', label: 'Zone A', ...RECTANGLE, parent: 'europe' },
    ],
  },
  interventions: [
    { atMicros: 10, type: 'fault', target: 'z-1', fault: 'outage', on: true, params: {} },
    { atMicros: 20, type: 'edit', edit: { type: 'place-component', id: 'shop' } },
    {
      atMicros: 30,
      type: 'edit',
      edit: { type: 'set-places', places: [{ id: 'usa', type: 'region', label: 'USA', ...RECTANGLE }] },
    },
    { atMicros: 40, type: 'edit', edit: { type: 'place-component', id: 'shop', place: 'usa' } },
    {
      atMicros: 50,
      type: 'edit',
      edit: {
        type: 'add-component',
        component: { id: 'cart', kind: 'service', label: 'Cart', x: 1, y: 2, config: {}, place: 'usa' },
      },
    },
    {
      atMicros: 60,
      type: 'edit',
      edit: { type: 'set-faults', faults: [{ atMs: 9, target: 'usa', fault: 'outage', params: { mode: 'reset' } }] },
    },
  ],
};

describe('places and random faults', () => {
  it('go through files and links unchanged', () => {
    expect(readScenario(writeScenario(RECORD))).toEqual({ ok: true, value: RECORD });
    expect(decodeLink(encodeLink(RECORD))).toEqual({ ok: true, value: RECORD });
  });

  it('leave documents without them as they were', () => {
    const { places: _, ...scenario } = RECORD.scenario;
    const components = scenario.components.map(({ place: __, ...component }) => component);
    const plain: RunRecord = { scenario: { ...scenario, components, faults: [] }, interventions: [] };
    expect(savedDocument(plain)).not.toHaveProperty('places');
    // Without places the usual round trip is the default, and is left out.
    const read = readScenario(writeScenario(plain));
    expect(read.ok && read.value.scenario.connections[0]!.config).toEqual({});
    expect(read.ok && Object.hasOwn(read.value.scenario, 'places')).toBe(false);
  });

  const problemsOf = (change: (document: Record<string, never>) => void): string[] => {
    const document = structuredClone(savedDocument(RECORD)) as Record<string, never>;
    change(document);
    const read = readScenario(JSON.stringify(document));
    return read.ok ? [] : read.problems.map(({ number, where }) => `${number} ${where}`);
  };
  const set =
    (path: readonly (string | number)[], value: unknown) =>
    (document: object): void => {
      let at = document as Record<string | number, never>;
      for (const step of path.slice(0, -1)) at = at[step]!;
      at[path.at(-1)!] = value as never;
    };

  it.each([
    ['an unknown place of a component', ['components', 1, 'place'], 'nowhere', '213 components[1].place'],
    ['an unknown region of a zone', ['places', 1, 'parent'], 'nowhere', '213 places[1].parent'],
    ['a zone in itself', ['places', 1, 'parent'], 'z-1', '214 places[1].parent'],
    ['a region in a zone', ['places', 0, 'parent'], 'z-1', '214 places[0].parent'],
    ['a region of Earth that is not in the table', ['places', 0, 'region'], 'moon', '205 places[0].region'],
    ['a zone with a region of Earth', ['places', 1, 'region'], 'eu-gb', '214 places[1].region'],
    ['the id of a component', ['places', 1, 'id'], 'shop', '201 components[1].id'],
    ['a fault that places do not have', ['faults', 0, 'fault'], 'crash', '209 faults[0].fault'],
    [
      'a share of what is no outage',
      ['faults', 1, 'random'],
      { mtbfMs: 10, mttrMs: 10, sharedPercent: 5 },
      '209 faults[1].random',
    ],
    ['too short a mean', ['faults', 1, 'random'], { mtbfMs: 1, mttrMs: 10 }, '105 faults[1].random.mtbfMs'],
    ['no size', ['places', 0, 'width'], 0, '105 places[0].width'],
    [
      'an edit to an unknown place',
      ['interventions', 3, 'edit', 'place'],
      'nowhere',
      '213 interventions[3].edit.place',
    ],
  ])('%s is refused', (_, path, value, expected) => {
    expect(problemsOf(set(path, value))).toContain(expected);
  });

  it('a random fault must be one that ends', () => {
    const document = { ...RECORD.scenario, components: [...RECORD.scenario.components] };
    document.components.push({ id: 'cache', kind: 'redis', label: 'Cache', x: 0, y: 0, config: {} });
    const flush = { atMs: 1, target: 'cache', fault: 'flush', params: {}, random: { mtbfMs: 100, mttrMs: 100 } };
    const read = readScenario(writeScenario({ scenario: { ...document, faults: [flush] }, interventions: [] }));
    expect(read.ok ? [] : read.problems.map(({ number }) => number)).toEqual([209]);
  });

  it('there may be a hundred places', () => {
    const places = Array.from({ length: 101 }, (_, i) => ({ id: `p-${i}`, type: 'zone', label: '', ...RECTANGLE }));
    expect(problemsOf(set(['places'], places))).toContain('212 places');
  });
});

import { describe, expect, it } from 'vitest';
import { applyEdit, type Component, diffScenario, EMPTY_SCENARIO, type Scenario, withSetting } from './scenario';

const component = (id: string, config = {}, kind = 'service'): Component => ({
  id,
  kind,
  label: id,
  x: 0,
  y: 0,
  config,
});
const link = (from: string, to: string, config = {}) => ({ id: `${from}-${to}`, from, to, config });

const before: Scenario = {
  ...EMPTY_SCENARIO,
  components: [component('a'), component('b'), component('c')],
  connections: [link('a', 'b'), link('b', 'c')],
};

describe('diffScenario', () => {
  const cases: [name: string, after: Scenario, edits: string[]][] = [
    ['nothing', before, []],
    [
      'what is not simulated',
      { ...before, title: 'x', components: before.components.map((c) => ({ ...c, x: 9, label: 'z' })) },
      [],
    ],
    [
      'a setting',
      { ...before, components: [component('a', { workers: 2 }), component('b'), component('c')] },
      ['configure-component'],
    ],
    [
      'a connection setting',
      { ...before, connections: [link('a', 'b', { rttMs: 5 }), link('b', 'c')] },
      ['configure-connection'],
    ],
    ['a component more', { ...before, components: [...before.components, component('d')] }, ['add-component']],
    [
      'a component less',
      { ...before, components: [component('a'), component('b')], connections: [link('a', 'b')] },
      ['remove-connection', 'remove-component'],
    ],
    [
      'another kind under the same id',
      { ...before, components: [component('a'), component('b'), component('c', {}, 'redis')] },
      ['remove-connection', 'remove-component', 'add-component', 'add-connection'],
    ],
    [
      'a connection led elsewhere',
      { ...before, connections: [link('a', 'b'), { ...link('b', 'c'), to: 'a' }] },
      ['remove-connection', 'add-connection'],
    ],
  ];

  it.each(cases)('%s', (_name, after, types) => {
    const edits = diffScenario(before, after);
    expect(edits.map(({ type }) => type)).toEqual(types);
    const result = edits.reduce(applyEdit, before);
    const simulated = ({ components, connections }: Scenario) => ({
      components: components.map(({ id, kind, config }) => ({ id, kind, config })),
      connections: [...connections].sort((a, b) => (a.id < b.id ? -1 : 1)),
    });
    expect(simulated(result)).toEqual(simulated(after));
  });
});

describe('applyEdit', () => {
  it('leaves the scenario as it is when the edit no longer fits', () => {
    expect(applyEdit(before, { type: 'add-component', component: component('a') })).toBe(before);
    expect(applyEdit(before, { type: 'remove-component', id: 'nobody' })).toBe(before);
    expect(applyEdit(before, { type: 'add-connection', connection: link('a', 'nobody') })).toBe(before);
    expect(applyEdit(before, { type: 'add-connection', connection: { ...link('a', 'b'), id: 'again' } })).toBe(before);
  });

  it('removes the connections of a removed component', () => {
    expect(applyEdit(before, { type: 'remove-component', id: 'b' }).connections).toEqual([]);
  });
});

describe('withSetting', () => {
  it('keeps only what differs from the default', () => {
    expect(withSetting({}, 'workers', 4, 16)).toEqual({ workers: 4 });
    expect(withSetting({ workers: 4, queueLimit: 1 }, 'workers', 16, 16)).toEqual({ queueLimit: 1 });
  });
});

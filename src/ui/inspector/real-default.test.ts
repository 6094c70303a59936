import { describe, expect, it } from 'vitest';
import { KINDS } from '../../kinds/registry';
import type { Field, FieldValue } from '../../model/fields';
import { differsFromReal, showsReal } from './real-default';

function field(part: Partial<Field>, real: string): Field {
  const base = { label: '', help: '', real: { value: real, product: '', source: '' } };
  return { type: 'number', unit: '', min: 0, max: 1e9, default: 0, ...base, ...part } as Field;
}

describe('differsFromReal', () => {
  it.each<[Partial<Field>, FieldValue, string, boolean]>([
    [{ unit: 'ms' }, 2000, '2 s', false],
    [{ unit: 'ms' }, 1000, '60 s', true],
    [{ unit: 'ms' }, 200, '200 ms first retransmission', true],
    [{ unit: 'per instance' }, 16, '200', true],
    [{ unit: 'checks' }, 3, '3', false],
    [{}, 0.99, '0.99', false],
    [{}, 10_000, '10 000', false],
    [{}, 64, 'unlimited (2 147 483 647)', true],
    [
      { type: 'choice', options: [{ value: 'rr', label: 'Round robin', help: '' }] } as Partial<Field>,
      'rr',
      'round robin',
      false,
    ],
    [{ type: 'choice', options: [] } as Partial<Field>, 'none', 'off', false],
    [{ type: 'choice', options: [] } as Partial<Field>, 'drop-head', 'drop-head', false],
    [{ unit: 'ms' }, 0, 'no limit', false],
    [{ unit: 'ms' }, 5, 'no limit', true],
    [{ unit: '% of the calls under way' }, 20, '20 %', false],
    [{ type: 'toggle' } as Partial<Field>, true, 'on', false],
    [{ type: 'toggle' } as Partial<Field>, true, 'off', true],
  ])('%o at %o, real %s: %s', (part, ours, real, differs) => {
    expect(differsFromReal(field(part, real), ours)).toBe(differs);
  });

  it('answers for every field of every kind', () => {
    for (const kind of KINDS) {
      for (const each of Object.values(kind.fields)) expect(typeof differsFromReal(each, each.default)).toBe('boolean');
    }
  });
});

describe('showsReal', () => {
  it.each<[string, boolean]>([
    ['60 s', true],
    ['10 000', true],
    ['unlimited (2 147 483 647)', true],
    ['as long as the interval', true],
    ['200 ms first retransmission', false],
    ['0.25 ms in one zone, 1 ms across zones, 40 ms from a home', false],
  ])('%s: %s', (real, shows) => {
    expect(showsReal(field({ unit: 'ms' }, real), 1)).toBe(shows);
  });
});

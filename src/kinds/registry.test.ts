// One contract over every kind: a new kind is tested by being in the registry, and forgetting a part of it is a failure.
// This half reads the declarations; the other half, registry-runs.test.ts, runs them.
import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { fieldProblem, type Fields } from '../model/fields';
import { BEHAVIOURS } from './behaviours';
import { connectionRule } from './connect';
import { CATEGORIES, type Kind } from './kind';
import { findKind, kindOf, KINDS } from './registry';

const each = KINDS.map((kind): [string, Kind] => [kind.id, kind]);

it('the registry and the folders are the same', () => {
  const folders = readdirSync(import.meta.dirname, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name);
  expect(KINDS.map(({ id }) => id).sort()).toEqual(folders.sort());
});

it('every kind has a behaviour, and every behaviour its kind', () => {
  expect(Object.keys(BEHAVIOURS).sort()).toEqual(KINDS.map(({ id }) => id).sort());
});

it('kinds say whether their histories can be checked', () => {
  const keep = KINDS.filter(({ id }) => 'history' in (BEHAVIOURS[id]!.prototype as object)).map(({ id }) => id);
  expect(KINDS.filter(({ history }) => history).map(({ id }) => id)).toEqual(keep);
  expect(keep).toContain('consensus-store');
});

it('the palette follows the order of its groups', () => {
  const groups = KINDS.map(({ category }) => CATEGORIES.indexOf(category));
  expect(groups).toEqual([...groups].sort((a, b) => a - b));
});

describe('connections', () => {
  it.each([
    ['client', 'load-balancer', 'request'],
    ['client', 'api-gateway', 'request'],
    ['client', 'service', 'request'],
    ['client', 'redis', 'cache'],
    ['client', 'sql-database', 'query'],
    ['client', 'kafka', 'publish'],
    ['load-balancer', 'service', 'request'],
    ['load-balancer', 'load-balancer', 'request'],
    ['api-gateway', 'load-balancer', 'request'],
    ['api-gateway', 'redis', 'cache'],
    ['service', 'service', 'request'],
    ['service', 'redis', 'cache'],
    ['service', 'sql-database', 'query'],
    ['service', 'kafka', 'publish'],
    ['kafka', 'service', 'deliver'],
    ['client', 'transaction-coordinator', 'request'],
    ['transaction-coordinator', 'sql-database', 'query'],
    ['transaction-coordinator', 'redis', null],
    ['service', 'client', null],
    ['client', 'client', null],
    ['redis', 'service', null],
    ['kafka', 'kafka', 'publish'],
  ])('%s to %s: %s', (from, to, meaning) => {
    expect(connectionRule(kindOf(from), kindOf(to))?.meaning ?? null).toBe(meaning);
  });

  it.each(KINDS.filter(({ out }) => out.length > 0).map((kind): [string, Kind] => [kind.id, kind]))(
    '%s reaches some kind with everything it sends',
    (_, kind) => {
      for (const meaning of kind.out.flatMap(({ sends }) => sends)) {
        expect(
          KINDS.some((other) => connectionRule(kind, other)?.meaning === meaning),
          meaning,
        ).toBe(true);
      }
    },
  );
});

describe.each(each)('%s is declared well:', (_, kind) => {
  it('names', () => {
    expect(kind.id).toMatch(/^[a-z]+(-[a-z]+)*$/);
    expect(findKind(kind.id)).toBe(kind);
    expect(CATEGORIES).toContain(kind.category);
    expectSentence(kind.summary);
    for (const list of [kind.in, kind.out, kind.metrics, kind.faults]) {
      const ids = list.map(({ id }) => id);
      expect(new Set(ids).size, ids.join()).toBe(ids.length);
    }
  });

  it('documentation', () => {
    const { models, leavesOut, tryThis, sources } = kind.docs;
    for (const part of [models, leavesOut, tryThis, sources]) expect(part.length).toBeGreaterThan(0);
    for (const text of [...models, ...leavesOut, ...tryThis]) expectSentence(text);
    for (const { title, url } of sources) {
      expect(title).not.toBe('');
      expectAddress(url);
    }
  });

  it('icon', () => {
    for (const [x, y] of pathPoints(kind.icon)) {
      expect(Math.min(x, y), kind.icon).toBeGreaterThanOrEqual(0);
      expect(Math.max(x, y), kind.icon).toBeLessThanOrEqual(24);
    }
  });

  it('fields', () => {
    expectFields(kind.fields);
    expectSources(kind.fields);
  });

  it('metrics', () => {
    const counters = kind.metrics.filter(({ type }) => type === 'counter').map(({ id }) => id);
    for (const { type, of, against, help, label } of kind.metrics) {
      expectSentence(help);
      expect(label).not.toBe('');
      expect(type === 'ratio' ? counters : [undefined]).toContain(of);
      expect(type === 'ratio' ? counters : [undefined]).toContain(against);
    }
  });

  it('faults', () => {
    for (const { label, help, params } of kind.faults) {
      expect(label).not.toBe('');
      expectSentence(help);
      expectFields(params);
    }
  });

  it('migrations', () => {
    expect(kind.migrations.map(({ from }) => from)).toEqual(
      Array.from({ length: kind.version - 1 }, (_unused, i) => i + 1),
    );
    for (const { name, apply, example } of kind.migrations) {
      expect(apply(example.before), name).toEqual(example.after);
    }
  });
});

// — fields —

function expectFields(fields: Fields): void {
  for (const [name, field] of Object.entries(fields)) {
    expect(fieldProblem(field, field.default), name).toBeNull();
    expect(field.label, name).not.toBe('');
    expectSentence(field.help);
    if (field.type === 'choice') for (const { help } of field.options) expectSentence(help);
    if (field.real) expectAddress(field.real.source);
    if (!field.when) continue;
    const decider = fields[field.when.field];
    expect(decider, `${name} depends on ${field.when.field}`).toBeDefined();
    expect(field.when.is.length).toBeGreaterThan(0);
    for (const value of field.when.is) expect(fieldProblem(decider!, value), name).toBeNull();
  }
}

/** A default is quoted with its source, or says why there is nothing to quote. */
function expectSources(fields: Fields): void {
  for (const [name, { real, ours }] of Object.entries(fields)) {
    expect([real, ours].filter(Boolean), `${name}: “real” with a source, or “ours” with a reason`).toHaveLength(1);
  }
}

function expectSentence(text: string): void {
  expect(text).toMatch(/^[^\s*_`[\]<>][^*`[\]<>]*[.!?]$/);
}

function expectAddress(address: string): void {
  expect(['https:', 'http:']).toContain(new URL(address).protocol);
}

// — icons —

/** Numbers an SVG path command takes, and which of them are the x of a point. Arcs have only their end as a point. */
const COMMANDS: Readonly<Record<string, readonly [count: number, points: readonly number[]]>> = {
  M: [2, [0]],
  L: [2, [0]],
  C: [6, [0, 2, 4]],
  S: [4, [0, 2]],
  Q: [4, [0, 2]],
  T: [2, [0]],
  A: [7, [5]],
  H: [1, []],
  V: [1, []],
  Z: [0, []],
};

/** Every point of a path in absolute coordinates. Throws when the path does not parse. */
function pathPoints(path: string): [number, number][] {
  const tokens = path.match(/[a-z]|-?(?:\d+\.?\d*|\.\d+)|[^\s,]/gi) ?? [];
  const points: [number, number][] = [];
  let [x, y, startX, startY, at] = [0, 0, 0, 0, 0];
  if (!/^m/i.test(path)) throw new Error('a path begins with a move');
  while (at < tokens.length) {
    const letter = tokens[at++]!;
    const command = letter.toUpperCase();
    const shape = COMMANDS[command];
    if (!shape) throw new Error(`${letter} is no command of a path`);
    const relative = letter !== command;
    do {
      const numbers = tokens.slice(at, at + shape[0]).map(Number);
      if (numbers.length < shape[0] || numbers.some(Number.isNaN)) throw new Error(`${letter} lacks numbers`);
      at += shape[0];
      const [originX, originY] = relative ? [x, y] : [0, 0];
      if (command === 'H') points.push([(x = originX + numbers[0]!), y]);
      if (command === 'V') points.push([x, (y = originY + numbers[0]!)]);
      if (command === 'Z') [x, y] = [startX, startY];
      for (const i of shape[1]) points.push([(x = originX + numbers[i]!), (y = originY + numbers[i + 1]!)]);
      if (command === 'M') [startX, startY] = [x, y];
    } while (shape[0] > 0 && at < tokens.length && !/[a-z]/i.test(tokens[at]!));
  }
  return points;
}

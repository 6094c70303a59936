import { describe, expect, it } from 'vitest';
import { CONNECTION_FIELDS, type ConnectionConfig } from './connection-fields';
import { completeConfig, type Settings } from './fields';
import type { Meaning } from './meaning';
import { operationCode } from './operations';
import {
  type Occasion,
  planInWords,
  planOn,
  type PlanStep,
  type PlanTarget,
  requestPlan,
  stepOperations,
  takesStep,
} from './plan';

function target(label: string, meaning: Meaning, settings: Settings = {}): PlanTarget {
  return { connection: label, label, meaning, config: completeConfig(CONNECTION_FIELDS, settings) as ConnectionConfig };
}

function name(step: PlanStep): string {
  switch (step.type) {
    case 'cache-aside':
      return `${step.cache.label}/${step.store.label}`;
    case 'cache-only':
      return `${step.cache.label}/-`;
    case 'call':
      return step.pool.map(({ label }) => label).join('|');
  }
}

/** Stages separated by commas, steps of one stage joined by +. */
function planOf(...targets: PlanTarget[]): string {
  return requestPlan(targets)
    .stages.map((stage) => stage.map(name).join('+'))
    .join(', ');
}

/** Lines of the plan, names between bars. */
function wordsOf(...targets: PlanTarget[]): string[] {
  return planInWords(requestPlan(targets)).map((line) =>
    line.map(({ text, strong }) => (strong ? `|${text}|` : text)).join(''),
  );
}

describe('stages', () => {
  const a = target('a', 'request');
  const b = target('b', 'request');

  it.each([
    ['nothing is connected', [], ''],
    ['the order drawn', [b, a], 'b, a'],
    ['an explicit order', [target('a', 'request', { order: 2 }), target('b', 'request', { order: 1 })], 'b, a'],
    ['those without an order go first', [target('a', 'request', { order: 1 }), b], 'b, a'],
    ['equal orders as drawn', [target('b', 'request', { order: 3 }), target('a', 'request', { order: 3 })], 'b, a'],
    ['publishing last, whenever drawn', [target('k', 'publish'), a, b], 'a, b, k'],
    [
      'publishing where it is told',
      [a, target('k', 'publish', { order: 1 }), target('b', 'request', { order: 2 })],
      'a, k, b',
    ],
    ['an order after publishing', [target('k', 'publish'), target('a', 'request', { order: 1 })], 'k, a'],
    [
      'a pool in one place, wherever its members are drawn',
      [
        target('p', 'request', { pool: 1 }),
        a,
        target('q', 'request', { pool: 1 }),
        target('r', 'request', { pool: 2 }),
      ],
      'p|q, a, r',
    ],
    [
      'a pool where its first member is told',
      [
        a,
        target('p', 'request', { pool: 1, order: 2 }),
        target('q', 'request', { pool: 1, order: 2 }),
        target('b', 'request', { order: 1 }),
      ],
      'a, b, p|q',
    ],
    ['together with the step before', [a, target('b', 'request', { parallel: true })], 'a+b'],
    [
      'three together',
      [a, target('b', 'request', { parallel: true }), target('c', 'query', { parallel: true })],
      'a+b+c',
    ],
    ['nothing before to be together with', [target('a', 'request', { parallel: true }), b], 'a, b'],
    ['together with the one before in the order', [target('b', 'request', { order: 1, parallel: true }), a], 'a+b'],
  ])('%s', (_, targets, plan) => {
    expect(planOf(...targets)).toBe(plan);
  });
});

describe('caches', () => {
  const cache = target('redis', 'cache');
  const store = target('db', 'query');

  it.each([
    ['a cache covers the database', [cache, store], 'redis/db'],
    ['in whatever order they were drawn', [store, cache], 'redis/db'],
    ['a cache alone', [cache], 'redis/-'],
    ['a database alone', [store], 'db'],
    [
      'the first cache covers the first database',
      [cache, store, target('c2', 'cache'), target('d2', 'query')],
      'redis/db, c2/d2',
    ],
    ['a second database is asked by itself', [cache, store, target('d2', 'query')], 'redis/db, d2'],
    ['a second cache stands alone', [cache, target('c2', 'cache'), store], 'redis/db, c2/-'],
    ['a cache does not cover a service', [cache, target('a', 'request')], 'redis/-, a'],
    [
      'the cache decides when: its order counts, that of the database does not',
      [
        target('redis', 'cache', { order: 5 }),
        target('db', 'query', { order: 1 }),
        target('a', 'request', { order: 3 }),
      ],
      'a, redis/db',
    ],
  ])('%s', (_, targets, plan) => {
    expect(planOf(...targets)).toBe(plan);
  });
});

it.each([
  ['publish', 'all', 'write'],
  ['publish', 'read', 'read'],
  ['publish', 'write', 'write'],
  ['request', 'all', 'all'],
  ['query', 'read', 'read'],
] as const)('a step that does %s on %s is taken by: %s', (meaning, on, operations) => {
  expect(stepOperations(target('x', meaning, { on }))).toBe(operations);
});

it.each([
  ['request', { operation: 'search' }, false, 'search', true],
  ['request', { operation: 'search' }, false, 'checkout', false],
  ['request', { operation: 'search', on: 'write' }, false, 'search', false],
  ['publish', {}, false, 'any', false],
  ['publish', {}, true, 'checkout', true],
] as const)('a %s with %o is taken (write: %s, %s): %s', (meaning, settings, write, operation, taken) => {
  expect(takesStep(target('x', meaning, settings), write, operationCode(operation))).toBe(taken);
});

describe('in words', () => {
  it.each([
    ['calls a service', [target('a', 'request')], ['calls |a|']],
    [
      'an outbox',
      [target('db', 'query'), target('events', 'publish', { through: 'outbox' })],
      ['queries |db|', 'writes the message for |events| to the outbox of |db|; a relay publishes it'],
    ],
    [
      'an outbox without a write before it',
      [target('db', 'query', { on: 'read' }), target('events', 'publish', { through: 'outbox' })],
      ['queries |db| for reads only', 'publishes to |events| on a write'],
    ],
    [
      'cache-aside',
      [target('redis', 'cache'), target('db', 'query')],
      ['reads |redis|; on a miss asks |db| and fills |redis|; a write goes to |db| and drops the cached copy'],
    ],
    [
      'a cache that writes leave alone',
      [target('redis', 'cache', { on: 'read' }), target('db', 'query')],
      ['reads |redis|; on a miss asks |db| and fills |redis|; a write goes to |db| and leaves the cached copy'],
    ],
    [
      'read-through',
      [target('redis', 'cache', { pattern: 'read-through' }), target('db', 'query')],
      [
        'reads |redis|; on a miss loads from |db| and fills |redis|; fails without |redis|; a write goes to |db| and drops the cached copy',
      ],
    ],
    [
      'write-through with a lock',
      [target('redis', 'cache', { pattern: 'write-through', stampede: 'lock' }), target('db', 'query')],
      [
        'reads |redis|; on a miss whoever gets the lock asks |db| and fills |redis|, the others look again until it is there; a write goes to |db|, then to |redis|',
      ],
    ],
    [
      'write-behind with single-flight',
      [
        target('redis', 'cache', { pattern: 'write-behind', stampede: 'single-flight', flushMs: 200 }),
        target('db', 'query'),
      ],
      [
        'reads |redis|; on a miss one request for each key asks |db| and fills |redis| for all; a write goes to |redis| and is answered; |db| gets up to 100 of them every 200 ms',
      ],
    ],
    [
      'stale while revalidate, for writes that leave it alone',
      [target('redis', 'cache', { stampede: 'stale', on: 'read' }), target('db', 'query')],
      [
        'reads |redis|; on a miss one request for each key asks |db| and fills |redis| for all; serves expired values for 10 s while one is renewed; a write goes to |db| and leaves the cached copy',
      ],
    ],
    [
      'early expiration',
      [target('redis', 'cache', { stampede: 'early' }), target('db', 'query')],
      [
        'reads |redis|; on a miss asks |db| and fills |redis|; renews values before they expire; a write goes to |db| and drops the cached copy',
      ],
    ],
    [
      'a cache that only writes know',
      [target('redis', 'cache', { on: 'write' }), target('db', 'query')],
      ['reads |db|; a write goes to |db| and drops the cached copy'],
    ],
    [
      'a cache for one operation, in front of a database for one',
      [target('redis', 'cache', { operation: 'browse' }), target('db', 'query', { operation: 'browse' })],
      [
        'reads |redis|; on a miss asks |db| and fills |redis|; a write goes to |db| and drops the cached copy; all but browse requests leave |redis| alone (browse requests only)',
      ],
    ],
    [
      'a pool',
      ['a', 'b', 'c'].map((label) => target(label, 'request', { pool: 1 })),
      ['calls |a|, |b| or |c| in turn'],
    ],
    ['one operation', [target('a', 'request', { operation: 'checkout' })], ['calls |a| (checkout requests only)']],
    [
      'one operation, writes, and not always',
      [target('a', 'request', { operation: 'checkout', on: 'write', probabilityPercent: 5 })],
      ['calls |a| for writes only (checkout requests only) (5 % of the requests)'],
    ],
    ['a cache alone', [target('redis', 'cache')], ['reads |redis|; on a miss computes the value and stores it']],
    ['publishing', [target('k', 'publish')], ['publishes to |k| on a write']],
    [
      'publishing a refusal',
      [target('k', 'publish', { tells: 'refused' })],
      ['publishes to |k| when the work is refused'],
    ],
    ['publishing on reads', [target('k', 'publish', { on: 'read' })], ['publishes to |k| for reads only']],
    ['writes only', [target('db', 'query', { on: 'write' })], ['queries |db| for writes only']],
    ['without waiting', [target('a', 'request', { mode: 'async' })], ['calls |a|, without waiting']],
    ['sometimes', [target('a', 'request', { probabilityPercent: 20 })], ['calls |a| (20 % of the requests)']],
    [
      'together, then after',
      [target('a', 'request'), target('b', 'request', { parallel: true }), target('k', 'publish')],
      ['calls |a|; at the same time calls |b|', 'publishes to |k| on a write'],
    ],
  ])('%s', (_, targets, lines) => {
    expect(wordsOf(...targets)).toEqual(lines);
  });
});

describe('what is run on an occasion', () => {
  const steps = [
    target('db', 'query'),
    target('a', 'request', { parallel: true }),
    target('done', 'publish'),
    target('undone', 'publish', { tells: 'undone' }),
    target('refused', 'publish', { tells: 'refused' }),
  ];
  it.each<[Occasion, string]>([
    ['done', 'db+a, done'],
    ['undone', 'db+a, undone'],
    ['refused', 'refused'],
  ])('%s', (occasion, expected) => {
    const { stages } = planOn(requestPlan(steps), occasion);
    expect(stages.map((stage) => stage.map(name).join('+')).join(', ')).toBe(expected);
  });
});

import { describe, expect, it } from 'vitest';
import type { Link } from '../../engine/behaviour';
import { RandomStream } from '../../engine/random';
import { CONNECTION_FIELDS, type ConnectionConfig } from '../../model/connection-fields';
import { completeConfig, type Settings } from '../../model/fields';
import { type Backend, BackendChooser, type Policy } from './backend-choice';

const DRAWS = 20_000;

function backend(index: number, settings: Settings = {}, active = 0, healthy = true): Backend {
  const link: Link = {
    index,
    id: `c${index}`,
    meaning: 'request',
    config: completeConfig(CONNECTION_FIELDS, settings) as ConnectionConfig,
    peer: { index, id: `b${index}`, label: `b${index}`, kind: 'service' },
  };
  return {
    link,
    active,
    healthy,
    against: 0,
    check: 0,
    checking: false,
    rhythm: 0,
    nextCheck: -1,
    checkTimeout: -1,
  };
}

function chooser(policy: Policy, backends: readonly Backend[], seed = 1): BackendChooser {
  const made = new BackendChooser(new RandomStream(seed, 'lb', 'route'));
  made.policy = policy;
  made.rewire(backends);
  return made;
}

function choices(made: BackendChooser, count: number, write = 0): string {
  return Array.from({ length: count }, () => made.choose(write)?.link.index ?? '-').join('');
}

/** Shares of the backends among many choices; whether they fit is judged by four standard deviations of a share. */
function expectShares(made: BackendChooser, expected: readonly number[]): void {
  const counts = expected.map(() => 0);
  for (let i = 0; i < DRAWS; i++) counts[made.choose(0)!.link.index]!++;
  expected.forEach((share, i) => {
    const deviation = Math.sqrt((share * (1 - share)) / DRAWS);
    expect(Math.abs(counts[i]! / DRAWS - share), `share of backend ${i}`).toBeLessThanOrEqual(4 * deviation);
  });
}

const ALL: readonly Policy[] = ['round-robin', 'random', 'least-connections', 'two-choices'];

describe('round robin', () => {
  it('takes one after the other', () => {
    expect(choices(chooser('round-robin', [backend(0), backend(1), backend(2)]), 7)).toBe('0120120');
  });

  it('spreads unequal shares evenly over time', () => {
    const made = chooser('round-robin', [backend(0, { weight: 5 }), backend(1), backend(2)]);
    // The example in the commit message of nginx's smooth weighted round robin.
    expect(choices(made, 14)).toBe('00102000010200');
  });

  it('leaves out who is not healthy, and goes on as before when it is back', () => {
    const backends = [backend(0), backend(1), backend(2)];
    const made = chooser('round-robin', backends);
    expect(choices(made, 3)).toBe('012');
    backends[1]!.healthy = false;
    expect(choices(made, 4)).toBe('0202');
    backends[1]!.healthy = true;
    expect(choices(made, 3)).toBe('012');
  });

  it('keeps the turns of reads and writes apart', () => {
    const made = chooser('round-robin', [backend(0, { on: 'read' }), backend(1), backend(2, { on: 'write' })]);
    expect([choices(made, 1, 0), choices(made, 1, 1), choices(made, 1, 0), choices(made, 1, 1)].join('')).toBe('0112');
  });
});

describe('least connections', () => {
  it('takes the least busy for its share', () => {
    const made = chooser('least-connections', [backend(0, {}, 3), backend(1, { weight: 4 }, 6), backend(2, {}, 2)]);
    // (3 + 1) / 1, (6 + 1) / 4, (2 + 1) / 1
    expect(choices(made, 1)).toBe('1');
  });

  it('lets equals take turns', () => {
    expect(choices(chooser('least-connections', [backend(0), backend(1, {}, 1), backend(2)]), 5)).toBe('02020');
  });
});

describe('random', () => {
  it('follows the shares', () => {
    expectShares(chooser('random', [backend(0), backend(1, { weight: 2 }), backend(2, { weight: 5 })]), [
      1 / 8,
      2 / 8,
      5 / 8,
    ]);
  });
});

describe('power of two choices', () => {
  it('takes the less busy of two drawn at random', () => {
    // Of three pairs, the least busy is in two, and the busiest never wins.
    expectShares(chooser('two-choices', [backend(0, {}, 5), backend(1, {}, 0), backend(2, {}, 3)]), [0, 2 / 3, 1 / 3]);
  });

  it('is fair among equals', () => {
    expectShares(
      chooser(
        'two-choices',
        [0, 1, 2, 3].map((i) => backend(i)),
      ),
      [1 / 4, 1 / 4, 1 / 4, 1 / 4],
    );
  });

  it('uses up the same luck however many backends there are', () => {
    const few = chooser('two-choices', [backend(0)]);
    const many = [backend(0), backend(1), backend(2), backend(3)];
    const steady = chooser('two-choices', many);
    for (let i = 0; i < 10; i++) few.choose(0);
    for (let i = 0; i < 10; i++) steady.choose(0);
    few.rewire(many);
    expect(choices(few, 20)).toBe(choices(steady, 20));
  });
});

it.each(ALL)('%s: nobody to take it', (policy) => {
  expect(choices(chooser(policy, []), 1)).toBe('-');
  expect(choices(chooser(policy, [backend(0, {}, 0, false), backend(1, { weight: 0 })]), 1)).toBe('-');
  expect(choices(chooser(policy, [backend(0, { on: 'read' })]), 1, 1)).toBe('-');
});

it.each(ALL)('%s: a single one takes everything', (policy) => {
  expect(choices(chooser(policy, [backend(0, {}, 0, false), backend(1), backend(2, { weight: 0 })]), 4)).toBe('1111');
});

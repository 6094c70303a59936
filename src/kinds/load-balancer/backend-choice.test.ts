import { describe, expect, it } from 'vitest';
import type { Link } from '../../engine/behaviour';
import { RandomStream } from '../../engine/random';
import { CONNECTION_FIELDS, type ConnectionConfig } from '../../model/connection-fields';
import { completeConfig, type Settings } from '../../model/fields';
import { operationCode } from '../../model/operations';
import { type Backend, newBackend } from './backend';
import { BackendChooser, POLICIES, type Policy } from './backend-choice';

const DRAWS = 20_000;

function backend(index: number, settings: Settings = {}, active = 0, healthy = true): Backend {
  const link: Link = {
    index,
    id: `c${index}`,
    meaning: 'request',
    config: completeConfig(CONNECTION_FIELDS, settings) as ConnectionConfig,
    peer: { index, id: `b${index}`, label: `b${index}`, kind: 'service' },
  };
  return { ...newBackend(link), load: active, eligible: healthy };
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
    backends[1]!.eligible = false;
    expect(choices(made, 4)).toBe('0202');
    backends[1]!.eligible = true;
    expect(choices(made, 3)).toBe('012');
  });

  it('keeps the turns of reads and writes apart', () => {
    const made = chooser('round-robin', [backend(0, { on: 'read' }), backend(1), backend(2, { on: 'write' })]);
    expect([choices(made, 1, 0), choices(made, 1, 1), choices(made, 1, 0), choices(made, 1, 1)].join('')).toBe('0112');
  });
});

it('sends an operation to its own backends, and the others to the rest', () => {
  const [any, browse, checkout] = (['any', 'browse', 'checkout'] as const).map(operationCode);
  const made = chooser('round-robin', [
    backend(0),
    backend(1),
    backend(2, { operation: 'checkout' }),
    backend(3, { operation: 'checkout', on: 'write' }),
  ]);
  const places = (operation = 0, write = 0): string =>
    Array.from({ length: 4 }, () => made.choose(write, operation)!.link.index).join('');
  expect([places(any), places(browse), places(checkout), places(checkout, 1)]).toEqual([
    '0101',
    '0101',
    '2222',
    '2323',
  ]);
  expect([made.lane(0, any!), made.lane(0, browse!), made.lane(1, any!)]).toEqual([0, 0, 1]);
  expect(made.lane(0, checkout!)).not.toBe(made.lane(1, checkout!));
});

describe('IP hash', () => {
  it('goes by the caller, in proportion to whole shares, and moves most callers when a backend goes', () => {
    const backends = [backend(0), backend(1, { weight: 3 })];
    const made = chooser('ip-hash', backends);
    const at = Array.from({ length: DRAWS }, (_, user) => made.choose(0, 0, user)!.link.index);
    const share = at.reduce((sum, index) => sum + index, 0) / DRAWS;
    expect(Math.abs(share - 3 / 4)).toBeLessThanOrEqual(4 * Math.sqrt(3 / 16 / DRAWS));
    expect(at.every((index, user) => made.choose(0, 0, user)!.link.index === index)).toBe(true);
  });
});

describe('a backend that was tried or is full', () => {
  it.each(['round-robin', 'random', 'least-connections', 'two-choices', 'ip-hash', 'ring-hash', 'maglev'] as const)(
    'is passed over by %s',
    (policy) => {
      const backends = [backend(0), backend(1, {}, 5), backend(2)];
      const made = chooser(policy, backends);
      made.choose(0, 0, 1);
      backends[0]!.tried = true;
      backends[1]!.room = 5;
      for (let subject = 0; subject < 20; subject++) expect(made.choose(0, 0, subject)!.link.index).toBe(2);
      backends[2]!.room = 0;
      expect(made.choose(0, 0, 1)).toBeNull();
      expect(made.hasEligible(0, 0)).toBe(true);
    },
  );
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

it.each(POLICIES)('%s: nobody to take it', (policy) => {
  expect(choices(chooser(policy, []), 1)).toBe('-');
  expect(choices(chooser(policy, [backend(0, {}, 0, false), backend(1, { weight: 0 })]), 1)).toBe('-');
  expect(choices(chooser(policy, [backend(0, { on: 'read' })]), 1, 1)).toBe('-');
});

it.each(POLICIES)('%s: a single one takes everything', (policy) => {
  expect(choices(chooser(policy, [backend(0, {}, 0, false), backend(1), backend(2, { weight: 0 })]), 4)).toBe('1111');
});

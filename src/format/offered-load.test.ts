import { describe, expect, it } from 'vitest';
import { KINDS, kindOf } from '../kinds/registry';
import { offeredLoad } from './offered-load';

describe('the load that a component offers', () => {
  it.each(KINDS.filter(({ source }) => source).map((kind) => [kind.id, kind] as const))(
    'is declared by %s in ratePerSec or users, so that no document asks for more than can be simulated',
    (_, kind) => {
      const { perSec, users } = offeredLoad(kind, {});
      expect(perSec + users).toBeGreaterThan(0);
    },
  );

  it('counts what applies: a rate for open load, users for closed load', () => {
    const client = kindOf('client');
    expect(offeredLoad(client, { ratePerSec: 30, users: 9 })).toEqual({ perSec: 30, users: 0 });
    expect(offeredLoad(client, { workload: 'closed', ratePerSec: 30, users: 9 })).toEqual({ perSec: 0, users: 9 });
    expect(offeredLoad(kindOf('service'), {})).toEqual({ perSec: 0, users: 0 });
  });
});

import { describe, expect, it } from 'vitest';
import { smallSystem } from '../../kinds/small-system';
import { requestPlan, stepTarget } from '../../model/plan';
import type { Settings } from '../../model/fields';
import type { Scenario } from '../../model/scenario';
import { movedStep, outgoing, stepFieldNames, stepsInOrder } from './outgoing';

const scenario = smallSystem({
  components: {
    front: ['service'],
    redis: ['redis'],
    postgres: ['sql-database'],
    events: ['kafka'],
    billing: ['service'],
    users: ['client'],
  },
  connections: {
    'users>front': {},
    'front>redis': {},
    'front>postgres': {},
    'front>events': {},
    'front>billing': {},
    'events>billing': {},
  },
});

function order(document: Scenario): string[] {
  return stepsInOrder(requestPlan(outgoing(document, 'front', 'plan'))).map((step) => stepTarget(step).label);
}

describe('outgoing', () => {
  it('groups by use', () => {
    expect(outgoing(scenario, 'users', 'route').map(({ label }) => label)).toEqual(['front']);
    expect(outgoing(scenario, 'events', 'deliver').map(({ label }) => label)).toEqual(['billing']);
    expect(outgoing(scenario, 'front', 'route')).toEqual([]);
  });
});

describe('stepFieldNames', () => {
  const names = (label: string, config: Settings = {}): readonly string[] => {
    const step = outgoing(scenario, 'front', 'plan').find((target) => target.label === label)!;
    return stepFieldNames({ ...step, config: { ...step.config, ...config } as typeof step.config }, false);
  };

  it('says of a call when it is taken, whether it is waited for, and with whom it takes turns', () => {
    expect(names('billing')).toEqual(['on', 'operation', 'probabilityPercent', 'mode', 'parallel', 'pool']);
  });

  it('says of a cache what it does on a miss and on a write, and only what applies', () => {
    const plain = names('redis');
    expect(plain).toEqual(['on', 'operation', 'probabilityPercent', 'pattern', 'stampede', 'leases']);
    expect(names('redis', { pattern: 'write-behind', stampede: 'lock' })).toEqual(
      expect.arrayContaining(['flushMs', 'flushBatch', 'flushLimit', 'pollMs', 'lockMs']),
    );
    expect(names('redis', { stampede: 'early' })).toContain('beta');
  });
});

describe('movedStep', () => {
  it('gives every step its place, so that the new order holds whatever was drawn or derived', () => {
    expect(order(scenario)).toEqual(['redis', 'billing', 'events']);
    const changes = movedStep(requestPlan(outgoing(scenario, 'front', 'plan')), 2, 0);
    const moved: Scenario = {
      ...scenario,
      connections: scenario.connections.map((connection) => {
        const change = changes.find(({ id }) => id === connection.id);
        return change ? { ...connection, config: { [change.field]: change.value } } : connection;
      }),
    };
    expect(order(moved)).toEqual(['events', 'redis', 'billing']);
  });

  it('moves a pool as one', () => {
    const [first, ...others] = outgoing(scenario, 'front', 'plan');
    const member = (connection: string) => {
      const config = { ...first!.config, pool: 1 };
      return { ...first!, connection, meaning: 'request' as const, config };
    };
    const changes = movedStep(requestPlan([...others, member('a'), member('b')]), 0, 2);
    expect(changes.filter(({ id }) => id === 'a' || id === 'b').map(({ value }) => value)).toEqual([2, 2]);
  });
});

import { describe, expect, it } from 'vitest';
import { smallSystem } from '../../kinds/small-system';
import { requestPlan, stepTarget } from '../../model/plan';
import type { Scenario } from '../../model/scenario';
import { movedStep, outgoing, stepsInOrder } from './outgoing';

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
});

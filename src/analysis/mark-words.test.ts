import { describe, expect, it } from 'vitest';
import { type Edit, EMPTY_SCENARIO, type Intervention, type Scenario } from '../model/scenario';
import { plainText } from './narrator';
import { markWords } from './mark-words';

const at = { x: 0, y: 0, config: {} };
const scenario: Scenario = {
  ...EMPTY_SCENARIO,
  components: [
    { id: 'c', kind: 'client', label: 'shoppers', ...at },
    { id: 'k', kind: 'consensus-store', label: 'registry', ...at },
    { id: 's', kind: 'service', label: 'orders', ...at, config: { workers: 8 } },
  ],
  connections: [{ id: 'c-s', from: 'c', to: 's', config: {} }],
};
const fault = (target: string, id: string, on = true, params = {}): Intervention => ({
  atMicros: 0,
  type: 'fault',
  target,
  fault: id,
  on,
  params,
});
const edit = (change: Edit): Intervention => ({ atMicros: 0, type: 'edit', edit: change });

describe('markWords', () => {
  it.each<[Intervention, string]>([
    [fault('s', 'crash'), 'orders crashed'],
    [fault('s', 'crash', false), 'orders restarted'],
    [fault('s', 'slow'), 'orders slowed down (×4)'],
    [fault('s', 'errors', true, { percent: 25 }), 'orders answers with errors (25 %)'],
    [
      fault('k', 'node-partition', true, { isolate: 'numbered', size: 1 }),
      'registry is partitioned (nodes by number, from node 1)',
    ],
    // The first node means nothing when the leader is cut off.
    [fault('k', 'node-partition', true, { size: 2, first: 3 }), 'registry is partitioned (2 nodes)'],
    [fault('c-s', 'cut'), 'shoppers → orders was cut'],
    [fault('gone', 'crash'), 'gone: crash on'],
    [edit({ type: 'configure-component', id: 's', config: { workers: 4 } }), 'orders: Workers is now 4 per instance'],
    [edit({ type: 'configure-component', id: 's', config: {} }), 'orders: Workers is back to its default'],
    [edit({ type: 'remove-component', id: 's' }), 'orders was removed'],
    [edit({ type: 'remove-connection', id: 'c-s' }), 'shoppers → orders was disconnected'],
    [
      edit({ type: 'configure-connection', id: 'c-s', config: { timeoutMs: 200 } }),
      'shoppers → orders: Timeout is now 200 ms',
    ],
  ])('%#: %s', (intervention, words) => {
    expect(plainText(markWords(intervention, scenario))).toBe(words);
  });
});

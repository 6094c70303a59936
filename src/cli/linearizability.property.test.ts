// End to end, as a reader would: a scenario file with random accidents is read, run, and the history of its store checked.
// With reads that a majority confirms it is linearizable whatever happens; with reads from any node it is not.
import { expect, it } from 'vitest';
import { RandomStream } from '../engine/random';
import { readScenario, writeScenario } from '../format/scenario-codec';
import { smallSystem } from '../kinds/small-system';
import type { Settings } from '../model/fields';
import type { RunRecord, ScheduledFault } from '../model/scenario';
import { MICROS_PER_SECOND as SECOND } from '../model/units';
import { checkHistories } from './check-history';

const SEEDS = Array.from({ length: 10 }, (_, i) => i + 1);

/** Accidents of nodes, of all of them, and of the network, for ten seconds; several at a time. */
function accidents(chance: RandomStream): ScheduledFault[] {
  const pick = <T>(list: readonly T[]): T => list[chance.integer(list.length)]!;
  return Array.from({ length: 12 }, (): ScheduledFault => {
    const [target, fault] = pick([
      ['store', 'node-crash'],
      ['store', 'node-freeze'],
      ['store', 'node-slow'],
      ['store', 'node-partition'],
      ['store', 'node-partition'],
      ['store', 'crash'],
      ['store', 'pause'],
      ['here>store', 'cut'],
      ['there>store', 'delay'],
    ] as const);
    let params: Settings = {};
    if (fault === 'node-partition') {
      params = { isolate: pick(['with-leader', 'without-leader']), direction: pick(['both', 'in', 'out']) };
    } else if (fault.startsWith('node')) params = { node: chance.integer(6) };
    else if (fault === 'cut') params = { direction: pick(['both', 'there', 'back']) };
    return { atMs: chance.integer(9000), durationMs: 100 + chance.integer(2500), target, fault, params };
  });
}

function recordOf(seed: number, reads: string): RunRecord {
  const chance = new RandomStream(seed, '', 'accidents');
  const nodes = 3 + 2 * chance.integer(2);
  const client: Settings = { ratePerSec: 30, readPercent: 50, keyCount: 6 };
  const scenario = smallSystem({
    components: {
      here: ['client', client],
      there: ['client', client],
      store: ['consensus-store', { nodes, reads, electionMinMs: 300, electionMaxMs: 600 }],
    },
    connections: {
      'here>store': { timeoutMs: 2000, perTryTimeoutMs: 500, retry: 'exponential', retryWrites: true },
      'there>store': { timeoutMs: 1000, node: 2 },
    },
    faults: accidents(chance),
    seed,
  });
  // Ids of files have no ">".
  const named = (id: string): string => id.replace('>', '-');
  const connections = scenario.connections.map((each) => ({ ...each, id: named(each.id) }));
  const faults = scenario.faults.map((each) => ({ ...each, target: named(each.target) }));
  const file = writeScenario({ scenario: { ...scenario, connections, faults }, interventions: [] });
  const read = readScenario(file);
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  return read.value;
}

function verdict(seed: number, reads: string) {
  const checked = checkHistories(recordOf(seed, reads), 12 * SECOND, 10_000_000, 'store');
  if (!checked.ok) throw new Error(JSON.stringify(checked.problems));
  return checked.value[0]!.check;
}

it.each(SEEDS)('reads confirmed by a majority: linearizable (seed %i)', (seed) => {
  const { verdict: found, whole, operations } = verdict(seed, 'confirmed');
  expect({ found, whole }).toEqual({ found: 'linearizable', whole: true });
  expect(operations).toBeGreaterThan(300);
});

it('reads from the leader by lease: linearizable, while clocks run alike', () => {
  for (const seed of SEEDS.slice(0, 5)) expect(verdict(seed, 'lease').verdict, `seed ${seed}`).toBe('linearizable');
});

it('reads from any node: not, in some runs', () => {
  const violated = SEEDS.filter((seed) => verdict(seed, 'local').verdict === 'not linearizable');
  expect(violated.length).toBeGreaterThan(SEEDS.length / 2);
});

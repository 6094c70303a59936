// End to end: services take a lock for each row, somebody stands still, dies or is cut off, and a store that looks at tokens
// never lets a row go back to an older one. Without looking it does, so that the property can fail.
import { describe, expect, it } from 'vitest';
import { RandomStream } from '../engine/random';
import { Simulation } from '../engine/simulation';
import type { Settings } from '../model/fields';
import type { ScheduledFault } from '../model/scenario';
import { MICROS_PER_SECOND as SECOND } from '../model/units';
import { registryResolver } from './assemble';
import { metricOf, smallSystem } from './small-system';

const SEEDS = [1, 2, 3, 4, 5, 6, 7, 8];

/** What the store has accepted, in order: the row and the token of the lock. */
interface Accepted {
  readonly row: number;
  readonly token: number;
}

/** Twelve seconds, ten of them with trouble. */
function run(seed: number, kind: string, oldTokens: string): { accepted: Accepted[]; simulation: Simulation } {
  const chance = new RandomStream(seed, kind, 'locks');
  const pick = <T>(list: readonly T[]): T => list[chance.integer(list.length)]!;
  const faults = Array.from({ length: 14 }, (): ScheduledFault => {
    const [target, fault] = pick([
      ['one', 'pause'],
      ['two', 'pause'],
      ['one', 'crash'],
      ['one', 'slow'],
      ['one>store', 'delay'],
      ['one>store', 'cut'],
      ['two>locks', 'cut'],
      ['locks', 'crash'],
      ['locks', 'pause'],
      ['locks', 'forget-leases'],
      ['locks', 'clock-jump'],
      ['store', 'pause'],
    ] as const);
    const params: Settings = fault === 'delay' ? { addMs: 50 + chance.integer(900) } : {};
    const atMs = chance.integer(9000);
    return { atMs, durationMs: 100 + chance.integer(1500), target, fault, params };
  });
  const lock = { lockScope: 'key', leaseMs: 400, timeoutMs: 1000, renews: chance.chance(0.7) };
  const scenario = smallSystem({
    components: {
      first: ['client', { ratePerSec: 40, readPercent: 0, keyCount: 4 }],
      second: ['client', { ratePerSec: 40, readPercent: 0, keyCount: 4 }],
      one: ['service', { workers: 100, meanMs: 5 }],
      two: ['service', { workers: 100, meanMs: 5 }],
      locks: ['lock-service', { durable: chance.chance(0.5) }],
      store: [kind, { oldTokens }],
    },
    connections: {
      'first>one': { timeoutMs: 3000 },
      'second>two': { timeoutMs: 3000 },
      'one>locks': lock,
      'two>locks': lock,
      'one>store': { timeoutMs: 2000, retry: 'fixed', retryWrites: true, perTryTimeoutMs: 600 },
      'two>store': { timeoutMs: 2000 },
    },
    faults,
    seed,
  });
  const accepted: Accepted[] = [];
  const simulation = new Simulation(scenario, {
    connection: registryResolver.connection,
    component(document) {
      const blueprint = registryResolver.component(document);
      if (document.id !== 'store') return blueprint;
      return {
        ...blueprint,
        create(context) {
          const { succeed } = context;
          return blueprint.create(
            Object.assign(context, {
              succeed(call: number, result?: number) {
                const { calls } = context;
                if (calls.write(call) === 1 && calls.fence(call) > 0) {
                  accepted.push({ row: calls.key(call), token: calls.fence(call) });
                }
                succeed.call(context, call, result);
              },
            }),
          );
        },
      };
    },
  });
  simulation.advance(12 * SECOND);
  return { accepted, simulation };
}

/** How often a row was written with an older token than before. */
function steps(accepted: readonly Accepted[]): number {
  const highest = new Map<number, number>();
  let back = 0;
  for (const { row, token } of accepted) {
    const before = highest.get(row) ?? 0;
    if (token < before) back++;
    else highest.set(row, token);
  }
  return back;
}

describe.each(['sql-database', 'object-store'])('%s', (kind) => {
  it.each(SEEDS)('rows that reject old tokens never go back (seed %i)', (seed) => {
    const { accepted, simulation } = run(seed, kind, 'reject-row');
    expect(accepted.length).toBeGreaterThan(25);
    expect(steps(accepted)).toBe(0);
    expect(metricOf(simulation, 'store', 'zombieWrites')).toBe(0);
  });

  it('rows that accept them do, and the store counts it', () => {
    const runs = SEEDS.map((seed) => run(seed, kind, 'accept'));
    const back = runs.filter(({ accepted }) => steps(accepted) > 0).length;
    expect(back).toBeGreaterThan(SEEDS.length / 2);
    for (const { accepted, simulation } of runs) {
      expect(metricOf(simulation, 'store', 'zombieWrites') > 0).toBe(steps(accepted) > 0);
    }
  });
});

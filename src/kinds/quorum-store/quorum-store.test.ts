import { describe, expect, it } from 'vitest';
import type { Simulation } from '../../engine/simulation';
import type { Settings } from '../../model/fields';
import type { ScheduledFault } from '../../model/scenario';
import { MICROS_PER_SECOND as SECOND } from '../../model/units';
import { assemble } from '../assemble';
import { deathsAt, faceOf, INSTANT, metricOf, smallSystem } from '../small-system';

const LOAD: Settings = { arrivals: 'constant', ratePerSec: 100, readPercent: 50, keyCount: 20 };
/** A network and replicas without chance. */
const STEADY: Settings = { jitter: 0, rttMs: 2, times: 'constant', readMs: 1, writeMs: 1, cores: 16 };

interface Setup {
  readonly store?: Settings;
  readonly client?: Settings;
  /** Clients by the node they talk to; 0 is any. */
  readonly at?: readonly number[];
  readonly link?: Settings;
  readonly faults?: readonly ScheduledFault[];
  readonly seed?: number;
}

function run({ store = {}, client = {}, at = [0], link = {}, faults = [], seed = 7 }: Setup, seconds: number) {
  const simulation = assemble(
    smallSystem({
      components: {
        ...Object.fromEntries(at.map((node) => [`at${node}`, ['client', { ...LOAD, ...client }] as const])),
        store: ['quorum-store', { ...STEADY, ...store }],
      },
      connections: Object.fromEntries(
        at.map((node) => [`at${node}>store`, { ...INSTANT, timeoutMs: 0, node, ...link }] as const),
      ),
      faults,
      seed,
    }),
  );
  simulation.advance(seconds * SECOND);
  return simulation;
}

const fault = (id: string, atMs: number, durationMs: number, params: Settings = {}): ScheduledFault => ({
  atMs,
  durationMs,
  target: 'store',
  fault: id,
  params,
});

const metric = (simulation: Simulation, id: string): number => metricOf(simulation, 'store', id);

function meanMs(simulation: Simulation): number {
  const { meanInSystem, completions, span } = simulation.component('store')!.stats.totals(simulation.now);
  return (meanInSystem * span) / completions / 1000;
}

describe('a quorum store', () => {
  it.each([
    ['R = 1 at a node that has the key', { readFrom: 1 }, 100, 1],
    ['R = 2: one round trip to another replica', { readFrom: 2 }, 100, 3],
    ['W = 3: the slowest of three', { writeTo: 3 }, 0, 3],
    ['W = 1: its own copy', { writeTo: 1 }, 0, 1],
  ])('%s', (_, store, readPercent, expected) => {
    const simulation = run({ store, client: { readPercent }, at: [1] }, 5);
    expect(Math.abs(meanMs(simulation) - expected)).toBeLessThan(0.01);
  });

  it('a caller may ask for another number of replicas than the store', () => {
    const of = (consistency: string): number =>
      meanMs(run({ client: { readPercent: 0 }, at: [1], link: { consistency } }, 5));
    expect([of('one'), of('quorum'), of('all'), of('store')].map((ms) => Math.round(ms))).toEqual([1, 3, 3, 3]);
    const faults = [fault('node-crash', 0, 60_000, { node: 2 })];
    const served = (consistency: string): number =>
      metric(run({ at: [1], link: { consistency }, faults }, 10), 'writes');
    expect(served('all')).toBe(0);
    expect(served('quorum')).toBeGreaterThan(400);
  });

  // R + W > N: the last acknowledged write is among the answers. Otherwise sometimes not.
  it.each([1, 2, 3, 4, 5])('reads are never stale when R + W is greater than N, without faults (seed %i)', (seed) => {
    const store = { times: 'exponential', jitter: 0.5, writeMs: 5, choice: 'random', readRepair: 'none', nodes: 5 };
    for (let readFrom = 1; readFrom <= 3; readFrom++) {
      for (let writeTo = 1; writeTo <= 3; writeTo++) {
        const simulation = run(
          { store: { ...store, readFrom, writeTo }, client: { keyCount: 2, ratePerSec: 500 }, seed },
          4,
        );
        const stale = metric(simulation, 'staleReads');
        if (readFrom + writeTo > 3) expect(stale, `R ${readFrom} W ${writeTo}`).toBe(0);
        else expect(stale, `R ${readFrom} W ${writeTo}`).toBeGreaterThan(5);
        expect(metric(simulation, 'lostUpdates')).toBe(0);
      }
    }
  });

  it('survives a crash with a quorum, and hints bring the replica up to date', () => {
    const faults = [fault('node-crash', 10_000, 10_000, { node: 3 })];
    const simulation = run({ faults, at: [1], store: { readRepair: 'none', speculateMs: 20 } }, 19);
    expect(deathsAt(simulation, 'store')['no-quorum']).toBeUndefined();
    expect(metric(simulation, 'hinted')).toBeGreaterThan(300);
    expect(faceOf(simulation, 'store').at(-1)).toBe(20);
    simulation.advance(30 * SECOND);
    expect(faceOf(simulation, 'store').at(4 + 2 + 6 * 2 + 5)).toBe(0);
    expect(metric(simulation, 'repaired')).toBeGreaterThan(15);
    const without = run({ faults, at: [1], store: { readRepair: 'none', hints: false } }, 19);
    const client = { ...LOAD, readPercent: 100 };
    for (const each of [simulation, without]) {
      each.intervene({ type: 'edit', edit: { type: 'configure-component', id: 'at1', config: client } });
      each.advance(40 * SECOND);
    }
    expect(faceOf(simulation, 'store').at(-1)).toBe(0);
    expect(faceOf(without, 'store').at(-1)).toBeGreaterThan(10);
  });

  it.each(['read repair', 'anti-entropy'])('%s brings replicas together too', (how) => {
    const faults = [fault('node-crash', 5000, 5000, { node: 3 })];
    const store = {
      ...{ hints: false, choice: 'random', readRepair: 'none', readFrom: 3 },
      ...(how === 'read repair' ? { readRepair: 'async' } : { repairEveryS: 5 }),
    };
    const simulation = run({ faults, store, at: [1] }, 10);
    const client = { ...LOAD, readPercent: 100 };
    simulation.intervene({ type: 'edit', edit: { type: 'configure-component', id: 'at1', config: client } });
    simulation.advance(40 * SECOND);
    expect(faceOf(simulation, 'store').at(-1)).toBe(0);
    expect(metric(simulation, 'owed')).toBeGreaterThan(0);
    expect(metric(simulation, 'recoveryMs')).toBeGreaterThan(0);
  });

  describe('partitioned, one node against two', () => {
    const faults = [fault('node-partition', 10_000, 20_000, { isolate: 'numbered', first: 1, size: 1 })];
    const both = (withoutQuorum: string): Simulation => run({ store: { withoutQuorum }, at: [1, 2], faults }, 30);

    it('refuses on the minority side, loses nothing and is never stale', () => {
      const simulation = both('refuse');
      const failed = deathsAt(simulation, 'store')['no-quorum']!;
      // All that came to node 1: 100 a second for 20 s.
      expect(Math.abs(failed - 2000)).toBeLessThan(120);
      simulation.advance(60 * SECOND);
      expect(metric(simulation, 'staleReads')).toBe(0);
      expect(metric(simulation, 'lostUpdates')).toBe(0);
    });

    it('or goes on on both sides, which diverge; afterwards all replicas agree, and updates are lost', () => {
      const simulation = both('accept');
      expect(deathsAt(simulation, 'store')['no-quorum'] ?? 0).toBe(0);
      expect(metric(simulation, 'staleReads')).toBeGreaterThan(500);
      expect(faceOf(simulation, 'store').at(-1)).toBe(20);
      simulation.advance(31 * SECOND);
      const idle = { ...LOAD, ratePerSec: 0 };
      for (const id of ['at1', 'at2']) {
        simulation.intervene({ type: 'edit', edit: { type: 'configure-component', id, config: idle } });
      }
      simulation.advance(60 * SECOND);
      expect(faceOf(simulation, 'store').at(-1)).toBe(0);
      expect(metric(simulation, 'lostUpdates')).toBeGreaterThan(5);
      expect(metric(simulation, 'recoveryMs')).toBeGreaterThan(0);
    });
  });

  it('a wrong clock throws acknowledged writes away; right clocks do not', () => {
    const lost = (skewMs: number): number =>
      metric(run({ faults: [fault('clock-skew', 0, 60_000, { node: 1, skewMs })] }, 20), 'lostToClock');
    expect(lost(0)).toBe(0);
    expect(lost(500)).toBeGreaterThan(50);
    expect(lost(-500)).toBeGreaterThan(50);
  });

  it('asks one more when a replica is slow', () => {
    const slow = [fault('node-slow', 0, 60_000, { node: 2, factor: 100 })];
    const store = { readFrom: 2, choice: 'random' };
    const client = { readPercent: 100 };
    const patient = run({ store, client, faults: slow, at: [1] }, 10);
    const eager = run({ store: { ...store, speculateMs: 10 }, client, faults: slow, at: [1] }, 10);
    expect(meanMs(patient)).toBeGreaterThan(50);
    expect(meanMs(eager)).toBeLessThan(15);
    expect(metric(eager, 'speculated')).toBeGreaterThan(100);
  });

  it('more nodes than copies: keys are spread, and survive when nodes come and go', () => {
    const simulation = run({ store: { nodes: 5 } }, 5);
    for (const [i, nodes] of [6, 9, 4, 3, 5].entries()) {
      const config = { ...STEADY, nodes };
      simulation.intervene({ type: 'edit', edit: { type: 'configure-component', id: 'store', config } });
      simulation.advance((8 + 3 * i) * SECOND);
    }
    expect(metric(simulation, 'staleReads')).toBe(0);
    expect(metric(simulation, 'reads') + metric(simulation, 'writes')).toBeGreaterThan(1950);
  });
});

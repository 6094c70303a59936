import { describe, expect, it } from 'vitest';
import type { Simulation } from '../../engine/simulation';
import type { Settings } from '../../model/fields';
import type { ScheduledFault } from '../../model/scenario';
import { MICROS_PER_SECOND as SECOND } from '../../model/units';
import { assemble } from '../assemble';
import { deathsAt, faceOf, INSTANT, metricOf, smallSystem } from '../small-system';

const EVENLY: Settings = { arrivals: 'constant', ratePerSec: 50, readPercent: 50, keyCount: 10 };
/** A network and disks without chance. */
const STEADY: Settings = { jitter: 0, rttMs: 2, flushMedianMs: 1, flushP99Ms: 1 };

interface Setup {
  readonly store?: Settings;
  readonly client?: Settings;
  readonly link?: Settings;
  readonly faults?: readonly ScheduledFault[];
  readonly seed?: number;
}

function run({ store = {}, client = {}, link = {}, faults = [], seed = 7 }: Setup, seconds: number): Simulation {
  const simulation = assemble(
    smallSystem({
      components: {
        users: ['client', { ...EVENLY, ...client }],
        store: ['consensus-store', { ...STEADY, ...store }],
      },
      connections: { 'users>store': { ...INSTANT, timeoutMs: 0, ...link } },
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

/** Term and leader's number (0: none) as the card says. */
function leadership(simulation: Simulation): { leader: number; term: number } {
  const [phrase, first, second] = faceOf(simulation, 'store');
  return phrase === 1 ? { leader: 0, term: first! } : { leader: first!, term: second! };
}

describe('a consensus store', () => {
  it('elects one leader and keeps it', () => {
    const simulation = run({}, 15);
    expect(metric(simulation, 'leaderChanges')).toBe(1);
    expect(leadership(simulation)).toMatchObject({ term: 1 });
    expect(deathsAt(simulation, 'store')['no-leader']).toBeGreaterThan(50);
    // Nobody leads for at least the shortest election timeout; then all is served.
    expect(metric(simulation, 'leaderlessMs')).toBeGreaterThan(1000);
    expect(metric(simulation, 'reads') + metric(simulation, 'writes')).toBeGreaterThan(15 * 50 - 110);
    expect(metric(simulation, 'staleReads')).toBe(0);
  });

  it.each([1, 2, 3])(
    'begins with node %i in the lead, when that is planned, and nobody is turned away',
    (firstLeader) => {
      for (const seed of [7, 11, 23]) {
        const simulation = run({ store: { nodes: 3, firstLeader }, seed }, 10);
        expect(leadership(simulation)).toEqual({ leader: firstLeader, term: 1 });
        expect(metric(simulation, 'leaderChanges')).toBe(1);
        expect(deathsAt(simulation, 'store')).toEqual({});
      }
    },
  );

  it.each([
    // A leader's write: its own flush and those of the followers, half a round trip away, at the same time.
    ['write by the leader', { readPercent: 0 }, {}, 2 + 1],
    ['confirmed read by the leader', { readPercent: 100 }, {}, 2],
    ['read by lease', { readPercent: 100 }, { reads: 'lease' }, 0],
    ['local read', { readPercent: 100 }, { reads: 'local' }, 0],
  ])('%s takes as long as its messages', (_, client, store, expected) => {
    const work = 0.1;
    const sure = { nodes: 3, workMs: work };
    const found = run({ client, store: { ...store, ...sure } }, 3);
    const leader = leadership(found).leader;
    const simulation = run({ client, store: { ...store, ...sure }, link: { node: leader } }, 3);
    expect(leadership(simulation).leader).toBe(leader);
    simulation.resetTotals();
    simulation.advance(10 * SECOND);
    const { meanInSystem, completions, span } = simulation.component('store')!.stats.totals(simulation.now);
    expect(completions).toBe(350);
    expect(Math.abs((meanInSystem * span) / completions / 1000 - expected - work)).toBeLessThan(0.02);
  });

  it('a follower passes on to the leader: a round trip more', () => {
    const leader = leadership(run({}, 3)).leader;
    const simulation = run({ client: { readPercent: 0 }, link: { node: (leader % 3) + 1 } }, 3);
    simulation.resetTotals();
    simulation.advance(10 * SECOND);
    const { meanInSystem, completions, span } = simulation.component('store')!.stats.totals(simulation.now);
    expect(Math.abs((meanInSystem * span) / completions / 1000 - 5.2)).toBeLessThan(0.02);
    expect(metric(simulation, 'forwarded')).toBe(completions);
  });

  it('loses its leader and elects another in the next term; nothing acknowledged is lost', () => {
    const simulation = run({ faults: [fault('node-crash', 10_000, 10_000)] }, 15);
    expect(metric(simulation, 'leaderChanges')).toBe(2);
    expect(leadership(simulation).term).toBe(2);
    expect(deathsAt(simulation, 'store')['no-leader']).toBeGreaterThan(20);
    simulation.advance(40 * SECOND);
    expect(metric(simulation, 'leaderChanges')).toBe(2);
    expect(metric(simulation, 'staleReads')).toBe(0);
    expect(metric(simulation, 'recoveryMs')).toBeGreaterThan(0);
    expect(faceOf(simulation, 'store').at(-1)).toBe(2);
  });

  it('without a majority nobody is served; with one everybody', () => {
    const two = [fault('node-crash', 10_000, 10_000, { node: 1 }), fault('node-crash', 10_000, 10_000, { node: 2 })];
    const served = (nodes: number): number => {
      const simulation = run({ store: { nodes }, faults: two, link: { node: 3 } }, 13);
      const before = metric(simulation, 'writes');
      simulation.advance(19 * SECOND);
      return metric(simulation, 'writes') - before;
    };
    expect(served(3)).toBe(0);
    // Four nodes survive no more failures than three, five do.
    expect(served(4)).toBe(0);
    expect(served(5)).toBeGreaterThan(100);
  });

  it.each([
    [true, 'no-leader'],
    [false, 'no-quorum'],
  ])('a leader in the minority (check-quorum: %s) ends as %s', (checkQuorum, cause) => {
    const leader = leadership(run({}, 3)).leader;
    const simulation = run(
      {
        store: { checkQuorum, preVote: true, requestTimeoutMs: 500 },
        link: { node: leader },
        faults: [fault('node-partition', 10_000, 20_000)],
      },
      14,
    );
    const [, , , , , ...members] = faceOf(simulation, 'store');
    const roles = [0, 1, 2].map((node) => members[node * 6]!);
    expect(roles.filter((role) => role === 2).length).toBe(checkQuorum ? 1 : 2);
    const before = deathsAt(simulation, 'store');
    const done = metric(simulation, 'writes');
    simulation.advance(29 * SECOND);
    const after = deathsAt(simulation, 'store');
    expect(metric(simulation, 'writes')).toBe(done);
    expect((after[cause] ?? 0) - (before[cause] ?? 0)).toBeGreaterThan(700);
    simulation.advance(40 * SECOND);
    expect(leadership(simulation).term).toBeGreaterThan(1);
    expect(metric(simulation, 'writes')).toBeGreaterThan(done + 200);
    expect(metric(simulation, 'staleReads')).toBe(0);
  });

  it('a node that was cut off deposes a healthy leader on its return, unless it asks before', () => {
    const changes = (preVote: boolean): number =>
      metric(
        run(
          {
            store: { preVote },
            faults: [fault('node-partition', 10_000, 20_000, { isolate: 'without-leader' })],
          },
          40,
        ),
        'leaderChanges',
      );
    expect(changes(true)).toBe(1);
    expect(changes(false)).toBeGreaterThan(1);
  });

  it('a frozen leader does not know that it was deposed, and harms nobody', () => {
    const simulation = run({ faults: [fault('node-freeze', 10_000, 5000)] }, 60);
    expect(metric(simulation, 'leaderChanges')).toBe(2);
    expect(metric(simulation, 'staleReads')).toBe(0);
  });

  it('reads by lease are right while clocks run alike, and stale with a slow clock on the deposed leader', () => {
    const stale = (percent: number): number => {
      const leader = leadership(run({ store: { reads: 'lease' } }, 3)).leader;
      const simulation = assemble(
        smallSystem({
          components: {
            writers: ['client', { ...EVENLY, readPercent: 0 }],
            readers: ['client', { ...EVENLY, readPercent: 100 }],
            store: ['consensus-store', { ...STEADY, reads: 'lease', checkQuorum: false }],
          },
          connections: {
            'writers>store': { ...INSTANT, node: (leader % 3) + 1 },
            'readers>store': { ...INSTANT, node: leader },
          },
          faults: [
            fault('clock-rate', 8000, 60_000, { percent, node: leader }),
            fault('node-partition', 10_000, 20_000, { isolate: 'numbered', first: leader, size: 1 }),
          ],
        }),
      );
      simulation.advance(40 * SECOND);
      return metric(simulation, 'staleReads');
    };
    expect(stale(100)).toBe(0);
    expect(stale(20)).toBeGreaterThan(20);
  });

  it('local reads of a node that is cut off are stale; confirmed ones never', () => {
    const stale = (reads: string): number => {
      const faults = [fault('node-partition', 10_000, 10_000, { isolate: 'numbered', first: 1, size: 1 })];
      return metric(run({ store: { reads }, faults }, 20), 'staleReads');
    };
    expect(stale('local')).toBeGreaterThan(50);
    expect(stale('confirmed')).toBe(0);
    expect(stale('lease')).toBe(0);
  });

  it('holds requests while there is no leader, if it is told to', () => {
    const simulation = run({ store: { waitForLeader: true }, faults: [fault('node-crash', 10_000, 10_000)] }, 30);
    // Only what the crashed node held, and what was in the log of a leader that crashed, is in doubt.
    expect(deathsAt(simulation, 'store')['no-leader'] ?? 0).toBeLessThan(5);
    expect(metric(simulation, 'writes') + metric(simulation, 'reads')).toBeGreaterThan(30 * 50 - 10);
  });

  it('members come and go while it runs, and nothing is lost', () => {
    const simulation = run({}, 5);
    for (const [i, nodes] of [5, 4, 7, 1, 2, 3].entries()) {
      const config = { ...STEADY, nodes };
      simulation.intervene({ type: 'edit', edit: { type: 'configure-component', id: 'store', config } });
      simulation.advance((10 + 5 * i) * SECOND);
    }
    expect(metric(simulation, 'staleReads')).toBe(0);
    const before = metric(simulation, 'writes');
    simulation.advance(45 * SECOND);
    expect(metric(simulation, 'writes') - before).toBeGreaterThan(150);
  });
});

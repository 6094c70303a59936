// Faults that overlap, restart by themselves, come by chance and hit places; and plans that change while a run goes on.
import { describe, expect, it } from 'vitest';
import type { Simulation } from '../engine/simulation';
import type { Settings } from '../model/fields';
import type { Place } from '../model/places';
import { diffScenario, type Edit, type Scenario, type ScheduledFault } from '../model/scenario';
import { assemble } from './assemble';
import { deathsAt, INSTANT, smallSystem } from './small-system';

const zone = (id: string, parent?: string): Place => ({
  id,
  type: 'zone',
  label: id,
  x: 0,
  y: 0,
  width: 100,
  height: 100,
  ...(parent === undefined ? {} : { parent }),
});
const region = (id: string, where?: string): Place => {
  const { parent: _, ...rest } = zone(id);
  return { ...rest, type: 'region', ...(where === undefined ? {} : { region: where }) };
};

const fault = (
  target: string,
  id: string,
  atMs: number,
  durationMs?: number,
  params: Settings = {},
): ScheduledFault => ({ atMs, target, fault: id, params, ...(durationMs === undefined ? {} : { durationMs }) });

/** A client of two services; the second in another place. */
function system(faults: readonly ScheduledFault[], way: Settings = INSTANT): Scenario {
  return smallSystem({
    components: {
      users: ['client', { arrivals: 'constant', ratePerSec: 100 }],
      a: ['service', { serviceTime: 'constant', meanMs: 1 }],
    },
    connections: { 'users>a': way },
    faults,
  });
}

/** States of something, every millisecond as a letter. */
function states(simulation: Simulation, untilMs: number, letter: () => string): string {
  let text = '';
  for (let ms = 1; ms <= untilMs; ms++) {
    simulation.advance(ms * 1000);
    text += letter();
  }
  return text;
}

const runsEqual = (text: string): string => text.replace(/(.)\1*/g, (run) => `${run[0]}${run.length} `).trim();

describe('overlapping faults of one type', () => {
  it('end one by one, not together', () => {
    const simulation = assemble(system([fault('a', 'crash', 10, 30), fault('a', 'crash', 20, 50)]));
    const a = simulation.component('a')!;
    // Up to 10, down until 70: the end of the first at 40 changes nothing.
    expect(runsEqual(states(simulation, 100, () => (a.down ? 'd' : 'u')))).toBe('u10 d60 u30');
  });

  it('add up: slowness multiplies, errors are independent, delays add, the narrowest limit counts', () => {
    const simulation = assemble(
      system([
        fault('a', 'slow', 1, 5, { factor: 2 }),
        fault('a', 'slow', 3, 10, { factor: 3 }),
        fault('a', 'errors', 1, 5, { percent: 50 }),
        fault('a', 'errors', 2, 2, { percent: 20 }),
      ]),
    );
    const a = simulation.component('a')!;
    expect(states(simulation, 15, () => String(a.slowdown))).toBe('122666333333311');
    const again = assemble(
      system([fault('a', 'errors', 1, 5, { percent: 50 }), fault('a', 'errors', 2, 2, { percent: 20 })]),
    );
    again.advance(3000);
    expect(again.component('a')!.errorShare).toBeCloseTo(0.6, 12);
    again.advance(5000);
    expect(again.component('a')!.errorShare).toBe(0.5);
  });

  it('a hand ends all of them, and their own ends change nothing any more', () => {
    const simulation = assemble(system([fault('a', 'crash', 10, 30), fault('a', 'crash', 20, 50)]));
    const a = simulation.component('a')!;
    simulation.advance(30_000);
    simulation.intervene({ type: 'fault', target: 'a', fault: 'crash', on: false, params: {} });
    simulation.advance(31_000);
    expect(a.down).toBe(false);
    simulation.intervene({ type: 'fault', target: 'a', fault: 'crash', on: true, params: {} });
    simulation.advance(100_000);
    expect(a.down).toBe(true);
  });

  it('a crash restarts by itself, but not another one', () => {
    const simulation = assemble(system([fault('a', 'crash', 10, undefined, { restartAfterS: 0.02 })]));
    const a = simulation.component('a')!;
    simulation.advance(15_000);
    expect(a.down).toBe(true);
    simulation.intervene({ type: 'fault', target: 'a', fault: 'crash', on: false, params: {} });
    simulation.intervene({ type: 'fault', target: 'a', fault: 'crash', on: true, params: { restartAfterS: 0.1 } });
    expect(runsEqual(states(simulation, 150, () => (a.down ? 'd' : 'u')))).toMatch(/^d115 u35$/);
  });
});

describe('a crash as a black hole', () => {
  it('neither answers nor refuses: callers learn it from their timeouts', () => {
    const way = { ...INSTANT, timeoutMs: 50 };
    const loud = assemble(system([fault('a', 'crash', 1000, 1000)], way));
    const silent = assemble(system([fault('a', 'crash', 1000, 1000, { mode: 'black-hole' })], way));
    for (const simulation of [loud, silent]) simulation.advance(4_000_000);
    expect(deathsAt(loud, 'a')).toMatchObject({ refused: 100 });
    expect(deathsAt(silent, 'a')).toEqual({});
    expect(deathsAt(silent, 'users')).toEqual({ timeout: 100 });
    expect(silent.connection('users>a')!.lost).toBe(100);
    expect(silent.calls.live).toBe(0);
    // The first request leaves after 10 ms, the 400th with the end.
    const { arrivals, completions, failures, inSystem } = silent.component('a')!.stats.totals(silent.now);
    expect([arrivals, completions + failures, inSystem]).toEqual([299, 299, 0]);
  });
});

describe('a cut', () => {
  const run = (params: Settings): Simulation => {
    const simulation = assemble(
      system([fault('users>a', 'cut', 1000, 1000, params)], { rttMs: 10, jitter: 0, timeoutMs: 200 }),
    );
    simulation.advance(4_000_000);
    return simulation;
  };

  it('of the requests keeps the service from them; of the answers it does not', () => {
    const there = run({ direction: 'there' });
    const back = run({ direction: 'back' });
    expect(there.component('a')!.stats.totals(there.now).arrivals).toBe(299);
    expect(back.component('a')!.stats.totals(back.now).arrivals).toBe(399);
    expect([deathsAt(there, 'users'), deathsAt(back, 'users')]).toEqual([{ timeout: 100 }, { timeout: 100 }]);
  });

  it('that rejects refuses after half a round trip', () => {
    const rejecting = run({ mode: 'reject', direction: 'there' });
    expect(deathsAt(rejecting, 'users')).toEqual({ refused: 100 });
    const simulation = assemble(
      system([fault('users>a', 'cut', 0, undefined, { mode: 'reject' })], { rttMs: 10, jitter: 0, timeoutMs: 200 }),
    );
    simulation.advance(100_000);
    const { failed } = simulation.connection('users>a')!;
    while (simulation.connection('users>a')!.failed === failed) simulation.step();
    // Requests leave every 10 ms.
    expect(simulation.now % 10_000).toBe(5000);
  });
});

describe('faults of the network', () => {
  it('a delay has a factor', () => {
    const simulation = assemble(
      system([fault('users>a', 'delay', 0, undefined, { addMs: 1, factor: 3 })], { rttMs: 10, jitter: 0 }),
    );
    simulation.advance(2_000_000);
    const { latency } = simulation.system;
    expect(latency.mean / 1000).toBeCloseTo(30 + 2 + 1, 1);
  });

  it('loss adds to the loss that is there already', () => {
    const simulation = assemble(
      system([fault('users>a', 'loss', 0, undefined, { percent: 20 })], { ...INSTANT, lossPercent: 20, timeoutMs: 0 }),
    );
    simulation.advance(200_000_000);
    // 1 − 0.8² = 0.36 a message; each way waits 0.2 s × Σ 2^(k−1) 0.36^k = 0.2 × 0.36 / (1 − 0.72) s.
    const expected = 2 * 0.2 * (0.36 / (1 - 0.72));
    expect(simulation.system.latency.mean / 1e6 / expected).toBeGreaterThan(0.85);
    expect(simulation.system.latency.mean / 1e6 / expected).toBeLessThan(1.15);
  });

  it('a narrow connection carries a kilobyte in 8 ms at 1 Mbit/s', () => {
    const simulation = assemble(system([fault('users>a', 'bandwidth', 0)], { ...INSTANT, timeoutMs: 0 }));
    simulation.advance(2_000_000);
    const shares = simulation.system.latency.mean / 1000;
    // Reads: 500 B there take 4 ms, 1 kB back 8 ms; writes the other way round; 1 ms of work.
    expect(shares).toBeGreaterThan(12.5);
    expect(shares).toBeLessThan(15);
  });
});

describe('random faults', () => {
  const UP_MS = 990;
  const DOWN_MS = 10;
  const random = { mtbfMs: UP_MS, mttrMs: DOWN_MS };
  /** Three services without load, each failing by chance. */
  const trio = (seed: number): Scenario =>
    smallSystem({
      components: { a: ['service'], b: ['service'], c: ['service'] },
      connections: {},
      faults: ['a', 'b', 'c'].map((id) => ({ ...fault(id, 'crash', 0), random })),
      seed,
    });

  /** Share of the time in which at least k of the first n are up, measured at every change. */
  function availability(scenario: Scenario, seconds: number): { one: number; parallel: number; twoOfThree: number } {
    const simulation = assemble(scenario);
    const parts = ['a', 'b', 'c'].map((id) => simulation.component(id)!);
    const up = { one: 0, parallel: 0, twoOfThree: 0 };
    let since = 0;
    let state = [true, true, true];
    const close = (now: number): void => {
      const span = now - since;
      const count = state.filter(Boolean).length;
      if (state[0]) up.one += span;
      if (state[0] || state[1]) up.parallel += span;
      if (count >= 2) up.twoOfThree += span;
      since = now;
    };
    simulation.onIntervention = () => {
      close(simulation.now);
      state = parts.map(({ down }) => !down);
    };
    simulation.advance(seconds * 1e6);
    close(simulation.now);
    const total = seconds * 1e6;
    return { one: up.one / total, parallel: up.parallel / total, twoOfThree: up.twoOfThree / total };
  }

  it('give the availability MTBF / (MTBF + MTTR), and that of redundant parts (V30)', () => {
    // Four seeds of 10 000 mean cycles each.
    const runs = [1, 2, 3, 4].map((seed) => availability(trio(seed), 10_000));
    const mean = (of: (run: (typeof runs)[number]) => number): number =>
      runs.reduce((sum, run) => sum + of(run), 0) / runs.length;
    // Standard error of the unavailability 0.01 over 40 000 cycles: about 0.01 × √(2 / 40 000) = 0.00007.
    expect(Math.abs(mean(({ one }) => one) - 0.99)).toBeLessThan(0.00021);
    // 400 joint failures: 5 % of 0.0001; 1 200 of them: 3 % of 0.000298.
    expect(Math.abs(mean(({ parallel }) => parallel) - 0.9999)).toBeLessThan(0.00002);
    expect(Math.abs(mean(({ twoOfThree }) => twoOfThree) - 0.999702)).toBeLessThan(0.00003);
  }, 60_000);

  it('are drawn from streams of their own: another target leaves them alone, another seed does not', () => {
    const times = (scenario: Scenario): number[] => {
      const list: number[] = [];
      const simulation = assemble(scenario);
      simulation.onIntervention = ({ atMicros, ...what }) => {
        if (what.type === 'fault' && what.target === 'a') list.push(atMicros);
      };
      simulation.advance(20e6);
      return list;
    };
    const three = trio(1);
    expect(times(three).length).toBeGreaterThan(10);
    expect(times({ ...three, faults: three.faults.slice(0, 1) })).toEqual(times(three));
    expect(times(trio(2))).not.toEqual(times(three));
  });

  it('end with their window', () => {
    const scenario = system([{ ...fault('a', 'crash', 1000, 3000), random: { mtbfMs: 50, mttrMs: 50 } }]);
    const simulation = assemble(scenario);
    const a = simulation.component('a')!;
    const text = states(simulation, 6000, () => (a.down ? 'd' : 'u'));
    expect(text.slice(0, 1000)).not.toContain('d');
    expect(text.slice(4001)).not.toContain('d');
    const down = text.slice(1000, 4000).split('d').length - 1;
    expect(down / 3000).toBeGreaterThan(0.3);
    expect(down / 3000).toBeLessThan(0.7);
  });

  it('of a place hit all at once by the share beta, else one by one', () => {
    const shares = (sharedPercent: number): { one: number; both: number } => {
      const scenario: Scenario = {
        ...smallSystem({ components: { a: ['service'], b: ['service'] }, connections: {} }),
        places: [zone('z')],
        faults: [{ ...fault('z', 'outage', 0), random: { mtbfMs: 400, mttrMs: 100, sharedPercent } }],
      };
      const placed = { ...scenario, components: scenario.components.map((part) => ({ ...part, place: 'z' })) };
      const simulation = assemble(placed);
      const [a, b] = ['a', 'b'].map((id) => simulation.component(id)!);
      let [one, both, since] = [0, 0, 0];
      let before = [false, false];
      simulation.onIntervention = () => {
        const span = simulation.now - since;
        if (before[0]) one += span;
        if (before[0] && before[1]) both += span;
        since = simulation.now;
        before = [a!.down, b!.down];
      };
      simulation.advance(2000e6);
      return { one: one / 2000e6, both: both / 2000e6 };
    };
    const together = shares(100);
    expect(together.both).toBe(together.one);
    expect(Math.abs(together.one - 0.2)).toBeLessThan(0.02);
    const alone = shares(0);
    expect(Math.abs(alone.one - 0.2)).toBeLessThan(0.02);
    expect(Math.abs(alone.both - 0.04)).toBeLessThan(0.01);
    // Half shared: each part is up 8/9 × 8/9 of the time, and down together 1/9 + 8/9 × 1/81.
    const half = shares(50);
    expect(Math.abs(half.one - (1 - 64 / 81))).toBeLessThan(0.02);
    expect(Math.abs(half.both - (1 / 9 + 8 / 729))).toBeLessThan(0.02);
  });
});

describe('places', () => {
  const PLACES = [
    region('eu', 'eu-de'),
    region('us', 'us-east'),
    zone('eu-1', 'eu'),
    zone('eu-2', 'eu'),
    zone('us-1', 'us'),
  ];
  const world = (home: string, away: string, faults: readonly ScheduledFault[] = [], way: Settings = {}): Scenario => {
    const scenario = smallSystem({
      components: {
        users: ['client', { arrivals: 'constant', ratePerSec: 100 }],
        a: ['service', { serviceTime: 'constant', meanMs: 1 }],
        b: ['service', { serviceTime: 'constant', meanMs: 1 }],
      },
      connections: { 'users>a': INSTANT, 'a>b': { jitter: 0, timeoutMs: 500, ...way } },
      faults,
    });
    const where: Record<string, string> = { a: home, b: away };
    const components = scenario.components.map((part) =>
      part.id in where ? { ...part, place: where[part.id]! } : part,
    );
    return { ...scenario, components, places: PLACES };
  };
  const rtt = (scenario: Scenario): number => assemble(scenario).connection('a>b')!.config.rttMs;

  it('decide the round trip, unless the connection has its own', () => {
    expect(rtt(world('eu-1', 'eu-1'))).toBe(0.25);
    expect(rtt(world('eu-1', 'eu-2'))).toBe(1);
    expect(rtt(world('eu', 'eu-2'))).toBe(1);
    expect(rtt(world('eu-1', 'us-1'))).toBe(91);
    expect(rtt(world('eu-1', 'us-1', [], { rttMs: 7 }))).toBe(7);
    expect(rtt(world('eu-1', 'nowhere'))).toBe(0.25);
  });

  it('an outage takes down all inside, and nobody else; a silent one is a black hole', () => {
    const simulation = assemble(world('eu-1', 'us-1', [fault('eu', 'outage', 1000, 1000)]));
    const [a, b] = ['a', 'b'].map((id) => simulation.component(id)!);
    const text = states(simulation, 3000, () => `${a!.down ? (a!.silent ? 's' : 'd') : 'u'}`);
    expect(runsEqual(text)).toBe('u1000 s1000 u1000');
    expect(b!.down).toBe(false);
  });

  it('a partition cuts what crosses the border, and what comes to cross it, and nothing else', () => {
    const simulation = assemble(world('eu-1', 'eu-2', [fault('eu-2', 'partition', 1000, 3000)]));
    const link = simulation.connection('a>b')!;
    simulation.advance(1_500_000);
    expect([link.cutThere, link.cutBack, simulation.connection('users>a')!.cut]).toEqual([1, 1, false]);
    simulation.intervene({ type: 'edit', edit: { type: 'place-component', id: 'a', place: 'eu-2' } });
    simulation.advance(2_000_000);
    expect([link.cut, simulation.connection('users>a')!.cut, link.config.rttMs]).toEqual([false, true, 0.25]);
    simulation.advance(5_000_000);
    expect(simulation.connections.some(({ cut }) => cut)).toBe(false);
  });

  it('a partition can be one-way', () => {
    for (const [direction, expected] of [
      ['in', [1, 0]],
      ['out', [0, 1]],
    ] as const) {
      const simulation = assemble(world('eu-1', 'eu-2', [fault('eu-2', 'partition', 0, 1000, { direction })]));
      simulation.advance(1000);
      const { cutThere, cutBack } = simulation.connection('a>b')!;
      expect([cutThere, cutBack], direction).toEqual(expected);
    }
  });
});

describe('a plan that changes during the run', () => {
  const follow = (before: readonly ScheduledFault[], after: readonly ScheduledFault[], atMs: number): string => {
    const [first, second] = [system(before), system(after)];
    const edits: Edit[] = diffScenario(first, second);
    expect(edits.map(({ type }) => type)).toEqual(['set-faults']);
    const simulation = assemble(first);
    const a = simulation.component('a')!;
    const text = states(simulation, atMs, () => (a.down ? 'd' : 'u'));
    for (const edit of edits) simulation.intervene({ type: 'edit', edit });
    const rest = states(simulation, 100, () => (a.down ? 'd' : 'u')).slice(atMs);
    const replayed = assemble(first, simulation.interventions);
    replayed.advance(simulation.now);
    expect(replayed.fingerprint).toBe(simulation.fingerprint);
    return runsEqual(text + rest);
  };

  it('takes in what is new, and drops what is gone', () => {
    expect(follow([fault('a', 'crash', 60, 10)], [fault('a', 'crash', 50, 20)], 30)).toBe('u50 d20 u30');
    expect(follow([fault('a', 'crash', 60, 10)], [], 30)).toBe('u100');
  });

  it('ends what has begun and is gone, or as the new plan says', () => {
    expect(follow([fault('a', 'crash', 10, 80)], [], 30)).toBe('u10 d20 u70');
    expect(follow([fault('a', 'crash', 10, 80)], [fault('a', 'crash', 10, 40)], 30)).toBe('u10 d40 u50');
    expect(follow([fault('a', 'crash', 10, 80)], [fault('a', 'crash', 10, 5)], 30)).toBe('u10 d20 u70');
  });

  it('does not begin what lies in the past, and leaves alone what stays', () => {
    const stays = fault('a', 'crash', 40, 10);
    expect(follow([stays], [stays, fault('a', 'crash', 10, 50)], 30)).toBe('u40 d10 u50');
    const chance = { ...fault('a', 'crash', 0), random: { mtbfMs: 20, mttrMs: 10 } };
    const undisturbed = assemble(system([chance]));
    const a = undisturbed.component('a')!;
    const alone = runsEqual(states(undisturbed, 100, () => (a.down ? 'd' : 'u')));
    expect(alone).toContain('d');
    expect(follow([chance], [chance, fault('nobody', 'crash', 99)], 30)).toBe(alone);
  });
});

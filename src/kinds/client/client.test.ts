import { describe, expect, it } from 'vitest';
import { FLAG } from '../../engine/calls';
import type { Settings } from '../../model/fields';
import { CAUSES } from '../../model/outcome';
import { MICROS_PER_SECOND as SECOND } from '../../model/units';
import { assemble } from '../assemble';
import { eventLog, faceOf, smallSystem } from '../small-system';
import { asked, configure, FIVE_MS, run, unanswered } from './testing/client-system';

describe('open load', () => {
  it('comes evenly, whether or not it is answered', () => {
    const simulation = run({ arrivals: 'constant', ratePerSec: 100 }, { rttMs: 2 }, { meanMs: 15, workers: 1 });
    expect(eventLog(simulation, 42)).toEqual([
      '10 timer users',
      '11 arrival users>s',
      '20 timer users',
      '21 arrival users>s',
      '26 timer s',
      '27 answer users>s',
      '30 timer users',
      '31 arrival users>s',
      '40 timer users',
      '41 timer s',
      '41 arrival users>s',
    ]);
    expect(simulation.system.totals(simulation.now)).toMatchObject({ arrivals: 4, completions: 1, inSystem: 3 });
  });

  it('does not drift when the gap is no whole number of microseconds', () => {
    const simulation = run({ arrivals: 'constant', ratePerSec: 3 });
    simulation.advance(100 * SECOND);
    expect(asked(simulation)).toBe(299);
    simulation.advance(100 * SECOND + 1);
    expect(asked(simulation)).toBe(300);
  });

  it('gives up at the timeout of the connection and ignores the answer that comes too late', () => {
    const simulation = run({ arrivals: 'constant', ratePerSec: 100 }, { timeoutMs: 3 });
    expect(eventLog(simulation, 20)).toEqual([
      '10 timer users',
      '10 arrival users>s',
      '13 timeout users>s timeout',
      '15 timer s',
      '15 late answer users>s',
    ]);
    expect(simulation.system.totals(simulation.now)).toMatchObject({
      arrivals: 1,
      completions: 0,
      failures: 1,
      inSystem: 0,
    });
  });

  it('takes an answer at the very moment of the timeout', () => {
    const simulation = run({ arrivals: 'constant', ratePerSec: 100 }, { timeoutMs: 5 });
    expect(eventLog(simulation, 20).at(-1)).toBe('15 answer users>s');
  });

  it('is Poisson: independent of the past, with the variance of the mean', () => {
    const [windows, mean] = [2000, 10];
    const simulation = assemble(
      smallSystem({ components: { users: ['client', { ratePerSec: 1000 }] }, connections: {} }),
    );
    const counts: number[] = [];
    let before = 0;
    for (let i = 1; i <= windows; i++) {
      simulation.advance((i * SECOND) / 100);
      counts.push(asked(simulation) - before);
      before = asked(simulation);
    }
    // Four standard deviations of the total, of the index of dispersion (χ² with n − 1 degrees of freedom, over n − 1)
    // and of the correlation of neighbours.
    expect(Math.abs(before - windows * mean)).toBeLessThanOrEqual(4 * Math.sqrt(windows * mean));
    const average = before / windows;
    const deviations = counts.map((count) => count - average);
    const variance = deviations.reduce((sum, deviation) => sum + deviation * deviation, 0) / (windows - 1);
    expect(Math.abs(variance / average - 1)).toBeLessThanOrEqual(4 * Math.sqrt(2 / (windows - 1)));
    const products = deviations.slice(1).reduce((sum, deviation, i) => sum + deviation * deviations[i]!, 0);
    expect(Math.abs(products / (windows * variance))).toBeLessThanOrEqual(4 / Math.sqrt(windows));
  });

  it('follows its rate while it runs, down to nothing', () => {
    const evenly = { arrivals: 'constant', ratePerSec: 10 };
    const simulation = run(evenly);
    simulation.advance(SECOND);
    expect(asked(simulation)).toBe(9);
    configure(simulation, { ...evenly, ratePerSec: 1000 });
    simulation.advance(2 * SECOND);
    // One more at 1 s; from 1.000001 s on, every millisecond.
    expect(asked(simulation)).toBe(10 + 999);
    configure(simulation, { ...evenly, ratePerSec: 0 });
    simulation.advance(3 * SECOND);
    expect(asked(simulation)).toBe(10 + 999);
    configure(simulation, { ...evenly, ratePerSec: 100 });
    simulation.advance(4 * SECOND);
    expect(asked(simulation)).toBe(10 + 999 + 99);
  });

  it('goes on as it was when something else changes', () => {
    const evenly = { arrivals: 'constant', ratePerSec: 10 };
    const simulation = run(evenly);
    simulation.advance(SECOND / 20);
    configure(simulation, { ...evenly, readPercent: 0 });
    expect(eventLog(simulation, 101)[0]).toBe('100 timer users');
  });
});

describe('what is asked', () => {
  /** Keys and operations of the open requests, in the order in which they were sent. */
  function requests(client: Settings, seconds: number): { keys: number[]; writes: number } {
    const simulation = unanswered({ arrivals: 'constant', ratePerSec: 1000, ...client });
    simulation.advance(seconds * SECOND);
    const { calls } = simulation;
    const open = Array.from({ length: calls.used }, (_, call) => call)
      .filter((call) => calls.flags(call) & FLAG.live)
      .sort((a, b) => calls.serial(a) - calls.serial(b));
    return {
      keys: open.map((call) => calls.key(call)),
      writes: open.reduce((sum, call) => sum + calls.write(call), 0),
    };
  }

  it('reads and writes in the given shares', () => {
    const { keys, writes } = requests({ readPercent: 90 }, 10);
    expect(Math.abs(writes / keys.length - 0.1)).toBeLessThanOrEqual(4 * Math.sqrt((0.1 * 0.9) / keys.length));
    expect(requests({ readPercent: 100 }, 1).writes).toBe(0);
    expect(requests({ readPercent: 0 }, 1).writes).toBe(999);
  });

  it('goes through the keys one after the other', () => {
    expect(requests({ keys: 'sequential', keyCount: 4 }, 0.011).keys).toEqual([0, 1, 2, 3, 0, 1, 2, 3, 0, 1]);
  });

  it.each([
    ['uniform', 1 / 4],
    // 1 / (1 + 1/2 + 1/3 + 1/4)
    ['zipf', 12 / 25],
  ])('%s keys: the first one gets its share', (keys, share) => {
    const all = requests({ keys, keyCount: 4, zipfExponent: 1 }, 10).keys;
    const first = all.filter((key) => key === 0).length / all.length;
    expect(Math.abs(first - share)).toBeLessThanOrEqual(4 * Math.sqrt((share * (1 - share)) / all.length));
    expect(new Set(all).size).toBe(4);
  });

  it('stays the same when the network or the load changes', () => {
    const keys = requests({}, 1).keys;
    expect(requests({ ratePerSec: 500 }, 1).keys).toEqual(keys.slice(0, 499));
  });
});

describe('where it goes', () => {
  it('chooses by operation and share', () => {
    const simulation = assemble(
      smallSystem({
        components: {
          users: ['client', { arrivals: 'constant', ratePerSec: 1000, readPercent: 50 }],
          a: ['service', FIVE_MS],
          b: ['service', FIVE_MS],
          c: ['service', FIVE_MS],
        },
        connections: { 'users>a': { on: 'write' }, 'users>b': { on: 'read', weight: 3 }, 'users>c': { on: 'read' } },
      }),
    );
    simulation.advance(10 * SECOND);
    const [a, b, c] = ['a', 'b', 'c'].map((id) => simulation.component(id)!.stats.totals(simulation.now).arrivals);
    expect(Math.abs(a! / 9999 - 0.5)).toBeLessThanOrEqual(4 * Math.sqrt(0.25 / 9999));
    expect(Math.abs(b! / (b! + c!) - 0.75)).toBeLessThanOrEqual(4 * Math.sqrt((0.75 * 0.25) / (b! + c!)));
  });

  it('fails when nobody takes the operation', () => {
    const simulation = run({ arrivals: 'constant', ratePerSec: 100, readPercent: 0 }, { on: 'read' });
    simulation.advance(SECOND);
    const noRoute = CAUSES.findIndex(({ id }) => id === 'no-route');
    expect(simulation.system.deaths(noRoute)).toBe(99);
    expect(simulation.system.totals(simulation.now)).toMatchObject({ arrivals: 99, failures: 99, inSystem: 0 });
  });
});

it.each([
  [{ ratePerSec: 5 }, [0, 5]],
  [{ ratePerSec: 5, arrivals: 'constant' }, [1, 5]],
  [{ workload: 'closed', users: 9 }, [2, 9]],
])('the face of %o', (settings: Settings, numbers) => {
  expect(faceOf(run(settings), 'users')).toEqual(numbers);
});

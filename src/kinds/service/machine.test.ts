// What an instance is besides a queue: a process that starts, warms up, needs memory, collects garbage and goes wrong.
import { describe, expect, it } from 'vitest';
import type { Simulation } from '../../engine/simulation';
import type { Settings } from '../../model/fields';
import type { ScheduledFault } from '../../model/scenario';
import { MICROS_PER_SECOND as SECOND } from '../../model/units';
import { assemble } from '../assemble';
import { deathsAt, eventLog, faceOf, INSTANT, metricOf, smallSystem } from '../small-system';
import { HEADLINES } from './face';

/** One request each 10 ms: at 10 ms, 20 ms, … */
const EVENLY: Settings = { arrivals: 'constant', ratePerSec: 100, readPercent: 100 };

function run(a: Settings, faults: ScheduledFault[] = [], load: Settings = {}, connection: Settings = {}): Simulation {
  return assemble(
    smallSystem({
      components: {
        users: ['client', { ...EVENLY, ...load }],
        a: ['service', { serviceTime: 'constant', meanMs: 5, ...a }],
      },
      connections: { 'users>a': { ...INSTANT, timeoutMs: 0, ...connection } },
      faults,
    }),
  );
}

function fault(id: string, atMs: number, durationMs: number, params: Settings = {}): ScheduledFault {
  return { target: 'a', fault: id, atMs, durationMs, params };
}

function configure(simulation: Simulation, config: Settings): void {
  const all = { serviceTime: 'constant', meanMs: 5, ...config };
  simulation.intervene({ type: 'edit', edit: { type: 'configure-component', id: 'a', config: all } });
}

function answers(simulation: Simulation, untilMs: number): string[] {
  return eventLog(simulation, untilMs)
    .filter((line) => line.includes('answer'))
    .map((line) => line.replace(' answer users>a', ''));
}

function headline(simulation: Simulation): string {
  return HEADLINES[faceOf(simulation, 'a')[0]!]!;
}

function completions(simulation: Simulation): number {
  return simulation.component('a')!.stats.totals(simulation.now).completions;
}

describe('start-up and warm-up', () => {
  const slow = { startupS: 0.05, warmUpS: 0.1, coldFactor: 3, meanMs: 2 };

  it('refuse, then are slow, then normal after a restart, but not at the beginning of time', () => {
    const simulation = run(slow, [fault('crash', 25, 10)]);
    expect(answers(simulation, 180)).toEqual([
      '12',
      '22',
      '30 refused',
      // Down until 35 ms, starting until 85 ms.
      ...[40, 50, 60, 70, 80].map((at) => `${at} refused`),
      // Twice as much more when cold, less each time: 2 ms × (1 + 2 × 95 %), …
      ...['95.8', '105.4', '115', '124.6', '134.2', '143.8', '153.4', '163', '172.6'],
    ]);
  });

  it('are shown, and requests go to the instances that are ready', () => {
    const simulation = run({ ...slow, instances: 2 });
    simulation.advance(0.1 * SECOND);
    configure(simulation, { ...slow, instances: 3 });
    simulation.advance(0.12 * SECOND);
    expect(faceOf(simulation, 'a').slice(0, 3)).toEqual([HEADLINES.indexOf('{} of {} ready: starting'), 2, 3]);
    simulation.advance(0.2 * SECOND);
    expect(headline(simulation)).toBe('{} of {} cold: warming up');
    simulation.advance(0.3 * SECOND);
    expect(headline(simulation)).toBe('{} × {} [worker|workers]');
    expect(deathsAt(simulation, 'a')).toEqual({});
  });
});

describe('memory', () => {
  const limited = { memory: 'limited', baseMb: 100, requestMb: 10, limitMb: 145, restartS: 0.1, workers: 1 };

  it('kills the instance above its limit, and the delay before a restart doubles', () => {
    // Each request holds 10 MB and the queue grows: the fifth inside is one too many.
    const simulation = run({ ...limited, meanMs: 1000 });
    const log = answers(simulation, 800);
    expect(log.slice(0, 6)).toEqual([...Array<string>(5).fill('50 reset'), '60 refused']);
    // Down for 100, then 200, then 400 ms, and full again with the fifth request after each.
    const resets = log.filter((line) => line.endsWith('reset')).map((line) => Number(line.split(' ')[0]));
    expect([...new Set(resets)]).toEqual([50, 190, 430]);
    expect(metricOf(simulation, 'a', 'restarts')).toBe(3);
    expect(headline(simulation)).toBe('{} of {} ready: out of memory');
  });

  it('that leaks is used up after (limit − base) / leak, also when it is not modelled otherwise', () => {
    const simulation = run({}, [fault('memory-leak', 0, 60_000, { mbPerS: 100 })]);
    // 512 − 200 − a request of 0.5 MB now and then: 3.25 s.
    simulation.advance(3 * SECOND);
    expect(metricOf(simulation, 'a', 'restarts')).toBe(0);
    expect(headline(simulation)).toBe('{} of {} MB');
    simulation.advance(3.3 * SECOND);
    expect(metricOf(simulation, 'a', 'restarts')).toBe(1);
    simulation.advance(13 * SECOND);
    expect(deathsAt(simulation, 'a')['refused']).toBeGreaterThan(900);
    simulation.advance(14 * SECOND);
    expect(completions(simulation)).toBeGreaterThan(340);
  });
});

describe('garbage collection', () => {
  const pauses = { pauseMedianMs: 30, pauseP99Ms: 30, requestMb: 0 };
  const collected = { memory: 'collected', garbageMb: 10, collectEveryMb: 30, ...pauses };

  it.each(['worker', 'fcfs', 'sharing'])('stops work under way by exactly its length: cpu %s', (cpu) => {
    const simulation = run({ ...collected, garbageMb: 5, meanMs: 15, cpu, cores: 8 });
    // The sixth begins at 60 ms, and everything stops until 90 ms: what had 5 ms to go ends at 95 ms. Three had to wait.
    expect(answers(simulation, 75)).toEqual(['25', '35', '45', '55']);
    expect(headline(simulation)).toBe('{} of {} stopped: collecting garbage');
    expect(answers(simulation, 106)).toEqual(['95', '105', '105', '105', '105']);
  });

  it('lets those who waited begin when it ends', () => {
    const simulation = run({ ...collected, collectEveryMb: 1000, garbageMb: 300, limitMb: 2000 });
    // It lasts from 40 to 70 ms.
    expect(answers(simulation, 79)).toEqual(['15', '25', '35', '75', '75', '75', '75']);
  });

  it('takes its share of the time', () => {
    const simulation = run({ ...collected, collectEveryMb: 100 });
    simulation.advance(10 * SECOND);
    // A tenth of 100 requests a second: 10 pauses of 30 ms each second.
    expect(Math.abs(metricOf(simulation, 'a', 'collecting') - 30)).toBeLessThan(0.5);
  });

  it('goes into a death spiral when requests inside fill the heap, and not when the heap is large', () => {
    const spiral = { ...collected, garbageMb: 1, collectEveryMb: 100, pauseMedianMs: 15, pauseP99Ms: 40 };
    const load = { arrivals: 'poisson', ratePerSec: 300 };
    const settings = { ...spiral, baseMb: 100, requestMb: 0.5, workers: 8, queueLimit: 400, meanMs: 20 };
    const busy = [1000, 310].map((limitMb) => {
      // A slow second fills the queue; who recovers from it?
      const simulation = run({ ...settings, limitMb }, [fault('slow', 5000, 2000, { factor: 10 })], load);
      simulation.advance(20 * SECOND);
      simulation.resetTotals();
      simulation.advance(40 * SECOND);
      return {
        collecting: metricOf(simulation, 'a', 'collecting'),
        answered: completions(simulation) / 20,
      };
    });
    expect(busy[0]!.collecting).toBeLessThan(15);
    expect(busy[0]!.answered).toBeGreaterThan(285);
    expect(busy[1]!.collecting).toBeGreaterThan(60);
    expect(busy[1]!.answered).toBeLessThan(150);
  });
});

describe('faults of its own', () => {
  it('fewer cores make work that runs together slower', () => {
    const capped = (cpu: string, cores: number): number => {
      const faults = [fault('cpu-cap', 0, 60_000, { cores })];
      const simulation = run({ cpu, cores: 8, meanMs: 40, queueLimit: 10_000 }, faults);
      simulation.advance(10 * SECOND);
      return completions(simulation) / 10;
    };
    // 100 a second × 40 ms need four cores; two give 50 a second.
    expect(Math.abs(capped('sharing', 2) - 50)).toBeLessThan(3);
    expect(Math.abs(capped('fcfs', 2) - 50)).toBeLessThan(1);
    expect(Math.abs(capped('worker', 2) - 50)).toBeLessThan(2);
    expect(capped('fcfs', 8)).toBeGreaterThan(99);
  });

  it('a bad version answers its share with errors, until it is rolled back', () => {
    const simulation = run({ instances: 4 }, [fault('bad-deploy', 5, 1000, { percent: 50 })]);
    simulation.advance(2 * SECOND);
    expect(deathsAt(simulation, 'a')).toEqual({ error: 50 });
  });

  it('or is ten times slower', () => {
    const simulation = run({ instances: 2 }, [fault('bad-deploy', 5, 1000, { percent: 50, defect: 'slow' })]);
    expect(answers(simulation, 66)).toEqual(['25', '45', '60', '65']);
  });

  describe('a bad configuration', () => {
    const push = (params: Settings, durationMs = 60_000): ScheduledFault[] => [
      fault('config-push', 1005, durationMs, params),
    ];

    it('that makes errors reaches all at once, and is gone at once', () => {
      const simulation = run({ instances: 4 }, push({ effect: 'errors' }, 1000));
      simulation.advance(5 * SECOND);
      expect(deathsAt(simulation, 'a')).toEqual({ error: 100 });
    });

    it('spreads from the first instance to the last, and so does the old one after it', () => {
      const simulation = run({ instances: 4 }, push({ effect: 'errors', spreadS: 4 }, 8000));
      // A quarter, a half, three quarters, all; all until 9 s; then three quarters at once, a half, a quarter, none.
      let before = 0;
      const errors = [2, 3, 4, 5, 9, 10, 11, 12, 13].map((second) => {
        simulation.advance(second * SECOND + 5000);
        const all = deathsAt(simulation, 'a')['error'] ?? 0;
        const more = all - before;
        before = all;
        return more;
      });
      expect(errors).toEqual([25, 50, 75, 100, 400, 75, 50, 25, 0]);
    });

    it('that crashes does so again after each restart, later each time, until it is taken back', () => {
      const simulation = run({ instances: 2, restartS: 1 }, push({}, 9000));
      simulation.advance(1.5 * SECOND);
      expect(headline(simulation)).toBe('{} of {} ready: bad configuration');
      // Restarts 1, 2 and 4 s after the crashes of 1, 2 and 4 s; the last delay of 8 s ends at 16 s.
      simulation.advance(15.9 * SECOND);
      expect(metricOf(simulation, 'a', 'restarts')).toBe(8);
      // Taken back at 10 s, and still what they died of.
      expect(headline(simulation)).toBe('{} of {} ready: bad configuration');
      expect(metricOf(simulation, 'a', 'ready')).toBeLessThan(0.2);
      simulation.resetTotals();
      simulation.advance(20 * SECOND);
      expect(metricOf(simulation, 'a', 'restarts')).toBe(0);
      expect(completions(simulation)).toBeGreaterThan(390);
    });

    it('outlives a crash of everything', () => {
      const crash = fault('crash', 2000, 1000);
      const simulation = run({ instances: 2, restartS: 1 }, [...push({}), crash]);
      simulation.advance(60 * SECOND);
      // The hundredth request was inside when it began.
      expect(completions(simulation)).toBe(99);
    });
  });
});

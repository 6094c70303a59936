import { describe, expect, it } from 'vitest';
import type { Simulation } from '../../engine/simulation';
import type { Settings } from '../../model/fields';
import type { ScheduledFault } from '../../model/scenario';
import { fromMs, MICROS_PER_SECOND as SECOND } from '../../model/units';
import { assemble } from '../assemble';
import { deathsAt, eventLog, faultAt, INSTANT, metricOf, smallSystem } from '../small-system';
import { BACKEND_STATE } from './backend';
import { states } from './testing/balancer-system';

const EVENLY: Settings = { arrivals: 'constant', ratePerSec: 100, readPercent: 100 };
const FIVE_MS: Settings = { serviceTime: 'constant', meanMs: 5 };

interface Setup {
  readonly load?: Settings;
  readonly balancer?: Settings;
  readonly backends?: Readonly<Record<string, Settings>>;
  /** Of the connections to the backends. */
  readonly connections?: Readonly<Record<string, Settings>>;
  readonly faults?: readonly ScheduledFault[];
  readonly seed?: number;
}

function system({
  load = {},
  balancer = {},
  backends = { a: {}, b: {} },
  connections = {},
  faults = [],
  seed = 7,
}: Setup) {
  const ids = Object.keys(backends);
  return smallSystem({
    components: {
      client: ['client', { ...EVENLY, ...load }],
      lb: ['load-balancer', balancer],
      ...Object.fromEntries(ids.map((id) => [id, ['service', { ...FIVE_MS, ...backends[id] }] as const])),
    },
    connections: {
      'client>lb': { ...INSTANT, timeoutMs: 0 },
      ...Object.fromEntries(ids.map((id) => [`lb>${id}`, { ...INSTANT, ...connections[id] }])),
    },
    faults,
    seed,
  });
}

/** Whether the balancer takes each backend for healthy. */
function health(simulation: Simulation): boolean[] {
  return states(simulation).map((state) => state === BACKEND_STATE.healthy);
}

/** Every moment at which something in the balancer's eyes changes, as [microseconds, health of all]. */
function healthLog(simulation: Simulation, untilMs: number): [number, string][] {
  const log: [number, string][] = [];
  let last = '';
  for (;;) {
    const now = health(simulation).map(Number).join('');
    if (now !== last) log.push([simulation.now, (last = now)]);
    if (!simulation.step(untilMs * 1000)) return log;
  }
}

/** Microseconds at which checks reach a backend. */
function checksAt(simulation: Simulation, backend: string, untilMs: number): number[] {
  return eventLog(simulation, untilMs)
    .filter((line) => line.endsWith(` arrival lb>${backend}`))
    .map(timeOf);
}

function timeOf(line: string): number {
  return fromMs(Number(line.split(' ')[0]));
}

describe('a request', () => {
  it('costs the balancer its own work, there and not on the way back', () => {
    const simulation = assemble(system({ balancer: { healthChecks: false, cpuMicros: 30 } }));
    expect(eventLog(simulation, 21)).toEqual([
      '10 timer client',
      '10 arrival client>lb',
      '10.03 timer lb',
      '10.03 arrival lb>a',
      '15.03 timer a',
      '15.03 answer lb>a',
      '15.03 answer client>lb',
      '20 timer client',
      '20 arrival client>lb',
      '20.03 timer lb',
      '20.03 arrival lb>b',
    ]);
  });

  it('waits for a core in the order of arrival', () => {
    const simulation = assemble(
      system({ load: { ratePerSec: 1000 }, balancer: { healthChecks: false, cpuMicros: 2500, cores: 2 } }),
    );
    expect(eventLog(simulation, 7).filter((line) => /timer lb|arrival lb/.test(line))).toEqual([
      '3.5 timer lb',
      '3.5 arrival lb>a',
      '4.5 timer lb',
      '4.5 arrival lb>b',
      '6 timer lb',
      '6 arrival lb>a',
    ]);
    const { arrivals, inSystem, meanWaiting } = simulation.component('lb')!.stats.totals(simulation.now);
    expect([arrivals, inSystem]).toEqual([6, 6]);
    // Until 7 ms: the third waits from 3 to 3.5, the fourth from 4 to 4.5, the fifth from 5 to 6, the sixth from 6.
    expect(meanWaiting * 7).toBeCloseTo(3, 9);
  });

  it('that waits begins at once when cores are added', () => {
    const simulation = assemble(
      system({ load: { ratePerSec: 1000 }, balancer: { healthChecks: false, cpuMicros: 10_000, cores: 1 } }),
    );
    simulation.advance(3500);
    configure(simulation, { healthChecks: false, cpuMicros: 10_000, cores: 3 });
    expect(eventLog(simulation, 14).filter((line) => line.endsWith('timer lb'))).toEqual([
      '11 timer lb',
      '13.501 timer lb',
      '13.501 timer lb',
    ]);
  });

  it('that fails behind it fails with the cause of there', () => {
    const tight: Settings = { workers: 1, queueLimit: 0, meanMs: 15 };
    const simulation = assemble(system({ backends: { a: tight }, balancer: { healthChecks: false } }));
    simulation.advance(SECOND);
    expect(deathsAt(simulation, 'lb')).toEqual({});
    expect(deathsAt(simulation, 'a')).toEqual({ 'queue-full': 49 });
    expect(simulation.system.deaths(4)).toBe(49);
  });

  it('gets a timeout of a minute towards the backends', () => {
    const simulation = assemble(
      system({ load: { ratePerSec: 1 }, balancer: { healthChecks: false }, faults: [faultAt('a', 'pause', 0)] }),
    );
    simulation.advance(62 * SECOND);
    expect(deathsAt(simulation, 'lb')).toEqual({ timeout: 1 });
  });
});

describe('without a backend', () => {
  const cases: [string, Setup][] = [
    ['nothing is connected', { backends: {} }],
    ['every share is 0', { connections: { a: { weight: 0 }, b: { weight: 0 } } }],
    ['nobody takes reads', { connections: { a: { on: 'write' }, b: { on: 'write' } } }],
  ];
  it.each(cases)('requests die here when %s', (_, setup) => {
    const simulation = assemble(system(setup));
    simulation.advance(SECOND);
    expect(deathsAt(simulation, 'lb')).toEqual({ 'no-backend': 99 });
  });
});

describe('health checks', () => {
  const often: Settings = { checkIntervalMs: 1000, checkTimeoutMs: 200, fall: 3, rise: 2 };
  const quiet: Settings = { ratePerSec: 0 };

  it('reach every backend once an interval, from a random moment of the first', () => {
    const simulation = assemble(system({ load: quiet, balancer: { checkIntervalMs: 1000 } }));
    const log = eventLog(simulation, 10_000);
    const phases = ['a', 'b'].map((id) => {
      const times = log.filter((line) => line.endsWith(`arrival lb>${id}`)).map(timeOf);
      expect(times).toHaveLength(10);
      times.forEach((time, i) => expect(time).toBe(times[0]! + SECOND * i));
      return times[0]!;
    });
    expect(phases[0]).not.toBe(phases[1]);
    expect(metricOf(simulation, 'lb', 'healthChecks')).toBe(20);
    expect(metricOf(simulation, 'lb', 'healthChecksFailed')).toBe(0);
    // Checks are not traffic.
    expect(simulation.component('a')!.stats.totals(simulation.now).arrivals).toBe(0);
  });

  it('notice a crash at the third refusal and a restart at the second success', () => {
    const setup = { load: quiet, balancer: often, faults: [faultAt('a', 'crash', 5000, 5000)] };
    const checks = checksAt(assemble(system(setup)), 'a', 20_000);
    const refused = checks.filter((time) => time > 5 * SECOND && time < 10 * SECOND);
    const answered = checks.filter((time) => time > 10 * SECOND);
    expect(healthLog(assemble(system(setup)), 20_000)).toEqual([
      [0, '11'],
      [refused[2], '01'],
      [answered[1], '11'],
    ]);
  });

  it('notice a freeze later, by their timeout, and a thaw at the second success', () => {
    const setup = { load: quiet, balancer: often, faults: [faultAt('a', 'pause', 5000, 5000)] };
    const checks = checksAt(assemble(system(setup)), 'a', 20_000);
    const silent = checks.filter((time) => time > 5 * SECOND && time < 10 * SECOND);
    const answered = checks.filter((time) => time > 10 * SECOND);
    expect(healthLog(assemble(system(setup)), 20_000)).toEqual([
      [0, '11'],
      [silent[2]! + 200_000, '01'],
      [answered[1], '11'],
    ]);
  });

  it.each([
    ['the check timeout is shorter than that of the connection', 200, 60_000, 200],
    ['the connection times out first', 200, 50, 50],
    ['both come at the same time', 200, 200, 200],
    ['the check timeout is longer than the interval', 5000, 60_000, 1000],
    ['only the check has a timeout', 200, 0, 200],
  ])('fail once when %s', (_, checkTimeoutMs, timeoutMs, failsAfterMs) => {
    const setup = {
      load: quiet,
      balancer: { ...often, checkTimeoutMs, fall: 1 },
      backends: { a: {} },
      connections: { a: { timeoutMs } },
      faults: [faultAt('lb>a', 'cut', 0)],
    };
    const first = checksAt(assemble(system(setup)), 'a', 1000)[0]!;
    const simulation = assemble(system(setup));
    expect(healthLog(simulation, 10_000)[1]).toEqual([first + failsAfterMs * 1000, '0']);
    const ended = metricOf(simulation, 'lb', 'healthChecks');
    expect(ended).toBe(failsAfterMs === 1000 ? 9 : 10);
    expect(metricOf(simulation, 'lb', 'healthChecksFailed')).toBe(ended);
    expect(metricOf(simulation, 'lb', 'markedDown')).toBe(1);
  });

  it('need failures in a row: one success begins the count anew', () => {
    // Each freeze covers two checks.
    const faults = [2000, 5000, 8000].map((at) => faultAt('a', 'pause', at, 2000));
    const simulation = assemble(system({ load: quiet, balancer: often, backends: { a: {} }, faults }));
    simulation.advance(12 * SECOND);
    expect(metricOf(simulation, 'lb', 'healthChecksFailed')).toBe(6);
    expect(metricOf(simulation, 'lb', 'markedDown')).toBe(0);
  });

  it('take a third of the failures away once they have noticed', () => {
    const simulation = assemble(
      system({ backends: { a: {}, b: {}, c: {} }, faults: [faultAt('a', 'crash', 1000)], load: { ratePerSec: 300 } }),
    );
    simulation.advance(8 * SECOND);
    const refused = simulation.component('a')!.stats.deaths(1);
    // Noticed after two to three intervals of 2 s, while 100 a second are sent there.
    expect(refused).toBeGreaterThanOrEqual(400);
    expect(refused).toBeLessThanOrEqual(601);
    expect(health(simulation)).toEqual([false, true, true]);
    simulation.advance(10 * SECOND);
    expect(simulation.component('a')!.stats.deaths(1)).toBe(refused);
  });

  it('leave nobody when all are down, and take them back', () => {
    const simulation = assemble(
      system({ balancer: often, faults: [faultAt('a', 'crash', 1000, 4000), faultAt('b', 'crash', 1000, 4000)] }),
    );
    simulation.advance(5 * SECOND);
    expect(health(simulation)).toEqual([false, false]);
    expect(deathsAt(simulation, 'lb')['no-backend']).toBeGreaterThan(0);
    simulation.advance(8 * SECOND);
    const before = deathsAt(simulation, 'lb');
    simulation.advance(10 * SECOND);
    expect(health(simulation)).toEqual([true, true]);
    expect(deathsAt(simulation, 'lb')).toEqual(before);
  });

  it('can be switched off, which trusts everybody again', () => {
    const simulation = assemble(system({ load: quiet, balancer: often, faults: [faultAt('a', 'crash', 0)] }));
    simulation.advance(5 * SECOND);
    expect(health(simulation)).toEqual([false, true]);
    configure(simulation, { ...often, healthChecks: false });
    const checks = metricOf(simulation, 'lb', 'healthChecks');
    simulation.advance(10 * SECOND);
    expect(health(simulation)).toEqual([true, true]);
    expect(metricOf(simulation, 'lb', 'healthChecks')).toBe(checks);
    configure(simulation, often);
    simulation.advance(15 * SECOND);
    expect(health(simulation)).toEqual([false, true]);
  });

  it('take up a new interval at once', () => {
    const simulation = assemble(system({ load: quiet, balancer: { checkIntervalMs: 600_000 }, backends: { a: {} } }));
    simulation.advance(SECOND);
    configure(simulation, { checkIntervalMs: 1000 });
    expect(checksAt(simulation, 'a', 11_001)).toHaveLength(10);
  });
});

describe('changes and faults of its own', () => {
  it('takes a new backend in and lets one go with requests and a check under way', () => {
    const simulation = assemble(
      system({ backends: { a: { meanMs: 300 }, b: {} }, balancer: { checkIntervalMs: 100 } }),
    );
    simulation.advance(SECOND + 2000);
    simulation.intervene({ type: 'edit', edit: { type: 'remove-connection', id: 'lb>a' } });
    simulation.advance(SECOND + 2002);
    expect(health(simulation)).toEqual([true]);
    const held = simulation.component('a')!.stats.inSystem;
    expect(held).toBeGreaterThan(0);
    simulation.advance(2 * SECOND);
    // Their answers still came back through the balancer.
    expect(simulation.component('a')!.stats.inSystem).toBe(0);
    expect(simulation.system.totals(simulation.now).failures).toBe(0);
    const connection = { id: 'again', from: 'lb', to: 'a', config: INSTANT };
    simulation.intervene({ type: 'edit', edit: { type: 'add-connection', connection } });
    const log = eventLog(simulation, 2100);
    expect(health(simulation)).toEqual([true, true]);
    expect(log.filter((line) => line.endsWith('arrival again')).length).toBeGreaterThan(3);
  });

  it('drains a backend whose share becomes 0', () => {
    const simulation = assemble(system({ balancer: { healthChecks: false } }));
    simulation.advance(SECOND);
    const edit = { type: 'configure-connection', id: 'lb>a', config: { ...INSTANT, weight: 0 } } as const;
    simulation.intervene({ type: 'edit', edit });
    const log = eventLog(simulation, 1100);
    expect(log.filter((line) => line.endsWith('arrival lb>a'))).toEqual([]);
    expect(log.filter((line) => line.endsWith('arrival lb>b'))).toHaveLength(10);
    expect(states(simulation)).toEqual([BACKEND_STATE.draining, BACKEND_STATE.healthy]);
  });

  it('forgets in a crash what it knew', () => {
    const simulation = assemble(
      system({
        backends: { a: { meanMs: 100 }, b: {} },
        balancer: { policy: 'least-connections', checkIntervalMs: 100, checkTimeoutMs: 50 },
        faults: [faultAt('b', 'crash', 1000), faultAt('lb', 'crash', 3000, 1000)],
      }),
    );
    simulation.advance(3 * SECOND);
    expect(health(simulation)).toEqual([true, false]);
    const checks = metricOf(simulation, 'lb', 'healthChecks');
    simulation.advance(3 * SECOND + 500_000);
    expect(simulation.component('lb')!.stats.inSystem).toBe(0);
    expect(metricOf(simulation, 'lb', 'healthChecks')).toBe(checks);
    simulation.advance(4 * SECOND + 1);
    expect(health(simulation)).toEqual([true, true]);
    simulation.advance(5 * SECOND);
    expect(health(simulation)).toEqual([true, false]);
    // One every 10 ms, each of which takes 100 ms and the balancer's own 30 µs.
    expect(simulation.component('lb')!.stats.inSystem).toBe(10);
  });

  // With checks each 100 ms that take 40 ms, some of these moments find one under way.
  it.each([1000, 1020, 1040, 1060, 1080])('blames nobody for its own freeze at %d ms', (atMs) => {
    const simulation = assemble(
      system({
        backends: { a: { queueLimit: 1000 }, b: { queueLimit: 1000 } },
        connections: { a: { rttMs: 40 }, b: { rttMs: 40 } },
        balancer: { checkIntervalMs: 100, checkTimeoutMs: 50, fall: 1 },
        faults: [faultAt('lb', 'pause', atMs, 5000)],
      }),
    );
    simulation.advance(8 * SECOND);
    expect(metricOf(simulation, 'lb', 'healthChecksFailed')).toBe(0);
    expect(simulation.system.totals(simulation.now)).toMatchObject({ arrivals: 799, completions: 795, failures: 0 });
  });

  it('checks nobody while it is down, whatever is changed about it', () => {
    const simulation = assemble(
      system({
        load: { ratePerSec: 0 },
        balancer: { checkIntervalMs: 500 },
        faults: [faultAt('lb', 'crash', 1000, 4000)],
      }),
    );
    simulation.advance(SECOND + 1);
    configure(simulation, { checkIntervalMs: 100 });
    simulation.intervene({ type: 'edit', edit: { type: 'remove-connection', id: 'lb>a' } });
    simulation.intervene({
      type: 'edit',
      edit: { type: 'add-connection', connection: { id: 'lb>a', from: 'lb', to: 'a', config: INSTANT } },
    });
    expect(eventLog(simulation, 5000).filter((line) => / arrival /.test(line))).toEqual([]);
    expect(eventLog(simulation, 6000).filter((line) => / arrival /.test(line))).toHaveLength(20);
  });

  it('keeps one rhythm when it is changed while frozen', () => {
    const simulation = assemble(
      system({
        load: { ratePerSec: 0 },
        backends: { a: {} },
        balancer: { checkIntervalMs: 1000 },
        faults: [faultAt('lb', 'pause', 500, 5000)],
      }),
    );
    simulation.advance(3 * SECOND);
    configure(simulation, { checkIntervalMs: 500 });
    simulation.advance(6 * SECOND);
    expect(checksAt(simulation, 'a', 16_000)).toHaveLength(20);
  });
});

it('balances better the more it knows: random, round robin, two choices, least connections', () => {
  const mean = (policy: string, seed: number): number => {
    const backends = Object.fromEntries(
      Array.from({ length: 8 }, (_, i) => [
        `s${i}`,
        { serviceTime: 'exponential', meanMs: 10, workers: 1, queueLimit: 1_000_000 },
      ]),
    );
    const load = { arrivals: 'poisson', ratePerSec: 680 };
    const simulation = assemble(
      system({ backends, load, balancer: { policy, healthChecks: false, cpuMicros: 0 }, seed }),
    );
    simulation.advance(10 * SECOND);
    // Little's law, over the whole run: the mean time in the system at a given rate.
    return simulation.system.totals(simulation.now).meanInSystem / 680;
  };
  for (const seed of [1, 2, 3]) {
    const means = ['random', 'round-robin', 'two-choices', 'least-connections'].map((policy) => mean(policy, seed));
    expect(means, `seed ${seed}`).toEqual([...means].sort((a, b) => b - a));
  }
});

function configure(simulation: Simulation, config: Settings): void {
  simulation.intervene({ type: 'edit', edit: { type: 'configure-component', id: 'lb', config } });
  simulation.advance(simulation.now + 2);
}

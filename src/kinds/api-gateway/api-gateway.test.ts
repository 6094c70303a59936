import { describe, expect, it } from 'vitest';
import type { Simulation } from '../../engine/simulation';
import { completeConfig, type Settings } from '../../model/fields';
import type { ScheduledFault } from '../../model/scenario';
import { MICROS_PER_SECOND as SECOND } from '../../model/units';
import { assemble } from '../assemble';
import { apiGateway } from './api-gateway';
import type { GatewayConfig } from './fields';
import { CLIENTS_REMEMBERED, RateLimits } from './rate-limits';
import { deathsAt, eventLog, faceOf, INSTANT, metricOf, smallSystem } from '../small-system';

const EVENLY: Settings = { arrivals: 'constant', ratePerSec: 100, readPercent: 100 };
const FIVE_MS: Settings = { serviceTime: 'constant', meanMs: 5 };

interface Setup {
  readonly load?: Settings;
  readonly gateway?: Settings;
  readonly service?: Settings;
  /** Settings of the connections to a and b; without any, a alone takes everything. */
  readonly routes?: Readonly<Record<string, Settings>>;
  readonly faults?: readonly ScheduledFault[];
  /** Of the connection from the client. */
  readonly incoming?: Settings;
}

function run({
  load = {},
  gateway = {},
  service = {},
  routes = { 'gate>a': {} },
  faults = [],
  incoming = {},
}: Setup): Simulation {
  const connections = Object.entries(routes).map(([id, settings]) => [id, { ...INSTANT, ...settings }] as const);
  return assemble(
    smallSystem({
      components: {
        client: ['client', { ...EVENLY, ...load }],
        gate: ['api-gateway', gateway],
        a: ['service', { ...FIVE_MS, ...service }],
        b: ['service', { ...FIVE_MS, ...service }],
      },
      connections: { 'client>gate': { ...INSTANT, timeoutMs: 0, ...incoming }, ...Object.fromEntries(connections) },
      faults,
    }),
  );
}

function arrivals(simulation: Simulation, component: string): number {
  return simulation.component(component)!.stats.totals(simulation.now).arrivals;
}

function configure(simulation: Simulation, config: Settings): void {
  simulation.intervene({ type: 'edit', edit: { type: 'configure-component', id: 'gate', config } });
  simulation.advance(simulation.now + 2);
}

describe('a request', () => {
  it('costs own work and the token check, then goes on', () => {
    expect(eventLog(run({ gateway: { auth: 'jwt' } }), 20)).toEqual([
      '10 timer client',
      '10 arrival client>gate',
      '10.14 timer gate',
      '10.14 arrival gate>a',
      '15.14 timer a',
      '15.14 answer gate>a',
      '15.14 answer client>gate',
    ]);
  });

  it('costs the same when it is turned away', () => {
    const log = eventLog(run({ gateway: { ratePerSec: 1, burst: 1 } }), 30);
    expect(log.slice(7)).toEqual([
      '20 timer client',
      '20 arrival client>gate',
      '20.06 timer gate',
      '20.06 answer client>gate rate-limited',
    ]);
  });

  it('that fails behind the gateway fails with the cause of there', () => {
    const simulation = run({ service: { workers: 1, queueLimit: 0, meanMs: 15 } });
    simulation.advance(SECOND);
    expect(deathsAt(simulation, 'gate')).toEqual({});
    expect(deathsAt(simulation, 'a')).toEqual({ 'queue-full': 49 });
  });
});

describe('the rate limit', () => {
  it('lets the burst and the rate through, and nothing more', () => {
    // Until 10 s: 3999 requests, every 2.5 ms. The bucket of 200 lasts until 1 s, when 400 were let in.
    const simulation = run({ load: { ratePerSec: 400 }, gateway: { ratePerSec: 200, burst: 200 } });
    simulation.advance(SECOND);
    expect(metricOf(simulation, 'gate', 'limited')).toBe(0);
    simulation.advance(10 * SECOND);
    // From the first request at 2.56 ms, when the bucket was full, to the last at 9997.56 ms, 1999 tokens came back.
    expect(metricOf(simulation, 'gate', 'allowed')).toBe(200 + 1999);
    expect(metricOf(simulation, 'gate', 'limited')).toBe(3999 - 2199);
    expect(deathsAt(simulation, 'gate')).toEqual({ 'rate-limited': 1800 });
    expect(arrivals(simulation, 'a')).toBe(2199);
  });

  it('can be switched off and on', () => {
    const simulation = run({ gateway: { ratePerSec: 1, burst: 1 } });
    simulation.advance(SECOND);
    expect(metricOf(simulation, 'gate', 'limited')).toBe(98);
    configure(simulation, { ratePerSec: 1, burst: 1, limiter: 'none' });
    simulation.advance(2 * SECOND);
    expect(metricOf(simulation, 'gate', 'limited')).toBe(98);
    configure(simulation, { ratePerSec: 1, burst: 1 });
    simulation.advance(3 * SECOND);
    // It filled up again meanwhile.
    expect(metricOf(simulation, 'gate', 'limited')).toBe(98 + 99);
  });

  it('begins with a full bucket after a restart', () => {
    const simulation = run({
      gateway: { ratePerSec: 1, burst: 50 },
      faults: [{ target: 'gate', fault: 'crash', atMs: 1000, durationMs: 1000, params: {} }],
    });
    simulation.advance(SECOND);
    expect(metricOf(simulation, 'gate', 'limited')).toBe(49);
    simulation.advance(2 * SECOND + 1);
    expect(faceOf(simulation, 'gate').slice(2, 4)).toEqual([50, 50]);
    simulation.advance(3 * SECOND);
    expect(metricOf(simulation, 'gate', 'limited')).toBe(49 + 50);
  });
});

describe('the token check', () => {
  it('turns invalid tokens away before they take a token of the bucket', () => {
    const simulation = run({ gateway: { auth: 'jwt', invalidPercent: 100, ratePerSec: 1, burst: 5 } });
    simulation.advance(SECOND);
    expect(deathsAt(simulation, 'gate')).toEqual({ unauthorised: 99 });
    expect(metricOf(simulation, 'gate', 'unauthorised')).toBe(99);
    expect(faceOf(simulation, 'gate')[2]).toBe(5);
  });

  it('finds the share of invalid tokens it is told', () => {
    const simulation = run({
      load: { ratePerSec: 1000 },
      gateway: { limiter: 'none', auth: 'jwt', invalidPercent: 20 },
    });
    simulation.advance(10 * SECOND);
    const share = metricOf(simulation, 'gate', 'unauthorised') / 9999;
    expect(Math.abs(share - 0.2)).toBeLessThanOrEqual(4 * Math.sqrt((0.2 * 0.8) / 9999));
  });

  it('does not look at tokens unless told to', () => {
    const simulation = run({ gateway: { invalidPercent: 100 } });
    simulation.advance(SECOND);
    expect(deathsAt(simulation, 'gate')).toEqual({});
  });
});

describe('the routes', () => {
  it('go by operation', () => {
    const routes = { 'gate>a': { on: 'read' }, 'gate>b': { on: 'write' } };
    const simulation = run({ load: { readPercent: 100 }, routes });
    simulation.advance(SECOND);
    expect([arrivals(simulation, 'a'), arrivals(simulation, 'b')]).toEqual([99, 0]);
  });

  it('go by share', () => {
    const simulation = run({
      load: { ratePerSec: 1000 },
      gateway: { limiter: 'none' },
      routes: { 'gate>a': { weight: 3 }, 'gate>b': {} },
    });
    simulation.advance(10 * SECOND);
    expect(Math.abs(arrivals(simulation, 'b') / 9999 - 0.25)).toBeLessThanOrEqual(4 * Math.sqrt((0.25 * 0.75) / 9999));
  });

  it.each([
    ['nothing is connected', {}],
    ['no connection takes the operation', { 'gate>a': { on: 'write' } }],
    ['every share is 0', { 'gate>a': { weight: 0 } }],
  ])('end here when %s', (_, routes) => {
    const simulation = run({ routes });
    simulation.advance(SECOND);
    expect(deathsAt(simulation, 'gate')).toEqual({ 'no-route': 99 });
  });
});

describe('other limits', () => {
  /** Times in ms at which requests reach the service, until a time. */
  const passedAt = (setup: Setup, untilMs: number): number[] =>
    eventLog(run(setup), untilMs)
      .filter((line) => line.endsWith('arrival gate>a'))
      .map((line) => Number(line.split(' ')[0]));

  it('leaky bucket: holds a burst back, lets it go evenly, and turns away what is too much', () => {
    const setup = { load: { ratePerSec: 1000 }, gateway: { limiter: 'leaky-bucket', ratePerSec: 100, burst: 5 } };
    // The first leaves at once, the others each 10 ms; the bucket is full from the seventh on.
    expect(passedAt(setup, 100)).toEqual(
      [0, 1, 2, 3, 4, 5, 6, 7, 8, 9].map((i) => 1.06 + 10 * i).filter((t) => t < 100),
    );
    const simulation = run(setup);
    simulation.advance(10 * SECOND);
    // One more every 10 ms, and the six that may be inside at once.
    expect(metricOf(simulation, 'gate', 'allowed')).toBe(1000);
    expect(metricOf(simulation, 'gate', 'limited')).toBe(9999 - 1000 - 5);
    expect(metricOf(simulation, 'gate', 'delayed')).toBeGreaterThan(4.8);
    expect(faceOf(simulation, 'gate').slice(0, 4)).toEqual([0, 100, 0, 6]);
  });

  it('fixed window: the whole allowance at its beginning', () => {
    const gateway = { limiter: 'fixed-window', ratePerSec: 20, windowS: 2 };
    const times = passedAt({ load: { ratePerSec: 100 }, gateway }, 4000);
    expect(times.filter((time) => time < 2000)).toHaveLength(40);
    expect([times[39], times[40]]).toEqual([400.06, 2000.06]);
    const simulation = run({ load: { ratePerSec: 100 }, gateway });
    simulation.advance(SECOND);
    expect(faceOf(simulation, 'gate').slice(0, 4)).toEqual([0, 20, 0, 40]);
  });

  it('sliding window: no second rush after the border', () => {
    const gateway = { limiter: 'sliding-window', ratePerSec: 20, windowS: 1 };
    const times = passedAt({ load: { ratePerSec: 100 }, gateway }, 10_000);
    expect(times.filter((time) => time < 1000)).toHaveLength(20);
    // Afterwards evenly: one more for each twentieth of the window before that is no longer covered.
    const second = times.filter((time) => time >= 1000 && time < 2000);
    expect(second.length).toBeGreaterThanOrEqual(19);
    expect(second.length).toBeLessThanOrEqual(20);
    second.slice(1).forEach((time, i) => expect(time - second[i]!).toBeGreaterThanOrEqual(40));
  });

  it('requests at once: as many as permits, and fewer a second when the service slows down', () => {
    const setup: Setup = {
      load: { ratePerSec: 1000 },
      gateway: { limiter: 'concurrency', maxConcurrent: 10, cpuMicros: 0 },
      service: { meanMs: 20, workers: 100 },
      faults: [{ target: 'a', fault: 'slow', atMs: 5000, params: { factor: 4 } }],
    };
    const simulation = run(setup);
    simulation.advance(5 * SECOND);
    // Little: 10 = rate × 20 ms. Each permit is taken again a millisecond later, when the next request comes.
    const before = metricOf(simulation, 'gate', 'allowed');
    expect(before / 5).toBeGreaterThan(10 / 0.021 - 5);
    expect(before / 5).toBeLessThanOrEqual(10 / 0.02);
    simulation.advance(10 * SECOND);
    expect((metricOf(simulation, 'gate', 'allowed') - before) / 5).toBeLessThanOrEqual(10 / 0.08 + 2);
    expect(simulation.component('a')!.stats.inSystem).toBeLessThanOrEqual(10);
    expect(deathsAt(simulation, 'a')).toEqual({});
  });

  it('requests at once: permits come back however a request ends', () => {
    const simulation = run({
      gateway: { limiter: 'concurrency', maxConcurrent: 3 },
      routes: { 'gate>a': { timeoutMs: 50, on: 'read' } },
      load: { readPercent: 50 },
      faults: [
        { target: 'a', fault: 'pause', atMs: 1000, durationMs: 1000, params: {} },
        { target: 'a', fault: 'crash', atMs: 3000, durationMs: 1000, params: {} },
        { target: 'gate', fault: 'crash', atMs: 5000, durationMs: 1000, params: {} },
      ],
    });
    simulation.advance(8 * SECOND);
    for (const cause of ['no-route', 'timeout', 'rate-limited'])
      expect(deathsAt(simulation, 'gate')).toHaveProperty(cause);
    simulation.advance(8 * SECOND + 9000);
    expect(faceOf(simulation, 'gate').slice(0, 4)).toEqual([3, 3, 3, 3]);
  });
});

describe('Retry-After', () => {
  it.each([
    // Until 1 s, 99 requests came each 10 ms: the first took the token, the next comes back after a second.
    ['token-bucket', { ratePerSec: 1, burst: 1 }, (at: number) => Math.ceil(1010.06 - at)],
    ['fixed-window', { ratePerSec: 1 }, (at: number) => Math.ceil(1000 - at)],
    ['concurrency', { maxConcurrent: 1 }, () => 0],
  ])('%s says the truth', (limiter, settings, expected) => {
    const simulation = run({ gateway: { limiter, ...settings }, service: { meanMs: 5000 } });
    const { calls } = simulation;
    let seen = 0;
    while (simulation.step(900_000)) {
      if (simulation.lastEvent.cause === 0 || simulation.lastEvent.type !== 'answer') continue;
      // Records are kept as they were until they are used again.
      const call = Array.from({ length: calls.used }, (_, i) => i).reduce((a, b) =>
        calls.serial(b) > calls.serial(a) ? b : a,
      );
      expect(calls.result(call)).toBe(expected(simulation.now / 1000));
      seen++;
    }
    expect(seen).toBeGreaterThan(80);
  });
});

it('a token bucket of 100 a second and 50 takes 200 a second for half a second (V21)', () => {
  const simulation = run({
    load: { ratePerSec: 200, arrivals: 'poisson' },
    gateway: { ratePerSec: 100, burst: 50, cpuMicros: 0 },
    service: { meanMs: 1, workers: 100 },
  });
  const passed: number[] = [];
  let firstLimited = Infinity;
  while (simulation.step(60 * SECOND)) {
    const { type, connection, cause } = simulation.lastEvent;
    if (connection < 0) continue;
    const id = simulation.connections[connection]!.id;
    if (type === 'arrival' && id === 'gate>a') passed.push(simulation.now);
    if (type === 'answer' && id === 'client>gate' && cause !== 0) firstLimited = Math.min(firstLimited, simulation.now);
  }
  // The surplus of 100 a second empties it after 0.5 s on average; the random walk of the arrivals makes that vary.
  expect(firstLimited).toBeGreaterThan(0.3 * SECOND);
  expect(firstLimited).toBeLessThan(0.8 * SECOND);
  const late = passed.filter((time) => time >= 10 * SECOND).length / 50;
  expect(Math.abs(late - 100)).toBeLessThanOrEqual(1);
  // In any window w, at most 50 + 100 w: none of them is further above 100 a second than 50 requests.
  let lowest = Infinity;
  passed.forEach((time, i) => {
    const surplus = i - (100 * time) / SECOND;
    lowest = Math.min(lowest, surplus);
    if (surplus - lowest + 1 > 50) throw new Error(`too many until ${time}`);
  });
});

describe('asking an auth service', () => {
  const auth: Settings = { auth: 'introspection', authMedianMs: 20, authP99Ms: 20, limiter: 'none' };

  it('costs its answer once, and nothing while the answer is kept', () => {
    const simulation = run({ load: { addresses: 1 }, gateway: { ...auth, authTtlS: 1 } });
    simulation.advance(3 * SECOND);
    // Asked at 10, 20 and 30 ms, before the first answer is here; then again when the answer of the last has aged.
    const asked = metricOf(simulation, 'gate', 'authCalls');
    expect(asked).toBeGreaterThanOrEqual(6);
    expect(asked).toBeLessThanOrEqual(9);
    expect(metricOf(simulation, 'gate', 'authHits') + asked).toBe(299);
    expect(metricOf(simulation, 'gate', 'authHitRatio')).toBeCloseTo((299 - asked) / 299, 9);
    expect(faceOf(simulation, 'gate').at(-1)).toBe(2);
  });

  it('is a bottleneck without a memory: so many at once, each in its time', () => {
    const simulation = run({ gateway: { ...auth, authTtlS: 0, authAtOnce: 1 } });
    simulation.advance(10 * SECOND);
    // 100 a second come, 50 a second are answered.
    expect(metricOf(simulation, 'gate', 'allowed')).toBe(499);
    expect(metricOf(simulation, 'gate', 'authOpen')).toBeGreaterThan(240);
  });

  it('lets nobody in who is not known to be good', () => {
    const invalid = run({ gateway: { ...auth, invalidPercent: 100 } });
    invalid.advance(SECOND);
    expect(deathsAt(invalid, 'gate')).toEqual({ unauthorised: 97 });
    expect(metricOf(invalid, 'gate', 'authHits')).toBe(0);
    const failing = run({ gateway: { ...auth, authErrorPercent: 100 } });
    failing.advance(SECOND);
    expect(deathsAt(failing, 'gate')).toEqual({ error: 97 });
  });
});

it.each([
  ['in the leaky bucket', { limiter: 'leaky-bucket', ratePerSec: 1, burst: 1000 }],
  ['for the auth service', { auth: 'introspection', authTtlS: 0, authAtOnce: 1, authMedianMs: 5000, authP99Ms: 5000 }],
  ['for an answer, with a permit', { limiter: 'concurrency', maxConcurrent: 12 }],
])('a caller that gives up while it waits %s is let go', (_, gateway) => {
  const simulation = run({
    gateway,
    service: { meanMs: 5000, workers: 1000 },
    incoming: { timeoutMs: 100, cancel: true },
  });
  simulation.advance(4 * SECOND);
  // Those of the last 100 ms, and the one the auth service is working on.
  expect(simulation.component('gate')!.stats.inSystem).toBeLessThanOrEqual(12);
  expect(deathsAt(simulation, 'gate')['cancelled']).toBeGreaterThan(380);
  expect(deathsAt(simulation, 'gate')['rate-limited']).toBeUndefined();
});

it('a limit for each caller leaves the others alone', () => {
  const limits = new RateLimits();
  const config = completeConfig(apiGateway.fields, { scope: 'client', ratePerSec: 1, burst: 2 }) as GatewayConfig;
  limits.configure(config, 0);
  expect([5, 5, 5, 6].map((client) => limits.of(client, 0).admit(0))).toEqual([0, 0, -1, 0]);
  expect([limits.peek(5, 0), limits.peek(6, 0), limits.peek(7, 0)]).toEqual([0, 1, 2]);
  limits.configure({ ...config, ratePerSec: 2 }, SECOND);
  expect([limits.peek(5, SECOND), limits.peek(5, 2 * SECOND)]).toEqual([1, 2]);
  // So many others came that it was forgotten.
  limits.of(5, SECOND).admit(SECOND);
  for (let client = 100; client < 100 + CLIENTS_REMEMBERED; client++) limits.of(client, SECOND).admit(SECOND);
  expect(limits.peek(5, SECOND)).toBe(2);
  expect(limits.of(5, SECOND).left(SECOND)).toBe(2);
});

describe('the face', () => {
  it.each([
    ['a limit', {}, [0, 200, 200, 200, 0]],
    ['no limit', { limiter: 'none' }, [1, 0, 0, 0]],
    ['a token check', { auth: 'jwt', burst: 3 }, [0, 200, 3, 3, 1]],
    ['a limit for each', { scope: 'client', auth: 'introspection' }, [2, 200, 200, 200, 2]],
    ['a limit of requests at once', { limiter: 'concurrency', maxConcurrent: 7 }, [3, 7, 7, 7, 0]],
    ['a sliding window', { limiter: 'sliding-window', ratePerSec: 30, windowS: 3 }, [0, 30, 90, 90, 0]],
  ])('shows %s', (_, gateway, numbers) => {
    expect(faceOf(run({ gateway }), 'gate')).toEqual(numbers);
  });

  it('shows whole tokens at this moment', () => {
    const simulation = run({ gateway: { ratePerSec: 10, burst: 20 } });
    simulation.advance(105_000);
    // Ten have been taken since 10 ms, and 0.94 of one has come back.
    expect(faceOf(simulation, 'gate').slice(2, 4)).toEqual([10, 20]);
    simulation.advance(115_000);
    expect(faceOf(simulation, 'gate').slice(2, 4)).toEqual([10, 20]);
  });
});

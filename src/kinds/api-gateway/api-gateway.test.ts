import { describe, expect, it } from 'vitest';
import type { Simulation } from '../../engine/simulation';
import type { Settings } from '../../model/fields';
import type { ScheduledFault } from '../../model/scenario';
import { MICROS_PER_SECOND as SECOND } from '../../model/units';
import { assemble } from '../assemble';
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
}

function run({ load = {}, gateway = {}, service = {}, routes = { 'gate>a': {} }, faults = [] }: Setup): Simulation {
  const connections = Object.entries(routes).map(([id, settings]) => [id, { ...INSTANT, ...settings }] as const);
  return assemble(
    smallSystem({
      components: {
        client: ['client', { ...EVENLY, ...load }],
        gate: ['api-gateway', gateway],
        a: ['service', { ...FIVE_MS, ...service }],
        b: ['service', { ...FIVE_MS, ...service }],
      },
      connections: { 'client>gate': { ...INSTANT, timeoutMs: 0 }, ...Object.fromEntries(connections) },
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
    configure(simulation, { ratePerSec: 1, burst: 1, limit: false });
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
    const simulation = run({ load: { ratePerSec: 1000 }, gateway: { limit: false, auth: 'jwt', invalidPercent: 20 } });
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
      gateway: { limit: false },
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

describe('the face', () => {
  it.each([
    ['a limit', {}, [0, 200, 200, 200, 0]],
    ['no limit', { limit: false }, [1, 0, 0, 0]],
    ['a token check', { auth: 'jwt', burst: 3 }, [0, 200, 3, 3, 1]],
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

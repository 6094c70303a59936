import { describe, expect, it } from 'vitest';
import { BREAKER } from '../engine/resilience/circuit-breaker';
import type { Settings } from '../model/fields';
import { fromMs } from '../model/units';
import { assemble } from './assemble';
import { deathsAt, eventLog, INSTANT, smallSystem } from './small-system';

const STEADY = { arrivals: 'constant', readPercent: 100, keyCount: 1, keys: 'uniform' };
const FIXED = (meanMs: number, more: Settings = {}): Settings => ({
  serviceTime: 'constant',
  meanMs,
  workers: 1,
  ...more,
});

/** One client and one service, with this on the connection between them. */
function pair(client: Settings, service: Settings, connection: Settings, faults: object[] = [], seed = 7) {
  return assemble(
    smallSystem({
      components: { client: ['client', { ...STEADY, ...client }], service: ['service', service] },
      connections: { 'client>service': { ...INSTANT, ...connection } },
      faults: faults as never,
      seed,
    }),
  );
}

const errors = (percent: number, durationMs?: number) => ({
  atMs: 0,
  ...(durationMs === undefined ? {} : { durationMs }),
  target: 'service',
  fault: 'errors',
  params: { percent },
});

describe('retries', () => {
  it('tells the whole story of a call that fails twice and then succeeds', () => {
    const simulation = pair(
      { ratePerSec: 1 },
      FIXED(10),
      { rttMs: 2, retry: 'exponential', maxAttempts: 3, backoffMs: 100, jitterKind: 'none' },
      [errors(100, 1200)],
    );
    expect(eventLog(simulation, 1990)).toEqual([
      '1000 timer client',
      '1001 arrival client>service',
      '1002 answer client>service error',
      '1103 arrival client>service',
      '1104 answer client>service error',
      '1305 arrival client>service',
      '1315 timer service',
      '1316 answer client>service',
    ]);
    const { policy } = simulation.connection('client>service')!;
    expect(policy).toMatchObject({ firstAttempts: 1, retries: 2, inFlight: 0 });
    expect(simulation.system.totals(simulation.now)).toMatchObject({ completions: 1, failures: 0 });
    expect(simulation.calls.live).toBe(0);
  });

  // V20: attempts (1 − p^n)/(1 − p), success 1 − p^n.
  it.each([
    [0.1, 1.11, 0.999],
    [0.5, 1.75, 0.875],
    [0.9, 2.71, 0.271],
  ])('with failures of %f makes %f attempts and succeeds in %f of the calls', (p, attempts, success) => {
    const simulation = pair(
      { ratePerSec: 1000 },
      FIXED(0.01, { workers: 64 }),
      { retry: 'fixed', maxAttempts: 3, backoffMs: 1, jitterKind: 'none', timeoutMs: 0 },
      [errors(100 * p)],
    );
    simulation.advance(fromMs(100_000));
    const policy = simulation.connection('client>service')!.policy!;
    const totals = simulation.system.totals(simulation.now);
    expect((policy.firstAttempts + policy.retries) / policy.firstAttempts).toBeCloseTo(attempts, 1.7);
    expect(totals.completions / totals.arrivals).toBeCloseTo(success, 1.9);
  });

  it('does not retry a write that may have been done, unless it is told to', () => {
    for (const retryWrites of [false, true]) {
      const simulation = pair(
        { ratePerSec: 10, readPercent: 0 },
        FIXED(1),
        { retry: 'fixed', backoffMs: 1, retryWrites },
        [errors(100)],
      );
      simulation.advance(fromMs(1_050));
      expect(simulation.connection('client>service')!.policy!.retries).toBe(retryWrites ? 20 : 0);
    }
  });

  it('tries a write again when nobody can have done it', () => {
    const simulation = pair({ ratePerSec: 10, readPercent: 0 }, FIXED(1), { retry: 'fixed', backoffMs: 1 }, [
      { atMs: 0, target: 'service', fault: 'crash', params: {} },
    ]);
    simulation.advance(fromMs(1_050));
    expect(simulation.connection('client>service')!.policy!.retries).toBe(20);
  });

  it('keeps to the budget: a tenth of the requests and the reserve', () => {
    const simulation = pair(
      { ratePerSec: 100 },
      FIXED(1),
      { retry: 'fixed', backoffMs: 1, jitterKind: 'none', budget: 'ratio', budgetShare: 0.1, budgetReserve: 5 },
      [errors(100)],
    );
    simulation.advance(fromMs(60_000));
    const { retries, firstAttempts } = simulation.connection('client>service')!.policy!;
    expect(retries).toBeLessThanOrEqual(0.1 * firstAttempts + 5 * 61);
    expect(retries).toBeGreaterThanOrEqual(0.1 * firstAttempts + 5 * 59);
  });
});

describe('the budget of Envoy', () => {
  /** Retries for each call: everything fails, after 400 ms. */
  const run = (ratePerSec: number, settings: Settings): number => {
    const simulation = assemble(
      smallSystem({
        components: {
          client: ['client', { ...STEADY, ratePerSec }],
          api: ['external-api', { limit: false, latency: 'constant', meanMs: 400, errorPercent: 100 }],
        },
        connections: {
          'client>api': {
            ...INSTANT,
            timeoutMs: 0,
            retry: 'fixed',
            maxAttempts: 4,
            backoffMs: 100,
            jitterKind: 'none',
            ...settings,
          },
        },
      }),
    );
    simulation.advance(fromMs(60_000));
    const { retries, firstAttempts } = simulation.connection('client>api')!.policy!;
    return retries / firstAttempts;
  };
  const ENVOY: Settings = { budget: 'active', budgetActivePercent: 20, budgetLeastRetries: 3 };

  it('allows a fifth of the calls under way, and three where there are few', () => {
    expect(run(50, {})).toBeGreaterThan(2.8);
    // R retries held 0.5 s each, under way for 0.4 s of it: R = 0.2 (20 + 0.8 R) gives R = 4.8, in whole numbers 4.
    const busy = run(50, ENVOY);
    expect(busy).toBeGreaterThan(4 / 0.5 / 50 - 0.03);
    expect(busy).toBeLessThan(4 / 0.5 / 50 + 0.03);
    // One call a second needs 1.5 retries under way, and may have three.
    expect(run(1, ENVOY)).toBeGreaterThan(2.8);
    expect(run(1, { ...ENVOY, budgetLeastRetries: 0 })).toBeLessThan(0.1);
  });
});

describe('timeouts', () => {
  it('ends an attempt at its own timeout and the call at the whole one', () => {
    const simulation = pair({ ratePerSec: 1 }, FIXED(900, { workers: 8 }), {
      timeoutMs: 250,
      perTryTimeoutMs: 100,
      retry: 'fixed',
      maxAttempts: 5,
      backoffMs: 0,
      jitterKind: 'none',
    });
    simulation.advance(fromMs(1_999));
    expect(deathsAt(simulation, 'client')).toEqual({ timeout: 3 });
    const { policy, late } = simulation.connection('client>service')!;
    expect(policy).toMatchObject({ firstAttempts: 1, retries: 2, inFlight: 0 });
    expect(late).toBe(1);
    simulation.advance(fromMs(2_900));
    expect(simulation.connection('client>service')!.late).toBe(3);
    expect(simulation.system.totals(simulation.now)).toMatchObject({ arrivals: 2, completions: 0, failures: 2 });
  });

  it('passes the remaining time on, and work that comes too late is dropped', () => {
    const service = FIXED(20, { queueLimit: 1000, queueOrder: 'lifo' });
    const run = (connection: Settings) => {
      const simulation = pair({ ratePerSec: 100, arrivals: 'poisson' }, service, { timeoutMs: 300, ...connection });
      simulation.advance(fromMs(30_000));
      return simulation;
    };
    // Twice the capacity is offered, and the queue is full of what nobody waits for; or nearly empty.
    expect(run({}).component('service')!.stats.inSystem).toBeGreaterThan(900);
    const simulation = run({ propagateDeadline: true });
    const dropped = deathsAt(simulation, 'service')['deadline-passed']!;
    const { arrivals, completions } = simulation.component('service')!.stats.totals(simulation.now);
    expect(completions).toBeGreaterThan(1_400);
    expect(dropped + completions).toBeGreaterThan(arrivals - 100);
  });
});

describe('the circuit breaker', () => {
  // V41: 100 % failures at 50/s and a window of 100: opens after 2 s, and after a minute lets at most ten probes through.
  it('opens after two seconds, and probes after a minute', () => {
    const simulation = pair(
      { ratePerSec: 50 },
      FIXED(1),
      { breaker: 'count', breakerWindow: 100, breakerMinCalls: 100, breakerOpenMs: 60_000, breakerProbes: 10 },
      [errors(100)],
    );
    const { policy } = simulation.connection('client>service')!;
    simulation.advance(fromMs(1_990));
    expect(policy!.breakerState).toBe(BREAKER.closed);
    simulation.advance(fromMs(2_010));
    expect(policy!.breakerState).toBe(BREAKER.open);
    const sent = simulation.connection('client>service')!.sent;
    expect(sent).toBe(100);
    simulation.advance(fromMs(61_990));
    expect(simulation.connection('client>service')!.sent).toBe(sent);
    simulation.advance(fromMs(70_000));
    expect(simulation.connection('client>service')!.sent).toBe(sent + 10);
    expect(policy!.breakerOpened).toBe(2);
    expect(deathsAt(simulation, 'client')['breaker-open']).toBe(policy!.rejected);
  });

  it('closes again when the probes succeed', () => {
    const simulation = pair(
      { ratePerSec: 50 },
      FIXED(1),
      { breaker: 'time', breakerWindow: 10, breakerMinCalls: 20, breakerOpenMs: 5_000, breakerProbes: 1 },
      [errors(100, 4_000)],
    );
    simulation.advance(fromMs(10_000));
    const { policy } = simulation.connection('client>service')!;
    expect(policy!.breakerState).toBe(BREAKER.closed);
    expect(policy!.breakerOpened).toBe(1);
    // Twenty calls in 0.4 s open it; five seconds later one good probe closes it.
    expect(policy!.rejected).toBeGreaterThan(240);
    expect(policy!.rejected).toBeLessThan(260);
  });
});

describe('a limit on calls at once', () => {
  it('turns away what is beyond the bulkhead', () => {
    const simulation = pair({ ratePerSec: 100 }, FIXED(1000, { workers: 64 }), {
      timeoutMs: 0,
      concurrency: 'bulkhead',
      concurrencyLimit: 5,
    });
    simulation.advance(fromMs(1_005));
    expect(simulation.connection('client>service')!.policy).toMatchObject({ inFlight: 5, limit: 5, rejected: 95 });
  });

  it.each(['aimd', 'gradient', 'vegas'])('%s keeps the queue of an overloaded service short', (concurrency) => {
    const service = FIXED(10, { workers: 4, queueLimit: 2000 });
    const run = (connection: Settings) => {
      const simulation = pair({ ratePerSec: 800, arrivals: 'poisson' }, service, { timeoutMs: 1000, ...connection });
      simulation.advance(fromMs(30_000));
      return simulation.system.totals(simulation.now).completions;
    };
    // Capacity is 400/s; without a limit nearly every answer comes after the timeout.
    expect(run({})).toBeLessThan(1_500);
    expect(run({ concurrency, concurrencyLimit: 20 })).toBeGreaterThan(11_000);
  });
});

describe('hedging', () => {
  it('cuts the tail at the price of a few more calls', () => {
    // V23: Exp(1), hedged after its p95 = ln 20: p99 3.80 instead of 4.61, 5 % more calls. In units of 10 ms.
    const simulation = assemble(
      smallSystem({
        components: {
          client: ['client', { ...STEADY, ratePerSec: 200 }],
          service: ['service', { serviceTime: 'exponential', meanMs: 10, workers: 512 }],
        },
        connections: {
          'client>service': { ...INSTANT, timeoutMs: 0, hedgeAfterMs: 29.957 },
        },
      }),
    );
    simulation.advance(fromMs(600_000));
    const { firstAttempts, hedges } = simulation.connection('client>service')!.policy!;
    expect(hedges / firstAttempts).toBeCloseTo(0.05, 2);
    expect(simulation.system.latency.percentile(99) / 10_000).toBeCloseTo(3.8, 0.9);
  });
});

describe('what nobody waits for', () => {
  it('is dropped from the queue when the caller says so', () => {
    const simulation = pair({ ratePerSec: 20 }, FIXED(100, { queueLimit: 1000 }), { timeoutMs: 300, cancel: true });
    simulation.advance(fromMs(30_000));
    expect(simulation.component('service')!.stats.inSystem).toBeLessThan(10);
    expect(deathsAt(simulation, 'service')['cancelled']).toBeGreaterThan(100);
    expect(simulation.connection('client>service')!.late).toBeLessThan(310);
  });
});

describe('a fallback', () => {
  it('answers reads with a poorer answer, and lets writes fail', () => {
    const simulation = pair({ ratePerSec: 100, readPercent: 50 }, FIXED(1), { fallback: 'default' }, [errors(100)]);
    simulation.advance(fromMs(10_005));
    const totals = simulation.system.totals(simulation.now);
    expect(totals.completions).toBe(simulation.connection('client>service')!.policy!.fallbacks);
    expect(totals.completions / totals.arrivals).toBeCloseTo(0.5, 1);
    expect(totals.completions + totals.failures).toBe(1000);
  });
});

describe('throttling at the caller', () => {
  it('lets about twice as many through as are accepted', () => {
    const simulation = pair({ ratePerSec: 200 }, FIXED(20, { queueLimit: 0 }), { clientThrottling: true });
    simulation.advance(fromMs(240_000));
    const connection = simulation.connection('client>service')!;
    const before = connection.sent;
    const accepted = connection.answered;
    simulation.advance(fromMs(300_000));
    expect((connection.sent - before) / (connection.answered - accepted)).toBeCloseTo(2, 1);
  });
});

describe('metastable failure (n·λ > C and Q/C > T)', () => {
  // FIFO server of 100/s, clients wait 1 s, three attempts; the server is ten times slower for ten seconds.
  const run = (lambda: number, queueLimit: number, connection: Settings, untilMs = 120_000) => {
    const simulation = pair(
      { ratePerSec: lambda, arrivals: 'poisson' },
      FIXED(10, { queueLimit }),
      { timeoutMs: 0, perTryTimeoutMs: 1000, ...connection },
      [{ atMs: 10_000, durationMs: 10_000, target: 'service', fault: 'slow', params: { factor: 20 } }],
    );
    simulation.advance(fromMs(untilMs - 20_000));
    const before = simulation.system.totals(simulation.now).completions;
    simulation.advance(fromMs(untilMs));
    return (simulation.system.totals(simulation.now).completions - before) / 20;
  };
  const THREE = { retry: 'fixed', maxAttempts: 3, backoffMs: 0, jitterKind: 'none' };

  it('stays collapsed after the trigger when n·λ > C and Q/C > T', () => {
    expect(run(60, 1000, THREE)).toBeLessThan(1);
  });
  it('recovers with a short queue', () => {
    expect(run(60, 50, THREE)).toBeGreaterThan(55);
  });
  it('recovers without retries', () => {
    expect(run(60, 1000, {})).toBeGreaterThan(55);
  });
  it('recovers with a retry budget of a tenth', () => {
    expect(run(60, 1000, { ...THREE, budget: 'ratio', budgetReserve: 0 })).toBeGreaterThan(55);
  });
  it('recovers below C/n', () => {
    expect(run(30, 1000, THREE, 240_000)).toBeGreaterThan(25);
  });
});

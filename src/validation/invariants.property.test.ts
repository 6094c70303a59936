/**
 * What no system may break, whatever happens in it. A failing number is printed.
 */
import fc from 'fast-check';
import { describe, expect, inject, it } from 'vitest';
import { RandomStream } from '../engine/random';
import { SECOND, start } from './run-system';

fc.configureGlobal({ seed: inject('seed') });

const number = fc.nat(1e9);

/** One client, a chain of three services whose limits and settings are drawn, and trouble at the last. */
function chain(n: number, extra: Readonly<Record<string, string | number | boolean>>) {
  const random = new RandomStream(n, 'invariants', 'test');
  const between = (low: number, high: number): number => low + random.integer(high - low + 1);
  const timeoutMs = between(20, 400);
  const policy = { rttMs: random.integer(5), propagateDeadline: true, ...extra };
  return {
    timeoutMs,
    system: {
      components: {
        users: ['client', { ratePerSec: between(20, 300) }],
        first: [
          'service',
          { serviceTime: 'exponential', meanMs: 2, workers: between(1, 40), queueLimit: between(0, 400) },
        ],
        second: ['service', { serviceTime: 'exponential', meanMs: between(2, 30), workers: between(1, 8) }],
        third: ['service', { serviceTime: 'exponential', meanMs: between(2, 40), workers: between(1, 8) }],
      },
      connections: {
        'users>first': { ...policy, timeoutMs },
        'first>second': { ...policy, timeoutMs: between(0, 1) * between(10, 500) },
        'second>third': { ...policy, timeoutMs: between(0, 1) * between(10, 500) },
      },
      faults: [
        {
          atMs: 500,
          durationMs: between(200, 1500),
          target: 'third',
          fault: 'slow',
          params: { factor: between(2, 50) },
        },
        { atMs: 1500, durationMs: between(200, 1500), target: 'second', fault: 'pause', params: {} },
      ],
    } as const,
  };
}

describe('a deadline that is passed on', () => {
  it('lies behind no answer that counts as a success', () => {
    fc.assert(
      fc.property(number, fc.constantFrom('none', 'fixed', 'exponential'), (n, retry) => {
        const { system, timeoutMs } = chain(n, { retry, backoffMs: 5, perTryTimeoutMs: 50 });
        const simulation = start(system, n);
        simulation.advance(4 * SECOND);
        // To the microsecond: the timeout of the users is the deadline of everything below them.
        const { max } = simulation.system.latency;
        if (simulation.system.latency.count > 0) expect(max, `system ${n}`).toBeLessThanOrEqual(timeoutMs * 1000);
      }),
      { numRuns: 40 },
    );
  });
});

describe('a retry budget', () => {
  it('keeps the load at its share of the first attempts plus its reserve', () => {
    fc.assert(
      fc.property(
        number,
        fc.double({ min: 0, max: 0.5, noNaN: true }),
        fc.integer({ min: 0, max: 20 }),
        (n, budgetShare, budgetReserve) => {
          const { system } = chain(n, {
            retry: 'fixed',
            backoffMs: 1,
            maxAttempts: 5,
            perTryTimeoutMs: 20,
            budget: 'ratio',
            budgetShare,
            budgetReserve,
          });
          const simulation = start(system, n);
          for (let second = 1; second <= 4; second++) {
            simulation.advance(second * SECOND);
            for (const { id, policy } of simulation.connections) {
              if (!policy) continue;
              // The reserve begins full, with one second's worth.
              const most = budgetShare * policy.firstAttempts + budgetReserve * (second + 1);
              expect(policy.retries, `${id} of system ${n}`).toBeLessThanOrEqual(most + 1e-6);
            }
          }
        },
      ),
      { numRuns: 30 },
    );
  });
});

describe('a token bucket', () => {
  it('lets no more through in any window than its burst and its rate allow', () => {
    fc.assert(
      fc.property(
        number,
        fc.integer({ min: 1, max: 500 }),
        fc.integer({ min: 1, max: 200 }),
        fc.integer({ min: 1, max: 1000 }),
        (n, ratePerSec, burst, load) => {
          const simulation = start(
            {
              components: {
                users: ['client', { ratePerSec: load }],
                gateway: ['api-gateway', { ratePerSec, burst }],
                server: ['service', { workers: 2000 }],
              },
              connections: { 'users>gateway': {}, 'gateway>server': {} },
            },
            n,
          );
          const onward = simulation.connection('gateway-to-server')!.index;
          // In millionths of a request, of which the rate gives so many a microsecond: sums are exact.
          let [best, last, worst] = [0, 0, 0];
          simulation.motion = {
            moved: (connection, back, _verb, _write, _cause, _late, departure) => {
              if (connection !== onward || back !== 0) return;
              best = Math.max(best - (departure - last) * ratePerSec, 0) + 1_000_000;
              last = departure;
              worst = Math.max(worst, best);
            },
          };
          simulation.advance(5 * SECOND);
          expect(worst, `seed ${n}`).toBeLessThanOrEqual(burst * 1_000_000);
        },
      ),
      { numRuns: 30 },
    );
  });
});

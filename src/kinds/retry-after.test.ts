/** Who is turned away learns when to come again, and whoever passes requests on says it to its own caller. */
import { expect, it } from 'vitest';
import type { Settings } from '../model/fields';
import { fromMs } from '../model/units';
import { assemble } from './assemble';
import { INSTANT, smallSystem } from './small-system';

const RETRIES: Settings = {
  ...INSTANT,
  timeoutMs: 0,
  retry: 'fixed',
  maxAttempts: 2,
  backoffMs: 5,
  jitterKind: 'none',
};
const WAITS: Settings = { ...INSTANT, timeoutMs: 0 };
const QUICK: Settings = { serviceTime: 'constant', meanMs: 1, workers: 64 };

/** When the second request asks again: one token a second, and the first request has taken it. */
function comesAgain(
  kind: string,
  settings: Settings,
  incoming: Settings = RETRIES,
  outgoing: Settings = WAITS,
): number {
  const simulation = assemble(
    smallSystem({
      components: {
        client: ['client', { arrivals: 'constant', ratePerSec: 5, readPercent: 100, keyCount: 1 }],
        middle: [kind, settings],
        gate: ['api-gateway', { limiter: 'token-bucket', ratePerSec: 1, burst: 1, cpuMicros: 0 }],
        server: ['service', QUICK],
      },
      connections: { 'client>middle': incoming, 'middle>gate': outgoing, 'gate>server': INSTANT },
    }),
  );
  const { policy } = simulation.connection('client>middle')!;
  while (policy!.retries === 0) simulation.advance(simulation.now + fromMs(1));
  return simulation.now / 1000;
}

it.each([
  ['load-balancer', { cpuMicros: 0 }],
  ['api-gateway', { limiter: 'none', cpuMicros: 0 }],
  ['dns', { lookupMs: 0 }],
  ['cdn', { pops: 1, collapse: false, ttlSeconds: 0, swrSeconds: 0, hitMicros: 0 }],
  ['service', { ...QUICK, meanMs: 0.1 }],
])('a %s passes Retry-After on', (kind, settings) => {
  // The token of 200 ms comes back at 1200 ms; without the word, the second request would ask again at 405.
  const at = comesAgain(kind, settings);
  expect(at).toBeGreaterThan(1_195);
  expect(at).toBeLessThan(1_206);
});

it('a policy in between passes it on when it has used up its own attempts', () => {
  const at = comesAgain('load-balancer', { cpuMicros: 0 }, RETRIES, {
    ...WAITS,
    breaker: 'count',
  });
  expect(at).toBeGreaterThan(1_195);
});

it('an attempt that timed out says nothing about when to come again', () => {
  const simulation = assemble(
    smallSystem({
      components: {
        client: ['client', { arrivals: 'constant', ratePerSec: 1, readPercent: 100, keyCount: 1 }],
        cache: ['redis', {}],
      },
      connections: { 'client>cache': { ...RETRIES, rttMs: 20, perTryTimeoutMs: 15 } },
    }),
  );
  simulation.advance(fromMs(1_050));
  expect(simulation.connection('client>cache')!.policy!.retries).toBe(1);
});

import { PROBED } from '../probing-system';
import type { SmallSystem } from '../small-system';

/** For the contract test: what a short run by chance hardly ever comes to. */
export const rareSituations: readonly SmallSystem[] = [
  // Half of the heartbeats of a minute are missing: leases are kept although they are over.
  {
    components: {
      source: ['client', { ratePerSec: 20 }],
      balancer: ['load-balancer', { healthChecks: false }],
      one: ['service'],
      two: ['service'],
      [PROBED]: ['service-registry', { leaseS: 62, sweepS: 1, cacheS: 1, preservePercent: 85, silentS: 1 }],
    },
    connections: {
      'source>balancer': {},
      'balancer>one': {},
      'balancer>two': {},
      [`balancer>${PROBED}`]: { refreshS: 1 },
      [`one>${PROBED}`]: { heartbeatS: 3 },
      [`two>${PROBED}`]: { heartbeatS: 3 },
    },
    faults: [{ atMs: 1000, durationMs: 600_000, target: 'one', fault: 'crash', params: {} }],
  },
];

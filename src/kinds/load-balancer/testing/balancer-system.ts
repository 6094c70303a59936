/** Small systems around a load balancer: for tests. */
import type { Simulation } from '../../../engine/simulation';
import type { Settings } from '../../../model/fields';
import type { ScheduledFault } from '../../../model/scenario';
import { MICROS_PER_SECOND as SECOND } from '../../../model/units';
import { assemble } from '../../assemble';
import { faceOf, INSTANT, smallSystem } from '../../small-system';

export interface Setup {
  readonly load?: Settings;
  readonly balancer?: Settings;
  readonly backends?: readonly Settings[];
  readonly incoming?: Settings;
  readonly outgoing?: Settings;
  readonly faults?: readonly ScheduledFault[];
  readonly seed?: number;
}

/** Backends s0, s1, …: 5 ms of work each request, 16 workers. No active checks unless asked for. */
export function balancerSystem(setup: Setup): Simulation {
  const {
    load = {},
    balancer = {},
    backends = [{}, {}, {}],
    incoming = {},
    outgoing = {},
    faults = [],
    seed = 7,
  } = setup;
  return assemble(
    smallSystem({
      components: {
        client: ['client', { arrivals: 'constant', ratePerSec: 300, readPercent: 100, ...load }],
        lb: ['load-balancer', { healthChecks: false, ...balancer }],
        ...Object.fromEntries(
          backends.map((own, i) => [`s${i}`, ['service', { serviceTime: 'constant', meanMs: 5, ...own }] as const]),
        ),
      },
      connections: {
        'client>lb': { ...INSTANT, timeoutMs: 0, ...incoming },
        ...Object.fromEntries(backends.map((_, i) => [`lb>s${i}`, { ...INSTANT, ...outgoing }])),
      },
      faults,
      seed,
    }),
  );
}

/** By backend: what the balancer takes it for. */
export function states(simulation: Simulation): number[] {
  const [, count = 0, ...pairs] = faceOf(simulation, 'lb');
  return Array.from({ length: count }, (_, i) => pairs[2 * i + 1]!);
}

export function arrivals(simulation: Simulation, id: string): number {
  return simulation.component(id)!.stats.totals(simulation.now).arrivals;
}

/** Requests that reached each backend in the second before now. */
export function lastSecond(simulation: Simulation, ids: readonly string[]): number[] {
  const before = ids.map((id) => arrivals(simulation, id));
  simulation.advance(simulation.now + SECOND);
  return ids.map((id, i) => arrivals(simulation, id) - before[i]!);
}

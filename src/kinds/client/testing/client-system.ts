/** A client and the service it asks: for tests. */
import type { Simulation } from '../../../engine/simulation';
import type { Settings } from '../../../model/fields';
import { assemble } from '../../assemble';
import { INSTANT, smallSystem } from '../../small-system';

export const FIVE_MS: Settings = { serviceTime: 'constant', meanMs: 5 };

export function run(client: Settings, connection: Settings = {}, service: Settings = {}, seed = 7): Simulation {
  return assemble(
    smallSystem({
      components: { users: ['client', client], s: ['service', { ...FIVE_MS, ...service }] },
      connections: { 'users>s': { ...INSTANT, ...connection } },
      seed,
    }),
  );
}

/** Nobody answers: every request stays open. */
export function unanswered(client: Settings, seed = 7): Simulation {
  return assemble(
    smallSystem({
      components: { users: ['client', client], s: ['service'] },
      connections: { 'users>s': { ...INSTANT, timeoutMs: 0 } },
      faults: [{ target: 's', fault: 'pause', atMs: 0, params: {} }],
      seed,
    }),
  );
}

export function configure(simulation: Simulation, config: Settings): void {
  simulation.intervene({ type: 'edit', edit: { type: 'configure-component', id: 'users', config } });
}

export function asked(simulation: Simulation): number {
  return simulation.system.totals(simulation.now).arrivals;
}

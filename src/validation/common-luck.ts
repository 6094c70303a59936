/** Common random numbers: what may change when a policy changes, and what may not. */
import type { Settings } from '../model/fields';
import { SECOND, start, type System } from './run-system';

export type Change = Readonly<Record<string, Settings>>;

/** One policy changed at a time: a component's, or a connection's. */
export const HALVES: readonly Change[] = [
  { balancer: { policy: 'random' } },
  { balancer: { policy: 'two-choices' } },
  { balancer: { policy: 'least-connections' } },
  { 'server-1': { workers: 2 } },
  { 'server-2': { queueLimit: 0, workers: 1 } },
  { database: { poolSize: 2 } },
  { 'users>balancer': { timeoutMs: 30 } },
];

function system(change: Change): System {
  const servers = ['server-1', 'server-2', 'server-3'];
  return {
    components: {
      users: ['client', { ratePerSec: 120 }],
      balancer: ['load-balancer', change['balancer'] ?? {}],
      ...Object.fromEntries(servers.map((id) => [id, ['service', change[id] ?? {}] as const])),
      database: ['sql-database', change['database'] ?? {}],
    },
    connections: {
      'users>balancer': { timeoutMs: 1000, ...change['users>balancer'] },
      ...Object.fromEntries(servers.map((id) => [`balancer>${id}`, { timeoutMs: 1000 }])),
      ...Object.fromEntries(servers.map((id) => [`${id}>database`, { timeoutMs: 1000 }])),
    },
  };
}

export interface Hashes {
  /** When each request begins, and whether it writes. */
  readonly arrivals: number;
  readonly everything: string;
}

export function arrivalsHash(change: Change, seed: number): Hashes {
  const simulation = start(system(change), seed);
  const first = simulation.connection('users-to-balancer')!.index;
  let hash = 17;
  simulation.motion = {
    moved(connection, back, _verb, write, _cause, _late, departure) {
      if (connection !== first || back !== 0) return;
      hash = (Math.imul(hash, 31) + departure) | 0;
      hash = (Math.imul(hash, 31) + write) | 0;
    },
  };
  simulation.advance(30 * SECOND);
  return { arrivals: hash, everything: simulation.fingerprint };
}

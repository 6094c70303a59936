import type { Kind } from '../kinds/kind';
import { completeConfig, fieldApplies, type Settings } from '../model/fields';

/** What a component starts of its own: requests a second of open load, and users of closed load. */
export interface OfferedLoad {
  readonly perSec: number;
  readonly users: number;
}

/**
 * The load of a component. By convention the kinds where requests begin declare it in the fields `ratePerSec` and
 * `users`, whichever applies; `offered-load.test.ts` holds them to it.
 */
export function offeredLoad(kind: Kind, settings: Settings): OfferedLoad {
  const load = { perSec: 0, users: 0 };
  if (!kind.source) return load;
  const config = completeConfig(kind.fields, settings);
  const read = (name: string): number => {
    const field = kind.fields[name];
    return field && fieldApplies(field, config) ? Number(config[name]) : 0;
  };
  return { perSec: read('ratePerSec'), users: read('users') };
}

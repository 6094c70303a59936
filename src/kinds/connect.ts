import { CONNECTION_DEFAULTS } from '../model/connection-defaults';
import type { ConnectionConfig, ConnectionFieldName, ConnectionUse } from '../model/connection-fields';
import type { Settings } from '../model/fields';
import type { Meaning } from '../model/meaning';
import type { Distance } from '../model/places';
import type { Kind } from './kind';

/** What a connection between two kinds means, and how its source uses it. */
export interface ConnectionRule {
  readonly meaning: Meaning;
  readonly use: ConnectionUse;
  readonly defaults: Partial<ConnectionConfig>;
  /** Fields that matter because of where it begins or ends. */
  readonly fields: readonly ConnectionFieldName[];
  /** Fields that say how it is used; null for the common ones of its use. */
  readonly useFields: readonly ConnectionFieldName[] | null;
}

/** The rule for connecting `from` to `to`, or null when no port of the target accepts what the source sends. */
export function connectionRule(from: Kind, to: Kind): ConnectionRule | null {
  for (const out of from.out) {
    for (const port of to.in) {
      if (out.sends.includes(port.accepts) && (out.use !== 'transact' || port.transactions)) {
        const { use, defaults = {}, useFields = null } = out;
        const fields = [...(out.fields ?? []), ...(port.fields ?? [])];
        return { meaning: port.accepts, use, defaults, fields, useFields };
      }
    }
  }
  return null;
}

/**
 * All fields of a connection: its settings, which must be valid, over the round trip between the places of its ends, over the port's defaults,
 * over the common ones.
 */
export function connectionConfig(
  rule: ConnectionRule,
  settings: Settings,
  distance: Distance | null = null,
): ConnectionConfig {
  const placed = distance ? { rttMs: distance.rttMs } : {};
  return { ...CONNECTION_DEFAULTS, ...rule.defaults, ...placed, ...settings };
}

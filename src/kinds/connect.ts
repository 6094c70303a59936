import { CONNECTION_FIELDS, type ConnectionConfig, type ConnectionUse } from '../model/connection-fields';
import { completeConfig, type Settings } from '../model/fields';
import type { Meaning } from '../model/meaning';
import type { Kind } from './kind';

/** What a connection between two kinds means, and how its source uses it. */
export interface ConnectionRule {
  readonly meaning: Meaning;
  readonly use: ConnectionUse;
  readonly defaults: Partial<ConnectionConfig>;
}

/** The rule for connecting `from` to `to`, or null when no port of the target accepts what the source sends. */
export function connectionRule(from: Kind, to: Kind): ConnectionRule | null {
  for (const out of from.out) {
    for (const port of to.in) {
      if (out.sends.includes(port.accepts)) {
        return { meaning: port.accepts, use: out.use, defaults: out.defaults ?? {} };
      }
    }
  }
  return null;
}

/** All fields of a connection: its settings over the port's defaults over the common ones. */
export function connectionConfig(rule: ConnectionRule, settings: Settings): ConnectionConfig {
  return completeConfig(CONNECTION_FIELDS, settings, rule.defaults as Settings) as ConnectionConfig;
}

/**
 * Settings that wait for ever by their own declaration. They are no bugs: wrong designs run, and fail before the eyes of
 * whoever made them. But a check that every request ends must not draw them.
 *
 * Most kinds with such a number need no rule. Kafka counts `minInsyncReplicas` up to the replicas of a partition, the
 * quorum store R and W up to N, and both refuse at once when there are fewer. Redis refuses too (`minReplicasToWrite`) or
 * gives up after a second (`waitReplicas`). A database whose replication is by one standby has one as soon as it has a replica.
 */
import type { Kind } from '../../kinds/kind';
import { completeConfig, type Config, type FieldValue, type Settings } from '../../model/fields';

interface WaitsForEver {
  readonly kind: string;
  readonly when: (config: Config) => boolean;
  /** What to change so that it ends. */
  readonly instead: (config: Config) => Settings;
}

const RULES: readonly WaitsForEver[] = [
  {
    // A commit waits for more replicas than there are. Without any replica it waits for nobody.
    kind: 'sql-database',
    when: ({ replication, quorum, replicas }) =>
      replication === 'quorum' && Number(replicas) > 0 && Number(quorum) > Number(replicas),
    instead: ({ replicas }) => ({ quorum: Number(replicas) }),
  },
];

/** The settings, changed so that nothing waits for ever; as always, none of them is set to its default. */
export function thatEnd(kind: Kind, settings: Settings): Settings {
  const changed: Record<string, FieldValue> = { ...settings };
  for (const { kind: id, when, instead } of RULES) {
    if (id !== kind.id) continue;
    const config = completeConfig(kind.fields, changed);
    if (!when(config)) continue;
    for (const [name, value] of Object.entries(instead(config))) {
      if (value === kind.fields[name]!.default) delete changed[name];
      else changed[name] = value;
    }
  }
  return changed;
}

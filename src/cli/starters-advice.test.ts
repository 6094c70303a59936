/** Advice foretells what the shipped scenarios show, and is gone with what their stories advise. */
import { describe, expect, it } from 'vitest';
import { adviceOn } from '../analysis/advice/advice';
import { applySet } from './apply-set';
import { starter } from './testing/measured';

const given = (name: string, texts: readonly string[] = []): number[] => {
  let { scenario } = starter(name);
  for (const text of texts) {
    const next = applySet(scenario, text);
    if (!next.ok) throw new Error(text);
    scenario = next.value;
  }
  return adviceOn(scenario).map(({ number }) => number);
};

/** Scenario, number of the advice, and the settings that cure it. */
const CASES: readonly [name: string, number: number, ...cures: string[]][] = [
  ['retry-storm', 706, 'service.queueLimit=50'],
  ['retry-storm', 704, 'users-service.budget=ratio'],
  ['retry-amplification', 703, 'middle-back.retry=none'],
  ['goodput-collapse', 706, 'service.queueLimit=50'],
  ['cache-flush-collapse', 709, 'database.cores=16'],
  ['synchronised-expiry', 710, 'redis.ttlJitterPercent=50'],
  ['timeout-cascade', 702, 'front-middle.timeoutMs=600', 'middle-back.timeoutMs=300'],
  ['thread-exhaustion', 701, 'shop-recommendations.timeoutMs=100'],
  ['grpc-pinned', 723, 'balancer.layer=7'],
  ['kafka-lost-writes', 714, 'kafka.acks=all'],
  ['kafka-groups', 711, 'kafka-fraud.consumers=6'],
  ['lost-writes', 717, 'database.replication=standby'],
  ['read-your-own-writes', 725, 'database.readFrom=sticky'],
  ['duplicate-work', 712, 'orders.visibilitySeconds=30'],
  ['dual-write', 722, 'orders-events.through=outbox'],
  ['autoscaler-wrong-way', 719, 'autoscaler.metric=workers'],
  ['two-phase-commit', 728, 'coordinator.protocol=saga'],
];

describe('a story is foretold', () => {
  it.each(CASES)('%s: BP%i', (name, number, ...cures) => {
    expect(given(name)).toContain(number);
    expect(given(name, cures)).not.toContain(number);
  });
});

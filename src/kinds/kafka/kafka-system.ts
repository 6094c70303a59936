/** Small systems around a topic: for tests. */
import type { Simulation } from '../../engine/simulation';
import { readFace } from '../../model/face';
import type { Settings } from '../../model/fields';
import { VERB } from '../../model/meaning';
import type { ScheduledFault } from '../../model/scenario';
import { assemble } from '../assemble';
import { faceOf, INSTANT, metricOf, type SmallSystem, smallSystem } from '../small-system';

/** Keys 0, 1, 2 … at even times, so that a key tells when its record was published. */
export const LOAD = { arrivals: 'constant', keys: 'sequential', keyCount: 1_000_000, readPercent: 0 };

export const work = (meanMs: number, workers = 64): Settings => ({ serviceTime: 'constant', meanMs, workers });

export interface Setup {
  readonly load?: Settings;
  readonly kafka?: Settings;
  /** Settings of each consumer and of the connection to it. */
  readonly consumers?: Readonly<Record<string, readonly [consumer: Settings, connection?: Settings]>>;
  readonly faults?: readonly ScheduledFault[];
  readonly seed?: number;
}

export function kafkaSystem({ load = {}, kafka = {}, consumers = {}, ...rest }: Setup): Simulation {
  const ends = Object.entries(consumers);
  const scenario: SmallSystem = {
    components: {
      client: ['client', { ...LOAD, ...load }],
      kafka: ['kafka', kafka],
      ...Object.fromEntries(ends.map(([id, [config]]) => [id, ['service', config] as const])),
    },
    connections: {
      // Whoever publishes waits as long as it takes, so that every record has an outcome.
      'client>kafka': { ...INSTANT, timeoutMs: 0 },
      ...Object.fromEntries(ends.map(([id, [, connection]]) => [`kafka>${id}`, { ...INSTANT, ...connection }])),
    },
    ...rest,
  };
  return assemble(smallSystem(scenario));
}

export function metric(simulation: Simulation, id: string): number {
  return metricOf(simulation, 'kafka', id);
}

/** By partition: leader, replicas in sync, replicas, and the lag of each group. */
export function partitionsOf(simulation: Simulation): number[][] {
  const face = readFace(simulation.component('kafka')!.blueprint.face, faceOf(simulation, 'kafka'));
  const [partitions = 0, groups = 0, ...values] = face[1]!.values;
  const stride = 3 + groups;
  return Array.from({ length: partitions }, (_, p) => values.slice(p * stride, (p + 1) * stride));
}

export function totalLag(simulation: Simulation, group = 0): number {
  return partitionsOf(simulation).reduce((sum, partition) => sum + partition[3 + group]!, 0);
}

/** Keys of every record that is acknowledged from now on, and of every one a consumer is done with. */
export function watchKeys(simulation: Simulation): { acknowledged: Set<number>; done: Map<string, number[]> } {
  const acknowledged = new Set<number>();
  const done = new Map<string, number[]>();
  const { calls, traffic } = simulation;
  const answer = traffic.answer.bind(traffic);
  traffic.answer = (call, cause, origin) => {
    if (cause === 0 && calls.verb(call) === VERB.publish) acknowledged.add(calls.key(call));
    if (cause === 0 && calls.verb(call) === VERB.deliver) {
      const { id } = simulation.components[calls.target(call)]!;
      const keys = done.get(id);
      if (keys) keys.push(calls.key(call));
      else done.set(id, [calls.key(call)]);
    }
    answer(call, cause, origin);
  };
  return { acknowledged, done };
}

/** Small systems around a queue: for tests. */
import type { Simulation } from '../../../engine/simulation';
import { readFace } from '../../../model/face';
import type { Settings } from '../../../model/fields';
import type { ScheduledFault } from '../../../model/scenario';
import { MICROS_PER_SECOND as SECOND, toMs } from '../../../model/units';
import { assemble } from '../../assemble';
import { faceOf, INSTANT, metricOf, type SmallSystem, smallSystem } from '../../small-system';

/** Keys 0, 1, 2 … at even times, so that a key tells when its message was published. */
export const LOAD = { arrivals: 'constant', keys: 'sequential', keyCount: 1_000_000, ratePerSec: 100 };

export const work = (meanMs: number, workers = 64): Settings => ({
  serviceTime: 'constant',
  meanMs,
  workers,
  queueLimit: 1_000_000,
});

/** A queue that takes no time and keeps what it has. */
export const QUICK: Settings = { type: 'classic', persistMs: 0, messageMicros: 1 };

export interface Setup {
  readonly load?: Settings;
  readonly queue?: Settings;
  /** Settings of each consumer and of the connection to it. */
  readonly consumers?: Readonly<Record<string, readonly [consumer: Settings, connection?: Settings]>>;
  /** A queue for dead letters. */
  readonly letters?: boolean;
  readonly faults?: readonly ScheduledFault[];
  readonly seed?: number;
}

export function queueSystem({ load = {}, queue = {}, consumers = {}, letters = false, ...rest }: Setup): Simulation {
  const scenario: SmallSystem = {
    components: {
      client: ['client', { ...LOAD, ...load }],
      queue: ['queue', { ...QUICK, ...queue }],
      ...Object.fromEntries(Object.entries(consumers).map(([id, [config]]) => [id, ['service', config] as const])),
      ...(letters && { letters: ['queue', QUICK] as const }),
    },
    connections: {
      'client>queue': INSTANT,
      ...Object.fromEntries(
        Object.entries(consumers).map(([id, [, connection]]) => [`queue>${id}`, { ...INSTANT, ...connection }]),
      ),
      ...(letters && { 'queue>letters': INSTANT }),
    },
    ...rest,
  };
  return assemble(smallSystem(scenario));
}

export function metric(simulation: Simulation, id: string, component = 'queue'): number {
  return metricOf(simulation, component, id);
}

/** Messages that wait, and that consumers hold. */
export function inside(simulation: Simulation, component = 'queue'): { ready: number; unacked: number } {
  const face = readFace(simulation.component(component)!.blueprint.face, faceOf(simulation, component));
  return { ready: face[1]!.values[0]!, unacked: face[2]!.values[0]! };
}

export function headline(simulation: Simulation): string {
  const [{ element, values }] = readFace(
    simulation.component('queue')!.blueprint.face,
    faceOf(simulation, 'queue'),
  ) as [ReturnType<typeof readFace>[number]];
  if (element.type !== 'words') throw new Error('the first element is the headline');
  return element.phrases[values[0]!]!;
}

/** Every key that reaches a component, in order, with the milliseconds. */
export function reaching(simulation: Simulation, id: string): [key: number, atMs: number][] {
  const component = simulation.component(id)!;
  const seen: [number, number][] = [];
  const arrive = component.arrive.bind(component);
  component.arrive = (call) => {
    seen.push([simulation.calls.key(call), toMs(simulation.now)]);
    arrive(call);
  };
  return seen;
}

export const keys = (seen: readonly [number, number][]): number[] => seen.map(([key]) => key);

/** Every key that is confirmed to the client from now on. */
export function confirmedKeys(simulation: Simulation): Set<number> {
  const confirmed = new Set<number>();
  const client = simulation.component('client')!;
  const reply = client.reply.bind(client);
  client.reply = (call) => {
    if (simulation.calls.cause(call) === 0) confirmed.add(simulation.calls.key(call));
    reply(call);
  };
  return confirmed;
}

/**
 * Accepted is acknowledged, dead, lost, or still there. For publishers that wait for confirms.
 * @throws Error when it is not
 */
export function checkConserved(simulation: Simulation, component = 'queue'): void {
  const { ready, unacked } = inside(simulation, component);
  const of = (id: string): number => metric(simulation, id, component);
  const dead = of('rejected') + of('expired') + of('overflowed') + of('overLimit');
  const known = of('acked') + dead + of('lost') + ready + unacked;
  if (of('published') !== known) throw new Error(`${of('published')} were published, ${known} are accounted for`);
  if (of('redelivered') > of('delivered')) throw new Error('more were delivered again than at all');
}

/** Stops the load and waits until nothing moves. */
export function drain(simulation: Simulation): void {
  simulation.intervene({ type: 'edit', edit: { type: 'remove-component', id: 'client' } });
  simulation.advance(simulation.now + 600 * SECOND);
}

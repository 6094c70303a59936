/** Small systems around a database with replicas: for tests. */
import type { Simulation } from '../../../engine/simulation';
import { readFace } from '../../../model/face';
import type { Settings } from '../../../model/fields';
import type { ScheduledFault } from '../../../model/scenario';
import { MICROS_PER_SECOND as SECOND } from '../../../model/units';
import { assemble } from '../../assemble';
import { faceOf, faultAt, INSTANT, metricOf, smallSystem } from '../../small-system';
import { ROLES } from '../face';

/** Nothing takes time but what a test is about. */
export const QUICK: Settings = {
  readMedianMs: 0.001,
  readP99Ms: 0.001,
  writeMedianMs: 0.001,
  writeP99Ms: 0.001,
  commitMedianMs: 0.001,
  commitP99Ms: 0.001,
  cores: 100,
  poolSize: 1000,
  maxConnections: 10_000,
  replicas: 2,
  applyMs: 0.001,
  replicationDelayMs: 10,
  readFrom: 'primary',
};
export const LEASE: Settings = { failover: 'lease' };

interface Setup {
  readonly database?: Settings;
  readonly clients?: Readonly<Record<string, Settings>>;
  readonly faults?: readonly ScheduledFault[];
  readonly seed?: number;
}

export const WRITER: Settings = {
  arrivals: 'constant',
  keys: 'uniform',
  keyCount: 100,
  ratePerSec: 100,
  readPercent: 0,
};

export function databaseSystem({ database = {}, clients = { writer: {} }, faults = [], seed = 7 }: Setup): Simulation {
  return assemble(
    smallSystem({
      components: {
        ...Object.fromEntries(
          Object.entries(clients).map(([id, load]) => [id, ['client', { ...WRITER, ...load }] as const]),
        ),
        database: ['sql-database', { ...QUICK, ...database }],
      },
      connections: Object.fromEntries(
        Object.keys(clients).map((id) => [`${id}>database`, { ...INSTANT, timeoutMs: 1000 }]),
      ),
      faults,
      seed,
    }),
  );
}

/** A fault of the database, for so many seconds or for good. */
export const fault = (atSecond: number, id: string, params: Settings = {}, seconds?: number): ScheduledFault =>
  faultAt('database', id, atSecond * 1000, seconds === undefined ? undefined : seconds * 1000, params);

export const metric = (simulation: Simulation, id: string): number => metricOf(simulation, 'database', id);

/** What the servers are to each other, in words. */
export function roles(simulation: Simulation): string[] {
  const face = readFace(simulation.component('database')!.blueprint.face, faceOf(simulation, 'database'));
  const { values } = face.find(({ element }) => element.type === 'members')!;
  return Array.from({ length: values[0]! }, (_, i) => ROLES[values[2 + 6 * i]!]!);
}

/** Runs until something is so. Returns the second, to a hundredth. */
export function until(simulation: Simulation, so: () => boolean, limit = 200): number {
  let at = simulation.now;
  while (!so() && at < limit * SECOND) simulation.advance((at += SECOND / 100));
  return at / SECOND;
}

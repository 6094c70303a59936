import type { FaceWriter } from '../../model/face';
import { toMs } from '../../model/units';
import type { Cluster } from './cluster';
import type { Replication } from './replication';
import type { Server } from './server';

export const HEADLINES = ['primary', 'primary + {} replica', 'primary + {} replicas', 'no primary', '{} primaries'];
export const LAGS = [
  '',
  'replicas caught up',
  'lag {} ms',
  'stopped, lag {} ms',
  '{} [transaction|transactions] in doubt',
];

/** What a server is to the others. */
export const ROLES = [
  'primary',
  'sync standby',
  'replica',
  'down',
  'frozen',
  'being promoted',
  'fenced',
  'rejoining',
] as const;
export const SHAPES = ['filled', 'round', 'round', 'cross', 'pause', 'dashed', 'dashed', 'dashed'] as const;

/** How many of the last writes are drawn. */
const CELLS = 8;

export interface Shown {
  readonly replicas: number;
  readonly connections: number;
  readonly mostConnections: number;
  readonly waiting: number;
  readonly lockedOut: number;
  readonly servers: readonly Server[];
  readonly cluster: Cluster;
  readonly replication: Replication;
  readonly synchronous: boolean;
  readonly inDoubt: number;
}

function role(server: Server, { cluster, synchronous }: Shown): (typeof ROLES)[number] {
  if (server.down) return 'down';
  if (server.frozen) return 'frozen';
  if (server.index === cluster.promoting) return 'being promoted';
  if (server.primary) return 'primary';
  if (server.rejoining) return 'rejoining';
  if (server.out || server === cluster.source) return 'fenced';
  return synchronous && server.index === cluster.standby.server ? 'sync standby' : 'replica';
}

/** The lane of a server: of the last writes those it has applied, those it has received, and those only it has. */
function writeLane(writer: FaceWriter, server: Server, replication: Replication): void {
  const first = Math.max(0, replication.log.end - CELLS);
  const applied = Math.max(0, replication.appliedBy(server.index) - first);
  const received = Math.max(applied, replication.receivedBy(server.index) - first);
  writer.put(applied);
  writer.put(received);
  writer.put(Math.min(CELLS, received + server.strayRows.size));
}

export function writeFace(writer: FaceWriter, shown: Shown): void {
  const { replicas, servers, cluster, replication } = shown;
  const primaries = servers.filter(({ primary, runs }) => primary && runs).length;
  const headline = primaries === 1 ? Math.min(replicas, 2) : primaries === 0 ? 3 : 4;
  writer.put(headline);
  if (headline === 4) writer.put(primaries);
  else if (headline !== 3 && replicas > 0) writer.put(replicas);
  writer.put(shown.connections);
  writer.put(shown.mostConnections);
  writer.put(shown.waiting);
  writer.put(0);
  writer.put(shown.lockedOut);
  writer.put(0);
  const phrase = shown.inDoubt > 0 ? 4 : replicas === 0 ? 0 : cluster.stopped.size > 0 ? 3 : replication.behind ? 2 : 1;
  writer.put(phrase);
  if (phrase === 4) writer.put(shown.inDoubt);
  else if (phrase > 1) writer.put(Math.floor(toMs(replication.lag()) + 0.5));
  const count = replicas > 0 ? servers.length : 0;
  writer.put(count);
  writer.put(CELLS);
  for (let i = 0; i < count; i++) {
    const server = servers[i]!;
    writer.put(ROLES.indexOf(role(server, shown)));
    writer.put(server.side);
    writeLane(writer, server, replication);
    writer.put(Math.floor(toMs(replication.lagOf(i)) + 0.5));
  }
}

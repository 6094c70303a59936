/**
 * What callers know of the servers, and whom they reach. They learn of a new primary, or of a server that is gone, some
 * time after it happened; until then they ask those they know.
 */
import type { Context } from '../../engine/behaviour';
import type { Server } from './server';

/** Where callers are while some servers are cut off: side 1 is that of the servers cut off. */
export type CallersAre = 'with-replicas' | 'with-primary' | 'divided' | 'everywhere';

interface View {
  primary: number;
  /** Replicas that answer reads. */
  readers: number[];
}

export class Callers {
  /** While nothing is cut, null. */
  cut: CallersAre | null = null;
  readonly #views: readonly [View, View] = [
    { primary: 0, readers: [] },
    { primary: 0, readers: [] },
  ];
  readonly #context: Context;

  constructor(context: Context) {
    this.#context = context;
  }

  /** On which side a caller is. The first connection of the database is the one that stays with its primary. */
  side(connection: number): number {
    switch (this.cut) {
      case 'with-primary':
        return 1;
      case 'divided':
        return this.#context.incoming[0]?.index === connection ? 1 : 0;
      default:
        return 0;
    }
  }

  reaches(connection: number, server: Server): boolean {
    return this.cut === null || this.cut === 'everywhere' || server.side === this.side(connection);
  }

  primary(connection: number): number {
    return this.#views[this.cut === null ? 0 : this.side(connection)]!.primary;
  }

  readers(connection: number): readonly number[] {
    return this.#views[this.cut === null ? 0 : this.side(connection)]!.readers;
  }

  /** Whether a caller still sends queries to this server. */
  knows(connection: number, server: number): boolean {
    return this.primary(connection) === server || this.readers(connection).includes(server);
  }

  /** Callers look around: `source` is the primary by right, if there are two. Who finds no primary keeps to the old one. */
  learn(servers: readonly Server[], source: number): void {
    for (const side of [0, 1] as const) {
      const view = this.#views[side];
      const there = (server: Server): boolean =>
        server.runs && (this.cut === null || this.cut === 'everywhere' || server.side === side);
      const primaries = servers.filter((server) => server.primary && there(server));
      const primary = primaries.find(({ index }) => index === source) ?? primaries[0];
      if (primary) view.primary = primary.index;
      else if (view.primary >= servers.length) view.primary = source;
      view.readers = servers
        .filter((server) => !server.primary && !server.out && server.index !== view.primary && there(server))
        .map(({ index }) => index);
    }
  }
}

import type { ConnectionConfig } from '../../model/connection-fields';
import { OPERATIONS } from '../../model/operations';
import type { Context, Link } from '../behaviour';
import type { RandomStream } from '../random';

const NONE: readonly Link[] = [];

/**
 * Picks one outgoing connection for a request: among those for its operation, or else those for every operation, that take
 * its reads or writes, in proportion to their shares.
 * One draw a request, whatever the number of connections, so adding one leaves other luck alone.
 */
export class RouteChooser {
  readonly #context: Context;
  readonly #stream: RandomStream;
  /** By operation × 2 + write. */
  readonly #fitting: (readonly Link[])[] = OPERATIONS.flatMap(() => [NONE, NONE]);

  constructor(context: Context) {
    this.#context = context;
    this.#stream = context.random('route');
  }

  /** Reads the outgoing connections anew: of those that carry requests, the ones that are `usable`. */
  rewire(usable: (link: Link) => boolean = () => true): void {
    const fitting = (operation: string, on: 'read' | 'write'): Link[] =>
      this.#context.outgoing.filter(
        (link) => link.meaning !== 'discover' && usable(link) && fits(link.config, operation, on),
      );
    OPERATIONS.forEach(({ id }, operation) => {
      (['read', 'write'] as const).forEach((on, write) => {
        const own = fitting(id, on);
        this.#fitting[operation * 2 + write] = own.length > 0 ? own : fitting('any', on);
      });
    });
  }

  /** The connection for a request, or null when none takes it. `operation` is an index into OPERATIONS. */
  choose(write: number, operation = 0): Link | null {
    const links = this.#fitting[operation * 2 + (write === 1 ? 1 : 0)]!;
    const draw = this.#stream.uniform();
    if (links.length <= 1) return links[0] ?? null;
    let total = 0;
    for (const link of links) total += link.config.weight;
    let left = draw * total;
    for (const link of links) {
      left -= link.config.weight;
      if (left < 0) return link;
    }
    return links[links.length - 1]!;
  }
}

function fits({ operation: taken, on: taking, weight }: ConnectionConfig, operation: string, on: string): boolean {
  return taken === operation && (taking === 'all' || taking === on) && weight > 0;
}

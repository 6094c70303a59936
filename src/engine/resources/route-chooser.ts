import type { Context, Link } from '../behaviour';
import type { RandomStream } from '../random';

/**
 * Picks one outgoing connection for a request: among those that take its operation, in proportion to their shares.
 * One draw a request, whatever the number of connections, so adding one leaves other luck alone.
 */
export class RouteChooser {
  readonly #context: Context;
  readonly #stream: RandomStream;
  #byOperation: readonly [readonly Link[], readonly Link[]] = [[], []];

  constructor(context: Context) {
    this.#context = context;
    this.#stream = context.random('route');
  }

  /** Reads the outgoing connections anew. */
  rewire(): void {
    const fitting = (operation: 'read' | 'write'): Link[] =>
      this.#context.outgoing.filter(
        ({ config }) => (config.on === 'all' || config.on === operation) && config.weight > 0,
      );
    this.#byOperation = [fitting('read'), fitting('write')];
  }

  /** The connection for a request, or null when none takes it. */
  choose(write: number): Link | null {
    const links = this.#byOperation[write === 1 ? 1 : 0];
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

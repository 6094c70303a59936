import type { Context } from '../../engine/behaviour';
import type { CallId } from '../../engine/calls';
import { SERVER } from './query';
import { Server, type ServerEvents } from './server';

/** The servers by number: those there are now, and those taken away, which finish what they have. */
export class Servers {
  readonly present: Server[] = [];
  readonly retired: (Server | undefined)[] = [];
  readonly #context: Context;

  constructor(context: Context) {
    this.#context = context;
  }

  all(): Server[] {
    return [...this.present, ...this.retired.filter((server) => server !== undefined)];
  }

  number(index: number): Server | undefined {
    return this.present[index] ?? this.retired[index];
  }

  /** The server on which a query runs. */
  of(call: CallId): Server {
    return this.number(this.#context.calls.work(call, SERVER))!;
  }

  /** One more than there are: the one that had its number before, or a new one. */
  add(cores: number, events: ServerEvents): Server {
    const index = this.present.length;
    const server = this.retired[index] ?? new Server(this.#context, index, cores, events);
    delete this.retired[index];
    this.present.push(server);
    return server;
  }

  /** Takes the last one away. */
  retire(): Server {
    const server = this.present.pop()!;
    this.retired[server.index] = server;
    return server;
  }

  /** How many writes wait for a lock. */
  get lockedOut(): number {
    let waiting = 0;
    for (let i = 0; i < this.present.length; i++) waiting += this.present[i]!.transactions.waiting;
    return waiting;
  }
}

/**
 * The replica that commits wait for, when they wait for one in particular. A replica that is named once
 * and for all holds up every commit while it is gone. A manager like Patroni looks at each turn of its loop whether it is
 * there, and names another, or nobody.
 *
 * A new one may lack what was promised before it was named, so it may take over only when it has all of that.
 *
 * Source: Patroni, replication modes.
 */
import type { Context } from '../../engine/behaviour';
import { PRIORITY } from '../../engine/event-queue';
import type { Replication } from './replication';
import type { Server } from './server';

export type WithoutStandby = 'wait' | 'strict' | 'async';

const NONE = -1;

export class SyncStandby {
  /** Its number, or −1 for nobody. */
  server = 1;
  /** Position up to which writes were promised without it. */
  #from = 0;
  #rule: WithoutStandby | null = null;
  #every = 0;
  #looking = false;
  readonly #context: Context;
  readonly #timerType: number;
  readonly #servers: readonly Server[];
  readonly #replication: Replication;
  /** Whether the primary can send its log to a server. */
  readonly #ships: (server: Server) => boolean;

  /** The owner hands its timer to `look`. */
  constructor(
    context: Context,
    timerType: number,
    servers: readonly Server[],
    replication: Replication,
    ships: (server: Server) => boolean,
  ) {
    this.#context = context;
    this.#timerType = timerType;
    this.#servers = servers;
    this.#replication = replication;
    this.#ships = ships;
  }

  /** Whether commits wait for nobody, because nobody is there. */
  get waived(): boolean {
    return this.#rule === 'async' && this.server === NONE;
  }

  /** `rule` is null when commits wait for no replica in particular. */
  configure(rule: WithoutStandby | null, everyMicros: number): void {
    this.#every = everyMicros;
    const begins = this.#rule === null && rule !== null;
    this.#rule = rule;
    const { source } = this.#replication;
    const stands = this.waived || (this.#servers[this.server] !== undefined && this.server !== source);
    if (!stands) this.choose();
    else if (begins) this.#name(this.server);
    this.#keepTime();
  }

  /** All processes start. */
  start(): void {
    this.#keepTime();
  }

  crash(): void {
    this.#looking = false;
  }

  /** Names one: after a promotion, or because the servers are others. */
  choose(): void {
    const others = this.#servers.filter(({ index }) => index !== this.#replication.source);
    this.#name((others.find(({ runs, out }) => runs && !out) ?? others[0])?.index ?? NONE);
  }

  /** Whether a server has all that commits have promised, as far as they waited for it. */
  mayTakeOver({ index }: Server): boolean {
    return index === this.server && this.#replication.receivedBy(index) >= this.#from;
  }

  /** The manager looks. Returns whether it has named another. */
  look(): boolean {
    this.#looking = false;
    this.#keepTime();
    const source = this.#servers[this.#replication.source];
    const named = this.#servers[this.server];
    if (this.#rule === 'wait' || !source?.runs || !source.primary || (named && this.#ships(named))) return false;
    let best = NONE;
    for (const server of this.#servers) {
      if (!this.#ships(server)) continue;
      if (best === NONE || this.#replication.receivedBy(server.index) > this.#replication.receivedBy(best)) {
        best = server.index;
      }
    }
    if (best === this.server) return false;
    this.#name(best);
    return true;
  }

  #name(server: number): void {
    this.server = server;
    this.#from = this.#replication.log.end;
  }

  #keepTime(): void {
    if (this.#rule === null || this.#rule === 'wait' || this.#looking) return;
    this.#looking = true;
    this.#context.after(this.#every, PRIORITY.control, this.#timerType);
  }
}

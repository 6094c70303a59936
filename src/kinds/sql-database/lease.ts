/**
 * The lease of the primary, kept in a store of its own as Patroni keeps it in etcd. The primary renews it; when it runs
 * out, the server with most of the log takes it. The store never fails,
 * and is on the side of those who are not cut off.
 */
import type { Context } from '../../engine/behaviour';
import { PRIORITY } from '../../engine/event-queue';
import type { RandomStream } from '../../engine/random';
import type { Server } from './server';

export interface LeaseTimers {
  readonly renew: number;
  readonly giveUp: number;
  readonly runsOut: number;
  readonly elect: number;
}

export interface LeaseSettings {
  readonly on: boolean;
  readonly term: number;
  readonly renewEvery: number;
  readonly retryFor: number;
  readonly fencing: boolean;
}

export interface LeaseEvents {
  /** The holder has told the store how far its log is. */
  renewed(server: Server): void;
  /** This server may take no more writes. */
  stepDown(server: Server): void;
  /** Nobody holds the lease. Who shall have it, or null. */
  candidate(): Server | null;
  /** This server holds the lease and is no primary yet. Told again as long as it is not. */
  elected(server: Server): void;
}

const NOBODY = -1;
const NUMBERS = 1 << 30;

export class Lease {
  /** The server that holds it, or −1. */
  holder = NOBODY;
  /** How much later than it should the primary notices that time has passed. */
  clockBehind = 0;
  #settings!: LeaseSettings;
  #number = 0;
  /** Of the server that tries to renew and cannot. */
  #attempt = 0;
  #trying = NOBODY;
  #electing = false;
  readonly #context: Context;
  readonly #timers: LeaseTimers;
  readonly #events: LeaseEvents;
  readonly #phase: RandomStream;

  /** The owner hands its timers (type, a, b) to `timer`, those of a frozen server when it thaws. */
  constructor(context: Context, timers: LeaseTimers, events: LeaseEvents) {
    this.#context = context;
    this.#timers = timers;
    this.#events = events;
    this.#phase = context.random('lease');
  }

  get on(): boolean {
    return this.#settings.on;
  }

  /** Returns whether leases have just come into use: then `begin`. */
  configure(settings: LeaseSettings): boolean {
    const before = this.#settings?.on ?? false;
    this.#settings = settings;
    if (!settings.on) this.forget();
    return settings.on && !before;
  }

  forget(): void {
    this.holder = NOBODY;
    this.#number = (this.#number + 1) % NUMBERS;
    this.#attempt = (this.#attempt + 1) % NUMBERS;
    this.#trying = NOBODY;
    this.#electing = false;
  }

  /** The primary has the lease, and renews it at no particular moment of the period. */
  begin(server: Server): void {
    if (!this.#settings.on) return;
    this.#renew(server);
    const first = Math.floor(this.#phase.uniform() * this.#settings.renewEvery);
    this.#context.after(first, PRIORITY.control, this.#timers.renew, server.index, server.nextWatch());
  }

  /** A server with a lease, or one that believes it has, looks after it. */
  look(server: Server): void {
    if (!this.#settings.on || !server.primary) return;
    const { retryFor, fencing } = this.#settings;
    if (server.side === 0) {
      if (this.#trying === server.index) this.#trying = NOBODY;
      if (this.holder !== NOBODY && this.holder !== server.index) {
        this.#events.stepDown(server);
        return;
      }
      this.#renew(server);
    } else if (fencing && this.#trying !== server.index) {
      this.#trying = server.index;
      this.#attempt = (this.#attempt + 1) % NUMBERS;
      this.#context.after(
        retryFor + this.clockBehind,
        PRIORITY.control,
        this.#timers.giveUp,
        server.index,
        this.#attempt,
      );
    }
    this.later(server);
  }

  timer(type: number, server: Server | undefined, number: number): void {
    const { renew, giveUp, runsOut } = this.#timers;
    if (type === renew) {
      if (server?.watch !== number || server.down) return;
      if (server.primary) this.look(server);
      else if (this.holder === server.index) this.#keep(server);
    } else if (type === giveUp) {
      if (number === this.#attempt && this.#trying === server?.index && server.primary) this.#events.stepDown(server);
    } else if (type === runsOut) {
      if (number !== this.#number || this.holder === NOBODY) return;
      this.holder = NOBODY;
      this.#elect();
    } else {
      this.#electing = false;
      this.#elect();
    }
  }

  /** Somebody who could have it may have come back. */
  reconsider(): void {
    if (this.#settings.on && this.holder === NOBODY) this.#elect();
  }

  /** A server that was frozen notices nothing until it looks the next time. */
  later(server: Server): void {
    const { renewEvery } = this.#settings;
    this.#context.after(renewEvery, PRIORITY.control, this.#timers.renew, server.index, server.nextWatch());
  }

  /** Given by hand. */
  give(server: Server): void {
    if (!this.#settings.on) return;
    this.#renew(server);
    this.later(server);
  }

  /** It holds the lease and is no primary: not yet, or no longer. */
  #keep(server: Server): void {
    if (server.side === 0) {
      this.#renew(server);
      this.#events.elected(server);
    }
    this.later(server);
  }

  #renew(server: Server): void {
    this.holder = server.index;
    this.#number = (this.#number + 1) % NUMBERS;
    this.#context.after(this.#settings.term, PRIORITY.control, this.#timers.runsOut, 0, this.#number);
    this.#events.renewed(server);
  }

  #elect(): void {
    if (!this.#settings.on || this.holder !== NOBODY) return;
    const server = this.#events.candidate();
    if (server) {
      this.give(server);
      this.#events.elected(server);
    } else if (!this.#electing) {
      this.#electing = true;
      this.#context.after(this.#settings.renewEvery, PRIORITY.control, this.#timers.elect);
    }
  }
}

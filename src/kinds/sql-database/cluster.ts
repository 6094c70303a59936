/**
 * The servers of the database as a whole: who follows whom, who is promoted, and what becomes of a server whose log went
 * another way.
 */
import type { Context, MetricHandle } from '../../engine/behaviour';
import { PRIORITY } from '../../engine/event-queue';
import { Callers, type CallersAre } from './callers';
import type { Consistency } from './consistency';
import { Lease } from './lease';
import type { Replication } from './replication';
import type { Server } from './server';
import { SyncStandby, type WithoutStandby } from './sync-standby';

export const RENEW = 11;
export const GIVE_UP = 12;
export const LEASE_OVER = 13;
export const ELECT = 14;
export const PROMOTE = 15;
export const REJOINED = 16;
export const LEARN = 17;
export const LOOK_AT_STANDBY = 19;

/** A promotion in good order waits for the rest of the log, and looks this often. */
const LOOK_AGAIN = 10_000;
const NONE = -1;

export interface ClusterSettings {
  readonly waitsFor: 'nobody' | 'standby' | 'quorum';
  readonly quorum: number;
  readonly withoutStandby: WithoutStandby;
  /** How often a manager looks whether the standby is there. */
  readonly lookMicros: number;
  /** What a replica may lack of the log to be promoted, in writes. */
  readonly maxLag: number;
  readonly promoteMicros: number;
  readonly reconnectMicros: number;
  readonly rejoinMicros: number;
  readonly fencing: boolean;
}

export interface ClusterEvents {
  /** All connections to this server break, and what was in its memory is gone. */
  reset(server: Server): void;
  /** Callers have learnt of a change. */
  learnt(): void;
  /** Commits wait for another standby, or for none. */
  standbyNamed(): void;
}

export class Cluster {
  readonly callers: Callers;
  readonly lease: Lease;
  readonly standby: SyncStandby;
  /** The server that is being promoted, or −1. */
  promoting = NONE;
  #due = false;
  /** Where the primary said its log was when it last renewed its lease. */
  #toldPosition = 0;
  #settings!: ClusterSettings;
  /** Replicas to which nothing is shipped. */
  readonly stopped = new Set<number>();
  readonly #servers: Server[];
  readonly #context: Context;
  readonly #replication: Replication;
  readonly #consistency: Consistency;
  readonly #events: ClusterEvents;
  readonly #failovers: MetricHandle;

  /** `servers` are those there are now; the owner adds and takes away. */
  constructor(
    context: Context,
    servers: Server[],
    replication: Replication,
    consistency: Consistency,
    events: ClusterEvents,
  ) {
    this.#context = context;
    this.#servers = servers;
    this.#replication = replication;
    this.#consistency = consistency;
    this.#events = events;
    this.#failovers = context.counter('failovers');
    this.callers = new Callers(context);
    this.standby = new SyncStandby(context, LOOK_AT_STANDBY, servers, replication, (server) => this.#ships(server));
    this.lease = new Lease(
      context,
      { renew: RENEW, giveUp: GIVE_UP, runsOut: LEASE_OVER, elect: ELECT },
      {
        renewed: (server) => {
          if (server.index === this.#replication.source) this.#toldPosition = this.#replication.log.end;
        },
        stepDown: (server) => this.#stepDown(server),
        candidate: () => this.#candidate(),
        elected: (server) => this.#begin(server),
      },
    );
  }

  get source(): Server {
    return this.#servers[this.#replication.source]!;
  }

  /** Settings, or which servers there are, have changed: callers know at once. */
  configure(settings: ClusterSettings): void {
    this.#settings = settings;
    if (this.promoting >= this.#servers.length) this.promoting = NONE;
    this.#follow();
    this.callers.learn(this.#servers, this.#replication.source);
    this.standby.configure(settings.waitsFor === 'standby' ? settings.withoutStandby : null, settings.lookMicros);
  }

  /** All processes start. */
  start(): void {
    for (const server of this.#servers) {
      server.down = server.frozen = server.rejoining = server.switchedOff = false;
      server.side = 0;
      if (server !== this.source && server.primary) this.#part(server);
      this.#replication.run(server.index, true);
    }
    this.source.primary = true;
    this.source.out = false;
    this.lease.begin(this.source);
    this.standby.start();
    this.#follow();
    this.callers.learn(this.#servers, this.#replication.source);
  }

  /** All processes die. */
  crash(): void {
    this.lease.forget();
    this.standby.crash();
    this.lease.clockBehind = 0;
    this.promoting = NONE;
    this.stopped.clear();
    this.callers.cut = null;
  }

  /** Who gets the log from whom, and who must rejoin, follows from the state of the servers. Callers notice later. */
  changed(): void {
    this.#follow();
    this.#context.after(this.#settings.reconnectMicros, PRIORITY.control, LEARN);
  }

  timer(type: number, a: number, b: number): void {
    const server = this.#servers[a];
    if (type === LEARN) {
      this.callers.learn(this.#servers, this.#replication.source);
      this.#events.learnt();
    } else if (type === PROMOTE) {
      if (server?.life === b && this.promoting === a) {
        this.#due = true;
        this.#tryToFinish();
      }
    } else if (type === REJOINED) {
      if (server?.life === b && server.rejoining) this.#rejoined(server);
    } else if (type === LOOK_AT_STANDBY) {
      if (this.standby.look()) this.#events.standbyNamed();
    } else this.lease.timer(type, server, b);
  }

  /** A replica has applied more: perhaps it is the one that waits for its promotion. */
  applied(server: number): void {
    if (server === this.promoting) this.#tryToFinish();
  }

  /** The i-th server that is not the primary, counted from 1; the primary for 0; undefined when there is none. */
  nth(number: number): Server | undefined {
    const { source } = this;
    return number === 0 ? source : this.#servers.filter((server) => server !== source)[number - 1];
  }

  // — what is done to servers —

  kill(server: Server): void {
    if (server.down) return;
    server.down = true;
    server.frozen = server.rejoining = false;
    this.#events.reset(server);
    this.#replication.run(server.index, false, true);
    if (this.promoting === server.index) this.promoting = NONE;
    this.changed();
  }

  revive(server: Server): void {
    if (!server.down) return;
    server.down = false;
    this.#replication.run(server.index, true);
    this.#comesBack(server);
  }

  freeze(server: Server): void {
    if (!server.runs) return;
    server.frozen = true;
    this.#replication.run(server.index, false);
    this.changed();
  }

  /** With fencing it looks at its lease before it does anything else. The owner lets its late timers fire afterwards. */
  thaw(server: Server): void {
    if (!server.frozen) return;
    server.frozen = false;
    this.#replication.run(server.index, true);
    if (this.#settings.fencing) this.#comesBack(server);
    else {
      if (this.lease.on && server.primary) this.lease.later(server);
      this.changed();
      this.#tryToFinish();
    }
  }

  /** Cuts servers off from all others, or joins them again. */
  cut(servers: readonly Server[], callers: CallersAre | null): void {
    this.callers.cut = callers;
    for (const server of this.#servers) server.side = servers.includes(server) ? 1 : 0;
    for (const server of this.#servers) if (server.side === 0 && server.runs) this.#look(server);
    this.lease.reconsider();
    this.changed();
  }

  /** By hand. If the primary can be asked, it stops taking writes first and nothing is lost. */
  promote(number: number): void {
    const { source } = this;
    const able = this.#servers.filter(
      (server) => server !== source && this.#fit(server) && (server.side === 0 || !this.lease.on),
    );
    const chosen = number > 0 ? this.nth(number) : this.#mostOfLog(able);
    if (!chosen || !able.includes(chosen) || this.promoting !== NONE) return;
    const reachable = source.runs && source.side === chosen.side;
    if (reachable) {
      if (source.primary) this.#stepDown(source);
    } else if (this.#settings.fencing && !source.down) {
      // It is switched off: "shoot the other node in the head".
      source.switchedOff = true;
      this.kill(source);
    }
    this.lease.give(chosen);
    this.#begin(chosen);
  }

  // — promotion —

  /** Who could take over and lose nothing that the way of committing promises to keep. */
  #candidate(): Server | null {
    const { source } = this;
    if (source.side === 0 && source.runs && !source.out) return source;
    const { waitsFor, quorum, maxLag } = this.#settings;
    let able = this.#servers.filter((server) => server !== source && server.side === 0 && this.#fit(server));
    if (waitsFor === 'standby') able = able.filter((server) => this.standby.mayTakeOver(server));
    // An acknowledged write is on `quorum` of the replicas: so many of them must be asked to be sure to find it.
    else if (waitsFor === 'quorum' && able.length < this.#servers.length - quorum) return null;
    const best = this.#mostOfLog(able);
    return best && this.#toldPosition - this.#replication.receivedBy(best.index) <= maxLag ? best : null;
  }

  #fit(server: Server): boolean {
    return server.runs && !server.out && !server.primary;
  }

  #mostOfLog(servers: readonly Server[]): Server | null {
    let best: Server | null = null;
    let most = NONE;
    for (const server of servers) {
      const received = this.#replication.receivedBy(server.index);
      if (received <= most) continue;
      best = server;
      most = received;
    }
    return best;
  }

  #begin(server: Server): void {
    if (this.promoting === server.index) return;
    this.promoting = server.index;
    this.#due = false;
    this.#follow();
    this.#context.after(this.#settings.promoteMicros, PRIORITY.control, PROMOTE, server.index, server.life);
  }

  /** It applies what it has received, and if the old primary is there, waits for the rest. */
  #tryToFinish(): void {
    const server = this.#servers[this.promoting];
    if (!server || !this.#due || !server.runs) return;
    const replication = this.#replication;
    const received = replication.receivedBy(server.index);
    if (this.#ships(server) && received < replication.log.end) {
      this.#due = false;
      this.#context.after(LOOK_AGAIN, PRIORITY.control, PROMOTE, server.index, server.life);
    } else if (replication.appliedBy(server.index) >= received) this.#finish(server);
  }

  #finish(server: Server): void {
    const old = this.source;
    this.promoting = NONE;
    if (server !== old) {
      const replication = this.#replication;
      this.#consistency.lose(replication.log.acknowledgedFrom(replication.receivedBy(server.index)));
      for (const { index } of this.#servers) replication.connect(index, false);
      replication.promote(server.index, (index, from, to) => {
        const other = this.#servers[index]!;
        other.out = true;
        for (let offset = from; offset < to; offset++) other.strayRows.add(replication.log.row(offset));
      });
      // A dead one is no primary when it comes back; one that lives and knows nothing goes on.
      if (old.down) old.primary = false;
      if (old.primary) old.out = true;
      this.#context.count(this.#failovers);
    }
    server.primary = true;
    this.standby.choose();
    this.changed();
  }

  #stepDown(server: Server): void {
    server.primary = false;
    this.#events.reset(server);
    this.changed();
  }

  // — following —

  /** Whether the source can send its log to a server. */
  #ships(server: Server): boolean {
    const { source } = this;
    return (
      server !== source &&
      server.runs &&
      source.runs &&
      server.side === source.side &&
      !server.out &&
      !this.stopped.has(server.index)
    );
  }

  #follow(): void {
    const { source } = this;
    for (const server of this.#servers) {
      if (server.switchedOff && server.side === source.side && source.primary && server !== source) {
        server.switchedOff = false;
        this.revive(server);
      }
      this.#mayRejoin(server);
      // Only the one that is promoted still listens to a primary that has stepped down.
      this.#replication.connect(server.index, this.#ships(server));
    }
  }

  /** A server that was away finds out what happened meanwhile. */
  #comesBack(server: Server): void {
    this.#look(server);
    this.lease.reconsider();
    this.changed();
    this.#tryToFinish();
  }

  #look(server: Server): void {
    if (server.primary && this.lease.on) this.lease.look(server);
  }

  /** A server off the way of the primary throws away what only it has. One that thinks itself primary must be told first. */
  #mayRejoin(server: Server): void {
    const { source } = this;
    if (!server.out || server.rejoining || server === source || !server.runs || server.side !== source.side) return;
    if (!source.primary || !source.runs) return;
    if (server.primary) {
      // With leases it finds out when it next looks; without, whoever joined the two sides again tells it.
      if (this.lease.on || this.callers.cut !== null) return;
      server.primary = false;
      this.#events.reset(server);
    }
    server.rejoining = true;
    const micros = server.strayRows.size > 0 ? this.#settings.rejoinMicros : 0;
    this.#context.after(micros, PRIORITY.control, REJOINED, server.index, server.life);
  }

  #rejoined(server: Server): void {
    server.rejoining = false;
    const { source } = this;
    if (!server.runs || server.side !== source.side || !source.primary) return;
    this.#part(server);
    this.changed();
  }

  /** What only this server has is gone: it has the rows of the primary again. */
  #part(server: Server): void {
    server.primary = false;
    const { rows } = this.source;
    for (const row of server.strayRows) {
      const serial = rows.get(row);
      if (serial === undefined) server.rows.delete(row);
      else server.rows.set(row, serial);
    }
    server.strayRows.clear();
    this.#consistency.lose(server.strayAcknowledged);
    server.strayAcknowledged = 0;
    server.out = false;
  }
}

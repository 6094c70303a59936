/**
 * The connections to every server of the database: for each caller and each server one pool on the caller's side, and
 * one limit on the server's side.
 */
import type { Context } from '../../engine/behaviour';
import type { CallId } from '../../engine/calls';
import { PRIORITY } from '../../engine/event-queue';
import { must } from '../../engine/must';
import { type Gate, Pool } from '../../engine/resources/pool';

/** Servers are numbered below this: the primary and eight replicas. */
const SERVERS = 16;

interface CallerPool {
  readonly id: number;
  readonly pool: Pool;
  /** The timer for the first waiter, or −1; one that fires with another number is stale. */
  timer: number;
}

export class Pools {
  /** Connections in use, and queries that wait for one, over all pools. */
  active = 0;
  waiting = 0;
  readonly #pools = new Map<number, CallerPool>();
  readonly #gates: Gate[] = Array.from({ length: SERVERS }, () => ({ open: 0, limit: 0 }));
  #size = 1;
  #timeout = 0;
  #servers = 1;
  #timers = 0;
  readonly #context: Context;
  readonly #timerType: number;
  readonly #granted: (call: CallId) => void;
  readonly #timedOut: (call: CallId) => void;

  /**
   * The owner hands timers (timerType, a, b) to `timer`. `granted` is called for a waiter who got a connection,
   * `timedOut` for one who waited in vain.
   */
  constructor(context: Context, timerType: number, granted: (call: CallId) => void, timedOut: (call: CallId) => void) {
    this.#context = context;
    this.#timerType = timerType;
    this.#granted = granted;
    this.#timedOut = timedOut;
  }

  configure(size: number, timeout: number, maxConnections: number, servers: number): void {
    this.#size = size;
    this.#timeout = timeout;
    this.#servers = servers;
    for (const gate of this.#gates) gate.limit = maxConnections;
    this.rewire();
    for (const caller of this.#pools.values()) {
      caller.timer = -1;
      this.#watch(caller);
    }
  }

  /** Pools of callers and servers that are gone serve those who wait, and vanish. */
  rewire(): void {
    for (const caller of this.#pools.values()) {
      caller.pool.resize(this.#wanted(caller.id) ? this.#size : 0);
      if (caller.pool.open === 0) this.#pools.delete(caller.id);
    }
    this.#admit();
  }

  acquire(call: CallId, connection: number, server: number): 'granted' | 'waits' | 'refused' {
    const caller = this.#pool(connection * SERVERS + server);
    const result = caller.pool.acquire(call, this.#context.now);
    if (result === 'granted') this.active++;
    else if (result === 'waits') {
      this.waiting++;
      this.#watch(caller);
    }
    return result;
  }

  /** Gives back the connection of a query. */
  release(connection: number, server: number): void {
    const caller = this.#pool(connection * SERVERS + server);
    const { pool } = caller;
    const open = pool.open;
    const next = pool.release();
    if (next >= 0) {
      this.waiting--;
      this.#granted(next);
      return;
    }
    this.active--;
    if (pool.open === open) return;
    if (pool.open === 0) this.#pools.delete(caller.id);
    this.#admit();
  }

  /** One who waits no longer wants a connection. */
  leave(call: CallId, connection: number, server: number): void {
    if (this.#pool(connection * SERVERS + server).pool.waiters.remove(call)) this.waiting--;
  }

  /** A server is gone, and all connections to it. Those who used or wanted one are the owner's to answer. */
  drop(server: number): void {
    for (const { id, pool } of this.#pools.values()) {
      if (id % SERVERS !== server) continue;
      this.active -= pool.active;
      this.waiting -= pool.waiters.length;
      this.#pools.delete(id);
    }
    this.#gates[server]!.open = 0;
  }

  timer(id: number, timer: number): void {
    const caller = this.#pools.get(id);
    if (!caller || caller.timer !== timer) return;
    caller.timer = -1;
    const { waiters } = caller.pool;
    const { now } = this.#context;
    while (waiters.firstSince + this.#timeout <= now) {
      this.waiting--;
      this.#timedOut(waiters.shift());
    }
    this.#watch(caller);
  }

  /** @throws Error when the books do not agree */
  audit(): void {
    const open = this.#gates.map(() => 0);
    let active = 0;
    let waiting = 0;
    for (const { id, pool } of this.#pools.values()) {
      must(pool.active >= 0 && pool.active <= pool.open, `of ${pool.open} connections ${pool.active} are in use`);
      active += pool.active;
      waiting += pool.waiters.length;
      open[id % SERVERS]! += pool.open;
    }
    must(active === this.active, `${this.active} connections are in use, of ${active} in pools`);
    must(waiting === this.waiting, `${this.waiting} wait for connections, of ${waiting} at pools`);
    this.#gates.forEach((gate, server) => {
      must(gate.open === open[server], `server ${server} has accepted ${gate.open} of ${open[server]} connections`);
    });
  }

  crash(): void {
    this.#pools.clear();
    for (const gate of this.#gates) gate.open = 0;
    this.active = this.waiting = 0;
  }

  #wanted(id: number): boolean {
    if (id % SERVERS >= this.#servers) return false;
    const connection = Math.floor(id / SERVERS);
    return this.#context.incoming.some(({ index }) => index === connection);
  }

  #pool(id: number): CallerPool {
    let caller = this.#pools.get(id);
    if (!caller) {
      const pool = new Pool(this.#wanted(id) ? this.#size : 0, this.#gates[id % SERVERS]!);
      caller = { id, pool, timer: -1 };
      this.#pools.set(id, caller);
    }
    return caller;
  }

  /** Lets those who wait have what has become possible. */
  #admit(): void {
    for (const { pool } of this.#pools.values()) {
      for (let call = pool.admit(); call >= 0; call = pool.admit()) {
        this.waiting--;
        this.active++;
        this.#granted(call);
      }
    }
  }

  /** One timer for the first waiter is enough: all have the same patience. */
  #watch(caller: CallerPool): void {
    const { waiters } = caller.pool;
    if (caller.timer >= 0 || waiters.length === 0) return;
    const left = Math.max(0, waiters.firstSince + this.#timeout - this.#context.now);
    caller.timer = this.#timers++;
    this.#context.after(left, PRIORITY.timer, this.#timerType, caller.id, caller.timer);
  }
}

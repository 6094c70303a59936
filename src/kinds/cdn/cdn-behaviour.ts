import type { Behaviour, Context } from '../../engine/behaviour';
import { type CallId, FLAG, NO_CALL } from '../../engine/calls';
import { PRIORITY } from '../../engine/event-queue';
import type { RandomStream } from '../../engine/random';
import { passBack } from '../../engine/resources/forwarding';
import { RecentShare } from '../../engine/resources/recent-share';
import { RouteChooser } from '../../engine/resources/route-chooser';
import type { FaceWriter } from '../../model/face';
import { plainVerb } from '../../model/meaning';
import { CANCELLED, causeCode, OK, REFUSED } from '../../model/outcome';
import { fromMs, MICROS_PER_SECOND } from '../../model/units';
import { Fetches, NEXT, NO_FETCH, Shelf } from './fetches';
import { type CdnConfig } from './fields';
import { LOSE_POP, LOSE_SHIELD, PURGE } from './cdn';

const NO_ROUTE = causeCode('no-route');

/** Timers. */
const ARRIVED = 0;
const AT_SHIELD = 1;
const PURGED = 2;

/** Shelf of the shield; places have the numbers from 1, so that the first place is 1. */
const SHIELD = 0;
const LOST = 1;

/** Work slots: the fetch a call waits for, or NO_FETCH; and the call made for a write, or NO_CALL. */
const FETCH = 2;
const SENT = 3;

/** Ticket of a write; those of reads are the numbers of their fetches. */
const WRITE_TICKET = -1;

export class Cdn implements Behaviour {
  #config!: CdnConfig;
  #lost = false;
  #shieldLost = false;
  /** Items in all places. */
  #stored = 0;
  readonly #shelves: Shelf[] = [new Shelf()];
  readonly #fetches = new Fetches();
  readonly #context: Context;
  readonly #routes: RouteChooser;
  readonly #users: RandomStream;
  readonly #recent = new RecentShare();
  readonly #hits: number;
  readonly #misses: number;
  readonly #collapsed: number;
  readonly #stale: number;
  readonly #shieldHits: number;
  readonly #originRequests: number;
  readonly #purges: number;
  readonly #items: number;

  constructor(config: CdnConfig, context: Context) {
    this.#context = context;
    this.#routes = new RouteChooser(context);
    this.#users = context.random('place');
    this.#hits = context.counter('hits');
    this.#misses = context.counter('misses');
    this.#collapsed = context.counter('collapsed');
    this.#stale = context.counter('staleServed');
    this.#shieldHits = context.counter('shieldHits');
    this.#originRequests = context.counter('originRequests');
    this.#purges = context.counter('purges');
    this.#items = context.gauge('items');
    this.#adopt(config);
  }

  start(): void {
    this.#recent.reset(this.#context.now);
    this.#report();
  }

  configure(config: CdnConfig): void {
    this.#adopt(config);
    this.#report();
  }

  rewire(): void {
    this.#routes.rewire();
  }

  arrive(call: CallId): void {
    const context = this.#context;
    const place = this.#placeOfUser();
    if (place < 0) {
      context.fail(call, REFUSED);
      return;
    }
    context.began(call);
    context.calls.setWork(call, FETCH, NO_FETCH);
    context.calls.setWork(call, SENT, NO_CALL);
    context.after(context.work(this.#config.hitMicros), PRIORITY.completion, ARRIVED, call, place);
  }

  timer(type: number, a: number, b: number): void {
    switch (type) {
      case ARRIVED:
        if (this.#context.calls.flags(a) & FLAG.cancelled) this.#context.fail(a, CANCELLED);
        else if (this.#context.calls.write(a) === 1) this.#passWrite(a);
        else this.#read(a, b);
        break;
      case AT_SHIELD:
        if (this.#fetches.given[a]) this.#fetches.close(a);
        else this.#askShield(a);
        break;
      case PURGED:
        for (const shelf of this.#shelves) shelf.drop(a);
        this.#context.count(this.#purges);
        this.#report();
    }
  }

  reply(sub: CallId): void {
    const { calls } = this.#context;
    const ticket = calls.ticket(sub);
    const cause = calls.cause(sub);
    if (ticket === WRITE_TICKET) {
      // What was written is purged even when its caller has gone.
      if (cause === OK) this.#purgeLater(calls.key(sub));
      passBack(this.#context, sub);
    } else {
      this.#land(ticket, cause, calls.origin(sub), calls.result(sub));
      this.#report();
    }
  }

  /**
   * Who waits is let go. A fetch goes on when others wait or the item will be kept for those to come, as nginx does with
   * what it may cache; what was asked for this caller alone is withdrawn.
   */
  cancelled(call: CallId): void {
    const { calls } = this.#context;
    const fetch = calls.work(call, FETCH);
    const sub = calls.work(call, SENT);
    if (sub !== NO_CALL) {
      this.#context.withdraw(sub);
      // It may have been done all the same.
      this.#purgeLater(calls.key(call));
    } else if (fetch === NO_FETCH) return;
    else {
      this.#fetches.leave(fetch, call, calls);
      const { collapse, ttlSeconds, swrSeconds } = this.#config;
      const kept = collapse && (ttlSeconds > 0 || swrSeconds > 0);
      if (!kept && this.#fetches.first[fetch]! < 0) this.#giveUp(fetch);
    }
    this.#context.fail(call, CANCELLED);
    this.#report();
  }

  crash(): void {
    this.#empty();
    for (const shelf of this.#shelves) shelf.fetching.clear();
    this.#fetches.clear();
    this.#report();
  }

  fault(id: string, on: boolean): void {
    if (id === PURGE.id && on) {
      this.#empty();
      this.#context.count(this.#purges);
    } else if (id === LOSE_POP.id) {
      this.#lost = on;
      this.#shelves[LOST]?.items.clear();
    } else if (id === LOSE_SHIELD.id) {
      this.#shieldLost = on;
      this.#shelves[SHIELD]!.items.clear();
    }
    this.#report();
  }

  face(writer: FaceWriter): void {
    const { now } = this.#context;
    const { pops, capacityItems } = this.#config;
    writer.put(this.#config.shield ? 1 : 0);
    writer.put(pops);
    writer.put(this.#recent.share(now));
    writer.put(this.#recent.perSecond(now));
    writer.put(this.#stored);
    writer.put(pops * capacityItems);
    writer.put((this.#lost ? 1 : 0) + (this.#config.shield && this.#shieldLost ? 2 : 0));
  }

  #adopt(config: CdnConfig): void {
    this.#config = config;
    while (this.#shelves.length <= config.pops) this.#shelves.push(new Shelf());
    this.#shelves.forEach((shelf, i) => {
      if (i > config.pops || (i === SHIELD && !config.shield)) shelf.items.clear();
      else shelf.shrink(i === SHIELD ? config.shieldItems : config.capacityItems);
    });
  }

  /** One draw a request, whatever the number of places. −1 when there is none. */
  #placeOfUser(): number {
    const { pops } = this.#config;
    const draw = this.#users.uniform() * pops;
    const place = Math.floor(draw);
    if (!this.#lost || place + 1 !== LOST) return place + 1;
    if (pops === 1) return -1;
    // What is left of the draw spreads the users of the lost place over the others.
    return LOST + 1 + Math.floor((draw - place) * (pops - 1));
  }

  // — reads —

  #read(call: CallId, place: number): void {
    const context = this.#context;
    const { now } = context;
    const { collapse, swrSeconds } = this.#config;
    const key = context.calls.key(call);
    const shelf = this.#shelves[place]!;
    const slot = shelf.items.find(key);
    const left = slot < 0 ? -Infinity : shelf.items.expiry(slot) - now;
    const hit = left > 0 || left + swrSeconds * MICROS_PER_SECOND > 0;
    this.#recent.count(hit, now);
    context.count(hit ? this.#hits : this.#misses);
    if (hit) {
      shelf.items.touch(slot);
      if (left <= 0) {
        context.count(this.#stale);
        // One refresh at a time, whether requests are collapsed or not: that is what the answer at once is for.
        if (!shelf.fetching.has(key)) this.#fetch(this.#openFetch(place, key, true), NO_CALL);
      }
      context.succeed(call, 1);
      return;
    }
    const under = collapse ? (shelf.fetching.get(key) ?? NO_FETCH) : NO_FETCH;
    const fetch = under >= 0 ? under : this.#openFetch(place, key, collapse);
    context.calls.setWork(call, FETCH, fetch);
    this.#fetches.wait(fetch, call, context.calls);
    if (under >= 0) {
      context.count(this.#collapsed);
      return;
    }
    this.#fetch(fetch, call);
    this.#report();
  }

  #openFetch(shelf: number, key: number, known: boolean): number {
    const fetch = this.#fetches.open(shelf, key);
    if (known) this.#shelves[shelf]!.fetching.set(key, fetch);
    return fetch;
  }

  /** A place needs an item: from the shield when there is one, else from the origin. */
  #fetch(fetch: number, call: CallId): void {
    const { shield, shieldMs } = this.#config;
    if (shield && !this.#shieldLost)
      this.#context.after(this.#context.work(fromMs(shieldMs)), PRIORITY.completion, AT_SHIELD, fetch);
    else this.#askOrigin(fetch, call);
  }

  #askShield(fetch: number): void {
    const fetches = this.#fetches;
    const shelf = this.#shelves[SHIELD]!;
    const key = fetches.key[fetch]!;
    const slot = shelf.items.find(key);
    if (slot >= 0 && shelf.items.expiry(slot) > this.#context.now) {
      shelf.items.touch(slot);
      this.#context.count(this.#shieldHits);
      this.#land(fetch, OK, 0, 0);
      this.#report();
      return;
    }
    const under = this.#config.collapse ? (shelf.fetching.get(key) ?? NO_FETCH) : NO_FETCH;
    if (under >= 0) {
      fetches.join(under, fetch);
      return;
    }
    const own = this.#openFetch(SHIELD, key, this.#config.collapse);
    fetches.join(own, fetch);
    // The first one that waits, if any: its trace shows the way to the origin.
    this.#askOrigin(own, fetches.first[fetch]!);
    this.#report();
  }

  #askOrigin(fetch: number, call: CallId): void {
    const context = this.#context;
    const link = this.#routes.choose(0);
    if (!link) {
      this.#land(fetch, NO_ROUTE, context.self, 0);
      return;
    }
    context.count(this.#originRequests);
    const verb = plainVerb(link.meaning, false);
    this.#fetches.sent[fetch] = context.send(link.index, call, verb, 0, this.#fetches.key[fetch]!, fetch);
  }

  /** Nobody wants a fetch of a place any more, nor what was asked for it on the way. */
  #giveUp(fetch: number): void {
    const fetches = this.#fetches;
    this.#forget(fetch);
    const under = fetches.under[fetch]!;
    if (fetches.sent[fetch]! >= 0) this.#context.withdraw(fetches.sent[fetch]!);
    else if (under < 0) {
      fetches.given[fetch] = true;
      return;
    } else {
      fetches.drop(under, fetch);
      if (fetches.first[under]! < 0) {
        this.#forget(under);
        if (fetches.sent[under]! >= 0) this.#context.withdraw(fetches.sent[under]!);
        fetches.close(under);
      }
    }
    fetches.close(fetch);
  }

  #forget(fetch: number): void {
    const { fetching } = this.#shelves[this.#fetches.shelf[fetch]!]!;
    const key = this.#fetches.key[fetch]!;
    if (fetching.get(key) === fetch) fetching.delete(key);
  }

  /** A fetch has ended, one way or the other: everybody who waits for it gets the same. */
  #land(fetch: number, cause: number, origin: number, retryAfterMs: number): void {
    const context = this.#context;
    const { calls } = context;
    const fetches = this.#fetches;
    const index = fetches.shelf[fetch]!;
    this.#forget(fetch);
    if (cause === OK) this.#store(index, fetches.key[fetch]!);
    let waiting = fetches.first[fetch]!;
    fetches.close(fetch);
    while (waiting >= 0) {
      if (index === SHIELD) {
        const next = fetches.next[waiting]!;
        this.#land(waiting, cause, origin, retryAfterMs);
        waiting = next;
        continue;
      }
      const next = calls.work(waiting, NEXT);
      if (cause === OK) context.succeed(waiting);
      else if (origin === context.self && cause === NO_ROUTE) context.fail(waiting, cause);
      else context.relay(waiting, cause, origin, retryAfterMs);
      waiting = next;
    }
  }

  /** Nothing is kept where nobody would find it, or only what is old at once. */
  #store(index: number, key: number): void {
    const { pops, shield, capacityItems, shieldItems, ttlSeconds, swrSeconds } = this.#config;
    if (index === SHIELD ? !shield || this.#shieldLost : index > pops || (this.#lost && index === LOST)) return;
    if (ttlSeconds === 0 && swrSeconds === 0) return;
    const freshUntil = this.#context.now + Math.floor(ttlSeconds * MICROS_PER_SECOND + 0.5);
    this.#shelves[index]!.put(key, freshUntil, index === SHIELD ? shieldItems : capacityItems);
  }

  // — writes —

  #passWrite(call: CallId): void {
    const context = this.#context;
    const link = this.#routes.choose(1);
    if (!link) {
      context.fail(call, NO_ROUTE);
      return;
    }
    const verb = plainVerb(link.meaning, true);
    context.calls.setWork(call, SENT, context.send(link.index, call, verb, 1, context.calls.key(call), WRITE_TICKET));
  }

  #purgeLater(key: number): void {
    this.#context.after(fromMs(this.#config.purgeMs), PRIORITY.completion, PURGED, key);
  }

  #empty(): void {
    for (const shelf of this.#shelves) shelf.items.clear();
  }

  #report(): void {
    this.#stored = 0;
    for (let i = 1; i < this.#shelves.length; i++) this.#stored += this.#shelves[i]!.items.size;
    this.#context.level(this.#items, this.#stored);
  }
}

/** One node: a thread that carries out commands one by one, and the items it keeps. */
import type { Context, MetricHandle } from '../../engine/behaviour';
import { type CallId, NO_CALL } from '../../engine/calls';
import { type EventHandle, PRIORITY } from '../../engine/event-queue';
import type { RandomStream } from '../../engine/random';
import { Eviction } from '../../engine/resources/eviction';
import { Leases } from '../../engine/resources/leases';
import { LruItems } from '../../engine/resources/lru';
import { RecentShare } from '../../engine/resources/recent-share';
import { Slots } from '../../engine/resources/slots';
import { LOOKUP } from '../../model/cache-fields';
import { VERB } from '../../model/meaning';
import { causeCode, RESET } from '../../model/outcome';
import { MICROS_PER_SECOND } from '../../model/units';
import type { RedisConfig } from './redis';

const QUEUE_FULL = causeCode('queue-full');
const OUT_OF_MEMORY = causeCode('out-of-memory');

/** What a caller's connection asks of the cache. */
export interface Manner {
  readonly leaseMicros: number;
  readonly staleMicros: number;
  readonly timeLeft: boolean;
}

const PLAIN: Manner = { leaseMicros: 0, staleMicros: 0, timeLeft: false };
const MOST_TIME_LEFT = 2_147_483_647;

/** In place of an expiry: the item was deleted. */
export const DELETED = -1;

/** What all nodes have in common. */
export interface NodeSettings {
  config: RedisConfig;
  /** By index of the connection. */
  manners: (Manner | undefined)[];
  /** How long expired items are kept for those who take them. */
  graceMicros: number;
}

export interface NodeEvents {
  /** A command may be carried out now; when it returns false, it was answered or sent elsewhere. */
  allowed(call: CallId, node: StoreNode): boolean;
  /** An item was set, until when, or DELETED; its call is to be answered with this result. */
  changed(call: CallId, node: StoreNode, key: number, expiry: number, result: number): void;
  /** The number of items has changed. */
  sized(): void;
}

/** Counters, which all nodes share. */
export class Counts {
  readonly hits: MetricHandle;
  readonly misses: MetricHandle;
  readonly evictions: MetricHandle;
  readonly expirations: MetricHandle;
  readonly sets: MetricHandle;
  readonly deletes: MetricHandle;
  readonly staleHits: MetricHandle;
  readonly refusedFills: MetricHandle;

  constructor(context: Context) {
    this.hits = context.counter('hits');
    this.misses = context.counter('misses');
    this.evictions = context.counter('evictions');
    this.expirations = context.counter('expirations');
    this.sets = context.counter('sets');
    this.deletes = context.counter('deletes');
    this.staleHits = context.counter('staleHits');
    this.refusedFills = context.counter('refusedFills');
  }
}

export class StoreNode {
  readonly index: number;
  readonly items = new LruItems();
  readonly thread = new Slots(1, 0);
  /** Hits among the reads, and all commands, lately: how hot it is. */
  readonly recent = new RecentShare();
  readonly commands = new RecentShare();
  down = false;
  frozen = false;
  /** 1 when it is cut off from the others. */
  side = 0;
  readonly #eviction: Eviction;
  readonly #leases = new Leases();
  /** The command at work, its timer, and its number: a timer that comes late finds another. */
  #current: CallId = NO_CALL;
  #executing: EventHandle = -1;
  #turn = 0;
  /** Its command was done while it was frozen. */
  #late = false;
  readonly #context: Context;
  readonly #settings: NodeSettings;
  readonly #counts: Counts;
  readonly #events: NodeEvents;
  readonly #timerType: number;
  readonly #lives: RandomStream;

  constructor(
    context: Context,
    index: number,
    timerType: number,
    settings: NodeSettings,
    counts: Counts,
    events: NodeEvents,
  ) {
    const suffix = index === 0 ? '' : `-${index}`;
    this.index = index;
    this.#context = context;
    this.#timerType = timerType;
    this.#settings = settings;
    this.#counts = counts;
    this.#events = events;
    this.#lives = context.random(`ttl${suffix}`);
    this.#eviction = new Eviction(this.items, context.random(`eviction${suffix}`));
  }

  get runs(): boolean {
    return !this.down && !this.frozen;
  }

  configure(): void {
    const { config } = this.#settings;
    this.thread.limit = config.queueLimit;
    const eviction = this.#eviction;
    if (eviction.policy !== config.eviction) eviction.forget();
    eviction.policy = config.eviction;
    eviction.exact = config.exactLru;
    eviction.samples = config.samples;
    // Without eviction what is there stays, and only new items are refused.
    this.#makeRoom(config.capacityItems);
  }

  offer(call: CallId): void {
    switch (this.thread.offer(call)) {
      case 'starts':
        this.#begin(call);
        break;
      case 'full':
        this.#context.fail(call, QUEUE_FULL);
        return;
      case 'waits':
    }
  }

  timer(call: CallId, turn: number): void {
    if (turn !== this.#turn) return;
    if (this.frozen) {
      this.#late = true;
      return;
    }
    this.#current = NO_CALL;
    if (this.#events.allowed(call, this)) this.#execute(call);
    const next = this.thread.release();
    if (next >= 0) this.#begin(next);
  }

  thaw(): void {
    this.frozen = false;
    if (!this.#late) return;
    this.#late = false;
    this.timer(this.#current, this.#turn);
  }

  /** The process dies with the component. */
  crash(): void {
    this.#current = NO_CALL;
    this.#late = false;
    this.thread.clear();
    this.empty();
  }

  expireAll(time: number): void {
    this.items.expireAll(time);
  }

  empty(): void {
    this.items.clear();
    this.#leases.clear();
    this.#eviction.forget();
    this.#events.sized();
  }

  /** Those who talk to it are cut off, and it begins anew with nothing in it. */
  restart(): void {
    const context = this.#context;
    const { queue } = this.thread;
    const current = this.#current;
    context.cancel(this.#executing);
    this.#turn++;
    this.empty();
    if (current !== NO_CALL) context.fail(current, RESET);
    for (let i = 0; i < queue.length; i++) context.fail(queue.at(i), RESET);
    this.#current = NO_CALL;
    this.#late = false;
    this.thread.clear();
  }

  /** Does what its master has done. */
  follow(key: number, expiry: number): void {
    const slot = this.items.find(key);
    if (expiry === DELETED) {
      if (slot >= 0) this.items.remove(slot);
    } else if (slot >= 0) {
      this.items.setExpiry(slot, expiry);
      this.#eviction.used(slot, this.#context.now);
    } else {
      this.#makeRoom(this.#settings.config.capacityItems - 1, false);
      this.#eviction.added(this.items.insert(key, expiry), this.#context.now);
    }
  }

  /** Has the items of another one, and nothing else. */
  copy(other: StoreNode): void {
    this.items.clear();
    this.#leases.clear();
    this.#eviction.forget();
    other.items.each((key, expiry) => {
      this.#eviction.added(this.items.insert(key, expiry), this.#context.now);
    });
    this.#events.sized();
  }

  #begin(call: CallId): void {
    this.#context.began(call);
    const micros = this.#context.work(this.#settings.config.operationMicros);
    this.#turn = (this.#turn + 1) & 0x3fffffff;
    this.#executing = this.#context.alarm(micros, PRIORITY.completion, this.#timerType, call, this.#turn);
    this.#current = call;
  }

  /** A command takes effect as a whole, at the end of its time. */
  #execute(call: CallId): void {
    const context = this.#context;
    const { calls } = context;
    // Redis looks for expired items in the background, too: here one more item with each command.
    if (this.items.sweep(context.now - this.#settings.graceMicros)) this.#expired();
    const key = calls.key(call);
    switch (calls.verb(call)) {
      case VERB.set:
        this.#set(call, key);
        break;
      case VERB.del:
        this.#delete(call, key);
        break;
      default:
        this.#get(call, key);
    }
  }

  #get(call: CallId, key: number): void {
    const context = this.#context;
    const { now } = context;
    const manner = this.#manner(call);
    const slot = this.#present(key);
    const left = slot < 0 ? -Infinity : this.items.expiry(slot) - now;
    const hit = left > -manner.staleMicros;
    this.recent.count(hit, now);
    context.count(hit ? this.#counts.hits : this.#counts.misses);
    if (hit) this.#eviction.used(slot, now);
    let answer: number = hit ? LOOKUP.hit : LOOKUP.miss;
    if (left <= 0) {
      // A lease comes with what is not there, or not fresh.
      const leased = manner.leaseMicros > 0 && this.#lease(call, key, manner);
      if (hit) {
        context.count(this.#counts.staleHits);
        answer = leased || manner.leaseMicros === 0 ? LOOKUP.stale : LOOKUP.staleHeld;
      } else if (leased) answer = LOOKUP.leased;
    } else if (manner.timeLeft) answer = Math.max(LOOKUP.timeLeft, Math.min(MOST_TIME_LEFT, left));
    context.succeed(call, answer);
  }

  #lease(call: CallId, key: number, { leaseMicros: micros }: Manner): boolean {
    const { now, calls } = this.#context;
    return this.#leases.grant(key, calls.source(call), now, now + micros);
  }

  #set(call: CallId, key: number): void {
    const context = this.#context;
    const { now, calls } = context;
    if (calls.write(call) === 1) this.#leases.revoke(key);
    else if (this.#manner(call).leaseMicros > 0 && !this.#leases.redeem(key, calls.source(call), now)) {
      context.count(this.#counts.refusedFills);
      context.succeed(call);
      return;
    }
    const { capacityItems } = this.#settings.config;
    let slot = this.#present(key);
    let expiry: number;
    if (slot >= 0) {
      this.items.setExpiry(slot, (expiry = this.#expiry()));
      this.#eviction.used(slot, now);
    } else {
      if (!this.#makeRoom(capacityItems - 1)) {
        context.fail(call, OUT_OF_MEMORY);
        return;
      }
      slot = this.items.insert(key, (expiry = this.#expiry()));
      this.#eviction.added(slot, now);
      this.#events.sized();
    }
    context.count(this.#counts.sets);
    this.#events.changed(call, this, key, expiry, 0);
  }

  #delete(call: CallId, key: number): void {
    this.#leases.revoke(key);
    const slot = this.#present(key);
    if (slot >= 0) {
      this.items.remove(slot);
      this.#events.sized();
    }
    this.#context.count(this.#counts.deletes);
    this.#events.changed(call, this, key, DELETED, slot >= 0 ? 1 : 0);
  }

  #manner(call: CallId): Manner {
    return this.#settings.manners[this.#context.calls.connection(call)] ?? PLAIN;
  }

  /** The slot of a key that is of use to somebody, or −1. */
  #present(key: number): number {
    const slot = this.items.find(key);
    if (slot < 0 || this.items.expiry(slot) > this.#context.now - this.#settings.graceMicros) return slot;
    this.items.remove(slot);
    this.#expired();
    return -1;
  }

  #expired(): void {
    this.#context.count(this.#counts.expirations);
    this.#events.sized();
  }

  #expiry(): number {
    const { ttlSeconds, ttlJitterPercent } = this.#settings.config;
    if (ttlSeconds === 0) return Infinity;
    const spread = (ttlJitterPercent / 100) * (2 * this.#lives.uniform() - 1);
    return this.#context.now + Math.floor(ttlSeconds * (1 + spread) * MICROS_PER_SECOND + 0.5);
  }

  /** Evicts until there are so few items. False when the policy refuses. */
  #makeRoom(most: number, counted = true): boolean {
    while (this.items.size > most) {
      const slot = this.#eviction.victim(this.#context.now);
      if (slot < 0) return false;
      this.items.remove(slot);
      if (counted) this.#context.count(this.#counts.evictions);
    }
    return true;
  }
}

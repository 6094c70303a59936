import type { Behaviour, Context, MetricHandle } from '../../engine/behaviour';
import { type CallId, NO_CALL } from '../../engine/calls';
import { type EventHandle, PRIORITY } from '../../engine/event-queue';
import type { RandomStream } from '../../engine/random';
import { leaseMicros } from '../../engine/resources/cache-client';
import { Eviction } from '../../engine/resources/eviction';
import { Leases } from '../../engine/resources/leases';
import { LruItems } from '../../engine/resources/lru';
import { RecentShare } from '../../engine/resources/recent-share';
import { Slots } from '../../engine/resources/slots';
import { LOOKUP, usesLeases } from '../../model/cache-fields';
import type { FaceWriter } from '../../model/face';
import type { Config } from '../../model/fields';
import { VERB } from '../../model/meaning';
import { causeCode, RESET } from '../../model/outcome';
import { MICROS_PER_SECOND } from '../../model/units';
import { EXPIRE, FLUSH, REPLACE, type RedisConfig } from './redis';

const QUEUE_FULL = causeCode('queue-full');
const OUT_OF_MEMORY = causeCode('out-of-memory');

const EXECUTED = 0;

/** What a caller's connection asks of the cache. */
interface Manner {
  readonly leaseMicros: number;
  readonly staleMicros: number;
  readonly timeLeft: boolean;
}

const PLAIN: Manner = { leaseMicros: 0, staleMicros: 0, timeLeft: false };
const MOST_TIME_LEFT = 2_147_483_647;

export class Redis implements Behaviour {
  #config!: RedisConfig;
  readonly #context: Context;
  readonly #lives: RandomStream;
  readonly #items = new LruItems();
  readonly #eviction: Eviction;
  readonly #leases = new Leases();
  /** By index of the connection. */
  #manners: (Manner | undefined)[] = [];
  /** How long expired items are kept for those who take them. */
  #graceMicros = 0;
  /** The command at work, its timer, and its number: a timer that comes late finds another. */
  #current: CallId = NO_CALL;
  #executing: EventHandle = -1;
  #turn = 0;
  readonly #thread = new Slots(1, 0);
  readonly #recent = new RecentShare();
  readonly #hits: MetricHandle;
  readonly #misses: MetricHandle;
  readonly #evictions: MetricHandle;
  readonly #expirations: MetricHandle;
  readonly #sets: MetricHandle;
  readonly #deletes: MetricHandle;
  readonly #staleHits: MetricHandle;
  readonly #refusedFills: MetricHandle;
  readonly #size: MetricHandle;

  constructor(config: RedisConfig, context: Context) {
    this.#context = context;
    this.#lives = context.random('ttl');
    this.#hits = context.counter('hits');
    this.#misses = context.counter('misses');
    this.#evictions = context.counter('evictions');
    this.#expirations = context.counter('expirations');
    this.#sets = context.counter('sets');
    this.#deletes = context.counter('deletes');
    this.#staleHits = context.counter('staleHits');
    this.#refusedFills = context.counter('refusedFills');
    this.#size = context.gauge('items');
    this.#eviction = new Eviction(this.#items, context.random('eviction'));
    this.#adopt(config);
  }

  start(): void {
    this.#recent.reset(this.#context.now);
    this.#report();
  }

  configure(config: RedisConfig): void {
    this.#adopt(config);
    this.#report();
  }

  rewire(): void {
    this.#manners = [];
    this.#graceMicros = 0;
    for (const { index, meaning, config } of this.#context.incoming) {
      const staleMicros = config.stampede === 'stale' ? Math.floor(config.staleSeconds * MICROS_PER_SECOND + 0.5) : 0;
      this.#graceMicros = Math.max(this.#graceMicros, staleMicros);
      this.#manners[index] = {
        leaseMicros: meaning === 'cache' && usesLeases(config) ? leaseMicros(config) : 0,
        staleMicros,
        timeLeft: config.stampede === 'early',
      };
    }
  }

  arrive(call: CallId): void {
    switch (this.#thread.offer(call)) {
      case 'starts':
        this.#begin(call);
        break;
      case 'full':
        this.#context.fail(call, QUEUE_FULL);
        return;
      case 'waits':
    }
    this.#report();
  }

  timer(_type: number, call: CallId, turn: number): void {
    if (turn !== this.#turn) return;
    this.#current = NO_CALL;
    this.#execute(call);
    const next = this.#thread.release();
    if (next >= 0) this.#begin(next);
    this.#report();
  }

  crash(): void {
    this.#current = NO_CALL;
    this.#thread.clear();
    this.#empty();
  }

  fault(id: string, on: boolean, params: Config): void {
    if (!on) return;
    switch (id) {
      case FLUSH.id:
        this.#empty();
        break;
      case EXPIRE.id:
        this.#items.expireAll(this.#context.now + Math.floor(Number(params['inSeconds']) * MICROS_PER_SECOND + 0.5));
        break;
      case REPLACE.id:
        this.#replace();
    }
  }

  face(writer: FaceWriter): void {
    const { now } = this.#context;
    writer.put(this.#recent.share(now));
    writer.put(this.#recent.perSecond(now));
    writer.put(this.#items.size);
    writer.put(this.#config.capacityItems);
  }

  #adopt(config: RedisConfig): void {
    this.#config = config;
    this.#thread.limit = config.queueLimit;
    const eviction = this.#eviction;
    if (eviction.policy !== config.eviction) eviction.forget();
    eviction.policy = config.eviction;
    eviction.exact = config.exactLru;
    eviction.samples = config.samples;
    // Without eviction what is there stays, and only new items are refused.
    this.#makeRoom(config.capacityItems);
    this.#context.level(this.#size, this.#items.size);
  }

  #begin(call: CallId): void {
    this.#context.began(call);
    const micros = this.#context.work(this.#config.operationMicros);
    this.#turn = (this.#turn + 1) & 0x3fffffff;
    this.#executing = this.#context.after(micros, PRIORITY.completion, EXECUTED, call, this.#turn);
    this.#current = call;
  }

  /** A command takes effect as a whole, at the end of its time. */
  #execute(call: CallId): void {
    const context = this.#context;
    const { calls } = context;
    // Redis looks for expired items in the background, too: here one more item with each command.
    if (this.#items.sweep(context.now - this.#graceMicros)) this.#expired();
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
    const left = slot < 0 ? -Infinity : this.#items.expiry(slot) - now;
    const hit = left > -manner.staleMicros;
    this.#recent.count(hit, now);
    context.count(hit ? this.#hits : this.#misses);
    if (hit) this.#eviction.used(slot, now);
    let answer: number = hit ? LOOKUP.hit : LOOKUP.miss;
    if (left <= 0) {
      // A lease comes with what is not there, or not fresh.
      const leased = manner.leaseMicros > 0 && this.#lease(call, key, manner);
      if (hit) {
        context.count(this.#staleHits);
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
      context.count(this.#refusedFills);
      context.succeed(call);
      return;
    }
    const { capacityItems } = this.#config;
    let slot = this.#present(key);
    if (slot >= 0) {
      this.#items.setExpiry(slot, this.#expiry());
      this.#eviction.used(slot, now);
    } else {
      if (!this.#makeRoom(capacityItems - 1)) {
        context.fail(call, OUT_OF_MEMORY);
        return;
      }
      slot = this.#items.insert(key, this.#expiry());
      this.#eviction.added(slot, now);
      context.level(this.#size, this.#items.size);
    }
    context.count(this.#sets);
    context.succeed(call);
  }

  #delete(call: CallId, key: number): void {
    this.#leases.revoke(key);
    const slot = this.#present(key);
    if (slot >= 0) {
      this.#items.remove(slot);
      this.#context.level(this.#size, this.#items.size);
    }
    this.#context.count(this.#deletes);
    this.#context.succeed(call, slot >= 0 ? 1 : 0);
  }

  #manner(call: CallId): Manner {
    return this.#manners[this.#context.calls.connection(call)] ?? PLAIN;
  }

  /** The slot of a key that is of use to somebody, or −1. */
  #present(key: number): number {
    const slot = this.#items.find(key);
    if (slot < 0 || this.#items.expiry(slot) > this.#context.now - this.#graceMicros) return slot;
    this.#items.remove(slot);
    this.#expired();
    return -1;
  }

  #expired(): void {
    this.#context.count(this.#expirations);
    this.#context.level(this.#size, this.#items.size);
  }

  #expiry(): number {
    const { ttlSeconds, ttlJitterPercent } = this.#config;
    if (ttlSeconds === 0) return Infinity;
    const spread = (ttlJitterPercent / 100) * (2 * this.#lives.uniform() - 1);
    return this.#context.now + Math.floor(ttlSeconds * (1 + spread) * MICROS_PER_SECOND + 0.5);
  }

  /** Evicts until there are so few items. False when the policy refuses. */
  #makeRoom(most: number): boolean {
    while (this.#items.size > most) {
      const slot = this.#eviction.victim(this.#context.now);
      if (slot < 0) return false;
      this.#items.remove(slot);
      this.#context.count(this.#evictions);
    }
    return true;
  }

  #empty(): void {
    this.#items.clear();
    this.#leases.clear();
    this.#eviction.forget();
    this.#context.level(this.#size, 0);
  }

  /** Another process takes over at once, with nothing in it; those who talked to the old one are cut off. */
  #replace(): void {
    const context = this.#context;
    const { queue } = this.#thread;
    context.cancel(this.#executing);
    this.#turn++;
    this.#empty();
    if (this.#current !== NO_CALL) context.fail(this.#current, RESET);
    for (let i = 0; i < queue.length; i++) context.fail(queue.at(i), RESET);
    this.#current = NO_CALL;
    this.#thread.clear();
    this.#report();
  }

  #report(): void {
    this.#context.busy(this.#thread.busy, 1);
    this.#context.waiting(this.#thread.queue.length);
  }
}

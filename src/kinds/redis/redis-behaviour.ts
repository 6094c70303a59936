import type { Behaviour, Context, MetricHandle } from '../../engine/behaviour';
import type { CallId } from '../../engine/calls';
import { PRIORITY } from '../../engine/event-queue';
import type { RandomStream } from '../../engine/random';
import { LruItems } from '../../engine/resources/lru';
import { RecentShare } from '../../engine/resources/recent-share';
import { Slots } from '../../engine/resources/slots';
import type { FaceWriter } from '../../model/face';
import { VERB } from '../../model/meaning';
import { causeCode } from '../../model/outcome';
import { MICROS_PER_SECOND } from '../../model/units';
import { FLUSH, type RedisConfig } from './redis';

const QUEUE_FULL = causeCode('queue-full');
const OUT_OF_MEMORY = causeCode('out-of-memory');

const EXECUTED = 0;

export class Redis implements Behaviour {
  #config!: RedisConfig;
  readonly #context: Context;
  readonly #lives: RandomStream;
  readonly #items = new LruItems();
  readonly #thread = new Slots(1, 0);
  readonly #recent = new RecentShare();
  readonly #hits: MetricHandle;
  readonly #misses: MetricHandle;
  readonly #evictions: MetricHandle;
  readonly #expirations: MetricHandle;
  readonly #sets: MetricHandle;
  readonly #deletes: MetricHandle;
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
    this.#size = context.gauge('items');
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

  timer(_type: number, call: CallId): void {
    this.#execute(call);
    const next = this.#thread.release();
    if (next >= 0) this.#begin(next);
    this.#report();
  }

  crash(): void {
    this.#thread.clear();
    this.#empty();
  }

  fault(id: string, on: boolean): void {
    if (id === FLUSH.id && on) this.#empty();
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
    // Without eviction what is there stays, and only new items are refused.
    if (config.eviction === 'allkeys-lru') this.#makeRoom(config.capacityItems);
    this.#context.level(this.#size, this.#items.size);
  }

  #begin(call: CallId): void {
    this.#context.began(call);
    this.#context.after(this.#context.work(this.#config.operationMicros), PRIORITY.completion, EXECUTED, call);
  }

  /** A command takes effect as a whole, at the end of its time. */
  #execute(call: CallId): void {
    const context = this.#context;
    const { calls } = context;
    // Redis looks for expired items in the background, too: here one more item with each command.
    if (this.#items.sweep(context.now)) this.#expired();
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
    const slot = this.#present(key);
    const hit = slot >= 0;
    if (hit) this.#items.touch(slot);
    this.#recent.count(hit, this.#context.now);
    this.#context.count(hit ? this.#hits : this.#misses);
    this.#context.succeed(call, hit ? 1 : 0);
  }

  #set(call: CallId, key: number): void {
    const { capacityItems, eviction } = this.#config;
    const slot = this.#present(key);
    if (slot >= 0) {
      this.#items.setExpiry(slot, this.#expiry());
      this.#items.touch(slot);
    } else {
      if (this.#items.size >= capacityItems && eviction === 'noeviction') {
        this.#context.fail(call, OUT_OF_MEMORY);
        return;
      }
      this.#makeRoom(capacityItems - 1);
      this.#items.insert(key, this.#expiry());
      this.#context.level(this.#size, this.#items.size);
    }
    this.#context.count(this.#sets);
    this.#context.succeed(call);
  }

  #delete(call: CallId, key: number): void {
    const slot = this.#present(key);
    if (slot >= 0) {
      this.#items.remove(slot);
      this.#context.level(this.#size, this.#items.size);
    }
    this.#context.count(this.#deletes);
    this.#context.succeed(call, slot >= 0 ? 1 : 0);
  }

  /** The slot of a key that has not expired, or −1. */
  #present(key: number): number {
    const slot = this.#items.find(key);
    if (slot < 0 || this.#items.expiry(slot) > this.#context.now) return slot;
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

  #makeRoom(most: number): void {
    while (this.#items.size > most) {
      this.#items.evict();
      this.#context.count(this.#evictions);
    }
  }

  #empty(): void {
    this.#items.clear();
    this.#context.level(this.#size, 0);
  }

  #report(): void {
    this.#context.busy(this.#thread.busy, 1);
    this.#context.waiting(this.#thread.queue.length);
  }
}

import type { Behaviour, Context } from '../../engine/behaviour';
import type { CallId } from '../../engine/calls';
import { type Sampler, sampler } from '../../engine/distribution';
import { type EventHandle, PRIORITY } from '../../engine/event-queue';
import type { RandomStream } from '../../engine/random';
import { SlotTally } from '../../engine/resources/slots';
import type { FaceWriter } from '../../model/face';
import type { Config } from '../../model/fields';
import { CANCELLED, causeCode } from '../../model/outcome';
import { fromMs } from '../../model/units';
import { type SearchConfig } from './fields';
import { Copy, Parts } from './parts';
import { SLOW_COPY } from './search-index';

const QUEUE_FULL = causeCode('queue-full');

/** Timers. */
const PART_DONE = 0;
const REFRESH = 1;

/** Work slots of a call: parts still open, whether its replicas are at work, whether work on it has begun, a part. */
const PENDING = 0;
const REPLICATING = 1;
const BEGUN = 2;
const LATEST = 3;

const MOST_SHARDS = 64;

export class SearchIndex implements Behaviour {
  #config!: SearchConfig;
  #query!: Sampler;
  /** By shard; the first copy is the primary. Those taken away finish what they have. */
  readonly #shards: Copy[][] = [];
  readonly #copies: Copy[] = [];
  readonly #tally = new SlotTally();
  readonly #parts = new Parts();
  /** Requests on none of whose parts anybody works yet. */
  #notBegun = 0;
  /** Copies chosen for the query at hand. */
  readonly #chosen = new Int32Array(MOST_SHARDS);
  #turn = 0;
  /** Documents written since the last refresh. */
  readonly #unseen = new Set<number>();
  #refresh: EventHandle = -1;
  #refreshTurn = 0;
  readonly #context: Context;
  readonly #times: RandomStream;
  readonly #queries: number;
  readonly #indexed: number;
  readonly #rejected: number;
  readonly #notYetVisible: number;
  readonly #invisible: number;

  constructor(config: SearchConfig, context: Context) {
    this.#context = context;
    this.#times = context.random('service');
    this.#queries = context.counter('queries');
    this.#indexed = context.counter('indexed');
    this.#rejected = context.counter('rejected');
    this.#notYetVisible = context.counter('notYetVisible');
    this.#invisible = context.gauge('invisible');
    this.#adopt(config);
  }

  start(): void {
    this.#reportAll();
  }

  configure(config: SearchConfig): void {
    const before = this.#config.refreshMs;
    this.#adopt(config);
    for (const copy of this.#copies) {
      for (let part = copy.slots.admit(); part >= 0; part = copy.slots.admit()) {
        const wanted = this.#parts.call(part) >= 0 ? part : this.#passOver(part, copy);
        if (wanted >= 0) this.#begin(wanted, copy);
      }
    }
    if (before !== config.refreshMs && this.#unseen.size > 0) this.#planRefresh();
    this.#reportAll();
  }

  arrive(call: CallId): void {
    const { calls } = this.#context;
    calls.setWork(call, BEGUN, 0);
    calls.setWork(call, REPLICATING, 0);
    calls.setWork(call, LATEST, -1);
    if (calls.write(call) === 1) this.#write(call);
    else this.#scatter(call);
    this.#context.waiting(this.#notBegun);
  }

  timer(type: number, a: number): void {
    if (type === REFRESH) {
      if (a !== this.#refreshTurn) return;
      this.#refresh = -1;
      this.#unseen.clear();
      this.#context.level(this.#invisible, 0);
      return;
    }
    const { calls } = this.#context;
    const copy = this.#copies[this.#parts.copy(a)]!;
    const call = this.#parts.call(a);
    if (call >= 0) calls.setWork(call, LATEST, this.#parts.unlink(a, calls.work(call, LATEST)));
    this.#parts.close(a);
    const first = copy.slots.release();
    const next = first < 0 || this.#parts.call(first) >= 0 ? first : this.#passOver(first, copy);
    if (next >= 0) this.#begin(next, copy);
    if (call < 0) {
      this.#report(copy);
      return;
    }
    const pending = calls.work(call, PENDING) - 1;
    calls.setWork(call, PENDING, pending);
    if (pending === 0) this.#gathered(call);
    this.#report(copy);
    this.#context.waiting(this.#notBegun);
  }

  /** Parts that wait are dropped; those at work go on to their end. A write that has begun is carried through. */
  cancelled(call: CallId): void {
    const { calls } = this.#context;
    const parts = this.#parts;
    const begun = calls.work(call, BEGUN) === 1;
    if (begun && calls.write(call) === 1) return;
    if (!begun) this.#notBegun--;
    for (let part = calls.work(call, LATEST); part >= 0; part = parts.after(part)) {
      parts.disown(part);
      if (parts.begun(part)) continue;
      this.#copies[parts.copy(part)]!.void++;
      this.#tally.waiting--;
    }
    this.#context.fail(call, CANCELLED);
    this.#context.waiting(this.#notBegun);
  }

  crash(): void {
    for (const copy of this.#copies) copy.clear();
    this.#parts.clear();
    this.#notBegun = 0;
    // What was accepted is safe in the log on disk, and visible after the restart.
    this.#unseen.clear();
    this.#refresh = -1;
    this.#context.level(this.#invisible, 0);
  }

  fault(id: string, on: boolean, params: Config): void {
    if (id === SLOW_COPY.id) this.#copies[0]!.slowness = on ? Number(params['factor']) : 1;
  }

  face(writer: FaceWriter): void {
    const { shards, replicas, cores, queueLimit } = this.#config;
    const copies = shards * (1 + replicas);
    writer.put(0);
    writer.put(shards);
    writer.put(1 + replicas);
    writer.put(this.#tally.busy);
    writer.put(copies * cores);
    writer.put(this.#tally.waiting);
    writer.put(copies * queueLimit);
    writer.put(0);
    writer.put(this.#unseen.size);
  }

  #adopt(config: SearchConfig): void {
    this.#config = config;
    this.#query = sampler(
      config.queryTime === 'lognormal'
        ? { type: 'lognormal', medianMs: config.medianMs, p99Ms: Math.max(config.medianMs, config.p99Ms) }
        : { type: config.queryTime, meanMs: config.meanMs },
    );
    for (let shard = 0; shard < config.shards; shard++) {
      if (shard === this.#shards.length) this.#shards.push([]);
      const copies = this.#shards[shard]!;
      while (copies.length <= config.replicas) {
        const copy = new Copy(this.#copies.length, this.#tally);
        copies.push(copy);
        this.#copies.push(copy);
      }
    }
    this.#shards.forEach((copies, shard) => {
      copies.forEach((copy, i) => {
        copy.used = shard < config.shards && i <= config.replicas;
        copy.limit = config.queueLimit;
        copy.slots.total = config.cores;
      });
    });
  }

  // — queries: one copy of each shard, and the slowest decides —

  #scatter(call: CallId): void {
    const context = this.#context;
    const { shards } = this.#config;
    this.#turn++;
    for (let shard = 0; shard < shards; shard++) {
      const copy = this.#choose(this.#shards[shard]!);
      if (copy.full) {
        this.#reject(call);
        return;
      }
      this.#chosen[shard] = copy.number;
    }
    context.count(this.#queries);
    this.#notBegun++;
    context.calls.setWork(call, PENDING, shards);
    for (let shard = 0; shard < shards; shard++) {
      this.#enter(call, this.#copies[this.#chosen[shard]!]!, this.#query.sample(this.#times));
    }
  }

  #choose(copies: readonly Copy[]): Copy {
    const count = this.#config.replicas + 1;
    let best = copies[this.#turn % count]!;
    if (this.#config.choice === 'in-turn') return best;
    for (let i = 1; i < count; i++) {
      const other = copies[(this.#turn + i) % count]!;
      if (other.load < best.load) best = other;
    }
    return best;
  }

  // — writes: the primary first, then its replicas together —

  #write(call: CallId): void {
    const { calls } = this.#context;
    const primary = this.#shardOf(call)[0]!;
    if (primary.full) {
      this.#reject(call);
      return;
    }
    this.#notBegun++;
    calls.setWork(call, PENDING, 1);
    this.#enter(call, primary, fromMs(this.#config.indexMs));
  }

  #shardOf(call: CallId): readonly Copy[] {
    return this.#shards[this.#context.calls.key(call) % this.#config.shards]!;
  }

  /** All parts have ended. */
  #gathered(call: CallId): void {
    const context = this.#context;
    const { calls } = context;
    const { replicas, indexMs } = this.#config;
    const key = calls.key(call);
    if (calls.write(call) === 0) {
      if (this.#unseen.has(key)) context.count(this.#notYetVisible);
      context.succeed(call);
      return;
    }
    if (calls.work(call, REPLICATING) === 0 && replicas > 0) {
      calls.setWork(call, REPLICATING, 1);
      calls.setWork(call, PENDING, replicas);
      const copies = this.#shardOf(call);
      for (let i = 1; i <= replicas; i++) this.#enter(call, copies[i]!, fromMs(indexMs));
      return;
    }
    context.count(this.#indexed);
    this.#unseen.add(key);
    context.level(this.#invisible, this.#unseen.size);
    if (this.#refresh < 0) this.#planRefresh();
    context.succeed(call);
  }

  /** Refreshes come in a steady rhythm; only those that change something are carried out. */
  #planRefresh(): void {
    const context = this.#context;
    const every = fromMs(this.#config.refreshMs);
    context.cancel(this.#refresh);
    const wait = every - (context.now % every);
    this.#refresh = context.alarm(wait, PRIORITY.timer, REFRESH, ++this.#refreshTurn);
  }

  // — parts —

  #enter(call: CallId, copy: Copy, micros: number): void {
    const { calls } = this.#context;
    const part = this.#parts.open(call, copy.number, micros, calls.work(call, LATEST));
    calls.setWork(call, LATEST, part);
    if (copy.slots.offer(part) === 'starts') this.#begin(part, copy);
    this.#report(copy);
  }

  #begin(part: number, copy: Copy): void {
    const context = this.#context;
    const call = this.#parts.call(part);
    this.#parts.setBegun(part);
    if (context.calls.work(call, BEGUN) === 0) {
      context.calls.setWork(call, BEGUN, 1);
      this.#notBegun--;
      context.began(call);
    }
    const micros = Math.floor(this.#parts.micros(part) * copy.slowness + 0.5);
    context.after(context.work(micros), PRIORITY.completion, PART_DONE, part);
  }

  /** A core is free for a part that nobody wants: the next one that somebody wants, or −1. */
  #passOver(part: number, copy: Copy): number {
    let next = part;
    while (next >= 0 && this.#parts.call(next) < 0) {
      copy.void--;
      // It was taken off the sum when it was dropped, and again when its turn came.
      this.#tally.waiting++;
      this.#parts.close(next);
      next = copy.slots.release();
    }
    return next;
  }

  #reject(call: CallId): void {
    this.#context.count(this.#rejected);
    this.#context.fail(call, QUEUE_FULL);
  }

  /** A copy that was taken away offers no more than what it still works on. */
  #report({ slots, used, number }: Copy): void {
    this.#context.busy(slots.busy, used ? slots.total : slots.busy, number);
  }

  #reportAll(): void {
    for (const copy of this.#copies) this.#report(copy);
    this.#context.waiting(this.#notBegun);
  }
}

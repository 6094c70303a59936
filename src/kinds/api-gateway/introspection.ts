import type { Context } from '../../engine/behaviour';
import type { CallId } from '../../engine/calls';
import { type Sampler, sampler } from '../../engine/distribution';
import { PRIORITY } from '../../engine/event-queue';
import type { RandomStream } from '../../engine/random';
import { LruItems } from '../../engine/resources/lru';
import { WaitingLine } from '../../engine/resources/waiting-line';
import { MICROS_PER_SECOND } from '../../model/units';
import type { GatewayConfig } from './fields';

/** Answers kept at once: the least recently used goes first. */
const ANSWERS_KEPT = 10_000;

export type Verdict = 'yes' | 'no' | 'failed';

/**
 * Asking an authorisation server who the caller is (RFC 7662), with a cache of its good answers by caller. The server
 * is not on the canvas: it answers so many questions at once, each takes a time by chance, and some fail; further
 * questions wait in line. Several requests of one caller ask several times until the first answer is here.
 */
export class Introspection {
  readonly #context: Context;
  readonly #timerType: number;
  readonly #decided: (call: CallId, verdict: Verdict) => void;
  readonly #luck: RandomStream;
  readonly #hits: number;
  readonly #asked: number;
  readonly #open: number;
  readonly #line = new WaitingLine();
  readonly #cache = new LruItems();
  #latency: Sampler = sampler({ type: 'constant', meanMs: 0 });
  #atOnce = 1;
  #ttl = 0;
  #errorShare = 0;
  #busy = 0;

  /** `timerType` is the type of the owner's timer that ends a question; it carries the call and whether it is valid. */
  constructor(context: Context, timerType: number, decided: (call: CallId, verdict: Verdict) => void) {
    this.#context = context;
    this.#timerType = timerType;
    this.#decided = decided;
    this.#luck = context.random('introspection');
    this.#hits = context.counter('authHits');
    this.#asked = context.counter('authCalls');
    this.#open = context.gauge('authOpen');
  }

  configure(config: GatewayConfig): void {
    const { authMedianMs } = config;
    this.#latency = sampler({
      type: 'lognormal',
      medianMs: authMedianMs,
      p99Ms: Math.max(authMedianMs, config.authP99Ms),
    });
    this.#atOnce = config.authAtOnce;
    this.#ttl = config.authTtlS * MICROS_PER_SECOND;
    this.#errorShare = config.authErrorPercent / 100;
    this.#admit();
  }

  /** Decides now from the cache, or later. Tokens that are not valid are never in the cache. */
  ask(call: CallId, valid: boolean): void {
    const { calls, now } = this.#context;
    const kept = valid ? this.#cache.find(calls.user(call)) : -1;
    if (kept >= 0 && this.#cache.expiry(kept) > now) {
      this.#cache.touch(kept);
      this.#context.count(this.#hits);
      this.#decided(call, 'yes');
      return;
    }
    calls.setWork(call, VALID, valid ? 1 : 0);
    if (this.#busy < this.#atOnce) this.#send(call);
    else this.#line.push(call, now);
    this.#report();
  }

  /** The answer to a question is here. */
  timer(call: CallId, valid: number): void {
    const { calls, now } = this.#context;
    this.#busy--;
    const failed = this.#luck.chance(this.#errorShare);
    if (!failed && valid === 1) this.#keep(calls.user(call), now + this.#ttl);
    this.#admit();
    this.#report();
    this.#decided(call, failed ? 'failed' : valid === 1 ? 'yes' : 'no');
  }

  /** Whether the call waited in line and has left it. */
  remove(call: CallId): boolean {
    const removed = this.#line.remove(call);
    if (removed) this.#report();
    return removed;
  }

  /** The process has died, and its memory with it. */
  clear(): void {
    this.#busy = 0;
    this.#line.clear();
    this.#cache.clear();
    this.#report();
  }

  #admit(): void {
    while (this.#busy < this.#atOnce && this.#line.length > 0) this.#send(this.#line.shift());
  }

  #report(): void {
    this.#context.level(this.#open, this.#busy + this.#line.length);
  }

  #send(call: CallId): void {
    this.#busy++;
    this.#context.count(this.#asked);
    const valid = this.#context.calls.work(call, VALID);
    this.#context.after(this.#latency.sample(this.#luck), PRIORITY.completion, this.#timerType, call, valid);
  }

  #keep(user: number, expiry: number): void {
    if (this.#ttl === 0) return;
    const known = this.#cache.find(user);
    if (known >= 0) {
      this.#cache.setExpiry(known, expiry);
      this.#cache.touch(known);
      return;
    }
    if (this.#cache.size >= ANSWERS_KEPT) this.#cache.evict();
    this.#cache.insert(user, expiry);
  }
}

/** In a call's work: whether its token is valid, which only the authorisation server can tell. */
const VALID = 0;

/**
 * The locks that requests of a component hold: renewed while the request goes on, given back when it ends. A component
 * that stands still renews nothing and does not notice: its lease runs out while it believes to hold the lock.
 */
import { VERB } from '../../model/meaning';
import { MICROS_PER_MS } from '../../model/units';
import type { Context } from '../behaviour';
import { type CallId, NO_CALL } from '../calls';
import { PRIORITY } from '../event-queue';

interface Held {
  link: number;
  key: number;
  /** Of the request that holds it. */
  stamp: number;
  /** Microseconds between renewals; 0 for none. */
  every: number;
}

/** A lease is renewed when a third of it is over (as Redisson's watchdog does). */
const RENEWALS = 3;

export class HeldLocks {
  readonly #held = new Map<CallId, Held>();
  readonly #spare: Held[] = [];
  readonly #context: Context;
  readonly #timerType: number;

  /** `timerType` is the type of the owner's timer for renewals. */
  constructor(context: Context, timerType: number) {
    this.#context = context;
    this.#timerType = timerType;
  }

  /** A request has got a lock; what it sends from now on carries the token. */
  took(call: CallId, link: number, key: number, token: number, leaseMs: number, renews: boolean): void {
    const { calls } = this.#context;
    calls.setFence(call, token);
    const held = this.#spare.pop() ?? { link: 0, key: 0, stamp: 0, every: 0 };
    held.link = link;
    held.key = key;
    held.stamp = calls.stamp(call);
    held.every = renews ? Math.max(1, Math.floor((leaseMs * MICROS_PER_MS) / RENEWALS)) : 0;
    this.#held.set(call, held);
    if (renews) this.#context.after(held.every, PRIORITY.timer, this.#timerType, call, held.stamp);
  }

  /** A request ends that perhaps holds a lock. To be called before it is answered. */
  release(call: CallId): void {
    if (this.#held.size === 0) return;
    const held = this.#held.get(call);
    if (!held) return;
    this.#held.delete(call);
    this.#spare.push(held);
    if (held.stamp !== this.#context.calls.stamp(call)) return;
    this.#context.sendDetached(held.link, call, VERB.release, 0, held.key);
    this.#context.calls.setFence(call, 0);
  }

  /** A lock came for a request that is gone: it is given back at once. */
  giveBack(link: number, key: number, token: number): void {
    const { traits } = this.#context;
    traits.fence = token;
    this.#context.sendDetached(link, NO_CALL, VERB.release, 0, key);
  }

  /** A renewal is due. */
  timer(call: CallId, stamp: number): void {
    const held = this.#held.get(call);
    if (!held || held.stamp !== stamp) return;
    const { calls } = this.#context;
    // The request died with its instance: nobody gives the lock back, and the lease runs out.
    if (calls.stamp(call) !== stamp || !calls.isHeld(call)) {
      this.#held.delete(call);
      this.#spare.push(held);
      return;
    }
    this.#context.sendDetached(held.link, call, VERB.renew, 0, held.key);
    this.#context.after(held.every, PRIORITY.timer, this.#timerType, call, stamp);
  }

  /** The process died, and with it everybody's belief. */
  clear(): void {
    this.#held.clear();
  }
}

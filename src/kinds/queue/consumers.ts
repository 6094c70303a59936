/**
 * Who may get the next message: the consumers of every connection take turns, as far as their prefetch lets them. It
 * only keeps the books; the owner sends and receives.
 */
import type { Link } from '../../engine/behaviour';

interface Subscription {
  link: Link;
  /** Messages that each consumer holds and has not acknowledged. */
  readonly unacked: number[];
  /** Nobody was there the last time. */
  away: boolean;
}

export class Consumers {
  /** Messages held by consumers, in all. */
  unacked = 0;
  #subscriptions: Subscription[] = [];
  /** Whose turn it is: a subscription and a consumer of it. */
  #turn = 0;
  #consumer = 0;
  /** Nobody can take anything until something changes. */
  #full = false;

  get count(): number {
    return this.#subscriptions.reduce((sum, { link }) => sum + link.config.consumers, 0);
  }

  /** How many messages consumers may hold in all; Infinity without a limit. */
  get room(): number {
    return this.#subscriptions.reduce((sum, { link: { config } }) => {
      if (config.acknowledge === 'on-delivery') return sum;
      return sum + (config.prefetch === 0 ? Infinity : config.consumers * config.prefetch);
    }, 0);
  }

  /** Somebody is there who could take a message now. */
  get ready(): boolean {
    return this.#find();
  }

  /** There are connections to consumers, and nobody is at the other end of any. */
  get allAway(): boolean {
    return this.#subscriptions.length > 0 && this.#subscriptions.every(({ away }) => away);
  }

  rewire(links: readonly Link[]): void {
    this.#subscriptions = links.map((link) => {
      const known = this.#subscriptions.find(({ link: { index } }) => index === link.index);
      const subscription = known ?? { link, unacked: [], away: false };
      subscription.link = link;
      while (subscription.unacked.length < link.config.consumers) subscription.unacked.push(0);
      return subscription;
    });
    this.#full = false;
  }

  /** The connection that gets the next message, or null; `consumer` then says which of its consumers. */
  next(): Link | null {
    return this.#find() ? this.#subscriptions[this.#turn]!.link : null;
  }

  get consumer(): number {
    return this.#consumer;
  }

  /** The one found by `next` takes a message; the next one has its turn. `held` until it is acknowledged. */
  take(held: boolean): void {
    const { unacked } = this.#subscriptions[this.#turn]!;
    if (held) {
      unacked[this.#consumer]!++;
      this.unacked++;
    }
    this.#advance();
  }

  /** A message held over a connection is done with, well or not. */
  release(connection: number, consumer: number): void {
    this.unacked--;
    const subscription = this.#of(connection);
    if (!subscription) return;
    subscription.unacked[consumer]!--;
    this.#full = false;
  }

  /** The connection, while it is there. */
  link(connection: number): Link | null {
    return this.#of(connection)?.link ?? null;
  }

  /** Nobody is at the other end. Returns whether that is news. */
  leave(connection: number): boolean {
    const subscription = this.#of(connection);
    if (!subscription || subscription.away) return false;
    subscription.away = true;
    return true;
  }

  isAway(connection: number): boolean {
    return this.#of(connection)?.away ?? false;
  }

  comeBack(connection: number): void {
    const subscription = this.#of(connection);
    if (subscription) subscription.away = false;
    this.#full = false;
  }

  /** Nobody holds anything any more. */
  clear(): void {
    this.unacked = 0;
    for (const subscription of this.#subscriptions) {
      subscription.unacked.fill(0);
      subscription.away = false;
    }
    this.#full = false;
  }

  #of(connection: number): Subscription | undefined {
    for (const subscription of this.#subscriptions) if (subscription.link.index === connection) return subscription;
    return undefined;
  }

  #find(): boolean {
    if (this.#full) return false;
    const count = this.#subscriptions.length;
    if (this.#turn >= count) this.#turn = this.#consumer = 0;
    // Each consumer is looked at once, and the first subscription perhaps a second time from its beginning.
    for (let looked = 0; looked <= count && count > 0; looked++) {
      const { link, unacked, away } = this.#subscriptions[this.#turn]!;
      const { consumers, prefetch, acknowledge } = link.config;
      if (!away) {
        const unlimited = prefetch === 0 || acknowledge === 'on-delivery';
        for (; this.#consumer < consumers; this.#consumer++) {
          if (unlimited || unacked[this.#consumer]! < prefetch) return true;
        }
      }
      this.#consumer = 0;
      this.#turn = (this.#turn + 1) % count;
    }
    this.#full = true;
    return false;
  }

  /** Connections take turns, and their consumers among themselves. */
  #advance(): void {
    this.#consumer++;
    if (this.#consumer < this.#subscriptions[this.#turn]!.link.config.consumers) return;
    this.#consumer = 0;
    this.#turn = (this.#turn + 1) % this.#subscriptions.length;
  }
}

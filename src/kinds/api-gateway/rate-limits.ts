import { ClientTable } from '../../engine/resources/client-table';
import { LeakyBucket } from '../../engine/resources/leaky-bucket';
import { type Limiter, type LimiterName, type LimiterSettings, TokenLimiter } from '../../engine/resources/limiter';
import { FixedWindow, SlidingWindow } from '../../engine/resources/window-limiters';
import { MICROS_PER_SECOND } from '../../model/units';
import type { GatewayConfig } from './fields';

/** Clients remembered at once: who was not seen for longest begins anew, as in a memory of limited size. */
export const CLIENTS_REMEMBERED = 10_000;

const LIMITERS: Readonly<Record<LimiterName, new (settings: LimiterSettings, now: number) => Limiter>> = {
  'token-bucket': TokenLimiter,
  'leaky-bucket': LeakyBucket,
  'fixed-window': FixedWindow,
  'sliding-window': SlidingWindow,
};

/** The limiters of a rate: one for all clients, or one for each. */
export class RateLimits {
  #name: LimiterName | null = null;
  #settings: LimiterSettings = { ratePerSec: 1, burst: 1, window: MICROS_PER_SECOND };
  #perClient = false;
  #shared: Limiter = new TokenLimiter(this.#settings, 0);
  readonly #clients: ClientTable<Limiter>;
  #now = 0;

  constructor() {
    this.#clients = new ClientTable<Limiter>(
      CLIENTS_REMEMBERED,
      () => this.#make(),
      (limiter) => limiter.reset(this.#now),
    );
  }

  /** Another sort of limiter begins with nothing used up; new numbers keep what was. */
  configure(config: GatewayConfig, now: number): void {
    this.#now = now;
    this.#settings = {
      ratePerSec: config.ratePerSec,
      burst: config.burst,
      window: config.windowS * MICROS_PER_SECOND,
    };
    const perClient = config.scope === 'client';
    const name = config.limiter === 'none' || config.limiter === 'concurrency' ? this.#name : config.limiter;
    if (name !== this.#name || perClient !== this.#perClient) {
      this.#name = name;
      this.#perClient = perClient;
      this.reset(now);
      return;
    }
    this.#shared.configure(this.#settings, now);
    this.#clients.each((limiter) => limiter.configure(this.#settings, now));
  }

  reset(now: number): void {
    this.#now = now;
    this.#shared = this.#make();
    this.#clients.clear();
  }

  /** The limiter for the requests of a client. */
  of(client: number, now: number): Limiter {
    this.#now = now;
    return this.#perClient ? this.#clients.of(client) : this.#shared;
  }

  /** How many more requests of a client would be let in now. Changes nothing. */
  peek(client: number, now: number): number {
    // An unknown client has used up nothing, as the shared limiter while each client has its own.
    return ((this.#perClient ? this.#clients.peek(client) : null) ?? this.#shared).left(now);
  }

  #make(): Limiter {
    return new LIMITERS[this.#name ?? 'token-bucket'](this.#settings, this.#now);
  }
}

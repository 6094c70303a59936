import type { Context } from '../../engine/behaviour';
import type { Traits } from '../../engine/calls';
import type { RandomStream } from '../../engine/random';
import { type KeySampler, SequentialKeys, UniformKeys, zipfKeys } from '../../engine/zipf';
import { operationCode } from '../../model/operations';
import type { ClientConfig } from './fields';

const BYTES_PER_KB = 1000;

interface Named {
  readonly operation: number;
  readonly write: number;
  readonly share: number;
  readonly bytes: number;
  readonly priority: number;
}

/** What the next request asks for. Each part has its own luck, so that changing one leaves the others alone. */
export class Demand {
  write = 0;
  key = 0;
  operation = 0;
  user = 0;
  /** Share of the requests that go to one key, and which: the hot-key fault. */
  hotShare = 0;
  hotKey = 0;
  #config!: ClientConfig;
  #keys!: KeySampler;
  #readShare = 0;
  #named: readonly Named[] = [];
  #total = 0;
  #priority = 0;
  #bytes = 0;
  readonly #operations: RandomStream;
  readonly #mix: RandomStream;
  readonly #keyStream: RandomStream;
  readonly #addresses: RandomStream;
  readonly #hot: RandomStream;

  constructor(config: ClientConfig, context: Context) {
    this.#operations = context.random('operation');
    this.#mix = context.random('mix');
    this.#keyStream = context.random('key');
    this.#addresses = context.random('address');
    this.#hot = context.random('hot-key');
    this.configure(config);
  }

  configure(config: ClientConfig): void {
    const before = this.#config as ClientConfig | undefined;
    this.#config = config;
    this.#readShare = config.readPercent / 100;
    if (
      before?.keys !== config.keys ||
      before.keyCount !== config.keyCount ||
      before.zipfExponent !== config.zipfExponent
    ) {
      this.#keys = keysOf(config);
    }
    this.#named = config.mix === 'operations' ? namedOf(config) : [];
    this.#total = this.#named.reduce((sum, { share }) => sum + share, 0);
  }

  /** Draws the next request. */
  draw(): void {
    this.user = this.#addresses.integer(this.#config.addresses);
    this.key = this.#keys.sample(this.#keyStream);
    if (this.hotShare > 0 && this.#hot.chance(this.hotShare)) this.key = this.hotKey;
    if (this.#total > 0) {
      const named = this.#pick();
      this.write = named.write;
      this.operation = named.operation;
      this.#priority = named.priority;
      this.#bytes = named.bytes;
      return;
    }
    this.write = this.#operations.chance(this.#readShare) ? 0 : 1;
    this.operation = 0;
    this.#priority = this.#config.priority;
    this.#bytes = bytesOf(this.#config.payloadKb);
  }

  /** What the call that is sent next carries of it. */
  describe(traits: Traits): void {
    traits.operation = this.operation;
    traits.priority = this.#priority;
    traits.bytes = this.#bytes;
    traits.user = this.user;
  }

  #pick(): Named {
    let left = this.#mix.uniform() * this.#total;
    let last = this.#named[0]!;
    for (const named of this.#named) {
      if (named.share === 0) continue;
      last = named;
      left -= named.share;
      if (left < 0) break;
    }
    return last;
  }
}

function keysOf({ keys, keyCount, zipfExponent }: ClientConfig): KeySampler {
  if (keys === 'zipf') return zipfKeys(keyCount, zipfExponent);
  return keys === 'uniform' ? new UniformKeys(keyCount) : new SequentialKeys(keyCount);
}

function bytesOf(kilobytes: number): number {
  return Math.floor(kilobytes * BYTES_PER_KB + 0.5);
}

function namedOf(config: ClientConfig): Named[] {
  const [browse, search] = [operationCode('browse'), operationCode('search')];
  const [checkout, report] = [operationCode('checkout'), operationCode('report')];
  const named = (operation: number, write: number, share: number, kilobytes: number, priority: number): Named => ({
    operation,
    write,
    share,
    bytes: bytesOf(kilobytes),
    priority,
  });
  return [
    named(browse, 0, config.browseShare, config.browseKb, config.browsePriority),
    named(search, 0, config.searchShare, config.searchKb, config.searchPriority),
    named(checkout, 1, config.checkoutShare, config.checkoutKb, config.checkoutPriority),
    named(report, 0, config.reportShare, config.reportKb, config.reportPriority),
  ];
}

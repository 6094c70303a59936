/**
 * Which messages have had their effect, seen from outside, and which of them the worker itself remembers. A message is
 * known by the request it came from and the connection it came over.
 */
import type { Context, MetricHandle } from '../../engine/behaviour';
import type { CallId } from '../../engine/calls';
import { RecentKeys } from '../../engine/resources/recent-keys';
import { MICROS_PER_SECOND } from '../../model/units';
import type { WorkerConfig } from './fields';

/** Connections are told apart as far as this. */
const CONNECTIONS = 256;

export class Ledger {
  once = 0;
  twice = 0;
  lost = 0;
  suppressed = 0;
  #config!: WorkerConfig;
  readonly #context: Context;
  readonly #known = new RecentKeys();
  /** What outsiders remember: everything, as far as a million goes. */
  readonly #effects = new RecentKeys();
  readonly #effectCount: MetricHandle;
  readonly #duplicates: MetricHandle;
  readonly #suppressed: MetricHandle;
  readonly #lost: MetricHandle;
  readonly #kept: MetricHandle;

  constructor(context: Context) {
    this.#context = context;
    this.#effectCount = context.counter('effects');
    this.#duplicates = context.counter('duplicates');
    this.#suppressed = context.counter('suppressed');
    this.#lost = context.counter('lostEffects');
    this.#kept = context.gauge('keysKept');
  }

  get known(): number {
    return this.#known.size;
  }

  configure(config: WorkerConfig): void {
    this.#config = config;
    if (config.idempotency === 'none') this.#known.clear();
  }

  idOf(call: CallId): number {
    const { calls } = this.#context;
    return calls.rootSerial(call) * CONNECTIONS + (calls.connection(call) % CONNECTIONS);
  }

  /** Whether the worker knows that it has done this already. */
  recognises(call: CallId): boolean {
    const { idempotency, dedupWindowS } = this.#config;
    if (idempotency === 'none') return false;
    this.#known.forget(this.#context.now - dedupWindowS * MICROS_PER_SECOND);
    return this.#known.has(this.idOf(call));
  }

  /** The work on a message has come to its end: its effect takes place, unless the worker knows better. */
  commit(call: CallId): void {
    const { now, calls } = this.#context;
    // Only what changes something can do so twice.
    if (calls.write(call) === 0) return;
    const id = this.idOf(call);
    if (this.recognises(call)) {
      this.suppress();
      return;
    }
    if (this.#config.idempotency !== 'none') {
      this.#known.add(id, now);
      this.#context.level(this.#kept, this.#known.size);
    }
    if (this.#effects.add(id, now)) {
      this.once++;
      this.#context.count(this.#effectCount);
    } else {
      this.twice++;
      this.#context.count(this.#duplicates);
    }
  }

  suppress(): void {
    this.suppressed++;
    this.#context.count(this.#suppressed);
  }

  /** Messages that nobody will send again have come to nothing. */
  lose(messages: number): void {
    this.lost += messages;
    this.#context.count(this.#lost, messages);
  }

  /** The process died, and with it what it knew by heart. */
  crash(): void {
    if (this.#config.idempotency === 'memory') this.#known.clear();
    this.#context.level(this.#kept, this.#known.size);
  }
}

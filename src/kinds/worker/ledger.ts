/**
 * Which messages have had their effect, seen from outside, and which of them the worker itself remembers. A message is
 * known by the request it came from and the connection it came over; a step of a saga by the request alone.
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
  undone = 0;
  refused = 0;
  #config!: WorkerConfig;
  readonly #context: Context;
  readonly #known = new RecentKeys();
  /** Steps of sagas that it knows to be undone or refused: they must not be done any more, and not be undone again. */
  readonly #over = new RecentKeys();
  /** What outsiders remember: everything, as far as a million goes. */
  readonly #effects = new RecentKeys();
  readonly #effectCount: MetricHandle;
  readonly #duplicates: MetricHandle;
  readonly #suppressed: MetricHandle;
  readonly #lost: MetricHandle;
  readonly #kept: MetricHandle;
  readonly #undone: MetricHandle;
  readonly #refused: MetricHandle;

  constructor(context: Context) {
    this.#context = context;
    this.#effectCount = context.counter('effects');
    this.#duplicates = context.counter('duplicates');
    this.#suppressed = context.counter('suppressed');
    this.#lost = context.counter('lostEffects');
    this.#kept = context.gauge('keysKept');
    this.#undone = context.counter('undone');
    this.#refused = context.counter('refused');
  }

  get known(): number {
    return this.#known.size + this.#over.size;
  }

  configure(config: WorkerConfig): void {
    this.#config = config;
    if (config.idempotency === 'none') this.#forget();
  }

  idOf(call: CallId): number {
    const { calls } = this.#context;
    const connection = this.#config.saga === 'none' ? calls.connection(call) % CONNECTIONS : 0;
    return calls.rootSerial(call) * CONNECTIONS + connection;
  }

  /** Whether the worker knows that it has done this already, or that there is nothing to undo. */
  recognises(call: CallId): boolean {
    const { idempotency, dedupWindowS } = this.#config;
    if (idempotency === 'none') return false;
    const oldest = this.#context.now - dedupWindowS * MICROS_PER_SECOND;
    this.#known.forget(oldest);
    this.#over.forget(oldest);
    const id = this.idOf(call);
    return this.#over.has(id) || this.#known.has(id) !== this.#context.calls.undoing(call);
  }

  /** The work on a message has come to its end: its effect takes place, unless the worker knows better. */
  commit(call: CallId): void {
    const { now, calls, ledger, self } = this.#context;
    // Only what changes something can do so twice.
    if (calls.write(call) === 0) return;
    const id = this.idOf(call);
    if (this.recognises(call)) {
      this.suppress(call);
      return;
    }
    if (this.#config.idempotency !== 'none') {
      this.#known.add(id, now);
      this.#context.level(this.#kept, this.known);
    }
    if (this.#effects.add(id, now)) {
      this.once++;
      this.#context.count(this.#effectCount);
    } else {
      this.twice++;
      this.#context.count(this.#duplicates);
    }
    if (this.#config.saga === 'none') return;
    const root = calls.rootSerial(call);
    ledger.choreography(self, root)?.effect(root, self, 1, calls.key(call));
  }

  /** A message that it recognises. A compensation that has overtaken its step is remembered: the step must not follow. */
  suppress(call: CallId): void {
    if (this.#context.calls.undoing(call)) this.#ends(call);
    this.suppressed++;
    this.#context.count(this.#suppressed);
  }

  /** The work of undoing a step has come to its end. Without a memory nobody asks whether it was done. */
  undo(call: CallId): void {
    const { calls, ledger, self } = this.#context;
    if (this.recognises(call)) {
      this.suppress(call);
      return;
    }
    this.#ends(call);
    this.undone++;
    this.#context.count(this.#undone);
    const root = calls.rootSerial(call);
    ledger.choreography(self, root)?.effect(root, self, -1, calls.key(call));
  }

  /** The work was refused, and that has been told. */
  refuse(call: CallId): void {
    const { calls, ledger, self } = this.#context;
    this.#ends(call);
    this.refused++;
    this.#context.count(this.#refused);
    const root = calls.rootSerial(call);
    ledger.choreography(self, root)?.refused(root);
  }

  /** Messages that nobody will send again have come to nothing. */
  lose(messages: number): void {
    this.lost += messages;
    this.#context.count(this.#lost, messages);
  }

  /** The process died, and with it what it knew by heart. */
  crash(): void {
    if (this.#config.idempotency === 'memory') this.#forget();
    this.#context.level(this.#kept, this.known);
  }

  /** The step of this request is over: never done again, never undone again. */
  #ends(call: CallId): void {
    if (this.#config.idempotency === 'none') return;
    this.#over.add(this.idOf(call), this.#context.now);
    this.#context.level(this.#kept, this.known);
  }

  #forget(): void {
    this.#known.clear();
    this.#over.clear();
  }
}
